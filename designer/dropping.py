"""Takes files that are dragged over a window, says what they would do there, and does it when they are let go."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QLabel

from designer.dropped import Landing, Place, landing

if TYPE_CHECKING:
    from designer.window import Window

BESIDE = QPoint(16, 18)
WIDEST = 420


class Dropping(QObject):
    """Listens to one window. Kinds that come from the palette are the canvas's own affair."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._paths: list[Path] = []
        self._hint = QLabel(window)
        self._hint.setObjectName("hint")
        self._hint.setTextFormat(Qt.TextFormat.PlainText)
        self._hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._hint.hide()
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDragEnterEvent):
            urls = event.mimeData().urls()
            self._paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
        if isinstance(event, QDragLeaveEvent):
            self._rest()
        elif isinstance(event, QDropEvent) and self._paths:
            found = landing(self._window, self._paths, self._place(event))
            if isinstance(event, QDragMoveEvent):
                self._show(found, event.position().toPoint())
            else:
                self._let_go(found)
            event.setDropAction(Qt.DropAction.CopyAction)  # whatever was asked for, the files stay where they are
            event.accept()
            return True
        return False

    def _place(self, event: QDropEvent) -> Place:
        """Where the pointer is in the drawing; beside the canvas, the middle of what can be seen."""
        window = self._window
        instead = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        port = window.view.viewport()
        at = port.mapFrom(window, event.position().toPoint()) if port.isVisible() else QPoint(-1, -1)
        if not port.rect().contains(at):
            return Place(window.view.camera.pointed(None), None, instead)
        point = window.view.mapToScene(at)
        return Place(point, window.scene.plan.node_at(point), instead)

    def _show(self, found: Landing, at: QPoint) -> None:
        window, hint = self._window, self._hint
        hint.setProperty("tone", "error" if found.do is None else "")
        hint.style().polish(hint)
        hint.setText(found.words)
        hint.setWordWrap(False)
        long = hint.sizeHint().width() > WIDEST
        hint.setWordWrap(long)
        hint.setFixedWidth(WIDEST if long else hint.sizeHint().width())
        hint.adjustSize()
        corner = at + BESIDE
        hint.move(
            max(8, min(corner.x(), window.width() - hint.width() - 8)),
            max(8, min(corner.y(), window.height() - hint.height() - 8)),
        )
        hint.show()
        hint.raise_()
        window.scene.mark(targets=[found.target] if found.target else [])

    def _let_go(self, found: Landing) -> None:
        self._rest()
        self._window.activateWindow()
        if found.do is not None:
            QTimer.singleShot(0, self._window, found.do)  # whoever drags waits until the drop has been taken
        else:
            self._window.tabs.show_canvas()
            self._window.say(found.words)

    def _rest(self) -> None:
        self._paths = []
        self._hint.hide()
        self._window.scene.mark(targets=[])
