"""The ground of the canvas: a quiet grid of dots that keeps its distance at every zoom."""

from itertools import repeat
from math import ceil, floor

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPen, QPolygonF, QTransform

from designer.manner import Manner
from designer.theme import Theme

PITCH = 24.0
CLOSEST = 14.0
"""Dots closer than this on screen are drawn at twice the distance."""

DOT = 2
"""Half the height of a row of dots."""


class Backdrop:
    """Paints the ground. The dots of a row are drawn once for a zoom, into an image that is set down row by row."""

    def __init__(self, theme: Theme, manner: Manner) -> None:
        self.theme, self._manner = theme, manner
        self._known: object = None
        self._row = QImage()

    def paint(self, painter: QPainter, rect: QRectF) -> None:
        """Fill a rectangle of the drawing."""
        painter.fillRect(rect, self.theme.canvas)
        if not self._manner.on("grid"):
            return
        transform, device = painter.worldTransform(), painter.device()
        pitch = PITCH * transform.m11()
        while pitch < CLOSEST:
            pitch *= 2
        ratio = device.devicePixelRatio()
        self._prepare(device.width(), pitch, ratio)
        origin, seen = transform.map(QPointF(0, 0)), transform.mapRect(rect)
        painter.resetTransform()
        left, top = _behind(origin.x(), pitch, ratio), _behind(origin.y(), pitch, ratio)
        first, last = floor((seen.top() - top) / pitch), ceil((seen.bottom() - top) / pitch)
        for k in range(first, last + 1):
            painter.drawImage(QPointF(left - DOT, round((top + k * pitch - DOT) * ratio) / ratio), self._row)
        painter.setWorldTransform(transform)

    def _prepare(self, width: int, pitch: float, ratio: float) -> None:
        wanted = (width, pitch, ratio, self.theme.canvas.rgb())
        if self._known == wanted:
            return
        self._known = wanted
        across = ceil(width + pitch + 2 * DOT)
        self._row = QImage(QSize(across, 2 * DOT) * ratio, QImage.Format.Format_RGB32)
        self._row.setDevicePixelRatio(ratio)
        self._row.fill(self.theme.canvas)
        painter = QPainter(self._row)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.theme.grid, 2, c=Qt.PenCapStyle.RoundCap))
        dots = QPolygonF(list(map(QPointF, range(int(across / pitch) + 1), repeat(0))))
        painter.drawPoints(QTransform(pitch, 0, 0, 1, DOT, DOT).map(dots))
        painter.end()


def _behind(origin: float, pitch: float, ratio: float) -> float:
    """Where the image begins: at most one pitch before the edge, on a whole pixel of the screen."""
    start = origin - floor(origin / pitch) * pitch - pitch
    return round(start * ratio) / ratio
