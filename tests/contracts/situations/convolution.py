"""Situations of convolutions, plain and transposed: settings that bite, and groups that sometimes do not divide."""

from __future__ import annotations

import random
from collections.abc import Mapping
from functools import partial
from typing import Any

from graph.shape import Tensor
from tests.contracts.situations import Maker, Reason, Situation
from tests.contracts.situations.spatial import each, many, picture, some


def _groups(chance: random.Random) -> dict[str, Any]:
    """Filters and groups that mostly fit two, three, four or six channels."""
    return {"out_channels": chance.choice([1, 4, 6, 8, 12]), **some(chance, groups=chance.choice([1, 1, 1, 2, 3]))}


def plain(dims: int, chance: random.Random) -> Situation:
    padding = chance.choice([0, 1, 2, "same", "valid", "more"])
    params = {"kernel_size": each(chance, dims, (1, 2, 3, 3, 4)), **_groups(chance)} | some(
        chance,
        stride=each(chance, dims, (1, 1, 2, 3)),
        padding=each(chance, dims, (0, 1, 3, 7)) if padding == "more" else padding,
        dilation=each(chance, dims, (1, 1, 2)),
        bias=chance.random() < 0.5,
        padding_mode=chance.choice(["zeros", "reflect", "replicate", "circular"]),
    )
    return params, {"x": picture(chance, dims, (1, 2, 3, 4, 6, 6))}


def transposed(dims: int, chance: random.Random) -> Situation:
    params = {"kernel_size": each(chance, dims, (1, 2, 3, 4)), **_groups(chance)} | some(
        chance,
        stride=each(chance, dims, (1, 2, 3)),
        padding=each(chance, dims, (0, 1, 2)),
        output_padding=each(chance, dims, (0, 0, 1, 2)),
        dilation=each(chance, dims, (1, 1, 2)),
        bias=chance.random() < 0.5,
    )
    return params, {"x": picture(chance, dims, (1, 2, 3, 4, 6, 6))}


def without_channels(dims: int, params: Mapping[str, Any], inputs: Mapping[str, Tensor]) -> bool:
    return inputs["x"].rank == dims + 1


def nothing_left(dims: int, params: Mapping[str, Any], inputs: Mapping[str, Tensor]) -> bool:
    """Whether a side of the answer has the length zero, which torch lets pass on a CPU."""
    names = {"kernel_size": 3, "stride": 1, "padding": 0, "output_padding": 0, "dilation": 1}
    settings = [many(params.get(name, default), dims) for name, default in names.items()]
    sides = [side for side in inputs["x"].known[2:] if isinstance(side, int)]
    rows = zip(sides, *settings, strict=False)
    return any((side - 1) * s - 2 * p + d * (k - 1) + more + 1 == 0 for side, k, s, p, more, d in rows)


def _either(dims: int, params: Mapping[str, Any], inputs: Mapping[str, Tensor]) -> bool:
    return without_channels(dims, params, inputs) or nothing_left(dims, params, inputs)


_ROWS = "rows of the batch would be taken for channels"

SITUATIONS: dict[str, Maker] = {f"Conv{dims}d": partial(plain, dims) for dims in (1, 2, 3)} | {
    f"ConvTranspose{dims}d": partial(transposed, dims) for dims in (1, 2, 3)
}
MEANT: dict[str, Reason] = {f"Conv{dims}d": (_ROWS, partial(without_channels, dims)) for dims in (1, 2, 3)} | {
    f"ConvTranspose{dims}d": (f"{_ROWS}, or nothing would be left of a side", partial(_either, dims))
    for dims in (1, 2, 3)
}
