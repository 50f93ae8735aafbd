"""Draws the whole drawing from arrays in one pass, for zooms at which no text can be read."""

import itertools
from collections.abc import Iterable, Mapping

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from designer.canvas.paint import Brushes
from designer.canvas.plan import Plan
from designer.theme import mixed

SCALE = 0.4
"""Below this zoom a name is less than five pixels high."""


class FarPainter:
    """Rectangles by family and lines, kept in step with a plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._stale = True
        self._boxes: dict[str, list[QRectF]] = {}
        self._box_of: dict[str, QRectF] = {}
        self._lines: list[QLineF] = []
        self._lines_of: dict[str, list[QLineF]] = {}

    def forget(self) -> None:
        """The drawing has changed: build the arrays anew when they are needed."""
        self._stale = True

    def moved(self, births: Iterable[str], wires: Iterable[str]) -> None:
        """Nodes were shifted: move their rectangles and lines in place."""
        if self._stale:
            return
        for born in births:
            if born not in self._box_of:
                continue
            box, now = self._box_of[born], self.plan.rect(born)
            box.setRect(now.x(), now.y(), now.width(), now.height())
        for key in wires:
            points, lines = self.plan.lines.of(key) or (), self._lines_of.get(key, [])
            if len(lines) != len(points) - 1:
                self._stale = True
                return
            for line, start, end in zip(lines, points, points[1:], strict=False):
                line.setPoints(start, end)

    def paint(
        self,
        painter: QPainter,
        brushes: Brushes,
        levels: Mapping[str, str],
        births: Iterable[str],
        wires: Iterable[str],
    ) -> None:
        """Everything; on top what is wrong and what is selected."""
        if self._stale:
            self._build()
        theme = brushes.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(_fine(mixed(theme.wire, theme.canvas, 0.7), 1))
        painter.drawLines(self._lines)
        painter.setPen(Qt.PenStyle.NoPen)
        for family, boxes in self._boxes.items():
            painter.setBrush(mixed(brushes.family(family), theme.node, 0.55))
            painter.drawRects(boxes)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for level, colour in (("warning", theme.warning), ("error", theme.error)):
            self._outline(painter, _fine(colour, 2), [born for born, worst in levels.items() if worst == level])
        painter.setPen(_fine(theme.accent, 2))
        painter.drawLines([line for key in wires for line in self._lines_of.get(key, ())])
        self._outline(painter, _fine(theme.accent, 2), births)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)

    def _outline(self, painter: QPainter, pen: QPen, births: Iterable[str]) -> None:
        boxes = [self._box_of[born] for born in births if born in self._box_of]
        if boxes:
            painter.setPen(pen)
            painter.drawRects(boxes)

    def _build(self) -> None:
        self._stale = False
        self._boxes, self._box_of, self._lines, self._lines_of = {}, {}, [], {}
        for born in self.plan.births():
            box = self.plan.rect(born)
            self._box_of[born] = box
            self._boxes.setdefault(self.plan.look(born).family, []).append(box)
        for wire in self.plan.document.wires():
            points = self.plan.lines.of(wire.key) or ()
            lines = [QLineF(start, end) for start, end in itertools.pairwise(points)]
            self._lines_of[wire.key] = lines
            self._lines += lines


def _fine(colour: QColor, width: float) -> QPen:
    pen = QPen(colour, width)
    pen.setCosmetic(True)
    return pen
