"""Asks what a new block is to be called, where it will stand."""

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QWidget

from designer.canvas.overlays.rename import Rename
from designer.theme import Theme

TOKEN = "#block"
LEAST_WIDTH = 180


class Naming(Rename):
    """A field for the name of a block. `named` carries it; leaving the field in any other way makes no block."""

    named = Signal(str)

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent, theme)
        self.setAccessibleName("Name of the block")
        self.setPlaceholderText("Name of the block")
        self.setToolTip("Enter makes the block, Escape leaves everything as it is")

    def ask_for(self, suggestion: str, over: QRect) -> None:
        """Ask over a rectangle of the canvas."""
        middle = QRect(0, 0, max(LEAST_WIDTH, 0), 20)
        middle.moveCenter(over.center())
        self.ask(TOKEN, suggestion, middle, 1.0)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        born, self.born = self.born, ""
        super().focusOutEvent(event)
        self.born = born
        if self.born:
            self.accept()

    def _enter(self) -> None:
        self.named.emit(self.text().strip())
