"""Carries what happens in a document over to Qt: the only place where plain callbacks become Qt signals."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from graph.document import Document
from graph.history import History
from graph.patch import Patch
from graph.reading import Reading

SETTLE_AFTER = 90
"""Milliseconds of quiet after which the rules about the graph as a whole run."""


class Bridge(QObject):
    """`patched` follows each transaction at once; `read` and `history_changed` come once per turn of the event loop.

    `read` carries the keys whose value or diagnostics changed, as a frozenset; `waiting` tells that the reading of a
    large drawing is under way from now on, or at its end.
    """

    patched = Signal(object)
    read = Signal(object)
    history_changed = Signal()
    waiting = Signal(bool)

    def __init__(self, document: Document, reading: Reading, history: History, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._reading, self._history = document, reading, history
        self._touched: set[str] = set()
        self._told = False
        self._waits = reading.under_way
        self._turn = self._timer(0, self._flush)
        self._settle = self._timer(SETTLE_AFTER, self._settle_down)
        document.changed.connect(self._patch)
        reading.changed.connect(self._read)
        history.changed.connect(self._step)
        self._settle.start()

    def release(self) -> None:
        """Stop following; the document may be dropped now."""
        self._document.changed.disconnect(self._patch)
        self._reading.changed.disconnect(self._read)
        self._history.changed.disconnect(self._step)
        self._turn.stop()
        self._settle.stop()

    def _timer(self, interval: int, then: object) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(interval)
        timer.timeout.connect(then)
        return timer

    def _patch(self, patch: Patch) -> None:
        self.patched.emit(patch)
        self._settle.start()

    def _read(self, keys: frozenset[str]) -> None:
        self._touched |= keys
        self._turn.start()

    def _step(self, _: None) -> None:
        self._told = True
        self._turn.start()

    def _settle_down(self) -> None:
        if not self._reading.under_way:
            self._reading.settle()

    def _flush(self) -> None:
        touched: frozenset[str] = frozenset()
        if self._reading.under_way != self._waits:
            self._waits = self._reading.under_way
            self.waiting.emit(self._waits)
        if not self._reading.under_way:  # else all of it is told at the end
            touched, self._touched = frozenset(self._touched), set()
        told, self._told = self._told, False
        if touched:
            self.read.emit(touched)
        if told:
            self.history_changed.emit()
