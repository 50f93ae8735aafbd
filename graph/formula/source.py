"""Writes a formula as an expression of torch, with no more brackets than it needs."""

import ast
from collections.abc import Mapping

from graph.formula.functions import CONSTANTS, FUNCTIONS
from graph.formula.sides import truth
from graph.formula.tree import Binary, Call, Compare, Minus, Name, Number, Tree
from graph.shape import Tensor

QUESTION, SUM, PRODUCT, SIGNED, POWER, WHOLE = range(6)
"""How tightly the parts of an expression hold together."""

_LEVELS = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "**": POWER}
_EXACT = 2**53
"""Whole numbers beyond this are written as fractions: torch's whole numbers would overflow."""


class Writer:
    """Writes one formula. `names` are the expressions of inputs and parameters, `inputs` what the inputs carry."""

    def __init__(self, names: Mapping[str, str], inputs: Mapping[str, Tensor]) -> None:
        self.names, self.inputs = names, inputs

    def write(self, tree: Tree) -> str:
        """The expression; truth values where the formula is a question."""
        return self._question(tree) if truth(tree, self.inputs) else self._number(tree)[0]

    def _number(self, tree: Tree) -> tuple[str, int]:
        """A part that counts as a number, and how tightly it holds together."""
        if isinstance(tree, Name) and tree.value is None:
            return self._name(tree)
        if isinstance(tree, Compare):
            return f"({self._question(tree)}).float()", WHOLE
        if tree.value is not None:
            return _constant(tree)
        match tree:
            case Minus():
                return f"-{self._at_least(tree.part, POWER)}", SIGNED
            case Binary():
                return self._binary(tree)
            case Call():
                return self._call(tree)
        raise AssertionError(tree)

    def _name(self, tree: Name) -> tuple[str, int]:
        text = self.names[tree.name]
        level = _level(text)
        if tree.name in self.inputs and self.inputs[tree.name].dtype in ("bool", "index"):
            return f"{_bracketed(text, level < WHOLE)}.float()", WHOLE
        return text, level

    def _at_least(self, tree: Tree, level: int) -> str:
        text, own = self._number(tree)
        return _bracketed(text, own < level)

    def _question(self, tree: Tree) -> str:
        if isinstance(tree, Compare):
            return f"{self._at_least(tree.left, SUM)} {tree.sign} {self._at_least(tree.right, SUM)}"
        assert isinstance(tree, Name)
        return self.names[tree.name]

    def _binary(self, tree: Binary) -> tuple[str, int]:
        level = _LEVELS[tree.sign]
        left = self._at_least(tree.left, WHOLE if tree.sign == "**" else level)
        right = self._at_least(tree.right, SIGNED if tree.sign == "**" else level + 1)
        return f"{left} {tree.sign} {right}", level

    # --- functions

    def _call(self, tree: Call) -> tuple[str, int]:
        if tree.name in ("min", "max"):
            return self._extreme(tree.name, tree.parts), WHOLE
        if tree.name == "clamp":
            return self._clamp(*tree.parts), WHOLE
        if tree.name == "where":
            question, *answers = tree.parts
            told = ", ".join(_fraction(part) or self._number(part)[0] for part in answers)
            return f"torch.where({self._question(question)}, {told})", WHOLE
        if tree.name in ("mean", "sum"):
            return f"{self._at_least(tree.parts[0], WHOLE)}.{tree.name}(-1, keepdim=True)", WHOLE
        return FUNCTIONS[tree.name].source.format(self._number(tree.parts[0])[0]), WHOLE

    def _extreme(self, name: str, parts: tuple[Tree, ...]) -> str:
        """The smallest or largest of some parts: two tensors at a time, and a plain number as a bound."""
        wordy = {"min": ("torch.minimum", "max", min), "max": ("torch.maximum", "min", max)}[name]
        joiner, bound, choose = wordy
        tensors = [part for part in parts if part.value is None]
        numbers = [part.value for part in parts if part.value is not None]
        text = self._number(tensors[0])[0]
        for part in tensors[1:]:
            text = f"{joiner}({text}, {self._number(part)[0]})"
        if not numbers:
            return text
        level = WHOLE if len(tensors) > 1 else _level(text)
        return f"{_bracketed(text, level < WHOLE)}.clamp({bound}={_written(choose(numbers))})"

    def _clamp(self, part: Tree, low: Tree, high: Tree) -> str:
        bounds = [bound.value is None for bound in (low, high)]
        if part.value is None and bounds[0] == bounds[1]:
            return f"torch.clamp({', '.join(self._number(each)[0] for each in (part, low, high))})"
        if part.value is not None and low.value is not None:
            return self._extreme("min", (Number("", part.at, max(part.value, low.value)), high))
        return self._extreme("min", (Call("max", (part, low), part.at, None), high))


def repeated(tree_names: Mapping[str, tuple[int, ...]]) -> frozenset[str]:
    """The names that a formula uses more than once."""
    return frozenset(name for name, places in tree_names.items() if len(places) > 1)


def _constant(tree: Tree) -> tuple[str, int]:
    """A part that holds numbers alone: as it was typed where Python comes to the same, else its value."""
    assert tree.value is not None
    if abs(tree.value) <= _EXACT:
        text = _typed(tree)
        if text is not None:
            return text
    return _written(tree.value), SIGNED if tree.value < 0 else WHOLE


def _typed(tree: Tree) -> tuple[str, int] | None:
    """A constant in its own words; None where a function stands in it."""
    match tree:
        case Number():
            return _digits(tree), WHOLE
        case Name() if tree.name in CONSTANTS:
            return "torch.pi", WHOLE
        case Name(value=float(value)):
            return _written(value), SIGNED if value < 0 else WHOLE
        case Minus():
            inner = _typed(tree.part)
            return None if inner is None else (f"-{_bracketed(inner[0], inner[1] < POWER)}", SIGNED)
        case Binary():
            return _typed_binary(tree)
    return None


def _digits(tree: Number) -> str:
    """A number as it was typed; whole ones without zeros in front, which Python does not take."""
    if not tree.text:
        return _written(tree.value)
    return str(int(tree.text)) if tree.text.isdigit() else repr(tree.value)


def _typed_binary(tree: Binary) -> tuple[str, int] | None:
    if tree.sign == "**":
        return None
    left, right, level = _typed(tree.left), _typed(tree.right), _LEVELS[tree.sign]
    if left is None or right is None:
        return None
    return f"{_bracketed(left[0], left[1] < level)} {tree.sign} {_bracketed(right[0], right[1] <= level)}", level


def _fraction(tree: Tree) -> str | None:
    """A plain number as a fraction, so that torch does not take it for a whole number."""
    return None if tree.value is None else repr(float(tree.value))


def _written(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) <= 1e6 else repr(value)


def _bracketed(text: str, needed: bool) -> str:
    return f"({text})" if needed else text


def _level(expression: str) -> int:
    """How tightly a given expression holds together."""
    node = ast.parse(expression, mode="eval").body
    if isinstance(node, (ast.Name, ast.Attribute, ast.Call, ast.Subscript)) or _closed(expression):
        return WHOLE
    return QUESTION


def _closed(expression: str) -> bool:
    """Whether one pair of brackets holds all of it."""
    depth = 0
    for at, sign in enumerate(expression):
        depth += (sign in "([{") - (sign in ")]}")
        if depth == 0 and at < len(expression) - 1:
            return False
    return expression.startswith("(")
