"""Where the frames and notes of a document are, kept true to its patches; what a frame holds as it is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

from designer.canvas.grid import Grid
from designer.canvas.scenery.texts import NoteText
from designer.theme import Theme
from graph import framing
from graph.document import Document
from graph.patch import Patch
from graph.records import Frame, Note

if TYPE_CHECKING:
    from designer.canvas.plan import Plan


class Places:
    """Rectangles of frames and notes by key. Gestures show them elsewhere with `put`, until `settle`."""

    def __init__(self, plan: Plan, theme: Theme) -> None:
        self._plan, self._theme = plan, theme
        self._texts: dict[str, NoteText] = {}
        self._moved: set[str] = set()
        self.grid = Grid()

    @property
    def document(self) -> Document:
        return self._plan.document

    def rebuild(self, theme: Theme) -> None:
        """Measure everything anew."""
        self._theme = theme
        self._texts.clear()
        self._moved.clear()
        self.grid.clear()
        for record in framing.scenery(self.document):
            self._enter(record)

    def apply(self, patch: Patch) -> set[str]:
        """Follow a patch; answers the keys of what looks different now, those that are gone included."""
        found = {key for key, pair in patch.items() if isinstance(pair[0] or pair[1], (Frame, Note))}
        for key in found:
            self._texts.pop(key, None)
            record = self.record(key)
            if record is None:
                self.grid.drop(key)
            else:
                self._enter(record)
        return found

    def _enter(self, record: Frame | Note) -> None:
        self.grid.put(record.key, self._home(record))

    def _home(self, record: Frame | Note) -> QRectF:
        """Where the document has it."""
        if isinstance(record, Frame):
            return QRectF(*record.rect)
        size = self.text(record.key).size.toTuple() if record.size is None else record.size
        return QRectF(*record.at, *size)

    # --- looking

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self.grid.rect(key) is not None

    def keys(self) -> list[str]:
        return [record.key for record in framing.scenery(self.document)]

    def __len__(self) -> int:
        return len(self.grid)

    def record(self, key: str) -> Frame | Note | None:
        """The frame or the note of a key, if it stands on this level."""
        found = self.document.records.get(key)
        return found if isinstance(found, (Frame, Note)) and self.document.holds(found) else None

    def frame(self, key: str) -> Frame | None:
        found = self.record(key)
        return found if isinstance(found, Frame) else None

    def note(self, key: str) -> Note | None:
        found = self.record(key)
        return found if isinstance(found, Note) else None

    def rect(self, key: str) -> QRectF:
        """What a frame or a note covers, as shown."""
        return QRectF(self.grid.rect(key) or QRectF())

    def text(self, key: str) -> NoteText:
        """The words of a note, laid out."""
        note = self.note(key)
        if key not in self._texts and note is not None:
            self._texts[key] = NoteText(note.text, note.size[0] if note.size else None, self._theme)
        return self._texts[key]

    def sizes(self) -> dict[str, tuple[float, float]]:
        """Widths and heights of notes and frames as drawn."""
        found = {record.key: self.rect(record.key) for record in framing.scenery(self.document)}
        return {key: (rect.width(), rect.height()) for key, rect in found.items()}

    def bounds(self, keys: Iterable[str] | None = None) -> QRectF:
        """The smallest rectangle around all, or some."""
        if keys is None:
            return self.grid.bounds()
        found = QRectF()
        for key in keys:
            found = found.united(self.rect(key))
        return found

    def held(self, key: str) -> list[str]:
        """What lies wholly within a frame: birth names of nodes, keys of notes and of smaller frames."""
        around, frame = self.rect(key), self.frame(key)
        if frame is None:
            return []
        plan = self._plan
        found = [born for born in sorted(plan.nodes.within(around)) if around.contains(plan.rect(born))]
        inner = [one for one in sorted(self.grid.within(around)) if one != key and around.contains(self.rect(one))]
        return found + [one for one in inner if self.depth(one) > self.depth(key)]

    def with_held(self, keys: Iterable[str]) -> list[str]:
        """These, and what the frames among them hold, each once."""
        found: dict[str, None] = {}
        for key in keys:
            found |= dict.fromkeys([key, *(self.held(key) if key in self else ())])
        return list(found)

    def depth(self, key: str) -> tuple[int, float, int]:
        """What stands above what: notes above frames, small frames above large ones."""
        record, rect = self.record(key), self.rect(key)
        return int(isinstance(record, Note)), -rect.width() * rect.height(), -(record.rank if record else 0)

    # --- showing elsewhere

    def put(self, rects: Mapping[str, QRectF]) -> None:
        """Show some elsewhere, or larger, while the document stays as it is."""
        for key, rect in rects.items():
            if key in self:
                self.grid.put(key, rect)
                self._moved.add(key)

    def shift(self, keys: Iterable[str], delta: QPointF) -> None:
        """Show some moved from where the document has them."""
        self.put({key: self._home(record).translated(delta) for key in keys if (record := self.record(key))})

    def settle(self) -> set[str]:
        """Put back what was shown elsewhere; answers what was."""
        moved, self._moved = self._moved, set()
        for key in moved:
            record = self.record(key)
            if record is not None:
                self._enter(record)
        return moved
