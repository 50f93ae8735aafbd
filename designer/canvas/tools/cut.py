"""Cuts the wires that a stroke crosses."""

import itertools
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from designer.canvas import curves
from designer.canvas.tools.gesture import Gesture, Pointer
from graph import edits

if TYPE_CHECKING:
    from designer.canvas.view import View

MOST_DRAWN = 400
"""Of more wires than this that are cut, those far out are not painted one by one."""


class Cut(Gesture):
    """The wires that would be cut are shown while the stroke is drawn. A mere click asks what can be done there."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, view: "View", start: Pointer) -> None:
        super().__init__(view, start)
        self._stroke = [start.scene]
        self._found: dict[str, None] = {}

    def drag(self, pointer: Pointer) -> None:
        step = QLineF(self._stroke[-1], pointer.scene)
        self._stroke.append(pointer.scene)
        lines = self.scene.plan.lines
        area = QRectF(step.p1(), step.p2()).normalized().adjusted(-1, -1, 1, 1)
        for key in lines.grid.within(area) - self._found.keys():
            if _crosses(step, curves.samples(lines.of(key) or ())):
                self._found[key] = None
        self.scene.mark(doomed=self._found)
        self.view.viewport().update()

    def end(self, pointer: Pointer) -> None:
        found = list(self._found)
        self.cancel()
        if not self.begun:
            self.view.ask(pointer.view)
        elif found:
            self.scene.attempt("Cut wires", lambda: edits.remove(self.scene.document, found))

    def cancel(self) -> None:
        self._found.clear()
        self.scene.mark(doomed=())
        self.view.viewport().update()

    def paint(self, painter: QPainter) -> None:
        if not self.begun:
            return
        pen = QPen(self.scene.theme.error, 2, Qt.PenStyle.DashLine)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if not self.scene.near_by and len(self._found) <= MOST_DRAWN:
            for key in self._found:
                painter.drawPolyline(QPolygonF(list(self.scene.plan.lines.of(key) or ())))
        pen.setStyle(Qt.PenStyle.SolidLine)
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(self._stroke))


def _crosses(step: QLineF, line: list[QPointF]) -> bool:
    bounded = QLineF.IntersectionType.BoundedIntersection
    return any(step.intersects(QLineF(a, b))[0] == bounded for a, b in itertools.pairwise(line))
