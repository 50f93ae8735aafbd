"""A run from start to end: repeated, exported, paused, killed and resumed, always with the same numbers."""

from __future__ import annotations

import ast
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors import safe_open

from graph.catalogue import standard
from graph.project import parse
from graph.reading import Reading
from runtime import launch
from runtime.exports import Take, export
from runtime.protocol import LAST, State
from runtime.runs import Run
from tests.journeys.conftest import Train

PATIENCE = 120


def ended(run: Run) -> Run:
    """The run once it has finished; its log if it has not."""
    status = launch.wait(run, PATIENCE)
    assert status.state is State.FINISHED, f"{status.state}: {status.message}\n{run.failure()}\n{run.log()}"
    return run


def losses(run: Run) -> list[Any]:
    """What the epochs came to, without what the clock says."""
    return [(epoch.epoch, epoch.step, dict(epoch.train), dict(epoch.validation)) for epoch in run.epochs()]


def step_losses(run: Run) -> np.ndarray:
    """Each step's figures, without the column of seconds."""
    return run.steps()[:, 1:]


def until(happened: Any, patience: float = PATIENCE) -> None:
    """Waits until something has happened."""
    end = time.monotonic() + patience
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def test_the_same_seed_gives_the_same_losses_to_the_last_digit(train: Train) -> None:
    first, second = train("iris-mlp", "first", epochs=4), train("iris-mlp", "second", epochs=4)
    assert losses(ended(first)) == losses(ended(second))
    assert np.array_equal(step_losses(first), step_losses(second))
    assert first.metrics() == second.metrics()
    other = ended(train("iris-mlp", "other", epochs=4, seed=1))
    assert losses(other) != losses(first)


def test_xor_neurons_learn_xor(train: Train) -> None:
    run = ended(train("xor-neurons", "xor"))
    assert run.epochs()[-1].train["accuracy"] == 1.0


def test_a_killed_worker_is_lost_and_resumes_to_the_same_end(train: Train) -> None:
    whole = train("digits-cnn", "whole", epochs=3)
    ended(whole)
    cut = train("digits-cnn", "cut", epochs=3)
    per_epoch = whole.epochs()[0].step
    until(lambda: len(cut.steps()) > per_epoch + 2)
    os.kill(cut.status().pid, signal.SIGKILL)
    until(lambda: cut.status().state is State.LOST)
    assert cut.can_resume
    launch.resume(cut)
    assert losses(ended(cut)) == losses(whole)
    assert np.array_equal(step_losses(cut), step_losses(whole))
    assert cut.metrics() == whole.metrics()


def test_pause_and_stop_and_resume_change_no_number(train: Train) -> None:
    whole = ended(train("digits-mlp", "whole", epochs=60))
    halted = train("digits-mlp", "halted", epochs=60)
    until(lambda: len(halted.steps()) > 3)
    launch.pause(halted)
    until(lambda: halted.status().state in (State.PAUSED, State.FINISHED))
    count = len(halted.steps())
    time.sleep(0.6)
    assert len(halted.steps()) == count, "a paused run takes no step"
    launch.go_on(halted)
    until(lambda: len(halted.steps()) > count + 2)
    launch.stop(halted)
    until(lambda: not halted.status().state.lives)
    assert halted.status().state is State.STOPPED
    launch.resume(halted)
    assert losses(ended(halted)) == losses(whole)
    assert np.array_equal(step_losses(halted), step_losses(whole))


@pytest.mark.parametrize("template", ["iris-mlp", "digits-cnn", "diabetes-regression", "xor-neurons"])
def test_the_exported_training_repeats_the_losses(train: Train, tmp_path: Path, template: str) -> None:
    run = ended(train(template, "app", epochs=3))
    document = parse(run.project_text(), standard())
    with document.change():
        from graph import edits

        edits.set_run(document, "epochs", 3)
    take = Take(document, Reading(document, tmp_path), template, tmp_path, threads=1, device="cpu")
    export("python", take, tmp_path / "out")
    bare = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    said = subprocess.run(
        [sys.executable, "-W", "error", "train.py"],
        cwd=tmp_path / "out",
        env=bare,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert said.returncode == 0, said.stderr
    told = [re.findall(r"\{[^}]*\}", line) for line in said.stdout.splitlines() if line.startswith("epoch")]
    assert len(told) == 3
    for (train_told, held_told), epoch in zip(told, run.epochs(), strict=True):
        assert ast.literal_eval(train_told) == pytest.approx(dict(epoch.train), abs=1e-6)
        assert ast.literal_eval(held_told) == pytest.approx(dict(epoch.validation), abs=1e-6)


def test_a_checkpoint_is_data_and_names_the_nodes(train: Train) -> None:
    run = ended(train("iris-mlp", "named", epochs=1))
    path = run.checkpoint(LAST)
    assert path is not None
    with safe_open(str(path), framework="np") as file:  # type: ignore[no-untyped-call]  # the library is untyped
        keys = set(file.keys())
    assert any("fc1.weight" in key for key in keys), sorted(keys)
