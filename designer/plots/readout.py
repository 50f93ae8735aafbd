"""The card beside the pointer that reads every curve at one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from designer.numbers import time_text, value_text
from designer.plots.frame import Frame
from designer.plots.series import Series
from designer.plots.view import Part

if TYPE_CHECKING:
    from designer.plots.chart import Chart

LINE, EDGE = 17.0, 9.0
Row = tuple[QColor, str, str]


def heading(series: Series, step: int) -> str:
    """Which step, epoch and time that is."""
    epoch = step // series.steps_per_epoch + 1
    held = series.seconds.values
    time = f" · {time_text(float(held[step]))}" if step < len(held) else ""
    return f"step {step + 1:,} · epoch {epoch}{time}"


def rows(chart: Chart, x: float) -> tuple[str, list[Row]]:
    """The heading of the card and, for each curve, its colour, name and value at `x`."""
    title, found = "", []
    for place, series in enumerate(chart.runs):
        step = int(np.clip(series.step_at(chart.view.unit, x), 0, max(0, series.steps - 1)))
        title = title or heading(series, step)
        named = f"{series.name}  " if len(chart.runs) > 1 else ""
        for name, value in _train(series, chart.figure.id, step):
            found.append((chart.colour(place, Part.TRAIN), named + name, value))
        value = _validation(chart, series, x)
        if value:
            found.append((chart.colour(place, Part.VALIDATION), named + "validation", value))
    return title, found


def _train(series: Series, figure: str, step: int) -> list[tuple[str, str]]:
    curve = series.curves.get(figure)
    if curve is None or step >= len(curve.raw):
        return []
    found = [("train", value_text(float(curve.raw.values[step])))]
    if curve.shown is not curve.raw:
        found.append(("smoothed", value_text(float(curve.smooth.values[step]))))
    return found


def _validation(chart: Chart, series: Series, x: float) -> str:
    """What the last look before `x` found; before the first one, nothing."""
    places, values = series.looks(chart.view.unit, chart.figure.id)
    before = int(np.searchsorted(places, x, side="right")) - 1
    return value_text(float(values[before])) if before >= 0 else ""


def paint_readout(painter: QPainter, frame: Frame, chart: Chart, x: float) -> None:
    """Draws a line at `x` and the card beside it, on the side that has room."""
    pixel = frame.x.pixel(x)
    if not frame.plot.left() <= pixel <= frame.plot.right():
        return
    theme = chart.theme
    painter.setPen(QPen(theme.muted, 1))
    painter.drawLine(QPointF(pixel, frame.plot.top()), QPointF(pixel, frame.plot.bottom()))
    title, found = rows(chart, x)
    card = _card_size(chart, title, found)
    left = pixel + 12 if pixel + 12 + card.width() < frame.plot.right() else pixel - 12 - card.width()
    card.moveTo(max(frame.plot.left(), left), frame.plot.top() + 4)
    painter.setBrush(theme.raised)
    painter.setPen(QPen(theme.line, 1))
    painter.drawRoundedRect(card, 7, 7)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    _paint_rows(painter, chart, card, title, found)


def _card_size(chart: Chart, title: str, found: list[Row]) -> QRectF:
    text = QFontMetricsF(chart.theme.font("secondary"))
    number = QFontMetricsF(chart.theme.font("number"))
    widths = [18 + text.horizontalAdvance(name) + 16 + number.horizontalAdvance(value) for _, name, value in found]
    width = max([text.horizontalAdvance(title), *widths]) + 2 * EDGE
    return QRectF(0, 0, width, LINE * (1 + len(found)) + 2 * EDGE - 4)


def _paint_rows(painter: QPainter, chart: Chart, card: QRectF, title: str, found: list[Row]) -> None:
    theme = chart.theme
    base = card.top() + EDGE + 9
    painter.setFont(theme.font("secondary"))
    painter.setPen(theme.muted)
    painter.drawText(QPointF(card.left() + EDGE, base), title)
    for colour, name, value in found:
        base += LINE
        painter.setPen(QPen(colour, 2.5))
        painter.drawLine(QPointF(card.left() + EDGE, base - 4), QPointF(card.left() + EDGE + 10, base - 4))
        painter.setFont(theme.font("secondary"))
        painter.setPen(theme.text)
        painter.drawText(QPointF(card.left() + EDGE + 18, base), name)
        painter.setFont(theme.font("number"))
        width = QFontMetricsF(painter.font()).horizontalAdvance(value)
        painter.drawText(QPointF(card.right() - EDGE - width, base), value)
