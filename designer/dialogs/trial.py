"""Tries a trained network on one sample, typed, picked, dropped or drawn; the answer stands beside it."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from designer.dialogs.asking import PREDICT, Asking
from designer.dialogs.chances import Output
from designer.dialogs.continuing import Beginning
from designer.dialogs.forecast import SeriesSample
from designer.dialogs.sample import MOST_FIELDS, Form, Picture
from designer.dialogs.written import Sentence
from designer.fields.choice import Choices
from designer.fields.long_text import boxed_text, framed
from designer.panels.sections.section import words
from designer.theme import Theme
from runtime.runs import Run

PARTS = {"Test rows": "test", "Validation rows": "validation", "Training rows": "train"}
PATIENCE = 120
"""Milliseconds after the last key before the network is asked."""
YOURS = "Yours"
"""What stands for a place in the data where the sample is typed or drawn."""

PICTURES = "Pictures (*.png *.jpg *.jpeg *.bmp *.gif *.webp *.tif *.tiff *.ppm *.pgm)"


Sample = Form | Picture | Sentence | SeriesSample


class TrialDialog(QDialog):
    """The network of one run. It is made in a process of its own, which ends with the dialog."""

    def __init__(self, run: Run, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Try {run.name}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._theme = theme
        self._form: Sample | None = None
        self._argument: Mapping[str, Any] = {}
        self._at = 0
        self._outputs: list[Output] = []
        self._timer = QTimer(self, singleShot=True, interval=PATIENCE)
        self._timer.timeout.connect(self._ask_typed)
        self._lay_out()
        self.asking = Asking(PREDICT, run.path, self)
        self.asking.opened.connect(self._open)
        self.asking.answered.connect(self._answer)
        self.asking.failed.connect(self._fail)
        self.resize(720, 460)

    # --- what it is made of

    def _lay_out(self) -> None:
        self.state = words("The network is being made …", "muted")
        self.note = words("", "muted")
        self.complaint = words("", "error")
        self.complaint.hide()
        self._left, self._right = QVBoxLayout(), QVBoxLayout()
        for column in (self._left, self._right):
            column.setSpacing(12)
        rule = QFrame()
        rule.setFixedWidth(1)
        rule.setStyleSheet(f"background: {self._theme.line.name()}; border: none;")
        row = QHBoxLayout()
        row.setSpacing(24)
        row.addLayout(self._left, 1)
        row.addWidget(rule)
        row.addLayout(self._right, 1)
        self._right.addWidget(self.state)
        self._right.addStretch()
        self._right.addWidget(self.complaint)
        self._right.addWidget(self.note)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.addLayout(row)

    def _open(self, told: Mapping[str, Any]) -> None:
        """The network is there: offers what it takes in, and begins with a row of the test part."""
        self.state.setText("The answer comes at once, whatever you change.")
        self.note.setText("\n".join(told["why"]))
        arguments = told["arguments"]
        self._argument = arguments[0]
        if self._continued:
            self._open_text()
            return
        self._left.addLayout(self._picker())
        self._form = self._make_form(arguments)
        if self._form is None:
            sides = [self._sides_text(argument) for argument in arguments]
            hint = f"It takes in {' and '.join(sides)}: too much to type. Pick a row of the data."
            self._left.addWidget(words(hint, "muted"))
            self._left.addStretch()
        else:
            self._form.changed.connect(self._timer.start)
            if isinstance(self._form, SeriesSample):
                self._form.wanted.connect(self.asking.ask)
            if isinstance(self._form, Picture):
                self._left.addWidget(self._form, 0, Qt.AlignmentFlag.AlignHCenter)
                self._left.addLayout(self._picture_buttons(self._form))
                self._left.addStretch()
            else:
                self._left.addWidget(self._form, 1)
        self._pick(0)

    def _open_text(self) -> None:
        """A text is gone on with."""
        self.beginning = Beginning(self._theme, self._argument["text"])
        self.written = boxed_text("What the network writes")
        self.written.setReadOnly(True)
        self.beginning.wanted.connect(self._go_on)
        self._left.addWidget(self.beginning)
        self._right.insertWidget(0, framed(self.written), 1)
        self.state.setText("Each step is drawn by its chance, given those before.")
        self.beginning.go.click()

    def _go_on(self, question: dict[str, Any]) -> None:
        self.beginning.go.setEnabled(False)
        self.asking.ask(question)

    def _sides_text(self, argument: Mapping[str, Any]) -> str:
        sides = "×".join("any" if side is None else str(side) for side in argument["sides"]) or "one"
        return f"{sides} numbers from {argument['source']}"

    @property
    def _continued(self) -> bool:
        """Whether what it is given is gone on with, token by token."""
        return bool(self._argument.get("continued"))

    def _make_form(self, arguments: list[Mapping[str, Any]]) -> Sample | None:
        if len(arguments) != 1:
            return None
        argument = arguments[0]
        if "text" in argument:
            return Sentence(argument["text"])
        if "series" in argument:
            return SeriesSample(self._theme, forecast=argument["series"])
        if "high" in argument:
            return Picture(argument["sides"], argument["high"], self._theme)
        columns, sides = argument.get("columns"), argument["sides"]
        if columns is None and len(sides) == 1 and sides[0] is not None:
            columns = [{"name": f"x[{at}]"} for at in range(min(sides[0], MOST_FIELDS + 1))]
        return Form(columns, self._theme) if columns and len(columns) <= MOST_FIELDS else None

    def _picker(self) -> QHBoxLayout:
        self.part = Choices(self._theme)
        self.part.addItems(list(PARTS))
        self.part.setAccessibleName("Part of the data")
        self.part.activated.connect(lambda: self._pick(0))
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.part, 1)
        self.before, self.after, self.chance = QPushButton("‹"), QPushButton("›"), QPushButton("Any")
        told = ("The row before", "The next row", "A row by chance")
        steps = (lambda: self._at - 1, lambda: self._at + 1, lambda: random.randrange(1 << 30))
        for button, name, step in zip((self.before, self.after, self.chance), told, steps, strict=True):
            button.setAutoDefault(False)
            button.setToolTip(name)
            button.setAccessibleName(name)
            button.clicked.connect(lambda _=False, step=step: self._pick(step()))
            row.addWidget(button)
        self.where = words("", "muted")
        self.where.setMinimumWidth(88)
        self.where.setWordWrap(False)
        row.addWidget(self.where)
        return row

    def _picture_buttons(self, picture: Picture) -> QHBoxLayout:
        self.browse, self.clear = QPushButton("Open a picture…"), QPushButton("Clear")
        self.invert = QCheckBox("Dark on light")
        self.invert.setToolTip("The picture is dark on light, as ink on paper, but light on dark was learned")
        self.browse.clicked.connect(self._browse)
        self.clear.clicked.connect(self._clear)
        picture.dropped.connect(self.open_picture)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.browse, self.clear):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addWidget(self.invert)
        row.addStretch()
        return row

    # --- asking

    def _pick(self, at: int) -> None:
        self._timer.stop()
        self._at = at
        self.asking.ask({"ask": "row", "part": PARTS[self.part.currentText()], "at": at})

    def _ask_typed(self) -> None:
        if isinstance(self._form, Sentence):
            self.where.setText(YOURS)
            self.asking.ask({"ask": "text", "text": self._form.text()})
            return
        if isinstance(self._form, (Picture, SeriesSample)):
            values = self._form.values()
            if values is None:
                return
        elif self._form is not None and (row := self._form.row()) is not None:
            values = row
        else:
            return
        self.where.setText(YOURS)
        self.asking.ask({"ask": "typed", "values": [values]})

    def _browse(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "Open a picture", "", PICTURES)
        if path:
            self.open_picture(Path(path))

    def open_picture(self, path: Path) -> None:
        """Asks about a picture in a file."""
        self.where.setText(path.name)
        self.asking.ask({"ask": "picture", "path": str(path), "invert": self.invert.isChecked()})

    def _clear(self) -> None:
        if isinstance(self._form, Picture):
            self._form.clear()
            self._ask_typed()

    # --- answers

    def _answer(self, reply: Mapping[str, Any]) -> None:
        self.complaint.setText(reply.get("error", "") or "\n".join(reply.get("messages", ())))
        self.complaint.setVisible(bool(self.complaint.text()))
        if self._continued:
            self.beginning.go.setEnabled(True)
        if "error" in reply:
            return
        if "text" in reply:
            self.written.setPlainText(reply["start"] + reply["text"])
            return
        if "ahead" in reply and isinstance(self._form, SeriesSample):
            self._form.show_ahead(reply["ahead"])
            return
        self.state.hide()
        if "part" in reply:
            self._at = reply["at"]
            self.where.setText(f"{reply['at'] + 1:,} of {reply['rows']:,}")
        if self._form is not None and not self._timer.isActive():
            self._show_values(reply)
        self._show_outputs(reply["outputs"])

    def _show_values(self, reply: Mapping[str, Any]) -> None:
        """What the network was given, where that did not come from the form itself."""
        if self._form is None or self.where.text() == YOURS:
            return
        if isinstance(self._form, Sentence):
            self._form.show_text(reply["written"])
        else:
            self._form.show_values(reply["values"][self._argument["name"]])

    def _show_outputs(self, outputs: list[Mapping[str, Any]]) -> None:
        while len(self._outputs) < len(outputs):
            made = Output(self._theme)
            self._right.insertWidget(len(self._outputs) + 1, made)
            self._outputs.append(made)
        for widget, output in zip(self._outputs, outputs, strict=True):
            widget.show_output(output, alone=len(outputs) == 1)

    def _fail(self, sentence: str) -> None:
        self.state.hide()
        self.complaint.setText(sentence)
        self.complaint.show()

    def done(self, code: int) -> None:
        self.asking.close()
        super().done(code)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.asking.close()
        super().closeEvent(event)
