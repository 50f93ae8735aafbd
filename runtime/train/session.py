"""One run from its opening to its end, whatever the end is."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from runtime import own_code
from runtime.drawing import Drawing
from runtime.failures import Account, account, lost_numbers
from runtime.protocol import BEFORE, Failure, Job, State
from runtime.recorder import Recorder
from runtime.train import checkpoint
from runtime.train.exactness import restored
from runtime.train.first_batch import look
from runtime.train.followers.status import StatusWriter
from runtime.train.hastening import hasten
from runtime.train.loop import Diverged, Ending, Loop
from runtime.train.meter import numbers_and_tables
from runtime.train.processes import Gone
from runtime.train.rows import refuse
from runtime.train.setup import Setup, prepare
from runtime.train.state import load_weights

FAILED = 3


class Session:
    """Prepares, trains, measures and writes the end into the run folder."""

    def __init__(self, recorder: Recorder, opened: Callable[[], Drawing], job: Job) -> None:
        self.recorder, self.opened, self.job = recorder, opened, job
        self.drawing: Drawing | None = None
        self.setup: Setup | None = None
        self._terminated = False

    def terminate(self) -> None:
        """The system wants the process to end: stop as if the user had wished it."""
        self._terminated = True
        if self.setup:
            self.setup.control.terminated = True

    def train(self, resume: Path | None) -> int:
        """Trains from the start or from a checkpoint; the exit code of the process."""
        with restored():
            try:
                self._train(resume)
            except Exception as error:
                self._fail(error)
                return FAILED
        return 0

    def _train(self, resume: Path | None) -> None:
        self.drawing = self.opened()
        self.setup = setup = prepare(self.drawing, self.job, self.recorder, fresh=resume is None)
        setup.control.terminated = self._terminated
        refuse(look(setup.program, setup.loop))
        begun = self._begin_with(setup) if resume is None else {}
        if resume is None:
            self.recorder.begin(setup.job)
        else:
            held, told = checkpoint.read_or_before(resume, resume.with_name(BEFORE))
            setup.loop.restore(held)
            self.recorder.take_up(setup.job, setup.loop.step)
            begun = {told: "warning"} if told else {}
        for text in (setup.job.device_why, *setup.messages):
            self.recorder.event("message", text=text)
        for text, level in begun.items():
            self.recorder.event("message", text=text, level=level)
        hasten(setup, self.recorder)
        self._end(setup, self._run(setup.loop))

    def _begin_with(self, setup: Setup) -> dict[str, str]:
        """Takes the weights that the training shall begin with, if any; what there is to say, with its level."""
        if not self.job.begin:
            return {}
        from runtime.train.warm import begin

        return begin(setup.loop.training, setup.program, self.job.begin)

    def _run(self, loop: Loop) -> Ending:
        if loop.team is None:
            return loop.run()
        with loop.team.at_work(loop):
            loop.team.stuck = self._leave
            return loop.run()

    def _leave(self, gone: Gone) -> None:
        """Ends this process from another thread: its own waits for a card that will not answer."""
        self._fail(gone)
        os._exit(FAILED)

    def _end(self, setup: Setup, ending: Ending) -> None:
        if ending is Ending.STOPPED:
            setup.checkpoints.save(setup.loop)
            setup.status.change(setup.loop, State.STOPPED)
            return
        last = setup.loop.last
        figures = {part: {**getattr(last, part), **last.tables.get(part, {})} for part in ("train", "validation")}
        run = setup.program.run
        setup.checkpoints.save(setup.loop)
        if run.early_stopping and run.restore_best and setup.best.at not in (0, setup.loop.epoch):
            figures = self._take_best(setup)
        figures["test"] = setup.loop.look("test")
        split = {part: numbers_and_tables(held) for part, held in figures.items() if held}
        metrics = {part: numbers for part, (numbers, _) in split.items()}
        tables = {part: held for part, (_, held) in split.items() if held}
        self.recorder.event("finished", epochs=setup.loop.epoch, metrics=metrics, tables=tables, ending=ending.value)
        setup.status.change(setup.loop, State.FINISHED)

    def _take_best(self, setup: Setup) -> dict[str, dict[str, Any]]:
        """The weights of the best epoch become the final ones; measures them."""
        tensors = setup.best.tensors
        if tensors is None:
            tensors = checkpoint.read(setup.checkpoints.folder / "best.safetensors").tensors
        load_weights(setup.loop.training, tensors)
        setup.checkpoints.rewrite(setup.loop)
        text = f"The weights of epoch {setup.best.at}, the best one, were put back."
        self.recorder.event("message", text=text, epoch=setup.loop.epoch, step=setup.loop.step)
        return {"train": setup.loop.look("train"), "validation": setup.loop.look("validation")}

    def _fail(self, error: Exception) -> None:
        if isinstance(error, Gone) and self.setup:
            error = self._keep(self.setup, error)
        told = account(error, self.setup, self.drawing)
        lost = lost_numbers(error, self.setup)
        if lost is not None and self.setup and self.drawing:
            told = self._diverged(self.setup, self.drawing, lost, told)
        print(told.traceback, flush=True)
        self.recorder.event("failed", cause=told.cause, text=told.message)
        self.recorder.failure(
            Failure(message=told.message, node=told.born, traceback=told.traceback, remedy=told.remedy)
        )
        status = self.setup.status if self.setup else StatusWriter(self.job.device or "cpu")
        status.fail(self.recorder, told.message)

    def _keep(self, setup: Setup, gone: Gone) -> Gone:
        """The training as it was when all processes were last looked at."""
        held = gone.kept
        if held is not None:
            setup.checkpoints.put(setup.loop, held)
        step = held.plain["step"] if held else 0
        return Gone(f"{str(gone).rstrip('.')}. The training is kept as it was after step {step}: resume it.")

    def _diverged(self, setup: Setup, drawing: Drawing, lost: Diverged, told: Account) -> Account:
        from runtime.divergence import diverged
        from runtime.train.diagnose import find

        try:
            last = setup.checkpoints.folder / "last.safetensors"
            held = checkpoint.read(last) if last.exists() else setup.loop.checkpoint()
            finding = find(setup, own_code.files(drawing.document, Path(setup.job.base)), lost, held)
        except Exception:
            return told
        return diverged(lost, finding, setup, told)
