"""Takes a drawing away: choose a form, the weights, and a place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from designer.dialogs.weights import Weights
from designer.dialogs.writing import Writing, portable, same_model
from designer.panels.sections.section import rule, words
from designer.session import Session
from designer.theme import Theme
from runtime.exports import FORMS, Form
from runtime.runs import Run

MODELS = {name: form for name, form in FORMS.items() if form.module != "picture"}
"""The forms of the model; pictures have a dialog of their own."""

LEAD = 128
"""The width of the column of names."""

HELP = 456
"""The width of what is said of each form."""


class ExportDialog(QDialog):
    """The dialog. `out` is where it writes, `told` the sentence at its foot; `confirm` asks before a file goes."""

    def __init__(self, session: Session, run: Run | None, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session, self._theme = session, theme
        self._agreed: Path | None = None
        self.confirm: Callable[[str], bool] = self._ask
        self.writing = Writing(self)
        self.writing.ended.connect(self._end)
        self.forms: dict[str, QRadioButton] = {}
        self._make(run)
        self._lay_out()
        self.choose("python")

    @property
    def form(self) -> Form:
        """The form that is chosen."""
        return FORMS[next(name for name, button in self.forms.items() if button.isChecked())]

    def choose(self, name: str) -> None:
        """Choose a form; the place follows, in the folder that was chosen last."""
        folder = Path(self.out.text()).parent if self.out.text() else self._session.base or Path.home()
        self.forms[name].setChecked(True)
        self.out.setText(str(folder / (self._session.name + (FORMS[name].suffix or "-python"))))
        self._refresh()

    def export(self) -> None:
        """Write the chosen form."""
        out = Path(self.out.text().strip()).expanduser()
        if not self.out.text().strip():
            self._end(False, "Say where to write it.")
        elif self._may_write(out):
            self._start(out)

    def done(self, result: int) -> None:
        self.writing.stop()
        super().done(result)

    # --- writing

    def _may_write(self, out: Path) -> bool:
        """Whether there is nothing in the way, or the user lets it be replaced."""
        if out == self._agreed or not out.exists():
            return True
        if out.is_dir():
            return not any(out.iterdir()) or self.confirm(
                f"The folder {out.name} is not empty. Files of the same names in it will be replaced."
            )
        return self.confirm(f"{out.name} exists. It will be replaced.")

    def _start(self, out: Path) -> None:
        kept, run = self.weights.drawing(), self.weights.run
        if kept is not None and run is not None and self.as_trained.isChecked():
            text = portable(kept, Path(run.job.base or run.path))
        elif wrong := _first_error(self._session):
            self._end(False, wrong)
            return
        else:
            text = portable(self._session.document, self._session.base or Path.cwd())
        self._say("Writing and checking. This takes some seconds.")
        self._set_busy(True)
        self.writing.start(text, self._session.name, self.form.name, run, out)

    def _end(self, good: bool, sentence: str) -> None:
        self._set_busy(False)
        self.show_button.setVisible(good)
        self._say(sentence, "" if good else "error")

    def _set_busy(self, busy: bool) -> None:
        """While it writes, nothing can be chosen but to stop."""
        self.progress.setVisible(busy)
        self.close_button.setText("Cancel" if busy else "Close")
        for widget in (self.button, self.weights, self.as_trained, self.out, self.browse, *self.forms.values()):
            widget.setEnabled(not busy)

    # --- what is shown

    def _refresh(self) -> None:
        """What belongs to the form and the run that are chosen."""
        kept = self.weights.drawing()
        changed = kept is not None and not same_model(kept, self._session.document)
        self.as_trained.setVisible(changed)
        self.as_trained.setChecked(changed)
        self.show_button.hide()
        self._say("")

    def _say(self, sentence: str, tone: str = "") -> None:
        self.told.setProperty("tone", tone)
        self.told.style().polish(self.told)
        self.told.setText(sentence)

    # --- building

    def _make(self, run: Run | None) -> None:
        self.weights = Weights(self._session, run, self._theme)
        self.weights_name = QLabel("Weights")
        self.weights.currentIndexChanged.connect(self._refresh)
        self.as_trained = QCheckBox("Take the drawing as this run trained it (it has changed since)")
        self.out = QLineEdit()
        self.out.setAccessibleName("Where to write it")
        self.told = words()
        self.told.setMinimumHeight(36)
        self.told.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.progress = QProgressBar(maximum=0)
        self.progress.setTextVisible(False)
        keep = self.progress.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self.progress.setSizePolicy(keep)
        self.progress.hide()
        self.browse = _button("Choose…", self._browse)
        self.show_button = _button("Show in folder", self._show)
        self.close_button = _button("Close", self._close)
        self.button = _button("Export", self.export)
        self.button.setDefault(True)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(14)
        column.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)
        column.addLayout(self._form_rows())
        column.addWidget(rule())
        column.addLayout(self._choices())
        column.addWidget(self.progress)
        column.addWidget(self.told)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.show_button)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        foot.addWidget(self.button)
        column.addLayout(foot)

    def _form_rows(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setColumnMinimumWidth(0, LEAD)
        grid.setColumnMinimumWidth(1, HELP)
        grid.setVerticalSpacing(10)
        group = QButtonGroup(self)
        for row, (name, form) in enumerate(MODELS.items()):
            button = QRadioButton(form.title)
            button.setFont(self._theme.font("name"))
            button.setAccessibleDescription(form.help)
            button.clicked.connect(lambda _=False, name=name: self.choose(name))
            group.addButton(button)
            self.forms[name] = button
            help = words(form.help, "muted")
            help.setFixedWidth(HELP)
            grid.addWidget(button, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(help, row, 1, Qt.AlignmentFlag.AlignTop)
        return grid

    def _choices(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setColumnMinimumWidth(0, LEAD)
        grid.setColumnStretch(1, 1)
        grid.setVerticalSpacing(8)
        grid.addWidget(self.weights_name, 0, 0)
        grid.addWidget(self.weights, 0, 1)
        grid.addWidget(self.as_trained, 1, 1)
        place = QHBoxLayout()
        place.setSpacing(8)
        place.addWidget(self.out, 1)
        place.addWidget(self.browse)
        grid.addWidget(QLabel("Write to"), 2, 0)
        grid.addLayout(place, 2, 1)
        return grid

    # --- the user

    def _close(self) -> None:
        """Close; while it writes, stop writing first."""
        if self.writing.busy:
            self.writing.stop()
            self._end(False, "Cancelled; nothing was written.")
        else:
            self.reject()

    def _show(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(self.out.text()).expanduser().absolute().parent)))

    def _browse(self) -> None:
        proposed = Path(self.out.text()).expanduser()
        if self.form.suffix:
            chosen, _ = QFileDialog.getSaveFileName(self, "Export to", str(proposed), f"*{self.form.suffix}")
            self._agreed = Path(chosen) if chosen else self._agreed  # that dialog has asked already
        else:
            folder = QFileDialog.getExistingDirectory(self, "Export into", str(proposed.parent))
            chosen = str(Path(folder) / proposed.name) if folder else ""
        if chosen:
            self.out.setText(chosen)

    def _ask(self, question: str) -> bool:
        buttons = QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.Cancel
        answer = QMessageBox.question(self, "Export", question, buttons, QMessageBox.StandardButton.Cancel)
        return answer is QMessageBox.StandardButton.Yes


def _button(text: str, press: Callable[[], object]) -> QPushButton:
    button = QPushButton(text)
    button.setAutoDefault(False)
    button.clicked.connect(lambda: press())
    return button


def _first_error(session: Session) -> str:
    """The first error of a drawing, in its sentence."""
    return next((one.message for one in session.reading.diagnostics() if one.level == "error"), "")
