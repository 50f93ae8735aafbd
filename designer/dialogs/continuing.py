"""Lets a network go on with a text: what it begins with, how daring it is, and what it writes."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from designer.fields.choice import Choices
from designer.fields.long_text import boxed_text, framed
from designer.theme import Theme

STARTS = {"numbers": "2 3 5 7"}
START = "Once upon a time"
LENGTHS = {"10 steps": 10, "100 steps": 100, "200 steps": 200, "500 steps": 500, "1,000 steps": 1000}
HEATS = {"The likeliest, always": 0.0, "Careful (0.5)": 0.5, "A little careful (0.8)": 0.8, "As learned (1)": 1.0,
         "Daring (1.3)": 1.3}  # fmt: skip


class Beginning(QWidget):
    """The text to go on with. `wanted` tells the question to the network."""

    wanted = Signal(object)

    def __init__(self, theme: Theme, unit: str = "characters") -> None:
        super().__init__()
        self._seed = 0
        numbers = unit == "numbers"
        self.editor = boxed_text("Text to go on with")
        self.editor.setPlainText(STARTS.get(unit, START))
        self.length, self.heat = Choices(theme), Choices(theme)
        for choice, listed, name in ((self.length, LENGTHS, "Length"), (self.heat, HEATS, "Temperature")):
            choice.addItems(list(listed))
            choice.setAccessibleName(name)
        self.length.setCurrentIndex(0 if numbers else 2)
        self.heat.setCurrentIndex(0 if numbers else 2)
        self.go = QPushButton("Go on")
        self.go.setDefault(True)
        self.go.clicked.connect(self._want)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for row, (name, choice) in enumerate((("Length", self.length), ("Temperature", self.heat))):
            label = QLabel(name)
            label.setBuddy(choice)
            grid.addWidget(label, row, 0)
            grid.addWidget(choice, row, 1)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(framed(self.editor), 1)
        column.addLayout(grid)
        column.addLayout(buttons)

    def question(self) -> dict[str, Any]:
        return {
            "ask": "continue",
            "start": self.editor.toPlainText(),
            "length": LENGTHS[self.length.currentText()],
            "temperature": HEATS[self.heat.currentText()],
            "seed": self._seed,
        }

    def _want(self) -> None:
        self.wanted.emit(self.question())
        self._seed += 1  # asked again, it writes something else
