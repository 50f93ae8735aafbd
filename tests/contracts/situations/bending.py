"""Activations: numbers of any sides, settings at their limits, halves that come out even and not."""

import random
from collections.abc import Mapping
from typing import Any

from graph.catalogue import standard
from graph.roles import Activation
from graph.shape import Tensor
from tests.contracts.situations import Maker, Reason, Situation, settings, tensor

SIDES: tuple[tuple[int, ...], ...] = ((), (1,), (7,), (12,), (5, 4), (3, 8, 8), (2, 3, 4, 5))


def anything(name: str) -> Maker:
    """Any numbers into a kind, with some of its parameters set."""

    def make(chance: random.Random) -> Situation:
        kind = standard().get(name)
        assert kind is not None
        classes = 7 if chance.random() < 0.1 else None
        return settings(kind, chance), {"x": tensor(*chance.choice(SIDES), classes=classes)}

    return make


def along(chance: random.Random) -> Situation:
    """A side that is there, or just not."""
    inner = chance.choice(SIDES)
    rank = len(inner) + 1
    return {"dim": chance.randint(-rank - 1, rank)}, {"x": tensor(*inner)}


def halves(chance: random.Random) -> Situation:
    inner = [chance.choice([2, 4, 6, 7, 8]) for _ in range(chance.randint(0, 3))]
    rank = len(inner) + 1
    params = {"dim": chance.randint(-rank - 1, rank)} if chance.random() < 0.7 else {}
    return params, {"x": tensor(*inner)}


def pixels(chance: random.Random) -> Situation:
    rank = chance.choice([1, 2, 3, 3, 3, 3, 4])
    return {}, {"x": tensor(*(chance.randint(1, 6) for _ in range(rank)))}


def slopes(chance: random.Random) -> Situation:
    inner = chance.choice(SIDES)
    count = chance.choice([1, 1, inner[0] if inner else 1, chance.randint(1, 8)])
    return {"num_parameters": count, "init": chance.choice([0.25, 0.1])}, {"x": tensor(*inner)}


def bounds(low: str, high: str) -> Maker:
    """Two bounds, sometimes the wrong way round."""

    def make(chance: random.Random) -> Situation:
        chosen = sorted((chance.choice([-2.0, -1.0, 0.1, 0.3, 1.0]), chance.choice([-1.0, 0.2, 0.3, 2.0])))
        if chance.random() < 0.2:
            chosen.reverse()
        return {low: chosen[0], high: chosen[1]}, {"x": tensor(*chance.choice(SIDES))}

    return make


def divisor(name: str) -> Maker:
    """A parameter that must not be zero."""

    def make(chance: random.Random) -> Situation:
        return {name: chance.choice([0.0, -0.5, 0.5, 1.0, 2.0])}, {"x": tensor(*chance.choice(SIDES))}

    return make


SITUATIONS: dict[str, Maker] = {
    **{kind.__name__: anything(kind.__name__) for kind in standard() if issubclass(kind, Activation)},
    **dict.fromkeys(("Softmax", "Softmin", "LogSoftmax"), along),
    "GLU": halves,
    "Softmax2d": pixels,
    "PReLU": slopes,
    "RReLU": bounds("lower", "upper"),
    "Hardtanh": bounds("min_val", "max_val"),
    "CELU": divisor("alpha"),
    "Softplus": divisor("beta"),
}


def splits_rows(params: Mapping[str, Any], inputs: Mapping[str, Tensor]) -> bool:
    return params.get("dim", -1) % inputs["x"].rank == 0


def is_unbatched(params: Mapping[str, Any], inputs: Mapping[str, Tensor]) -> bool:
    return inputs["x"].rank == 3


def bends_classes(params: Mapping[str, Any], inputs: Mapping[str, Tensor]) -> bool:
    return inputs["x"].dtype == "index"


MEANT: dict[str, Reason] = {
    **dict.fromkeys(SITUATIONS, ("class numbers are names, which are larger or smaller by chance", bends_classes)),
    "GLU": ("halves of a batch are other rows", splits_rows),
    "Softmax2d": ("torch takes the rows of a batch for the channels of one picture", is_unbatched),
}
