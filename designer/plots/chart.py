"""Draws one figure of one or several runs: on screen, and into pictures, by the same strokes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPaintEngine, QPainter, QPen, QPolygonF
from shiboken6 import VoidPtr

from designer.plots.decimation import Pyramid
from designer.plots.frame import Frame, make_frame, paint_frame
from designer.plots.readout import paint_readout
from designer.plots.scale import Floats
from designer.plots.series import Series
from designer.plots.view import Part, View
from designer.theme import Theme, mixed
from runtime.protocol import Epoch, Figure

RUN_COLOURS = ("layer", "neuron", "recurrent", "normalization", "loss", "data", "optimizer", "convolution")
"""The families whose colours tell compared runs apart."""

DENSE, WIDE_DENSE = 1.5, 0.75
"""Points a pixel from which a thin line only fills a band, and is drawn as one, and a wide one hides its bends."""

PIECE = 8
"""Points of a line on screen that are drawn together: Qt's time for a wide line grows with the square of its bends."""

Pen = Qt.PenStyle


@dataclass
class Chart:
    """One figure, and the runs that have it."""

    figure: Figure
    runs: list[Series]
    view: View
    theme: Theme

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Draws the whole chart into `area`."""
        frame = self.frame(area)
        paint_frame(painter, frame, self.theme, self.view.unit)
        self._paint_heading(painter, area, frame)
        painter.save()
        painter.setClipRect(frame.plot.adjusted(-1, -4, 4, 4))
        self._paint_best(painter, frame)
        for place, series in enumerate(self.runs):
            self._paint_run(painter, frame, series, place)
        self._name_best(painter, frame)
        painter.restore()
        if self.view.hover is not None and self.runs:
            paint_readout(painter, frame, self, self.view.hover)

    def frame(self, area: QRectF) -> Frame:
        """The axes as they lie in `area`."""
        return make_frame(area, self.figure, self.runs, self.view, self.theme)

    def colour(self, place: int, part: Part) -> QColor:
        """Of a curve. One run tells training from validation by colour; several are told apart by it."""
        if len(self.runs) == 1:
            place = 1 if part is Part.VALIDATION else 0
        return self.theme.family(RUN_COLOURS[place % len(RUN_COLOURS)])

    def _paint_run(self, painter: QPainter, frame: Frame, series: Series, place: int) -> None:
        colour = self.colour(place, Part.TRAIN)
        curve = series.curves.get(self.figure.id)
        if curve is not None:
            smoothed = curve.shown is not curve.raw
            raw = QPen(mixed(colour, self.theme.panel, 0.42), 1) if smoothed else QPen(colour, 1.3)
            stroke(painter, *self._window(frame, series, curve.raw), raw)
            if smoothed:
                stroke(painter, *self._window(frame, series, curve.smooth), QPen(colour, 2))
        else:
            stroke(painter, *self._looks(frame, series, Part.TRAIN), QPen(colour, 2))
        self._paint_validation(painter, frame, series, place)

    def _paint_validation(self, painter: QPainter, frame: Frame, series: Series, place: int) -> None:
        x, y = self._looks(frame, series, Part.VALIDATION)
        colour = self.colour(place, Part.VALIDATION)
        stroke(painter, x, y, QPen(colour, 1.8, Pen.SolidLine if len(self.runs) == 1 else Pen.DashLine))
        if len(x) <= frame.plot.width() / 10:
            painter.setPen(QPen(self.theme.panel, 1))
            painter.setBrush(colour)
            for point in zip(x.tolist(), y.tolist(), strict=True):
                painter.drawEllipse(QPointF(*point), 3.2, 3.2)
            painter.setBrush(Qt.BrushStyle.NoBrush)

    def _window(self, frame: Frame, series: Series, values: Pyramid) -> tuple[Floats, Floats]:
        """The pixels that show the visible steps, one beyond each end."""
        first = series.step_at(self.view.unit, frame.x.low) - 1
        last = series.step_at(self.view.unit, frame.x.high) + 2
        places, seen = values.window(first, last, max(16, 2 * int(frame.plot.width())))
        return self._pixels(frame, series.place(self.view.unit, places), seen.astype(np.float64))

    def _looks(self, frame: Frame, series: Series, part: Part) -> tuple[Floats, Floats]:
        return self._pixels(frame, *series.looks(self.view.unit, self.figure.id, part.value))

    def _pixels(self, frame: Frame, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        if frame.y.log:
            kept = y > 0
            x, y = x[kept], y[kept]
        return frame.x.pixels(x), np.clip(frame.y.pixels(y), -1e5, 1e5)

    def _paint_best(self, painter: QPainter, frame: Frame) -> None:
        """Marks the best epoch by a dashed line, for one run; lines of several would hide the curves."""
        best = self._best()
        if best is None:
            return
        x = frame.x.pixel(self.runs[0].place_epoch(self.view.unit, best))
        painter.setPen(QPen(self.theme.faint, 1, Pen.DashLine))
        painter.drawLine(QPointF(x, frame.plot.top()), QPointF(x, frame.plot.bottom()))

    def _name_best(self, painter: QPainter, frame: Frame) -> None:
        """Writes beside that line which epoch it is, where curves of this figure seldom go."""
        best = self._best()
        if best is None:
            return
        x = frame.x.pixel(self.runs[0].place_epoch(self.view.unit, best))
        painter.setFont(self.theme.font("secondary"))
        text = f"best: epoch {best.epoch}"
        width = QFontMetricsF(painter.font()).horizontalAdvance(text)
        left = x - width - 6 if x + width + 6 > frame.plot.right() else x + 6
        base = frame.plot.bottom() - 9 if self.figure.better == "high" else frame.plot.top() + 14
        ground = QColor(self.theme.panel)
        ground.setAlphaF(0.8)
        painter.fillRect(QRectF(left - 3, base - 12, width + 6, 16), ground)
        painter.setPen(self.theme.muted)
        painter.drawText(QPointF(left, base), text)

    def _best(self) -> Epoch | None:
        return self.runs[0].best if len(self.runs) == 1 else None

    def _paint_heading(self, painter: QPainter, area: QRectF, frame: Frame) -> None:
        painter.setFont(self.theme.font("name"))
        painter.setPen(self.theme.text)
        metrics = QFontMetricsF(painter.font())
        base = area.top() + metrics.ascent() + 6
        painter.drawText(QPointF(frame.plot.left(), base), self.figure.id)
        left = frame.plot.left() + metrics.horizontalAdvance(self.figure.id) + 8
        painter.setFont(self.theme.font("secondary"))
        left = self._paint_note(painter, left, base)
        self._paint_legend(painter, left + 16, frame.plot.right(), base)

    def _paint_note(self, painter: QPainter, left: float, base: float) -> float:
        """What kind of figure it is, or that it has gone wrong. Gives where the next text may begin."""
        kind = self.figure.kind
        text, colour = "" if kind.lower() == self.figure.id.lower() else kind, self.theme.muted
        for series in self.runs:
            broken = series.told(self.figure.id, "train").broken
            if broken is not None:
                text, colour = f"is no longer a number since epoch {broken}", self.theme.error
        painter.setPen(colour)
        painter.drawText(QPointF(left, base), text)
        return left + QFontMetricsF(painter.font()).horizontalAdvance(text)

    def _entries(self) -> list[tuple[str, QPen]]:
        """Names and strokes of the legend."""
        if len(self.runs) == 1:
            parts = [Part.TRAIN]
            if self.runs[0].told(self.figure.id).present:
                parts.append(Part.VALIDATION)
            return [(part.value, QPen(self.colour(0, part), 2)) for part in parts]
        named = [(run.name, QPen(self.colour(place, Part.TRAIN), 2)) for place, run in enumerate(self.runs)]
        return [*named, ("validation", QPen(self.theme.muted, 1.8, Pen.DashLine))] if named else []

    def _paint_legend(self, painter: QPainter, left: float, right: float, base: float) -> None:
        metrics = QFontMetricsF(painter.font())
        for name, pen in reversed(self._entries()):
            start = right - metrics.horizontalAdvance(name)
            if start - 22 < left:
                return
            painter.setPen(self.theme.muted)
            painter.drawText(QPointF(start, base), name)
            painter.setPen(pen)
            middle = base - metrics.xHeight() / 2
            painter.drawLine(QPointF(start - 20, middle), QPointF(start - 6, middle))
            right = start - 34


def stroke(painter: QPainter, x: Floats, y: Floats, pen: QPen) -> None:
    """Draws a line through these pixels; a single point as a dot."""
    if not len(x):
        return
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap if pen.style() is Pen.SolidLine else Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    if len(x) == 1:
        painter.setPen(QPen(pen.color(), 4, c=Qt.PenCapStyle.RoundCap))
        painter.drawPoint(QPointF(x[0], y[0]))
        return
    wide = pen.widthF() >= 1.5
    if len(x) <= (WIDE_DENSE if wide else DENSE) * (x[-1] - x[0]):
        _stroke_line(painter, x, y)
    elif wide:
        columns, low, high = _columns(x, y, 2)
        _stroke_line(painter, columns, (low + high) / 2)
    else:
        _stroke_band(painter, x, y, pen)


def _stroke_line(painter: QPainter, x: Floats, y: Floats) -> None:
    """Draws a line through these pixels: on screen in short pieces, whose round ends meet; whole where it is dashed."""
    on_screen = painter.paintEngine().type() is QPaintEngine.Type.Raster
    if not on_screen or painter.pen().style() is not Pen.SolidLine:
        painter.drawPolyline(polygon(x, y))
        return
    for at in range(0, max(1, len(x) - 1), PIECE):
        painter.drawPolyline(polygon(x[at : at + PIECE + 1], y[at : at + PIECE + 1]))


def _stroke_band(painter: QPainter, x: Floats, y: Floats, pen: QPen) -> None:
    """Draws one upright line a pixel, from the lowest to the highest value there and on to its neighbour."""
    columns, top, bottom = _columns(x, y, 1)
    top[1:], bottom[1:] = np.minimum(top[1:], bottom[:-1]), np.maximum(bottom[1:], top[:-1])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(pen.color(), 1, c=Qt.PenCapStyle.FlatCap))
    ends = zip(columns.tolist(), top.tolist(), np.maximum(bottom, top + 1).tolist(), strict=True)
    painter.drawLines([QLineF(x, low, x, high) for x, low, high in ends])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)


def _columns(x: Floats, y: Floats, width: int) -> tuple[Floats, Floats, Floats]:
    """Middles of columns so many pixels wide, and the smallest and largest pixel in each. `x` rises."""
    column = np.floor(x / width)
    starts = np.flatnonzero(np.diff(column, prepend=-np.inf))
    return (column[starts] + 0.5) * width, np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)


def polygon(x: Floats, y: Floats) -> QPolygonF:
    """Points from two arrays, written where Qt keeps them: a tenth of the time that a list of points takes."""
    points = QPolygonF()
    points.resize(len(x))
    if len(x):
        room = VoidPtr(points.data(), 16 * len(x), True)  # type: ignore[call-arg,arg-type]  # as it is, not as declared
        held = np.frombuffer(room, np.float64)  # type: ignore[call-overload]
        held[0::2], held[1::2] = x, y
    return points
