"""Every activation of a neuron is the same number by hand, alone, in a row, in a table, and as a node of its own."""

from typing import Any

import pytest
import torch

from graph.bends import BENDS
from graph.catalogue import standard
from graph.document import Document
from graph.evaluate import activate
from runtime import emit
from tests.runtime.drawings import built, drawn, program_of

POINTS = (-3.0, -1.5, -0.5, 0.0, 0.3, 0.5, 2.0, 7.0)


def given() -> torch.Tensor:
    return torch.tensor([[point] for point in POINTS])


def neurons(activation: str, count: int, *, fixed: bool = False) -> tuple[dict[str, Any], list[Any]]:
    """Neurons that hand on their one input, bent; wired to a row of answers."""
    nodes: dict[str, Any] = {"rows": ("Input", {"shape": [1]}), "joined": ("Concatenate", {}), "out": ("Output", {})}
    wires: list[Any] = ["joined.y -> out.x"]
    for at in range(count):
        nodes[f"n{at}"] = ("Neuron", {"activation": activation, "bias": 0.0})
        wires.append({"wire": f"rows.x[0] -> n{at}.x", "weight": 1.0, **({"fixed": True} if fixed else {})})
        wires.append(f"n{at}.y -> joined.{'abc'[at]}")
    return nodes, wires


@pytest.mark.parametrize("name", list(BENDS))
def test_by_hand_and_in_the_source(name: str) -> None:
    by_hand = [activate(Document(standard()), name, point) for point in POINTS]
    for fixed in (False, True):
        net = built(program_of(drawn(*neurons(name, 2, fixed=fixed)))).net()
        torch.testing.assert_close(net(given())[:, 0], torch.tensor(by_hand), atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("name", list(BENDS))
def test_the_kind_it_stands_for_computes_the_same(name: str) -> None:
    bend = BENDS[name]
    nodes = {"rows": ("Input", {"shape": [1]}), "bent": (bend.kind, dict(bend.params)), "out": ("Output", {})}
    alone = built(program_of(drawn(nodes, ["rows.x -> bent.x", "bent.y -> out.x"]))).net()
    neuron = built(program_of(drawn(*neurons(name, 1)))).net()
    torch.testing.assert_close(neuron(given()), alone(given()))


def test_a_function_that_torch_has_not_is_written_once() -> None:
    nodes, wires = neurons("gaussian", 2)
    nodes["other"] = ("Neuron", {"activation": "gaussian"})
    nodes["also"] = ("Output", {})
    wires += [{"wire": "rows.x[0] -> other.x", "weight": 0.5, "fixed": True}, "other.y -> also.x"]
    text = emit.model(program_of(drawn(nodes, wires))).text
    assert text.count("def gaussian(x):") == 1
    assert "class Neurons" in text


def test_a_node_of_the_same_name_does_not_hide_the_function() -> None:
    nodes, wires = neurons("gaussian", 1)
    nodes["gaussian"] = ("Linear", {"out_features": 1})
    wires = [wire for wire in wires if wire != "joined.y -> out.x"]
    wires += ["joined.y -> gaussian.x", "gaussian.y -> out.x"]
    net = built(program_of(drawn(nodes, wires))).net()
    assert net(given()).shape == (len(POINTS), 1)
