"""The folds of a cross-validation as rows, and below them mean and spread of each figure."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem

from designer.numbers import time_text, value_text
from designer.theme import Theme
from runtime.protocol import Figure, State
from runtime.studies.scores import HELD_OUT, Score, Scores, Spread
from runtime.words import amount

Align = Qt.AlignmentFlag

WORDS = {
    State.QUEUED: "Queued", State.STARTING: "Starting", State.TRAINING: "Training", State.PAUSED: "Paused",
    State.STOPPED: "Stopped", State.FINISHED: "Trained", State.FAILED: "Failed", State.LOST: "Cut off",
}  # fmt: skip

ENDS = (("Mean, held out", HELD_OUT), ("Mean, test part", "test"))


class FoldsTable(QTreeWidget):
    """A row for each fold, with its figures on what was held out; the last rows say what they come to."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._figures: list[str] | None = None
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setSelectionMode(QTreeWidget.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Folds")
        self.header().setSectionsMovable(False)
        self._head([])

    def show_scores(self, scores: Scores, measured: Sequence[Figure]) -> None:
        """Shows where the folds stand now; rows change in place."""
        figures = [figure.id for figure in measured]
        ends = [end for end in ENDS if scores.figures(end[1])]
        count = len(scores.folds) + len(ends)
        if figures != self._figures or self.topLevelItemCount() != count:
            self._head(figures)
            self.addTopLevelItems([QTreeWidgetItem() for _ in range(count)])
        for at, score in enumerate(scores.folds):
            self._fill(at, self._cells(score, figures), score.finished, bold=False)
        for at, (title, part) in enumerate(ends, len(scores.folds)):
            spreads = [spread_text(scores.spread(id, part)) for id in figures]
            self._fill(at, [title, amount(scores.done, "fold"), *spreads, ""], True, bold=True)

    def _head(self, figures: list[str]) -> None:
        self.clear()
        self._figures = figures
        names = ["Fold", "State", *figures, "Time"]
        self.setColumnCount(len(names))
        self.setHeaderLabels(names)
        header = self.header()
        header.setStretchLastSection(False)
        for at in range(len(names)):
            wide = 2 <= at < len(names) - 1
            header.setSectionResizeMode(
                at, QHeaderView.ResizeMode.Stretch if wide else QHeaderView.ResizeMode.ResizeToContents
            )
            self.headerItem().setTextAlignment(at, Align.AlignRight if at >= 2 else Align.AlignLeft)
        header.setMinimumSectionSize(64)

    def _cells(self, score: Score, figures: list[str]) -> list[str]:
        values = score.metrics.get(HELD_OUT, {}) or score.last.validation
        told = [value_text(values[id]) if id in values else "" for id in figures]
        if score.status is None:
            return [score.fold.words.capitalize(), "Waiting", *told, ""]
        state = WORDS[score.status.state]
        if score.status.state is State.TRAINING:
            state = f"Epoch {score.status.epoch} of {score.status.epochs}"
        return [score.fold.words.capitalize(), state, *told, time_text(round(score.status.seconds, 1))]

    def _fill(self, at: int, cells: list[str], certain: bool, *, bold: bool) -> None:
        """One row; figures of a fold that still trains are quieter."""
        item = self.topLevelItem(at)
        if item is None:
            return
        last = len(cells) - 1
        for column, text in enumerate(cells):
            number = column >= 2
            font = self._theme.font("number" if number else "base")
            font.setBold(bold)
            item.setText(column, text)
            item.setFont(column, font)
            item.setTextAlignment(column, (Align.AlignRight if number else Align.AlignLeft) | Align.AlignVCenter)
            quiet = not certain or column in (1, last)
            item.setForeground(column, QBrush(self._theme.muted if quiet else self._theme.text))


def spread_text(spread: Spread) -> str:
    """Mean ± spread, as far as they are known."""
    if not spread.folds:
        return ""
    mean = value_text(spread.mean)
    return mean if spread.deviation is None else f"{mean} ± {value_text(spread.deviation)}"
