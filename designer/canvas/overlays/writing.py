"""Edits the text of a note where it stands, as plain text."""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from designer.canvas.overlays.floating import put_away
from designer.theme import Theme

LEAST = 0.75
"""Letters are not made smaller than this share of their size, however far away the note is."""

STAYS = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
"""A menu over the field is no reason to end, nor is another window."""


class Writing(QPlainTextEdit):
    """A field over a note. `written` carries the key of the note (empty for a new one) and its text.

    Ctrl and Return, or a click elsewhere, ends it; Escape leaves the note as it was.
    """

    written = Signal(str, str)
    closed = Signal(bool)

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self.theme, self.key = theme, ""
        self._before = ""
        self.setObjectName("writing")
        self.setAccessibleName("Text of the note, in Markdown")
        self.setPlaceholderText("Write here. # begins a heading, - a list, **bold**, `code`.")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabChangesFocus(False)
        self.hide()

    def ask(self, key: str, text: str, over: QRect, scale: float) -> None:
        """Open over a rectangle of the canvas, in letters as large as those of the note."""
        self.key, self._before = key, text
        font = self.theme.font("base")
        font.setPointSizeF(font.pointSizeF() * max(scale, LEAST))
        self.setFont(font)
        self._style()
        self.setPlainText(text)
        self.moveCursor(QTextCursor.MoveOperation.End)
        least = self.fontMetrics().height() * 3 + 24
        self.setGeometry(over.left(), over.top(), max(over.width(), 180), max(over.height(), least))
        self.show()
        self.raise_()
        self.setFocus()

    def accept(self) -> None:
        """The text is as it is to be."""
        if not self.isHidden():
            had = put_away(self)
            if self.toPlainText() != self._before:
                self.written.emit(self.key, self.toPlainText())
            self.closed.emit(had)

    def give_up(self) -> None:
        """The note stays as it was."""
        if not self.isHidden():
            self.closed.emit(put_away(self))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        held = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() == Qt.Key.Key_Escape:
            self.give_up()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and held:
            self.accept()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in STAYS:
            self.accept()

    def _style(self) -> None:
        theme = self.theme
        self.setStyleSheet(
            f"#writing {{ background: {theme.panel.name()}; color: {theme.text.name()};"
            f" border: 1px solid {theme.accent.name()}; border-radius: 10px; padding: 7px 10px;"
            f" selection-background-color: {theme.accent.name()}; selection-color: {theme.on_accent.name()}; }}"
        )
