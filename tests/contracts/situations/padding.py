"""Situations of padding: edges of any sign, some wider than what they can be filled from."""

from __future__ import annotations

import random
from collections.abc import Mapping
from functools import partial
from typing import Any

from graph.shape import Tensor
from tests.contracts.situations import Maker, Reason, Situation, tensor
from tests.contracts.situations.spatial import LONGEST, picture


def padded(dims: int, chance: random.Random) -> Situation:
    roll = chance.random()
    narrow, wide = (0, 0, 1, 1, 2, -1), (0, 1, 3, 7, -2, -3)
    widths: Any = [chance.choice(narrow if roll < 0.8 else wide) for _ in range(2 * dims)]
    x = picture(chance, dims)
    if chance.random() < 0.15:
        sides = [chance.randint(2, LONGEST[dims]) for _ in range(dims)]
        x = chance.choice([tensor(2, *sides, classes=7), tensor(3, *sides, dtype="bool"), tensor(2, 3, *sides)])
    return {"padding": chance.choice(widths) if chance.random() < 0.3 else widths}, {"x": x}


def constant(dims: int, chance: random.Random) -> Situation:
    params, inputs = padded(dims, chance)
    return params | {"value": chance.choice([0.0, 1.0, -0.5, 3.0])}, inputs


def cut_through(dims: int, params: Mapping[str, Any], inputs: Mapping[str, Tensor]) -> bool:
    """Whether the edges take away a whole side or more."""
    padding = params["padding"]
    widths = [padding] * (2 * dims) if isinstance(padding, int) else padding
    taken = [-min(a, 0) - min(b, 0) for a, b in zip(widths[::2], widths[1::2], strict=True)]
    sides = reversed(inputs["x"].known[-dims:])
    return any(isinstance(side, int) and much >= side for side, much in zip(sides, taken, strict=False))


def meant(dims: int, params: Mapping[str, Any], inputs: Mapping[str, Tensor]) -> bool:
    return cut_through(dims, params, inputs) or inputs["x"].rank == dims


DIMS = (1, 2, 3)
_MODES = ("Zero", "Reflection", "Replication", "Circular")

SITUATIONS: dict[str, Maker] = {f"{mode}Pad{dims}d": partial(padded, dims) for mode in _MODES for dims in DIMS} | {
    f"ConstantPad{dims}d": partial(constant, dims) for dims in DIMS
}
MEANT: dict[str, Reason] = {
    f"{mode}Pad{dims}d": (
        "nothing would be left of a side, or rows of the batch would be put around",
        partial(meant, dims),
    )
    for mode in (*_MODES, "Constant")
    for dims in DIMS
}
