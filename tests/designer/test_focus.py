"""Whoever goes through a window with Tab sees at each step where the keyboard is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from designer.dialogs.export import ExportDialog
from designer.dialogs.folds import FoldsDialog
from designer.dialogs.help import HelpDialog
from designer.dialogs.keys import KeysDialog
from designer.dialogs.picture import PictureDialog
from designer.dialogs.preferences import PreferencesDialog
from designer.dialogs.rate import RateDialog
from designer.dialogs.shortcuts import ShortcutsDialog
from designer.focus import OUT, Ring, part_in_sight
from designer.window import Window

MOST = 60
"""Steps after which a walk has been round in any of these windows."""

Make = Callable[[Window], QWidget]
DIALOGS: tuple[Make, ...] = (
    lambda w: PreferencesDialog(w.shell.preferences, w.shell.theme, w),
    lambda w: ShortcutsDialog(w.header.keys(), w.shell.theme, w),
    lambda w: KeysDialog(w.shell.shortcuts, lambda action: action.words(w), w.shell.theme, w),
    lambda w: ExportDialog(w.session, None, w.shell.theme, w),
    lambda w: PictureDialog(w.session, w.shell.theme, w),
    lambda w: HelpDialog(w.shell.catalogue, w.shell.theme, w),
    lambda w: RateDialog(w.session, None, w.shell.theme, "", w),
    lambda w: FoldsDialog(w.session, w.shell.theme, w),
)


def pixels(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width()).copy()


def walk(top: QWidget) -> list[QWidget]:
    """Shift and Tab through a window, once round (a canvas keeps Tab): at each step pixels around the widget change."""
    top.activateWindow()
    QTest.qWaitForWindowActive(top)
    QTest.qWait(30)
    seen: list[QWidget] = []
    before = pixels(top.grab().toImage())
    for _ in range(MOST):
        held = QApplication.focusWidget()
        QTest.keyClick(top.windowHandle(), Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
        QApplication.processEvents()
        now = QApplication.focusWidget()
        assert now is not None
        if now is held or now in seen:
            break
        seen.append(now)
        after = pixels(top.grab().toImage())
        area = part_in_sight(now).adjusted(-OUT, -OUT, OUT, OUT) & top.rect()
        rows, columns = slice(area.top(), area.bottom() + 1), slice(area.left(), area.right() + 1)
        changed = int((before[rows, columns] != after[rows, columns]).sum())
        assert changed >= area.width() + area.height(), f"one cannot see that {now} {now.accessibleName()!r} has it"
        before = after
    return seen


def test_in_the_window_each_step_can_be_seen(window: Window, qtbot) -> None:
    window.files.from_template("xor-neurons")
    window.resize(1280, 760)
    qtbot.waitUntil(lambda: window.panels.whole)
    window.shell.theme.set_tone("contrast")
    seen = walk(window)
    assert len(seen) >= 10
    window.shell.theme.set_tone("dark")


def test_in_each_dialog_each_step_can_be_seen(window: Window) -> None:
    window.files.from_template("iris-mlp")
    for make in DIALOGS:
        dialog = make(window)
        dialog.show()
        assert walk(dialog)
        dialog.close()


def test_the_mouse_needs_no_ring(window: Window) -> None:
    QTest.qWaitForWindowActive(window)
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_F6)
    assert [ring for ring in window.findChildren(Ring) if ring.isVisible()]
    search = window.panels.palette.search
    at = search.mapTo(window, search.rect().center())
    QTest.mouseClick(window.windowHandle(), Qt.MouseButton.LeftButton, pos=at)
    assert search.hasFocus()
    assert [ring for ring in window.findChildren(Ring) if ring.isVisible()] == []
