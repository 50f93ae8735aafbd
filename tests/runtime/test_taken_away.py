"""Networks with noise, norms put on weights, closures and schedules of steps can be taken away in every form."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from graph.catalogue import standard
from graph.project import parse
from graph.reading import Reading
from runtime.exports import Take, export
from tests.runtime.training import text_of, train

WIRES = [
    "moons.x -> fc1.x", "fc1.y -> norm.x", "norm.y -> both.a", "z.x -> both.b", "both.y -> fc2.x",
    "fc2.y -> loss.prediction", "moons.y -> loss.target", "loss.loss -> opt.loss", "schedule.schedule -> opt.schedule",
]  # fmt: skip


def text(opt: tuple[str, dict[str, Any]], schedule: tuple[str, dict[str, Any]]) -> str:
    nodes = {
        "moons": ("Moons", {"samples": 60, "batch_size": 8}),
        "z": ("Noise", {"shape": [3]}),
        "fc1": (
            "Linear",
            {"out_features": 4, "parametrization": "weight_norm", "init": "orthogonal", "max_norm": None},
        ),
        "norm": ("BatchNorm1d", {"frozen": True}),
        "both": ("Concatenate", {}),
        "fc2": ("Linear", {"out_features": 2, "parametrization": "spectral_norm", "l1": 0.01}),
        "loss": ("CrossEntropyLoss", {}),
        "opt": opt,
        "schedule": schedule,
    }
    return text_of(nodes, WIRES, {"epochs": 3, "threads": 1, "device": "cpu", "l2": 0.001})


RUNS = {
    "cycle": (("SGD", {"lr": 0.05, "momentum": 0.9}), ("OneCycleLR", {})),
    "closure": (("LBFGS", {"lr": 0.1, "max_iter": 3}), ("ExponentialLR", {"gamma": 0.9})),
}


@pytest.mark.parametrize("name", list(RUNS))
def test_train_py_alone_trains_as_the_program_does(name: str, tmp_path: Path) -> None:
    drawn = text(*RUNS[name])
    run = train(tmp_path / "run", drawn)
    assert run.code == 0, run.run.failure()
    document = parse(drawn, standard())
    export("python", Take(document, Reading(document), "m", tmp_path), tmp_path / "out")
    done = subprocess.run(
        [sys.executable, "train.py"], cwd=tmp_path / "out", capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    alone = torch.load(tmp_path / "out" / "trained.pt", weights_only=True)
    ours = {
        key.removeprefix("net."): torch.from_numpy(value) for key, value in run.weights.items() if key[:4] == "net."
    }
    assert alone.keys() == ours.keys()
    for key, weight in alone.items():
        assert torch.equal(weight, ours[key]), key


@pytest.mark.parametrize("form", ["onnx", "pt2", "weights"])
def test_norms_on_weights_and_noise_can_be_taken_away(form: str, tmp_path: Path) -> None:
    drawn = text(*RUNS["cycle"])
    run = train(tmp_path / "run", drawn)
    weights = {key: torch.from_numpy(value) for key, value in run.weights.items() if key[:4] == "net."}
    document = parse(drawn, standard())
    held = {key.removeprefix("net."): value for key, value in weights.items()}
    out = tmp_path / f"out.{form}"
    export(form, Take(document, Reading(document), "m", tmp_path, held), out)
    if form == "weights":
        assert load_file(out).keys() == held.keys()
    assert out.stat().st_size > 100
