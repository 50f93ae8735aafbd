"""What lies along the wires of the selected node, found in slices: a drawing may hold a hundred thousand nodes."""

from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer, Signal

from designer.selection import Selection
from graph import queries
from graph.document import Document

PORTION = 1500
"""Nodes that are found in one go."""


class Shine(QObject):
    """`near` is what is up- and downstream of the one node that is selected, `lit` that and the node itself.

    `changed` tells the births that joined or left.
    """

    changed = Signal(object)

    def __init__(self, document: Document, selection: Selection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._selection = document, selection
        self.near: set[str] = set()
        self.lit: set[str] = set()
        self._rest: Iterator[set[str]] = iter(())
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._go_on)

    def begin(self) -> set[str]:
        """Begin anew, and find a first portion; answers what joined or left."""
        before = self.lit
        self.near, self.lit = set(), set()
        born = self._selection.single
        self._rest = iter(()) if born is None else queries.reaching(self._document, born, PORTION)
        self._timer.stop()
        self._take(born)
        return before ^ self.lit

    def forget(self, gone: set[str]) -> None:
        """Some nodes are gone."""
        self.near -= gone
        self.lit -= gone

    def _take(self, born: str | None) -> set[str]:
        found = next(self._rest, None)
        if not found:
            return set()
        self.near |= found
        self.lit |= found if born is None else found | {born}
        self._timer.start()
        return found

    def _go_on(self) -> None:
        found = self._take(None)
        if found:
            self.changed.emit(found)
