"""Several drawings in one window: each keeps what is its own, and only the one that is shown has a canvas."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QGraphicsScene, QMenu, QMessageBox, QToolTip
from shiboken6 import isValid

from designer.app import Application
from designer.canvas.view import View
from designer.dialogs.values import ValuesDialog
from designer.preferences import Preferences
from designer.window import Window
from graph import edits
from graph.catalogue import standard
from graph.document import Document
from graph.project import save

Key, LEFT, MIDDLE = Qt.Key, Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Answer = QMessageBox.StandardButton


def press(window: Window, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    QTest.keyClick(window.view, key, held)
    QApplication.processEvents()


def draw(window: Window, *kinds: str) -> list[str]:
    with window.session.history.step("Draw"):
        return [edits.add(window.session.document, kind, (200 * at, 0)) for at, kind in enumerate(kinds)]


def names(window: Window) -> list[str]:
    return [window.tabs.bar.row.tabText(at) for at in range(window.tabs.bar.row.count())]


def middle(window: Window, at: int) -> QPoint:
    return window.tabs.bar.row.tabRect(at).center() - QPoint(20, 0)


@pytest.fixture
def three(window: Window) -> Window:
    """Untitled, Untitled 2 and Untitled 3, the last of them shown."""
    for number in range(3):
        if number:
            press(window, Key.Key_T, CONTROL)
        draw(window, *["ReLU"] * (number + 1))
    QApplication.processEvents()
    return window


def test_a_row_of_tabs_appears_with_the_second_drawing(window: Window) -> None:
    assert not window.tabs.bar.isVisible()
    draw(window, "Linear")
    press(window, Key.Key_T, CONTROL)
    assert window.tabs.bar.isVisible()
    assert names(window) == ["Untitled", "Untitled 2"]
    assert len(window.shell.windows) == 1
    assert window.session.blank
    press(window, Key.Key_W, CONTROL)
    assert not window.tabs.bar.isVisible()
    assert [node.kind for node in window.session.document.nodes()] == ["Linear"]


def test_keys_go_round_and_each_keeps_what_is_its_own(three: Window) -> None:
    first, second, third = three.tabs
    three.session.selection.set([three.session.document.nodes()[1].born])
    three.view.camera.zoom(1.7)
    place = three.view.camera.place
    press(three, Key.Key_Tab, CONTROL)
    assert three.tabs.current is first
    press(three, Key.Key_Backtab, CONTROL | SHIFT)
    assert three.tabs.current is third
    press(three, Key.Key_PageUp, CONTROL)
    assert three.tabs.current is second
    three.session.undo()
    assert len(second.session.document.nodes()) == 0
    press(three, Key.Key_PageDown, CONTROL)
    assert len(third.session.document.nodes()) == 3
    assert three.view.camera.place == place
    assert len(three.session.selection.births) == 1
    assert three.windowTitle().startswith("Untitled 3")
    inspector = three.panels.docks["inspector"].widget()
    assert inspector._level is third.session.level


def test_a_tab_that_is_not_shown_has_no_canvas(three: Window, qtbot) -> None:
    def canvases() -> list[View]:
        return [view for view in three.findChildren(View) if view.parent() is not None]

    qtbot.waitUntil(lambda: len(canvases()) == 1)
    first, second, third = three.tabs
    assert first.page.view is None
    assert second.page.view is None
    assert [view.drawing for view in canvases()] == [three.scene]
    assert three.findChildren(QGraphicsScene) == []
    assert len(list(third.session.journal._folder.glob("*.journal"))) == 3


def test_a_level_and_its_camera_are_found_again(window: Window) -> None:
    births = draw(window, "Linear", "ReLU")
    with window.session.history.step("Collapse"):
        block = edits.collapse(window.session.document, births, "Hidden")
    window.session.enter((block,))
    window.view.camera.zoom(2.0)
    place = window.view.camera.place
    press(window, Key.Key_T, CONTROL)
    assert window.session.level.path == ()
    assert not window.page.crumbs.isVisible()
    press(window, Key.Key_Tab, CONTROL)
    assert window.session.level.path == (block,)
    assert window.page.crumbs.isVisible()
    assert window.view.camera.place == place


def test_the_cross_and_the_middle_button_close_and_ask_first(three: Window, monkeypatch) -> None:
    asked: list[str] = []
    answers = [Answer.Cancel, Answer.Discard, Answer.Discard]
    monkeypatch.setattr(QMessageBox, "question", lambda _, title, text, *rest: asked.append(text) or answers.pop(0))
    row = three.tabs.bar.row
    QTest.mouseClick(row, MIDDLE, pos=middle(three, 1))
    assert asked == ["Untitled 2 has changes that are not saved."]
    assert len(three.tabs) == 3
    QTest.mouseClick(row, MIDDLE, pos=middle(three, 1))
    assert names(three) == ["Untitled", "Untitled 3"]
    closer = row.tabButton(0, row.ButtonPosition.RightSide)
    QTest.mouseClick(closer, LEFT)
    assert asked[-1] == "Untitled has changes that are not saved."
    assert [tab.session.name for tab in three.tabs] == ["Untitled 3"]
    assert len(three.session.document.nodes()) == 3


def test_a_file_opens_in_a_tab_once(three: Window, tmp_path: Path) -> None:
    document = Document(standard())
    edits.add(document, "Conv2d")
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        save(document, tmp_path / folder / "net.loom")
    files = [tmp_path / folder / "net.loom" for folder in ("a", "b")]
    for file in (*files, files[0]):
        assert three.files.open(file)
    assert names(three) == ["Untitled", "Untitled 2", "Untitled 3", "net · a", "net · b"]
    assert three.session.path == files[0]
    assert three.tabs.bar.row.tabToolTip(4) == str(files[1])


def test_a_blank_drawing_gives_way(window: Window, tmp_path: Path) -> None:
    document = Document(standard())
    edits.add(document, "Conv2d")
    save(document, tmp_path / "net.loom")
    window.files.open(tmp_path / "net.loom")
    assert [tab.session.name for tab in window.tabs] == ["net"]


def test_a_drag_puts_a_tab_elsewhere_and_escape_puts_it_back(three: Window) -> None:
    row = three.tabs.bar.row
    order = [tab.session.name for tab in three.tabs]

    def drag(then: str) -> None:
        start, end = middle(three, 2), QPoint(6, middle(three, 0).y())
        QTest.mousePress(row, LEFT, pos=start)
        for at in range(1, 9):
            QTest.mouseMove(row, start + (end - start) * at / 8)
        if then == "escape":
            QTest.keyClick(row, Key.Key_Escape)
        QTest.mouseRelease(row, LEFT, pos=end)

    drag("escape")
    assert [tab.session.name for tab in three.tabs] == order == names(three)
    drag("let go")
    assert [tab.session.name for tab in three.tabs] == ["Untitled 3", "Untitled", "Untitled 2"] == names(three)
    assert three.session.name == "Untitled 3"
    press(three, Key.Key_Tab, CONTROL)
    assert three.session.name == "Untitled"


def test_a_tab_that_is_pulled_out_is_a_window_with_all_its_steps(three: Window) -> None:
    row, tab = three.tabs.bar.row, three.tabs.current
    below = QPoint(middle(three, 2).x(), row.height() + 200)
    QTest.mousePress(row, LEFT, pos=middle(three, 2))
    for at in range(1, 5):
        QTest.mouseMove(row, middle(three, 2) + (below - middle(three, 2)) * at / 4)
    QTest.mouseRelease(row, LEFT, pos=below)
    QApplication.processEvents()
    assert names(three) == ["Untitled", "Untitled 2"]
    other = three.shell.front()
    assert other is not three
    assert other.tabs.current is tab
    assert len(other.scene.plan.births()) == 3
    other.session.undo()
    assert len(other.scene.plan.births()) == 0
    other.session.redo()
    other.tabs.part(tab, three)
    QApplication.processEvents()
    assert [known.session.name for known in three.tabs] == ["Untitled", "Untitled 2", "Untitled 3"]
    assert three.shell.windows == [three]
    assert three.tabs.current is tab


def test_a_tab_let_go_over_another_window_goes_there_and_back(three: Window) -> None:
    tab = three.tabs.current
    three.setGeometry(0, 0, 1080, 380)  # both on the screen of the tests, which is 800 pixels high
    three.tabs.part(tab)
    other = three.shell.front()
    other.setGeometry(0, 420, 1080, 380)
    QTest.qWaitForWindowExposed(other)
    assert other.tabs.bar.isVisible(), "a lone tab can be taken hold of while there is a window to drop it on"

    def drag(window: Window, at: int, to: Window) -> None:
        row, start = window.tabs.bar.row, middle(window, at)
        end = row.mapFromGlobal(to.view.viewport().mapToGlobal(to.view.viewport().rect().center()))
        QTest.mousePress(row, LEFT, pos=start)
        for share in range(1, 5):
            QTest.mouseMove(row, start + (end - start) * share / 4)
        assert QToolTip.text() == f"Let go: into the window of {to.session.name}"
        QTest.mouseRelease(row, LEFT, pos=end)
        QApplication.processEvents()

    drag(three, 0, other)
    assert (names(three), names(other)) == (["Untitled 2"], ["Untitled 3", "Untitled"])
    assert other.tabs.current.session.name == "Untitled"
    drag(three, 0, other)
    assert three.shell.windows == [other]
    assert names(other) == ["Untitled 3", "Untitled", "Untitled 2"]
    assert len(other.scene.plan.births()) == 2


def test_too_many_tabs_have_a_list(window: Window) -> None:
    window.resize(900, 600)
    for _ in range(5):
        draw(window, "ReLU")
        window.files.new()
    QApplication.processEvents()
    bar = window.tabs.bar
    assert bar.more.isVisible()
    QTest.mouseClick(bar.more, LEFT)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    listed = [action.text() for action in menu.actions()]
    assert listed[:2] == ["Untitled (not saved)", "Untitled 2 (not saved)"]
    menu.actions()[0].trigger()
    menu.close()
    assert window.session.name == "Untitled"


def test_what_is_open_about_a_drawing_goes_with_it(window: Window) -> None:
    window.files.from_template("iris-mlp")
    draw(window, "ReLU")
    window.session.selection.set([window.session.document.nodes()[0].born])
    window.header.actions_by_id["look"].trigger()
    (dialog,) = window.findChildren(ValuesDialog)
    tab = window.tabs.current
    press(window, Key.Key_T, CONTROL)
    assert dialog.isVisible()
    window.tabs.drop(tab)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert window.findChildren(ValuesDialog) == []
    assert not isValid(dialog)


def test_unsaved_changes_are_marked_and_read_out(three: Window, tmp_path: Path) -> None:
    row = three.tabs.bar.row
    assert row.accessibleTabName(2) == "Untitled 3, not saved"
    three.session.save(tmp_path / "net.loom")
    QApplication.processEvents()
    assert (row.tabText(2), row.accessibleTabName(2)) == ("net", "net")
    assert row.tabToolTip(2) == str(tmp_path / "net.loom")


def test_the_start_page_belongs_to_its_tab(three: Window) -> None:
    press(three, Key.Key_N, CONTROL | SHIFT)
    assert three.tabs.at_start
    assert not three.panels.docks["inspector"].isVisible()
    press(three, Key.Key_Tab, CONTROL)
    assert not three.tabs.at_start
    assert three.panels.docks["inspector"].isVisible()
    three.tabs.go(-1)
    assert three.tabs.at_start


def test_the_drawings_of_last_time_are_opened_again(window: Window, tmp_path: Path) -> None:
    files = [tmp_path / f"{name}.loom" for name in "abc"]
    for file in files:
        draw(window, "ReLU")
        window.session.save(file)
        window.files.new()
    window.tabs.drop(window.tabs.current)
    window.tabs.go(-1)
    assert window.session.name == "b"
    window.shell.quit()
    files[0].unlink()
    again = Application(window.shell.qt, Preferences(tmp_path / "preferences.ini"))
    again.start([])
    try:
        (front,) = again.windows
        assert [tab.session.name for tab in front.tabs] == ["b", "c"]
        assert front.session.name == "b"
        again.preferences.set_flag("reopen", False)
    finally:
        again.front().close()
    last = Application(window.shell.qt, Preferences(tmp_path / "preferences.ini"))
    last.start([])
    assert last.front().session.blank
    last.front().close()
