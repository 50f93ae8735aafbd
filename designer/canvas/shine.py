"""What lies along the wires of what is selected, found in slices: a drawing may hold a hundred thousand nodes."""

from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer, Signal

from designer.manner import Manner
from designer.selection import Selection
from graph import queries
from graph.document import Document
from graph.records import Wire

PORTION = 1500
"""Nodes that are found in one go."""


MOST = 2000
"""Of more nodes than this the ways are not lit where all is seen from afar."""


class Shine(QObject):
    """The ways from all inputs to the selected nodes (`up`), and on to all losses (`down`), if the user wants them lit.

    `changed` tells the births that joined.
    """

    changed = Signal(object)

    def __init__(self, document: Document, selection: Selection, manner: Manner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._selection, self._manner = document, selection, manner
        self.up: set[str] = set()
        self.down: set[str] = set()
        self._chosen: set[str] = set()
        self._keys: list[str] | None = None
        self._rest: Iterator[tuple[set[str], set[str]]] = iter(())
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._go_on)

    def begin(self) -> set[str]:
        """Begin anew, and find a first portion; answers what joined, left, or stands otherwise to what is selected."""
        before = self.up, self.down, self._chosen
        self._chosen = set(self._selection.births) if self._manner.on("emphasis") else set()
        self.up, self.down, self._keys = set(), set(), None
        self._rest = queries.reaching(self._document, self._selection.births if self._chosen else (), PORTION)
        self._timer.stop()
        self._take()
        return (before[0] ^ self.up) | (before[1] ^ self.down) | (before[2] ^ self._chosen)

    def holds(self, born: str) -> bool:
        """Whether a node lies along the ways."""
        return born in self.up or born in self.down

    def on_way(self, wire: Wire) -> bool:
        """Whether a wire is part of a way; one that leads past what is selected is not."""
        source, target = wire.source, wire.target
        if source in self._chosen:
            return target in self._chosen or target in self.down
        if source in self.up and (target in self.up or target in self._chosen):
            return True
        return source in self.down and target in self.down

    def keys(self) -> list[str]:
        """The nodes and wires of all ways; none where they are too many to be told apart from afar."""
        if self._keys is None:
            births = self.up | self.down
            few = births if len(births) <= MOST else set[str]()
            ends = {key for born in few for key in self._document.ends(born)}
            self._keys = [*few, *(key for key in ends if self.on_way(self._document.wire(key)))]
        return self._keys

    def forget(self, gone: set[str]) -> None:
        """Some nodes are gone."""
        self._keys = None
        self.up -= gone
        self.down -= gone
        self._chosen -= gone

    def _take(self) -> set[str]:
        found = next(self._rest, None)
        if found is None:
            return set()
        self._keys = None
        self.up |= found[0]
        self.down |= found[1]
        self._timer.start()
        return found[0] | found[1]

    def _go_on(self) -> None:
        found = self._take()
        if found:
            self.changed.emit(found)
