"""Says that something takes a while, how far it is, and lets it be broken off."""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from designer.canvas.overlays.floating import GAP, Floating
from designer.theme import Theme


class Progress(Floating):
    """A sentence with a share, and a button; it stands at the upper side of the canvas and never takes the keys."""

    cancelled = Signal()

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent, theme, "progress")
        self._words = ""
        self.label = QLabel(self)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setFont(theme.font("base"))
        self.button = QPushButton("Cancel", self)
        self.button.setFont(theme.font("base"))
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.setToolTip("Escape")
        self.button.clicked.connect(self.cancelled)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(12)
        row.addWidget(self.label)
        row.addWidget(self.button)

    def begin(self, words: str) -> None:
        """Show it; `words` say what is going on."""
        self._words = words
        self.tell(1.0)
        widest = self.label.sizeHint().width()
        self.tell(0.0)
        self.label.setFixedWidth(widest)
        self.setAccessibleName(words)
        self.adjustSize()
        self.place(QPoint((self._port.width() - self.width()) // 2, GAP + 4))

    def tell(self, share: float) -> None:
        """How far it is, from 0 to 1."""
        self.label.setText(f"{self._words} … {round(100 * share)} %")
