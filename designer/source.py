"""Keeps the source that the drawing stands for up to date, for the code view and the inspector."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from designer.bridge import Bridge
from graph.reading import Reading

if TYPE_CHECKING:
    from runtime.emit import Source
    from runtime.program import Program

LARGE = 1500
"""Records from which on the source is written only while it is in sight."""

WRITE_AFTER = 120
"""Milliseconds of quiet after an edit until the source is written again."""


class LiveSource(QObject):
    """The present `model.py`, or the sentence that says why there is none. Writing begins when somebody looks."""

    changed = Signal()

    def __init__(self, reading: Reading, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reading = reading
        self._watched = False
        self.looked_at: Callable[[], bool] = lambda: False
        """Whether the source is in sight: that of a large drawing is written for nobody else."""
        self.source: Source | None = None
        self.reason = ""
        self.blamed: str | None = None
        self.training = 0
        """Bytes that training would take by estimate; 0 where that is not known."""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WRITE_AFTER)
        self._timer.timeout.connect(self.write)
        bridge.patched.connect(self._later)
        bridge.read.connect(self._later)

    def watch(self) -> None:
        """Somebody looks now: write the source, and keep it up to date."""
        if not self._watched or self._is_large:
            self._watched = True
            self._timer.start(0)

    def write(self) -> None:
        """Write the source now."""
        from runtime.emit import model
        from runtime.program import Program, ProgramError

        if self._reading.under_way or (self._is_large and not self.looked_at()):
            return  # the bridge tells when all is read
        self.training = 0
        try:
            program = Program(self._reading)
            self.source, self.reason, self.blamed = model(program), "", None
            self.training = self._estimated(program)
        except ProgramError as error:
            self.source, self.reason, self.blamed = None, error.sentence, error.born
        self.changed.emit()

    def _estimated(self, program: Program) -> int:
        from runtime.memory import estimate
        from runtime.program import ProgramError

        try:
            program.refuse_training()
            return estimate(self._reading, program).total
        except ProgramError:
            return 0

    @property
    def _is_large(self) -> bool:
        """Whether writing it takes so long that nobody should wait for it who does not look."""
        return len(self._reading.drawn.records) > LARGE

    def lines(self, born: str) -> str:
        """The lines of one node, without the indentation they share; empty where it has none."""
        if self.source is None:
            return ""
        rows = self.source.text.splitlines()
        parts = [rows[first - 1 : last] for first, last in self.source.lines.get(born, ())]
        return "\n".join(row.strip() for part in parts for row in part)

    def _later(self, _: object = None) -> None:
        if self._watched:
            self._timer.start()
