"""The panels around the canvas: hidden all at once, and back where they were."""

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from designer import session as sessions
from designer.after_paint import LATEST
from designer.window import Window


def test_only_the_canvas_and_everything_back_with_the_same_key(window: Window) -> None:
    window.activateWindow()
    window.view.setFocus()
    before = {name: dock.isVisible() for name, dock in window.panels.docks.items()}
    assert any(before.values())
    QTest.keyClick(window.view, Qt.Key.Key_F11)
    QApplication.sendPostedEvents(None, 52)
    assert not any(dock.isVisible() for dock in window.panels.docks.values())
    assert shiboken6.isValid(window.header)
    assert window.header.isVisible(), "what trains and stops stays at hand"
    window.header.retitle()
    QTest.keyClick(window.view, Qt.Key.Key_F11)
    QApplication.processEvents()
    assert {name: dock.isVisible() for name, dock in window.panels.docks.items()} == before


def test_a_window_may_close_before_it_was_ever_painted(window: Window) -> None:
    """What was to follow the first paint finds no canvas any more, and does nothing."""
    shell = window.shell
    other = shell.open_window(sessions.empty(shell.catalogue, shell.journals))
    other.tabs.open(sessions.empty(shell.catalogue, shell.journals))
    assert not other.panels.whole
    other.close()
    QTest.qSleep(LATEST + 50)
    QApplication.processEvents()
    assert other.panels.code is None
