"""What stands in the middle of a window: what is said above the canvas, the way to where one is, the canvas."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QTransform
from PySide6.QtWidgets import QVBoxLayout, QWidget

from designer.canvas.scene import Scene
from designer.canvas.view import View
from designer.level import Level
from designer.manner import Manner
from designer.panels.banner import Banner
from designer.panels.crumbs import Crumbs
from designer.theme import Theme


class Page(QWidget):
    """Makes a canvas for each level that is looked at, and shows it where it was left the last time."""

    def __init__(self, theme: Theme, manner: Manner) -> None:
        super().__init__()
        self._theme, self._manner = theme, manner
        self.banner, self.crumbs = Banner(theme), Crumbs(theme)
        self.view: View | None = None
        self._path: tuple[str, ...] = ()
        self._seen: dict[tuple[str, ...], tuple[QTransform, QPointF]] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.banner)
        self._column.addWidget(self.crumbs)

    def show_level(self, level: Level) -> View:
        """Put a canvas for a level in the place of the one that is there."""
        self.close_scene()
        scene = Scene(level.document, level.reading, level.history, level.selection, self._theme, manner=self._manner)
        self.view = View(scene)
        self._path = level.path
        self._column.addWidget(self.view, 1)
        self._column.activate()  # where it was left is found again only at the size that it had
        if level.path in self._seen:
            self.view.fitted = True
            self.view.camera.restore(*self._seen[level.path])
        return self.view

    def close_scene(self) -> None:
        """Let the canvas go, before the level it belongs to."""
        view, self.view = self.view, None
        if view is not None:
            self._seen[self._path] = view.camera.place
            view.voices.forget()
            view.drawing.close()
            self._column.removeWidget(view)
            view.hide()
            view.deleteLater()
            view.drawing.deleteLater()
