"""What a list of runs tells of each: where it stands, what it came to, how long it took."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from runtime.protocol import EPOCHS, JOB, STATUS, Epoch, Job, State, Status
from runtime.runs import Run, best_epoch


@dataclass(frozen=True, slots=True)
class Summary:
    """One run at a glance."""

    run: Run
    job: Job
    status: Status
    best: Epoch | None
    last: Epoch | None

    @property
    def device(self) -> str:
        """Where it trains or trained."""
        return self.status.device or self.job.device

    @property
    def epochs(self) -> tuple[int, int]:
        """Epochs that were ended, and that it should have."""
        return (self.last.epoch if self.last else 0), self.status.epochs or self.job.epochs

    def figures(self, epoch: Epoch | None) -> dict[str, float]:
        """The figures of an epoch: on validation data where there are some, else on training data."""
        return {**epoch.train, **epoch.validation} if epoch else {}


def summarize(run: Run) -> Summary:
    """Reads a run's folder."""
    job, epochs = run.job, run.epochs()
    return Summary(run, job, run.status(), best_epoch(job, epochs), epochs[-1] if epochs else None)


class Summaries:
    """Reads runs again only where something has changed: a list of hundreds is renewed every second."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[tuple[int, ...], Summary]] = {}

    def of(self, run: Run) -> Summary:
        """The summary as it is now."""
        stamp = tuple(_stamp(run.path / name) for name in (JOB, STATUS, EPOCHS))
        known = self._known.get(run.path)
        if known is not None and known[0] == stamp and not _may_change(known[1].status.state):
            return known[1]
        made = summarize(run)
        self._known[run.path] = (stamp, made)
        return made


def _may_change(state: State) -> bool:
    """Whether the state can become another without a file being written."""
    return state.lives or state is State.LOST


def _stamp(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
