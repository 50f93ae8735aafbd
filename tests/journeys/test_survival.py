"""Processes of the real program are killed in the middle of what they do, and the next start puts everything right."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from graph.catalogue import standard
from graph.project import parse
from runtime import launch
from runtime.protocol import State
from runtime.runs import Run
from tests.journeys.test_runs import losses, step_losses

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "assets" / "examples"
SHOTS = os.environ.get("NEUROLOOM_SHOTS")
PATIENCE = 60
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="nothing is killed that way there")


def until(happened: Callable[[], Any], what: str = "it did not happen in time") -> Any:
    """The first answer that is something."""
    end = time.monotonic() + PATIENCE
    while not (found := happened()):
        assert time.monotonic() < end, what
        time.sleep(0.05)
    return found


class Person:
    """Someone in front of a window of its own process."""

    def __init__(self, state: Path, *paths: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.journeys.seat", *map(str, paths)],
            cwd=ROOT,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "NEUROLOOM_STATE": str(state)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._answer() == "ready"

    def _answer(self) -> Any:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the program is gone"
        answer = json.loads(line)
        assert "error" not in answer, answer["error"]
        return answer["said"]

    def __call__(self, gesture: str, *arguments: Any) -> Any:
        """Do something, and wait until it is done."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps([gesture, *arguments]) + "\n")
        self.process.stdin.flush()
        return self._answer()

    @property
    def window(self) -> dict[str, Any]:
        """The window that was opened last."""
        found: dict[str, Any] = self("windows")[-1]
        return found

    def fill_disk(self, size: int) -> None:
        """From now on no file of this process grows beyond so many bytes."""
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    def banner(self) -> str:
        return str(until(lambda: self.window["banner"], "nothing was said"))

    def offered(self) -> list[str]:
        dialog = until(lambda: self("dialog"), "nothing was offered")
        assert dialog["title"] == "Unsaved work"
        return list(dialog["offers"])

    def shot(self, name: str) -> None:
        if SHOTS:
            self("picture", str(Path(SHOTS) / f"{name}.png"))

    def kill(self) -> None:
        """As the system does when memory is short: without a word."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(30)
        self._shut()
        helpers = [child for child in children if "runtime.worker" not in " ".join(_words(child))]
        assert not psutil.wait_procs(helpers, timeout=30)[1], "a helper outlives its window"

    def leave(self) -> None:
        if self.process.poll() is None:
            assert self.process.stdin is not None
            self.process.stdin.close()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(30)
        self._shut()

    def _shut(self) -> None:
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None and not pipe.closed:
                pipe.close()


def _words(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NEUROLOOM_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def sit(state: Path, tmp_path: Path) -> Iterator[Callable[..., Person]]:
    """Someone sits down in front of the program; nobody and no worker is left over at the end."""
    people: list[Person] = []

    def start(*paths: Path) -> Person:
        people.append(Person(state, *paths))
        return people[-1]

    yield start
    for person in people:
        person.leave()
    for job in tmp_path.rglob("job.json"):
        run = Run(job.parent)
        if run.status().state.lives:
            launch.stop(run)
            launch.wait(run, 60)


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    """A drawing of the user's, from a template."""

    def make(template: str, epochs: int | None = None) -> Path:
        path = tmp_path / f"{template}.loom"
        content = json.loads((EXAMPLES / f"{template}.loom").read_text(encoding="utf-8"))
        if epochs is not None:
            content.setdefault("run", {})["epochs"] = epochs
        content.setdefault("run", {}).update(threads=1, device="cpu", early_stopping=0)
        path.write_text(json.dumps(content), encoding="utf-8")
        return path

    return make


def edited(person: Person, born: str = "fc1") -> str:
    """Some gestures of all sorts; answers the drawing after the last of them."""
    person("type", born, "out_features", "48")
    relu = person("add", "Dropout")
    person("drag", relu, 30, 42)
    person("key", "Delete")
    person("key", "Z", True)
    person("drag", born, 12, -24)
    return str(person.window["text"])


# --- killed while editing


def test_edits_after_the_last_save_come_back_to_the_last_gesture(sit, file) -> None:
    path = file("iris-mlp")
    saved = path.read_text()
    first = sit(path)
    drawn = edited(first)
    assert first.window["modified"]
    first.kill()
    assert path.read_text() == saved
    second = sit()
    assert second.offered() == ["iris-mlp"]
    second.shot("recovery")
    second("press", "Continue")
    assert [window["path"] for window in second("windows")] == [str(path)]
    assert second.window["text"] == drawn
    assert second.window["modified"]
    second("key", "S", True)
    assert not second.window["modified"]
    assert parse(path.read_text(), standard()).find("fc1").params["out_features"] == 48


def test_a_file_that_is_opened_again_takes_its_lost_edits_into_the_same_window(sit, file) -> None:
    path = file("iris-mlp")
    first = sit(path)
    drawn = edited(first)
    first.kill()
    second = sit(path)
    assert second.offered() == ["iris-mlp"]
    second("press", "Continue")
    assert [(w["path"], w["text"], w["modified"]) for w in second("windows")] == [(str(path), drawn, True)]


def test_a_drawing_without_a_file_comes_back_and_survives_a_second_kill(sit) -> None:
    first = sit()
    first("new")
    a, b = first("add", "Digits"), first("add", "Flatten")
    first("drag", b, 260, 0)
    first("wire", f"{a}.x", f"{b}.x")
    drawn = first.window["text"]
    first("hold", b, 50, 50)
    first.kill()
    second = sit()
    assert second.offered() == ["Untitled"]
    second("press", "Continue")
    assert (second.window["text"], second.window["path"], second.window["modified"]) == (drawn, None, True)
    second.kill()
    third = sit()
    assert third.offered() == ["Untitled"]
    third("choose", 0, "discard")
    third("press", "Continue")
    assert len(third("windows")) == 1
    assert json.loads(third.window["text"])["nodes"] == []
    third.kill()
    fourth = sit()
    time.sleep(0.3)
    assert fourth("dialog") is None


def test_of_two_programs_only_the_killed_one_is_offered(sit, file) -> None:
    living, dead = sit(file("xor-neurons")), sit(file("iris-mlp"))
    drawn = edited(dead)
    living("add", "ReLU")
    dead.kill()
    third = sit()
    assert third.offered() == ["iris-mlp"]
    third("press", "Continue")
    assert third.window["text"] == drawn
    living.kill()
    fourth = sit()
    assert fourth.offered() == ["xor-neurons"]


def test_two_windows_of_one_program_come_back_both(sit, file) -> None:
    first = sit(file("iris-mlp"))
    drawn = edited(first)
    first("new")
    first("add", "ReLU")
    other = first.window["text"]
    first.kill()
    second = sit()
    assert sorted(second.offered()) == ["Untitled", "iris-mlp"]
    second("press", "Continue")
    assert sorted(window["text"] for window in second("windows")) == sorted([drawn, other])


def test_a_torn_last_line_costs_only_that_gesture(sit, file, state: Path) -> None:
    first = sit(file("iris-mlp"))
    drawn = edited(first)
    first("add", "ReLU")
    first.kill()
    (journal,) = (state / "journals").glob("*.journal")
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:-1]) + lines[-1][:-20])
    second = sit()
    second.offered()
    second("press", "Continue")
    assert second.window["text"] == drawn


def test_what_was_saved_and_what_was_only_looked_at_is_not_offered(sit, file) -> None:
    first = sit(file("iris-mlp"), file("xor-neurons"))
    first("add", "ReLU")
    first("key", "S", True)
    assert not first.window["modified"]
    first.kill()
    second = sit()
    time.sleep(0.3)
    assert second("dialog") is None


def test_the_program_itself_leaves_nothing_behind_but_its_journal(file, state: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "designer", str(file("iris-mlp"))],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "NEUROLOOM_STATE": str(state)},
    )
    try:
        until(lambda: list((state / "journals").glob("*.journal")))
    finally:
        process.kill()
        process.wait(30)


# --- killed while it trains


def test_the_training_outlives_its_window_and_is_taken_up_with_its_curves_whole(sit, file) -> None:
    path = file("iris-mlp", epochs=100_000)
    first = sit(path)
    first("press", "Train")
    until(lambda: len(first.window["steps"]) > 200, "nothing is learned")
    run = Run(Path(first.window["run"]))
    drawn = first.window["text"]
    first.kill()
    before = len(run.steps())
    until(lambda: len(run.steps()) > before + 100, "the training ended with its window")
    second = sit()
    assert [window["path"] for window in second("windows")] == [str(path)]
    assert (second.window["run"], second.window["text"]) == (str(run.path), drawn)
    until(lambda: len(second.window["steps"]) > before + 200)
    second.shot("taken-up")
    third = sit()
    assert [window["run"] for window in third("windows")] == [None], "it is watched already"
    launch.stop(run)
    until(lambda: second.window["state"] == "stopped")
    until(lambda: len(second.window["steps"]) == len(run.steps()))
    assert np.array_equal(np.float32(second.window["steps"]), run.steps()[:, 1])


def test_a_drawing_without_a_file_is_taken_up_once_with_its_edits(sit) -> None:
    first = sit()
    first("template", "iris-mlp")
    first("setting", "epochs", "100000")
    first("press", "Train")
    until(lambda: first.window["steps"])
    drawn, run = first.window["text"], first.window["run"]
    first.kill()
    second = sit()
    second.offered()
    second("press", "Continue")
    assert [(w["text"], w["run"], w["modified"]) for w in second("windows")] == [(drawn, run, True)]


def test_a_window_that_is_closed_asks_nothing_and_the_training_goes_on(sit, file) -> None:
    first = sit(file("iris-mlp", epochs=100_000))
    first("press", "Train")
    until(lambda: first.window["steps"])
    run = Run(Path(first.window["run"]))
    first("later", "close")
    assert first.process.wait(60) == 0
    before = len(run.steps())
    until(lambda: len(run.steps()) > before)
    second = sit()
    assert second.window["run"] == str(run.path)
    assert second("dialog") is None


def test_unsaved_changes_are_asked_about_and_the_training_is_spoken_of(sit, file) -> None:
    person = sit(file("iris-mlp", epochs=100_000))
    person("press", "Train")
    until(lambda: person.window["steps"])
    person("add", "ReLU")
    person("later", "close")
    dialog = until(lambda: person("dialog"))
    assert "changes that are not saved" in dialog["text"]
    assert "training goes on" in dialog["text"]
    person("press", "Cancel")
    assert len(person("windows")) == 1


# --- a killed worker


def test_a_killed_worker_is_said_and_resume_ends_as_if_nothing_had_been(sit, file, tmp_path: Path) -> None:
    path = file("digits-cnn", epochs=3)
    whole = launch.start(path.read_text(), folder=tmp_path / "whole", base=tmp_path)
    assert launch.wait(whole, PATIENCE).state is State.FINISHED, whole.failure()
    person = sit(path)
    person("press", "Train")
    per_epoch = whole.epochs()[0].step
    until(lambda: len(person.window["steps"]) > per_epoch + 2)
    run = Run(Path(person.window["run"]))
    os.kill(run.status().pid, signal.SIGKILL)
    told = person.banner()
    assert "cut off in epoch" in told
    assert "process is gone" in told
    assert person.window["buttons"] == ["Resume"]
    person.shot("cut-off")
    person("press", "Resume")
    until(lambda: person.window["state"] == "finished")
    assert person.window["banner"] is None
    assert losses(run) == losses(whole)
    assert np.array_equal(step_losses(run), step_losses(whole))
    until(lambda: len(person.window["steps"]) == len(whole.steps()))
    assert np.array_equal(np.float32(person.window["steps"]), whole.steps()[:, 1])


def test_a_worker_that_dies_before_its_first_checkpoint_can_be_started_again(sit, file) -> None:
    person = sit(file("iris-mlp", epochs=3))
    person("press", "Train")
    run = Run(Path(until(lambda: person.window["run"])))
    os.kill(until(lambda: run.status().pid), signal.SIGKILL)
    told = person.banner()
    assert run.checkpoint("last.safetensors") is None
    assert "before its first checkpoint" in told
    assert person.window["buttons"] == ["Train again"]
    person("press", "Train again")
    until(lambda: person.window["state"] == "finished")
    assert person.window["run"] != str(run.path)


def test_a_run_that_was_cut_off_is_offered_until_the_user_has_seen_it(sit, file) -> None:
    path = file("iris-mlp", epochs=100_000)
    first = sit(path)
    first("press", "Train")
    until(lambda: first.window["steps"])
    run = Run(Path(first.window["run"]))
    pid = run.status().pid
    first.kill()
    os.kill(pid, signal.SIGKILL)
    until(lambda: run.status().state is State.LOST)
    for _ in range(2):
        again = sit()
        assert "cut off" in again.banner()
        again.kill()
    last = sit()
    last.banner()
    last("dismiss")
    last.kill()
    calm = sit()
    assert [window["run"] for window in calm("windows")] == [None]
    assert run.can_resume


# --- a full disk


def test_a_full_disk_leaves_the_old_file_whole_and_nothing_is_lost(sit, file) -> None:
    path = file("iris-mlp")
    saved = path.read_text()
    person = sit(path)
    drawn = edited(person)
    person.fill_disk(100)
    person("later", "key", "S", True)
    dialog = until(lambda: person("dialog"))
    assert dialog["title"] == "It could not be saved"
    assert "What was saved before is untouched." in dialog["text"]
    person.shot("full-disk")
    person("press", "OK")
    assert path.read_text() == saved
    assert [entry.name for entry in path.parent.iterdir() if entry.suffix == ".part"] == []
    assert (person.window["text"], person.window["modified"]) == (drawn, True)
    person("add", "ReLU")
    assert "cannot be kept safe" in person.banner()
    person.fill_disk(resource.RLIM_INFINITY)
    person("add", "ReLU")
    assert person.window["banner"] is None, "the journal is whole again"
    drawn = person.window["text"]
    person.kill()
    last = sit()
    last.offered()
    last("press", "Continue")
    assert last.window["text"] == drawn
    last("key", "S", True)
    assert len(json.loads(path.read_text())["nodes"]) == len(json.loads(drawn)["nodes"])


# --- what the window's process does without


def test_after_a_whole_sitting_the_process_of_the_window_has_no_torch(sit, file, tmp_path: Path) -> None:
    path = file("digits-cnn", epochs=1)
    person = sit(path)
    person("type", "fc1", "out_features", "48")
    person("key", "S", True)
    person("press", "Train")
    until(lambda: person.window["state"] == "finished")
    for name in ("curves", "problems", "code", "runs", "inspector", "palette"):
        person("panel", name)
    run = Run(Path(person.window["run"]))
    command = [sys.executable, "-m", "designer", "export", str(path), "--to", "weights", "--run", str(run.path)]
    assert subprocess.run([*command, "-o", str(tmp_path / "w.safetensors")], cwd=ROOT, timeout=PATIENCE).returncode == 0
    assert person("loaded", "designer.plots.curves"), "the panels were really made"
    assert not person("loaded", "torch")
