"""A ring around the widget that has the keyboard, while the keyboard is what one uses."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QWindow
from PySide6.QtWidgets import QApplication, QGraphicsView, QWidget
from shiboken6 import isValid

from designer.theme import Theme

OUT = 3
"""Pixels between a widget's edge and the outer edge of its ring."""
STEPS = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_F6)
"""The keys that lead from widget to widget; a canvas that is reached in another way needs no ring."""
MOVES = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide)


class Ring(QWidget):
    """Lies over its window, and lets everything through."""

    def __init__(self, window: QWidget, theme: Theme) -> None:
        super().__init__(window)
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.accent, 2))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 7, 7)


class Focus(QObject):
    """Follows the keyboard through all windows of the program; there is one of it."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self.theme = Theme()
        self._ring: Ring | None = None
        self._watched: list[QWidget] = []
        self._heard: set[QWindow] = set()
        self._keyed = self._stepped = False
        application.focusChanged.connect(self._move)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, QWindow):
            self._hear(watched, event)
        elif event.type() in MOVES:
            self._lay()
        return False

    def _hear(self, window: QWindow, event: QEvent) -> None:
        """A key that is pressed turns rings on, the mouse turns them off."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            plain = not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
            self._keyed, self._stepped = True, plain and event.key() in STEPS
        elif event.type() == QEvent.Type.MouseButtonPress:
            self._keyed = self._stepped = False
            self._drop()

    def _move(self, _: QWidget | None, now: QWidget | None) -> None:
        self._drop()
        if now is None:
            return
        top = now.window()
        handle = top.windowHandle()
        if handle is not None and handle not in self._heard:
            self._heard.add(handle)
            handle.installEventFilter(self)
            handle.destroyed.connect(lambda _=None, gone=handle: self._heard.discard(gone))
        if not self._keyed or (isinstance(now, QGraphicsView) and not self._stepped):
            return
        self._ring = Ring(top, self.theme)
        while now is not None:
            now.installEventFilter(self)
            self._watched.append(now)
            now = None if now is top else now.parentWidget()
        self._lay()

    def _lay(self) -> None:
        """Put the ring around what can be seen of the widget."""
        ring = self._ring
        if ring is None or not isValid(ring) or not isValid(self._watched[0]):
            return
        widget, top = self._watched[0], self._watched[-1]
        seen = part_in_sight(widget)
        around = seen.adjusted(-OUT, -OUT, OUT, OUT) & top.rect()
        ring.setVisible(widget.isVisible() and not seen.isEmpty())
        if around != ring.geometry():
            ring.setGeometry(around)
        ring.raise_()

    def _drop(self) -> None:
        ring, watched = self._ring, self._watched
        self._ring, self._watched = None, []
        for widget in watched:
            if isValid(widget):
                widget.removeEventFilter(self)
        if ring is not None and isValid(ring):  # a window that went took its ring along
            ring.hide()
            ring.deleteLater()


def part_in_sight(widget: QWidget) -> QRect:
    """What its window shows of a widget, which may be scrolled partly away, in the window's own pixels."""
    top, part = widget.window(), widget.rect()
    while widget is not top and (above := widget.parentWidget()) is not None:
        part = QRect(widget.mapToParent(part.topLeft()), part.size()) & above.rect()
        widget = above
    return part


def follow_focus(application: QApplication, theme: Theme) -> None:
    """Show where the keyboard is, in the colours of a theme."""
    known = application.findChild(Focus) or Focus(application)
    assert isinstance(known, Focus)
    known.theme = theme
