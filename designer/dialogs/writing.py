"""Writes an export in a process of its own: what needs torch's time and memory never touches the window's."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

from graph import project
from graph.document import Document
from graph.edits import set_param
from runtime.runs import Run

ROOT = Path(__file__).resolve().parents[2]
SILENT = "The export ended without a word; nothing was written."


class Writing(QObject):
    """One export at a time. It works on a copy of the drawing, so that an unsaved one can be exported too."""

    ended = Signal(bool, str)
    """Whether it was written, and the sentence that says so or says why not."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    @property
    def busy(self) -> bool:
        return self._process is not None

    def start(self, text: str, name: str, form: str, run: Run | None, out: Path) -> None:
        """Write a drawing's text in a form, with the weights of a run or the ones it begins with."""
        self._folder = tempfile.TemporaryDirectory(prefix="neuroloom-")
        copy = Path(self._folder.name) / f"{name}.loom"
        copy.write_text(text, encoding="utf-8")
        weights = ["--run", str(run.path)] if run else []
        process = self._process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONPATH", os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")])))
        process.setProcessEnvironment(environment)
        process.finished.connect(lambda code, _: self._finish(code))
        process.errorOccurred.connect(lambda _: self._finish(-1))
        arguments = ["export", str(copy), "--to", form, *weights, "-o", str(out), "--json"]
        process.start(sys.executable, ["-P", "-m", "runtime.cli", *arguments])

    def stop(self) -> None:
        """Give up; what was not written yet is not written."""
        process, self._process = self._process, None
        if process is not None:
            process.blockSignals(True)
            process.kill()
            process.waitForFinished(2000)
            process.deleteLater()
        self._sweep()

    def _finish(self, code: int) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        output, complaint = (
            bytes(read().data()).decode("utf-8", "replace")
            for read in (process.readAllStandardOutput, process.readAllStandardError)
        )
        process.deleteLater()
        self._sweep()
        self.ended.emit(code == 0, message(output) or _last(complaint) or SILENT)

    def _sweep(self) -> None:
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None


def message(output: str) -> str:
    """What the last JSON object on the output says; empty where none says anything."""
    for line in reversed(output.splitlines()):
        try:
            return str(json.loads(line)["message"])
        except (ValueError, KeyError, TypeError):
            continue
    return ""


def _last(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")


def portable(document: Document, base: Path) -> str:
    """The drawing as text that means the same in another folder: paths of data are whole."""
    copy = project.parse(project.write(document), document.catalogue)
    for node in copy.nodes():
        kind = copy.kind(node)
        for name, value in node.params.items():
            declared = kind.params.get(name) if kind else None
            if declared and declared.type in ("path", "folder") and isinstance(value, str) and value:
                set_param(copy, node.born, name, str(base / value))
    return project.write(copy)


def same_model(one: Document, other: Document) -> bool:
    """Whether two drawings differ in nothing but where their nodes stand and what the file says about itself."""
    return _model(one) == _model(other)


def _model(document: Document) -> object:
    nodes = {node.id: (node.kind, dict(node.params)) for node in document.nodes()}
    names = {node.born: node.id for node in document.nodes()}
    wires = sorted(
        repr((names.get(w.source, w.source), w.source_port, names.get(w.target, w.target), w.target_port,
              w.select, w.weight, w.fixed))
        for w in document.wires()
    )  # fmt: skip
    return nodes, wires, dict(document.settings.params)
