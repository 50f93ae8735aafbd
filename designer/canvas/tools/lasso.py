"""Selects what a line drawn by hand goes around."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPolygonF

from designer.canvas.tools.band import Band
from designer.canvas.tools.gesture import Pointer

if TYPE_CHECKING:
    from designer.canvas.view import View

FINE = 3.0
"""Pixels that the pointer goes until the line gets another point."""

KEYS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


class Lasso(Band):
    """Selects the nodes whose middle the line goes around, so that one can pass between neighbours.

    Control and Alt, with which it begins, say nothing about what becomes of them: Shift adds them, the right button
    takes them away, and so does Control or Alt pressed once more.
    """

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, view: "View", start: Pointer) -> None:
        super().__init__(view, start)
        self._line = QPolygonF([start.scene])
        self.takes = not self.adds and start.button == Qt.MouseButton.RightButton

    def end(self, pointer: Pointer) -> None:
        super().end(pointer)
        if not self.begun and self.start.button == Qt.MouseButton.RightButton:
            self.view.ask(pointer.view)

    def reach(self, pointer: Pointer) -> None:
        away = (pointer.scene - self._line.last()).manhattanLength() * self.view.camera.scale
        if away >= FINE:
            self._line.append(pointer.scene)

    def found(self) -> set[str]:
        plan = self.scene.plan
        near = plan.nodes.within(self._line.boundingRect())
        inside = self._line.containsPoint
        nodes = {born for born in near if inside(plan.rect(born).center(), Qt.FillRule.OddEvenFill)}
        return nodes | {key for key in plan.places.grid.within(self._line.boundingRect()) if self._takes_in(key)}

    def _takes_in(self, key: str) -> bool:
        """A frame as a whole; a note by its middle."""
        places = self.scene.plan.places
        rect = places.rect(key)
        points = [rect.center()] if places.frame(key) is None else QPolygonF(rect).toList()
        return all(self._line.containsPoint(point, Qt.FillRule.OddEvenFill) for point in points)

    def outline(self, painter: QPainter) -> None:
        painter.drawPolygon(self._line)
