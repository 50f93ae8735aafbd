"""Recurrent cells drawn from their gates against torch's own: outputs and gradients, both ways, one on the other."""

import json

import pytest
import torch
from torch import nn

from graph import project
from graph.catalogue import standard
from graph.document import Document
from graph.reading import Reading
from runtime import emit
from runtime.build import build
from runtime.program import Program

WIDTH = 5
PORTS = [{"id": "x", "kind": "Input"}, {"id": "y", "kind": "Output"}]


def linear(id: str, factor: int) -> dict:
    return {"id": id, "kind": "Linear", "params": {"out_features": f"={factor}*width"}}


def cell(nodes, wires) -> dict:
    return {"params": {"width": WIDTH}, "nodes": [PORTS[0], *nodes, PORTS[1]], "wires": wires}


def node(id: str, kind: str, **params) -> dict:
    return {"id": id, "kind": kind, "params": params}


RNN = cell(
    [linear("wx", 1), node("h", "Delay"), linear("wh", 1), node("plus", "Add"), node("tanh", "Tanh")],
    ["x.x -> wx.x", "h.y -> wh.x", "wx.y -> plus.a", "wh.y -> plus.b", "plus.y -> tanh.x", "tanh.y -> h.x",
     "tanh.y -> y.x"],
)  # fmt: skip

LSTM = cell(
    [linear("wx", 4), node("h", "Delay"), node("c", "Delay"), linear("wh", 4), node("gates", "Add"),
     node("parts", "Chunk", chunks=4, dim=-1), node("i", "Sigmoid"), node("f", "Sigmoid"), node("g", "Tanh"),
     node("o", "Sigmoid"), node("keep", "Multiply"), node("write", "Multiply"), node("c_next", "Add"),
     node("bent", "Tanh"), node("h_next", "Multiply")],
    ["x.x -> wx.x", "h.y -> wh.x", "wx.y -> gates.a", "wh.y -> gates.b", "gates.y -> parts.x", "parts.a -> i.x",
     "parts.b -> f.x", "parts.c -> g.x", "parts.d -> o.x", "f.y -> keep.a", "c.y -> keep.b", "i.y -> write.a",
     "g.y -> write.b", "keep.y -> c_next.a", "write.y -> c_next.b", "c_next.y -> c.x", "c_next.y -> bent.x",
     "o.y -> h_next.a", "bent.y -> h_next.b", "h_next.y -> h.x", "h_next.y -> y.x"],
)  # fmt: skip

GRU = cell(
    [linear("wx", 3), node("h", "Delay"), linear("wh", 3), node("xs", "Chunk", chunks=3, dim=-1),
     node("hs", "Chunk", chunks=3, dim=-1),
     node("r_sum", "Add"), node("r", "Sigmoid"), node("z_sum", "Add"), node("z", "Sigmoid"), node("rh", "Multiply"),
     node("n_sum", "Add"), node("n", "Tanh"), node("less", "Scale", factor=-1.0, offset=1.0), node("new", "Multiply"),
     node("old", "Multiply"), node("h_next", "Add")],
    ["x.x -> wx.x", "h.y -> wh.x", "wx.y -> xs.x", "wh.y -> hs.x", "xs.a -> r_sum.a", "hs.a -> r_sum.b",
     "r_sum.y -> r.x", "xs.b -> z_sum.a", "hs.b -> z_sum.b", "z_sum.y -> z.x", "r.y -> rh.a", "hs.c -> rh.b",
     "xs.c -> n_sum.a", "rh.y -> n_sum.b", "n_sum.y -> n.x", "z.y -> less.x", "less.y -> new.a", "n.y -> new.b",
     "z.y -> old.a", "h.y -> old.b", "new.y -> h_next.a", "old.y -> h_next.b", "h_next.y -> h.x", "h_next.y -> y.x"],
)  # fmt: skip

CELLS = {"RNN": RNN, "LSTM": LSTM, "GRU": GRU}


def parsed(nodes, wires, blocks) -> Document:
    text = {"format": "neuroloom", "version": 1, "nodes": nodes, "wires": wires, "blocks": blocks}
    return project.parse(json.dumps(text), standard())


def net_of(document: Document) -> nn.Module:
    return build(emit.model(Program(Reading(document))).text).net()


def words(size: int = 3) -> dict:
    return node("words", "Input", shape=[7, size], sequence=True)


def single(kind: str) -> nn.Module:
    nodes = [words(), {"id": "cell", "kind": f"My{kind}"}, node("out", "Output")]
    return net_of(parsed(nodes, ["words.x -> cell.x", "cell.y -> out.x"], {f"My{kind}": CELLS[kind]}))


def take_weights(drawn: nn.Module, theirs: nn.Module, suffix: str = "l0") -> None:
    with torch.no_grad():
        for name, layer in (("ih", drawn.wx), ("hh", drawn.wh)):
            layer.weight.copy_(getattr(theirs, f"weight_{name}_{suffix}"))
            layer.bias.copy_(getattr(theirs, f"bias_{name}_{suffix}"))


def gradients(module: nn.Module, answer: torch.Tensor, x: torch.Tensor) -> list[torch.Tensor]:
    weights = list(module.parameters())
    return list(torch.autograd.grad((answer * torch.linspace(-1, 1, answer.shape[-1])).square().sum(), [x, *weights]))


@pytest.mark.parametrize("kind", CELLS)
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float64, 1e-10), (torch.float32, 1e-5)])
def test_a_cell_from_its_gates_equals_torchs(kind, dtype, tolerance):
    torch.manual_seed(0)
    net, theirs = single(kind).to(dtype), getattr(nn, kind)(3, WIDTH, batch_first=True).to(dtype)
    take_weights(net.cell, theirs)
    x = torch.randn(4, 9, 3, dtype=dtype, requires_grad=True)
    ours, expected = net(x), theirs(x)[0]
    torch.testing.assert_close(ours, expected, rtol=tolerance, atol=tolerance)
    mine = gradients(net, ours, x)
    order = [theirs.weight_ih_l0, theirs.bias_ih_l0, theirs.weight_hh_l0, theirs.bias_hh_l0]
    weighed = (expected * torch.linspace(-1, 1, WIDTH)).square().sum()
    for left, right in zip(mine, torch.autograd.grad(weighed, [x, *order]), strict=True):
        torch.testing.assert_close(left, right, rtol=10 * tolerance, atol=10 * tolerance)


@pytest.mark.parametrize("kind", CELLS)
def test_both_ways_round_and_one_on_the_other(kind):
    torch.manual_seed(1)
    both = {
        "params": {"width": WIDTH},
        "nodes": [PORTS[0], node("ahead", f"My{kind}", width="=width"), node("turn", "Reverse"),
                  node("back", f"My{kind}", width="=width"), node("again", "Reverse"),
                  node("join", "Concatenate", dim=-1), PORTS[1]],
        "wires": ["x.x -> ahead.x", "x.x -> turn.x", "turn.y -> back.x", "back.y -> again.x", "ahead.y -> join.a",
                  "again.y -> join.b", "join.y -> y.x"],
    }  # fmt: skip
    nodes = [words(), node("low", "Both"), node("high", "Both"), node("out", "Output")]
    wires = ["words.x -> low.x", "low.y -> high.x", "high.y -> out.x"]
    net = net_of(parsed(nodes, wires, {f"My{kind}": CELLS[kind], "Both": both})).double()
    theirs = getattr(nn, kind)(3, WIDTH, num_layers=2, bidirectional=True, batch_first=True).double()
    for level, layer in enumerate((net.low, net.high)):
        take_weights(layer.ahead, theirs, f"l{level}")
        take_weights(layer.back, theirs, f"l{level}_reverse")
    x = torch.randn(2, 6, 3, dtype=torch.float64)
    torch.testing.assert_close(net(x), theirs(x)[0], rtol=1e-10, atol=1e-10)


def source_of(kind: str) -> str:
    nodes = [words(), {"id": "cell", "kind": f"My{kind}"}, node("out", "Output")]
    document = parsed(nodes, ["words.x -> cell.x", "cell.y -> out.x"], {f"My{kind}": CELLS[kind]})
    return emit.model(Program(Reading(document))).text


def test_the_source_has_a_step_and_a_loop():
    text = source_of("LSTM")
    assert "def step(self, wx, state):" in text
    assert "h, c = state" in text
    assert "for t in range(wx.shape[1]):" in text or "for t in range(x.shape[1]):" in text
    assert "torch.stack(h_next, 1)" in text


def test_a_start_can_be_learned_or_wired():
    nodes = [words(5), node("h", "Delay", start="learned"), node("plus", "Add"),
             node("out", "Output")]  # fmt: skip
    wires = ["words.x -> plus.a", "h.y -> plus.b", "plus.y -> h.x", "plus.y -> out.x"]
    net = net_of(parsed(nodes, wires, {}))
    assert {key: tuple(value.shape) for key, value in net.state_dict().items()} == {"h.weight": (1, 5)}
    with torch.no_grad():
        net.h.weight.fill_(2.0)
    x = torch.randn(3, 4, 5)
    torch.testing.assert_close(net(x), x.cumsum(1) + 2.0)
    start = node("start", "Input", shape=[5], same_rows_as="words")
    document = parsed([words(5), start, *nodes[1:]], [*wires, "start.x -> h.initial"], {})
    begun = net_of(document)
    torch.testing.assert_close(begun(x, torch.full((3, 5), 3.0)), x.cumsum(1) + 3.0)


def test_off_a_loop_a_delay_shifts():
    net = net_of(parsed([words(), node("back", "Delay"), node("out", "Output")],
                        ["words.x -> back.x", "back.y -> out.x"], {}))  # fmt: skip
    x = torch.randn(2, 4, 3)
    torch.testing.assert_close(net(x), torch.cat([torch.zeros(2, 1, 3), x[:, :-1]], 1))


def test_a_loop_without_a_sequence_takes_its_steps():
    nodes = [node("x", "Input", shape=[4]), node("h", "Delay", steps=3), node("plus", "Add"), node("out", "Output")]
    wires = ["x.x -> plus.a", "h.y -> plus.b", "plus.y -> h.x", "plus.y -> out.x"]
    x = torch.randn(2, 4)
    torch.testing.assert_close(net_of(parsed(nodes, wires, {}))(x), torch.stack([x, 2 * x, 3 * x], 1))
