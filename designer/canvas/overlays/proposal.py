"""Says why something cannot be, with a button for what can be instead."""

from collections.abc import Callable

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from designer.canvas.overlays.floating import Floating, put_away
from designer.theme import Theme

WIDEST = 300


class Proposal(Floating):
    """A sentence and a button; Enter presses it, Escape or a press elsewhere closes it."""

    closed = Signal(bool)

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent, theme, "proposal")
        self._verb: Callable[[], object] = lambda: None
        self.label = QLabel(self, wordWrap=True)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setFont(theme.font("base"))
        self.button = QPushButton("Do it", self)
        self.button.setFont(theme.font("base"))
        self.button.setCursor(Qt.CursorShape.PointingHandCursor)
        self.button.clicked.connect(self._press)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(8)
        column.addWidget(self.label)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)

    def ask(self, sentence: str, label: str, verb: Callable[[], object], around: QRect) -> None:
        """Propose below a rectangle of the viewport, or above it."""
        self._verb = verb
        self.label.setText(sentence)
        self.label.setFixedWidth(min(self.label.fontMetrics().horizontalAdvance(sentence) + 4, WIDEST))
        self.button.setText(label)
        self.setAccessibleName(sentence)
        self.place_by(around)
        self.button.setFocus()

    def give_up(self) -> None:
        """Close it; nothing is done."""
        if not self.isHidden():
            self.closed.emit(put_away(self))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.give_up()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._press()
        else:
            super().keyPressEvent(event)

    def _press(self) -> None:
        self.give_up()
        self._verb()
