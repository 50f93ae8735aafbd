"""What of a frame or a note lies under the pointer: its sides, its title, its inside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt

from designer.canvas.scenery.paint import title_of

if TYPE_CHECKING:
    from designer.canvas.view import View

REACH = 6.0
"""Pixels from a border within which it can be taken."""

Cursor = Qt.CursorShape
CURSORS = {
    "l": Cursor.SizeHorCursor, "r": Cursor.SizeHorCursor, "t": Cursor.SizeVerCursor, "b": Cursor.SizeVerCursor,
    "lt": Cursor.SizeFDiagCursor, "rb": Cursor.SizeFDiagCursor, "rt": Cursor.SizeBDiagCursor,
    "lb": Cursor.SizeBDiagCursor,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Grip:
    """A frame or a note under the pointer; `sides` are those that would be moved ("rb": right and bottom), if any."""

    key: str
    sides: str = ""
    raised: bool = False
    """Whether it goes before a wire that runs there."""

    @property
    def cursor(self) -> Qt.CursorShape:
        return CURSORS.get(self.sides, Cursor.SizeAllCursor)


def grip_under(view: View, point: QPointF) -> Grip | None:
    """What can be taken at a place; nothing within a frame, which is like the open canvas.

    A corner makes larger or smaller. So does a side of what is selected, and of any note; the side of another frame
    moves it.
    """
    places, reach = view.drawing.plan.places, REACH / view.camera.scale
    if not len(places):
        return None
    near = places.grid.within(QRectF(point.x() - reach, point.y() - reach, 2 * reach, 2 * reach))
    for key in sorted(near, key=places.depth, reverse=True):
        rect = places.rect(key)
        sides = _sides(rect, point, reach)
        note = places.note(key) is not None
        raised = note or key in view.drawing.selection
        if sides:
            return Grip(key, sides if raised or len(sides) == 2 else "", raised)
        if rect.contains(point) and (note or title_area(view, key).contains(point)):
            return Grip(key, "", raised)
    return None


def cursor_at(view: View, point: QPointF) -> Qt.CursorShape | None:
    """The pointer in the form of what a press there would begin; None where that is nothing special."""
    if view.drawing.plan.node_at(point) is not None:
        return None
    grip = grip_under(view, point)
    if grip is None or (not grip.sides and grip.key not in view.drawing.selection):
        return Cursor.SizeAllCursor if grip is not None and view.drawing.plan.places.note(grip.key) is None else None
    return grip.cursor


def title_area(view: View, key: str) -> QRectF:
    """The place of a frame's title; of one without a title, or too small for it, nothing."""
    places, scale = view.drawing.plan.places, view.camera.scale
    frame, rect = places.frame(key), places.rect(key)
    title = title_of(frame.title or "Frame", rect, scale, view.drawing.theme) if frame is not None else None
    if title is None:
        return QRectF()
    row = title.area.height()
    return QRectF(rect.left(), rect.top(), rect.width() if view.drawing.near_by else title.area.width() + row, row)


def _sides(rect: QRectF, point: QPointF, reach: float) -> str:
    """The sides of a rectangle on which a point lies; near a corner both."""
    if not rect.adjusted(-reach, -reach, reach, reach).contains(point):
        return ""
    wide = min(2 * reach, rect.width() / 4, rect.height() / 4)
    left, right = abs(point.x() - rect.left()), abs(point.x() - rect.right())
    top, bottom = abs(point.y() - rect.top()), abs(point.y() - rect.bottom())
    if min(left, right, top, bottom) > reach:
        return ""
    across = "l" if left <= max(wide, reach) and left < right else "r" if right <= max(wide, reach) else ""
    down = "t" if top <= max(wide, reach) and top < bottom else "b" if bottom <= max(wide, reach) else ""
    return across + down
