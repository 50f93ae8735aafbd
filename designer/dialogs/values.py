"""Shows the numbers that come out at a node for a batch, before the training or with what a run has learned."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QTemporaryDir
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from designer.dialogs.asking import LOOK, Asking
from designer.dialogs.trial import PARTS
from designer.dialogs.weights import Weights
from designer.fields.choice import Choices
from designer.numbers import value_text
from designer.panels.sections.section import words
from designer.plots.values import Histogram, Values
from designer.session import Session
from designer.theme import Theme
from graph import project
from runtime.runs import Run

FIGURES = {
    "mean": "Mean", "spread": "Spread", "least": "Least", "greatest": "Greatest", "zeros": "Zeros",
    "not_finite": "Not finite",
}  # fmt: skip
WAITING = "One batch is on its way …"


class ValuesDialog(QDialog):
    """One node of a drawing as it stands when the dialog opens. What computes it ends with the dialog."""

    def __init__(
        self, session: Session, born: str, watched: Run | None, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._session = theme, session
        level = session.level
        node = level.document.node(born)
        ports = [port.name for port in level.document.make(node).ports_out() if port.type == "tensor"]
        self.setWindowTitle(f"Values of {node.id}")
        self._asked = {
            "text": project.write(session.document), "base": str(session.base or Path.home()),
            "path": list(level.path), "born": born, "port": ports[0] if ports else "", "start": "",
        }  # fmt: skip
        self._at = 0
        self._folder = QTemporaryDir()
        self.asking: Asking | None = None
        self._lay_out(node.id, ports, watched)
        self.resize(860, 560)
        self.look()

    # --- what it is made of

    def _lay_out(self, name: str, ports: list[str], watched: Run | None) -> None:
        self.head = QLabel(name)
        self.head.setFont(self._theme.font("title"))
        self.shape = words("", "muted")
        self.told, self.complaint = words(WAITING, "muted"), words("", "error")
        self.complaint.hide()
        self.values, self.histogram = Values(self._theme), Histogram(self._theme)
        self.caption = words("", "muted")
        left, right = QVBoxLayout(), QVBoxLayout()
        left.setSpacing(8)
        left.addLayout(self._picker(ports, watched))
        left.addWidget(self.caption)
        left.addWidget(self.values, 1)
        right.setSpacing(10)
        for widget in (self.head, self.shape):
            right.addWidget(widget)
        right.addLayout(self._figures())
        right.addWidget(self.histogram)
        right.addStretch()
        right.addWidget(self.complaint)
        right.addWidget(self.told)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 20, 24, 20)
        row.setSpacing(24)
        row.addLayout(left, 1)
        side = QWidget()
        side.setFixedWidth(248)
        right.setContentsMargins(0, 0, 0, 0)
        side.setLayout(right)
        row.addWidget(side)

    def _figures(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        self.figures: dict[str, QLabel] = {}
        for at, (key, title) in enumerate(FIGURES.items()):
            label = QLabel(title)
            label.setProperty("tone", "muted")
            self.figures[key] = value = QLabel("–")
            value.setFont(self._theme.font("number"))
            grid.addWidget(label, at, 0)
            grid.addWidget(value, at, 1)
        return grid

    def _picker(self, ports: list[str], watched: Run | None) -> QHBoxLayout:
        self.weights = Weights(self._session, watched, self._theme)
        self.weights.activated.connect(self.look)
        self.port = Choices(self._theme)
        self.port.addItems(ports)
        self.port.setAccessibleName("Output")
        self.port.setVisible(len(ports) > 1)
        self.port.activated.connect(self._choose_port)
        self.part = Choices(self._theme)
        self.part.addItems(list(PARTS))
        self.part.setCurrentIndex(len(PARTS) - 1)
        self.part.setAccessibleName("Part of the data")
        self.part.activated.connect(lambda: self._pick(0))
        row = QHBoxLayout()
        row.setSpacing(6)
        for widget in (self.weights, self.port, self.part):
            row.addWidget(widget)
        row.addStretch()
        self.before, self.after = QPushButton("‹"), QPushButton("›")
        for button, name, step in ((self.before, "The row before", -1), (self.after, "The next row", 1)):
            button.setAutoDefault(False)
            button.setToolTip(name)
            button.setAccessibleName(name)
            button.clicked.connect(lambda _=False, step=step: self._pick(self._at + step))
            row.addWidget(button)
        return row

    # --- asking

    def look(self) -> None:
        """Makes the network up to the node, with the weights that are chosen, and asks for a batch."""
        if self.asking is not None:
            self.asking.close()
            self.asking.deleteLater()
        run = self.weights.run
        self._asked["start"] = str(run.path.absolute()) if run else ""
        folder = Path(self._folder.path())
        (folder / "look.json").write_text(json.dumps(self._asked), encoding="utf-8")
        self.told.setText(WAITING)
        self.complaint.hide()
        self.asking = Asking(LOOK, folder, self)
        self.asking.answered.connect(self._answer)
        self.asking.failed.connect(self._fail)
        self._pick(self._at)

    def _choose_port(self) -> None:
        self._asked["port"] = self.port.currentText()
        self.look()

    def _pick(self, at: int) -> None:
        self._at = at
        if self.asking is not None:
            self.asking.ask({"part": PARTS[self.part.currentText()], "at": at})

    def _answer(self, reply: Mapping[str, Any]) -> None:
        if "error" in reply:
            self._fail(reply["error"])
            return
        self.complaint.hide()
        self._at = reply["at"]
        array = np.load(BytesIO(base64.b64decode(reply["values"])), allow_pickle=False)
        rows, *sides = reply["shape"]
        one = " × ".join(map(str, sides)) or "one number"
        where = f"from row {reply['at'] + 1:,} of {reply['rows']:,}"
        self.shape.setText(f"{one} for each of {rows} rows\n{where}\n{reply['dtype']}")
        self.values.show_values(array)
        self.caption.setText(self.values.told())
        self.told.setText("\n".join(reply["told"]))
        self._show_figures(reply["figures"])

    def _show_figures(self, figures: Mapping[str, Any]) -> None:
        for key, label in self.figures.items():
            value = figures.get(key)
            label.setText("–" if value is None else self._text(key, float(value)))
        lost = bool(figures.get("not_finite"))
        self.figures["not_finite"].setStyleSheet(f"color: {self._theme.error.name()};" if lost else "")
        low, high = figures.get("edges", (0.0, 1.0))
        self.histogram.show_counts(figures.get("counts", ()), (low, high))

    def _text(self, key: str, value: float) -> str:
        if key == "zeros":
            return f"{value:.1%}"
        return f"{value:,.0f}" if key == "not_finite" else value_text(value)

    def _fail(self, sentence: str) -> None:
        self.told.setText("")
        self.complaint.setText(sentence)
        self.complaint.show()

    # --- the end

    def _release(self) -> None:
        if self.asking is not None:
            self.asking.close()
        self._folder.remove()

    def done(self, code: int) -> None:
        self._release()
        super().done(code)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._release()
        super().closeEvent(event)
