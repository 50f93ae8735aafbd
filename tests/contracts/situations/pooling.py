"""Situations of pooling and unpooling: windows, steps, sizes and parts that sometimes cannot be."""

from __future__ import annotations

import random
from collections.abc import Mapping
from functools import partial
from math import prod
from typing import Any

from graph.shape import Tensor
from tests.contracts.situations import Maker, Reason, Situation, tensor
from tests.contracts.situations.spatial import each, many, not_numbers, picture, some


def _window(dims: int, chance: random.Random) -> dict[str, Any]:
    return {"kernel_size": each(chance, dims, (1, 2, 3, 3, 4))} | some(
        chance, stride=each(chance, dims, (1, 2, 3)), ceil_mode=chance.random() < 0.5
    )


def largest(dims: int, chance: random.Random) -> Situation:
    more = some(
        chance,
        padding=each(chance, dims, (0, 1, 1, 2)),
        dilation=each(chance, dims, (1, 2)),
        return_indices=chance.random() < 0.5,
    )
    return _window(dims, chance) | more, {"x": picture(chance, dims)}


def mean(dims: int, chance: random.Random) -> Situation:
    more = some(chance, padding=each(chance, dims, (0, 1, 1, 2)), count_include_pad=chance.random() < 0.5)
    override = some(chance, divisor_override=chance.choice([1, 3])) if dims > 1 else {}
    return _window(dims, chance) | more | override, {"x": picture(chance, dims)}


def power(dims: int, chance: random.Random) -> Situation:
    return _window(dims, chance) | some(chance, norm_type=chance.choice([1.0, 2.0, 3.5])), {"x": picture(chance, dims)}


def adaptive(dims: int, indexed: bool, chance: random.Random) -> Situation:
    params = some(chance, output_size=each(chance, dims, (1, 2, 5)))
    return params | (some(chance, return_indices=True) if indexed else {}), {"x": picture(chance, dims)}


def whole(chance: random.Random) -> Situation:
    return {}, {"x": picture(chance, chance.choice([1, 2, 3]))}


def fractional(dims: int, chance: random.Random) -> Situation:
    ratios = [0.15, 0.5, 0.7, 0.95]
    ratio: Any = chance.choice(ratios) if chance.random() < 0.5 else [chance.choice(ratios) for _ in range(dims)]
    size = {"output_size": each(chance, dims, (1, 2, 3))}
    asked = chance.choice(
        [{}, {"output_ratio": ratio}, {"output_ratio": ratio}, size, size, {**size, "output_ratio": ratio}]
    )
    params = {"kernel_size": each(chance, dims, (1, 1, 2, 3)), **asked, **some(chance, return_indices=True)}
    return params, {"x": picture(chance, dims, least=4)}


def unpooled(dims: int, chance: random.Random) -> Situation:
    """Mostly indices that were counted through what comes out."""
    params = {"kernel_size": each(chance, dims, (1, 2, 3))} | some(
        chance, stride=each(chance, dims, (2, 3)), padding=each(chance, dims, (0, 0, 1, 3))
    )
    x = picture(chance, dims)
    kernel = many(params["kernel_size"], dims)
    settings = kernel, many(params.get("stride", kernel), dims), many(params.get("padding", 0), dims)
    sides = [side for side in x.known[-dims:] if isinstance(side, int)]
    room = prod(max((side - 1) * s - 2 * p + k, 0) for side, k, s, p in zip(sides, *settings, strict=False))
    places = Tensor(x.sides, "index", max(1, chance.choice([room, room, room, room + 40, room // 2])))
    roll = chance.random()
    other = tensor(*x.inner) if roll < 0.05 else tensor(*x.inner[:-1], 17, classes=9) if roll < 0.1 else places
    return params, {"x": x, "indices": other}


def meant(dims: int, params: Mapping[str, Any], inputs: Mapping[str, Tensor]) -> bool:
    """What is no number; and means of other things than pictures, which torch takes for the size 1 alone."""
    return not_numbers(params, inputs) or inputs["x"].rank > dims + 2


def meant_of_parts(params: Mapping[str, Any], inputs: Mapping[str, Tensor]) -> bool:
    """What is no number; and parts so small that nothing is left."""
    ratio = params.get("output_ratio", 0.5)
    x = inputs["x"]
    ratios = ratio if isinstance(ratio, list) else [ratio] * (x.rank - 1)
    short = "output_size" not in params and any(
        isinstance(side, int) and int(side * part) == 0
        for side, part in zip(reversed(x.inner), reversed(ratios), strict=False)
    )
    return not_numbers(params, inputs) or short


def meant_of_places(dims: int, params: Mapping[str, Any], inputs: Mapping[str, Tensor]) -> bool:
    """What is no number; places outside, which torch only finds when it meets one; nothing left of a side."""
    x, kernel = inputs["x"], many(params["kernel_size"], dims)
    settings = kernel, many(params.get("stride", kernel), dims), many(params.get("padding", 0), dims)
    sides = [side for side in x.known[-dims:] if isinstance(side, int)]
    grown = [(side - 1) * s - 2 * p + k for side, k, s, p in zip(sides, *settings, strict=False)]
    outside = (inputs["indices"].classes or 0) > prod(grown)
    return not_numbers(params, inputs) or outside or 0 in grown


_NAMES = "class numbers and truth values are names: none is the largest, and they have no mean"
DIMS = (1, 2, 3)

SITUATIONS: dict[str, Maker] = {
    **{f"MaxPool{dims}d": partial(largest, dims) for dims in DIMS},
    **{f"AvgPool{dims}d": partial(mean, dims) for dims in DIMS},
    **{f"LPPool{dims}d": partial(power, dims) for dims in DIMS},
    **{f"AdaptiveAvgPool{dims}d": partial(adaptive, dims, False) for dims in DIMS},
    **{f"AdaptiveMaxPool{dims}d": partial(adaptive, dims, True) for dims in DIMS},
    **{f"FractionalMaxPool{dims}d": partial(fractional, dims) for dims in (2, 3)},
    **{f"MaxUnpool{dims}d": partial(unpooled, dims) for dims in DIMS},
    "GlobalAveragePool": whole,
    "GlobalMaxPool": whole,
}
MEANT: dict[str, Reason] = {
    **{f"{name}{dims}d": (_NAMES, not_numbers) for name in ("MaxPool", "AvgPool", "LPPool") for dims in DIMS},
    **{
        f"Adaptive{name}Pool{dims}d": (
            f"{_NAMES}; torch takes means of other things for the size 1 alone",
            partial(meant, dims),
        )
        for name in ("Avg", "Max")
        for dims in DIMS
    },
    **{f"FractionalMaxPool{dims}d": (f"{_NAMES}; of a side nothing would be left", meant_of_parts) for dims in (2, 3)},
    **{f"MaxUnpool{dims}d": (f"{_NAMES}; places lie outside", partial(meant_of_places, dims)) for dims in DIMS},
    "GlobalAveragePool": (_NAMES, not_numbers),
    "GlobalMaxPool": (_NAMES, not_numbers),
}
