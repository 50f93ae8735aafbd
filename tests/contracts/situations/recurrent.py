"""Situations of recurrent layers and cells: sequences of all lengths, with and without states to start from."""

import random
from functools import partial
from typing import Any

from graph.catalogue import standard
from graph.shape import Axis, Tensor
from tests.contracts.situations import Maker, Reason, Situation, settings, tensor

T = Axis("data", "T", 5)
GATED = ("GRU", "LSTM", "RNN")


def layer(name: str, chance: random.Random) -> Situation:
    """Mostly sequences, sometimes with fitting states; now and then something else."""
    params = _params(name, chance)
    length, width = chance.choice([1, 4, 7, T]), chance.choice([1, 2, 6])
    misfits = [tensor(width), tensor(), tensor(2, 3, width), tensor(4, classes=5)]
    x = chance.choice(misfits) if chance.random() < 0.15 else tensor(length, width)
    return params, {"x": x} | _states(name, params, chance)


def _params(name: str, chance: random.Random) -> dict[str, Any]:
    kind = standard().get(name)
    assert kind is not None
    params = settings(kind, chance)
    params["num_layers"] = chance.choice([1, 1, 2, 3])
    params.pop("stateful", None)  # what keeps its state is called otherwise: tests/runtime/test_stateful.py
    if name == "LSTM":
        params["proj_size"] = chance.choice([0, 0, 1, 2, 9])
        params["hidden_size"] = chance.choice([3, 4, 5])
    return params


def _states(name: str, params: dict[str, Any], chance: random.Random) -> dict[str, Tensor]:
    """The states that fit, or nearly; of an LSTM's two now and then only one."""
    hidden = params.get("hidden_size", 64)
    sizes = {"h0": params.get("proj_size") or hidden} | ({"c0": hidden} if name == "LSTM" else {})
    stacked = params["num_layers"] * (2 if params.get("bidirectional") else 1)
    if chance.random() < 0.4:
        return {}
    if chance.random() < 0.15:
        sizes = {port: size + chance.choice([0, 1]) for port, size in sizes.items()}
    if chance.random() < 0.1:
        sizes.popitem()
    off = chance.choice([0] * 9 + [1])
    return {port: tensor(size) if stacked + off == 1 else tensor(stacked + off, size) for port, size in sizes.items()}


def cell(name: str, chance: random.Random) -> Situation:
    """Mostly rows, sometimes with fitting states; now and then something else."""
    kind = standard().get(name)
    assert kind is not None
    params, width = settings(kind, chance), chance.choice([1, 2, 6])
    misfits = [tensor(4, width), tensor(), tensor(2, 3, width), tensor(classes=5)]
    x = chance.choice(misfits) if chance.random() < 0.15 else tensor(width)
    size = params.get("hidden_size", 64) + (chance.random() < 0.1)
    states = {port: tensor(size) for port in (("h", "c") if name == "LSTMCell" else ("h",))}
    if chance.random() < 0.1:
        states.popitem()
    return params, {"x": x} | (states if chance.random() < 0.6 else {})


def rows_for_steps(params: Any, inputs: Any) -> bool:
    return bool(inputs["x"].rank < 3)


SITUATIONS: dict[str, Maker] = {
    **{name: partial(layer, name) for name in GATED},
    **{f"{name}Cell": partial(cell, f"{name}Cell") for name in GATED},
}

MEANT: dict[str, Reason] = {
    **dict.fromkeys(GATED, ("the rows of a batch would be taken for the steps of one sequence", rows_for_steps)),
    **{
        f"{name}Cell": ("the batch would be taken for one row", lambda params, inputs: inputs["x"].rank < 2)
        for name in GATED
    },
}
