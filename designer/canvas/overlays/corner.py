"""What stands in a corner of the canvas: painted with it, for a widget above would keep a pan from copying pixels."""

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QPainter

from designer.canvas.tools.gesture import Gesture, Pointer

if TYPE_CHECKING:
    from designer.canvas.view import View

AWAY = 12
"""Pixels from the corner of the canvas."""

RADIUS = 8.0
WIDE, HIGH = 480, 320
"""On a canvas that is smaller than this, nothing stands in its corners."""


class Corner(Protocol):
    """`place` is where it stands in the viewport; empty while it is not shown. Places are counted from there."""

    place: QRect

    def follow(self) -> None: ...
    def paint(self, painter: QPainter) -> None: ...
    def press(self, at: QPointF) -> None: ...
    def move_to(self, at: QPointF) -> None: ...
    def release(self, at: QPointF) -> None: ...


class Corners:
    """The corners of one view."""

    def __init__(self, view: "View", *corners: Corner) -> None:
        self._view, self._corners = view, corners

    def at(self, point: QPointF) -> Corner | None:
        """What stands at a place of the viewport."""
        return next((corner for corner in self._corners if corner.place.contains(point.toPoint())), None)

    def follow(self) -> None:
        """Another part of the drawing is seen, or the canvas has another size."""
        for corner in self._corners:
            before = QRect(corner.place)
            corner.follow()
            if corner.place != before:
                self._view.viewport().update(before.united(corner.place))

    def scrolled(self, across: int, down: int) -> None:
        """The pixels of the viewport were copied to another place, and what stands in the corners with them."""
        for corner in self._corners:
            self._view.viewport().update(corner.place)
            self._view.viewport().update(corner.place.translated(across, down))

    def paint(self, painter: QPainter) -> None:
        """All that is shown, over the drawing."""
        painter.save()
        painter.resetTransform()
        for corner in self._corners:
            if not corner.place.isEmpty():
                painter.translate(corner.place.topLeft())
                corner.paint(painter)
                painter.translate(-corner.place.topLeft())
        painter.restore()


class OnCorner(Gesture):
    """What hands do in a corner is its own affair, from the press to the release."""

    def __init__(self, view: "View", start: Pointer, corner: Corner) -> None:
        super().__init__(view, start)
        self._corner = corner
        corner.press(self._within(start))

    def move(self, pointer: Pointer) -> None:
        self._corner.move_to(self._within(pointer))

    def end(self, pointer: Pointer) -> None:
        self._corner.release(self._within(pointer))

    def _within(self, pointer: Pointer) -> QPointF:
        return pointer.view - QPointF(self._corner.place.topLeft())


def fits(view: "View") -> bool:
    """Whether the canvas is large enough for something in its corners."""
    port = view.viewport()
    return port.width() >= WIDE and port.height() >= HIGH
