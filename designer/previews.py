"""Small pictures of drawings that are not open: of templates, and of work that a crash left behind."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from designer.theme import Theme
from graph import project
from graph.catalogue import Catalogue
from graph.document import Document

MOST_NODES = 2000
"""A drawing of more nodes is a grey cloud when it is small, and takes long to draw."""


class Previews:
    """Draws in the colours of the present theme."""

    def __init__(self, catalogue: Catalogue, theme: Theme) -> None:
        self._catalogue, self._theme = catalogue, theme

    def of_text(self, text: str, size: QSize, ratio: float) -> QImage | None:
        """The drawing of a project's text; None if there is nothing to see."""
        try:
            return self.of(project.parse(text, self._catalogue), size, ratio)
        except project.ProjectError:
            return None

    def of(self, document: Document, size: QSize, ratio: float) -> QImage | None:
        """The drawing of a document; None if there is nothing to see."""
        from designer import pictures

        if not 0 < len(document.nodes()) <= MOST_NODES:
            return None
        return pictures.thumbnail(document, size, theme=self._theme, ratio=ratio)
