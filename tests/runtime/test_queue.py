"""Runs wait for their turn and are trained one after the other by a process of their own."""

from __future__ import annotations

import json
import time

import pytest

from runtime import launch, queue
from runtime.cli import main
from runtime.protocol import State
from tests.runtime.training import text_of

PATIENCE = 120.0


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("NEUROLOOM_STATE", str(tmp_path / "state"))


@pytest.fixture
def still(monkeypatch):
    """Nobody starts what waits."""
    monkeypatch.setattr(queue, "keep", lambda: None)


def drawing(**run):
    nodes = {
        "xor": ("XOR", {}),
        "fc": ("Linear", {"out_features": 2}),
        "loss": ("CrossEntropyLoss", {}),
        "sgd": ("SGD", {}),
    }
    wires = ["xor.x -> fc.x", "fc.y -> loss.prediction", "xor.y -> loss.target", "loss.loss -> sgd.loss"]
    return text_of(nodes, wires, {"epochs": 2, "threads": 1, **run})


def queued(tmp_path, name, **run):
    return launch.start(drawing(**run), folder=tmp_path / name, later=True)


def ended(run):
    give_up = time.monotonic() + PATIENCE
    while (found := run.status()).state in (State.QUEUED, *queue.BUSY) and time.monotonic() < give_up:
        time.sleep(0.05)
    return found.state


def test_one_after_the_other_in_order_and_a_failure_holds_nobody_up(tmp_path):
    runs = [queued(tmp_path, "a"), queued(tmp_path, "b", device="mps"), queued(tmp_path, "c")]
    states = [ended(run) for run in runs]
    assert states == [State.FINISHED, State.FAILED, State.FINISHED], [run.log() for run in runs]
    moments = [[event.at for event in run.events()] for run in runs]
    assert moments[0][-1] <= moments[1][0] <= moments[1][-1] <= moments[2][0]
    assert queue.waiting() == []


def test_a_run_that_waits_is_no_run_that_lives(tmp_path, still):
    run = queued(tmp_path, "a")
    assert run.status().state is State.QUEUED
    assert not run.can_resume
    assert queue.waiting() == [run]
    run.delete()
    assert queue.waiting() == []


def test_the_order_can_be_changed(tmp_path, still):
    first, second, third = (queued(tmp_path, name) for name in "abc")
    assert [queue.turn(run) for run in (first, second, third)] == [
        "next",
        "after the one before it",
        "after the 2 before it",
    ]
    queue.first(third)
    assert queue.waiting() == [third, first, second]
    queue.drop(first)
    assert queue.waiting() == [third, second]
    assert not first.exists


def test_it_waits_for_a_training_that_was_started_by_hand(tmp_path, still, monkeypatch):
    run, begun = queued(tmp_path, "a"), []
    busy = [[type("Run", (), {"status": lambda self: type("S", (), {"state": State.TRAINING})()})()], [], []]
    monkeypatch.setattr(queue, "live_runs", lambda: busy.pop(0))

    def begin(one, *, yielding):
        begun.append((one, len(busy)))
        queue.drop(one)

    monkeypatch.setattr(launch, "begin_now", begin)
    assert queue.main() == 0
    assert begun == [(run, 1)]


def test_a_run_that_cannot_start_leaves_the_queue(tmp_path, still, monkeypatch, capsys):
    run = queued(tmp_path, "a")
    monkeypatch.setattr(launch, "begin_now", lambda run, **_: (_ for _ in ()).throw(launch.LaunchError("no room")))
    assert queue.main() == 0
    assert "no room" in capsys.readouterr().out
    assert not run.exists


def test_the_command_tells_and_changes_the_order(tmp_path, still, capsys):
    file = tmp_path / "net.loom"
    file.write_text(drawing())
    for name in ("one", "two"):
        assert main(["train", str(file), "--later", "--run", str(tmp_path / name)]) == 0
    assert "two is trained after the one before it." in capsys.readouterr().out
    assert main(["queue", "--first", "two", "--json"]) == 0
    assert [run["name"] for run in json.loads(capsys.readouterr().out)["runs"]] == ["two", "one"]
    assert main(["queue", "--drop", "one"]) == 0
    assert "two" in capsys.readouterr().out
    assert main(["queue", "--drop", "one"]) == 2
    assert "No run called one waits" in capsys.readouterr().err
    assert main(["queue", "--drop", "two"]) == 0
    assert "Nothing waits" in capsys.readouterr().out
