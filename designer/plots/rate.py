"""The curve of a learning-rate range test: the loss over the rate, and the rate that is chosen on it."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from designer.plots.chart import stroke
from designer.plots.frame import BOTTOM, GAP, RIGHT, Frame, paint_lines
from designer.plots.scale import Scale, labels, log_labels, log_ticks
from designer.theme import Theme, mixed
from runtime.studies.curve import Curve, Suggestion, two_digits

TOP = 34.0
"""Room above the plot for the chosen rate."""

NUDGE = 10 ** (1 / 20)
"""How far an arrow key moves the chosen rate."""

Align = Qt.AlignmentFlag


class RatePlot(QWidget):
    """Paints a curve. A click, a drag or the arrow keys choose another rate; `chosen` tells it."""

    chosen = Signal(float)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.curve: Curve | None = None
        self.found: Suggestion | None = None
        self.rate: float | None = None
        self.span = (1e-7, 10.0)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 200)
        self.setAccessibleName("Loss over the learning rate")

    def sizeHint(self) -> QSize:
        return QSize(640, 320)

    def show_curve(self, curve: Curve | None, span: tuple[float, float]) -> None:
        """Shows a curve that grows, over the whole range of rates it shall have; nothing is chosen on it yet."""
        self.curve, self.span, self.found, self.rate = curve, span, None, None
        self.update()

    def suggest(self, found: Suggestion) -> None:
        """Marks what the curve suggests, and chooses it."""
        self.found = found
        self.choose(found.rate)

    def choose(self, rate: float | None) -> None:
        """Chooses a rate, to two digits, within the range of the curve."""
        if rate is not None:
            rate = two_digits(min(max(rate, self.span[0]), self.span[1]))
            self.setAccessibleDescription(f"{rate:g} is chosen")
        self.rate = rate
        self.update()
        if rate is not None:
            self.chosen.emit(rate)

    # --- the user

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._point(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._point(event)

    def _point(self, event: QMouseEvent) -> None:
        if self.found is not None and event.buttons() & Qt.MouseButton.LeftButton:
            self.choose(self.frame().x.value(event.position().x()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {Qt.Key.Key_Left: 1 / NUDGE, Qt.Key.Key_Right: NUDGE}
        if event.key() in moves and self.found is not None:
            self.choose((self.rate or math.sqrt(self.span[0] * self.span[1])) * moves[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    # --- painting

    def frame(self) -> Frame:
        """The axes as they lie now."""
        low, high = self._heights()
        y = Scale(low, high, self.height() - BOTTOM, TOP)
        ticks = y.ticks(38)
        names = labels(ticks) if self.curve is not None and len(self.curve.losses) else [""] * len(ticks)
        metrics = QFontMetricsF(self.theme.font("number"))
        widest = max((metrics.horizontalAdvance(name) for name in names), default=0.0)
        left = max(40.0, widest + 2 * GAP)
        plot = QRectF(QPointF(left, y.end), QPointF(max(left + 10, self.width() - RIGHT), y.start))
        return Frame(Scale(*self.span, plot.left(), plot.right(), log=True), y, plot, ticks, names)

    def _heights(self) -> tuple[float, float]:
        """From the lowest loss to well above the highest before it: what explodes may leave the picture."""
        if self.curve is None or not len(self.curve.losses):
            return 0.0, 1.0
        smooth = self.curve.smooth
        low, high = float(smooth.min()), float(smooth[: int(smooth.argmin()) + 1].max())
        depth = max(high - low, 0.1 * abs(high), 1e-9)
        bottom, top = min(low, float(self.curve.losses.min())), high + 0.45 * depth
        return (0.0 if 0 <= bottom <= 0.4 * (top - bottom) else bottom - 0.05 * depth), top

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), self.theme.panel)
        frame = self.frame()
        paint_lines(painter, frame, self.theme)
        self._paint_rates(painter, frame)
        if self.curve is not None and len(self.curve.losses):
            painter.save()
            painter.setClipRect(frame.plot.adjusted(-1, -1, 4, 1))
            self._paint_curve(painter, frame, self.curve)
            painter.restore()
            self._paint_marks(painter, frame, self.curve)
        painter.end()

    def _paint_rates(self, painter: QPainter, frame: Frame) -> None:
        """Labels of the axis of rates, and what the axes are."""
        painter.setFont(self.theme.font("number"))
        metrics = QFontMetricsF(painter.font())
        base = frame.plot.bottom() + metrics.ascent() + 7
        name = "learning rate"
        free = frame.plot.right() - metrics.horizontalAdvance(name)
        painter.setPen(self.theme.faint)
        painter.drawText(QPointF(free, base), name)
        painter.drawText(
            QPointF(frame.plot.left() - GAP - metrics.horizontalAdvance("loss"), frame.plot.top() - 14), "loss"
        )
        painter.setPen(self.theme.muted)
        values = log_ticks(*self.span, max(2, int(frame.plot.width() / 70)))
        for value, text in zip(values, log_labels(values), strict=True):
            x, width = frame.x.pixel(value), metrics.horizontalAdvance(text)
            if x + width / 2 < free - 12:
                painter.drawText(QPointF(x - width / 2, base), text)

    def _paint_curve(self, painter: QPainter, frame: Frame, curve: Curve) -> None:
        colour = self.theme.family("layer")
        x = frame.x.pixels(curve.rates)
        raw, smooth = (np.clip(frame.y.pixels(values), -1e4, 1e4) for values in (curve.losses, curve.smooth))
        stroke(painter, x, raw, QPen(mixed(colour, self.theme.panel, 0.38), 1))
        stroke(painter, x, smooth, QPen(colour, 2.2))

    def _paint_marks(self, painter: QPainter, frame: Frame, curve: Curve) -> None:
        """Where the loss falls fastest and where it is lowest, as rings; the chosen rate as a line with its number."""
        found = self.found
        if found is None:
            return
        if found.steepest is not None and found.lowest is not None:
            self._ring(painter, frame, curve, found.steepest, "falls fastest", Align.AlignRight, -8)
            self._ring(painter, frame, curve, found.lowest, "lowest", Align.AlignHCenter, 18)
        if self.rate is not None:
            self._line(painter, frame, curve, self.rate)

    def _at(self, frame: Frame, curve: Curve, rate: float) -> QPointF:
        loss = float(np.interp(math.log(rate), np.log(curve.rates), curve.smooth))
        y = min(max(frame.y.pixel(loss), frame.plot.top()), frame.plot.bottom())
        return QPointF(frame.x.pixel(rate), y)

    def _ring(
        self, painter: QPainter, frame: Frame, curve: Curve, rate: float, text: str, side: Align, below: float
    ) -> None:
        place = self._at(frame, curve, rate)
        painter.setPen(QPen(self.theme.family("layer"), 1.6))
        painter.setBrush(self.theme.panel)
        painter.drawEllipse(place, 4.0, 4.0)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setFont(self.theme.font("secondary"))
        width = QFontMetricsF(painter.font()).horizontalAdvance(text)
        left = place.x() + 10 if side is Align.AlignRight else place.x() - width / 2
        left = min(left, frame.plot.right() - width)
        base = min(place.y() + below, frame.plot.bottom() - 5)
        ground = QColor(self.theme.panel)
        ground.setAlphaF(0.75)
        painter.fillRect(QRectF(left - 3, base - 11, width + 6, 15), ground)
        painter.setPen(self.theme.muted)
        painter.drawText(QPointF(left, base), text)

    def _line(self, painter: QPainter, frame: Frame, curve: Curve, rate: float) -> None:
        place = self._at(frame, curve, rate)
        painter.setPen(QPen(self.theme.accent, 1.4))
        painter.drawLine(QPointF(place.x(), frame.plot.top() - 4), QPointF(place.x(), frame.plot.bottom()))
        painter.setPen(QPen(self.theme.panel, 1.5))
        painter.setBrush(self.theme.accent)
        painter.drawEllipse(place, 5.0, 5.0)
        painter.setFont(self.theme.font("number"))
        text = f"{rate:g}"
        width = QFontMetricsF(painter.font()).horizontalAdvance(text) + 14
        left = min(max(place.x() - width / 2, frame.plot.left()), frame.plot.right() - width)
        chip = QRectF(left, frame.plot.top() - 26, width, 21)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(chip, 6, 6)
        painter.setPen(self.theme.on_accent)
        painter.drawText(chip, Align.AlignCenter, text)
        painter.setBrush(Qt.BrushStyle.NoBrush)
