"""Reads a cross-validation while it grows and later: what each fold came to, and mean and spread of all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runtime.protocol import Epoch, State, Status
from runtime.runs import Run
from runtime.studies.plans import Fold, FoldPlan

HELD_OUT = "validation"
"""The part of a fold's run that holds the rows that were held out."""

PARTS = (HELD_OUT, "test", "train")


@dataclass(frozen=True, slots=True)
class Score:
    """One fold: where its run stands, and its figures by part once it is finished."""

    fold: Fold
    run: Run
    status: Status | None
    """None as long as it has not begun."""
    metrics: dict[str, dict[str, float]]
    last: Epoch
    """What its last epoch came to, while it trains."""

    @property
    def finished(self) -> bool:
        return self.status is not None and self.status.state is State.FINISHED


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean and sample standard deviation of a figure over so many folds; of one fold the spread is not known."""

    mean: float
    deviation: float | None
    folds: int

    def to_json(self) -> dict[str, Any]:
        return {"mean": self.mean, "deviation": self.deviation, "folds": self.folds}


@dataclass(frozen=True, slots=True)
class Scores:
    """All folds of a study, in the order of their training."""

    plan: FoldPlan
    folds: tuple[Score, ...]

    @classmethod
    def read(cls, study: Run, known: Scores | None = None) -> Scores:
        """What stands in a study's folder now. `known` is an earlier answer: what was finished is not read again."""
        plan = FoldPlan.from_json(study.job.study)
        before = {score.run: score for score in known.folds if score.finished} if known else {}
        runs = zip(plan.turns, fold_runs(study.path, plan), strict=True)
        return cls(plan, tuple(before.get(run) or _score(fold, run) for fold, run in runs))

    @property
    def done(self) -> int:
        """Folds that are finished."""
        return sum(score.finished for score in self.folds)

    def figures(self, part: str = HELD_OUT) -> list[str]:
        """The names of the figures of a part, in their order."""
        return list(dict.fromkeys(name for score in self.folds for name in score.metrics.get(part, {})))

    def spread(self, figure: str, part: str = HELD_OUT) -> Spread:
        """Mean and spread over the folds that have the figure."""
        import numpy as np  # only where numbers are read: the window opens sooner without it

        values = [score.metrics[part][figure] for score in self.folds if figure in score.metrics.get(part, {})]
        deviation = float(np.std(values, ddof=1)) if len(values) > 1 else None
        return Spread(float(np.mean(values)) if values else float("nan"), deviation, len(values))

    def summary(self) -> dict[str, dict[str, dict[str, Any]]]:
        """Mean and spread of each figure of each part, as plain JSON."""
        return {
            part: {name: self.spread(name, part).to_json() for name in self.figures(part)}
            for part in PARTS
            if self.figures(part)
        }


def fold_runs(folder: Path, plan: FoldPlan) -> list[Run]:
    """The runs of all folds; those that have not begun do not exist yet."""
    return [Run(folder / fold.name) for fold in plan.turns]


def _score(fold: Fold, run: Run) -> Score:
    if not run.exists:
        return Score(fold, run, None, {}, Epoch())
    status = run.status()
    metrics = run.metrics() if status.state is State.FINISHED else {}
    epochs = [] if metrics else run.epochs()
    return Score(fold, run, status, metrics, epochs[-1] if epochs else Epoch())
