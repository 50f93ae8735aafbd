"""Formulas that fit what comes in, and some that do not."""

import random
from collections.abc import Callable

from tests.contracts.situations import Situation, tensor

FORMULAS = (
    ("x * sigmoid(beta * x)", "beta = 1"),
    ("max(x, 0) - alpha * max(-x, 0)", "alpha = 0.25"),
    ("(x - mean(x)) / sqrt(mean((x - mean(x)) ** 2) + 1e-5)", ""),
    ("where(x > t, x, slope * x)", "slope[4] = 0.1, t = 0"),
    ("x > 0", ""),
    ("sum(x)", ""),
)


def _one(chance: random.Random) -> Situation:
    text, learned = chance.choice(FORMULAS)
    inner = chance.choice([(), (4,), (1,), (3, 4), (2, 5, 4), (2, 3, 4)])
    classes = chance.choice([None, None, None, 5])
    return {"expression": text, "learned": learned}, {"x": tensor(*inner, classes=classes)}


def _two(chance: random.Random) -> Situation:
    text = chance.choice(["a * b + a", "where(a > b, a, b / 2)", "a * tanh(b)", "a == b", "max(a, b, 0.5)"])
    inner = chance.choice([(), (4,), (3, 4), (2, 3, 4)])
    other = tuple(chance.choice([side, side, 1]) for side in inner)
    if chance.random() < 0.2:
        other = chance.choice([(4,), (5,), (3, 4), ()])
    mask = chance.random() < 0.2
    return {"expression": text, "learned": ""}, {
        "a": tensor(*inner),
        "b": tensor(*other, dtype="bool" if mask else "float"),
    }


def expression(chance: random.Random) -> Situation:
    """A formula of one input, or of two."""
    makers: list[Callable[[random.Random], Situation]] = [_one, _two]
    return chance.choice(makers)(chance)


SITUATIONS = {"Expression": expression}

MEANT = {
    "Expression": (
        "rows are not stretched over other sides, and sums run over sides behind the batch",
        lambda params, inputs: (
            len({value.rank for value in inputs.values()}) > 1 or any(value.rank == 1 for value in inputs.values())
        ),
    )
}
