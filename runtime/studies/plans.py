"""What a study is told: written into its job, and checked before it begins."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

from runtime.protocol import Entry, Job

MOST_STEPS = 10_000
MOST_FOLDS = 10_000

WATCHED = (
    "Early stopping looks at the rows that are held out: the figures are better than they would be on rows that nobody "
    "has looked at."
)
"""What early stopping means for a cross-validation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Entry):
    """The settings of one study. `study` is its name in jobs and in the names of folders."""

    study: ClassVar[str] = ""

    def wrong(self) -> str | None:
        """Why it cannot be, as a sentence."""
        raise NotImplementedError  # every plan knows its limits

    def to_job(self) -> dict[str, Any]:
        """What a job holds of it."""
        return {"study": self.study, **self.to_json()}


@dataclass(frozen=True, slots=True, kw_only=True)
class RatePlan(Plan):
    """A learning-rate range test of one optimizer, by its name; left empty, the only one there is."""

    study: ClassVar[str] = "rate"
    optimizer: str = ""
    low: float = 1e-7
    high: float = 10.0
    steps: int = 150

    def wrong(self) -> str | None:
        if not 10 <= self.steps <= MOST_STEPS:
            return f"A range test takes 10 to {MOST_STEPS:,} steps, not {self.steps:,}."
        if not (0 < self.low < self.high and math.isfinite(self.high)):
            return f"The rate must rise from above zero to a larger one, not from {self.low:g} to {self.high:g}."
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldPlan(Plan):
    """A cross-validation. `seed` chooses which rows go to which fold, as it does for scikit-learn."""

    study: ClassVar[str] = "folds"
    folds: int = 5
    repeats: int = 1
    stratified: bool = False
    seed: int = 0

    def wrong(self) -> str | None:
        if self.folds < 2:
            return "Cross-validation needs 2 folds at least: one to train with, one held out."
        if self.repeats < 1:
            return "Folds are made once at least."
        if self.folds * self.repeats > MOST_FOLDS:
            return f"{self.folds * self.repeats:,} trainings are too many for one cross-validation."
        if not 0 <= self.seed < 2**32:
            return f"The seed of the folds must lie between 0 and {2**32 - 1:,}."
        return None

    @property
    def turns(self) -> list[Fold]:
        """Every training in its order."""
        return [
            Fold(folds=self.folds, at=at, repeat=repeat, stratified=self.stratified, seed=self.seed)
            for repeat in range(self.repeats)
            for at in range(self.folds)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold(Entry):
    """One fold of a cross-validation: which rows are held out. `at` and `repeat` count from 0."""

    folds: int = 5
    at: int = 0
    repeat: int = 0
    stratified: bool = False
    seed: int = 0

    @property
    def number(self) -> int:
        """Which of all trainings it is, counted from 0."""
        return self.repeat * self.folds + self.at

    @property
    def name(self) -> str:
        """The name of its folder."""
        return f"fold-{self.number + 1:02d}"

    @property
    def words(self) -> str:
        """What it is called on screen, counted from 1."""
        again = f" of round {self.repeat + 1}" if self.repeat else ""
        return f"fold {self.at + 1}{again}"


def plan_of(job: Job) -> Plan | None:
    """The plan of a study; None of a training."""
    for kind in (RatePlan, FoldPlan):
        if job.study.get("study") == kind.study:
            return kind.from_json(job.study)
    return None


def fold_of(job: Job) -> Fold | None:
    """The fold that a run trains; None where its rows are split as the drawing says."""
    return Fold.from_json(job.fold) if job.fold else None
