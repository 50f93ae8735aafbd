"""Situations of kinds that give numbers of their own, and of kinds over sequences."""

import random
from collections.abc import Mapping
from functools import partial
from typing import Any

from graph.shape import Axis, Tensor
from tests.contracts.situations import ROWS, Maker, N, Reason, Situation, tensor
from tests.contracts.situations.joining import typed

T = Axis("data", "T", ROWS)


def given(name: str, chance: random.Random) -> Situation:
    """Sides at random; the numbers of a Constant mostly fill them."""
    size = chance.choice([[3], [2, 3], [1], [4, 2, 2]])
    inputs = {"like": tensor(5)} if chance.random() < 0.5 else {}
    if name == "Parameter":
        return {"size": size}, inputs
    count = {1: 3, 2: 6, 3: 16}[len(size)] if size != [1] else 1
    values = [float(at) for at in range(chance.choice([1, count, count, 5]))]
    return {"values": values} | ({"size": size} if chance.random() < 0.7 else {}), inputs


def stepped(name: str, chance: random.Random) -> Situation:
    """Mostly sequences, of a length that is known or not."""
    wrong = chance.choice([tensor(4), tensor(2, 3, 4), tensor(), tensor(T, classes=5)])
    steps = chance.choice([1, 4, 7, 5 if name == "ClassToken" else T])
    x = wrong if chance.random() < 0.2 else typed((N, steps, chance.choice([1, 3, 6])), chance)
    params: dict[str, Any] = {}
    if name.startswith("Positional") and chance.random() < 0.5:
        params["length"] = chance.choice([3, 7, 12])
    return params, {"x": x}


def repeated(chance: random.Random) -> Situation:
    x = tensor(*chance.choice([(), (4,), (2, 3)]))
    like = typed((N, *chance.choice([(T,), (5, 2), (T, 3, 3), ()])), chance)
    return {}, {"x": x, "like": like}


def _whole(params: Mapping[str, Any], inputs: Mapping[str, Tensor]) -> bool:
    """Whether torch would add, or join, by the last sides alone: no sequences, or a table of one step for all."""
    return inputs["x"].rank != 3 or params.get("length") == 1


STEPPED = ("ClassToken", "PositionalEmbedding", "PositionalEncoding", "LastStep", "Reverse", "CausalMask")
SITUATIONS: dict[str, Maker] = {name: partial(stepped, name) for name in STEPPED}
SITUATIONS |= {"Constant": partial(given, "Constant"), "Parameter": partial(given, "Parameter")}
SITUATIONS |= {"RepeatOverTime": repeated}
REASON = "what is no sequence would get steps along another side"
MEANT: dict[str, Reason] = dict.fromkeys(("PositionalEmbedding", "PositionalEncoding"), (REASON, _whole))
