"""Cross-validation: asks for the folds, shows each as it is trained, and what they come to together."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from designer.dialogs.folds_table import FoldsTable
from designer.dialogs.foot import foot
from designer.fields.text import TextField
from designer.numbers import ago, time_text
from designer.panels.sections.section import words
from designer.session import Session
from designer.study import Study, newest
from designer.theme import Theme
from graph.param import Param, param
from graph.roles import Data, LossKind, Metric
from graph.shape import Tensor
from runtime.protocol import Epoch, Figure, State
from runtime.runs import Run
from runtime.studies.plans import WATCHED, FoldPlan
from runtime.studies.scores import Score, Scores

TOLD = (
    "The rows are dealt into folds. For each fold the drawing is trained with all others and measured on the one held "
    "out, so that the figures tell how much they hang on chance. The test part stays aside."
)
GOES_ON = "You may close this; the training goes on."
STOPS = "Closing this stops it, for a drawing without a file could not find it again."
WIDTH = 640


FIELDS: dict[str, Param] = {
    "folds": param(5, "How many parts the rows are dealt into.", name="the number of folds", min=2, max=1000),
    "repeats": param(1, "How often the rows are dealt anew.", name="the number of rounds", min=1, max=100),
    "seed": param(0, "Chooses which rows go to which fold.", name="the seed", min=0),
}


class FoldsDialog(QDialog):
    """Starts, shows and stops a cross-validation. That of a file goes on when this is closed, and is shown again."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Cross-validate")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session, self._theme = session, theme
        self._scores: Scores | None = None
        self._run: Run | None = None
        self.study = Study(session, self)
        self.study.changed.connect(self._show)
        self.study.refused.connect(self._complain)
        self._make()
        self._lay_out()
        self._preview()
        before = newest(session, FoldPlan.study)
        if before is not None:
            self._adopt(FoldPlan.from_json(before.job.study))
            self.study.watch(before)
        self._enable()

    # --- what it does

    @property
    def plan(self) -> FoldPlan:
        """What is typed."""
        return FoldPlan(**{name: field.value for name, field in self.fields.items()},
                        stratified=self.stratified.isChecked())  # fmt: skip

    def begin(self) -> None:
        """Starts a cross-validation of the drawing as it stands now."""
        for field in self.fields.values():
            field.finish()
        if not self.complaint.isHidden():
            return
        self.study.start(self.plan)

    def go_on(self) -> None:
        """Trains the folds that are left."""
        self.study.resume()

    def done(self, result: int) -> None:
        if self._session.path is None:
            self.study.stop()
        self.study.leave()
        super().done(result)

    # --- what is shown

    def _adopt(self, plan: FoldPlan) -> None:
        """The settings of a study that is shown again."""
        for name, field in self.fields.items():
            field.show_value(getattr(plan, name))
        self.stratified.setChecked(plan.stratified)

    def _preview(self) -> None:
        """The folds as they would be, as long as none is trained."""
        if self.study.run is None:
            waiting = (Score(fold, Run(Path(fold.name)), None, {}, Epoch()) for fold in self.plan.turns)
            self.table.show_scores(Scores(self.plan, tuple(waiting)), figures_of(self._session))

    def _show(self) -> None:
        run, status = self.study.run, self.study.status
        if run is None:
            return
        self._scores = Scores.read(run, self._scores if run == self._run else None)
        self._run = run
        self.table.show_scores(self._scores, run.job.figures or figures_of(self._session))
        failure = self.study.failure
        self.told.setText("" if failure else self._words(run, self._scores))
        self.complaint.setText(failure)
        self.complaint.setVisible(bool(failure) and status.state is State.FAILED)
        self._enable()

    def _words(self, run: Run, scores: Scores) -> str:
        """Where the study stands, in a line."""
        status, count = self.study.status, len(scores.folds)
        if status.state is State.STARTING:
            return "Starting …"
        if self.study.lives:
            left = f", about {time_text(status.seconds_left)} left" if status.seconds_left else ""
            closing = GOES_ON if self._session.path else STOPS
            return f"{scores.done} of {count} folds are trained{left}. {closing}"
        when = ago(time.time() - run.job.created)
        if status.state is State.FINISHED:
            return f"{run.name}, {when}: mean and spread (sample standard deviation) of {count} folds."
        return f"{run.name}, {when}: ended with {scores.done} of {count} folds trained."

    def _complain(self, sentence: str) -> None:
        self.complaint.setText(sentence[:1].upper() + sentence[1:])
        self.complaint.setVisible(bool(sentence))

    def _enable(self) -> None:
        lives = self.study.lives
        for part in (*self.fields.values(), self.stratified):
            part.setEnabled(not lives)
        self.button.setEnabled(not lives)
        self.button.setText("Train the folds")
        self.stop_button.setVisible(lives or self._can_go_on())
        self.stop_button.setText("Stop" if lives else "Go on with the rest")

    def _can_go_on(self) -> bool:
        """Whether something is left that is not bound to fail as it did before."""
        run, begun = self.study.run, self._scores is not None and self._scores.done > 0
        return run is not None and run.can_resume and (begun or self.study.status.state is not State.FAILED)

    def _turn(self) -> None:
        if self.study.lives:
            self.study.stop()
        else:
            self.go_on()

    # --- building

    def _make(self) -> None:
        self.fields = {name: self._field(name, declared) for name, declared in FIELDS.items()}
        self.stratified = QCheckBox("Each class in the same proportion in every fold")
        self.stratified.setChecked(has_classes(self._session))
        self.table = FoldsTable(self._theme)
        self.told = words("", "muted")
        self.complaint = words("", "error")
        self.complaint.hide()
        self.stop_button, self.close_button, self.button = QPushButton(), QPushButton("Close"), QPushButton()
        self.stop_button.clicked.connect(self._turn)
        self.close_button.clicked.connect(self.reject)
        self.button.clicked.connect(self.begin)
        for button in (self.stop_button, self.close_button):
            button.setAutoDefault(False)
        self.button.setDefault(True)

    def _field(self, name: str, declared: Param) -> TextField:
        field = TextField(declared, self._theme)
        field.show_value(declared.default)
        field.setAccessibleName(declared.name)
        field.setToolTip(declared.help)
        field.setFixedWidth(72)

        def take(value: Any) -> None:
            field.show_value(value if isinstance(value, int) else declared.default)
            self._preview()

        field.committed.connect(take)
        field.refused.connect(self._complain)
        return field

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(14)
        column.addWidget(words(TOLD, "muted"))
        if self._session.document.settings.params.get("early_stopping"):
            column.addWidget(words(WATCHED, "muted"))
        column.addLayout(self._questions())
        column.addWidget(self.table, 1)
        column.addWidget(self.told)
        column.addWidget(self.complaint)
        column.addLayout(foot(self.stop_button, self.close_button, self.button))
        self.resize(WIDTH, 560)

    def _questions(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(10)
        for place, (title, name) in enumerate((("Folds", "folds"), ("Rounds", "repeats"), ("Seed", "seed"))):
            label = QLabel(title)
            label.setBuddy(self.fields[name])
            grid.addWidget(label, 0, 2 * place)
            grid.addWidget(self.fields[name], 0, 2 * place + 1)
            grid.setColumnMinimumWidth(2 * place + 1, 92)
        grid.setColumnStretch(6, 1)
        grid.addWidget(self.stratified, 1, 0, 1, 7)
        return grid


def figures_of(session: Session) -> tuple[Figure, ...]:
    """The losses and metrics of a drawing that are numbers, for the head of the table."""
    document = session.reading.document
    found = []
    for node in document.nodes():
        kind = document.kind(node)
        if kind is not None and (issubclass(kind, LossKind) or (issubclass(kind, Metric) and not kind.table)):
            found.append(Figure(id=node.id))
    return tuple(found)


def has_classes(session: Session) -> bool:
    """Whether the data of a drawing says for each row which class it belongs to."""
    document, reading = session.reading.document, session.reading
    for node in document.nodes():
        kind, value = document.kind(node), reading.value(node.born, "y")
        if kind is not None and issubclass(kind, Data) and isinstance(value, Tensor):
            return value.dtype == "index" and value.sides is not None and len(value.sides) == 1
    return False
