"""The picture of an activation: its curve over a quiet grid, drawn from the function itself."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from designer.plots.scale import Scale, labels, ticks
from designer.theme import Theme
from graph.curves import Point, strokes
from graph.roles import Activation

HEIGHT = 190
LEFT, RIGHT, TOP, BOTTOM = 44.0, 24.0, 12.0, 26.0
PLACES = 400


class Bend(QWidget):
    """The curve of one activation, with the parameters that it has."""

    def __init__(self, made: Activation, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._made, self._theme = made, theme
        self.curve = made.curve
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"The curve of {made.title} from {-made.reach:g} to {made.reach:g}")

    def sizeHint(self) -> QSize:
        return QSize(400, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint(painter, self.rect().toRectF(), self._made, self._theme)
        painter.end()


def paint(painter: QPainter, area: QRectF, made: Activation, theme: Theme) -> None:
    """Draw box, grid, axes and curve into a rectangle."""
    painter.setPen(QPen(theme.line, 1))
    painter.setBrush(theme.raised)
    painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)
    lines = strokes(made.curve, -made.reach, made.reach, PLACES)
    plot, across, up = axes(area, made, lines)
    _grid(painter, plot, across, up, theme)
    painter.save()
    painter.setClipRect(plot.adjusted(0, -2, 0, 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_pen(theme, made.family))
    for line in lines:
        painter.drawPath(_path(line, across, up))
    painter.restore()


def axes(area: QRectF, made: Activation, lines: list[list[Point]] | None = None) -> tuple[QRectF, Scale, Scale]:
    """Where in a rectangle the plot lies, and what its two axes show."""
    lines = strokes(made.curve, -made.reach, made.reach, PLACES) if lines is None else lines
    plot = area.adjusted(LEFT, TOP, -RIGHT, -BOTTOM)
    across = Scale(-made.reach, made.reach, plot.left(), plot.right())
    return plot, across, Scale(*heights(lines, made.reach), plot.bottom(), plot.top())


def heights(lines: list[list[Point]], reach: float) -> tuple[float, float]:
    """The range of answers to show: all of them, zero among them, but nothing far beyond what comes in."""
    ys = [y for line in lines for _, y in line] or [0.0]
    far = max(1.2 * reach, 1.2)
    low, high = max(min(*ys, 0.0), -far), min(max(*ys, 0.0), far)
    air = 0.08 * (high - low) or 1.0
    return low - air, high + air


def _pen(theme: Theme, family: str) -> QPen:
    pen = QPen(theme.family(family), 2)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


def _path(line: list[Point], across: Scale, up: Scale) -> QPainterPath:
    path = QPainterPath()
    for at, (x, y) in enumerate(line):
        point = QPointF(across.pixel(x), up.pixel(y))
        path.lineTo(point) if at else path.moveTo(point)
    return path


def _grid(painter: QPainter, plot: QRectF, across: Scale, up: Scale, theme: Theme) -> None:
    painter.setFont(theme.font("number"))
    metrics = QFontMetricsF(painter.font())
    columns, rows = ticks(across.low, across.high, 10), ticks(up.low, up.high, 4)
    for value, name in zip(columns, labels(columns), strict=True):
        x = round(across.pixel(value)) + 0.5
        painter.setPen(QPen(theme.faint if abs(value) < 1e-9 else theme.line, 1))
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        painter.setPen(theme.muted)
        width = metrics.horizontalAdvance(_minus(name))
        painter.drawText(QPointF(x - width / 2, plot.bottom() + metrics.ascent() + 5), _minus(name))
    for value, name in zip(rows, labels(rows), strict=True):
        y = round(up.pixel(value)) + 0.5
        painter.setPen(QPen(theme.faint if abs(value) < 1e-9 else theme.line, 1))
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        if y > plot.bottom() - metrics.capHeight():
            continue  # the corner belongs to the numbers below
        painter.setPen(theme.muted)
        left = plot.left() - 8 - metrics.horizontalAdvance(_minus(name))
        painter.drawText(QPointF(left, y + metrics.capHeight() / 2), _minus(name))


def _minus(name: str) -> str:
    return name.replace("-", "−")
