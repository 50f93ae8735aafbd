"""Random drawings: generated source computes what each node computes by itself, whatever the wiring."""

import random
from typing import Any

import pytest
import torch
from torch.nn import functional as F

from tests.runtime.drawings import built, drawn, program_of

WIDTH = 3


def wired(seed: int) -> tuple[dict[str, Any], list[str], dict[str, list[str]]]:
    """A random drawing of layers and sums over one source: nodes, wires, and the inputs of each node."""
    chance = random.Random(seed)
    nodes: dict[str, Any] = {"data": ("Input", {"shape": [WIDTH]})}
    wires, inputs, places = [], {}, ["data.x"]
    for at in range(chance.randint(3, 14)):
        kind = chance.choice(["Linear", "Tanh", "ReLU", "Add", "Identity"])
        id = chance.choice([f"n{at}", f"x{at}", f"data_{at}"])
        sources = chance.sample(places, min(len(places), 2)) if kind == "Add" else [chance.choice(places[-3:])]
        nodes[id] = (kind, {"out_features": WIDTH} if kind == "Linear" else {})
        ports = "ab" if kind == "Add" else "x"
        wires += [f"{source} -> {id}.{port}" for source, port in zip(sources, ports, strict=False)]
        inputs[id] = [source.split(".")[0] for source in sources]
        places.append(f"{id}.y")
    for at, place in enumerate(chance.sample(places[1:], min(len(places) - 1, chance.randint(1, 3)))):
        nodes[f"out{at}"] = ("Output", {})
        wires.append(f"{place} -> out{at}.x")
        inputs[f"out{at}"] = [place.split(".")[0]]
    return nodes, wires, inputs


def by_hand(net: Any, nodes: dict[str, Any], inputs: dict[str, list[str]], x: torch.Tensor) -> list[torch.Tensor]:
    value = {"data": x}
    for id, sources in inputs.items():
        given, kind = [value[source] for source in sources if source in value], nodes[id][0]
        if len(given) < len(sources) or (kind == "Linear" and not hasattr(net, id)):
            continue
        value[id] = {
            "Linear": lambda id=id, given=given: getattr(net, id)(given[0]),
            "Tanh": lambda given=given: given[0].tanh(),
            "ReLU": lambda given=given: given[0].relu(),
            "Add": lambda given=given: sum(given),
            "Identity": lambda given=given: given[0],
            "Output": lambda given=given: given[0],
        }[kind]()
    return [value[id] for id in inputs if id.startswith("out")]


@pytest.mark.parametrize("seed", range(150))
def test_forward_equals_node_by_node(seed: int) -> None:
    nodes, wires, inputs = wired(seed)
    net = built(program_of(drawn(nodes, wires))).net()
    x = torch.randn(4, WIDTH)
    answer = net(x)
    listed = answer if isinstance(answer, tuple) else (answer,)
    wanted = by_hand(net, nodes, inputs, x)
    for given, told in zip(listed, wanted, strict=True):
        torch.testing.assert_close(given, told)


@pytest.mark.parametrize("seed", range(60))
def test_training_equals_node_by_node(seed: int) -> None:
    """Losses at several places of the same drawing, some of them not upstream of an Output."""
    nodes, wires, inputs = wired(seed)
    nodes = {
        "data": ("Diabetes", {}),
        "narrow": ("Linear", {"out_features": WIDTH}),
        **{k: v for k, v in nodes.items() if k != "data"},
    }
    wires = ["data.x -> narrow.x", *(wire.replace("data.x ->", "narrow.y ->") for wire in wires)]
    inner = [id for id in inputs if not id.startswith("out")]
    chosen = random.Random(seed).sample(inner, min(2, len(inner)))
    for at, id in enumerate(chosen):
        nodes |= {f"head{at}": ("Linear", {"out_features": 1}), f"loss{at}": ("MSELoss", {})}
        wires += [
            f"{id}.y -> head{at}.x",
            f"head{at}.y -> loss{at}.prediction",
            f"data.y -> loss{at}.target",
            f"loss{at}.loss -> sgd.loss",
        ]
    nodes["sgd"] = ("SGD", {"lr": 0.01})
    training = built(program_of(drawn(nodes, wires)), train=True).training()
    x, y = torch.randn(5, 10), torch.randn(5)
    nets = [training.net, getattr(training, "extras", training.net)]

    def made(id: str) -> Any:
        return next(getattr(net, id) for net in nets if hasattr(net, id))

    class Both:
        def __getattr__(self, id: str) -> Any:
            try:
                return made(id)
            except StopIteration:
                raise AttributeError(id) from None

    both = Both()
    expected = losses(both, nodes, inputs, chosen, made("narrow")(x), y)
    sums = training.step(x, y)
    for at, wanted in enumerate(expected):
        torch.testing.assert_close(sums[f"loss{at}"][0] / 5, wanted.detach())
    looked = training.evaluate(x, y)
    after = losses(both, nodes, inputs, chosen, made("narrow")(x), y)
    for at, wanted in enumerate(after):
        torch.testing.assert_close(looked[f"loss{at}"][0] / 5, wanted.detach())


def losses(
    net: Any, nodes: dict[str, Any], inputs: dict[str, list[str]], chosen: list[str], x: torch.Tensor, y: torch.Tensor
) -> list[torch.Tensor]:
    """The losses at the chosen nodes, computed node by node."""
    ends = {f"out_{id}": ("Output", {}) for id in chosen}
    whole = {
        **{id: sources for id, sources in inputs.items() if not id.startswith("out")},
        **{f"out_{id}": [id] for id in chosen},
    }
    values = by_hand(net, {**nodes, **ends}, whole, x)
    return [F.mse_loss(getattr(net, f"head{at}")(value).squeeze(1), y) for at, value in enumerate(values)]
