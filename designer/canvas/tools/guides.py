"""What a drag snaps to: straight wires, what is level near by (nodes, frames, notes), equal gaps, the grid.

Lines show what is level, lines with ends which gaps are equal.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from designer.canvas.backdrop import PITCH
from designer.canvas.tools import spacing
from designer.canvas.tools.spacing import span

if TYPE_CHECKING:
    from designer.canvas.view import View

REACH = 6.0
"""Pixels within which a drag snaps."""

NEAR = 420.0
"""How far off something may be to be snapped to, in the drawing's own measure."""

MANY = 300
"""More than this at once are snapped to no others."""

END = 6.0
"""Half as long, in pixels, are the ends of a line through a gap."""

SHARES = (0.0, 0.5, 1.0)
"""Of a side: its two ends and its middle."""

ENDS = (0.0, 1.0)
SAME = {share: (share,) for share in SHARES}
"""What is dragged as a whole is level with what has the same part of its side there."""

Held = Qt.KeyboardModifier
FREE = Held.ControlModifier | Held.AltModifier
"""What is held, in the middle of a drag, to be free of all snapping."""


class Guides:
    """For one drag of what covers a rectangle; `moving` are the keys of what is dragged."""

    def __init__(self, view: "View", covered: QRectF, moving: Iterable[str]) -> None:
        self._view, self._covered = view, covered
        self._moving = set(moving)
        self._lines: list[QLineF] = []
        self._gaps: list[QLineF] = []

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
            near = self._near(self._covered.translated(delta)) if manner.on("guides") else near
            across, down = ((), ties) if not self._view.drawing.plan.down else (ties, ())
            found = QPointF(self._snapped(delta, near, 0, across), self._snapped(delta, near, 1, down))
        here = self._covered.translated(found)
        self._show(self._level(here, near, SAME), [line for side in (0, 1) for line in spacing.equal(here, near, side)])
        return found

    def fit(self, rect: QRectF, sides: str, held: Qt.KeyboardModifier) -> QRectF:
        """What a rectangle snaps to of which some sides (of `l`, `r`, `t`, `b`) are dragged."""
        manner, found, near = self._view.drawing.manner, QRectF(rect), list[QRectF]()
        if not held & FREE:
            near = self._near(rect) if manner.on("guides") and not manner.on("snap") else near
            low, high = (self._edge(span(rect, side), near, side, sides) for side in (0, 1))
            found = QRectF(low[0], high[0], low[1] - low[0], high[1] - high[0])
        self._show(self._level(found, near, {0.0: ENDS, 1.0: ENDS}), [])
        return found

    def end(self) -> None:
        """The drag is over: show no lines any more."""
        self._show([], [])

    def paint(self, painter: QPainter) -> None:
        """Draw the lines."""
        pen = QPen(self._view.drawing.theme.accent, 1)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.drawLines(self._lines)
        end = END / self._view.camera.scale
        for gap in self._gaps:
            across = QPointF(0, end) if gap.dy() == 0 else QPointF(end, 0)
            ends = [QLineF(at - across, at + across) for at in (gap.p1(), gap.p2())]
            painter.drawLines([gap, *ends])

    @property
    def lines(self) -> list[QLineF]:
        """What is shown to be level now."""
        return self._lines

    @property
    def gaps(self) -> list[QLineF]:
        """The gaps that are shown to be equal now."""
        return self._gaps

    def _on_grid(self, delta: QPointF) -> QPointF:
        corner = self._covered.topLeft() + delta
        return QPointF(round(corner.x() / PITCH) * PITCH, round(corner.y() / PITCH) * PITCH) - self._covered.topLeft()

    def _near(self, rect: QRectF) -> list[QRectF]:
        """The nodes, frames and notes around what is dragged that can be seen."""
        drawing = self._view.drawing
        if not drawing.near_by or len(self._moving) > MANY:
            return []
        area, plan = rect.adjusted(-NEAR, -NEAR, NEAR, NEAR) & self._view.camera.area, drawing.plan
        scenery = set(plan.places.grid.within(area)) - self._moving
        return [
            *(plan.rect(born) for born in plan.nodes.within(area) - self._moving),
            *(plan.places.rect(key) for key in scenery),
        ]

    def _edge(self, ends: tuple[float, float], near: Sequence[QRectF], side: int, sides: str) -> tuple[float, float]:
        """Both ends along a side, of which one may be dragged."""
        names, reach = ("lr", "tb")[side], REACH / self._view.camera.scale
        found = list(ends)
        for at, name in enumerate(names):
            if name not in sides:
                continue
            if self._view.drawing.manner.on("snap"):
                found[at] = round(ends[at] / PITCH) * PITCH
            else:
                away = [end - ends[at] for rect in near for end in span(rect, side)]
                best = min(away, key=abs, default=reach)
                found[at] = ends[at] + best if abs(best) < reach else ends[at]
        return found[0], found[1]

    def _snapped(self, delta: QPointF, near: Sequence[QRectF], side: int, ties: Sequence[float]) -> float:
        """A shift along one side: a straight wire counts before what is level or makes equal gaps; else to a whole
        number."""
        here, reach = (delta.x(), delta.y())[side], REACH / self._view.camera.scale
        rect = self._covered.translated(delta)
        low, high = span(rect, side)
        away = [tie - here for tie in ties]
        if min(map(abs, away), default=reach) >= reach:
            own = [low + (high - low) * share for share in SHARES]
            away = [_at(other, side, share) - at for other in near for share, at in zip(SHARES, own, strict=True)]
            away += spacing.shifts(rect, near, side)
        best = min(away, key=abs, default=reach)
        return here + best if abs(best) < reach else round(here)

    def _level(self, rect: QRectF, near: Sequence[QRectF], parts: Mapping[float, Sequence[float]]) -> list[QLineF]:
        """Lines along what is level with a rectangle, as long as all that is."""
        found = []
        for side in (0, 1):
            for share, theirs in parts.items():
                at = _at(rect, side, share)
                level = [other for other in near if any(abs(_at(other, side, one) - at) < 0.25 for one in theirs)]
                if level:
                    ends = [end for each in (rect, *level) for end in span(each, 1 - side)]
                    found.append(_line(at, min(ends), max(ends), side))
        return found

    def _show(self, lines: list[QLineF], gaps: list[QLineF]) -> None:
        if (lines, gaps) == (self._lines, self._gaps):
            return
        around = (END + 2) / self._view.camera.scale
        for line in (*self._lines, *lines, *self._gaps, *gaps):
            area = QRectF(line.p1(), line.p2()).normalized()
            self._view.drawing.update(area.adjusted(-around, -around, around, around))
        self._lines, self._gaps = lines, gaps


def _at(rect: QRectF, side: int, share: float) -> float:
    low, high = span(rect, side)
    return low + (high - low) * share


def _line(at: float, low: float, high: float, side: int) -> QLineF:
    return QLineF(at, low, at, high) if side == 0 else QLineF(low, at, high, at)
