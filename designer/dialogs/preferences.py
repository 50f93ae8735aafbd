"""The preferences, few as they are."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QGridLayout, QLabel, QLayout, QPushButton, QVBoxLayout, QWidget

from designer.fields.choice import Choices
from designer.panels.sections.section import words
from designer.preferences import Look, Preferences
from designer.theme import Theme

MOTIONS = (("As the system", "system"), ("Full", "full"), ("Reduced", "reduced"))
LOOKS = (("As the system", "system"), ("Dark", "dark"), ("Light", "light"), ("High contrast", "contrast"))


class PreferencesDialog(QDialog):
    """Every choice counts at once. `keys_wanted`: the user wants to change keys."""

    keys_wanted = Signal()

    def __init__(self, preferences: Preferences, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Preferences")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._preferences = preferences
        self.look = Choices(theme)
        self.look.setAccessibleName("Look")
        for text, name in LOOKS:
            self.look.addItem(text, name)
        self.look.setCurrentIndex(max(0, self.look.findData(preferences.look)))
        self.look.activated.connect(self._choose)
        self.motion = Choices(theme)
        self.motion.setAccessibleName("Motion")
        for text, name in MOTIONS:
            self.motion.addItem(text, name)
        self.motion.setCurrentIndex(max(0, self.motion.findData(preferences.motion)))
        self.motion.activated.connect(lambda at: setattr(preferences, "motion", self.motion.itemData(at)))
        self.reopen = QCheckBox("Open the drawings of last time")
        self.reopen.setChecked(preferences.flag("reopen"))
        self.reopen.toggled.connect(lambda on: preferences.set_flag("reopen", on))
        self.recent = QLabel()
        self.clear = QPushButton("Clear the list")
        self.clear.clicked.connect(self._clear)
        self.keys = QPushButton("Change keys…")
        self.keys.clicked.connect(self.keys_wanted)
        self._count()
        self._lay_out()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(12)
        grid.setColumnMinimumWidth(0, 120)
        grid.setColumnMinimumWidth(1, 140)
        grid.setColumnMinimumWidth(2, 120)
        grid.addWidget(QLabel("Look"), 0, 0)
        grid.addWidget(self.look, 0, 1, 1, 2)
        grid.addWidget(QLabel("Motion"), 1, 0)
        grid.addWidget(self.motion, 1, 1, 1, 2)
        grid.addWidget(QLabel("At the start"), 2, 0)
        grid.addWidget(self.reopen, 2, 1, 1, 2)
        grid.addWidget(QLabel("Recent drawings"), 3, 0)
        grid.addWidget(self.recent, 3, 1)
        grid.addWidget(self.clear, 3, 2)
        row = grid.rowCount()
        grid.addWidget(QLabel("Keyboard"), row, 0)
        grid.addWidget(self.keys, row, 2)
        note = words("How a drawing is trained belongs to the drawing: see the run settings in the Run menu.", "muted")
        close = QPushButton("Close")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(16)
        column.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)
        column.addLayout(grid)
        note.setFixedWidth(412)
        column.addWidget(note)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)

    def _choose(self, at: int) -> None:
        self._preferences.look = cast(Look, self.look.itemData(at, Qt.ItemDataRole.UserRole))

    def _clear(self) -> None:
        for path in self._preferences.recent:
            self._preferences.forget_recent(path)
        self._count()

    def _count(self) -> None:
        many = len(self._preferences.recent)
        self.recent.setText(f"{many} listed" if many else "None listed")
        self.recent.setProperty("tone", "muted")
        self.clear.setEnabled(bool(many))
