"""Cross-validation: trains the drawing once for each fold, with all rows but those that are held out."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

from graph.roles import Data
from runtime.data import folding
from runtime.data.table import DataError
from runtime.drawing import Drawing
from runtime.lock import Lock
from runtime.program import Program, ProgramError
from runtime.protocol import (
    CHECKPOINTS,
    JOB,
    LAST,
    PROJECT,
    Figure,
    Job,
    State,
    Status,
    Wish,
    write_entry,
    write_text,
)
from runtime.recorder import Recorder
from runtime.runs import Run
from runtime.studies.plans import WATCHED, Fold, FoldPlan
from runtime.studies.scores import Scores, fold_runs
from runtime.studies.study import Study
from runtime.train.rows import NodeError
from runtime.train.session import Session
from runtime.words import listed


class FoldStudy(Study):
    """Trains one fold after the other, each as a run in a folder of its own. A fold that is finished stays."""

    _session: Session | None = None
    _before = 0.0
    """Seconds of the folds that are finished."""

    def terminate(self) -> None:
        super().terminate()
        if self._session:
            self._session.terminate()

    def conduct(self, drawing: Drawing, *, resume: bool) -> State:
        plan = FoldPlan.from_json(self.job.study)
        program = Program(drawing.reading)
        program.refuse_training()
        refuse(program, plan)
        self._begin(program, plan, resume=resume)
        for fold, run in zip(plan.turns, fold_runs(self.recorder.folder, plan), strict=True):
            finished = run.exists and run.status().state is State.FINISHED
            if not finished and (self.unwanted or self._train(drawing, run, fold) is State.STOPPED):
                return State.STOPPED
            self._before += run.status().seconds
        scores = Scores.read(Run(self.recorder.folder))
        self.recorder.event("finished", epochs=scores.done, scores=scores.summary())
        return State.FINISHED

    def _begin(self, program: Program, plan: FoldPlan, *, resume: bool) -> None:
        figures = tuple(
            Figure(id=f.id, born=f.born, kind=f.kind.name(), role=f.role, better=f.better)
            for f in program.figures if not f.is_table
        )  # fmt: skip
        watch = program.watch.id if program.watch else None
        job = replace(self.job, figures=figures, watch=watch, epochs=program.run.epochs, seed=program.run.seed)
        if resume:
            self.recorder.take_up(job, 0)
        else:
            self.recorder.begin(job)
            if program.run.early_stopping:
                self.recorder.event("message", text=WATCHED, level="warning")
        self.tell(State.TRAINING, epochs=len(plan.turns))

    def _train(self, drawing: Drawing, run: Run, fold: Fold) -> State:
        """Trains one fold, or what is left of it; how it ended. Raises what went wrong."""
        going_on = run.exists and run.can_resume
        if not going_on:
            self._prepare(run, fold)
        lock = Lock.claim(run.path)
        try:
            with FoldRecorder(run.path, self, fold) as recorder:
                self._session = Session(recorder, lambda: drawing, run.job)
                self._session.train(run.path / CHECKPOINTS / LAST if going_on else None)
        finally:
            if lock is not None:
                lock.release()
        if run.status().state is State.FAILED:
            raise _failed(run, fold)
        return run.status().state

    def _prepare(self, run: Run, fold: Fold) -> None:
        """A run folder, as a training of its own would have it."""
        run.path.mkdir(exist_ok=True)
        job = Job(
            key=os.urandom(16).hex(),
            name=run.name,
            created=time.time(),
            project=self.job.project,
            base=self.job.base,
            overrides=self.job.overrides,
            fold=fold.to_json(),
        )
        write_text(run.path / PROJECT, Run(self.recorder.folder).project_text(), durable=True)
        write_entry(run.path / JOB, job, durable=True)

    def follow(self, fold: Fold, status: Status) -> None:
        """The fold that trains has told where it stands."""
        state = State.PAUSED if status.state is State.PAUSED else State.TRAINING
        self.tell(
            state, epoch=fold.number + 1, step=status.step, steps=status.steps, seconds=self._before + status.seconds,
            seconds_left=self._left(fold, status), device=status.device, memory=status.memory,
        )  # fmt: skip

    def _left(self, fold: Fold, status: Status) -> float | None:
        """From the pace until now: each fold takes about as long as the others."""
        if status.seconds_left is None:
            return None
        each = (self._before + status.seconds + status.seconds_left) / (fold.number + 1)
        return status.seconds_left + each * (self.status.epochs - fold.number - 1)


class FoldRecorder(Recorder):
    """The pen of a fold's run: it tells the study where it stands, and obeys what is wished of the study."""

    def __init__(self, folder: Path, study: FoldStudy, fold: Fold) -> None:
        super().__init__(folder)
        self._study, self._fold = study, fold

    def wish(self) -> Wish:
        return self._study.recorder.wish()

    def status(self, status: Status) -> None:
        super().status(status)
        self._study.follow(self._fold, status)


def refuse(program: Program, plan: FoldPlan) -> None:
    """Raises ProgramError or NodeError where folds cannot be made."""
    wrong = plan.wrong()
    if wrong:
        raise ProgramError(wrong, "")
    sources = [source for source in program.sources if isinstance(source.kind, Data)]
    if len(sources) > 1:
        names = listed(source.id for source in sources)
        raise ProgramError(
            f"The drawing takes its rows from {names}: nobody has said which of them belong together, and so must be "
            "held out together. Cross-validation takes drawings with one source of data.",
            sources[1].born,
        )
    try:
        folding.refuse(sources[0].kind)
    except DataError as error:
        raise NodeError(f"{sources[0].id}: {error}", sources[0].born, "data") from error


def _failed(run: Run, fold: Fold) -> NodeError:
    """What a fold's run says about its end. What is wrong with the data is wrong in all folds."""
    failure = run.failure()
    message = failure.message if failure else run.status().message
    cause = next((str(event.data.get("cause")) for event in run.events() if event.event == "failed"), "error")
    told = message if cause in ("data", "drawing") else f"In {fold.words}: {message}"
    return NodeError(told, failure.node if failure else None, cause)
