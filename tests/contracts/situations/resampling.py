"""Situations of resampling, shuffling and folding: factors that mostly divide, sizes and modes that mostly fit."""

from __future__ import annotations

import random
from collections.abc import Mapping
from functools import partial
from typing import Any

from graph.shape import Tensor
from tests.contracts.situations import Maker, Reason, Situation, tensor
from tests.contracts.situations.spatial import each, many, picture, some

_SCALES = (0.15, 0.5, 1.0, 1.7, 2.0, 3.0)
_MODES = {1: "linear", 2: "bilinear", 3: "trilinear"}


def _factors(dims: int, chance: random.Random) -> dict[str, Any]:
    """A size, a factor, both, or neither."""
    scale: Any = chance.choice(_SCALES) if chance.random() < 0.6 else [chance.choice(_SCALES[1:]) for _ in range(dims)]
    size = each(chance, dims, (1, 4, 7))
    return chance.choice([{}, {"size": size}, {"scale_factor": scale}, {"scale_factor": scale}, {"size": size} | some(
        chance, scale_factor=scale)])  # fmt: skip


def upsampled(chance: random.Random) -> Situation:
    dims = chance.choice([1, 2, 2, 3])
    fitting = [_MODES[dims], _MODES[dims], "nearest", "nearest-exact", "area"]
    mode = chance.choice(fitting if chance.random() < 0.85 else ["linear", "bilinear", "bicubic", "trilinear"])
    corners = chance.random() < (0.5 if mode in _MODES.values() else 0.1)
    params = _factors(dims, chance) | some(chance, mode=mode) | ({"align_corners": True} if corners else {})
    return params, {"x": picture(chance, dims)}


def flat(chance: random.Random) -> Situation:
    return _factors(2, chance), {"x": picture(chance, 2)}


def _typed(x: Tensor, chance: random.Random) -> Tensor:
    kinds = [x, x, x, x, tensor(*x.inner, classes=7), tensor(*x.inner, dtype="bool")]
    return chance.choice(kinds)


def pixels(name: str, chance: random.Random) -> Situation:
    factor = chance.choice([1, 2, 2, 3])
    square, side = factor**2 * chance.choice([1, 2]), factor * chance.randint(1, 3)
    inner = (square, 3, 2) if name == "upscale_factor" else (2, side, 2 * side)
    inner = chance.choice([inner, inner, inner, (2, *inner), inner[1:], (5, 5, 7)])
    return {name: factor}, {"x": _typed(tensor(*inner), chance)}


def channels(chance: random.Random) -> Situation:
    params = some(chance, groups=chance.choice([1, 2, 3]))
    return params, {"x": _typed(picture(chance, chance.choice([1, 2, 3]), (2, 4, 6, 6)), chance)}


def _settings(chance: random.Random) -> dict[str, Any]:
    return {"kernel_size": each(chance, 2, (1, 2, 3, 3))} | some(
        chance,
        dilation=each(chance, 2, (1, 1, 2)),
        padding=each(chance, 2, (0, 1, 2)),
        stride=each(chance, 2, (1, 2, 3)),
    )


def unfolded(chance: random.Random) -> Situation:
    return _settings(chance), {"x": picture(chance, 2)}


def folded(chance: random.Random) -> Situation:
    """Mostly as many columns as there are windows."""
    params = _settings(chance) | {"output_size": each(chance, 2, (4, 5, 8))}
    names = {"kernel_size": 2, "dilation": 1, "padding": 0, "stride": 1}
    settings = [many(params.get(name, default), 2) for name, default in names.items()]
    counts = [
        (side + 2 * p - d * (k - 1) - 1) // s + 1
        for side, k, d, p, s in zip(many(params["output_size"], 2), *settings, strict=True)
    ]
    height, width = settings[0]
    columns = max(1, counts[0] * counts[1]) + chance.choice([0, 0, 0, 0, 1])
    numbers = height * width * chance.choice([1, 3]) + chance.choice([0, 0, 0, 0, 1])
    inner = (numbers,) if chance.random() < 0.05 else (numbers, columns)
    return params, {"x": _typed(tensor(*inner), chance)}


def emptied(params: Mapping[str, Any], inputs: Mapping[str, Tensor]) -> bool:
    """Whether a side would have no numbers left, which torch lets pass for the mode area."""
    scale = params.get("scale_factor", 2.0)
    scales = scale if isinstance(scale, list) else [scale] * 3
    sides = zip(inputs["x"].known[2:], scales, strict=False)
    return "size" not in params and any(isinstance(side, int) and int(side * each) == 0 for side, each in sides)


def batch_taken(rank: int, params: Mapping[str, Any], inputs: Mapping[str, Tensor]) -> bool:
    """Whether a side is missing, so that rows of the batch would be read as one."""
    return inputs["x"].rank == rank - 1 or inputs["x"].dtype != "float"


def no_picture(params: Mapping[str, Any], inputs: Mapping[str, Tensor]) -> bool:
    return inputs["x"].rank < 4


_ROWS = "rows of the batch would be taken for channels"

SITUATIONS: dict[str, Maker] = {
    "Upsample": upsampled,
    "UpsamplingNearest2d": flat,
    "UpsamplingBilinear2d": flat,
    "PixelShuffle": partial(pixels, "upscale_factor"),
    "PixelUnshuffle": partial(pixels, "downscale_factor"),
    "ChannelShuffle": channels,
    "Unfold": unfolded,
    "Fold": folded,
}
MEANT: dict[str, Reason] = {
    "Upsample": ("of a side nothing would be left", emptied),
    "PixelShuffle": (_ROWS, no_picture),
    "PixelUnshuffle": (_ROWS, no_picture),
    "Unfold": (f"{_ROWS}; truth values have no sums to fold back", partial(batch_taken, 4)),
    "Fold": (f"{_ROWS}; truth values cannot be added", partial(batch_taken, 3)),
}
