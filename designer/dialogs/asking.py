"""Asks a network in a process of its own, which knows torch; the window sends samples and gets answers."""

from __future__ import annotations

import json
import os
import sys
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

ROOT = Path(__file__).resolve().parents[2]
PREDICT, LOOK = "runtime.predict.serve", "runtime.looking.serve"
"""What answers: the network of a run, or the values at a node."""

GONE = "The process that holds the network ended unexpectedly."


class Asking(QObject):
    """One network. Of questions in waiting only the newest is sent, once the one before it is answered."""

    opened = Signal(object)
    """A `dict`: what the network takes in."""
    answered = Signal(object)
    """A `dict`: the answer to a sample, perhaps an `error`."""
    failed = Signal(str)
    """Why the network cannot be asked at all."""

    def __init__(self, server: str, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ready = self._busy = self._over = False
        self._waiting: dict[str, Any] | None = None
        self._rest = b""
        process = self._process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONPATH", os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")])))
        process.setProcessEnvironment(environment)
        process.setStandardErrorFile(QProcess.nullDevice())
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(lambda *_: self._end())
        process.errorOccurred.connect(lambda *_: self._end())
        self.destroyed.connect(partial(_stop, process))  # the window may go without a word to its dialogs
        process.start(sys.executable, ["-P", "-m", server, str(folder.absolute())])

    def ask(self, question: dict[str, Any]) -> None:
        """Sends a sample, or keeps it until the network is free."""
        self._waiting = question
        self._send()

    def close(self) -> None:
        """Ends the process."""
        self._over = True
        _stop(self._process)

    def _send(self) -> None:
        if self._ready and not self._busy and self._waiting is not None:
            question, self._waiting, self._busy = self._waiting, None, True
            self._process.write((json.dumps(question) + "\n").encode())

    def _read(self) -> None:
        *lines, self._rest = (self._rest + bytes(self._process.readAllStandardOutput().data())).split(b"\n")
        for line in lines:
            self._take(json.loads(line))

    def _take(self, reply: dict[str, Any]) -> None:
        if not self._ready:
            if "error" in reply:
                self._over = True
                self.failed.emit(reply["error"])
                return
            self._ready = True
            self.opened.emit(reply)
        else:
            self._busy = False
            self.answered.emit(reply)
        self._send()

    def _end(self) -> None:
        self._read()
        if not self._over:
            self._over = True
            self.failed.emit(GONE)


def _stop(process: QProcess, *_: object) -> None:
    process.blockSignals(True)
    if process.state() == QProcess.ProcessState.NotRunning:
        return
    process.closeWriteChannel()
    if not process.waitForFinished(300):
        process.kill()
        process.waitForFinished(2000)
