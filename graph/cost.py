"""What a node costs in weights, arithmetic and memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from graph.shape import Axis, Side, Tensor, Value, product
from graph.spec import Kind
from graph.weights import parameters

Rows = Callable[[Axis], int | None]


@dataclass(frozen=True, slots=True)
class Cost:
    """What a node costs. `macs` are for one row, `memory` is bytes of its outputs for a batch; None: not known yet."""

    parameters: int | None = 0
    macs: int | None = 0
    memory: int | None = 0


UNKNOWN_COST = Cost(None, None, None)


def cost(made: Kind, inputs: list[Any], values: list[Value], rows: Rows, times: int | None = 1) -> Cost:
    """The cost of a node from what goes in and comes out; `rows` tells the rows of a batch.

    `times`: how often it is computed, on a loop; None where that is not known.
    """
    value = values[0] if values else None
    if isinstance(value, Tensor) and value.sides is None:
        return UNKNOWN_COST
    own = {} if getattr(made, "shares", "") else made.weights(*inputs)
    weights = [product(shape) for shape in parameters(made, own).values()]
    memory = total([_memory(given, rows) for given in values])
    return Cost(total(weights), _often(made.macs(*inputs, value), times), _often(memory, times))


def _often(number: int | None, times: int | None) -> int | None:
    if number == 0:
        return 0
    return None if number is None or times is None else number * times


def total(numbers: Iterable[int | None]) -> int | None:
    """A sum; None if a part of it is not known."""
    listed = list(numbers)
    return None if None in listed else sum(number for number in listed if number is not None)


def _memory(value: Value, rows: Rows) -> int | None:
    if not isinstance(value, Tensor):
        return 0
    if value.sides is None:
        return None
    numbers = product(_length(side, rows) for side in value.known)
    size = 1 if value.dtype == "bool" else 8 if value.dtype == "index" else 4
    return None if numbers is None else numbers * size


def _length(side: Side, rows: Rows) -> int | None:
    """How long a side is: the rows of a batch, the steps of a sequence."""
    if not isinstance(side, Axis):
        return side
    return rows(side) if side.letter == "N" else side.length
