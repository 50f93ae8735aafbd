"""What is not known fits everything: a rule never refuses, and never claims more, when sides are hidden from it."""

import random
from dataclasses import replace

import pytest

from graph.catalogue import standard
from graph.misfit import Misfit
from graph.roles import Layer
from graph.shape import Axis, Side, Tensor
from graph.spec import Kind, Place
from tests.contracts.situations import situation

LAYERS = [kind for kind in standard() if issubclass(kind, Layer) and kind.family]
T = Axis("data", "T")

pytestmark = pytest.mark.parametrize("kind", LAYERS, ids=lambda kind: kind.__name__)


def with_sides(value: Tensor, chance: random.Random, put: Side) -> Tensor:
    """A tensor with some of the sides behind its batch replaced."""
    sides = [put if at and chance.random() < 0.5 else side for at, side in enumerate(value.known)]
    return replace(value, sides=tuple(sides), columns=None)


def read(made: Kind, inputs: dict[str, Tensor]) -> list[Tensor] | None:
    """The outputs; None if it is refused."""
    try:
        values = made.read(inputs, Place("it"))
    except Misfit:
        return None
    return [value for value in values.values() if isinstance(value, Tensor)]


def allows(told: Tensor, whole: Tensor) -> bool:
    """Whether what is told with sides hidden is what comes out, or leaves it open."""
    if told.sides is None or whole.sides is None:
        return True
    pairs = zip(told.sides, whole.sides, strict=False)
    return len(told.sides) == len(whole.sides) and all(
        one is None or one == other or (isinstance(other, Axis) and one == other.length) for one, other in pairs
    )


def test_what_fits_still_fits_when_sides_are_hidden(kind: type[Kind]) -> None:
    chance = random.Random(kind.__name__)
    for _ in range(60):
        params, inputs = situation(kind, chance)
        made = standard().make(kind.__name__, params)
        whole = read(made, inputs)
        if whole is None:
            continue
        hidden = {port: with_sides(value, chance, None) for port, value in inputs.items()}
        told = read(made, hidden)
        assert told is not None, f"refused for what is not known: {params}, {hidden}"
        assert all(allows(one, other) for one, other in zip(told, whole, strict=True)), (params, hidden, told, whole)


def test_what_is_told_of_hidden_sides_never_breaks(kind: type[Kind]) -> None:
    """Weights, buffers and costs are asked of whatever was accepted."""
    chance = random.Random(kind.__name__)
    for put in (None, T):
        for _ in range(40):
            params, inputs = situation(kind, chance)
            made = standard().make(kind.__name__, params)
            changed = {port: with_sides(value, chance, put) for port, value in inputs.items()}
            values = read(made, changed)
            if values is None:
                continue
            given = made.in_order(changed)
            assert all(isinstance(shape, tuple) for shape in made.weights(*given).values())
            assert all(isinstance(shape, tuple) for shape in made.buffers(*given).values())
            cost = made.macs(*given, values[0]) if values else 0
            assert cost is None or isinstance(cost, int)
            doubt = made.doubt(*given)
            assert doubt is None or isinstance(doubt, Misfit)
