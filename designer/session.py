"""One open drawing with all that follows it: history, reading, selection, journal. Views are given parts of it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from designer import starting
from designer.bridge import Bridge
from designer.level import Level
from designer.reading_on import ReadingOn, is_large
from designer.selection import Selection
from graph import project
from graph.catalogue import Catalogue
from graph.document import Document
from graph.history import History
from graph.inside import Inside, deepest, way_into
from graph.journal import Journal
from graph.patch import Patch
from graph.reading import Reading
from graph.records import Block, Placed, Record


class Session(QObject):
    """What one tab works on. `renamed` tells that it stands in another file now.

    `document` and `reading` are the whole drawing; `level` is what is looked at of it, `entered` tells another one.
    """

    renamed = Signal()
    entered = Signal()

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
        self.reading = Reading(document, path.absolute().parent if path else None, later=is_large(document))
        self._reading_on = ReadingOn(self.reading, self)
        self.top = Level(self, document, self.reading)
        self.level = self.top
        self.journal = Journal(document, journals, path=path, base=base, dirty=dirty)

    @property
    def selection(self) -> Selection:
        """What is selected on the level that is looked at."""
        return self.level.selection

    @property
    def bridge(self) -> Bridge:
        """Tells of the whole drawing."""
        return self.top.bridge

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
        return self.path is None and not self.modified and not self.document.size

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
        for level in {self.level, self.top}:
            level.release()
        self._reading_on.release()
        self.journal.close()
        starting.release()

    # --- levels

    def enter(self, path: tuple[str, ...]) -> None:
        """Look into the placement that a path of births leads to, as far as it leads; an empty one is the drawing."""
        self.reading.finish()
        inside = deepest(self.document, self.reading, path)
        left = self.level
        self.level = Level(self, inside.document, inside.reading, inside) if inside else self.top
        if inside is not None:
            inside.lost.connect(lambda _: QTimer.singleShot(0, self, lambda: self._stay(inside)))
        self.entered.emit()
        if left is not self.top:
            left.release()
            left.deleteLater()

    def leave(self, count: int = 1) -> None:
        """Look at what is around, so many levels up; the block that one comes from is selected there."""
        path = self.level.path
        if path:
            above = path[: max(len(path) - count, 0)]
            self.enter(above)
            self.level.selection.set([path[len(above)]])

    def enter_block(self, block: str) -> None:
        """Look into a block wherever it is placed, the nearest placement first."""
        way = () if not block else way_into(self.level.document, block)
        path = way_into(self.document, block) if way is None else (*self.level.path, *way) if block else ()
        if path is not None:
            self.enter(path)

    def enter_level_of(self, born: str) -> None:
        """Look at the level on which something stands."""
        record = self.document.records.get(born)
        if isinstance(record, Placed) and record.block != self.level.document.block:
            self.enter_block(record.block)

    def undo(self) -> None:
        """Take the last step back, where it can be seen."""
        self._bring(self.history.to_undo)
        self.history.undo()

    def redo(self) -> None:
        """Do the next step again, where it can be seen."""
        self._bring(self.history.to_redo)
        self.history.redo()

    def jump(self, position: int) -> None:
        """Undo or redo until so many steps are done, where that can be seen."""
        self._bring(self.history.way(position))
        self.history.jump(position)

    def _bring(self, patch: Patch) -> None:
        """Look at a level that a change touches, unless this one is."""
        touched = (block for pair in patch.values() for record in pair for block in _levels(record))
        elsewhere: dict[str, None] = {}
        for block in touched:
            if block == self.level.document.block:
                return
            elsewhere[block] = None
        there = (block for block in elsewhere if not block or self.document.the_block(block))
        for block in list(there)[:1]:
            self.enter_block(block)

    def _stay(self, inside: Inside) -> None:
        """The way to what is looked at is gone: look as far as it leads now."""
        if self.level.inside is inside:
            self.enter(inside.path)


def _levels(record: Record | None) -> list[str]:
    """The level on which a record is seen."""
    if isinstance(record, Placed):
        return [record.block]
    return [record.born] if isinstance(record, Block) else []


@starting.hurried()
def opened(path: Path, catalogue: Catalogue, journals: Path) -> Session:
    """The drawing of a file; a ProjectError says why one cannot be read."""
    document, text = project.read_with_text(path, catalogue)
    return Session(document, journals, path=path, base=text)


@starting.hurried()
def begun(text: str, catalogue: Catalogue, journals: Path, name: str) -> Session:
    """A new drawing without a file, from the text of a template."""
    return Session(project.parse(text, catalogue), journals, base=text, name=name)


def empty(catalogue: Catalogue, journals: Path, name: str = "Untitled") -> Session:
    """A new drawing with nothing on it."""
    return Session(Document(catalogue), journals, name=name)
