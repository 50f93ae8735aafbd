"""Paints what a network makes of some rows: pictures and masks in tiles, points in a plane."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from designer.plots import raster
from designer.plots.scale import Scale, labels
from designer.theme import Theme
from runtime.samples import Arrays, Shown

EDGE = 12.0
ROWS = {"given": "goes in", "came": "comes out", "wanted": "wanted"}


class Sheet(QWidget):
    """Paints the outputs of one epoch, beside what goes in and what should come out."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.shown: list[Shown] = []
        self.given: Arrays = {}
        self.came: Arrays = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("What the network makes")

    def sizeHint(self) -> QSize:
        return QSize(480, 220)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), self._theme.panel)
        shown = [one for one in self.shown if one.name in self.came]
        for at, one in enumerate(shown):
            wide = self.width() / len(shown)
            area = QRectF(at * wide, 0, wide, self.height()).adjusted(EDGE, 4, -EDGE, -EDGE)
            self._paint_one(painter, one, area, named=len(shown) > 1)
        painter.end()

    def _paint_one(self, painter: QPainter, one: Shown, area: QRectF, *, named: bool) -> None:
        if named:
            painter.setFont(self._theme.font("name"))
            painter.setPen(self._theme.text)
            metrics = QFontMetricsF(painter.font())
            painter.drawText(QPointF(area.left(), area.top() + metrics.ascent()), one.name)
            area = area.adjusted(0, metrics.height() + 4, 0, 0)
        if one.form == "points":
            self._paint_points(painter, one, area)
        else:
            self._paint_pictures(painter, one, area)

    def _paint_pictures(self, painter: QPainter, one: Shown, area: QRectF) -> None:
        """A column for each row of data: what goes in, what comes out, what is wanted; or a field of what comes out."""
        held = {part: self._array(one, part) for part in ROWS}
        rows = {part: array for part, array in held.items() if array is not None}
        count = min(len(array) for array in rows.values())
        labelled = self._label(painter, list(rows)) if len(rows) > 1 else 0.0
        place = area.adjusted(labelled, 0, 0, 0)
        if len(rows) > 1:
            side = (place.height() - 6 * (len(rows) - 1)) / len(rows)
            count = max(1, min(count, int((place.width() + 6) // (side + 6))))
        columns = raster.tiles(place, count, len(rows))
        outer = raster.span(*(rows[part] for part in ("came", "wanted") if part in rows))
        for row, (part, array) in enumerate(rows.items()):
            low, high = raster.span(array) if part == "given" else outer
            for at in range(count):
                flat = array.ndim == 3
                image = raster.mask(array[at], self._theme) if flat else raster.picture(array[at], low, high)
                raster.paint(painter, image, columns[at][row])
            if labelled:
                first = columns[0][row]
                self._write(painter, ROWS[part], QRectF(area.left(), first.top(), labelled, first.height()))

    def _array(self, one: Shown, part: str) -> raster.Array | None:
        return self.came.get(one.name) if part == "came" else self.given.get(f"{one.name}.{part}")

    def _label(self, painter: QPainter, parts: list[str]) -> float:
        painter.setFont(self._theme.font("secondary"))
        metrics = QFontMetricsF(painter.font())
        return max(metrics.horizontalAdvance(ROWS[part]) for part in parts) + 16

    def _write(self, painter: QPainter, text: str, place: QRectF) -> None:
        painter.setPen(self._theme.muted)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    def _paint_points(self, painter: QPainter, one: Shown, area: QRectF) -> None:
        """The points that are made over those of the data, in one square."""
        came, wanted = self.came[one.name].astype(float), self.given.get(f"{one.name}.wanted")
        every = came if wanted is None else np.concatenate([came, wanted.astype(float)])
        low, high = raster.span(np.percentile(every, [0.5, 99.5]))
        air = 0.06 * (high - low)
        painter.setFont(self._theme.font("number"))
        metrics = QFontMetricsF(painter.font())
        side = area.height() - metrics.height() - 4
        left = area.left() + metrics.horizontalAdvance("−00.0") + 8
        plot = QRectF(left, area.top(), side, side)
        x = Scale(low - air, high + air, plot.left(), plot.right())
        y = Scale(low - air, high + air, plot.bottom(), plot.top())
        self._paint_axes(painter, plot, x, y)
        for array, colour in ((wanted, self._theme.faint), (came, self._theme.accent)):
            if array is not None:
                self._dot(painter, array.astype(float), x, y, colour, plot)
        if wanted is not None:
            beside = plot.right() + 16
            for at, (name, colour) in enumerate((("made", self._theme.accent), ("data", self._theme.faint))):
                base = plot.top() + metrics.ascent() + at * (metrics.height() + 4)
                painter.setPen(QPen(colour, 6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
                painter.drawPoint(QPointF(beside, base - metrics.capHeight() / 2))
                painter.setPen(self._theme.muted)
                painter.drawText(QPointF(beside + 10, base), name)

    def _paint_axes(self, painter: QPainter, plot: QRectF, x: Scale, y: Scale) -> None:
        metrics = QFontMetricsF(painter.font())
        ticks = y.ticks(40)
        for value, name in zip(ticks, labels(ticks), strict=True):
            across, down = round(x.pixel(value)) + 0.5, round(y.pixel(value)) + 0.5
            painter.setPen(QPen(self._theme.line, 1))
            painter.drawLine(QPointF(plot.left(), down), QPointF(plot.right(), down))
            painter.drawLine(QPointF(across, plot.top()), QPointF(across, plot.bottom()))
            painter.setPen(self._theme.muted)
            wide = metrics.horizontalAdvance(name)
            painter.drawText(QPointF(plot.left() - 8 - wide, down + metrics.capHeight() / 2), name)
            painter.drawText(QPointF(across - wide / 2, plot.bottom() + metrics.ascent() + 4), name)

    def _dot(self, painter: QPainter, points: raster.Array, x: Scale, y: Scale, colour: QColor, plot: QRectF) -> None:
        painter.setPen(QPen(colour, 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        found = [QPointF(x.pixel(float(a)), y.pixel(float(b))) for a, b in points if np.isfinite(a) and np.isfinite(b)]
        painter.drawPoints([point for point in found if plot.contains(point)])
