"""Programs of all sorts are stopped at random steps and taken up each time: the end is that of a run never stopped."""

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

import runtime.train.loop as loop_module
from runtime import launch
from runtime.protocol import CHECKPOINTS, LAST, State
from runtime.runs import Run
from tests.runtime.training import classifier, text_of, train

EXAMPLES = Path(__file__).parents[2] / "assets" / "examples"
PATIENCE = 60


def changed(text: str, kind: str, **params: Any) -> str:
    """The text with other parameters for the nodes of a kind."""
    held = json.loads(text)
    for node in held["nodes"]:
        if node["kind"] == kind:
            node["params"] = {**node.get("params", {}), **params}
    return json.dumps(held)


def example(name: str, **run: Any) -> str:
    held = json.loads((EXAMPLES / f"{name}.loom").read_text(encoding="utf-8"))
    held["run"] = {**held.get("run", {}), "threads": 1, "device": "cpu", **run}
    return json.dumps(held)


def momentum() -> str:
    plain = '"kind": "Adam", "params": {"lr": 0.02}'
    return classifier({}).replace(plain, '"kind": "SGD", "params": {"lr": 0.1, "momentum": 0.9}')


def one_cycle() -> str:
    plain = '"kind": "ReduceLROnPlateau", "params": {"patience": 1}'
    return classifier({}).replace(plain, '"kind": "OneCycleLR", "params": {"max_lr": 0.05}')


def lstm() -> str:
    text = example("lstm-forecast", epochs=4, early_stopping=0)
    return changed(text, "LSTM", num_layers=2, dropout=0.3, hidden_size=12)


def gan() -> str:
    return changed(example("gan-ring", epochs=6), "GaussianMixture", samples=400, batch_size=32)


def averaged() -> str:
    return classifier({"ema": 0.9, "accumulate": 2})


def second_order() -> str:
    plain = '"kind": "Adam", "params": {"lr": 0.02}'
    text = classifier({"epochs": 3}).replace(plain, '"kind": "LBFGS", "params": {"lr": 0.1, "history_size": 4}')
    return changed(text, "Moons", batch_size=30)


def two_sources() -> str:
    """Batches of two sources of different length, the shorter one begins again in between."""
    nodes = {
        "a": ("Moons", {"samples": 90, "batch_size": 8}),
        "b": ("Circles", {"samples": 40, "batch_size": 5}),
        "fc": ("Linear", {"out_features": 2}),
        "drop": ("Dropout", {"p": 0.2}),
        "two": ("Linear", {"out_features": 2}),
        "loss_a": ("CrossEntropyLoss", {}),
        "loss_b": ("CrossEntropyLoss", {}),
        "adam": ("Adam", {"lr": 0.01}),
    }
    wires = [
        "a.x -> fc.x", "fc.y -> drop.x", "b.x -> two.x", "drop.y -> loss_a.prediction", "a.y -> loss_a.target",
        "two.y -> loss_b.prediction", "b.y -> loss_b.target", "loss_a.loss -> adam.loss", "loss_b.loss -> adam.loss",
    ]  # fmt: skip
    return text_of(nodes, wires, {"epochs": 6, "threads": 1})


def same(one: Run, other: Run) -> None:
    """All that both have recorded and hold, to the last bit."""
    assert np.array_equal(one.steps()[:, 1:], other.steps()[:, 1:], equal_nan=True)
    figures = [[(e.epoch, e.step, e.train, e.validation, e.lr, e.best) for e in run.epochs()] for run in (one, other)]
    assert figures[0] == figures[1]
    assert one.metrics() == other.metrics()
    held, wanted = (load_file(run.path / CHECKPOINTS / LAST) for run in (one, other))
    assert held.keys() == wanted.keys()
    for key, tensor in wanted.items():
        assert np.array_equal(held[key], tensor), key


@pytest.mark.parametrize(
    ("text", "stops"),
    [
        (momentum, 13), (one_cycle, 13), (lstm, 13), (gan, 13), (averaged, 4), (second_order, 3), (two_sources, 6),
    ],
    ids=["momentum", "one-cycle", "lstm-dropout", "gan", "means-and-parts", "lbfgs", "two-sources"],
)  # fmt: skip
def test_stopped_at_random_steps_and_taken_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: Callable[[], str], stops: int
) -> None:
    monkeypatch.setattr(loop_module, "FLUSH_SECONDS", 0.0)
    whole = train(tmp_path / "whole", text())
    assert whole.code == 0, whole.run.failure()
    steps = len(whole.run.steps())
    places = sorted(random.Random(text.__name__).sample(range(1, steps), stops))
    for number, place in enumerate(places):
        stopped = train(tmp_path / "run", text(), stop_at=place, resume=number > 0)
        assert stopped.code == 0, stopped.run.failure()
        assert (stopped.run.status().state, stopped.run.status().step) == (State.STOPPED, place)
    assert train(tmp_path / "run", text(), resume=True).code == 0
    same(Run(tmp_path / "run"), whole.run)


# --- processes


def until(run: Run, state: State | None = None, steps: int = 0) -> None:
    """Waits until a run is in a state, and has recorded so many steps."""
    end = time.monotonic() + PATIENCE
    while (state is not None and run.status().state is not state) or len(run.steps()) < steps:
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


@pytest.mark.skipif(sys.platform == "win32", reason="nothing is killed that way there")
def test_killed_three_times(tmp_path: Path) -> None:
    """Each time behind a checkpoint in the middle of an epoch, with steps recorded that are lost again."""
    text = classifier({"epochs": 100})
    whole = launch.start(text, folder=tmp_path / "whole", base=tmp_path)
    run = launch.start(text, folder=tmp_path / "run", base=tmp_path)
    reached = 0
    for _ in range(3):
        until(run, steps=reached + 20)
        launch.pause(run)
        until(run, State.PAUSED)
        reached = run.status().step
        launch.go_on(run)
        until(run, steps=reached + 5)
        os.kill(run.status().pid, signal.SIGKILL)
        until(run, State.LOST)
        launch.resume(run)
    assert launch.wait(run, PATIENCE).state is State.FINISHED, run.failure()
    assert launch.wait(whole, PATIENCE).state is State.FINISHED, whole.failure()
    same(run, whole)
