"""The dock of curves: a chart for each loss and metric, of the run that trains and of those it is compared to."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from designer.plots.bar import Bar
from designer.plots.chart import Chart
from designer.plots.matrix import Matrix
from designer.plots.pane import Pane
from designer.plots.picture import fitting_smoothing
from designer.plots.scale import Unit
from designer.plots.series import Series
from designer.plots.view import View
from designer.runner import Runner
from designer.theme import Theme
from runtime.protocol import Figure, State
from runtime.runs import Run
from runtime.tail import News

NARROWEST = 420
"""Pixels that a chart should have; more charts than fit beside each other go into another row."""

APART = 12
"""Milliseconds between the repaints of two charts with what came in: who waits for the window waits for one only."""

EMPTY = (
    "Nothing has been trained yet.\n"
    "Press Train to watch the loss fall here, step by step, or tick an older run in the list of runs."
)


class Curves(QWidget):
    """Shows runs. It follows each of them by a `Runner` of its own, whether it lives or ended long ago."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.view = View()
        self.series: dict[Run, Series] = {}
        self.panes: list[Pane] = []
        self.tables: list[Matrix] = []
        self._runners: dict[Run, Runner] = {}
        self._smoothing = 5.0
        self._chosen = False
        """Whether the user has chosen how much to smooth; until then it suits the run."""
        self._build()
        self._connect()
        self._tell_state()

    def _build(self) -> None:
        self.bar = Bar(self._theme)
        self.message = QLabel(EMPTY, alignment=Qt.AlignmentFlag.AlignCenter)
        self.message.setWordWrap(True)
        inner = QWidget()
        self._grid = QGridLayout(inner)
        self._grid.setContentsMargins(8, 0, 8, 4)
        self._grid.setSpacing(8)
        self._scroll = QScrollArea()
        self._scroll.setAccessibleName("Curves")
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(inner)
        body = QWidget()
        self._stack = QStackedLayout(body)
        self._stack.addWidget(self.message)
        self._stack.addWidget(self._scroll)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(body, 1)
        self._resmooth = QTimer(self, singleShot=True, interval=40)

    def _connect(self) -> None:
        self.bar.unit_chosen.connect(self.set_unit)
        self.bar.log_chosen.connect(self.set_log)
        self.bar.smoothing_chosen.connect(self._choose_smoothing)
        self.bar.fit_wanted.connect(self.fit)
        self._resmooth.timeout.connect(self._smooth)
        self._theme.changed.connect(self._dress)
        self.bar.set_smoothing(self._smoothing)
        self._chosen = False
        self._dress()

    @property
    def runs(self) -> list[Run]:
        """The runs that are shown, the first of them in the main colour."""
        return list(self.series)

    def show_runs(self, runs: list[Run]) -> None:
        """Shows these runs and no others; those that are shown already keep their curves."""
        for run in [run for run in self.series if run not in runs]:
            self._forget(run)
        for run in runs:
            if run not in self.series:
                self._follow(run)
        self.series = {run: self.series[run] for run in runs}
        self.view.span = None
        self.view.heights.clear()
        self._lay_out()

    def _follow(self, run: Run) -> None:
        status = run.status()
        if not self._chosen and not status.state.lives:
            self.bar.set_smoothing(fitting_smoothing(status.step))
            self._chosen = False
        self.series[run] = Series(run.name, smoothing=self._smoothing)
        runner = self._runners[run] = Runner(run, self)
        runner.news.connect(lambda news, run=run: self._take(run, news))
        runner.gone.connect(lambda run=run: self._lose(run))
        runner.look()

    def _forget(self, run: Run) -> None:
        self.series.pop(run)
        runner = self._runners.pop(run)
        runner.stop()
        runner.deleteLater()

    def _lose(self, run: Run) -> None:
        self.show_runs([shown for shown in self.runs if shown != run])

    def stop(self) -> None:
        """Follows nothing any more; call it before the window closes."""
        for runner in self._runners.values():
            runner.stop()

    def _take(self, run: Run, news: News) -> None:
        series = self.series[run]
        before = series.figures
        series.take(news)
        if before != series.figures or self._table_names() != [table.name for table in self.tables]:
            self._lay_out()
        self._tell_state()
        for place, pane in enumerate(self._shown()):
            QTimer.singleShot(place * APART, pane, pane.update)

    def _figures(self) -> dict[str, Figure]:
        found: dict[str, Figure] = {}
        for series in self.series.values():
            for figure in series.figures:
                found.setdefault(figure.id, figure)
        return found

    def _lay_out(self) -> None:
        """Makes a chart for every figure that any run has."""
        figures = self._figures()
        if [pane.chart.figure for pane in self.panes] != list(figures.values()):
            for pane in self.panes:
                self._grid.removeWidget(pane)
                pane.deleteLater()
            self.panes = [self._pane(figure) for figure in figures.values()]
        self._lay_out_tables()
        self._place()
        for pane in self.panes:
            name = pane.chart.figure.id
            pane.chart.runs = [series for series in self.series.values() if series.job.figure(name)]
        self._tell_state()
        self._repaint()

    def _pane(self, figure: Figure) -> Pane:
        pane = Pane(Chart(figure, [], self.view, self._theme))
        pane.viewed.connect(self._repaint)
        return pane

    def _table_names(self) -> list[str]:
        """The tables of the run in the main colour."""
        main = next(iter(self.series.values()), None)
        tables = main.epochs[-1].tables if main and main.epochs else {}
        return list(dict.fromkeys(name for held in tables.values() for name in held))

    def _lay_out_tables(self) -> None:
        """Makes a picture for every table of the first run."""
        for table in self.tables:
            self._grid.removeWidget(table)
            table.deleteLater()
        main = next(iter(self.series.values()), None)
        self.tables = [Matrix(name, main, self._theme) for name in self._table_names()] if main else []

    def _shown(self) -> list[Pane | Matrix]:
        """Charts first, tables behind them."""
        return [*self.panes, *self.tables]

    def _place(self) -> None:
        shown = self._shown()
        columns = max(1, min(len(shown), self.width() // NARROWEST))
        for place, pane in enumerate(shown):
            self._grid.addWidget(pane, *divmod(place, columns))

    def resizeEvent(self, event: object) -> None:
        self._place()

    def _repaint(self) -> None:
        for pane in self._shown():
            pane.update()
        self.bar.fit.setEnabled(self.view.span is not None or bool(self.view.heights))

    def _tell_state(self) -> None:
        """Shows the curves, or a sentence where there are none yet."""
        recorded = any(series.steps or series.epochs for series in self.series.values())
        self._stack.setCurrentIndex(1 if recorded else 0)
        self.bar.setEnabled(recorded)
        if not recorded:
            self.message.setText(next((waiting(series) for series in self.series.values()), EMPTY))

    def set_unit(self, unit: Unit) -> None:
        """Counts steps, epochs or time along the axis."""
        self.view.unit = unit
        self.view.span = None
        self.bar.units[unit].setChecked(True)
        self._repaint()

    def set_log(self, log: bool) -> None:
        """Shows losses on a logarithmic axis."""
        self.view.log = log
        self.view.heights.clear()
        self.bar.log.setChecked(log)
        self._repaint()

    def fit(self) -> None:
        """Shows everything and follows it."""
        self.view.span = None
        self.view.heights.clear()
        self._repaint()

    def _choose_smoothing(self, steps: float) -> None:
        self._smoothing, self._chosen = steps, True
        self._resmooth.start()

    def _smooth(self) -> None:
        for series in self.series.values():
            series.set_smoothing(self._smoothing)
        self._repaint()

    def _dress(self) -> None:
        self.message.setFont(self._theme.font("base"))
        self.message.setStyleSheet(f"color: {self._theme.muted.name()}; padding: 24px;")
        palette = self._theme.palette()
        self.setPalette(palette)
        self._repaint()


def waiting(series: Series) -> str:
    """What is said in place of curves that do not exist yet."""
    status = series.status
    sentences = {
        State.QUEUED: "This run waits in the queue. Its first steps will be here once its turn has come.",
        State.STARTING: status.message or "Starting. The first steps will be here in a moment.",
        State.TRAINING: status.message or "Preparing the data. The first steps will be here in a moment.",
        State.FAILED: status.message or "The run failed before its first step.",
        State.LOST: "The training process ended before its first step.",
    }
    return sentences.get(status.state, "This run ended before its first step.")
