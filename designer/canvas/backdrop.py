"""The ground of the canvas: a quiet grid of dots that keeps its distance at every zoom."""

from math import floor

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPen, QPolygonF

from designer.theme import Theme

PITCH = 24.0
CLOSEST = 14.0
"""Dots closer than this on screen are drawn at twice the distance."""


class Backdrop:
    """Paints the ground. The dots of one zoom are drawn once, into an image that follows when the drawing moves."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self._known: object = None
        self._image = QImage()

    def paint(self, painter: QPainter) -> None:
        """Fill what the painter draws on."""
        transform, device = painter.worldTransform(), painter.device()
        pitch = PITCH * transform.m11()
        while pitch < CLOSEST:
            pitch *= 2
        size, ratio = QSize(device.width(), device.height()), device.devicePixelRatio()
        self._prepare(size, pitch, ratio)
        origin = transform.map(QPointF(0, 0))
        painter.resetTransform()
        painter.drawImage(QPointF(_behind(origin.x(), pitch, ratio), _behind(origin.y(), pitch, ratio)), self._image)
        painter.setWorldTransform(transform)

    def _prepare(self, size: QSize, pitch: float, ratio: float) -> None:
        wanted = (size, pitch, ratio, self.theme.canvas.rgb())
        if self._known == wanted:
            return
        self._known = wanted
        extent = QSize(round(size.width() + pitch + 2), round(size.height() + pitch + 2))
        self._image = QImage(extent * ratio, QImage.Format.Format_RGB32)
        self._image.setDevicePixelRatio(ratio)
        self._image.fill(self.theme.canvas)
        painter = QPainter(self._image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.theme.grid, 2, c=Qt.PenCapStyle.RoundCap))
        columns, rows = int(extent.width() / pitch) + 1, int(extent.height() / pitch) + 1
        painter.drawPoints(QPolygonF([QPointF(x * pitch, y * pitch) for x in range(columns) for y in range(rows)]))
        painter.end()


def _behind(origin: float, pitch: float, ratio: float) -> float:
    """Where the image begins: at most one pitch before the edge, on a whole pixel of the screen."""
    start = origin - floor(origin / pitch) * pitch - pitch
    return round(start * ratio) / ratio
