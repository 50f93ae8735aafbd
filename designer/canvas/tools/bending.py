"""Leads a wire over a point: drags one of its bends, or makes one where the wire is taken hold of."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt

from designer.canvas import bends, curves
from designer.canvas.tools.gesture import Gesture, Pointer

if TYPE_CHECKING:
    from designer.canvas.view import View

SNAP = 6.0
"""Pixels within which a bend goes level with the points beside it."""

GONE = 5.0
"""Pixels from the way without the bend within which letting go takes it out."""


class Bending(Gesture):
    """Drags a bend of a wire. `number` is None where the wire has none yet: then one is made."""

    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, view: "View", start: Pointer, key: str, number: int | None = None) -> None:
        super().__init__(view, start)
        self.key, self._number, self._new = key, number or 0, number is None
        self._way: list[QPointF] = []
        self._gone = False

    def begin(self) -> None:
        points = self.scene.plan.lines.of(self.key) or ()
        if self._new:
            self._way, self._number = bends.inserted(self.view, self.key, self.start.scene)
        else:
            self._way = list(points[1:-1])
        self._ends = points[0], points[-1]
        self.scene.choose_bend((self.key, self._number))

    def drag(self, pointer: Pointer) -> None:
        self._way[self._number] = self._snapped(pointer.scene)
        straight = self.scene.plan.way([self._ends[0], *self._without(), self._ends[1]])
        away = curves.distance(straight, self._way[self._number]) * self.view.camera.scale
        self._gone = away < GONE
        self.scene.preview_bends(self.key, self._shown())

    def end(self, pointer: Pointer) -> None:
        if not self.begun:
            if not self._new:
                self.scene.choose_bend((self.key, self._number))
            return
        self.scene.end_preview()
        if self._gone:
            self.scene.choose_bend(None)
        if not (self._gone and self._new):
            label = "Remove a bend" if self._gone else "Add a bend" if self._new else "Move a bend"
            bends.write(self.view, self.key, self._without() if self._gone else self._way, label)

    def cancel(self) -> None:
        if self.begun:
            self.scene.end_preview()
            self.scene.choose_bend(None if self._new else (self.key, self._number))

    def _without(self) -> list[QPointF]:
        return self._way[: self._number] + self._way[self._number + 1 :]

    def _shown(self) -> list[QPointF]:
        """The way as it will be; a wire without any bend runs as if by itself."""
        return self._without() if self._gone else self._way

    def _snapped(self, point: QPointF) -> QPointF:
        """Level with, or straight below, the points before and after it, where it is nearly so."""
        points = [self._ends[0], *self._way, self._ends[1]]
        beside = (points[self._number], points[self._number + 2])
        inner = [place for place in beside if place not in self._ends]
        level, plumb = (inner, beside) if self.scene.plan.down else (beside, inner)
        x, y = self._near(point.x(), [at.x() for at in plumb]), self._near(point.y(), [at.y() for at in level])
        return QPointF(round(x), round(y))

    def _near(self, at: float, others: Sequence[float]) -> float:
        nearest = min(others, key=lambda other: abs(other - at), default=at)
        return nearest if abs(nearest - at) * self.view.camera.scale < SNAP else round(at)
