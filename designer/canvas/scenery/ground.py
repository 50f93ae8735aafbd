"""Paints the frames and the notes in sight: near with their text, from afar as areas with titles that stay readable."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from designer.canvas.marking import Marking
from designer.canvas.paint import Marks
from designer.canvas.plan import Plan
from designer.canvas.scenery.paint import (
    HANDLE,
    frame_pen,
    note_ground,
    paint_frame,
    paint_handles,
    paint_note,
    paint_title,
    title_of,
)
from designer.canvas.scenery.texts import NoteText
from designer.theme import Theme
from graph.records import Frame

LARGEST_KEPT = 2.5
"""Beyond this zoom few notes are in sight, and their pixels would take much memory."""

MOST_KEPT = 64


@dataclass(frozen=True, slots=True)
class _Kept:
    """The pixels of a note, and what they were drawn of."""

    image: QImage
    of: tuple[object, ...]


class Ground:
    """Frames below everything, notes between wires and nodes. Only what meets the painted part is looked at."""

    def __init__(self, plan: Plan, marking: Marking, theme: Theme) -> None:
        self._plan, self._marking, self._theme = plan, marking, theme
        self._kept: dict[str, _Kept] = {}
        self._covered: dict[str, QRectF] = {}

    def touch(self, keys: Iterable[str], scale: float) -> list[QRectF]:
        """These look different now, or are gone; answers what is to be painted anew."""
        found = []
        for key in keys:
            before = self._covered.pop(key, None)
            found += [] if before is None else [before]
            if key in self._plan.places:
                found.append(self._cover(key, scale))
            else:
                self._kept.pop(key, None)
        return found

    def _cover(self, key: str, scale: float) -> QRectF:
        """What is painted of one, handles included."""
        reach = (HANDLE / 2 + 1) / scale
        self._covered[key] = self._plan.places.rect(key).adjusted(-reach, -reach, reach, reach)
        return self._covered[key]

    def forget(self) -> None:
        """All pixels are to be drawn anew."""
        self._kept.clear()

    # --- near

    def frames(self, painter: QPainter, areas: Sequence[QRectF]) -> None:
        """The frames, below everything; a smaller one above a larger one."""
        scale, theme = painter.worldTransform().m11(), self._theme
        for key in self._within(areas):
            frame, rect = self._plan.places.frame(key), self._plan.places.rect(key)
            self._cover(key, scale)
            if frame is not None:
                marks = self._marking.node(key)
                paint_frame(painter, rect, frame.colour, None, theme, marks)
                if marks.selected:
                    paint_handles(painter, rect, scale, theme)

    def titles(self, painter: QPainter, areas: Sequence[QRectF]) -> None:
        """The titles of frames, above the wires: one that a wire runs behind has a ground of its own."""
        scale, theme = painter.worldTransform().m11(), self._theme
        for key in self._within(areas):
            frame, rect = self._plan.places.frame(key), self._plan.places.rect(key)
            title = title_of(frame.title, rect, scale, theme) if frame is not None else None
            if frame is not None and title is not None:
                crossed = bool(self._plan.lines.grid.within(title.area))
                paint_title(painter, title, frame.colour, theme, ground=crossed)

    def notes(self, painter: QPainter, areas: Sequence[QRectF]) -> None:
        """The notes; what was drawn of one is kept as long as the zoom stays."""
        for key in self._within(areas):
            if self._plan.places.note(key) is None:
                continue
            marks, rect = self._marking.node(key), self._plan.places.rect(key)
            self._note(painter, key, rect, marks)
            if marks.selected:
                paint_handles(painter, rect, painter.worldTransform().m11(), self._theme)

    def _note(self, painter: QPainter, key: str, rect: QRectF, marks: Marks) -> None:
        text, transform, ratio = self._plan.places.text(key), painter.worldTransform(), _ratio(painter)
        scale = transform.m11()
        if scale > LARGEST_KEPT or ratio is None:
            paint_note(painter, rect, text, self._theme, marks)
            return
        of = (text, rect.size().toTuple(), marks, scale, ratio, self._theme.node.rgb())
        known = self._kept.get(key)
        if known is None or known.of != of:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            known = self._kept[key] = _Kept(self._drawn(rect, text, marks, scale, ratio), of)
        corner = transform.map(rect.topLeft())
        painter.resetTransform()
        at = QPointF(round(corner.x() * ratio), round(corner.y() * ratio)) / ratio
        painter.drawImage(at, known.image)
        painter.setWorldTransform(transform)

    def _drawn(self, rect: QRectF, text: NoteText, marks: Marks, scale: float, ratio: float) -> QImage:
        size = rect.size() * (scale * ratio)
        made = QImage(ceil(size.width()) + 1, ceil(size.height()) + 1, QImage.Format.Format_ARGB32_Premultiplied)
        made.setDevicePixelRatio(ratio)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        painter.scale(scale, scale)
        paint_note(painter, QRectF(QPointF(), rect.size()), text, self._theme, marks)
        painter.end()
        return made

    # --- from afar

    def far_below(self, painter: QPainter, areas: Sequence[QRectF]) -> None:
        """The frames and the notes, below all wires and nodes."""
        for key in self._within(areas):
            record, rect = self._plan.places.record(key), self._plan.places.rect(key)
            marks = self._marking.node(key)
            self._cover(key, painter.worldTransform().m11())
            if isinstance(record, Frame):
                paint_frame(painter, rect, record.colour, None, self._theme, marks)
            else:
                self._far_note(painter, rect, marks)

    def far_above(self, painter: QPainter, areas: Sequence[QRectF]) -> None:
        """The titles of frames, above everything; what is selected can be taken at its corners."""
        scale, theme = painter.worldTransform().m11(), self._theme
        for key in self._within(areas):
            frame, rect = self._plan.places.frame(key), self._plan.places.rect(key)
            title = title_of(frame.title, rect, scale, theme) if frame is not None else None
            if frame is not None and title is not None:
                paint_title(painter, title, frame.colour, theme, ground=True)
            if self._marking.node(key).selected:
                paint_handles(painter, rect, scale, theme)

    def _far_note(self, painter: QPainter, rect: QRectF, marks: Marks) -> None:
        """A card, and that there is text on it, which cannot be read."""
        theme = self._theme
        painter.setPen(frame_pen("", theme, marks) if marks.selected else QPen(theme.line, 0))
        painter.setBrush(note_ground(theme))
        painter.drawRect(rect)
        painter.setPen(QPen(theme.faint, 0))
        count = max(min(int(rect.height() / 24), 6), 1)
        for row in range(count):
            y = rect.top() + rect.height() * (row + 0.7) / (count + 0.4)
            right = rect.right() - (14 if row < count - 1 else rect.width() * 0.4)
            painter.drawLine(QPointF(rect.left() + 14, y), QPointF(right, y))

    def _within(self, areas: Sequence[QRectF]) -> list[str]:
        """What meets some rectangles, from the ground up."""
        places = self._plan.places
        if not len(places):
            return []
        found = set().union(*(places.grid.within(area) for area in areas))
        return sorted(found, key=places.depth)


def _ratio(painter: QPainter) -> float | None:
    device = painter.device()
    return device.devicePixelRatio() if device is not None else None
