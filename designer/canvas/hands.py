"""What a pointer does on the canvas, whether a mouse, a pen or a finger holds it."""

from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

from designer.canvas.tools.gesture import Gesture, Pointer
from designer.canvas.tools.pointing import gesture_for

if TYPE_CHECKING:
    from designer.canvas.view import View

NEAR = 24.0
"""Pixels between two taps that are one double tap."""


class Hands:
    """Begins, leads and ends the gestures of a view."""

    def __init__(self, view: "View") -> None:
        self.view = view
        self._tapped: tuple[float, QPointF] | None = None

    def press(self, pointer: Pointer, gesture: Gesture | None = None) -> None:
        """Begin a gesture: this one, or what lies under the pointer says which. One that keys lead is broken off."""
        view = self.view
        view.overlays.close()
        if view.gesture is not None and view.gesture.by_keys:
            view.cancel()
        if view.gesture is None:
            view.gesture = gesture or gesture_for(view, pointer)
            view.show_cursor()

    def tap(self, pointer: Pointer, gesture: Gesture | None = None) -> None:
        """A press of what tells no double clicks by itself: the second of two is one."""
        now, before, view = monotonic(), self._tapped, self.view
        view.pointer = pointer.view
        soon = before is not None and (now - before[0]) * 1000 < QApplication.doubleClickInterval()
        if before is not None and soon and (pointer.view - before[1]).manhattanLength() < NEAR:
            self._tapped = None
            self.double(pointer)
        else:
            self._tapped = (now, pointer.view)
            self.press(pointer, gesture)

    def move(self, pointer: Pointer) -> None:
        view = self.view
        if view.gesture is None:
            if view.overlays.corners.at(pointer.view) is None:
                view.overlays.hover(pointer)
            view.show_cursor()
        elif not view.gesture.by_keys:
            view.gesture.move(pointer)
            if view.gesture is not None and view.gesture.begun:
                view.overlays.card.close_up()
                self._tapped = None
            view.edge.follow(pointer)

    def release(self, pointer: Pointer) -> None:
        view = self.view
        if view.gesture is not None and pointer.button == view.gesture.start.button:
            gesture, view.gesture = view.gesture, None
            gesture.end(pointer)
            view.show_cursor()
            view.overlays.refresh()

    def double(self, pointer: Pointer) -> None:
        self.view.cancel_quietly()
        if self.view.overlays.corners.at(pointer.view) is not None:
            self.press(pointer)
            return
        self.view.overlays.double_click(pointer)
