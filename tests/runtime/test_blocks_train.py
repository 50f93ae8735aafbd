"""Drawings with blocks and loops are trained, resumed and exported as any other."""

import json
from itertools import pairwise

import numpy as np
import pytest
import torch

from graph.catalogue import standard
from graph.project import parse
from graph.reading import Reading
from runtime import emit
from runtime.build import build
from runtime.exports.take import Take
from runtime.program import Program
from tests.runtime.test_loops import CELLS
from tests.runtime.training import train

TOWER = {
    "params": {"width": 32},
    "nodes": [
        {"id": "x", "kind": "Input"},
        {"id": "fc", "kind": "Linear", "params": {"out_features": "=width"}},
        {"id": "act", "kind": "ReLU"},
        {"id": "drop", "kind": "Dropout", "params": {"p": 0.2}},
        {"id": "y", "kind": "Output"},
    ],
    "wires": ["x.x -> fc.x", "fc.y -> act.x", "act.y -> drop.x", "drop.y -> y.x"],
}


def text(middle, chain, blocks, epochs=3) -> str:
    nodes = [
        {"id": "digits", "kind": "Digits", "params": {"batch_size": 64}},
        {"id": "scale", "kind": "MinMax"},
        *middle,
        {"id": "fc", "kind": "Linear", "params": {"out_features": 10}},
        {"id": "loss", "kind": "CrossEntropyLoss"},
        {"id": "adam", "kind": "Adam", "params": {"lr": 0.01}},
    ]
    names = ["scale", *chain, "fc"]
    wires = ["digits.x -> scale.x", *(f"{a}.y -> {b}.x" for a, b in pairwise(names)),
             "fc.y -> loss.prediction", "digits.y -> loss.target", "loss.loss -> adam.loss"]  # fmt: skip
    return json.dumps({"format": "neuroloom", "version": 1, "nodes": nodes, "wires": wires, "blocks": blocks,
                       "run": {"epochs": epochs, "threads": 1}})  # fmt: skip


BLOCKED = text(
    [{"id": "flat", "kind": "Flatten"}, {"id": "first", "kind": "Tower"},
     {"id": "body", "kind": "Tower", "repeat": 2},
     {"id": "tail", "kind": "Tower", "repeat": {"times": 2, "shared": True}}],
    ["flat", "first", "body", "tail"], {"Tower": TOWER},
)  # fmt: skip
LOOPED = text(
    [{"id": "rows", "kind": "Squeeze", "params": {"dim": 1}}, {"id": "cell", "kind": "Cell", "params": {"width": 24}},
     {"id": "last", "kind": "LastStep"}],
    ["rows", "cell", "last"], {"Cell": CELLS["LSTM"]},
)  # fmt: skip


@pytest.mark.parametrize("drawing", [BLOCKED, LOOPED], ids=["blocks", "loop"])
def test_it_learns_and_a_resumed_run_ends_bit_equal(tmp_path, drawing):
    whole = train(tmp_path / "whole", drawing)
    losses = [epoch.train["loss"] for epoch in whole.run.epochs()]
    assert losses[-1] < 0.8 * losses[0]
    train(tmp_path / "parts", drawing, stop_at=30)
    parts = train(tmp_path / "parts", drawing, resume=True)
    for key, value in whole.weights.items():
        np.testing.assert_array_equal(value, parts.weights[key], err_msg=key)


def test_the_keys_of_a_checkpoint_are_paths(tmp_path):
    keys = set(train(tmp_path, BLOCKED, stop_at=3).weights)
    assert any(key.endswith("body.1.fc.weight") for key in keys)
    assert any(key.endswith("tail.fc.weight") for key in keys)


@pytest.mark.parametrize("drawing", [BLOCKED, LOOPED], ids=["blocks", "loop"])
def test_it_leaves_as_onnx(tmp_path, drawing):
    pytest.importorskip("onnxruntime")
    from runtime.exports import export

    document = parse(drawing, standard())
    reading = Reading(document)
    torch.manual_seed(0)
    net = build(emit.model(Program(reading)).text).net()
    weights = net.state_dict()
    out = tmp_path / "net.onnx"
    assert export("onnx", Take(document, reading, "net", tmp_path, weights, 1, "cpu"), out)
    assert out.stat().st_size > 1000
