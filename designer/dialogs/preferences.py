"""The preferences, few as they are."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from designer.fields.choice import Choices
from designer.panels.sections.section import words
from designer.preferences import Look, Preferences
from designer.theme import Theme

LOOKS = (("As the system", "system"), ("Dark", "dark"), ("Light", "light"))


class PreferencesDialog(QDialog):
    """Every choice counts at once."""

    def __init__(self, preferences: Preferences, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Preferences")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(400)
        self._preferences = preferences
        self.look = Choices(theme)
        self.look.setAccessibleName("Look")
        for text, name in LOOKS:
            self.look.addItem(text, name)
        self.look.setCurrentIndex(max(0, self.look.findData(preferences.look)))
        self.look.activated.connect(self._choose)
        self.clear = QPushButton("Clear the list of recent files")
        self.clear.clicked.connect(self._clear)
        form = QFormLayout()
        form.setVerticalSpacing(12)
        form.addRow("Look", self.look)
        form.addRow("Recent files", self.clear)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 18)
        column.addLayout(form)
        column.addWidget(words("How a drawing is trained is part of the drawing: see Run, Run settings.", "muted"))
        foot = QHBoxLayout()
        foot.addStretch(1)
        close = QPushButton("Close")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        foot.addWidget(close)
        column.addLayout(foot)

    def _choose(self, at: int) -> None:
        self._preferences.look = cast(Look, self.look.itemData(at, Qt.ItemDataRole.UserRole))

    def _clear(self) -> None:
        for path in self._preferences.recent:
            self._preferences.forget_recent(path)
        self.clear.setEnabled(False)
