"""Selects what a rubber band touches."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from designer.canvas.tools.gesture import Gesture, Pointer


class Band(Gesture):
    """Nodes that the band touches and wires between them; with Shift or Control they are added."""

    def begin(self) -> None:
        self._before = self._kept()
        self._area = QRectF()

    def _kept(self) -> list[str]:
        chosen = self.scene.selection
        return [*chosen.births, *chosen.wires]

    def drag(self, pointer: Pointer) -> None:
        self._area = QRectF(self.start.scene, pointer.scene).normalized()
        births = sorted(self.scene.plan.nodes.within(self._area))
        self.scene.selection.set([*(self._before if self.start.adds else ()), *births])
        self.view.viewport().update()

    def end(self, pointer: Pointer) -> None:
        if not self.begun and not self.start.adds:
            self.scene.selection.clear()
        self.view.viewport().update()

    def cancel(self) -> None:
        if self.begun:
            self.scene.selection.set(self._before)

    def paint(self, painter: QPainter) -> None:
        if not self.begun:
            return
        fill = QColor(self.scene.theme.accent)
        fill.setAlphaF(0.12)
        pen = QPen(self.scene.theme.accent, 1)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.setBrush(fill)
        painter.drawRect(self._area)
