"""Keys are looked up in the overlay, and changed in a dialog of their own, by keys."""

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from designer.actions import ALL
from designer.canvas import empty
from designer.dialogs import gestures
from designer.dialogs.keys import KeysDialog
from designer.dialogs.shortcuts import ShortcutsDialog
from designer.preferences import Preferences
from designer.shortcuts import Shortcuts
from designer.window import Window

Key = Qt.Key
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
BY_ID = {action.id: action for action in ALL}


@pytest.fixture
def dialog(qtbot, tmp_path, theme) -> KeysDialog:
    shortcuts = Shortcuts(Preferences(tmp_path / "keys.ini"))
    made = KeysDialog(shortcuts, lambda action: action.text if isinstance(action.text, str) else action.id, theme)
    qtbot.addWidget(made)
    made.show()
    made.search.setFocus()
    return made


def _set(dialog: KeysDialog, id: str, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    dialog.mark(id)
    dialog.list.setFocus()
    QTest.keyClick(dialog.list, Key.Key_Return)
    QTest.keyClick(dialog.catcher, key, held)


def test_a_pressed_key_is_set(dialog):
    _set(dialog, "arrange", Key.Key_J, CONTROL | SHIFT)
    assert dialog._shortcuts.of(BY_ID["arrange"]) == ("Ctrl+Shift+J",)
    assert dialog.list.currentItem().text(1) == "Ctrl+Shift+J"


def test_a_key_of_another_command_is_named_and_taken_over_only_on_wish(dialog):
    _set(dialog, "arrange", Key.Key_D, CONTROL)
    assert dialog.said.text() == "Ctrl+D is the key of “Duplicate” already."
    assert dialog._shortcuts.of(BY_ID["arrange"]) == ("Ctrl+L",)
    QTest.keyClick(dialog.take, Key.Key_Space)
    assert dialog._shortcuts.of(BY_ID["arrange"]) == ("Ctrl+D",)
    assert dialog._shortcuts.of(BY_ID["duplicate"]) == ()


def test_escape_changes_nothing_and_keeps_the_dialog(dialog):
    _set(dialog, "arrange", Key.Key_Escape)
    assert dialog._shortcuts.of(BY_ID["arrange"]) == ("Ctrl+L",)
    assert dialog.isVisible()
    assert dialog.catcher.isHidden()


@pytest.mark.parametrize("key", [Key.Key_Space, Key.Key_Left])
def test_keys_that_the_canvas_cannot_spare_are_refused(dialog, key):
    _set(dialog, "arrange", key)
    assert "cannot be given away" in dialog.said.text()
    assert dialog._shortcuts.of(BY_ID["arrange"]) == ("Ctrl+L",)


def test_tab_a_letter_and_a_sign_can_be_keys(dialog):
    _set(dialog, "new-block", Key.Key_Tab, CONTROL | SHIFT)
    _set(dialog, "rate", Key.Key_Percent, SHIFT)
    _set(dialog, "folds", Key.Key_Y)
    assert [dialog._shortcuts.of(BY_ID[id]) for id in ("rate", "folds")] == [("%",), ("Y",)]


def test_one_more_none_one_reset_all_reset(dialog):
    dialog.mark("arrange")
    dialog.more.click()
    QTest.keyClick(dialog.catcher, Key.Key_F12)
    assert dialog._shortcuts.of(BY_ID["arrange"]) == ("Ctrl+L", "F12")
    dialog.none.click()
    assert dialog._shortcuts.of(BY_ID["arrange"]) == ()
    dialog.reset.click()
    assert dialog._shortcuts.of(BY_ID["arrange"]) == ("Ctrl+L",)
    _set(dialog, "fit", Key.Key_F12)
    dialog.all.click()
    assert not dialog._shortcuts.any_differs
    assert not dialog.all.isEnabled()


def test_typing_finds_a_command_by_its_words_or_its_key(dialog):
    for typed in ("duplicate", "ctrl+d"):
        dialog.search.setText(typed)
        assert not dialog.list.currentItem().isHidden()
        assert dialog.action.id == "duplicate"
        dialog.search.clear()
        dialog.mark("fit")


def test_the_overlay_shows_changed_keys_and_gestures_and_fits_a_small_screen(window: Window) -> None:
    window.shell.shortcuts.set(BY_ID["arrange"], ("Ctrl+J",))
    shown = ShortcutsDialog(window.header.keys(), window.shell.theme, window)
    shown.show()
    try:
        assert (shown.width() <= 1280, shown.height() <= 720) == (True, True)
        for typed, found in (("ctrl+j", ["Lay out"]), ("pinch", ["Zoom"]), ("no such thing", [])):
            shown.search.setText(typed)
            assert shown.shown() == found
        assert shown.none.isVisible()
    finally:
        QTest.keyClick(shown, Key.Key_Escape)


def test_a_question_mark_on_the_canvas_opens_it(window: Window, monkeypatch) -> None:
    opened = []
    monkeypatch.setattr(ShortcutsDialog, "exec", lambda self: opened.append(self) or self.deleteLater())
    window.activateWindow()
    window.view.setFocus()
    QTest.keyClick(window.view, Key.Key_Question, SHIFT)
    assert len(opened) == 1
    monkeypatch.setattr(KeysDialog, "exec", lambda self: opened.append(self) or self.deleteLater())
    opened[0].change.click()
    QApplication.processEvents()
    assert isinstance(opened[1], KeysDialog)


def test_tooltips_hints_and_the_empty_canvas_name_the_keys_as_they_are_now(window: Window, qtbot) -> None:
    window.files.from_template("iris-mlp")
    level = window.session.level
    level.selection.set([level.document.nodes()[1].born])
    qtbot.waitUntil(lambda: window.panels.whole)

    def tips() -> str:
        return "\n".join(widget.toolTip() for widget in QApplication.allWidgets())

    qtbot.waitUntil(lambda: "(F1)" in tips())
    assert "(F5)" in tips()
    for id, keys in (("help", ["F4"]), ("train", ["Ctrl+J"]), ("add-node", ["A"])):
        window.shell.shortcuts.set(BY_ID[id], keys)
    assert {"(F4)", "(Ctrl+J)"} <= set(re.findall(r"\([^)]+\)", tips()))
    assert not re.search(r"\(F[15]\)", tips())
    assert empty.advice(window.view.keymap.of("add-node")) == (
        "Drag a kind from the palette, or press A and type its name"
    )
    assert ("Node, A",) in [keys for _, _, keys in gestures.rows()]
    window.shell.shortcuts.set(BY_ID["add-node"], [])
    assert "double click" in empty.advice(window.view.keymap.of("add-node"))
    window.session.selection.clear()
    window.reference.here()
    assert "press F4" in window.view.overlays.hint.sentence
