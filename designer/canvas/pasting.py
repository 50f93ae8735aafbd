"""Where what is pasted goes, and what is said where nothing can be."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QPointF

from designer.canvas.backdrop import PITCH

if TYPE_CHECKING:
    from designer.canvas.view import View

AGAIN = 2 * PITCH
"""A pointer that has moved less than this since the last paste has stayed where it was."""


class Cascade:
    """Under the pointer; further pastes in one place go a little further down each time."""

    def __init__(self) -> None:
        self._pointed = QPointF()
        self._last: QPointF | None = None

    def place(self, view: "View") -> QPointF:
        """Where the upper left corner of the next paste goes."""
        pointed = view.camera.pointed(view.pointer)
        again = self._last is not None and (pointed - self._pointed).manhattanLength() * view.camera.scale < AGAIN
        place = self._last + QPointF(PITCH, PITCH) if again and self._last is not None else pointed
        if not again:
            self._pointed = pointed
        step = PITCH if view.drawing.manner.on("snap") else 1.0
        self._last = QPointF(round(place.x() / step) * step, round(place.y() / step) * step)
        return self._last


def why_nothing(held: QMimeData) -> str:
    """Why what the clipboard holds cannot be pasted, and what to do."""
    if held.hasUrls():
        return "The clipboard holds files, which cannot be pasted: drop a drawing on the window, or open it."
    if held.hasImage():
        return "The clipboard holds a picture, not a part of a drawing: save it, and read it by a node of data."
    return "There is nothing to paste: copy nodes on a canvas, or the text of a drawing's file."
