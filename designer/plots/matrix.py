"""A table of a run on screen: how often each class was answered as which, darker where more of a row lies."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from designer.plots.series import Series
from designer.theme import Theme, mixed
from runtime.protocol import Epoch

Rows = list[list[float]]

EDGE, GAP = 10.0, 2.0
"""The air around the table, and between its cells."""
LARGEST = 46.0
"""The widest that a cell gets, in pixels."""


class Matrix(QWidget):
    """Shows the table of one name of a run's last epoch: of the validation part where there is one."""

    def __init__(self, name: str, series: Series, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name, self.series, self.theme = name, series, theme
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(220, 160)
        self.setAccessibleName(f"Table of {name}")

    def sizeHint(self) -> QSize:
        return QSize(460, 260)

    @property
    def held(self) -> tuple[str, Epoch, Rows] | None:
        """The part, the epoch and the rows that are shown; None where there are none yet."""
        for epoch in reversed(self.series.epochs):
            for part in ("validation", "train"):
                rows = epoch.tables.get(part, {}).get(self.name)
                if rows:
                    return part, epoch, rows
        return None

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), self.theme.panel)
        held = self.held
        if held is not None:
            part, epoch, rows = held
            self._paint_heading(painter, self.cell(rows, 0, 0).left(), f"{part}, epoch {epoch.epoch}")
            self._paint_cells(painter, rows)
            self._paint_axes(painter, rows)
        painter.end()

    def cell(self, rows: Rows, row: int, column: int) -> QRectF:
        """Where a cell lies."""
        top, left = self._top(), EDGE + self._label_width(rows)
        below = QFontMetricsF(self.theme.font("secondary")).height() + 4
        wide = (self.width() - left - EDGE) / len(rows[0])
        high = (self.height() - top - EDGE - below) / len(rows)
        side = min(wide, LARGEST * 1.6), min(high, LARGEST)
        return QRectF(left + column * side[0], top + row * side[1], side[0], side[1])

    def _top(self) -> float:
        heading = QFontMetricsF(self.theme.font("name")).height()
        return heading + QFontMetricsF(self.theme.font("number")).height() + 16

    def _label_width(self, rows: Rows) -> float:
        metrics = QFontMetricsF(self.theme.font("number"))
        return metrics.horizontalAdvance(str(len(rows) - 1)) + 8

    def _paint_heading(self, painter: QPainter, left: float, told: str) -> None:
        painter.setFont(self.theme.font("name"))
        metrics = QFontMetricsF(painter.font())
        base = metrics.ascent() + 6
        painter.setPen(self.theme.text)
        painter.drawText(QPointF(left, base), self.name)
        left += metrics.horizontalAdvance(self.name) + 10
        painter.setFont(self.theme.font("secondary"))
        painter.setPen(self.theme.muted)
        painter.drawText(QPointF(left, base), told)

    def _paint_cells(self, painter: QPainter, rows: Rows) -> None:
        number = self.theme.font("number")
        metrics = QFontMetricsF(number)
        painter.setFont(number)
        for at, row in enumerate(rows):
            total = sum(row) or 1.0
            for place, value in enumerate(row):
                area = self.cell(rows, at, place).adjusted(0, 0, -GAP, -GAP)
                share = value / total
                colour = self.theme.family("layer" if at == place else "loss")
                painter.fillRect(area, mixed(colour, self.theme.raised, 0.12 + 0.75 * share if value else 0.0))
                text = f"{value:.4g}"
                if metrics.horizontalAdvance(text) + 4 <= area.width() and metrics.height() <= area.height():
                    painter.setPen(self.theme.on_accent if share > 0.5 else self.theme.text)
                    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_axes(self, painter: QPainter, rows: Rows) -> None:
        """The numbers of the classes, as far as they have room, and what rows and columns are."""
        painter.setFont(self.theme.font("number"))
        metrics = QFontMetricsF(painter.font())
        painter.setPen(self.theme.muted)
        first = self.cell(rows, 0, 0)
        room = metrics.horizontalAdvance(str(len(rows))) + 6
        every = max(1, -int(-room // first.width()), -int(-metrics.height() // first.height()))
        for at in range(0, len(rows), every):
            across, down = self.cell(rows, 0, at), self.cell(rows, at, 0)
            above = across.adjusted(-20, 0, 20, 0)
            above.moveBottom(first.top() - 2)
            painter.drawText(above, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom, str(at))
            beside = QRectF(EDGE, down.top(), first.left() - EDGE - 8, down.height())
            painter.drawText(beside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(at))
        painter.setFont(self.theme.font("secondary"))
        base = self.cell(rows, len(rows) - 1, 0).bottom() + QFontMetricsF(painter.font()).ascent() + 3
        painter.drawText(QPointF(first.left(), base), "rows: right class, columns: answer")

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        held = self.held
        told = self.told_at(event.position(), held[2]) if held else ""
        QToolTip.showText(event.globalPosition().toPoint(), told, self)

    def told_at(self, point: QPointF, rows: Rows) -> str:
        """What the cell under a point says, in words; nothing beside the table."""
        for at, row in enumerate(rows):
            for place, value in enumerate(row):
                if self.cell(rows, at, place).contains(point):
                    return f"Class {at}, answered as {place}: {value:g} ({value / (sum(row) or 1):.1%} of its rows)"
        return ""
