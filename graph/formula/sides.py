"""The sides of a formula's value: everything is joined element by element, and no row ever meets another."""

from collections.abc import Mapping, Sequence
from functools import reduce

from graph.formula.tree import Call, Compare, Minus, Name, Number, Tree, parts, walk
from graph.misfit import Misfit
from graph.shape import Axis, Side, Tensor, Unbroadcastable, broadcast, describe

Sides = tuple[Side, ...]


def sides(tree: Tree, inputs: Mapping[str, Tensor], parameters: Mapping[str, Sides]) -> Sides:
    """The sides of a part from those of inputs and parameters; () for a single number. Raises Misfit."""
    match tree:
        case Number():
            return ()
        case Name():
            value = inputs.get(tree.name)
            return value.known if value is not None else parameters.get(tree.name, ())
        case Minus():
            return sides(tree.part, inputs, parameters)
    own = parts(tree)
    found = [sides(part, inputs, parameters) for part in own]
    if isinstance(tree, Call) and tree.name in ("mean", "sum"):
        return _reduced(tree, found[0])
    pairs = list(zip(found, own, strict=True))
    return reduce(lambda left, right: (_joined(tree, left, right, inputs), right[1]), pairs)[0]


def truth(tree: Tree, inputs: Mapping[str, Tensor]) -> bool:
    """Whether a part answers with truth values, not with numbers."""
    if isinstance(tree, Name):
        return tree.name in inputs and inputs[tree.name].dtype == "bool"
    return isinstance(tree, Compare)


def _joined(tree: Tree, left: tuple[Sides, Tree], right: tuple[Sides, Tree], inputs: Mapping[str, Tensor]) -> Sides:
    """The sides of two parts element by element. A batch that would be stretched over another side is never meant."""
    (a, first), (b, second) = left, right
    batched = [found for found in (a, b) if found and isinstance(found[0], Axis)]
    one, other = (inputs[name] if (name := _input(part, inputs)) else None for part in (first, second))
    if len(batched) == 2 and batched[0][0] != batched[1][0]:
        text = "{node} joins rows of different data, which do not belong together."
        raise Misfit(port=_input(second, inputs), text=text, code="rows-mixed")
    try:
        found = broadcast(a, b)
    except Unbroadcastable:
        raise _misfit(tree, one, other, _input(second, inputs)) from None
    axes = [side for side in found if isinstance(side, Axis)]
    stretched = any(own and len(own) < len(found) for own in batched)
    if stretched or len(axes) != len(set(axes)):
        raise _misfit(tree, one, other, _input(second, inputs))
    return found


def _misfit(tree: Tree, left: Tensor | None, right: Tensor | None, port: str) -> Misfit:
    told = [describe(value) for value in (left, right) if value is not None]
    what = (
        " and ".join(told) if len(told) == 2 else f"{told[0] if told else 'numbers'} and a parameter of another width"
    )
    text = (
        f"{{node}} joins number by number, but at character {tree.at + 1} {what} meet: both must have the same sides."
    )
    return Misfit(port=port, text=text)


def _input(tree: Tree, inputs: Mapping[str, Tensor]) -> str:
    """The first input that a part takes."""
    return next((part.name for part in walk(tree) if isinstance(part, Name) and part.name in inputs), "")


def _reduced(tree: Call, inner: Sides) -> Sides:
    if not inner or (len(inner) == 1 and not isinstance(inner[0], int)):
        wants = f"takes the {tree.name} over the last side at character {tree.at + 1}"
        port = next((part.name for part in walk(tree) if isinstance(part, Name)), "")
        raise Misfit(port=port, text=f"{{node}} {wants}, but there is one number per row.")
    return (*inner[:-1], 1)


def same_columns(values: Sequence[Tensor]) -> tuple[str, ...] | None:
    """The columns that all values share."""
    return values[0].columns if all(value.columns == values[0].columns for value in values) else None
