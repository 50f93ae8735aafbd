"""While a large drawing is being read, the window says so wherever it cannot know yet."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from designer import reading_on
from designer.panels.problems import Problems
from designer.panels.runbar import RunBar
from designer.session import begun
from designer.window import Window
from graph import project
from graph.document import Document
from tests.designer.conftest import digits_net


def test_run_bar_and_problems_say_it_and_nothing_can_be_trained_meanwhile(
    window: Window, qtbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    qtbot.waitUntil(lambda: window.panels.whole)
    monkeypatch.setattr(reading_on, "LARGE", 1)
    monkeypatch.setattr(reading_on.ReadingOn, "_go_on", lambda self: None)
    drawn = Document(window.shell.catalogue)
    digits_net(drawn)
    window.tabs.open(begun(project.write(drawn), window.shell.catalogue, window.shell.journals, "large"))
    reading, train = window.session.reading, window.header.actions_by_id["train"]
    bar, problems = window.header._bar, window.panels.docks["problems"].widget()
    assert isinstance(bar, RunBar)
    assert isinstance(problems, Problems)
    assert reading.under_way
    assert (bar.words.text(), bar.train.isEnabled(), train.isEnabled()) == ("Reading the drawing…", False, False)
    assert problems.empty.text().startswith("Reading the drawing…")
    assert (problems.empty.isHidden(), problems.list.isHidden()) == (False, True)
    QTest.keyClick(window.view, Qt.Key.Key_F5)
    assert reading.under_way
    reading.finish()
    qtbot.waitUntil(lambda: bar.train.isEnabled())
    assert (bar.words.text(), train.isEnabled()) == ("Not trained yet", True)
    qtbot.waitUntil(lambda: bool(problems.shown))
    assert (problems.empty.isHidden(), problems.list.isHidden()) == (True, False)
