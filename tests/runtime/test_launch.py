"""A worker is started, spoken with, killed and taken up again through its folder alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from runtime import launch, places
from runtime.protocol import EVENTS, PROJECT, State
from runtime.runs import Run, live_runs, runs_of

ROOT = Path(__file__).resolve().parents[2]
FOREVER = 100_000


@pytest.fixture(autouse=True)
def toy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Starts the toy in place of the worker, and keeps notes out of the user's own folder."""
    monkeypatch.setattr(launch, "WORKER", "tests.runtime.toy_worker")
    monkeypatch.setenv("NEUROLOOM_STATE", str(tmp_path / "state"))


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[..., Run]]:
    """Starts runs and sees to it that none outlives the test."""
    made: list[Run] = []

    def start(**overrides: object) -> Run:
        run = launch.start("{}", project=tmp_path / "net.loom", overrides=overrides)
        made.append(run)
        return run

    yield start
    for run in made:
        launch.stop(run)
        assert not launch.wait(run, 20).state.lives


def until(truth: Callable[[], bool]) -> None:
    """Waits until something has come true."""
    give_up = time.monotonic() + 20
    while not truth():
        assert time.monotonic() < give_up, "it did not come true"
        time.sleep(0.02)


def steps(run: Run) -> int:
    return len(run.steps())


def test_a_run_trains_to_its_end_in_the_next_free_folder(started, tmp_path: Path) -> None:
    run = started(epochs=5)
    assert run.path == tmp_path / "runs" / "net-001"
    assert (run.path / PROJECT).read_text() == "{}"
    assert launch.wait(run, 20).state is State.FINISHED
    assert steps(run) == 5
    assert run.job.base == str(tmp_path)
    assert started(epochs=1).name == "net-002"
    assert [run.name for run in runs_of(tmp_path / "net.loom")] == ["net-001", "net-002"]


def test_it_lives_from_the_very_start(started) -> None:
    assert started(epochs=FOREVER).status().state in (State.STARTING, State.TRAINING)


def test_pause_holds_still_and_stop_ends(started) -> None:
    run = started(epochs=FOREVER)
    until(lambda: steps(run) > 3)
    launch.pause(run)
    until(lambda: run.status().state is State.PAUSED)
    held = steps(run)
    time.sleep(0.1)
    assert steps(run) == held
    launch.go_on(run)
    until(lambda: steps(run) > held)
    launch.stop(run)
    until(lambda: run.status().state is State.STOPPED)
    assert run.can_resume


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system does not kill that way")
def test_a_killed_run_is_lost_at_once_and_can_be_taken_up(started) -> None:
    run = started(epochs=60)
    until(lambda: run.checkpoint("last.safetensors") is not None and run.status().pid > 0)
    os.kill(run.status().pid, signal.SIGKILL)
    until(lambda: run.status().state is State.LOST)
    assert run.can_resume
    assert [found.path for found in live_runs()] == [run.path]
    launch.resume(run)
    assert launch.wait(run, 20).state is State.FINISHED
    np.testing.assert_array_equal(run.steps()[:, 0], np.arange(60))
    assert [event.event for event in run.events()] == ["resumed"]
    assert live_runs() == []


def test_a_worker_that_dies_before_it_speaks_is_lost_and_its_last_words_are_kept(started) -> None:
    run = started(die=True)
    until(lambda: run.status().state is State.LOST)
    assert run.log().endswith("RuntimeError: the toy was told to die")
    assert not (run.path / EVENTS).exists()


def test_one_folder_has_one_worker(started) -> None:
    run = started(epochs=FOREVER)
    until(lambda: run.checkpoint("last.safetensors") is not None)
    with pytest.raises(launch.LaunchError, match="already trains"):
        launch.resume(run)


def test_a_folder_that_holds_a_run_is_not_overwritten(started) -> None:
    run = started(epochs=1)
    launch.wait(run, 20)
    with pytest.raises(launch.LaunchError, match="already holds a run"):
        launch.start("{}", folder=run.path)


def test_nothing_to_resume_is_said(started) -> None:
    run = started(epochs=1)
    launch.wait(run, 20)
    with pytest.raises(launch.LaunchError, match="no checkpoint"):
        launch.resume(run)


def test_a_worker_outlives_its_starter_wherever_that_stands(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path\nfrom runtime import launch\n"
        "launch.WORKER = 'tests.runtime.toy_worker'\n"
        f"launch.start('{{}}', project=Path('net.loom'), overrides={{'epochs': {FOREVER}}})\n"
    )
    away = tmp_path / "away"
    away.mkdir()
    (away / "numpy.py").write_text("raise SystemExit('a file beside the run was imported')")
    subprocess.run(
        [sys.executable, "-P", "-c", code],
        cwd=away,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
        timeout=60,
    )
    run = Run(away / "runs" / "net-001")
    try:
        until(lambda: steps(run) > 5)
        assert [found.path for found in live_runs()] == [run.path]
    finally:
        launch.stop(run)
        assert launch.wait(run, 20).state is State.STOPPED


def test_a_drawing_without_a_file_trains_in_the_state_folder(tmp_path: Path) -> None:
    assert places.new_run_folder(None) == tmp_path / "state" / "runs" / "untitled-001"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_beside_a_read_only_project_the_state_folder_is_taken(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir()
    locked.chmod(0o500)
    assert places.new_run_folder(locked / "net.loom").parent == tmp_path / "state" / "runs"


def test_folders_are_numbered_on(tmp_path: Path) -> None:
    (tmp_path / "runs" / "my-net-041").mkdir(parents=True)
    assert places.new_run_folder(tmp_path / "my net.loom").name == "my-net-042"
