"""One level of an open drawing, as its canvas and panels are given it: the drawing itself, or the inside of a block."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from designer.bridge import Bridge
from designer.selection import Selection
from graph.document import Document
from graph.inside import Inside
from graph.reading import Reading

if TYPE_CHECKING:
    from designer.session import Session


class Level(QObject):
    """`document` is what can be edited there, `reading` what it means there; `path` holds the placements on the way."""

    def __init__(self, session: Session, document: Document, reading: Reading, inside: Inside | None = None) -> None:
        super().__init__(session)
        self._session, self.inside = session, inside
        self.document, self.reading, self.history = document, reading, session.history
        self.path: tuple[str, ...] = inside.path if inside else ()
        self.selection = Selection(document, self)
        self.bridge = Bridge(document, reading, session.history, self)
        self.trial, self.unfolded = session.trial, session.unfolded

    @property
    def name(self) -> str:
        """What stands above its figures: the name of the drawing, or of the block."""
        block = self.document.the_block(self.document.block)
        return block.id if block else self._session.name

    @property
    def base(self) -> Path | None:
        """The folder that relative paths in the drawing start from."""
        return self._session.base

    def crumbs(self) -> list[tuple[str, str]]:
        """What the placements on the way are called, and the names of their blocks."""
        return self.inside.names() if self.inside else []

    def release(self) -> None:
        """Stop following; the views of it are gone."""
        self.bridge.release()
        self.selection.release()
        if self.inside is not None:
            self.inside.close()
