"""One study from its opening to its end: what every kind of study does in its worker, and which there are."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import Any, Protocol

from runtime.drawing import Drawing
from runtime.failures import account
from runtime.protocol import Failure, Job, State, Status, Wish
from runtime.recorder import Recorder
from runtime.train.setup import Setup

FAILED = 3

STUDIES = {"rate": ("learning_rate", "RateStudy"), "folds": ("folds", "FoldStudy")}
"""For each name of a study its module here and its class."""


class Work(Protocol):
    """What a worker does in a folder: a training, or a study."""

    def terminate(self) -> None: ...
    def train(self, resume: Any) -> int: ...


class Study:
    """Opens the drawing, does what `conduct` says, and writes the end into its folder, whatever it is."""

    def __init__(self, recorder: Recorder, opened: Callable[[], Drawing], job: Job) -> None:
        self.recorder, self.opened, self.job = recorder, opened, job
        self.drawing: Drawing | None = None
        self.setup: Setup | None = None
        self.status = Status(pid=os.getpid(), host=socket.gethostname())
        self._terminated = False

    def terminate(self) -> None:
        """The system wants the process to end: stop as if the user had wished it."""
        self._terminated = True

    @property
    def unwanted(self) -> bool:
        """Whether it shall stop."""
        return self._terminated or self.recorder.wish() is Wish.STOP

    def train(self, resume: Any) -> int:
        """Does the study, or what is left of it; the exit code of the process."""
        try:
            self.drawing = self.opened()
            self.tell(self.conduct(self.drawing, resume=resume is not None))
        except Exception as error:
            self._fail(error)
            return FAILED
        return 0

    def conduct(self, drawing: Drawing, *, resume: bool) -> State:
        """Does it; how it ended. What goes wrong is raised."""
        raise NotImplementedError  # every study does something else

    def tell(self, state: State, **changed: Any) -> None:
        """Where it stands now."""
        if state is not self.status.state:
            self.recorder.event("state", state=state.value)
        self.status = replace(self.status, state=state, heartbeat=time.time(), **changed)
        self.recorder.status(self.status)

    def _fail(self, error: Exception) -> None:
        told = account(error, self.setup, self.drawing)
        print(told.traceback, flush=True)
        self.recorder.event("failed", cause=told.cause, text=told.message)
        self.recorder.failure(Failure(message=told.message, node=told.born, traceback=told.traceback))
        self.tell(State.FAILED, message=told.message, seconds_left=None)


def work_of(job: Job) -> Callable[[Recorder, Callable[[], Drawing], Job], Work]:
    """What a worker makes of a job."""
    name = job.study.get("study")
    if not name:
        from runtime.train.session import Session

        return Session
    module, made = STUDIES[name]
    found: Callable[[Recorder, Callable[[], Drawing], Job], Work] = getattr(
        import_module(f"runtime.studies.{module}"), made
    )
    return found
