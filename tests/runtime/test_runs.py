"""What was recorded is read back, live and later, whatever happened in between."""

from __future__ import annotations

import json
import math
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime import lock, protocol
from runtime.lock import Lock
from runtime.protocol import Epoch, Event, Failure, Job, State, Status, Wish
from runtime.recorder import Recorder
from runtime.runs import Run, best_epoch, runs_in, runs_of
from runtime.tail import Tail


def an_epoch(number: int, loss: float = 1.0) -> Epoch:
    return Epoch(epoch=number, step=10 * number, seconds=float(number), train={"loss": loss}, validation={"loss": loss})


class TestEntries:
    def test_numbers_without_a_json_form_come_back(self) -> None:
        epoch = Epoch(epoch=1, train={"loss": math.inf, "other": math.nan}, validation={"loss": -math.inf})
        text = json.dumps(epoch.to_json(), allow_nan=False)
        back = Epoch.from_json(json.loads(text))
        assert back.train["loss"] == math.inf
        assert math.isnan(back.train["other"])
        assert back.validation["loss"] == -math.inf

    def test_a_job_comes_back_whole(self, job: Job) -> None:
        assert Job.from_json(json.loads(json.dumps(job.to_json()))) == job

    def test_an_event_is_one_flat_object(self) -> None:
        event = Event(event="checkpoint", at=5.0, data={"step": 3, "best": True})
        assert event.to_json() == {"event": "checkpoint", "at": 5.0, "step": 3, "best": True}
        assert Event.from_json(event.to_json()) == event

    @given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=5))
    def test_any_json_reads_as_some_entry(self, value: object) -> None:
        held = dict.fromkeys(("state", "columns", "figures", "epoch", "train", "message", "at", "seconds"), value)
        for kind in (Job, Status, Epoch, Event, Failure):
            kind.from_json(value)
            read = kind.from_json(held)
            json.dumps(read.to_json(), allow_nan=False)

    def test_a_replaced_file_leaves_nothing_beside_it(self, tmp_path: Path) -> None:
        for text in ("one", "two"):
            protocol.write_text(tmp_path / "a", text, durable=True)
        assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("a", "two")]


class TestRecord:
    def test_steps_come_back_to_the_bit(self, recorder: Recorder, rows) -> None:
        first, second = rows(0, 7), rows(7, 1000)
        recorder.steps(first)
        recorder.steps(second)
        run = Run(recorder.folder)
        np.testing.assert_array_equal(run.steps(), np.concatenate([first, second]))
        np.testing.assert_array_equal(run.steps(since=990), second[-10:])
        np.testing.assert_array_equal(run.steps(since=5, limit=3), np.concatenate([first[5:], second[:1]]))
        assert recorder.done == 1000

    def test_no_steps_are_no_rows(self, recorder: Recorder, rows) -> None:
        recorder.steps(rows(0, 0))
        assert Run(recorder.folder).steps().shape == (0, 3)

    def test_a_row_of_another_width_is_refused(self, recorder: Recorder) -> None:
        with pytest.raises(ValueError, match="no whole rows"):
            recorder.steps(np.zeros((1, 2), np.float32))

    def test_a_torn_last_row_waits_until_it_is_whole(self, recorder: Recorder, rows) -> None:
        recorder.steps(rows(0, 2))
        with (recorder.folder / protocol.STEPS).open("ab") as file:
            file.write(b"\0" * 5)
        assert len(Run(recorder.folder).steps()) == 2

    def test_a_torn_last_line_waits_until_it_is_whole(self, recorder: Recorder) -> None:
        recorder.epoch(an_epoch(1))
        path = recorder.folder / protocol.EPOCHS
        line = path.read_bytes()
        with path.open("ab") as file:
            file.write(line[:20])
        assert [epoch.epoch for epoch in Run(recorder.folder).epochs()] == [1]
        with path.open("ab") as file:
            file.write(line[20:])
        assert [epoch.epoch for epoch in Run(recorder.folder).epochs()] == [1, 1]

    def test_a_line_that_is_no_json_is_passed_over(self, recorder: Recorder) -> None:
        recorder.event("message", text="one")
        with (recorder.folder / protocol.EVENTS).open("ab") as file:
            file.write(b"\xff{nonsense\n" + b"[" * 100_000 + b"\n")
        recorder.event("message", text="two")
        assert [event.data.get("text") for event in Run(recorder.folder).events()] == ["one", "two"]

    def test_a_resume_cuts_what_lies_after_its_checkpoint(
        self, recorder: Recorder, again: Recorder, job: Job, rows
    ) -> None:
        recorder.steps(rows(0, 35))
        for number in (1, 2, 3):
            recorder.epoch(an_epoch(number))
        recorder.close()
        with (recorder.folder / protocol.STEPS).open("ab") as file:
            file.write(b"torn")
        again.take_up(job, 20)
        again.steps(rows(20, 25, shift=0.5))
        run = Run(recorder.folder)
        np.testing.assert_array_equal(run.steps(), np.concatenate([rows(0, 20), rows(20, 25, shift=0.5)]))
        assert [epoch.epoch for epoch in run.epochs()] == [1, 2]
        assert [(event.event, event.data) for event in run.events()] == [("resumed", {"step": 20})]

    def test_rows_lost_with_the_power_leave_a_gap_and_no_shift(
        self, recorder: Recorder, again: Recorder, job: Job, rows
    ) -> None:
        recorder.steps(rows(0, 10))
        recorder.close()
        again.take_up(job, 12)
        again.steps(rows(12, 14))
        read = Run(recorder.folder).steps()
        assert np.isnan(read[10:12]).all()
        np.testing.assert_array_equal(read[12:], rows(12, 14))

    def test_the_wish_is_one_word(self, recorder: Recorder) -> None:
        assert recorder.wish() is Wish.RUN
        for text, wish in (("pause\n", Wish.PAUSE), ("stop", Wish.STOP), ("dance", Wish.RUN), ("", Wish.RUN)):
            (recorder.folder / protocol.CONTROL).write_text(text)
            assert recorder.wish() is wish


class TestTail:
    def test_it_reads_only_what_is_new(self, recorder: Recorder, rows) -> None:
        tail = Tail(Run(recorder.folder))
        assert len(tail.read().rows) == 0
        recorder.steps(rows(0, 12))
        recorder.epoch(an_epoch(1))
        news = tail.read()
        np.testing.assert_array_equal(news.rows, rows(0, 12))
        assert [epoch.epoch for epoch in news.epochs] == [1]
        recorder.steps(rows(12, 13))
        news = tail.read()
        np.testing.assert_array_equal(news.rows, rows(12, 13))
        assert news.epochs == []
        assert news.cut is None

    def test_it_reads_in_parts_when_there_is_much(self, recorder: Recorder, rows) -> None:
        recorder.steps(rows(0, 25))
        tail = Tail(Run(recorder.folder))
        parts = [tail.read(limit=10) for _ in range(3)]
        assert [len(news.rows) for news in parts] == [10, 10, 5]
        assert [news.more for news in parts] == [True, True, False]

    @pytest.mark.parametrize("grown", [0, 5, 15, 100])
    def test_it_takes_no_old_row_for_a_new_one(
        self, recorder: Recorder, again: Recorder, job: Job, rows, grown: int
    ) -> None:
        recorder.steps(rows(0, 35))
        for number in (1, 2, 3):
            recorder.epoch(an_epoch(number))
        tail = Tail(Run(recorder.folder))
        seen = tail.read()
        recorder.close()
        again.take_up(job, 20)
        again.steps(rows(20, 20 + grown, shift=0.5))
        again.epoch(an_epoch(3, loss=0.1))
        news = tail.read()
        assert news.cut == 20
        held = np.concatenate([seen.rows[: news.cut], news.rows])
        np.testing.assert_array_equal(held, Run(recorder.folder).steps())
        assert [epoch.validation["loss"] for epoch in news.epochs] == [0.1]

    def test_resumes_before_the_first_look_cut_nothing(
        self, recorder: Recorder, again: Recorder, job: Job, rows
    ) -> None:
        recorder.steps(rows(0, 35))
        recorder.close()
        again.take_up(job, 20)
        again.steps(rows(20, 30))
        news = Tail(Run(recorder.folder)).read()
        assert news.cut is None
        assert len(news.rows) == 30

    def test_another_run_in_the_same_folder_starts_anew(
        self, recorder: Recorder, again: Recorder, job: Job, rows
    ) -> None:
        recorder.steps(rows(0, 35))
        tail = Tail(Run(recorder.folder))
        tail.read()
        recorder.close()
        other = again
        other.begin(Job.from_json({**job.to_json(), "key": "second"}))
        other.steps(rows(0, 50, shift=0.25))
        news = tail.read()
        assert news.restarted
        np.testing.assert_array_equal(news.rows, rows(0, 50, shift=0.25))

    def test_columns_may_be_named_after_the_first_look(self, folder: Path, again: Recorder, job: Job, rows) -> None:
        protocol.write_entry(folder / protocol.JOB, Job(key="first"))
        tail = Tail(Run(folder))
        assert tail.read().rows.shape == (0, 0)
        again.begin(job)
        again.steps(rows(0, 4))
        news = tail.read()
        assert not news.restarted
        assert news.job.columns == job.columns
        assert len(news.rows) == 4

    def test_a_vanished_folder_is_gone(self, recorder: Recorder) -> None:
        tail = Tail(Run(recorder.folder))
        tail.read()
        recorder.close()
        for path in recorder.folder.iterdir():
            path.unlink()
        recorder.folder.rmdir()
        assert tail.read().gone


HOLD = """
import os, sys, time
from pathlib import Path
from runtime.lock import Lock
held = Lock.claim(Path(sys.argv[1]))
if len(sys.argv) == 2 or not os.fork():
    print("held" if held else "refused", flush=True)
time.sleep(20)
"""


def holder(folder: Path, *more: str) -> subprocess.Popen[str]:
    """A process that holds the lock of the folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder), *more], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "held"
    return process


class TestLost:
    def write(self, folder: Path, state: State, **more: object) -> None:
        status = Status.from_json({"state": state, "host": socket.gethostname(), "heartbeat": time.time(), **more})
        protocol.write_entry(folder / protocol.STATUS, status)

    def test_a_run_whose_worker_holds_its_lock_lives_and_is_lost_when_it_is_killed(self, folder: Path) -> None:
        self.write(folder, State.TRAINING)
        process = holder(folder)
        try:
            assert Run(folder).status().state is State.TRAINING
            assert Lock.claim(folder, patience=0) is None
        finally:
            process.kill()
            process.communicate()
        assert Run(folder).status().state is State.LOST

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
    def test_a_forked_child_does_not_keep_it_alive(self, folder: Path) -> None:
        self.write(folder, State.TRAINING)
        process = holder(folder, "fork")
        try:
            process.kill()
            process.wait()
            assert Run(folder).status().state is State.LOST
        finally:
            os.killpg(process.pid, 9)
            process.communicate()

    def test_a_living_pid_is_not_believed(self, folder: Path) -> None:
        self.write(folder, State.TRAINING, pid=os.getpid())
        assert Run(folder).status().state is State.LOST

    @pytest.mark.parametrize("state", [State.STOPPED, State.FINISHED, State.FAILED])
    def test_a_run_that_ended_needs_no_process(self, folder: Path, state: State) -> None:
        self.write(folder, state)
        assert Run(folder).status().state is state

    def test_a_worker_elsewhere_is_believed_while_its_heart_beats(self, folder: Path) -> None:
        self.write(folder, State.TRAINING, host="elsewhere")
        assert Run(folder).status().state is State.TRAINING
        self.write(folder, State.TRAINING, host="elsewhere", heartbeat=time.time() - 600)
        assert Run(folder).status().state is State.LOST

    def test_looking_does_not_free_the_lock(self, folder: Path) -> None:
        held = Lock.claim(folder)
        assert held is not None
        assert lock.is_held(folder)
        assert lock.is_held(folder)
        held.release()
        assert not lock.is_held(folder)


class TestLists:
    def test_runs_stand_in_the_order_they_were_made(self, tmp_path: Path) -> None:
        for name, created in (("b-001", 3.0), ("a-001", 1.0), ("a-002", 2.0)):
            (tmp_path / name).mkdir()
            protocol.write_entry(tmp_path / name / protocol.JOB, Job(created=created))
        (tmp_path / "something else").mkdir()
        assert [run.name for run in runs_in(tmp_path)] == ["a-001", "a-002", "b-001"]
        assert runs_in(tmp_path / "nowhere") == []

    def test_a_project_finds_its_runs_and_no_others(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("NEUROLOOM_STATE", str(tmp_path / "state"))
        mine = tmp_path / "mine.loom"
        for name, project in (("mine-001", mine), ("other-001", tmp_path / "other.loom")):
            (tmp_path / "runs" / name).mkdir(parents=True)
            protocol.write_entry(tmp_path / "runs" / name / protocol.JOB, Job(project=str(project)))
        assert [run.name for run in runs_of(mine)] == ["mine-001"]

    def test_the_best_epoch_is_the_one_that_is_watched(self, job: Job) -> None:
        losses = [0.5, 0.2, math.nan, 0.2, 0.4]
        epochs = [an_epoch(number, loss) for number, loss in enumerate(losses, 1)]
        best = best_epoch(job, epochs)
        assert best is not None
        assert best.epoch == 2

    def test_a_run_is_deleted_whole_unless_it_lives(self, folder: Path) -> None:
        protocol.write_entry(folder / protocol.STATUS, Status(state=State.TRAINING))
        held = Lock.claim(folder)
        assert held is not None
        with pytest.raises(ValueError, match="still training"):
            Run(folder).delete()
        held.release()
        Run(folder).delete()
        assert not folder.exists()

    def test_a_folder_without_a_run_is_not_deleted(self, tmp_path: Path) -> None:
        (tmp_path / "thesis.txt").write_text("years of work")
        with pytest.raises(ValueError, match="no run"):
            Run(tmp_path).delete()
        assert (tmp_path / "thesis.txt").exists()
