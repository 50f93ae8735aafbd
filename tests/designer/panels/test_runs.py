"""The list of runs tells the truth about their folders, and acts only when asked twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from designer.panels.runs import Runs
from designer.panels.runs_table import COLUMNS
from designer.theme import Theme
from runtime.lock import Lock
from runtime.protocol import CHECKPOINTS, JOB, LAST, STATUS, Epoch, Figure, Job, State, Status, write_entry
from runtime.recorder import Recorder
from runtime.runs import Run

FIGURES = (Figure(id="loss"), Figure(id="accuracy", role="metric", better="high"))


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Run]:
    """Writes runs of `net.loom` with two epochs, the first of them the better one."""
    monkeypatch.setenv("NEUROLOOM_STATE", str(tmp_path / "state"))

    def make(number: int, state: State = State.FINISHED) -> Run:
        folder = tmp_path / "runs" / f"net-{number:03d}"
        folder.mkdir(parents=True)
        project = str(tmp_path / "net.loom")
        job = Job(
            key=str(number), created=float(number), project=project, figures=FIGURES, watch="loss", columns=("seconds",)
        )
        with Recorder(folder) as recorder:
            recorder.begin(job)
            for epoch, loss in ((1, 0.25), (2, 0.5)):
                recorder.epoch(Epoch(epoch=epoch, step=epoch, validation={"accuracy": 0.9, "loss": loss}))
            recorder.status(Status(state=state, epochs=2, seconds=65, device="cpu"))
        return Run(folder)

    return make


@pytest.fixture
def panel(qtbot, tmp_path: Path, record) -> Iterator[Runs]:
    made = Runs(Theme())
    qtbot.addWidget(made)
    made.set_project(tmp_path / "net.loom")
    return made


def cells(panel: Runs, row: int) -> dict[str, str]:
    return {name: panel.table.data(panel.table.index(row, place)) for place, name in enumerate(COLUMNS)}


def test_a_row_says_what_a_run_came_to(panel, record) -> None:
    record(1)
    record(2, State.TRAINING)
    panel.refresh()
    row = cells(panel, 1)
    assert row.pop("Started")
    assert row == {
        "Run": "net-001",
        "State": "Finished",
        "Epochs": "2 of 2",
        "Best": "loss 0.2500 · accuracy 0.9000",
        "Last": "loss 0.5000 · accuracy 0.9000",
        "Time": "1:05",
        "Device": "cpu",
    }
    assert cells(panel, 0)["State"] == "Cut off"


def test_a_list_that_is_empty_says_what_to_do(panel, record) -> None:
    assert panel._stack.currentIndex() == 0
    record(1)
    panel.refresh()
    assert panel._stack.currentIndex() == 1


def test_a_row_follows_its_run_and_keeps_its_tick(panel, record) -> None:
    run = record(1)
    panel.tick([run])
    held = Lock.claim(run.path)
    assert held is not None
    write_entry(run.path / STATUS, Status(state=State.TRAINING, epochs=2))
    panel.refresh()
    assert cells(panel, 0)["State"] == "Training"
    held.release()
    panel.refresh()
    assert cells(panel, 0)["State"] == "Cut off"
    record(2)
    panel.refresh()
    assert panel.table.ticked_runs() == [run]


def test_ticks_are_what_is_compared(panel, record, qtbot) -> None:
    one, two = record(1), record(2)
    panel.refresh()
    told: list[list[Run]] = []
    panel.compared.connect(told.append)
    for row in (0, 1):
        panel.table.setData(panel.table.index(row, 0), Qt.CheckState.Checked.value, Qt.ItemDataRole.CheckStateRole)
    panel.table.setData(panel.table.index(0, 0), Qt.CheckState.Unchecked.value, Qt.ItemDataRole.CheckStateRole)
    assert told == [[two], [two, one], [one]]


def test_space_ticks_and_enter_opens(panel, record, qtbot) -> None:
    run = record(1)
    panel.show()
    panel.list.setCurrentIndex(panel.table.index(0, 0))
    qtbot.keyClick(panel.list, Qt.Key.Key_Space)
    assert panel.table.ticked_runs() == [run]
    with qtbot.waitSignal(panel.opened) as opened:
        qtbot.keyClick(panel.list, Qt.Key.Key_Return)
    assert opened.args == [run]


def test_a_run_is_deleted_only_when_confirmed(panel, record, qtbot) -> None:
    run = record(1)
    panel.tick([run])
    panel.list.setCurrentIndex(panel.table.index(0, 0))
    asked: list[str] = []
    panel.confirm = lambda question: bool(asked.append(question))
    qtbot.keyClick(panel.list, Qt.Key.Key_Delete)
    assert run.exists
    panel.confirm = lambda question: True
    with qtbot.waitSignals([panel.compared, panel.deleted]):
        qtbot.keyClick(panel.list, Qt.Key.Key_Delete)
    assert asked == ["Delete net-001? Its curves, weights and log will be gone for good."]
    assert not run.path.exists()
    assert panel.table.rowCount() == 0


def test_what_can_be_done_depends_on_the_run(panel, record) -> None:
    record(1)
    stopped = record(2, State.STOPPED)
    (stopped.path / CHECKPOINTS).mkdir()
    (stopped.path / CHECKPOINTS / LAST).touch()
    panel.refresh()
    assert [button.isEnabled() for button in (panel.open, panel.resume, panel.delete)] == [False] * 3
    panel.list.setCurrentIndex(panel.table.index(0, 0))
    assert [button.isEnabled() for button in (panel.open, panel.resume, panel.delete)] == [True] * 3
    panel.list.setCurrentIndex(panel.table.index(1, 0))
    assert [button.isEnabled() for button in (panel.open, panel.resume, panel.delete)] == [True, False, True]


def test_a_folder_with_a_broken_job_is_listed_without_harm(panel, record) -> None:
    run = record(1)
    (run.path / "status.json").write_text("{nonsense")
    panel.refresh()
    assert panel.table.rowCount() == 1
    (run.path / JOB).write_text("nonsense")
    panel.refresh()
    assert panel.table.rowCount() == 0


def test_a_run_with_weights_is_tried_and_trained_from(panel, record, qtbot) -> None:
    bare, full = record(1), record(2)
    (full.path / CHECKPOINTS).mkdir(exist_ok=True)
    (full.path / CHECKPOINTS / LAST).write_bytes(b"")
    panel.refresh()
    said: list[tuple[str, Run]] = []
    panel.tried.connect(lambda run: said.append(("try", run)))
    panel.begun.connect(lambda run: said.append(("from", run)))
    for run, able in ((bare, False), (full, True)):
        panel.list.setCurrentIndex(panel.table.index(panel.table.row_of(run), 0))
        assert panel.try_it.isEnabled() is able
    panel.try_it.click()
    panel._tell(panel.begun)
    assert said == [("try", full), ("from", full)]
