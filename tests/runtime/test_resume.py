"""A run that was stopped and taken up ends as one that never stopped, to the last digit."""

from pathlib import Path

import numpy as np
import pytest
import torch

import runtime.train.loop as loop_module
from runtime.protocol import State
from tests.runtime.training import Trained, classifier, train

FULL = 66
"""Steps of the whole run: 11 in each of 6 epochs."""


@pytest.fixture(autouse=True)
def look_at_each_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Followers are told after every step, so that a run can be stopped at any."""
    monkeypatch.setattr(loop_module, "FLUSH_SECONDS", 0.0)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    return train(tmp_path_factory.mktemp("whole") / "run", classifier({}))


def same(one: Trained, other: Trained) -> None:
    assert one.run.steps().shape == other.run.steps().shape
    assert np.array_equal(one.run.steps()[:, 1:], other.run.steps()[:, 1:])
    figures = [(e.epoch, e.step, e.train, e.validation, e.lr, e.best) for e in one.run.epochs()]
    assert figures == [(e.epoch, e.step, e.train, e.validation, e.lr, e.best) for e in other.run.epochs()]
    assert one.run.metrics() == other.run.metrics()
    assert one.weights.keys() == other.weights.keys()
    for key, tensor in one.weights.items():
        assert np.array_equal(tensor, other.weights[key]), key


def test_the_whole_run_is_what_the_test_thinks(whole: Trained) -> None:
    assert whole.code == 0
    assert len(whole.run.steps()) == FULL
    assert set(whole.run.metrics()) == {"train", "validation", "test"}


@pytest.mark.parametrize("optimizer", ["adam", "momentum"])
@pytest.mark.parametrize("step", [1, 7, 11, 12, 40, 65])
def test_resumed_is_bit_equal(tmp_path: Path, whole: Trained, step: int, optimizer: str) -> None:
    text = classifier({})
    if optimizer == "momentum":
        text = text.replace(
            '"kind": "Adam", "params": {"lr": 0.02}', '"kind": "SGD", "params": {"lr": 0.1, "momentum": 0.9}'
        )
        whole = train(tmp_path / "whole", text)
    stopped = train(tmp_path / "run", text, stop_at=step)
    assert stopped.run.status().state is State.STOPPED
    assert stopped.run.status().step == step
    same(train(tmp_path / "run", text, resume=True), whole)


def test_what_lies_after_the_checkpoint_is_cut(tmp_path: Path, whole: Trained) -> None:
    """As after a crash: the record is ahead of the checkpoint."""
    stopped = train(tmp_path / "run", classifier({}), stop_at=25)
    kept = (stopped.run.path / "checkpoints" / "last.safetensors").read_bytes()
    train(tmp_path / "run", classifier({}), stop_at=50, resume=True)
    (stopped.run.path / "checkpoints" / "last.safetensors").write_bytes(kept)
    same(train(tmp_path / "run", classifier({}), resume=True), whole)


def test_the_same_seed_twice_is_the_same(tmp_path: Path, whole: Trained) -> None:
    same(train(tmp_path / "run", classifier({})), whole)
    other = train(tmp_path / "other", classifier({"seed": 1}))
    assert not np.array_equal(other.run.steps()[:, 1:], whole.run.steps()[:, 1:])


@pytest.mark.parametrize("damage", ["torn", "empty", "pickle"])
def test_of_a_damaged_checkpoint_the_one_before_is_taken(tmp_path: Path, whole: Trained, damage: str) -> None:
    stopped = train(tmp_path / "run", classifier({}), stop_at=25)
    train(tmp_path / "run", classifier({}), stop_at=50, resume=True)
    path = stopped.run.path / "checkpoints" / "last.safetensors"
    if damage == "pickle":
        torch.save({"trap": Trap(tmp_path / "sprung")}, path)
    else:
        path.write_bytes(path.read_bytes()[: 100 if damage == "torn" else 0])
    again = train(tmp_path / "run", classifier({}), resume=True)
    same(again, whole)
    told = [event.data["text"] for event in again.run.events() if event.data.get("level") == "warning"]
    assert told == ["The last checkpoint is damaged, so the training goes on from the one before it, at step 25."]
    assert not (tmp_path / "sprung").exists()


class Trap:
    """What a pickle may hold: it makes a file when it is read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.path,)


def test_where_no_checkpoint_is_whole_that_is_said(tmp_path: Path) -> None:
    stopped = train(tmp_path / "run", classifier({}), stop_at=5)
    for path in (stopped.run.path / "checkpoints").iterdir():
        path.write_bytes(path.read_bytes()[:100])
    again = train(tmp_path / "run", classifier({}), resume=True)
    assert again.code == 3
    failure = again.run.failure()
    assert failure is not None
    assert "last.safetensors cannot be read" in failure.message
