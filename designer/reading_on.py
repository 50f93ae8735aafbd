"""Reads a large drawing after it can be seen: a little at a time, so that the window answers meanwhile."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from designer import starting
from graph.document import Document
from graph.reading import Reading

LARGE = 1500
"""Records from which on a drawing is read after it is shown. What is smaller is read before anybody could see that."""

FIRST = 20
"""Milliseconds, once an edit is over, until the first part is read: what was edited is painted before."""

SLICE = 0.012
"""Seconds for which is read in one go."""


def is_large(document: Document) -> bool:
    """Whether a drawing is to be read after it is shown."""
    return len(document.records) > LARGE


class ReadingOn(QObject):
    """Goes on with a reading whenever nothing else happens, until it is at its end."""

    def __init__(self, reading: Reading, parent: QObject) -> None:
        super().__init__(parent)
        self._reading = reading
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._go_on)
        self._returned = QTimer(self, singleShot=True, interval=0)
        self._returned.timeout.connect(self._begin)
        reading.patient = True
        reading.changed.connect(self._wake)
        self._wake()

    def _wake(self, _: object = None) -> None:
        if self._reading.under_way and not self._timer.isActive():
            self._returned.start()

    def _begin(self) -> None:
        if not self._timer.isActive():
            self._timer.start(FIRST)

    def release(self) -> None:
        """Go on no more; the drawing is closed."""
        self._reading.changed.disconnect(self._wake)
        self._returned.stop()
        self._timer.stop()

    def _go_on(self) -> None:
        self._reading.go_on(SLICE)
        if self._reading.under_way:
            self._timer.start(1)
        else:
            starting.keep()
