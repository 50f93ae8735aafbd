"""A study of one window's drawing: started, followed through its folder, and stopped."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from designer.session import Session
from graph import project
from graph.roles import Optimizer
from runtime import launch
from runtime.launch import LaunchError
from runtime.protocol import State, Status
from runtime.runs import Run, studies_of
from runtime.studies.plans import Plan

LOOK_MS = 120
"""Between two looks at a study that lives."""

NOTHING = "Nothing is trained here yet: put data, layers, a loss and an optimizer on the canvas."


class Study(QObject):
    """The study that a dialog shows, of one sort (`rate`, `folds`). It goes on when nobody looks."""

    changed = Signal()
    """It may stand elsewhere now; told at each look while it lives, and when it has ended."""
    refused = Signal(str)
    """Why a wish could not be met, as a sentence."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.run: Run | None = None
        self.status = Status(state=State.STOPPED)
        self._timer = QTimer(self, singleShot=True, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)

    @property
    def lives(self) -> bool:
        return self.run is not None and self.status.state.lives

    @property
    def failure(self) -> str:
        """Why it failed, as a sentence; empty where it did not."""
        failure = self.run.failure() if self.run and self.status.state is State.FAILED else None
        return failure.message if failure else ""

    def start(self, plan: Plan, begin: Run | None = None) -> None:
        """Studies the drawing as it stands now, in a new folder."""
        why = why_not(self.session)
        if why:
            self.refused.emit(why)
            return
        session = self.session
        try:
            run = launch.start(
                project.write(session.document), project=session.path, base=session.base or Path.home(),
                begin=begin.path if begin else None, study=plan.to_job(), yielding=True,
            )  # fmt: skip
        except (LaunchError, OSError) as error:
            self.refused.emit(str(error))
            return
        self.watch(run)

    def resume(self) -> None:
        """Goes on with what a stopped one has left."""
        if self.run is None:
            return
        try:
            launch.resume(self.run, yielding=True)
        except (LaunchError, OSError) as error:
            self.refused.emit(str(error))
            return
        self.watch(self.run)

    def stop(self) -> None:
        if self.run is not None and self.lives:
            launch.stop(self.run)

    def watch(self, run: Run) -> None:
        """Follows a study."""
        self.run = run
        self.look()

    def look(self) -> None:
        """Looks now, and again soon if it lives."""
        if self.run is None:
            return
        self.status = self.run.status()
        if self.status.state.lives:
            self._timer.start()
        self.changed.emit()

    def leave(self) -> None:
        """Looks no more."""
        self._timer.stop()


def why_not(session: Session) -> str | None:
    """Why a drawing cannot be studied as it is: the first error, in its sentence."""
    document = session.reading.document
    kinds = [document.kind(node) for node in document.nodes()]
    if not any(kind is not None and issubclass(kind, Optimizer) for kind in kinds):
        return NOTHING
    errors = [found for found in session.reading.diagnostics() if found.level == "error"]
    return errors[0].message if errors else None


def newest(session: Session, sort: str) -> Run | None:
    """The newest study of a drawing's file of that sort."""
    if session.path is None:
        return None
    return next((run for run in reversed(studies_of(session.path)) if run.job.study.get("study") == sort), None)
