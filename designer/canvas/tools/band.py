"""Selects what a rubber band touches."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from designer.canvas.tools.gesture import Gesture, Pointer

Held = Qt.KeyboardModifier


class Band(Gesture):
    """Selects the nodes and notes that the band touches, and the frames in it.

    With Shift they are added, with Control taken away.
    """

    def begin(self) -> None:
        chosen = self.scene.selection
        self._before = [*chosen.pieces, *chosen.wires]

    def drag(self, pointer: Pointer) -> None:
        self.reach(pointer)
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

    @property
    def adds(self) -> bool:
        """Whether what is found comes to what was selected before."""
        return bool(self.start.modifiers & Held.ShiftModifier)

    @property
    def takes(self) -> bool:
        """Whether what is found is selected no longer."""
        return bool(self.start.modifiers & Held.ControlModifier)

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
            fill.setAlphaF(0.12)
            pen = QPen(self.scene.theme.accent, 1)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.setBrush(fill)
            self.outline(painter)

    def outline(self, painter: QPainter) -> None:
        """Draw the area with the pen and brush that are set."""
        painter.drawRect(self._area)
