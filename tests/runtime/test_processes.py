"""Several processes share each batch: the numbers are those of one, and what happens to one of them is told."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack, chdir
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
import torch

from graph.catalogue import standard
from graph.project import parse
from graph.reading import Reading
from runtime import launch
from runtime.build import build
from runtime.exports.python import write
from runtime.exports.take import Take
from runtime.protocol import CHECKPOINTS, LAST, PROJECT, State
from runtime.train.checkpoint import read
from runtime.train.loop import Loop
from tests.runtime import adversaries
from tests.runtime.drawings import drawn
from tests.runtime.test_accumulating import CLASSES, WIRES
from tests.runtime.training import StopAt, Trained, classifier, text_of, train

CNN = {
    "digits": ("Digits", {"batch_size": 257}), "conv": ("Conv2d", {"out_channels": 4}), "relu": ("ReLU", {}),
    "flat": ("Flatten", {}), "fc": ("Linear", {"out_features": 10}), "loss": ("CrossEntropyLoss", {}),
    "accuracy": ("Accuracy", {}), "adam": ("Adam", {"lr": 0.005}), "cosine": ("OneCycleLR", {"max_lr": 0.01}),
}  # fmt: skip
CNN_WIRES = [
    "digits.x -> conv.x", "conv.y -> relu.x", "relu.y -> flat.x", "flat.y -> fc.x", "fc.y -> loss.prediction",
    "digits.y -> loss.target", "fc.y -> accuracy.prediction", "digits.y -> accuracy.target", "loss.loss -> adam.loss",
    "cosine.schedule -> adam.schedule",
]  # fmt: skip
LSTM = {
    "series": ("Series", {"length": 6, "batch_size": 25}), "scale": ("Standardize", {}),
    "lstm": ("LSTM", {"hidden_size": 6}), "last": ("LastStep", {}), "fc": ("Linear", {"out_features": 1}),
    "loss": ("MSELoss", {}), "r2": ("R2", {}), "sgd": ("SGD", {"lr": 0.002, "momentum": 0.9}),
}  # fmt: skip
LSTM_WIRES = [
    "series.x -> scale.x", "scale.y -> lstm.x", "lstm.y -> last.x", "last.y -> fc.x", "fc.y -> loss.prediction",
    "series.y -> loss.target", "fc.y -> r2.prediction", "series.y -> r2.target", "loss.loss -> sgd.loss",
]  # fmt: skip
Both = dict[int, tuple[Path, list[str]]]
PLAIN = {"epochs": 2, "threads": 1, "clip_norm": 0.5}


def projects(run: Mapping[str, Any]) -> dict[str, str]:
    """Drawings whose numbers do not depend on how a batch is cut."""
    return {
        "weighted": text_of(CLASSES, WIRES, {**PLAIN, **run}),
        "cnn": text_of(CNN, CNN_WIRES, {**PLAIN, **run, "ema": 0.9}),
        "lstm": text_of(LSTM, LSTM_WIRES, {**PLAIN, **run, "early_stopping": 5}),
        "gan": adversaries.conditional_gan({"epochs": 1, **run}).replace('"lr": 0.05', '"lr": 0.002'),
        "parts": text_of(CLASSES, WIRES, {**PLAIN, **run, "accumulate": 3}),
    }


def exported(folder: Path, text: str) -> Path:
    """A drawing taken away as Python: train.py with its data."""
    document = parse(text, standard())
    reading = Reading(document)
    write(Take(document, reading, base=folder, device="cpu"), folder)
    return folder


ALL = """
import os, runpy, sys
for given in sys.argv[1:]:
    os.environ["MASTER_PORT"], folder = given.split(" ", 1)
    os.chdir(folder)
    sys.path.insert(0, folder)
    sys.modules.pop("model", None)
    print(folder)
    runpy.run_path("train.py", run_name="__main__")
    sys.path.pop(0)
"""


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on, each another."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]


def run_two(folders: list[Path]) -> list[str]:
    """What `torchrun --nproc-per-node 2 train.py` would print in each folder; torch is started but once."""
    shared = {**os.environ, "WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1"}
    given = [f"{port} {folder}" for port, folder in zip(free_ports(len(folders)), folders, strict=True)]
    command = [sys.executable, "-I", "-c", ALL, *given]
    started = [
        subprocess.Popen(command, env={**shared, "RANK": str(rank)}, stdout=subprocess.PIPE, text=True)
        for rank in range(2)
    ]
    told = [process.communicate(timeout=120)[0] for process in started]
    assert [process.returncode for process in started] == [0, 0]
    return told


def run_alone(folder: Path) -> str:
    """What train.py prints without torchrun."""
    told: list[str] = []
    module = build((folder / "model.py").read_text(), (folder / "train.py").read_text(), folder).train
    with chdir(folder), pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "print", told.append, raising=False)
        module.main()  # type: ignore[union-attr]  # there is a train.py
    return "\n".join(told)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Both:
    """The folders and prints of one process, and of two."""
    by: dict[int, list[Path]] = {}
    for processes, run in ((1, {}), (2, {"processes": 2})):
        root = tmp_path_factory.mktemp(f"by{processes}")
        by[processes] = [exported(root / name, text) for name, text in projects(run).items()]
    alone = "\n".join(map(run_alone, by[1]))
    return {1: (by[1][0].parent, [alone]), 2: (by[2][0].parent, run_two(by[2]))}


@pytest.mark.parametrize("name", list(projects({})))
def test_two_processes_equal_one(trained: Both, name: str) -> None:
    one, two = (torch.load(trained[at][0] / name / "trained.pt", weights_only=True) for at in (1, 2))
    assert one.keys() == two.keys()
    for key, weight in one.items():
        torch.testing.assert_close(two[key], weight, rtol=0, atol=1e-5, msg=lambda text, key=key: f"{key}: {text}")


def test_the_figures_are_those_of_one_and_are_told_once(trained: Both) -> None:
    (_, (one,)), (_, (two, silent)) = trained[1], trained[2]
    figures = [[line for line in text.splitlines() if line.startswith(("epoch", "test"))] for text in (one, two)]
    assert len(figures[0]) == len(figures[1]) > 8
    for left, right in zip(*figures, strict=True):
        numbers = [[float(word.strip("{}:,'")) for word in line.split() if word[0].isdigit()] for line in (left, right)]
        assert numbers[1] == pytest.approx(numbers[0], rel=1e-4, abs=1e-5), right
    assert "epoch" not in silent


def test_without_torchrun_the_same_file_trains_alone(tmp_path: Path, trained: Both) -> None:
    folder = exported(tmp_path / "alone", projects({"processes": 2})["weighted"])
    run_alone(folder)
    one, alone = (torch.load(at / "trained.pt", weights_only=True) for at in (trained[1][0] / "weighted", folder))
    for key, weight in one.items():
        torch.testing.assert_close(alone[key], weight, rtol=0, atol=1e-6)


def test_what_needs_the_whole_batch_says_so() -> None:
    document = drawn(CLASSES | {"opt": ("LBFGS", {})}, WIRES, {"processes": 2})
    (found,) = [one for one in Reading(document).diagnostics() if one.code == "processes"]
    assert found.message == "opt needs the whole batch at once: processes cannot be 2."


DROPPING = classifier({"epochs": 4, "processes": 2})
"""Dropout, so that the numbers which each process draws matter."""


class KillAt(StopAt):
    """Ends the other process as the system does when the memory is full."""

    def tick(self, loop: Loop) -> None:
        if loop.team and loop.step >= self.step_to_stop:
            (other,) = [each for each in psutil.Process().children() if "runtime.train.fellow" in each.cmdline()]
            other.kill()


def begin(folder: Path, **given: Any) -> Trained:
    folder.mkdir(exist_ok=True)
    (folder / PROJECT).write_text(DROPPING)
    return train(folder, DROPPING, **given)


def test_a_killed_process_ends_the_run_with_a_sentence_and_a_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed, resumed, stopped and resumed, it ends as the run that never stopped, to the last digit."""
    monkeypatch.setattr("runtime.train.processes.FLUSH_SECONDS", 0.0)
    whole = begin(tmp_path / "whole")
    assert whole.code == 0, whole.run.failure()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.runtime.training.StopAt", KillAt)
        killed = begin(tmp_path / "run", stop_at=17).run
    assert killed.status().state is State.FAILED
    failure, step = killed.failure(), read(killed.path / CHECKPOINTS / LAST).plain["step"]
    assert failure is not None
    assert failure.message == (
        "The second of two processes was ended by the system (signal 9). "
        f"The training is kept as it was after step {step}: resume it."
    )
    assert step <= 17
    assert killed.can_resume
    stopped = begin(tmp_path / "run", resume=True, stop_at=30).run
    assert (stopped.status().state, stopped.status().step) == (State.STOPPED, 30)
    again = begin(tmp_path / "run", resume=True)
    assert again.run.status().state is State.FINISHED
    assert np.array_equal(again.run.steps()[:, 1:], whole.run.steps()[:, 1:])
    assert again.run.metrics() == whole.run.metrics()
    assert again.weights.keys() == whole.weights.keys()
    for key, tensor in whole.weights.items():
        assert np.array_equal(again.weights[key], tensor), key


def test_the_others_end_when_the_leader_is_killed(tmp_path: Path) -> None:
    run = launch.start(classifier({"epochs": 100_000, "processes": 2}), folder=tmp_path / "run")
    give_up = time.monotonic() + 60
    while run.status().step < 2 and time.monotonic() < give_up:
        time.sleep(0.02)
    leader = psutil.Process(run.status().pid)
    (second,) = leader.children()
    store = Path(json.loads(second.cmdline()[-1])[-1])
    leader.kill()
    assert psutil.wait_procs([second], timeout=30)[1] == []
    assert not store.parent.exists()
    assert run.status().state is State.LOST
    assert run.can_resume
