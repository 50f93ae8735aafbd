"""A batch that goes through in parts moves the weights as the joined batch does, and tells the same figures."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import runtime.train.loop as loop_module
from graph import edits
from graph.catalogue import standard
from graph.project import parse
from graph.reading import Reading
from tests.runtime import adversaries
from tests.runtime.drawings import built, drawn, program_of
from tests.runtime.training import classifier, train

STEPS = 20
CLASSES = {
    "moons": ("Moons", {"batch_size": 8}), "fc1": ("Linear", {"out_features": 6}), "tanh": ("Tanh", {}),
    "fc2": ("Linear", {"out_features": 2, "l2": 0.01}), "loss": ("CrossEntropyLoss", {"weight": [1.0, 5.0]}),
    "accuracy": ("Accuracy", {}), "seen": ("MSELoss", {}), "opt": ("SGD", {"lr": 0.1, "momentum": 0.9}),
}  # fmt: skip
WIRES = [
    "moons.x -> fc1.x", "fc1.y -> tanh.x", "tanh.y -> fc2.x", "fc2.y -> loss.prediction", "moons.y -> loss.target",
    "loss.loss -> opt.loss", "fc2.y -> accuracy.prediction", "moons.y -> accuracy.target", "fc2.y -> seen.prediction",
    "fc2.y -> seen.target",
]  # fmt: skip


def moons(at: int) -> tuple[torch.Tensor, ...]:
    chance = torch.Generator().manual_seed(at)
    return torch.randn(22, 2, generator=chance), torch.randint(0, 2, (22,), generator=chance)


def pictures(at: int) -> tuple[torch.Tensor, ...]:
    chance = torch.Generator().manual_seed(at)
    return torch.rand(22, 1, 8, 8, generator=chance), torch.randint(0, 10, (22,), generator=chance)


def points(at: int) -> tuple[torch.Tensor, ...]:
    return (torch.randn(22, 2, generator=torch.Generator().manual_seed(at)),)


def alike(joined: Any, cut: Any, batch: Any) -> None:
    """Trainings of both take the same steps and tell the same."""
    trainings = []
    for document in (joined, cut):
        torch.manual_seed(0)
        trainings.append(built(program_of(document), train=True).training())
    for at in range(STEPS):
        told = []
        for training in trainings:
            torch.manual_seed(100 + at)
            told.append(training.step(*batch(at)))
        assert told[0].keys() == told[1].keys()
        for name, (value, count) in told[0].items():
            other, rows = told[1][name]
            torch.testing.assert_close(torch.as_tensor(other), torch.as_tensor(value), rtol=1e-4, atol=1e-5)
            torch.testing.assert_close(torch.as_tensor(rows), torch.as_tensor(count))
    for module in ("net", "extras"):
        if hasattr(trainings[0], module):
            ours, theirs = (getattr(training, module).state_dict() for training in trainings)
            for key, value in ours.items():
                torch.testing.assert_close(
                    theirs[key], value, rtol=0, atol=1e-6, msg=lambda text, key=key: f"{key}: {text}"
                )


@pytest.mark.parametrize("parts", [2, 5, 100])
def test_weighted_classes_equal_the_joined_batch(parts: int) -> None:
    alike(drawn(CLASSES, WIRES), drawn(CLASSES, WIRES, {"accumulate": parts, "clip_norm": 0.0}), moons)


def test_clipping_comes_after_all_parts() -> None:
    alike(drawn(CLASSES, WIRES, {"clip_norm": 0.1}), drawn(CLASSES, WIRES, {"accumulate": 3, "clip_norm": 0.1}), moons)


@pytest.mark.parametrize(("text", "batch"), [(adversaries.ring_wgan, points), (adversaries.conditional_gan, pictures)])
def test_several_phases_equal_the_joined_batch(text: Any, batch: Any) -> None:
    alike(*(parse(text(run), standard()) for run in ({}, {"accumulate": 3})), batch)


def test_a_figure_that_keeps_its_rows_keeps_those_of_all_parts() -> None:
    nodes = {
        **CLASSES,
        "fc2": ("Linear", {"out_features": 1}),
        "loss": ("BCEWithLogitsLoss", {}),
        "area": ("ROCAUC", {}),
    }
    wires = [*WIRES, "fc2.y -> area.prediction", "moons.y -> area.target"]
    alike(drawn(nodes, wires), drawn(nodes, wires, {"accumulate": 4}), moons)


def test_a_stopped_run_goes_on_and_train_py_repeats_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop_module, "FLUSH_SECONDS", 0.0)
    project = classifier({"accumulate": 2, "epochs": 3})
    whole = train(tmp_path / "whole", project)
    assert whole.code == 0, whole.run.failure()
    assert len(whole.run.steps()) == 3 * -(-84 // 16)
    train(tmp_path / "run", project, stop_at=8)
    again = train(tmp_path / "run", project, resume=True)
    for key, tensor in whole.weights.items():
        assert np.array_equal(tensor, again.weights[key]), key
    data = whole.session.setup.loop.data  # type: ignore[union-attr]
    torch.save({part: list(tensors) for part, tensors in data.items()}, tmp_path / "whole" / "data.pt")
    command = "import sys, runpy; sys.path.insert(0, '.'); runpy.run_path('train.py', run_name='__main__')"
    subprocess.run([sys.executable, "-I", "-c", command], cwd=tmp_path / "whole", check=True, timeout=120)
    for key, tensor in torch.load(tmp_path / "whole" / "trained.pt", weights_only=True).items():
        assert np.array_equal(tensor.numpy(), whole.weights[f"net.{key}"]), key


def test_what_needs_the_whole_batch_says_so() -> None:
    document = drawn(CLASSES | {"opt": ("LBFGS", {})}, WIRES, {"accumulate": 4})
    (found,) = [one for one in Reading(document).diagnostics() if one.code == "accumulate"]
    assert found.message == "opt needs the whole batch at once: accumulate cannot be 4."
    assert found.fix is not None
    found.fix.apply(document)
    assert not [one for one in Reading(document).diagnostics() if one.code == "accumulate"]
    edits.set_run(document, "accumulate", 1)
