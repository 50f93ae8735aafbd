"""What situations of layers over sequences, pictures and volumes share: inputs, and sizes for each side."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

from graph.shape import Tensor
from tests.contracts.situations import tensor

LONGEST = {1: 12, 2: 9, 3: 6}


def picture(chance: random.Random, dims: int, channels: Sequence[int] = (1, 2, 3, 4, 6), least: int = 2) -> Tensor:
    """Mostly what a layer over so many sides is for, sometimes with a side less or more, or of another type."""
    inner = [chance.choice(channels), *(chance.randint(least, LONGEST[dims]) for _ in range(dims))]
    roll = chance.random()
    if roll < 0.06:
        return tensor(*inner[1:])
    if roll < 0.12:
        return tensor(*inner, 2)
    if roll < 0.16:
        return tensor(inner[0])
    if roll < 0.2:
        return tensor(*inner, classes=5) if chance.random() < 0.5 else tensor(*inner, dtype="bool")
    return tensor(*inner)


def each(chance: random.Random, dims: int, choices: Sequence[int]) -> Any:
    """One number for all sides, or one for each."""
    if dims == 1 or chance.random() < 0.5:
        return chance.choice(choices)
    return [chance.choice(choices) for _ in range(dims)]


def some(chance: random.Random, **values: Any) -> dict[str, Any]:
    """Some of these parameters; those that are left out take their defaults."""
    return {name: value for name, value in values.items() if chance.random() < 0.55}


def many(value: int | Sequence[int], dims: int) -> tuple[int, ...]:
    """A number for each side, from one for all or several."""
    return (value,) * dims if isinstance(value, int) else tuple(value)


def not_numbers(params: Mapping[str, Any], inputs: Mapping[str, Tensor]) -> bool:
    """Class numbers and truth values are names: none is the largest, and they have no mean."""
    return inputs["x"].dtype != "float"
