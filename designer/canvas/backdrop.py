"""The ground of the canvas: a quiet grid of dots that keeps its distance at every zoom."""

from math import floor

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from designer.theme import Theme

PITCH = 24.0
CLOSEST = 14.0
"""Dots closer than this on screen are drawn at twice the distance."""


class Backdrop:
    """Paints the ground; the dots of one zoom are kept and only moved."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self._known: tuple[float, int, int] = (0, 0, 0)
        self._dots = QPolygonF()

    def paint(self, painter: QPainter, area: QRectF) -> None:
        painter.fillRect(area, self.theme.canvas)
        scale = painter.worldTransform().m11()
        pitch = PITCH
        while pitch * scale < CLOSEST:
            pitch *= 2
        columns, rows = int(area.width() / pitch) + 2, int(area.height() / pitch) + 2
        self._prepare(pitch, columns, rows)
        pen = QPen(self.theme.grid, 2, c=Qt.PenCapStyle.RoundCap)
        pen.setCosmetic(True)
        corner = QPointF(floor(area.left() / pitch) * pitch, floor(area.top() / pitch) * pitch)
        painter.setPen(pen)
        painter.translate(corner)
        painter.drawPoints(self._dots)
        painter.translate(-corner)

    def _prepare(self, pitch: float, columns: int, rows: int) -> None:
        wanted = (pitch, columns, rows)
        if self._known[0] != pitch or columns > self._known[1] or rows > self._known[2]:
            self._known = wanted
            self._dots = QPolygonF([QPointF(x * pitch, y * pitch) for x in range(columns) for y in range(rows)])
