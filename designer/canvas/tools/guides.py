"""What a drag snaps to: straight wires, nodes near by that are level, the grid. Lines show what is level."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from designer.canvas.backdrop import PITCH

if TYPE_CHECKING:
    from designer.canvas.view import View

REACH = 6.0
"""Pixels within which a drag snaps."""

NEAR = 420.0
"""How far off a node may be to be snapped to, in the drawing's own measure."""

MANY = 300
"""More nodes than this at once are snapped to no others."""

SHARES = (0.0, 0.5, 1.0)
"""Of a side: its two ends and its middle."""

Held = Qt.KeyboardModifier
FREE = Held.ControlModifier | Held.AltModifier
"""What is held, in the middle of a drag, to be free of all snapping."""


class Guides:
    """For one drag of what covers a rectangle."""

    def __init__(self, view: "View", covered: QRectF, moving: Iterable[str]) -> None:
        self._view, self._covered = view, covered
        self._moving = set(moving)
        self._lines: list[QLineF] = []

    def pull(self, delta: QPointF, held: Qt.KeyboardModifier, ties: Sequence[float] = ()) -> QPointF:
        """Where a shift by `delta` snaps to; `held` is what was pressed since the drag began.

        `ties` are shifts across the flow that would make a wire straight.
        """
        manner, near = self._view.drawing.manner, list[QRectF]()
        if held & FREE:
            found = QPointF(round(delta.x()), round(delta.y()))
        elif manner.on("snap"):
            found = self._on_grid(delta)
        else:
            near = self._near(delta) if manner.on("guides") else near
            across, down = ((), ties) if not self._view.drawing.plan.down else (ties, ())
            found = QPointF(self._snapped(delta, near, 0, across), self._snapped(delta, near, 1, down))
        self._show(self._level(self._covered.translated(found), near))
        return found

    def end(self) -> None:
        """The drag is over: show no lines any more."""
        self._show([])

    def paint(self, painter: QPainter) -> None:
        """Draw the lines."""
        pen = QPen(self._view.drawing.theme.accent, 1)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.drawLines(self._lines)

    @property
    def lines(self) -> list[QLineF]:
        """What is shown to be level now."""
        return self._lines

    def _on_grid(self, delta: QPointF) -> QPointF:
        corner = self._covered.topLeft() + delta
        return QPointF(round(corner.x() / PITCH) * PITCH, round(corner.y() / PITCH) * PITCH) - self._covered.topLeft()

    def _near(self, delta: QPointF) -> list[QRectF]:
        """The nodes around what is dragged that can be seen."""
        drawing = self._view.drawing
        if not drawing.near_by or len(self._moving) > MANY:
            return []
        area = self._covered.translated(delta).adjusted(-NEAR, -NEAR, NEAR, NEAR) & self._view.camera.area
        return [drawing.plan.rect(born) for born in drawing.plan.nodes.within(area) - self._moving]

    def _snapped(self, delta: QPointF, near: Sequence[QRectF], side: int, ties: Sequence[float]) -> float:
        """A shift along one side: a straight wire counts before a node that is level; else to a whole number."""
        here, reach = (delta.x(), delta.y())[side], REACH / self._view.camera.scale
        low, high = _ends(self._covered.translated(delta), side)
        away = [tie - here for tie in ties]
        if min(map(abs, away), default=reach) >= reach:
            own = [low + (high - low) * share for share in SHARES]
            away = [_at(rect, side, share) - at for rect in near for share, at in zip(SHARES, own, strict=True)]
        best = min(away, key=abs, default=reach)
        return here + best if abs(best) < reach else round(here)

    def _level(self, rect: QRectF, near: Sequence[QRectF]) -> list[QLineF]:
        """Lines along what is level with a rectangle, as long as all that is."""
        found = []
        for side in (0, 1):
            for share in SHARES:
                at = _at(rect, side, share)
                level = [other for other in near if abs(_at(other, side, share) - at) < 0.25]
                if level:
                    ends = [end for each in (rect, *level) for end in _ends(each, 1 - side)]
                    found.append(_line(at, min(ends), max(ends), side))
        return found

    def _show(self, lines: list[QLineF]) -> None:
        if lines == self._lines:
            return
        around = 2 / self._view.camera.scale
        for line in (*self._lines, *lines):
            area = QRectF(line.p1(), line.p2()).normalized()
            self._view.drawing.update(area.adjusted(-around, -around, around, around))
        self._lines = lines


def _ends(rect: QRectF, side: int) -> tuple[float, float]:
    return (rect.left(), rect.right()) if side == 0 else (rect.top(), rect.bottom())


def _at(rect: QRectF, side: int, share: float) -> float:
    low, high = _ends(rect, side)
    return low + (high - low) * share


def _line(at: float, low: float, high: float, side: int) -> QLineF:
    return QLineF(at, low, at, high) if side == 0 else QLineF(low, at, high, at)
