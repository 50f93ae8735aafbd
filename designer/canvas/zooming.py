"""Shows the last picture of the drawing, larger or smaller, while a zoom goes on, and meanwhile paints the next one.

A frame of a zoom then takes as long for ten thousand nodes as for ten. What lies beside the picture is painted roughly;
what floats is painted with every frame.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import ceil
from time import perf_counter

from PySide6.QtCore import QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QImage, QPainter, QRegion, QTransform
from PySide6.QtWidgets import QGraphicsView

from designer.canvas.backdrop import Backdrop
from designer.canvas.far import SCALE
from designer.canvas.near import Care
from designer.canvas.scene import Scene

SLICE = 0.001
"""Seconds for which the next picture is painted in one turn of the event loop."""

STRIP = 48
"""The height of what is painted of it at once, in pixels of the window."""

AROUND = 8.0
"""Pixels beyond a strip in which something may begin that reaches into it."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The drawing on its ground, and how its places become those of the picture."""

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
        self._ground = Backdrop(scene.theme, scene.manner)  # its own, for it keeps what it needs for a zoom
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
            picture = self._empty()
            self._paint(picture, picture.area, Care.SOON)
            self._shown, self._scene.zooming = picture, True
            self._steps = self._next()
            self._timer.start()

    def end(self) -> None:
        """From now on all is painted as ever."""
        if self._shown is not None:
            self._forget()
            port, way = self._view.viewport(), self._view.viewportTransform()
            self._scene.look_at(way.inverted()[0].mapRect(QRectF(port.rect())), way.m11())
            self._scene.stock.hurry()
            port.update()

    def _forget(self) -> None:
        self._shown, self._spare, self._scene.zooming = None, None, False
        self._steps = iter(())
        self._timer.stop()

    def paint(self, painter: QPainter, rect: QRectF) -> bool:
        """Paint a part of the drawing; False at rest, when that is not done here."""
        if self._shown is None:
            return False
        area = self._shown.area
        if self._shown.way == painter.worldTransform():
            painter.resetTransform()
            painter.drawImage(0, 0, self._shown.image)
            painter.setWorldTransform(self._shown.way)
            return True
        if painter.worldTransform().m11() < SCALE <= self._shown.way.m11():
            self._paint_around(painter, QRectF(), rect)  # words too small to be read, and few enough nodes
            return True
        self._paint_around(painter, area, rect)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(area, self._shown.image)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        return True

    def _paint_around(self, painter: QPainter, area: QRectF, rect: QRectF) -> None:
        """Paint what of a rectangle lies beside the picture; it laps over by a pixel, so that no seam is seen."""
        there, back = painter.worldTransform(), painter.worldTransform().inverted()[0]
        outer, inner = there.mapRect(rect).toAlignedRect(), there.mapRect(area).toAlignedRect().adjusted(2, 2, -2, -2)
        beside = QRegion(outer) - QRegion(inner)
        if not beside.isEmpty():
            painter.save()
            painter.resetTransform()
            painter.setClipRegion(beside, Qt.ClipOperation.IntersectClip)
            painter.setWorldTransform(there)
            parts: Iterable[QRect] = beside  # type: ignore[assignment]  # the stubs do not know that it can be walked
            self._scene.paint_ground(painter, rect)
            self._scene.paint_parts(painter, [back.mapRect(QRectF(part)) for part in parts], Care.ROUGH)
            painter.restore()

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
                self._view.viewport().repaint()  # with the picture, which is what would be painted
                self._forget()
                return
            self._steps = self._next()
        self._timer.start()

    def _next(self) -> Iterator[None]:
        """Paint the drawing as the view shows it at the beginning, in small steps."""
        picture = self._empty()
        area, scale = picture.area, picture.way.m11()
        self._scene.look_at(area, scale, patient=True)
        yield
        for top in range(0, self._view.viewport().height(), STRIP):
            strip = QRectF(area.left(), area.top() + top / scale, area.width(), STRIP / scale)
            for _ in self._scene.sharpen(strip, (scale, picture.image.devicePixelRatio())):
                yield
            self._paint(picture, strip, Care.WHOLE, top)
            yield
        self._spare, self._shown = self._shown.image if self._shown else None, picture
        self._view.viewport().update()

    def _empty(self) -> Picture:
        """A picture of what the view shows now, with nothing painted."""
        port, ratio = self._view.viewport().size(), self._view.devicePixelRatioF()
        size = QSize(ceil(port.width() * ratio), ceil(port.height() * ratio))
        image, self._spare = self._spare, None
        if image is None or image.size() != size:
            image = QImage(size, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        return Picture(image, self._view.viewportTransform())

    def _paint(self, picture: Picture, area: QRectF, care: Care, top: int | None = None) -> None:
        """Paint a part of the drawing, or one strip."""
        painter = QPainter(picture.image)
        painter.setRenderHints(self._view.renderHints())
        if top is not None:
            painter.setClipRect(0, top, self._view.viewport().width() + 1, STRIP)
        painter.setWorldTransform(picture.way)
        reach = AROUND / picture.way.m11()
        area = area.adjusted(-reach, -reach, reach, reach)
        self._ground.paint(painter, area)
        self._scene.paint_parts(painter, [area], care)
        painter.end()
