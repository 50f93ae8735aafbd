"""Reads run folders, while they grow and years later: the same code watches a live run and reopens an old one."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from runtime import lock
from runtime.places import runs_folder, state_folder, studies_folder
from runtime.protocol import (
    BEST,
    CHECKPOINTS,
    EPOCHS,
    EVENTS,
    FAILURE,
    JOB,
    LAST,
    LOG,
    PROJECT,
    STATUS,
    STEPS,
    Epoch,
    Event,
    Failure,
    Job,
    State,
    Status,
    read_json,
    tables,
)
from runtime.tail import read_lines, read_rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

GRACE_SECONDS = 30.0
"""How long a run may be starting without holding its lock, where a lock cannot be handed to a child."""

REMOTE_SECONDS = 60.0
"""How old the heartbeat of a worker on another machine may be; its lock cannot be asked."""


class Run:
    """One run folder. It holds nothing but the path: every answer is read from the disk."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __repr__(self) -> str:
        return f"Run({str(self.path)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Run) and other.path == self.path

    def __hash__(self) -> int:
        return hash(self.path)

    @property
    def name(self) -> str:
        """The name of the folder."""
        return self.path.name

    @property
    def exists(self) -> bool:
        """Whether there is a run in the folder."""
        return (self.path / JOB).is_file()

    @property
    def job(self) -> Job:
        """What is trained; an empty job where the folder says nothing."""
        return Job.from_json(read_json(self.path / JOB))

    def status(self) -> Status:
        """Where the run stands. A run that should live, but whose process is gone, is `lost`."""
        status = self._written_status()
        if not status.state.lives or self._lives(status):
            return status
        again = self._written_status()  # it may have ended, or been taken up, between the two looks
        if not again.state.lives or self._lives(again):
            return again
        return replace(again, state=State.LOST)

    def _written_status(self) -> Status:
        return Status.from_json(read_json(self.path / STATUS))

    def _lives(self, status: Status) -> bool:
        import socket

        age = time.time() - status.heartbeat
        if status.host and status.host != socket.gethostname():
            return age < REMOTE_SECONDS
        if lock.is_held(self.path):
            return True
        return not lock.CAN_HAND_OVER and status.state is State.STARTING and age < GRACE_SECONDS

    def steps(self, since: int = 0, limit: int | None = None) -> NDArray[np.float32]:
        """The rows of the steps after the first `since`: one row a step, one column a name in `job.columns`."""
        return read_rows(self.path / STEPS, len(self.job.columns), since, limit)

    def epochs(self, since: int = 0) -> list[Epoch]:
        """The epochs after the first `since`."""
        values, _ = read_lines(self.path / EPOCHS, 0)
        return [Epoch.from_json(value) for value in values[since:]]

    def events(self, since: int = 0) -> list[Event]:
        """What happened, after the first `since` events."""
        values, _ = read_lines(self.path / EVENTS, 0)
        return [Event.from_json(value) for value in values[since:]]

    def failure(self) -> Failure | None:
        """Why the run failed, if it did."""
        value = read_json(self.path / FAILURE)
        return Failure.from_json(value) if value is not None else None

    def best(self) -> Epoch | None:
        """The best epoch by the figure that the job watches, on validation data where there are some."""
        return best_epoch(self.job, self.epochs())

    def metrics(self) -> dict[str, dict[str, float]]:
        """The figures that a finished run came to: "train", "validation", "test". Empty while there are none."""
        for event in reversed(self.events()):
            if event.event == "finished" and isinstance(event.data.get("metrics"), dict):
                return {part: Epoch.from_json({"train": held}).train for part, held in event.data["metrics"].items()}
        return {}

    def tables(self) -> dict[str, dict[str, list[list[float]]]]:
        """The figures that are more than a number, of the finished run or its last epoch: part to figure to rows."""
        for event in reversed(self.events()):
            if event.event == "finished":
                return tables(event.data.get("tables"))
        return next((epoch.tables for epoch in reversed(self.epochs())), {})

    def project_text(self) -> str:
        """The drawing that is trained, as the text of a project file."""
        return (self.path / PROJECT).read_text(encoding="utf-8")

    def log(self, lines: int = 20) -> str:
        """The last lines of what the worker printed."""
        try:
            with (self.path / LOG).open("rb") as file:
                file.seek(max(0, file.seek(0, 2) - 400 * lines))
                return "\n".join(file.read().decode("utf-8", "replace").splitlines()[-lines:])
        except OSError:
            return ""

    def checkpoint(self, name: str = BEST) -> Path | None:
        """The file of the best weights (`BEST`) or the last ones (`LAST`), where there is one."""
        path = self.path / CHECKPOINTS / name
        return path if path.is_file() else None

    def weights(self) -> Path | None:
        """The checkpoint to take away: a finished run's final weights; else the best, else the last."""
        if self._written_status().state is State.FINISHED:
            return self.checkpoint(LAST) or self.checkpoint(BEST)
        return self.checkpoint(BEST) or self.checkpoint(LAST)

    @property
    def can_resume(self) -> bool:
        """Whether it ended before its time and left a checkpoint to go on from; a study needs none."""
        unfinished = self.status().state in (State.STOPPED, State.LOST, State.FAILED)
        return unfinished and (self.checkpoint(LAST) is not None or bool(self.job.study))

    def delete(self) -> None:
        """Removes the folder and all that is in it. A run that lives, or a folder without a run, stays."""
        if not self.exists or self.path.is_symlink():
            raise ValueError(f"{self.path} holds no run")
        if self.status().state.lives:
            raise ValueError(f"{self.name} is still training: stop it first.")
        shutil.rmtree(self.path)


def best_epoch(job: Job, epochs: Iterable[Epoch]) -> Epoch | None:
    """The best of these epochs by the figure that the job watches; the first of equals."""
    figure = job.figure(job.watch) if job.watch else next(iter(job.figures), None)
    if figure is None:
        return None
    sign = -1.0 if figure.better == "high" else 1.0
    found: tuple[float, Epoch] | None = None
    for epoch in epochs:
        value = sign * epoch.validation.get(figure.id, epoch.train.get(figure.id, float("nan")))
        if value == value and (found is None or value < found[0]):
            found = (value, epoch)
    return found[1] if found else None


def runs_in(folder: Path) -> list[Run]:
    """The runs in a folder, oldest first."""
    try:
        found = [Run(path) for path in folder.iterdir() if (path / JOB).is_file()]
    except OSError:
        return []
    return sorted(found, key=lambda run: (run.job.created, run.name))


def runs_of(project: Path | None) -> list[Run]:
    """The runs of a project file, oldest first; of None: those of drawings that have no file."""
    return _of(project, runs_folder)


def studies_of(project: Path | None) -> list[Run]:
    """The studies of a project file, oldest first, likewise: their folders are those of runs."""
    return _of(project, studies_folder)


def _of(project: Path | None, folder: Callable[[Path | None], Path]) -> list[Run]:
    if project is None:
        return runs_in(folder(None))
    file = str(project.absolute())
    return [run for place in (folder(project), folder(None)) for run in runs_in(place) if run.job.project == file]


def live_folder() -> Path:
    """Where started runs are noted, so that the next start of the program finds those that still train."""
    return state_folder() / "live"


def note_of(run: Run) -> Path:
    """The note that a run was started."""
    return live_folder() / f"{run.job.key or run.name}.txt"


def forget(run: Run) -> None:
    """The user knows that this run was cut off: it stays in the list of runs, but no start offers it again."""
    with suppress(OSError):
        note_of(run).unlink(missing_ok=True)


def live_runs() -> list[Run]:
    """The runs of this user that train right now or were cut off; what has ended since is forgotten.

    Of several runs of one project that were cut off, only the newest counts: it took the place of the others.
    """
    found = [run for note in live_folder().glob("*.txt") if (run := _noted(note))]
    found.sort(key=lambda run: run.job.created)
    newest = {run.job.project: run for run in found if run.status().state is State.LOST}
    kept = []
    for run in found:
        if run.status().state is not State.LOST or newest.get(run.job.project) == run:
            kept.append(run)
        else:
            forget(run)
    return kept


def _noted(note: Path) -> Run | None:
    """The run of a note; None where it has ended, and then the note goes."""
    try:
        run = Run(Path(note.read_text(encoding="utf-8").strip()))
        state = run.status().state if run.exists else State.FINISHED
        if state.lives or state is State.LOST:
            return run
        note.unlink(missing_ok=True)
    except (OSError, ValueError):
        return None
    return None
