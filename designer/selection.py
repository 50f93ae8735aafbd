"""What is selected: keys of nodes, wires, frames and notes, shared by the canvas and every panel."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from graph.document import Document
from graph.patch import Patch
from graph.records import Frame, Node, Note, Record, Wire


class Selection(QObject):
    """A set of keys that stand on one level; what is deleted leaves it. `changed` tells when it differs."""

    changed = Signal()

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._keys: dict[str, None] = {}
        self._sorted: tuple[list[str], list[str], list[str]] = [], [], []
        self._sorted_at = -1
        document.changed.connect(self._follow)

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(self._keys)

    @property
    def births(self) -> list[str]:
        """Birth names of the selected nodes, in the order in which they were selected."""
        return list(self._parts()[0])

    @property
    def wires(self) -> list[str]:
        """Keys of the selected wires, in the order in which they were selected."""
        return list(self._parts()[1])

    @property
    def scenery(self) -> list[str]:
        """Keys of the selected frames and notes, in the order in which they were selected."""
        return list(self._parts()[2])

    @property
    def pieces(self) -> list[str]:
        """What can be moved and copied: selected nodes, frames and notes."""
        return [*self.births, *self.scenery]

    @property
    def single(self) -> str | None:
        """The birth name of the one selected node, if exactly one is."""
        births = self.births
        return births[0] if len(births) == 1 else None

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def set(self, keys: Iterable[str]) -> None:
        """Select these and nothing else."""
        wanted = {key: None for key in keys if self._document.holds(self._record(key))}
        if wanted.keys() != self._keys.keys():
            self._keys, self._sorted_at = wanted, -1
            self.changed.emit()

    def add(self, keys: Iterable[str]) -> None:
        self.set([*self._keys, *keys])

    def toggle(self, key: str) -> None:
        self.set([known for known in self._keys if known != key] if key in self._keys else [*self._keys, key])

    def clear(self) -> None:
        self.set(())

    def release(self) -> None:
        """Stop following the document."""
        self._document.changed.disconnect(self._follow)

    def _parts(self) -> tuple[list[str], list[str], list[str]]:
        """The nodes, the wires, and the frames and notes; sorted once for all who ask before anything changes."""
        if self._sorted_at != self._document.age:
            nodes, wires, scenery = self._sorted = [], [], []
            for key in self._keys:
                record = self._record(key)
                if isinstance(record, Node) and self._document.holds(record):
                    nodes.append(key)
                elif isinstance(record, Wire):
                    wires.append(key)
                elif isinstance(record, (Frame, Note)):
                    scenery.append(key)
            self._sorted_at = self._document.age
        return self._sorted

    def _record(self, key: str) -> Record | None:
        return self._document.records.get(key)

    def _follow(self, patch: Patch) -> None:
        if any(after is None and key in self._keys for key, (_, after) in self._document.here(patch).items()):
            self.set(list(self._keys))
