"""Makes a frame or a note larger or smaller by a side or a corner."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from designer.canvas.tools.gesture import Gesture, Pointer
from designer.canvas.tools.guides import Guides
from graph import edits
from graph.framing import SMALLEST

if TYPE_CHECKING:
    from designer.canvas.tools.grips import Grip
    from designer.canvas.view import View


class Resize(Gesture):
    """The sides that are held follow the pointer and snap to what is level near by, or to the grid; the others stay."""

    def __init__(self, view: View, start: Pointer, grip: Grip) -> None:
        super().__init__(view, start)
        self.cursor = grip.cursor
        self._key, self._sides = grip.key, grip.sides
        selection = self.scene.selection
        if start.adds:
            selection.toggle(grip.key)
        elif grip.key not in selection:
            selection.set([grip.key])

    def begin(self) -> None:
        self._home = self._now = self.scene.plan.places.rect(self._key)
        self._guides = Guides(self.view, self._home, [self._key])

    def drag(self, pointer: Pointer) -> None:
        by = pointer.scene - self.start.scene
        free = _resized(self._home, self._sides, QPointF(round(by.x()), round(by.y())))
        snapped = self._guides.fit(free, self._sides, pointer.modifiers & ~self.start.modifiers)
        large = snapped.width() >= SMALLEST[0] and snapped.height() >= SMALLEST[1]
        self._now = snapped if large else free
        self.scene.preview_rect(self._key, self._now)

    def end(self, pointer: Pointer) -> None:
        if not self.begun:
            if not self.start.adds:
                self.scene.selection.set([self._key])
            return
        self._leave()
        if self._now != self._home:
            self.scene.attempt("Resize", self._write)

    def cancel(self) -> None:
        if self.begun:
            self._leave()

    def _leave(self) -> None:
        self._guides.end()
        self.scene.end_preview()

    def paint(self, painter: QPainter) -> None:
        if self.begun:
            self._guides.paint(painter)

    def _write(self) -> None:
        rect, document = self._now, self.scene.document
        at, size = (rect.x(), rect.y()), (rect.width(), rect.height())
        if self.scene.plan.places.frame(self._key) is not None:
            write = partial(edits.set_frame, rect=(*at, *size))
        else:
            write = partial(edits.set_note, at=at, size=size)
        write(document, self._key)


def _resized(rect: QRectF, sides: str, by: QPointF) -> QRectF:
    """A rectangle with some of its sides moved, as far as it stays large enough to be taken."""
    found = QRectF(rect)
    if "l" in sides:
        found.setLeft(min(rect.left() + by.x(), rect.right() - SMALLEST[0]))
    if "r" in sides:
        found.setRight(max(rect.right() + by.x(), rect.left() + SMALLEST[0]))
    if "t" in sides:
        found.setTop(min(rect.top() + by.y(), rect.bottom() - SMALLEST[1]))
    if "b" in sides:
        found.setBottom(max(rect.bottom() + by.y(), rect.top() + SMALLEST[1]))
    return found
