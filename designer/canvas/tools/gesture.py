"""What every gesture has in common: it begins with a press, follows the pointer, and ends well or without a trace."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent, QPainter

if TYPE_CHECKING:
    from designer.canvas.view import View

FAR_ENOUGH = 4.0
"""Pixels that a pressed pointer must move before it drags."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where the pointer is, in the scene and in the viewport, and what is held down."""

    scene: QPointF
    view: QPointF
    button: Qt.MouseButton = Qt.MouseButton.NoButton
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier

    @property
    def adds(self) -> bool:
        """Whether the user adds to what is selected."""
        return bool(self.modifiers & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier))


class Gesture:
    """One gesture. The view owns at most one; it calls `end` when the button is let go and `cancel` on Escape."""

    cursor: Qt.CursorShape | None = None
    by_keys = False
    """Whether keys lead it: then the pointer does not, and a press breaks it off."""

    def __init__(self, view: "View", start: Pointer) -> None:
        self.view, self.scene, self.start = view, view.drawing, start
        self.begun = False

    def move(self, pointer: Pointer) -> None:
        """The pointer moved; the first steps, which a hand makes without meaning it, do not count."""
        if not self.begun:
            away = pointer.view - self.start.view
            if max(abs(away.x()), abs(away.y())) < FAR_ENOUGH:
                return
            self.begun = True
            self.begin()
        self.drag(pointer)

    def begin(self) -> None:
        """The pointer has moved far enough to mean it."""

    def drag(self, pointer: Pointer) -> None:
        """The pointer is elsewhere."""

    @property
    def words(self) -> str:
        """What the gesture has come to, for those who do not see it; empty where what is selected says enough."""
        return ""

    def pressed(self, event: QKeyEvent) -> None:
        """A key was pressed meanwhile; Escape never comes here."""

    def end(self, pointer: Pointer) -> None:
        """The button was let go."""

    def cancel(self) -> None:
        """Leave everything as it was before the press."""

    def paint(self, painter: QPainter) -> None:
        """Draw over the scene, in its coordinates."""
