"""Shows on the canvas, quietly, which nodes, frames and notes a search has found."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

if TYPE_CHECKING:
    from designer.canvas.view import View

AWAY, RADIUS = 5.0, 13.0
MOST_FAR = 3000
"""Far out, so many are marked at most: more than that cannot be told apart."""


class Found:
    """What is marked on one canvas."""

    def __init__(self, view: "View") -> None:
        self._view = view
        self._births: frozenset[str] = frozenset()

    @property
    def births(self) -> frozenset[str]:
        return self._births

    def show(self, births: Iterable[str]) -> None:
        """Mark these, and no others."""
        wanted = frozenset(births)
        if wanted != self._births:
            self._births = wanted
            self._view.viewport().update()

    def paint(self, painter: QPainter, rect: QRectF) -> None:
        if not self._births:
            return
        plan = self._view.drawing.plan
        around = rect.adjusted(-AWAY, -AWAY, AWAY, AWAY)
        rects = [plan.rect(born) for born in self._births & plan.nodes.within(around) if born in plan]
        accent = self._view.drawing.theme.accent
        pen = QPen(accent, 1.0)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)  # a frame holds much that is not meant
        for key in self._births & set(plan.places.grid.within(around)):
            painter.drawRoundedRect(plan.places.rect(key).adjusted(-AWAY, -AWAY, AWAY, AWAY), RADIUS, RADIUS)
        if self._view.drawing.near_by:
            painter.setBrush(QColor(accent.red(), accent.green(), accent.blue(), 26))
            for place in rects:
                painter.drawRoundedRect(place.adjusted(-AWAY, -AWAY, AWAY, AWAY), RADIUS, RADIUS)
        else:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(accent)
            painter.drawRects(rects[:MOST_FAR])
            painter.restore()
