"""What every action keeps: words, keys of its own, and that it can be asked and done at any moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

from designer.actions import MENUS, Action
from designer.app import Application
from designer.preferences import Preferences
from designer.window import Window
from graph import edits
from tests.closing import close_all

ACTIONS = [action for _, listed in MENUS for action in listed if action is not None]
ASKING = {
    "open",
    "save",
    "save-as",
    "export",
    "picture",
    "preferences",
    "shortcuts",
    "keys",
    "about",
    "close-drawing",
    "close",
    "quit",
    "train",
    "bookmarks",
    *(f"{verb}-{digit}" for verb in ("go", "keep") for digit in range(2, 10)),
}
"""Actions that open a dialog, end the window or start a process: their own tests do them."""


@pytest.fixture
def window(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Window]:
    monkeypatch.setenv("NEUROLOOM_STATE", str(tmp_path / "state"))
    application = Application(qapp, Preferences(tmp_path / "preferences.ini"))
    application.start([])
    application.front().files.new()
    qapp.processEvents()
    yield application.front()
    close_all(application)


def test_ids_are_unique() -> None:
    assert [id for id, count in Counter(action.id for action in ACTIONS).items() if count > 1] == []


def test_no_key_belongs_to_two_actions(window: Window) -> None:
    keys = Counter(key for action in ACTIONS for key in window.shell.shortcuts.of(action))
    assert [key for key, count in keys.items() if count > 1] == []


def test_words_and_state_follow_the_window(window: Window) -> None:
    for _ in range(2):
        window.header.refresh()
        for action in ACTIONS:
            made = window.header.actions_by_id[action.id]
            assert isinstance(made, QAction)
            assert action.words(window).replace("&", "").strip(), action.id
            assert made.isEnabled() == action.when(window), action.id
        _draw(window)


@pytest.mark.parametrize("action", [a for a in ACTIONS if a.id not in ASKING], ids=lambda action: action.id)
def test_it_can_be_done_on_an_empty_and_on_a_drawn_canvas(window: Window, action: Action) -> None:
    for _ in range(2):
        window.header.refresh()
        window.header.actions_by_id[action.id].trigger()
        QApplication.processEvents()
        _draw(window)
    window.session.history.jump(0)
    assert window.session.document.nodes() == []


def _draw(window: Window) -> None:
    with window.session.history.step("Draw"):
        born = edits.add(window.session.document, "Linear")
    window.session.selection.set([born])
    QApplication.processEvents()
