"""Situations of layers of plain weights and of tables that whole numbers look up."""

import random
from functools import partial
from typing import Any

from graph.catalogue import standard
from graph.shape import Axis, Side, Tensor
from tests.contracts.situations import Maker, Reason, Situation, settings, tensor

T = Axis("data", "T", 5)
MIDDLE: tuple[tuple[Side, ...], ...] = ((), (), (3,), (T,), (2, 4))


def _settings(name: str, chance: random.Random) -> dict[str, Any]:
    kind = standard().get(name)
    assert kind is not None
    return settings(kind, chance)


def linear(chance: random.Random) -> Situation:
    """Rows, sequences and pictures; now and then single numbers, class numbers or truth values."""
    misfits = [tensor(), tensor(4, classes=5), tensor(4, dtype="bool")]
    fitting = tensor(*chance.choice(MIDDLE), chance.choice([1, 3, 12]))
    return _settings("Linear", chance), {"x": chance.choice(misfits) if chance.random() < 0.1 else fitting}


def bilinear(chance: random.Random) -> Situation:
    """Two inputs with the same sides but the last; now and then others."""
    middle = chance.choice(MIDDLE)
    other = chance.choice(MIDDLE) if chance.random() < 0.2 else middle
    first, second = tensor(*middle, chance.choice([1, 3, 5])), tensor(*other, chance.choice([1, 2, 6]))
    misfits = [tensor(), tensor(4, classes=5), tensor(1, 4)]
    return _settings("Bilinear", chance), {
        "x1": first,
        "x2": chance.choice(misfits) if chance.random() < 0.1 else second,
    }


def table(name: str, chance: random.Random) -> Situation:
    """Whole numbers below the size of the table, or a few too many."""
    params = _settings(name, chance)
    classes = chance.choice([1, 3, 7])
    if chance.random() < 0.5:
        params["num_embeddings"] = chance.choice([classes, classes + 2, max(1, classes - 1)])
    if chance.random() < 0.4:
        params["padding_idx"] = chance.choice([0, -1, 2, 7])
    if chance.random() < 0.3:
        params["max_norm"] = 1.5
    sides: list[tuple[Side, ...]] = [(4,), (T,), (1,)] if name == "EmbeddingBag" else [(), (4,), (T,), (2, 3)]
    if chance.random() < 0.1:
        sides = [(), (2, 3)]
    inner = chance.choice(sides)
    odd = [tensor(4), tensor(4, dtype="bool")]
    x = chance.choice(odd) if chance.random() < 0.08 else tensor(*inner, classes=classes)
    return params, {"x": x} | _weights(name, params, x, chance)


def _weights(name: str, params: dict[str, Any], x: Tensor, chance: random.Random) -> dict[str, Tensor]:
    if name != "EmbeddingBag" or chance.random() < 0.6:
        return {}
    params["mode"] = chance.choice(["sum", "sum", "sum", "mean"])
    return {"weight": tensor(*x.inner) if chance.random() < 0.85 else tensor(9)}


def _beyond(params: Any, inputs: Any) -> bool:
    size = params.get("num_embeddings")
    return size is not None and size < (inputs["x"].classes or 0)


SITUATIONS: dict[str, Maker] = {
    "Linear": linear,
    "Bilinear": bilinear,
    "Embedding": partial(table, "Embedding"),
    "EmbeddingBag": partial(table, "EmbeddingBag"),
}

MEANT: dict[str, Reason] = {
    **dict.fromkeys(
        ("Embedding", "EmbeddingBag"), ("torch refuses once a number comes for which there is no row", _beyond)
    ),
    "Linear": ("the batch would be taken for a row", lambda params, inputs: inputs["x"].rank < 2),
    "Bilinear": (
        "the batch would be taken for a row",
        lambda params, inputs: any(x.rank < 2 for x in inputs.values()),
    ),
}
