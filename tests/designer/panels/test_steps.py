"""The history as a list: what is done, undone and saved, and how one goes there."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from designer.panels.steps import BEGINNING, SAVED, Rows
from designer.window import Window
from graph import edits
from graph.project import write

Key = Qt.Key


@pytest.fixture
def rows(window: Window, qtbot) -> Rows:
    """Three steps in the open list; the second went into a block."""
    session = window.session
    with session.history.step("Add two"):
        births = [edits.add(session.document, kind, (200 * at, 0)) for at, kind in enumerate(("Linear", "ReLU"))]
    with session.history.step("Collapse"):
        edits.collapse(session.document, births, "Hidden")
    with session.history.step("Set out_features"):
        edits.set_param(session.document.inside("Hidden"), births[0], "out_features", 7)
    qtbot.waitUntil(lambda: window.panels.steps is not None)
    QTest.keyClick(window, Key.Key_6, Qt.KeyboardModifier.AltModifier)
    window.panels.show("history")
    QApplication.processEvents()
    return window.panels.steps.rows


def labels(rows: Rows) -> list[str]:
    return [rows.model().index(row, 0).data() for row in range(rows.model().rowCount())]


def read_out(rows: Rows) -> list[str]:
    role = Qt.ItemDataRole.AccessibleTextRole
    return [rows.model().index(row, 0).data(role) for row in range(rows.model().rowCount())]


def click(rows: Rows, row: int) -> None:
    place = rows.visualRect(rows.model().index(row, 0)).center()
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QApplication.processEvents()


def test_a_click_goes_there_and_back_and_nothing_is_lost(window: Window, rows: Rows, tmp_path) -> None:
    session, whole = window.session, write(window.session.document)
    assert labels(rows) == [BEGINNING, "Add two", "Collapse", "Set out_features"]
    assert rows.currentIndex().row() == 3
    click(rows, 1)
    assert session.history.position == 1
    assert [node.kind for node in session.document.nodes()] == ["Linear", "ReLU"]
    assert read_out(rows)[1:] == [
        "Add two, where the drawing stands", "Collapse, undone", "Set out_features, undone"
    ]  # fmt: skip
    session.save(tmp_path / "net.loom")
    QApplication.processEvents()
    click(rows, 3)
    assert write(session.document) == whole
    assert [bool(rows.model().index(row, 0).data(SAVED)) for row in range(4)] == [False, True, False, False]


def test_keys_go_there_and_a_step_in_a_block_is_shown_where_it_was_done(window: Window, rows: Rows) -> None:
    rows.setFocus()
    QTest.keyClick(rows, Key.Key_Up)
    assert window.session.history.position == 3
    QTest.keyClick(rows, Key.Key_Return)
    assert window.session.history.position == 2
    assert window.session.level.path != ()
    QTest.keyClick(rows, Key.Key_Home)
    QTest.keyClick(rows, Key.Key_Return)
    QApplication.processEvents()
    assert window.session.document.nodes() == []
    assert window.session.level.path == ()


def test_a_new_step_drops_what_was_undone_and_merged_steps_are_one(window: Window, rows: Rows) -> None:
    session = window.session
    click(rows, 1)
    for across in range(5):
        with session.history.step("Move", merge="nudge"):
            edits.move(session.document, {session.document.nodes()[0].born: (across, 40)})
    QApplication.processEvents()
    assert labels(rows) == [BEGINNING, "Add two", "Move"]
    assert rows.currentIndex().row() == 2


def test_another_drawing_has_a_list_of_its_own(window: Window, rows: Rows) -> None:
    window.files.new()
    QApplication.processEvents()
    assert labels(rows) == [BEGINNING]
    window.tabs.go(1)
    assert len(labels(rows)) == 4


def test_a_long_history_has_no_widget_for_a_row(window: Window, rows: Rows) -> None:
    history = window.session.history
    for at in range(600):
        with history.step(f"Move {at}"):
            edits.move(window.session.document, {window.session.document.nodes()[0].born: (at, 0)})
    QApplication.processEvents()
    assert len(labels(rows)) == 604
    assert len(rows.viewport().children()) < 5
    told: list[object] = []
    window.session.document.changed.connect(told.append)
    rows.scrollTo(rows.model().index(4, 0))
    assert rows.indexAt(QPoint(4, 4)).row() <= 4
    click(rows, 4)
    assert history.position == 4
    assert len(told) == 1, "a jump is one change"
    window.session.document.changed.disconnect(told.append)
