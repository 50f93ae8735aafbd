"""A file on disk: typed, or chosen in a dialog; kept relative to the drawing's folder where it lies below it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QToolButton, QWidget

from designer import icons
from designer.fields.text import TextField
from designer.theme import Theme
from graph.param import Param


class PathField(TextField):
    """A line with a button that looks for the file."""

    def __init__(self, declared: Param, theme: Theme, base: Path | None, parent: QWidget | None = None) -> None:
        super().__init__(declared, theme, parent)
        self._base = base
        button = QToolButton()
        button.setIcon(icons.icon("folder", theme.muted))
        button.setToolTip("Choose a file")
        button.clicked.connect(self._choose)
        self.box.addWidget(button)

    def _choose(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, "Choose a file", str(self._base or Path.home()))
        if chosen:
            self.commit(relative(Path(chosen), self._base))


def relative(path: Path, base: Path | None) -> str:
    """The path from the drawing's folder, with forward slashes, if it lies in or below it; else the whole path."""
    if base is not None and path.is_relative_to(base):
        return path.relative_to(base).as_posix()
    return path.as_posix()
