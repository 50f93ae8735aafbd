"""A series that a network is asked about: its numbers, a line of them, and how it goes on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from designer.fields.choice import Choices
from designer.fields.long_text import boxed_text, framed
from designer.theme import Theme

LENGTHS = {"1 step": 1, "10 steps": 10, "20 steps": 20, "50 steps": 50, "100 steps": 100}
HEIGHT = 150

Rows = Sequence[Sequence[float]]


class Lines(QWidget):
    """What was seen, and behind it what was forecast, a line for each column."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._seen: Rows = []
        self._ahead: Rows = []
        self.setAccessibleName("The series and its forecast")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(280, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, HEIGHT)

    def show_series(self, seen: Rows, ahead: Rows = ()) -> None:
        self._seen, self._ahead = seen, ahead
        self.setAccessibleDescription(f"{len(seen)} steps, {len(ahead)} of them forecast")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        every = [*self._seen, *self._ahead]
        for column in range(len(every[0]) if len(every) > 1 else 0):
            values = [row[column] for row in every]
            split = max(0, len(self._seen) - 1)
            self._stroke(painter, values, slice(0, split + 1), self._theme.muted)
            self._stroke(painter, values, slice(split, None), self._theme.accent)
        painter.end()

    def _stroke(self, painter: QPainter, values: Sequence[float], part: slice, colour: QColor) -> None:
        low, high = min(values), max(values)
        area = QRectF(self.rect()).adjusted(2, 6, -2, -6)
        places = [
            QPointF(area.left() + at / (len(values) - 1) * area.width(),
                    area.bottom() - (value - low) / ((high - low) or 1.0) * area.height())
            for at, value in enumerate(values)
        ]  # fmt: skip
        painter.setPen(QPen(colour, 1.8))
        painter.drawPolyline(QPolygonF(places[part]))


class SeriesSample(QWidget):
    """Numbers that can be typed or pasted, a step a line, with a button that lets the network go on with them."""

    changed = Signal()
    wanted = Signal(object)
    """The question that a forecast is."""

    def __init__(self, theme: Theme, *, forecast: bool = True) -> None:
        super().__init__()
        self.editor, self.lines = boxed_text("The series, a step a line"), Lines(theme)
        self._quiet = False
        self.editor.textChanged.connect(self._edited)
        self.length = Choices(theme)
        self.length.addItems(list(LENGTHS))
        self.length.setAccessibleName("Length")
        self.length.setCurrentIndex(2)
        label = QLabel("Length")
        label.setBuddy(self.length)
        self.go = QPushButton("Go on")
        self.go.setAutoDefault(False)
        self.go.clicked.connect(self._want)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(label)
        row.addWidget(self.length, 1)
        row.addWidget(self.go)
        for widget in (label, self.length, self.go):
            widget.setVisible(forecast)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(framed(self.editor), 1)
        column.addWidget(self.lines)
        column.addLayout(row)

    def values(self) -> list[list[float]] | None:
        """The numbers, a list for each step; None while a line is no row of numbers."""
        rows = [line.replace(",", " ").split() for line in self.editor.toPlainText().split("\n") if line.strip()]
        try:
            found = [[float(cell) for cell in row] for row in rows]
        except ValueError:
            return None
        return found if found and len({len(row) for row in found}) == 1 else None

    def show_values(self, values: Rows) -> None:
        """Puts in the steps of a row of the data; that asks nothing."""
        self._quiet = True
        self.editor.setPlainText("\n".join(" ".join(f"{value:.7g}" for value in row) for row in values))
        self._quiet = False
        self.lines.show_series(values)

    def show_ahead(self, ahead: Rows) -> None:
        """Draws what was forecast behind what was seen."""
        self.lines.show_series(self.values() or [], ahead)

    def _edited(self) -> None:
        if not self._quiet:
            self.lines.show_series(self.values() or [])
            self.changed.emit()

    def _want(self) -> None:
        values = self.values()
        if values is not None:
            question: dict[str, Any] = {
                "ask": "forecast",
                "values": values,
                "length": LENGTHS[self.length.currentText()],
            }
            self.wanted.emit(question)
