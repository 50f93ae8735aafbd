"""Moves the drawing under the pointer: middle button, or space and drag."""

from PySide6.QtCore import Qt

from designer.canvas.tools.gesture import Gesture, Pointer


class Pan(Gesture):
    cursor = Qt.CursorShape.ClosedHandCursor

    def begin(self) -> None:
        self._last = self.start.view

    def drag(self, pointer: Pointer) -> None:
        self.view.camera.pan(pointer.view - self._last)
        self._last = pointer.view
