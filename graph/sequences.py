"""What kinds over sequences share: rows × steps × numbers, a batch that all inputs have in common, their length."""

from collections.abc import Mapping

from graph.misfit import Advice, Misfit, floats
from graph.shape import Axis, Side, Tensor

_WRITTEN = {
    2: Advice("insert", "Take each number for a step", "Unsqueeze", {"dim": 2}),
    4: Advice("insert", "Flatten each step", "Flatten", {"start_dim": 2}),
}
"""How rows and pictures become sequences, by how many sides they have."""


def sequence(x: Tensor, port: str = "x") -> None:
    """Raises Misfit unless these are sequences: for each step a row of so many numbers."""
    floats(x, port)
    if x.rank != 3:
        hint = "one row has no steps" if x.rank < 3 else "flatten each step into one row"
        raise Misfit("wants sequences (steps × numbers per step)", port, hint=hint, advice=_WRITTEN.get(x.rank))
    fixed(x.known[-1], port)


def fixed(side: Side, port: str = "x") -> None:
    """Raises Misfit for numbers whose count is a length that changes: no weights can be made for them."""
    if isinstance(side, Axis) and side.letter == "T":
        raise Misfit("needs a fixed number of numbers", port, hint="the length of these sequences changes", code="time")


def same_batch(inputs: Mapping[str, Tensor | None]) -> None:
    """Raises Misfit if inputs bring rows of different data."""
    batches = {port: value.known[0] for port, value in inputs.items() if value is not None}
    first = next((batch for batch in batches.values() if isinstance(batch, Axis)), None)
    for port, batch in batches.items():
        if isinstance(batch, Axis) and batch.letter == "N" and batch != first:
            text = "{node} gets rows of different data, which do not belong together."
            raise Misfit(port=port, text=text, code="rows-mixed")


def agree(left: Side, right: Side) -> bool:
    """Whether two sides can be equal; one that is not known yet can."""
    return left is None or right is None or left == right


def steps(side: Side) -> int | None:
    """The length of a side in numbers, where it is known."""
    return side.length if isinstance(side, Axis) else side
