"""Renames a node where its name stands."""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from designer.canvas.overlays.floating import put_away
from designer.theme import Theme


class Rename(QLineEdit):
    """A field over a node's name. `entered` carries birth name and new name; `accept` or `refuse` answers it."""

    entered = Signal(str, str)
    closed = Signal(bool)

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self.theme, self.born = theme, ""
        self._before = ""
        self.setObjectName("rename")
        self.setAccessibleName("Name of the node")
        self.hide()
        self.textEdited.connect(lambda: self._style("accent"))

    def ask(self, born: str, name: str, over: QRect, scale: float) -> None:
        """Open over a rectangle of the canvas, in letters as large as the name's."""
        self.born, self._before = born, name
        font = self.theme.font("name")
        font.setPointSizeF(font.pointSizeF() * max(scale, 0.7))
        self.setFont(font)
        self._style("accent")
        self.setText(name)
        self.selectAll()
        height = max(over.height() + 6, self.fontMetrics().height() + 8)
        self.setGeometry(over.left() - 6, over.center().y() - height // 2, max(over.width() + 12, 110), height)
        self.show()
        self.raise_()
        self.setFocus()

    def accept(self) -> None:
        """The name was taken."""
        self.born = ""
        self.closed.emit(put_away(self))

    def refuse(self) -> None:
        """The name cannot be; the field stays open."""
        self._style("error")
        self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.accept()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.born and event.reason() != Qt.FocusReason.PopupFocusReason:
            self._enter()
            if self.born:
                self.accept()

    def _enter(self) -> None:
        if self.text() == self._before:
            self.accept()
        else:
            self.entered.emit(self.born, self.text())

    def _style(self, tone: str) -> None:
        theme = self.theme
        self.setStyleSheet(
            f"#rename {{ background: {theme.panel.name()}; color: {theme.text.name()};"
            f" border: 1px solid {getattr(theme, tone).name()}; border-radius: 6px; padding: 0 5px;"
            f" selection-background-color: {theme.accent.name()}; selection-color: {theme.on_accent.name()}; }}"
        )
