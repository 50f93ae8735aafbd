"""Values that follow the parameters of a block: `"=4*width"` is worked out, and remembered as it will be printed."""

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

MARK = "="
LONGEST = 200
"""Letters that what follows parameters may have."""

LARGEST_POWER = 64
"""What a number may be raised to, so that nothing is reckoned for long."""


def _power(left: float, right: float) -> Any:
    if abs(right) > LARGEST_POWER:
        raise FollowError(f"a power may go up to {LARGEST_POWER}")
    found = left**right
    if isinstance(found, complex):
        raise FollowError("a negative number has no such root")
    return found


_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
    ast.Div: operator.truediv, ast.FloorDiv: operator.floordiv, ast.Pow: _power,
}  # fmt: skip


class FollowError(ValueError):
    """Why something cannot follow the parameters of a block, as the end of a sentence."""


class Followed:
    """A value that carries the source it is printed as; as a number it is what it was worked out to."""

    source: str


class FollowedInt(int, Followed):
    """A whole number."""


class FollowedTruth(int, Followed):
    """A truth value."""


class FollowedFloat(float, Followed):
    """A number."""


class FollowedText(str, Followed):
    """A text."""

    __slots__ = ("source",)


_CARRIERS: dict[type, Any] = {
    FollowedTruth: FollowedTruth, bool: FollowedTruth, str: FollowedText, float: FollowedFloat, int: FollowedInt,
}  # fmt: skip


def follows(value: Any) -> bool:
    """Whether a typed value, or one of a list, follows parameters."""
    if isinstance(value, (list, tuple)):
        return any(follows(item) for item in value)
    return isinstance(value, str) and value.startswith(MARK)


def worked_out(value: Any, given: Mapping[str, Any]) -> Any:
    """A typed value with what follows parameters put in its place; FollowError says why it cannot be."""
    if isinstance(value, (list, tuple)):
        return [worked_out(item, given) for item in value]
    return _value(_tree(value), given) if follows(value) else value


def marked(value: Any, typed: Any) -> Any:
    """A value that was worked out, carrying the source of what was typed for it."""
    if isinstance(typed, (list, tuple)) and isinstance(value, (list, tuple)):
        return tuple(marked(one, text) for one, text in zip(value, typed, strict=True))
    return carrying(value, source(typed)) if follows(typed) else value


def carrying(value: Any, text: str) -> Any:
    """A number or text that is printed as `text`."""
    kind = next((kind for plain, kind in _CARRIERS.items() if isinstance(value, plain)), None)
    if kind is None:
        return value
    found = kind(value)
    found.source = text
    return found


def bare(value: Any) -> Any:
    """The number or text itself; of a list the numbers in it."""
    if isinstance(value, (list, tuple)):
        return type(value)(map(bare, value))
    if isinstance(value, FollowedTruth):
        return bool(value)
    if isinstance(value, FollowedInt):
        return int(value)
    if isinstance(value, FollowedFloat):
        return float(value)
    return str(value) if isinstance(value, FollowedText) else value


def source(typed: str) -> str:
    """What was typed, as Python writes it: `"=4*width"` gives `4 * width`."""
    return ast.unparse(_tree(typed))


def names_in(typed: Any) -> set[str]:
    """The parameters that a typed value follows; none if it cannot be read."""
    if isinstance(typed, (list, tuple)):
        return set().union(*(names_in(item) for item in typed))
    if not follows(typed):
        return set()
    try:
        return {node.id for node in ast.walk(_tree(typed)) if isinstance(node, ast.Name)}
    except FollowError:
        return set()


def renamed(typed: Any, old: str, new: str) -> Any:
    """A typed value that follows `new` where it followed `old`."""
    if isinstance(typed, (list, tuple)):
        return [renamed(item, old, new) for item in typed]
    if old not in names_in(typed):
        return typed
    tree = _tree(typed)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == old:
            node.id = new
    return MARK + ast.unparse(tree)


def substituted(typed: Any, values: Mapping[str, Any]) -> Any:
    """A typed value that follows what `values` follow where it followed their names; plain if nothing is followed."""
    if isinstance(typed, (list, tuple)):
        return [substituted(item, values) for item in typed]
    if not names_in(typed):
        return typed
    try:
        if not any(names_in(values.get(name, MARK + name)) for name in names_in(typed)):
            return worked_out(typed, {name: worked_out(value, {}) for name, value in values.items()})
    except FollowError:
        pass  # it stays as it is, and says why
    return MARK + ast.unparse(_Substitution(values).visit(_tree(typed)))


class _Substitution(ast.NodeTransformer):
    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values

    def visit_Name(self, node: ast.Name) -> ast.expr:
        value = self.values.get(node.id, MARK + node.id)
        return _tree(value) if follows(value) else ast.Constant(value)


def _tree(typed: str) -> ast.expr:
    text = typed.removeprefix(MARK).strip()
    if len(text) > LONGEST:
        raise FollowError(f"it is longer than {LONGEST} letters")
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise FollowError("it is no sum or product of numbers and parameters") from None


def _value(tree: ast.expr, given: Mapping[str, Any]) -> Any:
    match tree:
        case ast.Constant(value=bool() | int() | float() as number):
            return _small(number)
        case ast.Name(id=name):
            if name not in given:
                known = ", ".join(given) or "none yet"
                raise FollowError(f"the block has no parameter {name} (it has: {known})")
            return given[name]
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_number(_value(inner, given))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            return _joined(_BINARY[type(op)], _number(_value(left, given)), _number(_value(right, given)))
    raise FollowError("only numbers, parameters, + - * / // ** and brackets can stand in it")


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise FollowError(f"{value!r} is no number to reckon with")
    return value


def _joined(join: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    try:
        value = join(left, right)
    except ZeroDivisionError:
        raise FollowError("it divides by zero") from None
    except OverflowError:
        raise FollowError("the number is too large") from None
    return _small(value)


def _small(value: Any) -> Any:
    """A number that a tensor can hold. Raises FollowError."""
    if not abs(value) < 2**63:
        raise FollowError("the number is too large")
    return value
