"""Bookmarks: kept, gone to, renamed, removed, with the real keys and the real dialog."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from designer.dialogs.bookmarks import BookmarksDialog
from graph.project import parse, write
from tests.designer.canvas.stage import Stage

CONTROL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
Key = Qt.Key


def seen(stage: Stage) -> tuple[float, ...]:
    transform, middle = stage.view.camera.place
    return round(transform.m11(), 2), round(middle.x()), round(middle.y())


def test_a_key_keeps_the_place_and_another_leads_back(chain: Stage) -> None:
    chain.view.camera.zoom(0.5)
    before = seen(chain)
    chain.key(Key.Key_3, CONTROL | SHIFT)
    chain.view.camera.fit()
    assert seen(chain) != before
    chain.key(Key.Key_3, ALT | SHIFT)
    assert seen(chain) == before
    assert chain.history.entries == ["Keep a place"]
    kept = parse(write(chain.document), chain.document.catalogue).sheet.bookmarks
    assert [(mark.name, mark.slot) for mark in kept] == [("Place 3", 3)]
    chain.view.camera.zoom(2)
    chain.key(Key.Key_3, CONTROL | SHIFT)
    assert len(chain.document.sheet.bookmarks) == 1
    chain.key(Key.Key_Z, CONTROL).key(Key.Key_Z, CONTROL)
    assert chain.document.sheet.bookmarks == ()


def test_a_digit_without_a_place_leads_nowhere(chain: Stage) -> None:
    before = seen(chain)
    chain.key(Key.Key_5, ALT | SHIFT)
    assert seen(chain) == before


def test_the_dialog_keeps_renames_goes_and_removes(chain: Stage) -> None:
    dialog = BookmarksDialog(chain.view, chain.theme)

    def press(text: str) -> None:
        next(button for button in dialog.findChildren(QPushButton) if button.text() == text).click()

    press("Keep this place")
    dialog.list.currentItem().setText("  The   head ")
    assert [mark.name for mark in chain.document.sheet.bookmarks] == ["The head"]
    press("Keep this place")
    dialog.list.currentItem().setText("The head")
    assert [mark.name for mark in chain.document.sheet.bookmarks] == ["The head", "Place 2"]
    before = seen(chain)
    chain.view.camera.zoom(0.3)
    press("Remove")
    press("Go there")
    assert seen(chain) == before
    assert [mark.name for mark in chain.document.sheet.bookmarks] == ["The head"]
    assert chain.history.entries == ["Keep a place", "Rename a bookmark", "Keep a place", "Remove a bookmark"]
