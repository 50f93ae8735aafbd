"""Asks what to do with work that a crash left behind."""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from designer.fields.choice import Choices
from designer.panels.sections.section import words
from designer.theme import Theme
from graph.journal import Lost

WISHES = (("Recover", "recover"), ("Ask again later", "later"), ("Discard", "discard"))


class RecoveryDialog(QDialog):
    """One row for each drawing, with a choice of its own; all are recovered unless the user says otherwise."""

    recovered = Signal(object)
    """A `Lost` that the user wants back; once the slot has taken it over, it is discarded."""

    def __init__(self, lost: Sequence[Lost], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Unsaved work")
        self.setMinimumWidth(480)
        self._lost = lost
        self.choices: list[QComboBox] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 18)
        column.setSpacing(12)
        title = QLabel("Neuroloom did not close as it should")
        title.setFont(theme.font("title"))
        column.addWidget(title)
        column.addWidget(words("This work was not saved. It is complete up to your last change.", "muted"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setColumnStretch(1, 1)
        for at, one in enumerate(lost):
            self._add(grid, at, one, theme)
        column.addLayout(grid)
        foot = QHBoxLayout()
        foot.addStretch(1)
        button = QPushButton("Continue")
        button.setDefault(True)
        button.clicked.connect(self.accept)
        foot.addWidget(button)
        column.addLayout(foot)

    def done(self, result: int) -> None:
        """Do with each what was chosen; closed without an answer, all is kept for the next start."""
        super().done(result)
        for one, choice in zip(self._lost, self.choices, strict=True):
            wish = choice.currentData() if result == QDialog.DialogCode.Accepted else "later"
            if wish == "recover":
                self.recovered.emit(one)
            if wish == "later":
                one.release()
            else:
                one.discard()

    def _add(self, grid: QGridLayout, at: int, one: Lost, theme: Theme) -> None:
        name = QLabel(one.title)
        name.setFont(theme.font("name"))
        name.setToolTip(str(one.path or "It has no file yet"))
        when = QLabel(f"last changed {ago(time.time() - one.changed)}")
        when.setProperty("tone", "muted")
        choice = Choices(theme)
        choice.setAccessibleName(f"What to do with {one.title}")
        for text, wish in WISHES:
            choice.addItem(text, wish)
        for place, widget in enumerate((name, when, choice)):
            grid.addWidget(widget, at, place)
        self.choices.append(choice)


def ago(seconds: float) -> str:
    """How long ago, in words."""
    for size, word in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {word}{'' if count == 1 else 's'} ago"
    return "just now"
