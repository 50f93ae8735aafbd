"""Shows the last picture of the drawing, larger or smaller, while a zoom goes on, and meanwhile paints the next one.

A frame of a zoom then takes as long for ten thousand nodes as for ten. The picture holds the drawing alone: the ground
and what floats are painted with every frame.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from time import perf_counter

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QImage, QPainter, QTransform
from PySide6.QtWidgets import QGraphicsView

from designer.canvas.near import Care
from designer.canvas.scene import Scene

SLICE = 0.0015
"""Seconds for which the next picture is painted in one turn of the event loop."""

STRIP = 48
"""The height of what is painted of it at once, in pixels of the window."""

AROUND = 8.0
"""Pixels beyond a strip in which something may begin that reaches into it."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The drawing on a clear ground, and how its places become those of the picture."""

    image: QImage
    way: QTransform

    @property
    def area(self) -> QRectF:
        """The part of the drawing that it shows."""
        back, _ = self.way.inverted()
        return back.mapRect(QRectF(QRectF().topLeft(), self.image.deviceIndependentSize()))


class Zooming:
    """The zoom of one view as hands see it; at rest there is no picture, and all is painted as ever."""

    def __init__(self, view: QGraphicsView, scene: Scene) -> None:
        self._view, self._scene = view, scene
        self._shown: Picture | None = None
        self._spare: QImage | None = None
        """The pixels of the picture before the last, to be painted on again: to ask for new ones takes long."""
        self._steps: Iterator[None] = iter(())
        self._timer = QTimer(view, singleShot=True, interval=0)
        self._timer.timeout.connect(self._go_on)
        scene.altered.connect(self.end)

    @property
    def under_way(self) -> bool:
        return self._shown is not None

    def begin(self) -> None:
        """The zoom is about to change by hand."""
        if self._shown is None and self._view.isVisible() and not self._scene.plan.is_empty:
            picture = self._clear()
            self._paint(picture, picture.area, Care.SOON)
            self._shown, self._scene.zooming = picture, True
            self._steps = self._next()
            self._timer.start()

    def end(self) -> None:
        """From now on all is painted as ever."""
        if self._shown is not None:
            self._shown, self._spare, self._scene.zooming = None, None, False
            self._steps = iter(())
            self._timer.stop()
            self._view.viewport().update()

    def paint(self, painter: QPainter, rect: QRectF) -> bool:
        """Paint a part of the drawing; False at rest, when that is not done here."""
        if self._shown is None:
            return False
        area, pixel = self._shown.area, 1 / painter.worldTransform().m11()
        for beside in _around(area.adjusted(pixel, pixel, -pixel, -pixel), rect):
            painter.save()
            painter.setClipRect(beside, Qt.ClipOperation.IntersectClip)
            self._scene.paint_drawing(painter, beside, Care.ROUGH)
            painter.restore()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(area, self._shown.image)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        return True

    # --- the next picture

    def _go_on(self) -> None:
        """Paint some of the next picture; the last one is there when it is as the view is."""
        if self._scene.stock.unfinished:
            self._timer.start()
            return
        until = perf_counter() + SLICE
        for _ in self._steps:
            if perf_counter() >= until:
                break
        else:
            if self._shown is not None and self._shown.way == self._view.viewportTransform():
                self.end()
                return
            self._steps = self._next()
        self._timer.start()

    def _next(self) -> Iterator[None]:
        """Paint the drawing as the view shows it at the beginning, in small steps."""
        picture = self._clear()
        area, scale = picture.area, picture.way.m11()
        self._scene.look_at(area, scale)
        yield
        reach = AROUND / scale
        for top in range(0, self._view.viewport().height(), STRIP):
            strip = QRectF(area.left(), area.top() + top / scale, area.width(), STRIP / scale)
            for _ in self._scene.sharpen(strip, (scale, picture.image.devicePixelRatio())):
                yield
            self._paint(picture, strip.adjusted(-reach, -reach, reach, reach), Care.WHOLE, top)
            yield
        self._spare, self._shown = self._shown.image if self._shown else None, picture
        self._view.viewport().update()

    def _clear(self) -> Picture:
        """A picture of what the view shows now, with nothing painted."""
        port, ratio = self._view.viewport().size(), self._view.devicePixelRatioF()
        size = QSize(ceil(port.width() * ratio), ceil(port.height() * ratio))
        image, self._spare = self._spare, None
        if image is None or image.size() != size:
            image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(ratio)
        image.fill(Qt.GlobalColor.transparent)
        return Picture(image, self._view.viewportTransform())

    def _paint(self, picture: Picture, area: QRectF, care: Care, top: int | None = None) -> None:
        """Paint a part of the drawing, or one strip."""
        painter = QPainter(picture.image)
        painter.setRenderHints(self._view.renderHints())
        if top is not None:
            painter.setClipRect(0, top, self._view.viewport().width() + 1, STRIP)
        painter.setWorldTransform(picture.way)
        self._scene.paint_drawing(painter, area, care)
        painter.end()


def _around(inner: QRectF, outer: QRectF) -> list[QRectF]:
    """What of a rectangle lies above, below, to the left and to the right of another one."""
    inner = inner & outer
    if inner.isEmpty():
        return [outer]
    found = (
        QRectF(outer.left(), outer.top(), outer.width(), inner.top() - outer.top()),
        QRectF(outer.left(), inner.bottom(), outer.width(), outer.bottom() - inner.bottom()),
        QRectF(outer.left(), inner.top(), inner.left() - outer.left(), inner.height()),
        QRectF(inner.right(), inner.top(), outer.right() - inner.right(), inner.height()),
    )
    return [rect for rect in found if not rect.isEmpty()]
