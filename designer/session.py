"""One open drawing with all that follows it: history, reading, selection, journal. Views are given parts of it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from designer.bridge import Bridge
from designer.selection import Selection
from graph import project
from graph.catalogue import Catalogue
from graph.document import Document
from graph.history import History
from graph.journal import Journal
from graph.reading import Reading


class Session(QObject):
    """What one window works on. `renamed` tells that it stands in another file now."""

    renamed = Signal()

    def __init__(
        self,
        document: Document,
        journals: Path,
        *,
        path: Path | None = None,
        base: str | None = None,
        dirty: bool = False,
        name: str = "Untitled",
    ) -> None:
        super().__init__()
        self.document = document
        self.path = path
        self._name = name
        self._recovered = dirty
        self.trial: dict[tuple[str, str, int | None], float] = {}
        """Numbers typed to compute neurons by hand; they are not part of the drawing."""
        self.unfolded: set[str] = set()
        """The groups of settings that are open in the inspector."""
        self.history = History(document)
        self.reading = Reading(document, path.absolute().parent if path else None)
        self.selection = Selection(document, self)
        self.bridge = Bridge(document, self.reading, self.history, self)
        self.journal = Journal(document, journals, path=path, base=base, dirty=dirty)

    @property
    def name(self) -> str:
        """What the title bar calls it."""
        return self.path.stem if self.path else self._name

    @property
    def base(self) -> Path | None:
        """The folder that relative paths in the drawing start from."""
        return self.path.absolute().parent if self.path else None

    @property
    def modified(self) -> bool:
        """Whether it differs from what its file holds."""
        return self._recovered or self.history.modified

    @property
    def blank(self) -> bool:
        """Whether nothing would be lost if another drawing took its place."""
        return self.path is None and not self.modified and not self.document.nodes()

    def save(self, path: Path) -> None:
        """Write it to a file, which is its own from then on; an OSError leaves everything as it was."""
        project.save(self.document, path)
        self.path = path
        self._recovered = False
        self.reading.set_base(self.base)
        self.journal.saved(path)
        self.history.mark_saved()
        self.renamed.emit()

    def close(self) -> None:
        """The user is done with it; nothing of it is to be recovered."""
        self.bridge.release()
        self.selection.release()
        self.journal.close()


def opened(path: Path, catalogue: Catalogue, journals: Path) -> Session:
    """The drawing of a file; a ProjectError says why one cannot be read."""
    return Session(project.read(path, catalogue), journals, path=path)


def begun(text: str, catalogue: Catalogue, journals: Path, name: str) -> Session:
    """A new drawing without a file, from the text of a template."""
    return Session(project.parse(text, catalogue), journals, dirty=False, name=name)


def empty(catalogue: Catalogue, journals: Path) -> Session:
    """A new drawing with nothing on it."""
    return Session(Document(catalogue), journals)
