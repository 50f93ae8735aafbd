"""Keys that a user changes: they count in every window, on the canvas as in the menus, and are kept."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from designer.actions import ALL
from designer.preferences import Preferences
from designer.shortcuts import Shortcuts, defaults, is_plain
from designer.window import Window
from graph import edits

Key = Qt.Key
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
BY_ID = {action.id: action for action in ALL}


@pytest.fixture
def shortcuts(tmp_path):
    return Shortcuts(Preferences(tmp_path / "keys.ini"))


def test_only_what_differs_is_kept(shortcuts, tmp_path):
    shortcuts.set(BY_ID["arrange"], ("Ctrl+J",))
    kept = Shortcuts(Preferences(tmp_path / "keys.ini"))
    assert kept.of(BY_ID["arrange"]) == ("Ctrl+J",)
    assert Preferences(tmp_path / "keys.ini").keys == {"arrange": ("Ctrl+J",)}
    shortcuts.set(BY_ID["arrange"], defaults(BY_ID["arrange"]))
    assert Preferences(tmp_path / "keys.ini").keys == {}


def test_a_key_that_is_taken_over_leaves_the_other_action_and_comes_back_to_it(shortcuts):
    shortcuts.set(BY_ID["arrange"], ("Ctrl+D", "Ctrl+J"))
    assert shortcuts.of(BY_ID["duplicate"]) == ()
    assert shortcuts.owner("Ctrl+D") is BY_ID["arrange"]
    shortcuts.reset(BY_ID["duplicate"])
    assert shortcuts.of(BY_ID["duplicate"]) == ("Ctrl+D",)
    assert shortcuts.of(BY_ID["arrange"]) == ("Ctrl+J",)
    shortcuts.reset_all()
    assert not any(shortcuts.differs(action) for action in ALL)


def test_what_the_file_of_preferences_holds_may_be_anything(shortcuts, tmp_path):
    preferences = Preferences(tmp_path / "keys.ini")
    preferences._store.setValue("keys", '{"arrange": 3, "gone": ["Ctrl+J"], "fit": [7]}')
    assert Shortcuts(preferences).of(BY_ID["arrange"]) == ("Ctrl+L",)
    preferences._store.setValue("keys", "[not json")
    assert Shortcuts(preferences).of(BY_ID["fit"]) == defaults(BY_ID["fit"])


def test_plain_keys_are_those_that_fields_and_lists_use():
    assert [is_plain(key) for key in ("F", "Shift+F", "Tab", "?", "Del", "Return")] == [True] * 6
    assert [is_plain(key) for key in ("F5", "Shift+F5", "Ctrl+F", "Alt+1", "Meta+Space")] == [False] * 5


def _add(window: Window, *kinds: str) -> list[str]:
    with window.session.history.step("Draw"):
        births = [edits.add(window.session.document, kind, at=(40.0 * at, 0.0)) for at, kind in enumerate(kinds)]
    QApplication.processEvents()
    return births


def test_a_changed_key_counts_in_the_window_and_the_old_one_no_more(window: Window) -> None:
    window.shell.shortcuts.set(BY_ID["duplicate"], ("Ctrl+J",))
    (born,) = _add(window, "ReLU")
    window.session.selection.set([born])
    window.activateWindow()
    palette = window.panels.palette
    for focused in (window.view, palette.search):
        focused.setFocus()
        QTest.keyClick(focused, Key.Key_D, CONTROL)
        assert len(window.session.document.nodes()) == (1 if focused is window.view else 2)
        QTest.keyClick(focused, Key.Key_J, CONTROL)
    assert len(window.session.document.nodes()) == 3


def test_a_letter_counts_on_the_canvas_alone(window: Window) -> None:
    window.shell.shortcuts.set(BY_ID["duplicate"], ("J",))
    window.session.selection.set(_add(window, "ReLU"))
    window.activateWindow()
    window.panels.palette.search.setFocus()
    QTest.keyClick(window.panels.palette.search, Key.Key_J)
    assert (window.panels.palette.search.text(), len(window.session.document.nodes())) == ("j", 1)
    window.view.setFocus()
    QTest.keyClick(window.view, Key.Key_J)
    assert len(window.session.document.nodes()) == 2
    assert window.view.keymap.of("duplicate") == "J"


def test_a_key_is_silent_while_a_gesture_lasts(window: Window) -> None:
    (born,) = _add(window, "ReLU")
    window.activateWindow()
    window.view.setFocus()
    at = window.view.mapFromScene(window.scene.plan.rect(born).center())
    QTest.mousePress(window.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    QTest.keyClick(window.view, Key.Key_Z, CONTROL)
    QTest.keyClick(window.view, Key.Key_Escape)
    QTest.mouseRelease(window.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert len(window.session.document.nodes()) == 1


def test_a_sign_is_found_wherever_the_country_has_it(window: Window) -> None:
    window.shell.shortcuts.set(BY_ID["duplicate"], ("!",))
    window.session.selection.set(_add(window, "ReLU"))
    window.view.setFocus()
    QTest.keyClick(window.view, Key.Key_Exclam, SHIFT)
    assert len(window.session.document.nodes()) == 2


def test_a_key_of_the_canvas_that_cannot_be_done_says_why(window: Window) -> None:
    window.files.from_template("iris-mlp")
    QApplication.processEvents()
    window.activateWindow()
    window.view.setFocus()
    hint = window.view.overlays.hint
    for key, held, sentence in (
        (Qt.Key.Key_G, CONTROL, "Collapse to a block: only when something is selected that can be moved and copied"),
        (Qt.Key.Key_Q, Qt.KeyboardModifier.NoModifier, "Straighten wires: only when two nodes or more are selected."),
    ):
        QTest.keyClick(window.view, key, held)
        assert hint.sentence.startswith(sentence)
    QTest.keyClick(window.view, Qt.Key.Key_A, CONTROL)
    QTest.keyClick(window.view, Qt.Key.Key_Q)
    assert window.session.history.entries == ["Straighten"]
