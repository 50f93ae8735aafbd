"""The records behind a drawing and its blocks: one dict, one transaction at a time, one index a level."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TypeAlias

from graph.index import Index
from graph.patch import Patch
from graph.records import Block, Record, Scenery, level_of
from graph.signal import Signal

Change: TypeAlias = tuple[Record | None, Record | None]


class Store:
    """Records by key. `changed` tells one patch for each transaction; `level(block)` is the index of what stands there.

    `edition` grows whenever a block changes, or anything in one that means something: what was derived is void then.
    `age` grows with any record that comes, changes or goes.
    """

    def __init__(self) -> None:
        self.records: dict[str, Record] = {}
        self.changed: Signal[Patch] = Signal()
        self.edition = 0
        self.age = 0
        self._levels: dict[str, Index] = {}
        self._open: dict[str, Change] | None = None
        self._log: list[tuple[str, Record | None]] = []

    def level(self, block: str) -> Index:
        """The index of the drawing (""), or of a block."""
        if block not in self._levels:
            self._levels[block] = Index(self.records)
        return self._levels[block]

    @property
    def is_flat(self) -> bool:
        """Whether nothing stands, or has ever stood, inside a block, so that there is one level alone."""
        return self._levels.keys() <= {""}

    def load(self, records: Mapping[str, Record]) -> None:
        """Put records where nobody listens yet, and where there are none."""
        self.records |= records
        levels: dict[str, dict[str, Record]] = {}
        for key, record in records.items():
            levels.setdefault(level_of(record), {})[key] = record
        for block, found in levels.items():
            self.level(block).load(found)
        self.edition += sum(map(_means_a_block, records.values()))

    @contextmanager
    def change(self) -> Iterator[dict[str, Change]]:
        """One transaction: joins the one that is open, is told as one patch, and leaves no trace if it fails."""
        if self._open is not None:
            with self._rewinding():
                yield self._open
            return
        patch: dict[str, Change] = {}
        self._open = patch
        try:
            with self._rewinding():
                yield patch
        finally:
            self._open = None
            self._log.clear()
        for key in [key for key, (before, after) in patch.items() if before == after]:
            del patch[key]
        if patch:
            self.changed.emit(patch)

    @contextmanager
    def trial(self) -> Iterator[Patch]:
        """What is done inside is taken back at the end; the patch it would have been is filled in then."""
        patch: dict[str, Change] = {}
        with self.change():
            mark = len(self._log)
            yield patch
            first = dict(reversed(self._log[mark:]))
            patch |= {key: (before, self.records.get(key)) for key, before in first.items()}
            self._rewind(mark)
        for key in [key for key, (before, after) in patch.items() if before == after]:
            del patch[key]

    def touch(self, key: str, after: Record | None) -> None:
        """Put a record in the place of the one under a key, or take that one away."""
        if self._open is None:
            with self.change():
                self.touch(key, after)
            return
        before = self.records.get(key)
        self._log.append((key, before))
        self._open[key] = (self._open[key][0] if key in self._open else before, after)
        self._set(key, after)

    @contextmanager
    def _rewinding(self) -> Iterator[None]:
        """What fails inside is taken back up to here, though the transaction around it may go on."""
        mark = len(self._log)
        try:
            yield
        except BaseException:
            self._rewind(mark)
            raise

    def _rewind(self, mark: int) -> None:
        while len(self._log) > mark:
            key, before = self._log.pop()
            self._set(key, before)
            if self._open is not None:
                self._open[key] = (self._open[key][0], before)

    def _set(self, key: str, after: Record | None) -> None:
        before = self.records.get(key)
        self.age += 1
        if after is None:
            self.records.pop(key, None)
        else:
            self.records[key] = after
        self._index(key, before, after)
        if _means_a_block(before) or _means_a_block(after):
            self.edition += 1

    def _index(self, key: str, before: Record | None, after: Record | None) -> None:
        left = None if before is None else level_of(before)
        entered = None if after is None else level_of(after)
        if left == entered and left is not None:
            self.level(left).set(key, before, after)
            return
        if left is not None:
            self.level(left).set(key, before, None)
        if entered is not None:
            self.level(entered).set(key, None, after)


def _means_a_block(record: Record | None) -> bool:
    """Whether what a block is depends on a record."""
    if record is None or isinstance(record, Block):
        return record is not None
    return level_of(record) != "" and not isinstance(record, Scenery)
