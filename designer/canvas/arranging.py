"""Lays out a drawing from the canvas: at once, or beside the window where that takes longer than a hand waits."""

import json
import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

from designer.canvas.overlays.progress import Progress
from graph import edits, framing
from graph.document import Document
from graph.edits.arranging import Drawn, outline, put_arranged
from graph.layout import Arrangement, Outline, arranged

if TYPE_CHECKING:
    from designer.canvas.view import View

ROOT = Path(__file__).resolve().parents[2]
AT_ONCE = 1_500
"""A drawing with more nodes and wires together than this is laid out in a process of its own."""

CHANGED = "The drawing was changed while it was being laid out, so nothing was moved. Lay it out again."
BROKEN = "The layout could not be made: its process ended early. Try again, or lay out a part of the drawing."


class Arranging(QObject):
    """The layouts of one canvas, one at a time. `ended` tells that one was put into the document, or will not be."""

    ended = Signal()

    def __init__(self, view: "View") -> None:
        super().__init__(view)
        self._view, self._scene = view, view.drawing
        self._task: Task | None = None
        self.progress = Progress(view.viewport(), self._scene.theme)
        self.progress.cancelled.connect(self.cancel)

    @property
    def busy(self) -> bool:
        return self._task is not None

    def start(self, births: list[str] | None, label: str = "Lay out", flow: str = "") -> None:
        """Lay out some nodes, or all; with a `flow` data flow that way from then on, in the same step."""
        self.cancel()
        work = Work(self._scene.document, births, self._scene.plan.drawn(flow), label, flow)
        outline = work.outline(rows=self._scene.manner.on("rows"))
        if len(outline.nodes) + len(outline.edges) <= AT_ONCE:
            self._put(work, arranged(outline))
            return
        self._task = task = Task(outline, self)
        task.told.connect(self.progress.tell)
        task.done.connect(partial(self._done, work))
        task.failed.connect(self._failed)
        self.progress.begin(f"Laying out {len(outline.nodes):,} nodes")

    def cancel(self) -> bool:
        """Break off what is under way; False if nothing is."""
        task, self._task = self._task, None
        if task is None:
            return False
        task.stop()
        self.progress.hide()
        self.ended.emit()
        return True

    def _done(self, work: "Work", arrangement: Arrangement) -> None:
        self._task = None
        self.progress.hide()
        if work.still_true():
            self._put(work, arrangement)
        else:
            self._scene.refused.emit(CHANGED)
        self.ended.emit()

    def _failed(self) -> None:
        self._task = None
        self.progress.hide()
        self._scene.refused.emit(BROKEN)
        self.ended.emit()

    def _put(self, work: "Work", arrangement: Arrangement) -> None:
        self._scene.attempt(work.label, partial(work.put, arrangement))
        if work.births is None:
            self._view.camera.fit()


class Work:
    """What is laid out, and what it was when that began."""

    def __init__(self, document: Document, births: list[str] | None, drawn: Drawn, label: str, flow: str) -> None:
        self.document, self.births, self.label = document, births, label
        self._drawn, self._flow = drawn, flow
        self._before = self._state()

    def outline(self, *, rows: bool) -> Outline:
        """What is to be laid out; `rows`: a long chain may be set in several."""
        return outline(self.document, self.births, self._drawn, self._flow, rows=rows)

    def put(self, arrangement: Arrangement) -> None:
        """The verb."""
        if self._flow:
            edits.set_flow(self.document, self._flow)
        put_arranged(self.document, arrangement, self.births, self._drawn)

    def still_true(self) -> bool:
        """Whether the part that was laid out is as it was: the same nodes at the same places, wires and frames."""
        return self._state() == self._before

    def _state(self) -> tuple[object, ...]:
        chosen = None if self.births is None else set(self.births)
        nodes = {node.born: node.at for node in self.document.nodes() if chosen is None or node.born in chosen}
        wires = {wire.key for wire in self.document.wires() if wire.source in nodes and wire.target in nodes}
        return nodes, wires, framing.scenery(self.document), self.document.flow


class Task(QObject):
    """One layout in a process of its own."""

    told = Signal(float)
    done = Signal(object)
    """The `Arrangement`."""
    failed = Signal()

    def __init__(self, outline: Outline, parent: QObject) -> None:
        super().__init__(parent)
        self._rest = b""
        process = QProcess(self)
        self._process: QProcess | None = process
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONPATH", os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")])))
        process.setProcessEnvironment(environment)
        process.setStandardErrorFile(QProcess.nullDevice())
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._end)
        process.errorOccurred.connect(self._end)
        self.destroyed.connect(partial(_kill, process))  # the canvas may go without a word
        process.start(sys.executable, ["-P", "-m", "graph.layout"])
        process.write(json.dumps(outline.to_json()).encode())
        process.closeWriteChannel()

    def stop(self) -> None:
        """Break it off; nothing is told any more."""
        process, self._process = self._process, None
        if process is not None:
            process.blockSignals(True)
            _kill(process)
            self.deleteLater()

    def _read(self) -> None:
        if self._process is None:
            return
        *lines, self._rest = (self._rest + bytes(self._process.readAllStandardOutput().data())).split(b"\n")
        for line in lines:
            self._take(json.loads(line))

    def _take(self, said: Any) -> None:
        if isinstance(said, float):
            self.told.emit(said)
        else:
            self.stop()
            self.done.emit(Arrangement.from_json(said))

    def _end(self) -> None:
        if self._process is not None:
            self.stop()
            self.failed.emit()


def _kill(process: QProcess) -> None:
    if process.state() != QProcess.ProcessState.NotRunning:
        process.kill()
        process.waitForFinished(1000)
