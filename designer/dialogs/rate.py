"""Finds a learning rate: the curve of a range test grows, and the rate that is chosen on it goes into the drawing."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from designer.dialogs.foot import foot
from designer.dialogs.weights import FRESH, Weights
from designer.fields.choice import Choices
from designer.panels.sections.section import words
from designer.plots.rate import RatePlot
from designer.session import Session
from designer.study import Study
from designer.theme import Theme
from graph import edits
from graph.roles import Optimizer
from runtime.protocol import State
from runtime.runs import Run
from runtime.studies.curve import Curve
from runtime.studies.plans import RatePlan

TOLD = (
    "A few steps are trained at a rate that rises from next to nothing until the loss explodes. The drawing and its "
    "runs stay as they are. Click into the curve to choose another rate."
)


class RateDialog(QDialog):
    """The test of one optimizer, begun at once. `use` sets the chosen rate in the drawing, as one step."""

    def __init__(
        self, session: Session, watched: Run | None, theme: Theme, optimizer: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Find a learning rate")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session, self._theme = session, theme
        self.study = Study(session, self)
        self.study.changed.connect(self._show)
        self.study.refused.connect(self._complain)
        self._make(watched, optimizer)
        self._lay_out()
        self.begin()

    # --- what it does

    @property
    def optimizer(self) -> str:
        """The birth name of the optimizer whose rate is sought."""
        return str(self.optimizers.currentData() or "")

    def begin(self) -> None:
        """Begins the test anew, with what is chosen now."""
        self.study.stop()
        self.complaint.hide()
        self.told.setText("Starting …")
        self._offer(None)
        if not self._session.document.has_node(self.optimizer):
            self._complain("This optimizer is no longer in the drawing.")
            return
        plan = RatePlan(optimizer=self._session.document.node(self.optimizer).id)
        self.plot.show_curve(None, (plan.low, plan.high))
        self.study.start(plan, self.weights.run)

    def use(self) -> None:
        """Sets the chosen rate; one step of the history."""
        born, rate = self.optimizer, self.plot.rate
        if rate is None or not self._session.document.has_node(born):
            return
        try:
            with self._session.history.step("Set lr"):
                edits.set_param(self._session.document, born, "lr", rate)
        except edits.Refused as refusal:
            self._complain(str(refusal))
            return
        self.accept()

    def done(self, result: int) -> None:
        self.study.stop()
        self.study.leave()
        super().done(result)

    # --- what is shown

    def _show(self) -> None:
        """The curve as far as it goes; once the test has ended, what it suggests."""
        run, status = self.study.run, self.study.status
        if run is None:
            return
        plan = RatePlan.from_json(run.job.study)
        self.stop_button.setText("Stop" if self.study.lives else "Test again")
        if status.step or not self.study.lives:
            curve = Curve.read(run)
            self.plot.show_curve(curve, (plan.low, plan.high))
            if self.study.lives:
                self.told.setText(f"Step {status.step:,} of {plan.steps:,} …")
            elif status.state is State.FINISHED:
                found = curve.suggestion()
                self.plot.suggest(found)
                self.told.setText(found.why)
        if not self.study.lives and status.state is not State.FINISHED:
            self._complain(self.study.failure or "The test was stopped.")

    def _complain(self, sentence: str) -> None:
        self.told.setText("")
        self.complaint.setText(sentence)
        self.complaint.show()

    def _offer(self, rate: float | None) -> None:
        self.button.setText("Use it" if rate is None else f"Use {rate:g}")
        self.button.setEnabled(rate is not None)

    def _turn(self) -> None:
        if self.study.lives:
            self.study.stop()
        else:
            self.begin()

    # --- building

    def _make(self, watched: Run | None, optimizer: str) -> None:
        self.optimizers = Choices(self._theme)
        self.optimizers.setAccessibleName("Optimizer")
        for born, name in rated(self._session):
            self.optimizers.addItem(name, born)
        self.optimizers.setCurrentIndex(max(0, self.optimizers.findData(optimizer)))
        self.weights = Weights(self._session, watched, self._theme)
        self.weights.setCurrentIndex(self.weights.findText(FRESH))
        for choice in (self.optimizers, self.weights):
            choice.activated.connect(self.begin)
        self.plot = RatePlot(self._theme)
        self.plot.chosen.connect(self._offer)
        self.told = words()
        self.told.setMinimumHeight(36)
        self.told.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.complaint = words("", "error")
        self.complaint.hide()
        self.stop_button, self.close_button, self.button = QPushButton("Stop"), QPushButton("Close"), QPushButton()
        self.stop_button.clicked.connect(self._turn)
        self.close_button.clicked.connect(self.reject)
        self.button.clicked.connect(self.use)
        for button in (self.stop_button, self.close_button):
            button.setAutoDefault(False)
        self.button.setDefault(True)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(words(TOLD, "muted"))
        column.addLayout(self._choices())
        column.addWidget(self.plot, 1)
        column.addWidget(self.told)
        column.addWidget(self.complaint)
        column.addLayout(foot(self.stop_button, self.close_button, self.button))
        self.resize(720, 560)

    def _choices(self) -> QGridLayout:
        """Whose rate, and from which weights; each only where there is a choice."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setColumnStretch(1, 1)
        rows = (("Optimizer", self.optimizers), ("Begin with", self.weights))
        for row, (name, choice) in enumerate(rows):
            label = QLabel(name)
            label.setBuddy(choice)
            grid.addWidget(label, row, 0)
            grid.addWidget(choice, row, 1)
            for part in (label, choice):
                part.setVisible(choice.count() > 1)
        return grid


def rated(session: Session) -> list[tuple[str, str]]:
    """Births and names of the optimizers that have a learning rate."""
    document = session.reading.document
    found = []
    for node in document.nodes():
        kind = document.kind(node)
        if kind is not None and issubclass(kind, Optimizer) and "lr" in kind.params and kind.torch:
            found.append((node.born, node.id))
    return found
