"""Asks what a new block is to be called, above the nodes that it is made of."""

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from designer.canvas.overlays.floating import Floating, put_away
from designer.theme import Theme

WIDTH = 260
STAYS = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
"""A menu over the field is no reason to close, nor is another window."""


class Naming(Floating):
    """A field for the name of a block. `named` carries it; `accept` or `refuse` answers.

    Escape, or leaving the field, makes no block.
    """

    named = Signal(str)
    closed = Signal(bool)

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent, theme, "naming")
        self.title = QLabel("Collapse to a block", self)
        self.title.setFont(theme.font("name"))
        self.field = QLineEdit(self, placeholderText="Name of the block")
        self.field.setFont(theme.font("base"))
        self.field.setAccessibleName("Name of the block")
        self.note = QLabel(self, wordWrap=True)
        self.note.setFont(theme.font("secondary"))
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setProperty("quiet", True)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(8)
        for part in (self.title, self.field, self.note):
            part.setFixedWidth(WIDTH)
            column.addWidget(part)
        self.field.textEdited.connect(lambda: self._tell("", "line"))
        self.field.installEventFilter(self)

    def ask_for(self, suggestion: str, around: QRect) -> None:
        """Ask below a rectangle of the canvas, or above it."""
        self._tell("", "line")
        self.field.setText(suggestion)
        self.field.selectAll()
        self.place_by(around)
        self.field.setFocus()

    def accept(self) -> None:
        """The block is made, or is not to be."""
        if not self.isHidden():
            self.closed.emit(put_away(self))

    def refuse(self, sentence: str) -> None:
        """No block can be called so; the field stays open."""
        self._tell(sentence, "error")
        self.field.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self.accept()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.named.emit(self.field.text().strip())
                return True
        elif isinstance(event, QFocusEvent) and event.lostFocus() and event.reason() not in STAYS:
            self.accept()
        return super().eventFilter(watched, event)

    def _tell(self, sentence: str, tone: str) -> None:
        self.tone = tone
        self.restyle()
        self.note.setText(sentence or "Return makes it, Escape leaves everything as it is.")
        self.adjustSize()
