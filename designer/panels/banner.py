"""A line above the canvas that says what happened, with one thing to do about it; it never stands in the way."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from designer import icons
from designer.theme import Theme


class Banner(QFrame):
    """One message at a time; the next takes its place."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._then: Callable[[], object] | None = None
        self._level = "error"
        self.setProperty("role", "bar")
        self.mark = QLabel()
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        self.button = QPushButton()
        self.button.clicked.connect(self._do)
        self.shut = QToolButton()
        self.shut.setToolTip("Close")
        self.shut.setAccessibleName("Close the message")
        self.shut.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 10, 8)
        row.setSpacing(10)
        row.addWidget(self.mark)
        row.addWidget(self.sentence, 1)
        row.addWidget(self.button)
        row.addWidget(self.shut)
        theme.changed.connect(self._dress)
        self.hide()

    def say(
        self, sentence: str, *, level: str = "warning", offer: tuple[str, Callable[[], object]] | None = None
    ) -> None:
        """Show a sentence; `offer` is the words of a button and what it does."""
        self._level = level
        self.sentence.setText(sentence)
        self._then = offer[1] if offer else None
        self.button.setText(offer[0] if offer else "")
        self.button.setVisible(offer is not None)
        self._dress()
        self.show()

    def _do(self) -> None:
        then = self._then
        self.hide()
        if then:
            then()

    def _dress(self) -> None:
        colour = self._theme.error if self._level == "error" else self._theme.warning
        self.mark.setPixmap(icons.pixmap(self._level, colour, 18, self.devicePixelRatioF()))
        self.shut.setIcon(icons.icon("close", self._theme.muted))
