"""A line above the canvas that says what happened to a run, with buttons for what can be done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from designer import icons
from designer.theme import Theme


class Banner(QFrame):
    """Hidden until there is something to tell. `dismissed` tells that the user has read it and wants nothing done."""

    dismissed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._level: Literal["error", "warning"] = "error"
        self.setProperty("role", "bar")
        self.mark = QLabel()
        self.words = QLabel(wordWrap=True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.buttons = QHBoxLayout()
        self.away = QToolButton()
        self.away.setAccessibleName("Dismiss")
        self.away.setToolTip("Dismiss")
        self.away.setIconSize(QSize(12, 12))
        self.away.clicked.connect(self._dismiss)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 12, 8)
        row.setSpacing(10)
        row.addWidget(self.mark)
        row.addWidget(self.words, 1)
        row.addLayout(self.buttons)
        row.addWidget(self.away)
        theme.changed.connect(self._dress)
        self.hide()

    def tell(
        self, sentence: str, level: Literal["error", "warning"], *buttons: tuple[str, Callable[[], object]]
    ) -> None:
        """Show a sentence; each button closes the banner and does its part."""
        self._level = level
        self.words.setText(sentence)
        for old in self.findChildren(QPushButton):
            self.buttons.removeWidget(old)
            old.deleteLater()
        for text, verb in buttons:
            button = QPushButton(text)
            button.clicked.connect(lambda _=False, verb=verb: self._press(verb))
            self.buttons.addWidget(button)
        self._dress()
        self.show()

    def _dismiss(self) -> None:
        self.hide()
        self.dismissed.emit()

    def _press(self, verb: Callable[[], object]) -> None:
        self.hide()
        verb()

    def _dress(self) -> None:
        colour = self._theme.error if self._level == "error" else self._theme.warning
        self.mark.setPixmap(icons.pixmap(self._level, colour, 16, self.devicePixelRatioF()))
        self.away.setIcon(icons.icon("close", self._theme.muted))
