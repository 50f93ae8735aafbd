"""Whoever goes through a window with Tab sees at each step where the keyboard is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from shiboken6 import isValid

from designer.dialogs import trial as asking_trial
from designer.dialogs import values as asking_values
from designer.dialogs.bookmarks import BookmarksDialog
from designer.dialogs.export import ExportDialog
from designer.dialogs.folds import FoldsDialog
from designer.dialogs.help import HelpDialog
from designer.dialogs.keys import KeysDialog
from designer.dialogs.neurons import RowDialog, TakeDialog
from designer.dialogs.picture import PictureDialog
from designer.dialogs.preferences import PreferencesDialog
from designer.dialogs.rate import RateDialog
from designer.dialogs.recovery import RecoveryDialog
from designer.dialogs.shortcuts import ShortcutsDialog
from designer.dialogs.trial import TrialDialog
from designer.dialogs.trust import TrustDialog
from designer.dialogs.values import ValuesDialog
from designer.focus import OUT, Ring, part_in_sight
from designer.window import Window
from graph.document import Document

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


class Silent(QObject):
    """Stands for the process that a dialog asks: it gives no answers by itself."""

    opened = Signal(object)
    answered = Signal(object)
    failed = Signal(str)

    def __init__(self, server: str, folder: Path, parent: QObject) -> None:
        super().__init__(parent)

    def ask(self, question: object) -> None:
        pass

    def close(self) -> None:
        pass


COLOURS = {"name": "colour", "words": ["red", "blue"]}
ARGUMENTS: dict[str, dict[str, object]] = {
    "row": {"source": "data", "sides": [3], "columns": [COLOURS, {"name": "size"}]},
    "picture": {"source": "data", "sides": [1, 8, 8], "high": 1.0},
    "much": {"source": "data", "sides": [900]},
}


def trial(window: Window, argument: dict[str, object]) -> TrialDialog:
    run: Any = SimpleNamespace(name="run-1", path=Path("run-1"))
    dialog = TrialDialog(run, window.shell.theme, window)
    dialog.asking.opened.emit({"why": [], "arguments": [argument]})
    return dialog


def values(window: Window) -> ValuesDialog:
    return ValuesDialog(window.session, window.session.document.find("fc1").born, None, window.shell.theme, window)


def trust(window: Window) -> TrustDialog:
    file = window.shell.journals / "gate.py"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("from torch import nn\n" * 80)
    return TrustDialog(file, window.shell.theme, window)


def recovery(window: Window) -> RecoveryDialog:
    documents = [Document(window.shell.catalogue), window.session.document]
    lost: Any = [
        SimpleNamespace(
            title=f"lost {at}", path=None, patches=[1], changed=0.0, document=lambda _, found=found: found,
            release=lambda: None,
        )
        for at, found in enumerate(documents)
    ]  # fmt: skip
    return RecoveryDialog(lost, window.shell.theme, window)


def take(window: Window) -> TakeDialog:
    return TakeDialog(
        "Take", "Weights are taken.", "Take", window.session, None, window.shell.theme, window, fresh=True
    )


ASKING: tuple[tuple[Make, list[str]], ...] = (
    (
        lambda w: trial(w, ARGUMENTS["row"]),
        ["Part of the data", "The row before", "The next row", "A row by chance", "colour", "size"],
    ),
    (
        lambda w: trial(w, ARGUMENTS["picture"]),
        [
            "Part of the data", "The row before", "The next row", "A row by chance", "Open a picture…", "Clear",
            "Dark on light",
        ],
    ),
    (lambda w: trial(w, ARGUMENTS["much"]), ["Part of the data", "The row before", "The next row", "A row by chance"]),
    (values, ["Weights", "Part of the data", "The row before", "The next row"]),
    (trust, ["Source of gate.py", "Trust this file", "Keep it locked"]),
    (recovery, ["What to do with lost 0", "What to do with lost 1", "Continue"]),
    (lambda w: RowDialog(["data"], w.shell.theme, w), ["Neurons", "Activation", "Cancel", "Add"]),
    (take, ["Weights", "Cancel", "Take"]),
    (lambda w: BookmarksDialog(w.view, w.shell.theme, w), []),
)  # fmt: skip
"""Dialogs that ask a process, or that something else must be there for, and what Tab goes through in them."""


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
        seen = walk(dialog)
        assert seen
        assert all(map(_called, seen)), [widget for widget in seen if not _called(widget)]
        QTest.keyClick(dialog.windowHandle(), Qt.Key.Key_Escape)
        assert not isValid(dialog) or not dialog.isVisible(), dialog


def test_dialogs_that_ask_are_gone_through_in_order_and_escape_closes_them(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (asking_trial, asking_values):
        monkeypatch.setattr(module, "Asking", Silent)
    window.files.from_template("iris-mlp")
    for make, order in ASKING:
        dialog = make(window)
        dialog.show()
        seen = [_called(widget) for widget in reversed(walk(dialog))]
        assert _from(seen, order[0]) == order if order else seen
        QTest.keyClick(dialog.windowHandle(), Qt.Key.Key_Escape)
        assert not isValid(dialog) or not dialog.isVisible(), dialog


def _called(widget: QWidget) -> str:
    return widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")


def _from(seen: list[str], first: str) -> list[str]:
    """A round, begun where the eye begins."""
    at = seen.index(first)
    return seen[at:] + seen[:at]


def test_the_mouse_needs_no_ring(window: Window) -> None:
    QTest.qWaitForWindowActive(window)
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_F6)
    assert [ring for ring in window.findChildren(Ring) if ring.isVisible()]
    search = window.panels.palette.search
    at = search.mapTo(window, search.rect().center())
    QTest.mouseClick(window.windowHandle(), Qt.MouseButton.LeftButton, pos=at)
    assert search.hasFocus()
    assert [ring for ring in window.findChildren(Ring) if ring.isVisible()] == []
