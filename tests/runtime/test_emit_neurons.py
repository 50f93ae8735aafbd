"""Neurons compile to matrix products and compute what each of them computes alone."""

import random
from itertools import combinations
from typing import Any

import pytest
import torch
from torch import nn

from runtime import emit
from runtime.exports.weights import packing
from tests.runtime.drawings import built, drawn, example, program_of


def test_the_network_computed_by_hand() -> None:
    net = built(example("neuron-by-hand")).net()
    x = torch.tensor([[2.0, 3.0]])
    h = torch.relu(net.h(x))
    torch.testing.assert_close(h, torch.tensor([[3.5, 0.0]]))
    torch.testing.assert_close(net.y(h).squeeze(1), torch.tensor([2.5]))
    torch.testing.assert_close(net(x), torch.sigmoid(torch.tensor([2.5])))
    assert round(net(x).item(), 3) == 0.924


def test_a_row_is_a_plain_linear() -> None:
    text = emit.model(example("xor-neurons")).text
    assert "class Neurons" not in text
    assert "self.h = nn.Linear(2, 3)" in text


FUNCTIONS = {"identity": lambda z: z, "tanh": torch.tanh, "relu": torch.relu, "sigmoid": torch.sigmoid}


def wild(seed: int, *, fixed: bool = False) -> tuple[dict[str, Any], list[Any], dict[str, Any]]:
    """A freely wired network in which every weight is typed: nodes, wires, and what was typed."""
    chance = random.Random(seed)
    nodes: dict[str, Any] = {"rows": ("Input", {"shape": [3]})}
    wires: list[Any] = []
    typed: dict[str, Any] = {}
    places = [f"rows.x[{at}]" for at in range(3)]
    for at in range(14):
        name, activation, bias = f"n{at}", chance.choice(list(FUNCTIONS)), round(chance.uniform(-1, 1), 2)
        nodes[name] = ("Neuron", {"activation": activation, "bias": bias})
        sources = chance.sample(places, min(len(places), chance.randint(1, 5)))
        typed[name] = (activation, bias, {})
        for source in sources:
            weight = round(chance.uniform(-1, 1), 2)
            typed[name][2][source] = weight
            wire = {"wire": f"{source} -> {name}.x", "weight": weight}
            wires.append({**wire, "fixed": True} if fixed and chance.random() < 0.3 else wire)
        places.append(f"{name}.y")
    nodes["out"] = ("Output", {})
    wires += ["n13.y -> out.x"]
    nodes |= {"also": ("Output", {})}
    wires += ["n12.y -> also.x"]
    return nodes, wires, typed


def one_by_one(typed: dict[str, Any], x: torch.Tensor) -> dict[str, torch.Tensor]:
    value = {f"rows.x[{at}]": x[:, at] for at in range(3)}
    for name, (activation, bias, weights) in typed.items():
        total = sum(weight * value[source] for source, weight in weights.items()) + bias
        value[f"{name}.y"] = FUNCTIONS[activation](total)
    return value


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("fixed", [False, True])
def test_freely_wired_neurons_equal_one_by_one(seed: int, fixed: bool) -> None:
    nodes, wires, typed = wild(seed, fixed=fixed)
    net = built(program_of(drawn(nodes, wires))).net().double()
    for name, buffer in net.named_buffers():
        if name.endswith("_fixed") and buffer is not None:
            buffer.copy_(buffer.float().double())
    x = torch.randn(5, 3, dtype=torch.float64)
    value = one_by_one(typed, x)
    for given, wanted in zip(net(x), (value["n13.y"], value["n12.y"]), strict=True):
        torch.testing.assert_close(given, wanted, atol=1e-6, rtol=1e-6)


@pytest.mark.parametrize("seed", range(6))
def test_packing_finds_each_weight(seed: int) -> None:
    nodes, wires, typed = wild(seed)
    program = program_of(drawn(nodes, wires))
    state = built(program).net().state_dict()
    for name, row in packing(program).items():
        key, *place = row["weight"]
        numbers = state[key][place[0]] if len(place) == 1 else state[key][place[0] : place[1]]
        sources = [
            f"{born}.{port}" + (f"[{int(select[4:-1])}]" if select else "") for born, port, select, _ in row["from"]
        ]
        expected = [typed[name][2][source] for source in sources]
        torch.testing.assert_close(numbers, torch.tensor(expected))
        torch.testing.assert_close(state[row["bias"][0]][row["bias"][1]], torch.tensor(typed[name][1]))


def test_fixed_weights_are_not_trained() -> None:
    nodes, wires, _ = wild(3, fixed=True)
    program = program_of(drawn(nodes, wires))
    net = built(program).net()
    wired = [wire for wire in wires if isinstance(wire, dict)]
    free = sum(not wire.get("fixed") for wire in wired)
    counted = {born for unit in program.units for born in unit.births}
    free = sum(not wire.get("fixed") and wire["wire"].split("-> ")[1][:-2] in counted for wire in wired)
    assert sum(p.numel() for p in net.parameters()) == free + len(counted)


def test_untyped_weights_are_drawn_by_fan_in() -> None:
    nodes: dict[str, Any] = {"rows": ("Input", {"shape": [100]}), "n": ("Neuron", {})}
    net = built(program_of(drawn(nodes, ["rows.x -> n.x"]))).net()
    assert isinstance(net.n, nn.Linear)
    assert 0.08 < float(net.n.weight.detach().abs().max()) <= 0.1


def sparse() -> tuple[Any, list[tuple[int, int]]]:
    """A network whose first level has few of all possible wires, and which two numbers each of it takes."""
    pairs = random.Random(0).sample(list(combinations(range(40), 2)), 60)
    nodes: dict[str, Any] = {"rows": ("Input", {"shape": [40]})}
    wires: list[Any] = []
    for at, pair in enumerate(pairs):
        nodes[f"n{at}"] = ("Neuron", {"activation": "tanh"})
        wires += [f"rows.x[{place}] -> n{at}.x" for place in pair]
    nodes["out"] = ("Output", {})
    nodes["all"] = ("Neuron", {})
    wires += [f"n{at}.y -> all.x" for at in range(60)] + ["all.y -> out.x"]
    return built(program_of(drawn(nodes, wires))).net().double(), pairs


def pencil(net: Any, pairs: list[tuple[int, int]], x: torch.Tensor) -> torch.Tensor:
    weight, bias = net.neurons.weight, net.neurons.bias
    hidden = [torch.tanh(x[:, list(p)] @ weight[2 * at : 2 * at + 2] + bias[at]) for at, p in enumerate(pairs)]
    return torch.stack(hidden, 1) @ weight[120:] + bias[60]


def test_many_neurons_take_the_sparse_way_and_agree() -> None:
    net, pairs = sparse()
    assert not net.neurons.levels[0].dense
    assert net.neurons.levels[1].dense
    x = torch.randn(4, 40, dtype=torch.float64, requires_grad=True)
    y, wanted = net(x), pencil(net, pairs, x)
    torch.testing.assert_close(y, wanted, rtol=1e-12, atol=1e-12)
    all_of = [x, *net.parameters()]
    for one, other in zip(torch.autograd.grad(y.sum(), all_of), torch.autograd.grad(wanted.sum(), all_of), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-12, atol=1e-12)
    with torch.no_grad():
        torch.testing.assert_close(net(x), wanted, rtol=1e-12, atol=1e-12)


def test_the_sparse_way_has_a_second_slope() -> None:
    net, pairs = sparse()
    x = torch.randn(3, 40, dtype=torch.float64, requires_grad=True)
    lengths = []
    for answer in (net(x), pencil(net, pairs, x)):
        (slope,) = torch.autograd.grad(answer.sum(), x, create_graph=True)
        lengths.append(torch.autograd.grad(slope.square().sum(), net.neurons.weight)[0])
    torch.testing.assert_close(lengths[0], lengths[1], rtol=1e-12, atol=1e-12)


def test_one_wire_after_another_reaches_the_same_numbers() -> None:
    """Levels whose sources lie in all levels before, with several activations in each."""
    chance = random.Random(1)
    nodes: dict[str, Any] = {"rows": ("Input", {"shape": [50]}), "out": ("Output", {})}
    places, wires, typed = [f"rows.x[{at}]" for at in range(50)], list[Any](), dict[str, Any]()
    for level in range(3):
        new = [f"n{level}_{at}" for at in range(20)]
        for name in new:
            activation, sources = chance.choice(list(FUNCTIONS)), chance.sample(places, 3)
            nodes[name] = ("Neuron", {"activation": activation, "bias": 0.25})
            typed[name] = (activation, 0.25, {source: round(chance.uniform(-1, 1), 2) for source in sources})
            wires += [{"wire": f"{source} -> {name}.x", "weight": w} for source, w in typed[name][2].items()]
        places += [f"{name}.y" for name in new]
    nodes["joined"] = ("Concatenate", {})
    wires += [f"n2_{at}.y -> joined.{'abcdefghijklmnopqrst'[at]}" for at in range(20)] + ["joined.y -> out.x"]
    x = torch.randn(6, 50)
    value = {f"rows.x[{at}]": x[:, at] for at in range(50)}
    for name, (activation, bias, weights) in typed.items():
        value[f"{name}.y"] = FUNCTIONS[activation](sum(w * value[source] for source, w in weights.items()) + bias)
    wanted = torch.stack([value[f"n2_{at}.y"] for at in range(20)], 1)
    torch.testing.assert_close(built(program_of(drawn(nodes, wires))).net()(x), wanted)
