"""However a training loses its numbers, the node where it happened is named, and what helps there."""

import json
from pathlib import Path
from typing import Any

import pytest

from runtime.protocol import Failure
from tests.runtime.training import text_of, train

Middle = tuple[str, str, dict[str, Any]]


def chain(*middle: Middle, loss: str = "MSELoss", lr: float = 0.01) -> str:
    """Diabetes through fc1, some nodes, and fc2."""
    nodes: dict[str, tuple[str, dict[str, Any]]] = {
        "data": ("Diabetes", {"batch_size": 32}),
        "fc1": ("Linear", {"out_features": 4}),
    }
    ends, wires = "fc1.y", ["data.x -> fc1.x"]
    for id, kind, params in middle:
        nodes[id] = (kind, params)
        wires.append(f"{ends} -> {id}.x")
        ends = f"{id}.y"
    nodes |= {"fc2": ("Linear", {"out_features": 1}), "loss": (loss, {}), "sgd": ("SGD", {"lr": lr})}
    wires += [f"{ends} -> fc2.x", "fc2.y -> loss.prediction", "data.y -> loss.target", "loss.loss -> sgd.loss"]
    return text_of(nodes, wires, {"epochs": 3, "threads": 1})


def told(folder: Path, text: str) -> Failure:
    trained = train(folder / "run", text)
    failure = trained.run.failure()
    assert trained.code == 3
    assert failure is not None
    return failure


@pytest.mark.parametrize(
    ("middle", "said"),
    [
        ([("relu", "ReLU", {}), ("log1", "Log", {})], "log1 gave the first number that is not finite (from"),
        ([("log1", "Log", {})], "A logarithm wants numbers above 0"),
        ([("big", "Scale", {"factor": 1e4}), ("exp1", "Exp", {})], "exp1 gave the first number"),
        ([("relu", "ReLU", {}), ("over", "Reciprocal", {})], "Nothing can be divided by 0"),
        ([("odd", "Expression", {"expression": "1 / (x - x)"})], "odd gave the first number"),
        ([("tanh", "Tanh", {}), ("root", "Expression", {"expression": "sqrt(x)"})], "root gave the first number"),
    ],
)  # fmt: skip
def test_functions_that_lose_numbers(tmp_path: Path, middle: list[Middle], said: str) -> None:
    """These are no modules: they stand within other calls in the source."""
    failure = told(tmp_path, chain(*middle))
    assert said in failure.message
    assert "at step 1 (epoch 1)" in failure.message
    assert failure.node == middle[-1][0]


def test_a_rate_that_is_too_high(tmp_path: Path) -> None:
    failure = told(tmp_path, chain(("relu", "LeakyReLU", {}), lr=10.0))
    assert "smaller learning rate in sgd (now 10)" in failure.message
    assert failure.node in {"fc1", "fc2", "relu"}


def test_a_slope_that_is_lost_is_found_a_step_before_the_loss(tmp_path: Path) -> None:
    """Zeros have a square root, but no slope there: the weights are lost by the first step, the loss by the second."""
    failure = told(tmp_path, chain(("none", "Scale", {"factor": 0.0}), ("sqrt1", "Sqrt", {})))
    assert "loss became not a number (nan) at step 2 (epoch 1)" in failure.message
    assert (
        "on the way back the slope through sqrt1 was the first number that is not finite, at step 1" in failure.message
    )
    assert failure.node == "sqrt1"


def test_what_is_no_probability(tmp_path: Path) -> None:
    failure = told(tmp_path, chain(("relu", "LeakyReLU", {}), loss="BCELoss"))
    assert "loss gets what is no probability at step 1" in failure.message
    assert "put a Sigmoid before it" in failure.message
    assert failure.node == "loss"


def test_a_division_of_two_branches(tmp_path: Path) -> None:
    nodes = {
        "data": ("Diabetes", {}),
        "fc1": ("Linear", {"out_features": 4}),
        "relu": ("ReLU", {}),
        "ratio": ("Divide", {}),
        "fc2": ("Linear", {"out_features": 1}),
        "loss": ("MSELoss", {}),
        "sgd": ("SGD", {"lr": 0.01}),
    }
    wires = [
        "data.x -> fc1.x", "fc1.y -> relu.x", "fc1.y -> ratio.a", "relu.y -> ratio.b", "ratio.y -> fc2.x",
        "fc2.y -> loss.prediction", "data.y -> loss.target", "loss.loss -> sgd.loss",
    ]  # fmt: skip
    failure = told(tmp_path, text_of(nodes, wires, {"epochs": 1, "threads": 1}))
    assert "ratio gave the first number that is not finite" in failure.message
    assert failure.node == "ratio"


def test_inside_a_copy_of_a_block_inside_a_block(tmp_path: Path) -> None:
    """The first copy takes logarithms of what lies below 0."""
    text = json.loads(chain(("body", "Outer", {})))
    inner = {
        "nodes": [
            {"id": "x", "kind": "Input"}, {"id": "zero", "kind": "Scale", "params": {"factor": 0.0, "offset": 1.0}},
            {"id": "minus", "kind": "Subtract"}, {"id": "log1", "kind": "Log"}, {"id": "y", "kind": "Output"},
        ],
        "wires": ["x.x -> zero.x", "x.x -> minus.a", "zero.y -> minus.b", "minus.y -> log1.x", "log1.y -> y.x"],
    }  # fmt: skip
    outer = {
        "nodes": [
            {"id": "x", "kind": "Input"}, {"id": "up", "kind": "Exp"}, {"id": "deep", "kind": "Inner", "repeat": 2},
            {"id": "y", "kind": "Output"},
        ],
        "wires": ["x.x -> up.x", "up.y -> deep.x", "deep.y -> y.x"],
    }  # fmt: skip
    failure = told(tmp_path, json.dumps({**text, "blocks": {"Inner": inner, "Outer": outer}}))
    assert "body.deep.0.log1 gave the first number that is not finite" in failure.message
    assert failure.node == "body"


def test_within_a_loop_the_step_is_told(tmp_path: Path) -> None:
    """h is 0, then √(1 − 4·0) = 1, then √(1 − 4·1)."""
    nodes = {
        "rows": ("Sequences", {"task": "adding", "length": 10, "samples": 60}),
        "h": ("Delay", {"shape": [2]}),
        "rest": ("Expression", {"expression": "x * 0 + 1 - 4 * h"}),
        "root": ("Sqrt", {}),
        "last": ("LastStep", {}),
        "fc": ("Linear", {"out_features": 1}),
        "loss": ("MSELoss", {}),
        "sgd": ("SGD", {"lr": 0.01}),
    }
    wires = [
        "rows.x -> rest.x", "h.y -> rest.h", "rest.y -> root.x", "root.y -> h.x", "root.y -> last.x", "last.y -> fc.x",
        "fc.y -> loss.prediction", "rows.y -> loss.target", "loss.loss -> sgd.loss",
    ]  # fmt: skip
    failure = told(tmp_path, text_of(nodes, wires, {"epochs": 1, "threads": 1}))
    assert "root gave the first number that is not finite at step 2 of the sequence" in failure.message
    assert failure.node == "root"


def test_what_fp16_cannot_hold(tmp_path: Path) -> None:
    """Steps that overflow are passed over until no scale of the losses helps any more."""
    text = json.loads(chain(("big", "Scale", {"factor": 1e7}), ("fc3", "Linear", {"out_features": 4})))
    text["run"] |= {"precision": "fp16", "epochs": 10}
    failure = told(tmp_path, json.dumps(text))
    assert "big gave the first number that is not finite" in failure.message
    assert "Numbers of fp16 end at 65,504: try another precision (bf16)" in failure.message
    assert failure.node == "big"
