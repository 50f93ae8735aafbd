"""What floats over the canvas: a frame in the look of the theme, kept inside the canvas."""

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from designer.theme import Theme, mixed

GAP = 8


def put_away(widget: QWidget) -> bool:
    """Hide a widget; answers whether the keyboard was in it, or nowhere, and is to go back to where it came from."""
    focus = QApplication.focusWidget()
    had = focus is None or focus is widget or widget.isAncestorOf(focus)
    widget.hide()
    return had


class Floating(QFrame):
    """A panel over the canvas. `tone` names the token of its border."""

    def __init__(self, parent: QWidget, theme: Theme, name: str) -> None:
        super().__init__(parent)
        self._port = parent
        self.theme = theme
        self.setObjectName(name)
        self.tone = "line"
        self.hide()
        theme.changed.connect(self.restyle)
        self.restyle()

    def restyle(self) -> None:
        """Take the colours of the theme."""
        theme, name = self.theme, self.objectName()
        border = getattr(theme, self.tone).name()
        self.setStyleSheet(
            f"#{name} {{ background: {theme.raised.name()}; border: 1px solid {border}; border-radius: 10px; }}"
            f"#{name} QLabel {{ background: transparent; color: {theme.text.name()}; }}"
            f"#{name} QLabel[quiet=true] {{ color: {theme.muted.name()}; }}"
            f"#{name} QLineEdit {{ background: {theme.panel.name()}; color: {theme.text.name()};"
            f" border: 1px solid {theme.line.name()}; border-radius: 7px; padding: 5px 8px; }}"
            f"#{name} QLineEdit:focus {{ border-color: {theme.accent.name()}; }}"
            f"#{name} QListWidget {{ background: transparent; border: none; color: {theme.text.name()}; outline: 0; }}"
            f"#{name} QListWidget::item {{ padding: 4px 6px; border-radius: 6px; }}"
            f"#{name} QListWidget::item:selected {{ background: {mixed(theme.accent, theme.raised, 0.22).name()};"
            f" color: {theme.text.name()}; }}"
            f"#{name} QScrollBar:vertical {{ background: transparent; width: 8px; margin: 0; }}"
            f"#{name} QScrollBar::handle:vertical {{ background: {theme.line.name()}; border-radius: 4px;"
            f" min-height: 24px; }}"
            f"#{name} QScrollBar::add-line, #{name} QScrollBar::sub-line {{ height: 0; }}"
            f"#{name} QScrollBar::add-page, #{name} QScrollBar::sub-page {{ background: transparent; }}"
            f"#{name} QPushButton {{ background: {theme.accent.name()}; color: {theme.on_accent.name()};"
            f" border: none; border-radius: 7px; padding: 5px 12px; font-weight: 600; }}"
            f"#{name} QPushButton:hover {{ background: {theme.accent.lighter(112).name()}; }}"
            f"#{name} QPushButton:focus {{ border: 2px solid {theme.text.name()}; padding: 3px 10px; }}"
        )

    def place(self, corner: QPoint) -> None:
        """Show it with its upper left corner here, or as near as there is room."""
        self.adjustSize()
        port = self._port.rect()
        x = min(max(corner.x(), GAP), max(port.width() - self.width() - GAP, GAP))
        y = min(max(corner.y(), GAP), max(port.height() - self.height() - GAP, GAP))
        self.move(x, y)
        self.show()
        self.raise_()

    def place_by(self, around: QRect) -> None:
        """Show it below a rectangle, or above where there is no room below."""
        self.adjustSize()
        below = around.bottom() + GAP + 2
        fits = below + self.height() + GAP <= self._port.height()
        y = below if fits else around.top() - GAP - 2 - self.height()
        self.place(QPoint(around.center().x() - self.width() // 2, y))
