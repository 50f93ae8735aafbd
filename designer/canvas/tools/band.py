"""Selects what a rubber band touches."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen

from designer.canvas.tools.gesture import Gesture, Pointer

if TYPE_CHECKING:
    from designer.canvas.view import View

Held = Qt.KeyboardModifier
Key = Qt.Key
SIGN = 4.5
"""Half as wide, in pixels, is the sign beside the pointer that says whether what is found is added or taken away."""

BESIDE = QPointF(16, -12)


class Band(Gesture):
    """Selects the nodes and notes that the band touches, and the frames in it.

    With Shift they are added, with Control or Alt taken away: what is held when it begins counts, or what is pressed
    later, so that a key that is let go a moment too early changes nothing.
    """

    def __init__(self, view: "View", start: Pointer) -> None:
        super().__init__(view, start)
        self._pointer = start
        self.adds = bool(start.modifiers & Held.ShiftModifier)
        self.takes = not self.adds and bool(start.modifiers & (Held.ControlModifier | Held.AltModifier))

    def begin(self) -> None:
        chosen = self.scene.selection
        self._before = [*chosen.pieces, *chosen.wires]

    def drag(self, pointer: Pointer) -> None:
        self._pointer = pointer
        self.reach(pointer)
        self._choose()

    def pressed(self, event: QKeyEvent) -> None:
        if event.isAutoRepeat() or event.key() not in (Key.Key_Shift, Key.Key_Control, Key.Key_Alt):
            return
        self.adds = event.key() == Key.Key_Shift
        self.takes = not self.adds
        if self.begun:
            self._choose()

    def _choose(self) -> None:
        found = self.found()
        if self.adds:
            wanted = [*self._before, *sorted(found)]
        elif self.takes:
            wanted = [key for key in self._before if key not in found]
        else:
            wanted = sorted(found)
        self.scene.selection.set(wanted)
        self.view.viewport().update()

    def end(self, pointer: Pointer) -> None:
        if not self.begun and not self.start.adds:
            self.scene.selection.clear()
        self.view.viewport().update()

    def cancel(self) -> None:
        if self.begun:
            self.scene.selection.set(self._before)

    def reach(self, pointer: Pointer) -> None:
        """The area goes to the pointer now."""
        self._area = QRectF(self.start.scene, pointer.scene).normalized()

    def found(self) -> set[str]:
        """The nodes and notes that the area takes in, and the frames that lie in it whole."""
        plan = self.scene.plan
        scenery = (key for key in plan.places.grid.within(self._area) if self._takes_in(key))
        return plan.nodes.within(self._area) | set(scenery)

    def _takes_in(self, key: str) -> bool:
        """A band within a frame selects what is in it, not the frame."""
        places = self.scene.plan.places
        return places.frame(key) is None or self._area.contains(places.rect(key))

    def paint(self, painter: QPainter) -> None:
        if self.begun:
            fill = QColor(self.scene.theme.accent)
            fill.setAlphaF(0.04 if self.takes else 0.12)
            pen = QPen(self.scene.theme.accent, 1, Qt.PenStyle.DashLine if self.takes else Qt.PenStyle.SolidLine)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.setBrush(fill)
            self.outline(painter)
            self._paint_sign(painter)

    def _paint_sign(self, painter: QPainter) -> None:
        """A plus or a minus beside the pointer."""
        pen = QPen(self.scene.theme.text, 2)
        pen.setCosmetic(True)
        painter.setPen(pen)
        pixel = 1 / self.view.camera.scale
        at, half = self._pointer.scene + BESIDE * pixel, SIGN * pixel
        if self.adds or self.takes:
            painter.drawLine(QLineF(at.x() - half, at.y(), at.x() + half, at.y()))
        if self.adds:
            painter.drawLine(QLineF(at.x(), at.y() - half, at.x(), at.y() + half))

    def outline(self, painter: QPainter) -> None:
        """Draw the area with the pen and brush that are set."""
        painter.drawRect(self._area)
