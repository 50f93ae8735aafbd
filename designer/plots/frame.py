"""The axes of a chart: which range they show, where they lie, and how they are drawn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from designer.numbers import power_text, time_text
from designer.plots.scale import Floats, Scale, Unit, labels, log_labels, time_ticks, whole_ticks
from designer.plots.series import Series
from designer.plots.view import View
from designer.theme import Theme
from runtime.protocol import Figure

TOP, BOTTOM, RIGHT, GAP = 32.0, 26.0, 16.0, 8.0
"""Pixels around the plot: heading, labels of the horizontal axis, air at the right, air between labels and plot."""

UNIT_NAMES = {Unit.STEP: "step", Unit.EPOCH: "epoch", Unit.TIME: "time"}


@dataclass(frozen=True, slots=True)
class Frame:
    """Two axes around a plot."""

    x: Scale
    y: Scale
    plot: QRectF
    ticks: list[float]
    names: list[str]


def make_frame(area: QRectF, figure: Figure, runs: list[Series], view: View, theme: Theme) -> Frame:
    """Lays the axes of a figure into `area`, wide enough for their labels."""
    low, high = view.span or whole_span(runs, view.unit)
    seen = list(_visible(figure, runs, view, low, high))
    log = view.log and figure.better == "low" and any((values > 0).any() for values in seen)
    bottom, top = view.heights.get(figure.id) or _height(seen, log, figure)
    y = Scale(bottom, top, area.bottom() - BOTTOM, area.top() + TOP, log=log)
    ticks = y.ticks(34)
    names = log_labels(ticks) if log else labels(ticks)
    metrics = QFontMetricsF(theme.font("number"))
    widest = max((metrics.horizontalAdvance(name) for name in names), default=0.0)
    left = area.left() + max(40.0, widest + 2 * GAP)
    plot = QRectF(QPointF(left, y.end), QPointF(max(left + 10, area.right() - RIGHT), y.start))
    return Frame(Scale(low, high, plot.left(), plot.right()), y, plot, ticks, names)


def whole_span(runs: list[Series], unit: Unit) -> tuple[float, float]:
    """The range of the horizontal axis that holds all of these runs."""
    return 0.0, max((run.extent(unit)[1] for run in runs), default=0.0) or 1.0


def _visible(figure: Figure, runs: list[Series], view: View, low: float, high: float) -> Iterable[Floats]:
    """Values of every curve of the figure in the visible range, extremes included."""
    for series in runs:
        curve = series.curves.get(figure.id)
        if curve is not None:
            first, last = series.step_at(view.unit, low) - 1, series.step_at(view.unit, high) + 2
            yield curve.raw.window(first, last, 256)[1].astype(np.float64)
        for part in ("validation",) if curve is not None else ("train", "validation"):
            places, values = series.looks(view.unit, figure.id, part)
            yield values[(places >= low) & (places <= high)]


def _height(seen: list[Floats], log: bool, figure: Figure) -> tuple[float, float]:
    """A range that holds all values, with air; from nought where that is near, to one where a share ends there."""
    values = np.concatenate(seen) if seen else np.empty(0)
    values = values[values > 0] if log else values
    if not len(values):
        return (0.1, 1.0) if log else (0.0, 1.0)
    low, high = float(values.min()), float(values.max())
    if log:
        air = (high / low) ** 0.05 if high > low else 2.0
        return low / air, high * air
    air = (high - low) * 0.06 or abs(high) * 0.1 or 0.5
    bottom = 0.0 if 0 <= low <= (high - low) * 0.4 else low - air
    share = figure.role == "metric" and figure.better == "high" and high <= 1.0
    return bottom, min(high + air, 1.0) if share else high + air


def paint_frame(painter: QPainter, frame: Frame, theme: Theme, unit: Unit) -> None:
    """Draws lines and labels of both axes."""
    paint_lines(painter, frame, theme)
    _paint_x(painter, frame, theme, unit)


def paint_lines(painter: QPainter, frame: Frame, theme: Theme) -> None:
    """Draws a line and a label for each mark of the vertical axis."""
    painter.setFont(theme.font("number"))
    metrics = QFontMetricsF(painter.font())
    plot = frame.plot
    for value, name in zip(frame.ticks, frame.names, strict=True):
        y = round(frame.y.pixel(value)) + 0.5
        painter.setPen(QPen(theme.line, 1))
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        painter.setPen(theme.muted)
        right = plot.left() - GAP - metrics.horizontalAdvance(name)
        painter.drawText(QPointF(right, y + metrics.capHeight() / 2), name)


def _paint_x(painter: QPainter, frame: Frame, theme: Theme, unit: Unit) -> None:
    metrics = QFontMetricsF(painter.font())
    base = frame.plot.bottom() + metrics.ascent() + 7
    name = UNIT_NAMES[unit]
    name_left = frame.plot.right() - metrics.horizontalAdvance(name)
    free = name_left - 12
    painter.setPen(theme.faint)
    painter.drawText(QPointF(name_left, base), name)
    painter.setPen(theme.muted)
    left = frame.plot.left() - metrics.horizontalAdvance("000")
    for value, text in x_labels(frame.x, unit):
        x, width = frame.x.pixel(value), metrics.horizontalAdvance(text)
        if x - width / 2 > left and x + width / 2 < free:
            painter.drawText(QPointF(x - width / 2, base), text)
            left = x + width / 2 + 10
    painter.setPen(QPen(theme.line, 1, Qt.PenStyle.SolidLine))


def x_labels(scale: Scale, unit: Unit) -> list[tuple[float, str]]:
    """The marks of the horizontal axis."""
    count = max(2, int((scale.end - scale.start) / 90))
    if unit is Unit.TIME:
        return [(value, time_text(value)) for value in time_ticks(scale.low, scale.high, count)]
    if unit is Unit.EPOCH and scale.high - scale.low < 2:
        values = scale.ticks(90)
        return list(zip(values, labels(values), strict=True))
    values = whole_ticks(scale.low, scale.high, count)
    return [(value, power_text(value) if scale.high >= 1e5 else f"{value:,.0f}") for value in values]
