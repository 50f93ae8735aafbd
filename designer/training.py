"""Starts and steers the training of one window's drawing; the training itself lives in a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from designer.runner import Runner
from designer.session import Session
from graph import project
from graph.filelock import FileLock
from runtime import launch
from runtime.launch import LaunchError
from runtime.protocol import State, Status
from runtime.runs import Run, forget, note_of


class Training(QObject):
    """The run that a window watches."""

    changed = Signal(object)
    """`Status`, whenever it differs from the last one."""
    switched = Signal(object)
    """The `Run` that is watched from now on, or None."""
    failed = Signal(object)
    """`Failure`, once a run has failed."""
    happened = Signal(object)
    """`Event`, one that happened in the run."""
    queued = Signal(object)
    """The `Run` that waits for its turn from now on."""
    refused = Signal(str)
    """Why a wish could not be met, as a sentence."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.runner: Runner | None = None
        self._seat: FileLock | None = None
        self._edited: Run | None = None
        """The run that stops so that the edited drawing can go on with its weights."""

    @property
    def run(self) -> Run | None:
        return self.runner.run if self.runner else None

    @property
    def status(self) -> Status | None:
        """Where the watched run stands; None where there is none."""
        return self.runner.status if self.runner else None

    @property
    def lives(self) -> bool:
        status = self.status
        return status is not None and status.state.lives

    @property
    def can_start(self) -> bool:
        """Whether nothing trains, and the drawing is read and has something to train."""
        return not self.lives and not self.session.reading.under_way and self.session.document.size > 0

    def why_not(self) -> str | None:
        """Why the drawing cannot be trained as it is: the first error, in its sentence."""
        if not self.session.document.size:
            return "There is nothing to train yet: put data, layers, a loss and an optimizer on the canvas."
        errors = [found for found in self.session.reading.diagnostics() if found.level == "error"]
        return errors[0].message if errors else None

    def start(self, *, begin: Run | Path | None = None) -> None:
        """Train the drawing as it stands now, in a new run folder; with the weights of a run or a file, if any."""
        why = self.why_not()
        if why:
            self.refused.emit(why)
            return
        text, path = project.write(self.session.document), self.session.path
        run = self._tried(lambda: _started(text, path, self.session.base, begin))
        if run is not None:
            self.forget_lost()
            self.watch(run)

    def train_on(self) -> None:
        """Train the drawing as it was edited with all that its run has learned; one that still trains stops first."""
        run, why = self.run, self.why_not()
        if why or run is None:
            self.refused.emit(why or "Nothing has been trained yet: press Train.")
        elif self.lives:
            self._edited = run
            launch.stop(run)
        else:
            self.start(begin=run)

    def _stopped(self, status: Status) -> None:
        """The run that an edit waits for has written its checkpoint."""
        if self._edited is not None and not status.state.lives:
            self._edited = None
            self.train_on()

    def queue(self) -> None:
        """Train the drawing as it stands now when its turn comes, whether a window is open then or not."""
        why = self.why_not()
        if why:
            self.refused.emit(why)
            return
        text, path = project.write(self.session.document), self.session.path
        run = self._tried(lambda: _started(text, path, self.session.base, None, later=True))
        if run is not None:
            self.queued.emit(run)

    def pause(self) -> None:
        if self.run and self.status and self.status.state is State.TRAINING:
            launch.pause(self.run)

    def go_on(self) -> None:
        """Train on: a paused run at once, one that was stopped or cut off from its checkpoint."""
        run = self.run
        if run is None:
            return
        if run.status().state is State.PAUSED:
            launch.go_on(run)
        else:
            self.resume(run)

    def stop(self) -> None:
        if self.run and self.lives:
            launch.stop(self.run)

    def resume(self, run: Run, overrides: Mapping[str, Any] | None = None) -> None:
        """Go on from the last checkpoint of a run, and watch it; with its batches cut otherwise, if need be."""
        if self._tried(lambda: _resumed(run, overrides)) is not None:
            self.watch(run)

    def forget_lost(self) -> None:
        """The user knows that the watched run was cut off: no start of the program has to say so again."""
        if self.run is not None and self.status is not None and self.status.state is State.LOST:
            forget(self.run)

    def watch(self, run: Run | None) -> None:
        """Follow a run: one just started, one that trains since an earlier start of the program, or an old one."""
        self.release()
        if self.runner is not None:
            self.runner.deleteLater()
        if run is not None:
            with suppress(OSError):
                self._seat = _take_seat(run)
        self.runner, self._edited = None if run is None else Runner(run, self), None
        if self.runner is not None:
            self.runner.state.connect(self.changed)
            self.runner.state.connect(self._stopped)
            self.runner.failed.connect(self.failed)
            self.runner.happened.connect(self.happened)
            self.runner.gone.connect(self._gone)
            self.runner.start()
        self.switched.emit(run)

    def release(self) -> None:
        """Watch no more; the run goes on."""
        if self.runner is not None:
            self.runner.stop()
        if self._seat is not None:
            self._seat.give_back()
            self._seat = None

    def _gone(self) -> None:
        self.watch(None)

    def _tried(self, wish: Callable[[], Run]) -> Run | None:
        try:
            return wish()
        except (LaunchError, OSError) as error:
            self.refused.emit(str(error))
            return None


def is_watched(run: Run) -> bool:
    """Whether a living window watches this run, of this process or of another."""
    try:
        free = _take_seat(run)
    except OSError:
        return False
    if free is not None:
        free.give_back()
    return free is None


def _take_seat(run: Run) -> FileLock | None:
    """The seat in front of a run, held as long as a living window watches it; None where another has it."""
    place = note_of(run).with_suffix(".seat")
    place.parent.mkdir(parents=True, exist_ok=True)
    return FileLock.take(place)


def _started(text: str, path: Path | None, base: Path | None, begin: Run | Path | None, *, later: bool = False) -> Run:
    start = begin.path if isinstance(begin, Run) else begin
    return launch.start(text, project=path, base=base or Path.home(), begin=start, yielding=True, later=later)


def _resumed(run: Run, overrides: Mapping[str, Any] | None = None) -> Run:
    launch.resume(run, overrides=overrides, yielding=True)
    return run
