"""The worst finding at each node, for outlines and badges; follows a reading, once per turn of the event loop."""

from PySide6.QtCore import QObject, QTimer, Signal

from graph.document import Document
from graph.reading import Reading
from graph.records import Wire

SHOWN = ("error", "warning")


class Findings(QObject):
    """`levels` by birth name; `changed` tells the keys that the reading has read again."""

    changed = Signal(object)

    def __init__(self, document: Document, reading: Reading, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document, self.reading = document, reading
        self.levels: dict[str, str] = {}
        self.moved: set[str] = set()
        """The nodes whose level is another since the last time that was told."""
        self._waiting: set[str] = set()
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self.flush)
        reading.changed.connect(self._wait)
        if not reading.under_way:  # else it tells what it finds
            self._wait(frozenset(node.born for node in document.nodes()))

    def close(self) -> None:
        self.reading.changed.disconnect(self._wait)
        self._timer.stop()

    def flush(self) -> None:
        """Look up now what waits to be looked up."""
        self._timer.stop()
        if not self.reading.under_way:
            self.reading.settle()
        told, self._waiting = frozenset(self._waiting), set()
        self.moved.clear()
        for born in told:
            level = self._worst(born)
            if level != self.levels.get(born, ""):
                self.moved.add(born)
            if level:
                self.levels[born] = level
            else:
                self.levels.pop(born, None)
        self.changed.emit(told)

    def on_wire(self, wire: Wire) -> str:
        """`error` if what a wire carries is what is wrong at the node it enters."""
        if self.levels.get(wire.target) != "error":
            return ""
        for found in self.reading.diagnostics(wire.target):
            about = found.wire == wire.key if found.wire else found.port == wire.target_port
            if found.level == "error" and about:
                return "error"
        return ""

    def _worst(self, born: str) -> str:
        if not self.document.has_node(born):
            return ""
        return next((found.level for found in self.reading.diagnostics(born) if found.level in SHOWN), "")

    def _wait(self, keys: frozenset[str]) -> None:
        self._waiting |= keys
        if not self._timer.isActive():
            self._timer.start()
