"""Noise as a source: drawn once a step, the same whenever the network is only looked at."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

import runtime.train.loop as loop_module
from graph import edits
from graph.reading import Reading
from graph.shape import Axis
from runtime import emit
from runtime.program import ProgramError
from tests.runtime.drawings import built, drawn, program_of
from tests.runtime.training import text_of, train

NODES: dict[str, tuple[str, dict[str, Any]]] = {
    "moons": ("Moons", {"samples": 60, "batch_size": 8}),
    "z": ("Noise", {"shape": [3]}),
    "fc1": ("Linear", {"out_features": 4}),
    "both": ("Concatenate", {}),
    "fc2": ("Linear", {"out_features": 2}),
    "loss": ("CrossEntropyLoss", {}),
    "opt": ("SGD", {"lr": 0.1}),
}
WIRES = [
    "moons.x -> fc1.x", "fc1.y -> both.a", "z.x -> both.b", "both.y -> fc2.x", "fc2.y -> loss.prediction",
    "moons.y -> loss.target", "loss.loss -> opt.loss",
]  # fmt: skip


def test_it_is_an_argument_of_forward_and_drawn_first_in_a_step() -> None:
    program = program_of(drawn(NODES, WIRES))
    assert "def forward(self, moons_x, z):" in emit.model(program).text or "def forward(self, moons, z):" in (
        emit.model(program).text
    )
    made = built(program, train=True)
    torch.manual_seed(1)
    training = made.training()
    torch.manual_seed(1)
    one, two = nn.Linear(2, 4), nn.Linear(7, 2)
    optimizer = torch.optim.SGD([*one.parameters(), *two.parameters()], lr=0.1, fused=True)
    for at in range(4):
        x = torch.randn(5, 2, generator=torch.Generator().manual_seed(at))
        y = torch.tensor([0, 1, 1, 0, 1])
        torch.manual_seed(at)
        training.step(x, y)
        torch.manual_seed(at)
        z = torch.randn(5, 3)
        loss = nn.functional.cross_entropy(two(torch.cat([one(x), z], 1)), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert torch.equal(training.net.fc1.weight, one.weight)
    assert torch.equal(training.net.fc2.weight, two.weight)


def test_looking_draws_the_same_numbers_and_none_of_the_training() -> None:
    training = built(program_of(drawn(NODES, WIRES)), train=True).training()
    x, y = torch.randn(50, 2), torch.ones(50, dtype=torch.int64)
    before, told = torch.get_rng_state(), []
    for _ in range(2):
        training.begin("cpu")
        told += [float(training.evaluate(x, y)["loss"][0]), float(training.evaluate(x, y)["loss"][0])]
    assert torch.equal(torch.get_rng_state(), before)
    assert told[:2] == told[2:]
    assert told[0] != told[1]


def test_even_noise_lies_between_0_and_1() -> None:
    nodes = NODES | {"z": ("Noise", {"shape": [2, 3], "distribution": "uniform"}), "flat": ("Flatten", {})}
    wires = [wire.replace("z.x -> both.b", "z.x -> flat.x") for wire in WIRES] + ["flat.y -> both.b"]
    program = program_of(drawn(nodes, wires))
    (line,) = [
        line.strip() for line in emit.train(program).text.splitlines() if "torch.rand(" in line and "chance" not in line
    ]
    z = eval(line.split(" = ")[1], {"torch": torch, "x": torch.zeros(500, 2)})
    assert z.shape == (500, 2, 3)
    assert 0 <= float(z.min()) < 0.1
    assert 0.9 < float(z.max()) < 1


def test_its_rows_are_those_of_the_first_data_or_of_the_one_that_is_named() -> None:
    document = drawn({**NODES, "circles": ("Circles", {})}, WIRES)
    reading = Reading(document)
    axis = reading.value("z", "x").sides[0]  # type: ignore[union-attr]
    assert axis == Axis("moons")
    edits.set_param(document, "z", "rows", "circles")
    assert reading.value("z", "x").sides[0] == Axis("circles")  # type: ignore[union-attr]
    assert any(found.level == "error" for found in reading.diagnostics("both"))
    edits.reset_param(document, "z", "rows")
    edits.remove(document, ["moons"])
    assert reading.value("z", "x").sides[0] == Axis("circles")  # type: ignore[union-attr]


def test_without_any_data_there_is_nothing_to_train_on() -> None:
    nodes = {id: NODES[id] for id in ("z", "fc2", "opt")} | {"loss": ("MSELoss", {})}
    wires = ["z.x -> fc2.x", "fc2.y -> loss.prediction", "fc2.y -> loss.target", "loss.loss -> opt.loss"]
    with pytest.raises(ProgramError, match="no data"):
        program_of(drawn(nodes, wires)).refuse_training()


def test_a_stopped_run_with_noise_goes_on_to_the_last_bit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop_module, "FLUSH_SECONDS", 0.0)
    text = text_of(NODES, WIRES, {"epochs": 3, "threads": 1})
    whole = train(tmp_path / "whole", text)
    assert whole.code == 0, whole.run.failure()
    train(tmp_path / "run", text, stop_at=8)
    again = train(tmp_path / "run", text, resume=True)
    assert np.array_equal(whole.run.steps()[:, 1:], again.run.steps()[:, 1:])
    assert whole.run.metrics() == again.run.metrics()
    for key, tensor in whole.weights.items():
        assert np.array_equal(tensor, again.weights[key]), key
