"""A learning rate is found and a drawing is cross-validated in the window, each by a real worker."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QToolButton
from shiboken6 import isValid

from designer.dialogs.folds import FoldsDialog, has_classes
from designer.dialogs.rate import RateDialog, rated
from designer.panels.inspector import Inspector
from designer.plots.rate import RatePlot
from designer.session import Session
from designer.source import LiveSource
from designer.study import NOTHING, why_not
from graph import edits
from graph.document import Document
from runtime import launch
from runtime.protocol import CONTROL, FAILURE, JOB, STATUS, Failure, Job, State, Status, write_entry
from runtime.runs import Run
from runtime.studies.curve import Curve
from runtime.studies.plans import FoldPlan
from runtime.studies.scores import Scores

LONG = 60_000


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEUROLOOM_STATE", str(tmp_path / "state"))


@pytest.fixture
def shown(qtbot: Any) -> Iterator[Callable[[Any], Any]]:
    """Shows dialogs, and sees to it that no study outlives the test."""
    made: list[Any] = []

    def show(dialog: Any) -> Any:
        made.append(dialog)
        dialog.show()
        return dialog

    yield show
    for dialog in made:
        if isValid(dialog):
            run = dialog.study.run
            dialog.study.stop()
            dialog.close()
            if run is not None:
                launch.wait(run, 20)


def moons_net(document: Document) -> None:
    kinds = {"moons": "Moons", "fc": "Linear", "loss": "CrossEntropyLoss", "accuracy": "Accuracy", "sgd": "SGD"}
    at = {name: edits.add(document, kind, id=name) for name, kind in kinds.items()}
    edits.set_param(document, at["fc"], "out_features", 2)
    for source, out, target, port in (
        ("moons", "x", "fc", "x"), ("fc", "y", "loss", "prediction"), ("moons", "y", "loss", "target"),
        ("fc", "y", "accuracy", "prediction"), ("moons", "y", "accuracy", "target"),
        ("loss", "loss", "sgd", "loss")):  # fmt: skip
        edits.connect(document, at[source], out, at[target], port)
    edits.set_run(document, "epochs", 2)


@pytest.fixture
def session(start: Callable[..., Session], tmp_path: Path) -> Session:
    made = start(moons_net)
    made.save(tmp_path / "m.loom")
    return made


def lr(session: Session) -> Any:
    return session.document.find("sgd").params.get("lr")


def test_a_rate_is_found_and_used_as_one_step(session: Session, theme, qtbot, shown) -> None:
    dialog = shown(RateDialog(session, None, theme))
    assert not dialog.button.isEnabled()
    qtbot.waitUntil(lambda: not dialog.study.lives, timeout=LONG)
    run = dialog.study.run
    found = Curve.read(run).suggestion()
    assert dialog.told.text() == found.why
    assert dialog.button.text() == f"Use {found.rate:g}"
    assert run.path.parent == session.path.parent / "studies"
    before = session.history.position
    dialog.button.click()
    assert lr(session) == found.rate
    assert session.history.position == before + 1
    session.undo()
    assert lr(session) is None


def test_what_goes_wrong_is_said_in_the_dialog(session: Session, theme, qtbot, shown) -> None:
    edits.set_param(session.document, session.document.find("fc").born, "out_features", 1)
    dialog = shown(RateDialog(session, None, theme))
    assert "loss" in dialog.complaint.text()
    assert dialog.study.run is None
    assert not dialog.button.isEnabled()


@pytest.fixture
def plot(theme, qtbot) -> RatePlot:
    made = RatePlot(theme)
    qtbot.addWidget(made)
    made.resize(640, 320)
    rates = np.geomspace(1e-7, 10, 150)
    losses = 0.3 + 2 / (1 + np.exp(3 * (np.log10(rates) + 3))) + np.exp(8 * (np.log10(rates) + 0.9))
    made.show_curve(Curve(rates, losses, 150), (1e-7, 10.0))
    return made


def test_another_rate_is_chosen_by_mouse_and_keys(plot: RatePlot, qtbot) -> None:
    plot.grab()
    qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(300, 150))
    assert plot.rate is None  # nothing is suggested yet
    plot.suggest(plot.curve.suggestion())
    told: list[float] = []
    plot.chosen.connect(told.append)
    at = QPoint(round(plot.frame().x.pixel(0.01)), 150)
    qtbot.mousePress(plot, Qt.MouseButton.LeftButton, pos=at)
    assert math.isclose(plot.rate, 0.01, rel_tol=0.05)
    qtbot.mouseMove(plot, QPoint(round(plot.frame().x.pixel(0.1)), 100))
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert plot.rate > told[0]
    plot.choose(1e9)
    assert plot.rate == 10.0
    assert told[-1] == 10.0
    assert f"{plot.rate:g}" in plot.accessibleDescription()


def test_the_axes_hold_the_curve_but_not_the_explosion(plot: RatePlot) -> None:
    frame = plot.frame()
    top = frame.y.high
    assert frame.y.low <= plot.curve.smooth.min()
    assert plot.curve.smooth[0] < top < plot.curve.losses.max()
    assert frame.x.value(frame.plot.left()) == pytest.approx(1e-7)
    assert frame.x.value(frame.plot.right()) == pytest.approx(10.0)
    before = plot.grab().toImage()
    plot.suggest(plot.curve.suggestion())
    assert plot.grab().toImage() != before


def cells(dialog: FoldsDialog) -> list[list[str]]:
    table = dialog.table
    rows = [table.topLevelItem(at) for at in range(table.topLevelItemCount())]
    return [[row.text(column) for column in range(table.columnCount())] for row in rows]


def test_folds_fill_the_table_and_are_shown_again(session: Session, theme, qtbot, shown) -> None:
    dialog = shown(FoldsDialog(session, theme))
    assert dialog.stratified.isChecked()
    assert [row[:2] for row in cells(dialog)] == [[f"Fold {n}", "Waiting"] for n in range(1, 6)]
    folds = dialog.fields["folds"]
    folds.line.selectAll()
    qtbot.keyClicks(folds.line, "2")
    dialog.begin()
    assert not dialog.button.isEnabled()
    qtbot.waitUntil(lambda: not dialog.study.lives, timeout=LONG)
    scores = Scores.read(dialog.study.run)
    spread = scores.spread("accuracy")
    rows = cells(dialog)
    assert [row[1] for row in rows] == ["Trained", "Trained", "2 folds", "2 folds"]
    assert rows[2][3] == f"{spread.mean:.4f} ± {spread.deviation:.4f}"
    assert scores.plan == FoldPlan(folds=2, stratified=True)
    again = shown(FoldsDialog(session, theme))
    assert cells(again) == rows
    assert again.fields["folds"].value == 2
    assert again.stop_button.isHidden()


def test_a_stopped_study_can_go_on(session: Session, theme, shown) -> None:
    folder = session.path.parent / "studies" / "m-folds-001"
    folder.mkdir(parents=True)
    job = Job(key="k", name=folder.name, project=str(session.path), study=FoldPlan(folds=3).to_job())
    write_entry(folder / JOB, job)
    write_entry(folder / STATUS, Status(state=State.STOPPED))
    (folder / CONTROL).write_text("stop\n")
    dialog = shown(FoldsDialog(session, theme))
    assert dialog.study.run == Run(folder)
    assert dialog.stop_button.text() == "Go on with the rest"
    assert "0 of 3 folds" in dialog.told.text()


def test_one_that_was_refused_need_not_go_on(session: Session, theme, shown) -> None:
    folder = session.path.parent / "studies" / "m-folds-001"
    folder.mkdir(parents=True)
    job = Job(key="k", name=folder.name, project=str(session.path), study=FoldPlan(folds=3).to_job())
    write_entry(folder / JOB, job)
    write_entry(folder / FAILURE, Failure(message="moons: so it cannot be."))
    write_entry(folder / STATUS, Status(state=State.FAILED))
    dialog = shown(FoldsDialog(session, theme))
    assert dialog.complaint.text() == "moons: so it cannot be."
    assert dialog.stop_button.isHidden()
    assert dialog.button.isEnabled()
    names = [dialog.table.headerItem().text(at) for at in range(dialog.table.columnCount())]
    assert names == ["Fold", "State", "loss", "accuracy", "Time"]


def test_wrong_numbers_start_nothing(session: Session, theme, qtbot, shown) -> None:
    dialog = shown(FoldsDialog(session, theme))
    folds = dialog.fields["folds"]
    folds.line.selectAll()
    qtbot.keyClicks(folds.line, "1")
    dialog.begin()
    assert "number of folds" in dialog.complaint.text()
    assert dialog.study.run is None


def test_what_is_not_trained_is_not_studied(start: Callable[..., Session], session: Session) -> None:
    assert why_not(start()) == NOTHING
    assert why_not(session) is None
    assert [name for _, name in rated(session)] == ["sgd"]
    assert has_classes(session)
    edits.remove(session.document, [session.document.find("moons").born])
    assert not has_classes(session)


def test_the_inspector_leads_to_the_test(session: Session, theme, qtbot) -> None:
    source = LiveSource(session.reading, session.bridge, session)
    inspector = Inspector(session.level, source, theme)
    qtbot.addWidget(inspector)
    born = session.document.find("sgd").born
    session.selection.set([born])
    inspector.show_selection()
    told: list[str] = []
    inspector.sought.connect(told.append)

    (button,) = [b for b in inspector.findChildren(QToolButton) if b.accessibleName() == "Find a learning rate"]
    button.click()
    assert told == [born]
