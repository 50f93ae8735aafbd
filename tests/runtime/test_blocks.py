"""Blocks in the source: classes with arguments, repetition, shared and tied weights, against plain torch."""

import json

import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from graph import edits, project
from graph.catalogue import standard
from graph.document import Document
from graph.reading import Reading
from runtime import emit
from runtime.build import build
from runtime.program import Program
from tests.graph.test_blocks import INNER, network

BRANCH = {
    "params": {"width": 64, "dropout": 0.0},
    "nodes": [
        {"id": "x", "kind": "Input"},
        {"id": "conv", "kind": "Conv2d", "params": {"out_channels": "=width", "kernel_size": 3, "padding": 1}},
        {"id": "norm", "kind": "BatchNorm2d"},
        {"id": "act", "kind": "ReLU"},
        {"id": "drop", "kind": "Dropout2d", "params": {"p": "=dropout"}},
        {"id": "y", "kind": "Output"},
    ],
    "wires": ["x.x -> conv.x", "conv.y -> norm.x", "norm.y -> act.x", "act.y -> drop.x", "drop.y -> y.x"],
}
RESIDUAL = {
    "params": {"width": 64},
    "nodes": [
        {"id": "x", "kind": "Input"},
        {"id": "first", "kind": "Branch", "params": {"width": "=width"}},
        {"id": "second", "kind": "Branch", "params": {"width": "=width", "dropout": 0.1}},
        {"id": "plus", "kind": "Add"},
        {"id": "y", "kind": "Output"},
    ],
    "wires": ["x.x -> first.x", "first.y -> second.x", "x.x -> plus.a", "second.y -> plus.b", "plus.y -> y.x"],
}


def siamese() -> Document:
    """A pair of pictures through one stem, three residual blocks of their own, two that share weights."""
    nodes = [
        {"id": "a", "kind": "Input", "params": {"shape": [3, 8, 8]}},
        {"id": "b", "kind": "Input", "params": {"shape": [3, 8, 8], "same_rows_as": "a"}},
        {"id": "stem", "kind": "Branch", "params": {"width": 16}},
        {"id": "stem_b", "kind": "Branch", "shares": "stem"},
        {"id": "minus", "kind": "Subtract"},
        {"id": "body", "kind": "Residual", "params": {"width": 16}, "repeat": 3},
        {"id": "tail", "kind": "Residual", "params": {"width": 16}, "repeat": {"times": 2, "shared": True}},
        {"id": "flat", "kind": "Flatten"},
        {"id": "fc", "kind": "Linear", "params": {"out_features": 1}},
        {"id": "near", "kind": "Output"},
    ]
    wires = ["a.x -> stem.x", "b.x -> stem_b.x", "stem.y -> minus.a", "stem_b.y -> minus.b", "minus.y -> body.x",
             "body.y -> tail.x", "tail.y -> flat.x", "flat.y -> fc.x", "fc.y -> near.x"]  # fmt: skip
    return parsed(nodes, wires, {"Branch": BRANCH, "Residual": RESIDUAL})


def parsed(nodes, wires, blocks) -> Document:
    text = {"format": "neuroloom", "version": 1, "nodes": nodes, "wires": wires, "blocks": blocks}
    return project.parse(json.dumps(text), standard())


def source(document: Document) -> str:
    return emit.model(Program(Reading(document))).text


def test_the_source_reads_like_a_persons():
    text = source(siamese())
    assert "def __init__(self, in_channels, width=64, dropout=0.0):" in text
    assert "self.conv = nn.Conv2d(in_channels, width, kernel_size=3, padding=1)" in text
    assert "self.first = Branch(16, width=width)" in text
    assert "self.second = Branch(16, width=width, dropout=0.1)" in text
    assert "self.stem = Branch(3, width=16)" in text
    assert "self.body = nn.Sequential(*(Residual(width=16) for _ in range(3)))" in text
    assert "x = stem - self.stem(b)" in text
    assert "for _ in range(2):" in text
    assert text.count("class ") == 3


def test_keys_are_the_paths_of_the_nodes():
    document = siamese()
    net = build(source(document)).net()
    keys = set(net.state_dict())
    assert {"stem.conv.weight", "body.0.first.conv.weight", "tail.first.conv.weight", "fc.bias"} <= keys
    assert not any(key.startswith("stem_b") for key in keys)
    reading = Reading(document)
    told = sum(reading.cost(node.born).parameters or 0 for node in document.nodes())
    assert told == sum(weight.numel() for weight in net.parameters())


def test_the_numbers_are_those_of_plain_torch():
    torch.manual_seed(0)
    net = build(source(siamese())).net().double().eval()
    a, b = torch.randn(2, 2, 3, 8, 8, dtype=torch.float64).unbind(0)

    def branch(module: nn.Module, x: torch.Tensor) -> torch.Tensor:
        return F.relu(module.norm(F.conv2d(x, module.conv.weight, module.conv.bias, padding=1)))

    def residual(module: nn.Module, x: torch.Tensor) -> torch.Tensor:
        return x + branch(module.second, branch(module.first, x))

    x = branch(net.stem, a) - branch(net.stem, b)
    for block in net.body:
        x = residual(block, x)
    x = residual(net.tail, residual(net.tail, x))
    torch.testing.assert_close(net(a, b), F.linear(x.flatten(1), net.fc.weight, net.fc.bias))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sets(st.sampled_from(INNER), min_size=1))
def test_any_nodes_collapse_and_unpack_without_a_change_of_numbers(chosen):
    document = network()
    before = source(document)
    torch.manual_seed(2)
    net, x = build(before).net(), torch.randn(4, 6)
    try:
        placed = edits.collapse(document, chosen, "Part")
    except edits.Refused:
        return
    inner = build(source(document)).net()
    state = net.state_dict()
    inner.load_state_dict({key: state[key.removeprefix(f"{placed}.")] for key in inner.state_dict()})
    for left, right in zip(inner(x), net(x), strict=True):
        torch.testing.assert_close(left, right, rtol=0, atol=0)
    edits.unpack(document, placed)
    assert source(document) == before


def test_collapsing_and_unpacking_leave_the_numbers():
    document = parsed(
        [{"id": "img", "kind": "Input", "params": {"shape": [6]}}, {"id": "fc1", "kind": "Linear"},
         {"id": "act", "kind": "Tanh"}, {"id": "fc2", "kind": "Linear", "params": {"out_features": 3}},
         {"id": "out", "kind": "Output"}],
        ["img.x -> fc1.x", "fc1.y -> act.x", "act.y -> fc2.x", "fc2.y -> out.x"], {},
    )  # fmt: skip
    before = source(document)
    torch.manual_seed(1)
    net, x = build(before).net(), torch.randn(4, 6)
    placed = edits.collapse(document, ["fc1", "act"], "Hidden")
    inner = build(source(document)).net()
    inner.load_state_dict({key.replace("fc1.", "hidden1.fc1."): value for key, value in net.state_dict().items()})
    torch.testing.assert_close(inner(x), net(x), rtol=0, atol=0)
    edits.unpack(document, placed)
    assert source(document) == before


def test_a_head_can_be_tied_to_an_embedding():
    document = parsed(
        [{"id": "tokens", "kind": "Input", "params": {"shape": [5], "classes": 50}},
         {"id": "wte", "kind": "Embedding", "params": {"embedding_dim": 8}},
         {"id": "fc", "kind": "Linear", "params": {"out_features": 8}},
         {"id": "head", "kind": "Linear", "params": {"out_features": 50, "bias": False}, "shares": "wte"},
         {"id": "out", "kind": "Output"}],
        ["tokens.x -> wte.x", "wte.y -> fc.x", "fc.y -> head.x", "head.y -> out.x"], {},
    )  # fmt: skip
    assert "F.linear(self.fc(x), self.wte.weight)" in source(document)
    net, x = build(source(document)).net(), torch.randint(50, (2, 5))
    assert set(net.state_dict()) == {"wte.weight", "fc.weight", "fc.bias"}
    torch.testing.assert_close(net(x), net.fc(net.wte.weight[x]) @ net.wte.weight.T)
    edits.set_param(document, "head", "out_features", 40)
    (found,) = [d for d in Reading(document).diagnostics("head") if d.level == "error"]
    assert found.message == "head cannot share the weight of wte: (40, 8) is not (50, 8)."


def test_what_shares_weights_must_get_the_same_sides():
    document = siamese()
    edits.set_param(document, "b", "shape", [1, 8, 8])
    (found,) = [d for d in Reading(document).diagnostics("stem_b") if d.level == "error"]
    assert found.message == "stem_b shares the weights of stem, but what goes into it has other sides."
    assert found.fix is not None
    found.fix.apply(document)
    assert [d.code for d in Reading(document).diagnostics("stem_b") if d.level == "error"] == []


def test_what_differs_in_more_than_arguments_becomes_another_class():
    document = siamese()
    edits.set_param(document.inside("Branch"), "Branch/norm", "affine", False)
    edits.set_block_param(document, "Branch", "side", 3)
    edits.set_param(document.inside("Branch"), "Branch/conv", "kernel_size", "=side")
    text = source(document)
    assert "nn.Conv2d(in_channels, width, kernel_size=side, padding=1)" in text
    assert text.count("class ") == 3
    build(text).net()
