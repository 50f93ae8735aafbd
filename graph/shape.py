"""What flows on a wire: sides, dtype and meaning of a tensor, and the arithmetic over them.

A side is a number, an axis (the batch `N` or the length `T` of one source node), or None where it is not known.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from graph.records import Select

Dtype: TypeAlias = Literal["float", "index", "bool"] | None


@dataclass(frozen=True, slots=True)
class Axis:
    """The batch or the time of one source node. Axes of different nodes never match, even at equal lengths."""

    source: str
    letter: Literal["N", "T"] = "N"
    length: int | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return self.letter


Side: TypeAlias = int | Axis | None


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor on a wire. `sides` of None: nothing is known yet. `classes`: an index is below it."""

    sides: tuple[Side, ...] | None = None
    dtype: Dtype = "float"
    classes: int | None = None
    probability: bool = False
    columns: tuple[str, ...] | None = None

    @property
    def rank(self) -> int:
        """How many sides, the batch included; of a known tensor only."""
        return len(self.known)

    @property
    def known(self) -> tuple[Side, ...]:
        if self.sides is None:
            raise ValueError("Nothing is known of this tensor yet.")
        return self.sides

    @property
    def inner(self) -> tuple[Side, ...]:
        """The sides behind the batch."""
        return self.known[1:]

    def but(self, *inner: Side, dtype: Dtype = "float") -> "Tensor":
        """The same batch with other sides behind it; meaning and columns are gone."""
        return Tensor((*self.known[:1], *inner), dtype)


@dataclass(frozen=True, slots=True)
class Loss:
    """A number to make small."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A course of the learning rate: what it counts, whether it moves the momentum too, whether it watches a figure."""

    unit: str = "epoch"
    momentum: bool = False
    watches: bool = False


Value: TypeAlias = Tensor | Loss | Schedule
UNKNOWN = Tensor()


class Unbroadcastable(Exception):
    """Two shapes that torch cannot broadcast: the sides that do not match."""

    def __init__(self, left: Side, right: Side) -> None:
        super().__init__(f"{left} and {right}")
        self.left, self.right = left, right


def broadcast_side(left: Side, right: Side) -> Side:
    """One side of a broadcast: equal sides stay, 1 gives way, an unknown fits all, a time what may be as long."""
    if left == 1 or (left is None and right != 1):
        return right
    if right == 1 or right is None or left == right:
        return left
    for axis, number in ((left, right), (right, left)):
        if isinstance(axis, Axis) and axis.letter == "T" and isinstance(number, int) and axis.length in (None, number):
            return axis
    raise Unbroadcastable(left, right)


def broadcast(left: Sequence[Side], right: Sequence[Side]) -> tuple[Side, ...]:
    """The sides of two tensors joined element by element, as torch does it (right-aligned)."""
    size = max(len(left), len(right))
    padded = [(1,) * (size - len(sides)) + tuple(sides) for sides in (left, right)]
    return tuple(broadcast_side(a, b) for a, b in zip(*padded, strict=True))


def product(sides: Iterable[Side]) -> int | None:
    """The number of elements; None if a side is unknown or an axis."""
    numbers = list(sides)
    if any(not isinstance(side, int) for side in numbers):
        return None
    return math.prod(side for side in numbers if isinstance(side, int))


def window(side: Side, kernel: int, stride: int, padding: int, dilation: int = 1, *, ceil: bool = False) -> Side:
    """The side after a sliding window (torch's formula for convolution and pooling); not positive: it does not fit.

    A length that is not known stays the same where any length would.
    """
    if not isinstance(side, int):
        return side if stride == 1 and 2 * padding == dilation * (kernel - 1) else None
    span = side + 2 * padding - dilation * (kernel - 1) - 1
    if not ceil:
        return span // stride + 1
    count = -(-span // stride) + 1
    return count - 1 if (count - 1) * stride >= side + padding else count


def take(value: Tensor, select: Select) -> Tensor:
    """What a wire's selection leaves of a value; ValueError with a sentence if it cannot be taken."""
    if select is None or value.sides is None:
        return value
    if value.rank < 2 or value.rank > 3:
        raise ValueError("a selection acts on rows and sequences")
    last, names = value.known[-1], value.columns
    if isinstance(select, str):
        return _take_column(value, select)
    if isinstance(select, tuple):
        return _take_range(value, select)
    if isinstance(last, int) and not -last <= select < last:
        raise ValueError(f"[{select}] is outside of {last} numbers, which are counted from 0")
    column = (names[select],) if names else None
    return replace(value, sides=value.known[:-1], columns=column)


def _take_column(value: Tensor, name: str) -> Tensor:
    if value.columns is None:
        if isinstance(value.known[-1], int):
            raise ValueError(f'["{name}"] asks for a column, but the numbers have no names')
        return replace(value, sides=value.known[:-1])
    if name not in value.columns:
        raise ValueError(f'["{name}"] is none of the columns: {", ".join(value.columns[:8])}')
    return replace(value, sides=value.known[:-1], columns=(name,))


def _take_range(value: Tensor, select: tuple[int | None, int | None]) -> Tensor:
    last = value.known[-1]
    if not isinstance(last, int):
        return replace(value, columns=None)
    chosen = range(last)[slice(*select)]
    if not chosen:
        raise ValueError(f"[{select[0] or 0}:{last if select[1] is None else select[1]}] takes none of {last} numbers")
    names = value.columns and tuple(value.columns[at] for at in chosen)
    return replace(value, sides=(*value.known[:-1], len(chosen)), columns=names)


# --- words


def side_text(side: Side) -> str:
    return "?" if side is None else str(side)


def sides_text(sides: Iterable[Side]) -> str:
    """`3×8×8`"""
    return "×".join(side_text(side) for side in sides)


def text(value: Value | None) -> str:
    """The pill on a wire: the shape without the batch."""
    if not isinstance(value, Tensor):
        return ""
    if value.sides is None:
        return "?"
    if value.dtype == "index" and value.rank == 1:
        return f"{value.classes} classes" if value.classes else "class"
    return sides_text(value.inner) or "1"


def describe(value: Value | None) -> str:
    """What a value is, for a sentence: `pictures of 3×8×8`, `rows of 64 numbers`."""
    if not isinstance(value, Tensor):
        return {Loss: "a loss", Schedule: "a schedule"}.get(type(value), "nothing")
    if value.sides is None:
        return "something that is not known yet"
    if value.dtype == "index":
        return _describe_index(value)
    if value.dtype == "bool":
        return f"truth values of {sides_text(value.inner) or '1'}"
    return _describe_numbers(value)


def _describe_index(value: Tensor) -> str:
    of = f" (one of {value.classes})" if value.classes else ""
    return f"one class number per row{of}" if value.rank == 1 else f"{sides_text(value.inner)} whole numbers{of}"


def _describe_numbers(value: Tensor) -> str:
    inner = value.inner
    if not inner:
        return "one number per row"
    if len(inner) == 1:
        return f"rows of {side_text(inner[0])} number{'' if inner[0] == 1 else 's'}"
    if len(inner) == 2:
        return f"sequences of {sides_text(inner)}"
    if len(inner) == 3:
        return f"pictures of {sides_text(inner)}"
    return f"{'volumes' if len(inner) == 4 else 'blocks'} of {sides_text(inner)}"


def plain(value: Tensor) -> list[int | str | None] | None:
    """The shape without the batch as JSON: numbers, letters of axes, null."""
    if value.sides is None:
        return None
    return [str(side) if isinstance(side, Axis) else side for side in value.inner]
