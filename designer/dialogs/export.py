"""Takes a drawing away: choose a form and a place; what needs torch is written by a process of its own."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QProcess, QProcessEnvironment, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from designer import pictures
from designer.panels.sections.section import words
from designer.session import Session
from designer.theme import Theme
from graph import project
from graph.document import Document
from graph.edits import set_param
from runtime.exports import FORMS, Form
from runtime.runs import Run, runs_of

PICTURES = ("svg", "png")
ROOT = Path(__file__).resolve().parents[2]


class ExportDialog(QDialog):
    """The dialog. `out` is where it writes; `told` the sentence at its foot."""

    def __init__(self, session: Session, run: Run | None, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(520)
        self._session, self._theme = session, theme
        self._run = _with_weights(session, run)
        self._process: QProcess | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self.forms: dict[str, QRadioButton] = {}
        self.out = QLineEdit()
        self.out.setAccessibleName("Where to write it")
        self.dark = QCheckBox("Dark picture")
        self.told = words()
        self.told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.button = QPushButton("Export")
        self.button.setDefault(True)
        self.button.clicked.connect(self.export)
        self._lay_out()
        self.choose("python")

    @property
    def form(self) -> Form:
        """The form that is chosen."""
        return FORMS[next(name for name, button in self.forms.items() if button.isChecked())]

    def choose(self, name: str) -> None:
        """Choose a form; the place follows."""
        self.forms[name].setChecked(True)
        folder = self._session.base or Path.home()
        stem = self._session.name
        self.out.setText(str(folder / (f"{stem}{FORMS[name].suffix}" if FORMS[name].suffix else f"{stem}-python")))
        self.dark.setVisible(name in PICTURES)
        self.told.setText(self._weights_words() if name not in PICTURES else "")

    def export(self) -> None:
        """Write the chosen form."""
        out = Path(self.out.text()).expanduser()
        if self.form.name in PICTURES:
            self._draw(out)
        else:
            self._start(out)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._end()
        super().closeEvent(event)

    def reject(self) -> None:
        self._end()
        super().reject()

    # --- writing

    def _draw(self, out: Path) -> None:
        try:
            pictures.write(self._session.document, self._session.reading, out, dark=self.dark.isChecked())
            self._say(f"{out} was written.")
        except OSError as error:
            self._say(f"{out} could not be written: {error.strerror or error}.", wrong=True)

    def _start(self, out: Path) -> None:
        """Hand a copy of the drawing as it stands now to a process that may take torch's time."""
        self._folder = tempfile.TemporaryDirectory(prefix="neuroloom-")
        copy = Path(self._folder.name) / f"{self._session.name}.loom"
        copy.write_text(portable(self._session.document, self._session.base), encoding="utf-8")
        run = ["--run", str(self._run.path)] if self._run else []
        process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONPATH", os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")])))
        process.setProcessEnvironment(environment)
        process.finished.connect(lambda code, _: self._finished(code))
        process.errorOccurred.connect(lambda _: self._finished(-1))
        arguments = ["-m", "designer", "export", str(copy), "--to", self.form.name, *run, "-o", str(out), "--json"]
        self._process = process
        self.button.setEnabled(False)
        self._say("Writing and checking… this can take some seconds.")
        process.start(sys.executable, arguments)

    def _finished(self, code: int) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        self.button.setEnabled(True)
        good, bad = bytes(process.readAllStandardOutput().data()), bytes(process.readAllStandardError().data())
        if code == 0:
            self._say(_message(good.decode("utf-8", "replace")))
        else:
            last = [line for line in bad.decode("utf-8", "replace").splitlines() if line.strip()]
            self._say(last[-1] if last else "The export ended without a word; nothing was written.", wrong=True)
        process.deleteLater()
        self._sweep()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.blockSignals(True)
            process.kill()
            process.waitForFinished(2000)
        self._sweep()

    def _sweep(self) -> None:
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _say(self, sentence: str, *, wrong: bool = False) -> None:
        self.told.setProperty("tone", "error" if wrong else "")
        self.told.style().polish(self.told)
        self.told.setText(sentence)

    def _weights_words(self) -> str:
        if self._run is None:
            return "Nothing has been trained yet: the weights are those that training would begin with."
        return f"Takes the weights of the run {self._run.name}."

    # --- building

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 18)
        column.setSpacing(6)
        group = QButtonGroup(self)
        for name, form in FORMS.items():
            button = QRadioButton(form.title)
            button.setFont(self._theme.font("name"))
            button.clicked.connect(lambda _=False, name=name: self.choose(name))
            group.addButton(button)
            self.forms[name] = button
            help = words(form.help, "muted")
            help.setContentsMargins(24, 0, 0, 6)
            column.addWidget(button)
            column.addWidget(help)
        place = QHBoxLayout()
        browse = QPushButton("Choose…")
        browse.clicked.connect(self._browse)
        place.addWidget(self.out, 1)
        place.addWidget(browse)
        column.addWidget(self.dark)
        column.addLayout(place)
        column.addWidget(self.told)
        foot = QHBoxLayout()
        foot.addStretch(1)
        close = QPushButton("Close")
        close.clicked.connect(self.reject)
        foot.addWidget(close)
        foot.addWidget(self.button)
        column.addSpacing(6)
        column.addLayout(foot)

    def _browse(self) -> None:
        if self.form.suffix:
            chosen, _ = QFileDialog.getSaveFileName(self, "Export to", self.out.text(), f"*{self.form.suffix}")
        else:
            chosen = QFileDialog.getExistingDirectory(self, "Export into", str(Path(self.out.text()).parent))
            chosen = str(Path(chosen) / Path(self.out.text()).name) if chosen else ""
        if chosen:
            self.out.setText(chosen)


def portable(document: Document, base: Path | None) -> str:
    """The drawing as text that means the same in another folder: paths of data are whole."""
    copy = project.parse(project.write(document), document.catalogue)
    for node in copy.nodes():
        kind = copy.kind(node)
        for name, value in node.params.items():
            declared = kind.params.get(name) if kind else None
            if declared and declared.type == "path" and isinstance(value, str) and value:
                set_param(copy, node.born, name, str((base or Path.cwd()) / value))
    return project.write(copy)


def _with_weights(session: Session, run: Run | None) -> Run | None:
    """The run that is watched, else the newest one of the drawing, if it has weights."""
    older = reversed(runs_of(session.path)) if session.path else ()
    candidates = [*([run] if run else []), *older]
    return next((one for one in candidates if one.weights() is not None), None)


def _message(output: str) -> str:
    """What the last object on the output says."""
    for line in reversed(output.splitlines()):
        try:
            return str(json.loads(line)["message"])
        except (ValueError, KeyError, TypeError):
            continue
    return "It was written."
