"""Whatever takes the keyboard has a name that a screen reader can say."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from designer.dialogs.export import ExportDialog
from designer.dialogs.keys import KeysDialog
from designer.dialogs.neurons import RowDialog
from designer.dialogs.preferences import PreferencesDialog
from designer.dialogs.shortcuts import ShortcutsDialog
from designer.window import Window
from graph import edits
from tests.designer.conftest import digits_net


def nameless(root: QWidget) -> list[str]:
    """What takes the focus there and has no name."""
    found = []
    for widget in [root, *root.findChildren(QWidget)]:
        if widget.window() is not root.window():
            continue  # the list that a field opens: the field has the name
        by_tab = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        if not by_tab or widget.isWindow() or widget.focusProxy() is not None or widget.isHidden():
            continue
        told = QAccessible.queryAccessibleInterface(widget)
        if told is not None and not (told.text(QAccessible.Text.Name) or widget.accessibleName()).strip():
            found.append(f"{type(widget).__name__} {widget.objectName()} in {type(widget.parent()).__name__}")
    return found


def test_in_the_window_with_anything_selected(window: Window, qtbot) -> None:
    document = window.session.document
    with window.session.history.step("Draw"):
        digits_net(document)
        edits.add(document, "Neuron", id="n")
        edits.add(document, "Expression", id="expr")
    qtbot.waitUntil(lambda: window.panels.whole)
    assert nameless(window) == []
    for node in document.nodes():
        window.session.selection.set([node.born])
        QApplication.processEvents()
        assert nameless(window.panels.docks["inspector"].widget()) == [], node.id
    window.session.selection.set([document.wires()[0].key])
    QApplication.processEvents()
    assert nameless(window) == []


def test_on_the_start_page(window: Window) -> None:
    window.files.show_start()
    QApplication.processEvents()
    assert nameless(window.shell.front()) == []


DIALOGS: dict[str, Callable[[Window], QDialog]] = {
    "preferences": lambda w: PreferencesDialog(w.shell.preferences, w.shell.theme, w),
    "keys": lambda w: KeysDialog(w.shell.shortcuts, lambda action: action.words(w), w.shell.theme, w),
    "shortcuts": lambda w: ShortcutsDialog(w.header.keys(), w.shell.theme, w),
    "row": lambda w: RowDialog([], w.shell.theme, w),
    "export": lambda w: ExportDialog(w.session, None, w.shell.theme, w),
}


@pytest.mark.parametrize("name", DIALOGS)
def test_in_dialogs(window: Window, name: str) -> None:
    dialog = DIALOGS[name](window)
    try:
        assert nameless(dialog) == []
    finally:
        dialog.deleteLater()
