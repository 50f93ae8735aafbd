"""Single numbers of a row: which wires bring which, and how they are written as one expression."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graph.shape import Tensor
from runtime.program.units import ProgramError, Spot, Use


@dataclass(frozen=True, slots=True)
class Column:
    """One number per row of a batch: a place in a value (by its use), or all of it where it is a single number."""

    use: Use
    index: int | None = None


def columns_of(use: Use) -> list[Column]:
    """The numbers that a wire brings."""
    value = use.value
    if not isinstance(value, Tensor) or value.sides is None:
        raise ProgramError("It is not known how many numbers come in here.", use.spot[0])
    if value.rank == 1:
        return [Column(use)]
    width = value.known[-1]
    if value.rank != 2 or not isinstance(width, int):
        raise ProgramError("A neuron takes numbers and rows of numbers whose length is known.", use.spot[0])
    return [Column(use, place) for place in range(width)]


def joined(uses: Sequence[Use], names: Sequence[str], columns: Sequence[Column], widths: Mapping[Spot, int]) -> str:
    """The expression for a matrix whose columns are these: the value itself where they are all of it, in order."""
    name = dict(zip(uses, names, strict=True))
    parts = [name[use] for use in dict.fromkeys(column.use for column in columns)]
    singles = [part for part, use in zip(parts, dict.fromkeys(c.use for c in columns), strict=True) if _is_single(use)]
    if len(singles) == len(parts):
        whole = _whole(parts, widths.get(columns[0].use.spot))
        return whole or f"torch.stack([{', '.join(parts)}], 1)"
    if len(parts) == 1:
        return parts[0]
    raised = [f"{part}.unsqueeze(1)" if part in singles else part for part in parts]
    return f"torch.cat([{', '.join(raised)}], 1)"


def _is_single(use: Use) -> bool:
    return isinstance(use.value, Tensor) and use.value.rank == 1


def _whole(parts: Sequence[str], width: int | None) -> str | None:
    """`h` for `h[:, 0]`, `h[:, 1]`, … up to its width; `h[:, 1:3]` for a run inside of it."""
    split = [part.rsplit("[:, ", 1) for part in parts]
    if any(len(pieces) != 2 or not pieces[1].rstrip("]").isdigit() for pieces in split):
        return None
    bases = {pieces[0] for pieces in split}
    places = [int(pieces[1].rstrip("]")) for pieces in split]
    if len(bases) != 1 or places != list(range(places[0], places[0] + len(places))):
        return None
    base = bases.pop()
    return base if len(places) == width else f"{base}[:, {places[0]}:{places[-1] + 1}]"
