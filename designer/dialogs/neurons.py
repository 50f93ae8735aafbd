"""What is asked before neurons come: how many of them, and whose weights they take."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QLayout, QPushButton, QVBoxLayout, QWidget

from designer.dialogs.weights import FRESH, Weights
from designer.fields.choice import ChoiceField
from designer.fields.text import TextField
from designer.panels.sections.section import words
from designer.session import Session
from designer.theme import Theme
from graph.bends import BENDS
from graph.edits.neurons import MOST
from graph.param import param
from runtime.runs import Run

COUNT = param(4, "How many neurons the row has.", min=1, max=MOST, name="the number of neurons")
ACTIVATION = param("tanh", "How each of them bends its sum.", choices=tuple(BENDS), name="activation")
WIDTH = 380


class _Question(QDialog):
    """A title, a few fields, and two buttons."""

    def __init__(self, title: str, told: str, verb: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(16)
        self.grid.setVerticalSpacing(10)
        self.grid.setColumnStretch(1, 1)
        self.complaint = words("", "error")
        self.complaint.hide()
        cancel, self.button = QPushButton("Cancel"), QPushButton(verb)
        cancel.setAutoDefault(False)
        self.button.setDefault(True)
        cancel.clicked.connect(self.reject)
        self.button.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(cancel)
        buttons.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(14)
        column.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)
        note = words(told, "muted")
        note.setFixedWidth(WIDTH)
        self.complaint.setFixedWidth(WIDTH)
        column.addWidget(note)
        column.addLayout(self.grid)
        column.addWidget(self.complaint)
        column.addLayout(buttons)

    def add(self, name: str, field: QWidget) -> None:
        row, label = self.grid.rowCount(), QLabel(name)
        label.setBuddy(field)
        field.setAccessibleName(name)
        self.grid.addWidget(label, row, 0)
        self.grid.addWidget(field, row, 1)


class RowDialog(_Question):
    """Asks how many neurons a row has and how they bend. `count` and `activation` hold what was chosen."""

    def __init__(self, sources: list[str], theme: Theme, parent: QWidget | None = None) -> None:
        wired = (
            f"Each is wired from {_listed(sources)}." if sources else "Select nodes first to wire the row from them."
        )
        super().__init__("Add a row of neurons", wired, "Add", parent)
        self.count, self.activation = COUNT.default, str(ACTIVATION.default)
        self.how_many = self._field(TextField(COUNT, theme), "count", self.count)
        self.bend = self._field(ChoiceField(ACTIVATION, theme), "activation", self.activation)
        self.add("Neurons", self.how_many)
        self.add("Activation", self.bend)
        self.how_many.setFocus()
        self.how_many.line.selectAll()

    def _field(self, field: Any, name: str, value: Any) -> Any:
        field.show_value(value)
        field.committed.connect(lambda chosen: setattr(self, name, chosen))
        field.refused.connect(self._complain)
        return field

    def _complain(self, sentence: str) -> None:
        self.complaint.setText(sentence[:1].upper() + sentence[1:])
        self.complaint.setVisible(bool(sentence))
        self.button.setEnabled(not sentence)

    def accept(self) -> None:
        """Only with a good number."""
        self.how_many.finish()
        if not self.complaint.text():
            super().accept()


class TakeDialog(_Question):
    """Asks whose weights are taken. `run` is the chosen one; None for those that training begins with."""

    def __init__(
        self, title: str, told: str, verb: str, session: Session, watched: Run | None, theme: Theme,
        parent: QWidget | None = None, *, fresh: bool,
    ) -> None:  # fmt: skip
        super().__init__(title, told, verb, parent)
        self.weights = Weights(session, watched, theme)
        if not fresh:
            self.weights.removeItem(self.weights.findText(FRESH))
        self.add("Weights", self.weights)

    @property
    def run(self) -> Run | None:
        return self.weights.run


def _listed(names: list[str]) -> str:
    """A few names, and how many more there are."""
    if len(names) > 4:
        return f"{', '.join(names[:3])} and {len(names) - 3} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
