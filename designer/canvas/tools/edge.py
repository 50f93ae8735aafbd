"""Moves the drawing along while something is dragged against the edge of the canvas."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QTimer

from designer.canvas.tools.gesture import Pointer
from designer.canvas.tools.pan import Pan

if TYPE_CHECKING:
    from designer.canvas.view import View

REACH = 20.0
"""Pixels from the edge at which the drawing begins to move."""

SHARE = 0.4
"""Of the depth into the edge, how many pixels a tick moves."""

FASTEST = 24.0
TICK = 16


class Edge(QObject):
    """Follows the pointer of a gesture; while it is at the edge, the drawing moves and the gesture is told."""

    def __init__(self, view: "View") -> None:
        super().__init__(view)
        self.view = view
        self._pointer: Pointer | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(TICK)
        self._timer.timeout.connect(self._move)

    def follow(self, pointer: Pointer) -> None:
        """The pointer of the gesture is here now."""
        self._pointer = pointer
        gesture = self.view.gesture
        if gesture is None or not gesture.begun or isinstance(gesture, Pan) or self._speed(pointer).isNull():
            self.rest()
        elif not self._timer.isActive():
            self._timer.start()

    def rest(self) -> None:
        """The gesture is over."""
        self._timer.stop()

    def _speed(self, pointer: Pointer) -> QPointF:
        port = self.view.viewport().rect()
        return QPointF(_along(pointer.view.x(), port.width()), _along(pointer.view.y(), port.height()))

    def _move(self) -> None:
        gesture, pointer = self.view.gesture, self._pointer
        if gesture is None or pointer is None:
            self.rest()
            return
        self.view.camera.pan(-self._speed(pointer))
        here = self.view.mapToScene(pointer.view.toPoint())
        gesture.move(Pointer(here, pointer.view, pointer.button, pointer.modifiers))


def _along(at: float, length: float) -> float:
    """How fast to move along one side; nothing where the pointer is well inside."""
    if at < REACH:
        return max((at - REACH) * SHARE, -FASTEST)
    if at > length - REACH:
        return min((at - length + REACH) * SHARE, FASTEST)
    return 0.0
