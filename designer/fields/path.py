"""A file or a folder: typed, or chosen in a dialog; kept relative to the drawing's folder where it lies below it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QToolButton, QWidget

from designer import icons
from designer.fields.text import TextField
from designer.theme import Theme
from graph.param import Param


class PathField(TextField):
    """A line with a button that looks for the file, or for the folder."""

    def __init__(self, declared: Param, theme: Theme, base: Path | None, parent: QWidget | None = None) -> None:
        super().__init__(declared, theme, parent)
        self._base = base
        self._folder = declared.type == "folder"
        self._wish = "Choose a folder" if self._folder else "Choose a file"
        button = QToolButton()
        button.setIcon(icons.icon("folder", theme.muted))
        button.setToolTip(self._wish)
        button.clicked.connect(self._choose)
        self.box.addWidget(button)

    def _choose(self) -> None:
        start = str(self._base or Path.home())
        if self._folder:
            chosen = QFileDialog.getExistingDirectory(self, self._wish, start)
        else:
            chosen, _ = QFileDialog.getOpenFileName(self, self._wish, start)
        if chosen:
            self.commit(relative(Path(chosen), self._base))


def relative(path: Path, base: Path | None) -> str:
    """The path from the drawing's folder, with forward slashes, if it lies in or below it; else the whole path."""
    if base is not None and path.is_relative_to(base):
        return path.relative_to(base).as_posix()
    return path.as_posix()
