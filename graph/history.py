"""Undo and redo: a tape of patches, one entry a gesture of the user."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from graph.document import Document
from graph.patch import Patch, compose, inverse
from graph.signal import Signal

MERGE_WITHIN = 2.0
"""Seconds in which steps with the same merge key become one (typing into a field, turning a wheel)."""


@dataclass(frozen=True, slots=True)
class Entry:
    label: str
    patch: Patch
    merge: str | None
    time: float


class History:
    """The tape behind one document. Every change that is to be undoable happens inside `step`."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.changed: Signal[None] = Signal()
        self._tape: list[Entry] = []
        self._position = 0
        self._saved: int | None = 0
        self._depth = 0

    @contextmanager
    def step(self, label: str, merge: str | None = None, within: float = MERGE_WITHIN) -> Iterator[None]:
        """One undoable step; steps inside it join it. A step that fails, or changes nothing, leaves no entry.

        One with the `merge` key of the step before becomes one with it, if that was done `within` so many seconds.
        """
        self._depth += 1
        try:
            with self.document.change() as patch:
                yield
        finally:
            self._depth -= 1
        if patch and not self._depth:
            self._record(Entry(label, dict(patch), merge, time.monotonic()), within)

    def undo(self) -> str | None:
        """Take the last step back; answers its label."""
        if not self.can_undo:
            return None
        entry = self._tape[self._position - 1]
        self._go(self._position - 1, inverse(entry.patch))
        return entry.label

    def redo(self) -> str | None:
        """Do the next step again; answers its label."""
        if not self.can_redo:
            return None
        entry = self._tape[self._position]
        self._go(self._position + 1, entry.patch)
        return entry.label

    def jump(self, position: int) -> None:
        """Undo or redo until `position` steps are done, as one change of the document."""
        position = min(max(position, 0), len(self._tape))
        if position != self._position:
            self._go(position, self.way(position))

    def way(self, position: int) -> Patch:
        """What a jump to a position would change."""
        low, high = sorted((position, self._position))
        change = compose(*(entry.patch for entry in self._tape[low:high]))
        return change if position > self._position else inverse(change)

    @property
    def can_undo(self) -> bool:
        return self._position > 0

    @property
    def can_redo(self) -> bool:
        return self._position < len(self._tape)

    @property
    def to_undo(self) -> Patch:
        """What the last step changed; empty where there is none."""
        return self._tape[self._position - 1].patch if self.can_undo else {}

    @property
    def to_redo(self) -> Patch:
        """What the next step changes; empty where there is none."""
        return self._tape[self._position].patch if self.can_redo else {}

    @property
    def position(self) -> int:
        """How many steps of `entries` are done."""
        return self._position

    @property
    def entries(self) -> list[str]:
        """The labels of all steps, done and undone."""
        return [entry.label for entry in self._tape]

    @property
    def saved(self) -> int | None:
        """The position at which the document was saved last; None where no undoing leads back there."""
        return self._saved

    @property
    def modified(self) -> bool:
        """Whether the document differs from what was saved last."""
        if self._saved is None:
            return True
        return bool(self.way(self._saved))

    def mark_saved(self) -> None:
        self._saved = self._position
        self.changed.emit(None)

    def _go(self, position: int, patch: Patch) -> None:
        """Move along the tape before listeners hear of it; stay where a patch does not fit."""
        before, self._position = self._position, position
        try:
            self.document.apply(patch)
        except ValueError:
            self._position = before
            raise
        self.changed.emit(None)

    def _record(self, entry: Entry, within: float) -> None:
        del self._tape[self._position :]
        if self._saved is not None and self._saved > self._position:
            self._saved = None
        if self._merges(entry, within):
            entry = Entry(entry.label, compose(self._tape.pop().patch, entry.patch), entry.merge, entry.time)
        if entry.patch:
            self._tape.append(entry)
        self._position = len(self._tape)
        self.changed.emit(None)

    def _merges(self, entry: Entry, within: float) -> bool:
        if not self._tape or entry.merge is None or self._saved == self._position:
            return False
        last = self._tape[-1]
        return last.merge == entry.merge and entry.time - last.time < within
