"""Says a sentence at the pointer: why a wire cannot be, why a verb was refused."""

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from designer.canvas.overlays.floating import Floating
from designer.theme import Theme

LINGER = 3200
WIDEST = 340
AWAY = QPoint(16, 18)


class Hint(Floating):
    """A sentence beside the pointer. It never takes the pointer itself."""

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent, theme, "hint")
        self.tone = "error"
        self.restyle()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._label = QLabel(self, wordWrap=True)
        self._label.setFont(theme.font("base"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 7, 10, 7)
        layout.addWidget(self._label)
        self._timer = QTimer(self, singleShot=True, interval=LINGER)
        self._timer.timeout.connect(self.hide)

    @property
    def sentence(self) -> str:
        """What is said now; empty if nothing is."""
        return self._label.text() if not self.isHidden() else ""

    def say(self, sentence: str, at: QPoint, *, linger: bool = False, tone: str = "error") -> None:
        """Say a sentence at a place; an empty one hides the hint, `linger` hides it after a while."""
        if not sentence:
            self._timer.stop()
            self.hide()
            return
        if tone != self.tone:
            self.tone = tone
            self.restyle()
        self._label.setText(sentence)
        self._label.setFixedWidth(min(self._label.fontMetrics().horizontalAdvance(sentence) + 2, WIDEST))
        self.setAccessibleName(sentence)
        self.place(at + AWAY)
        if linger:
            self._timer.start()
        else:
            self._timer.stop()
