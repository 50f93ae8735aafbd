"""The runs of a project as rows, each with a box to tick."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor

from designer.numbers import time_text, value_text
from designer.theme import Theme
from runtime.protocol import Epoch, State
from runtime.runs import Run
from runtime.summary import Summaries, Summary

COLUMNS = ("Run", "State", "Epochs", "Best", "Last", "Time", "Device", "Started")
NUMBERS = ("Epochs", "Best", "Last", "Time")
FIGURES = 2
"""Figures that a cell has room for: the one that is watched comes first."""

STATE_TEXTS = {
    State.QUEUED: "Queued",
    State.STARTING: "Starting",
    State.TRAINING: "Training",
    State.PAUSED: "Paused",
    State.STOPPED: "Stopped",
    State.FINISHED: "Finished",
    State.FAILED: "Failed",
    State.LOST: "Cut off",
}

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole


class RunsTable(QAbstractTableModel):
    """Rows are summaries, newest first. `ticked` tells when another set of runs is ticked."""

    ticked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: list[Summary] = []
        self._ticked: list[Run] = []
        self._summaries = Summaries()

    def clear(self) -> None:
        """Forgets all rows and ticks."""
        self.beginResetModel()
        self._rows, self._ticked = [], []
        self.endResetModel()

    def set_runs(self, runs: list[Run]) -> None:
        """Shows these runs; rows that stay are changed in place, so that nothing on screen jumps."""
        if [summary.run for summary in self._rows] != runs:
            self._reset(runs)
            return
        for row, before in enumerate(self._rows):
            self._rows[row] = self._summaries.of(before.run)
            if self._rows[row] != before:
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(COLUMNS) - 1))

    def _reset(self, runs: list[Run]) -> None:
        self.beginResetModel()
        self._rows = [self._summaries.of(run) for run in runs]
        self.endResetModel()
        kept = [run for run in self._ticked if run in runs]
        if kept != self._ticked:
            self._ticked = kept
            self.ticked.emit()

    def summary(self, row: int) -> Summary | None:
        """What a row shows."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, run: Run) -> int | None:
        """Where a run stands."""
        return next((row for row, summary in enumerate(self._rows) if summary.run == run), None)

    def ticked_runs(self) -> list[Run]:
        """The runs that are ticked, in the order they were."""
        return list(self._ticked)

    def tick(self, runs: list[Run]) -> None:
        """Ticks these runs and no others."""
        self._ticked = [run for run in runs if self.row_of(run) is not None]
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, 0))
        self.ticked.emit()

    def untick(self, run: Run) -> None:
        """Ticks all that are ticked, but this run."""
        if run in self._ticked:
            self.tick([other for other in self._ticked if other != run])

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        shown = orientation == Qt.Orientation.Horizontal and role == Role.DisplayRole
        return COLUMNS[section] if shown else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.column() == 0 else flags

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        summary, column = self._rows[index.row()], COLUMNS[index.column()]
        if role in (Role.DisplayRole, Role.ToolTipRole):
            return text(summary, column) if role == Role.DisplayRole else tip(summary, column)
        if role == Role.CheckStateRole and index.column() == 0:
            return Qt.CheckState.Checked if summary.run in self._ticked else Qt.CheckState.Unchecked
        if role == Role.ForegroundRole:
            return self._colour(summary, column)
        if role == Role.FontRole:
            return self._theme.font("number" if column in NUMBERS else "name" if column == "Run" else "base")
        return None

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        if role != Role.CheckStateRole or index.column() != 0:
            return False
        run = self._rows[index.row()].run
        others = [other for other in self._ticked if other != run]
        self._ticked = [*others, run] if Qt.CheckState(value) == Qt.CheckState.Checked else others
        self.dataChanged.emit(index, index, [Role.CheckStateRole])
        self.ticked.emit()
        return True

    def _colour(self, summary: Summary, column: str) -> QColor:
        if column == "Run":
            return self._theme.text
        if column != "State":
            return self._theme.muted
        state = summary.status.state
        if state in (State.FAILED, State.LOST):
            return self._theme.error
        return self._theme.good if state is State.TRAINING else self._theme.muted


def text(summary: Summary, column: str) -> str:
    """What a cell says."""
    done, planned = summary.epochs
    return {
        "Run": lambda: summary.run.name,
        "State": lambda: STATE_TEXTS[summary.status.state],
        "Epochs": lambda: f"{done} of {planned}" if planned else "",
        "Best": lambda: figures_text(summary, summary.best, FIGURES),
        "Last": lambda: figures_text(summary, summary.last, FIGURES),
        "Time": lambda: time_text(summary.status.seconds) if summary.status.seconds else "",
        "Device": lambda: summary.device,
        "Started": lambda: moment_text(summary.job.created),
    }[column]()


def tip(summary: Summary, column: str) -> str | None:
    """What the pointer over a cell tells beyond it."""
    if column == "Run":
        return str(summary.run.path)
    if column in ("Best", "Last"):
        epoch = summary.best if column == "Best" else summary.last
        return f"Epoch {epoch.epoch}: {figures_text(summary, epoch, 99)}" if epoch else None
    if column == "State" and summary.status.state is State.LOST:
        return "The training process is gone; the run can be resumed from its last checkpoint."
    if column == "State" and summary.status.state is State.FAILED:
        failure = summary.run.failure()
        return failure.message if failure else None
    return summary.job.device_why or None if column == "Device" else None


def figures_text(summary: Summary, epoch: Epoch | None, count: int) -> str:
    """The figures of an epoch, the one that is watched first."""
    held = summary.figures(epoch)
    names = sorted(held, key=lambda name: name != summary.job.watch)
    return " · ".join(f"{name} {value_text(held[name])}" for name in names[:count])


def moment_text(moment: float) -> str:
    """When that was: today the time, else the day too."""
    if not moment:
        return ""
    then, now = datetime.fromtimestamp(moment), datetime.fromtimestamp(time.time())
    return f"{then:%H:%M}" if then.date() == now.date() else f"{then:%Y-%m-%d %H:%M}"
