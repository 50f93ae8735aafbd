"""The learning-rate range test: trains a few steps at a rate that rises from next to nothing until the loss explodes.

L. N. Smith: Cyclical Learning Rates for Training Neural Networks, 2017.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from typing import Any

import numpy as np

from graph.document import Document
from runtime.drawing import Drawing, override
from runtime.emit.training import attributes
from runtime.program import Phase, Program, ProgramError
from runtime.program.perceptrons import is_rule
from runtime.protocol import FLUSH_SECONDS, SECONDS, State
from runtime.studies.curve import Curve
from runtime.studies.plans import RatePlan
from runtime.studies.study import Study
from runtime.train.checkpoint import Checkpoint, snapshot
from runtime.train.first_batch import look
from runtime.train.loop import Loop
from runtime.train.rows import refuse
from runtime.train.setup import Setup, prepare
from runtime.train.state import modules, optimizers
from runtime.train.warm import begin
from runtime.words import listed

ALONE = {"processes": 1, "compile": "off"}
"""Run settings of a range test: what makes long trainings faster, a short one need not wait for."""

COLUMNS = (SECONDS, "lr", "loss")
"""Of `steps.bin` in the folder of a range test."""


class RateStudy(Study):
    """Finds a learning rate for one optimizer; the others train with their own."""

    def conduct(self, drawing: Drawing, *, resume: bool) -> State:
        plan = RatePlan.from_json(self.job.study)
        without_schedules(drawing.document)
        override(drawing.document, ALONE)
        phase = chosen(Program(drawing.reading), plan)
        self.setup = setup = prepare(drawing, self.job, self.recorder)
        refuse(look(setup.program, setup.loop))
        said = begin(setup.loop.training, setup.program, self.job.begin) if self.job.begin else {}
        self.recorder.begin(replace(setup.job, columns=COLUMNS, study={**self.job.study, "optimizer": phase.id}))
        for text, level in said.items():
            self.recorder.event("message", text=text, level=level)
        self.tell(State.TRAINING, steps=plan.steps, device=setup.job.device)
        curve = self._climb(setup, phase, plan)
        if self.unwanted:
            return State.STOPPED
        self.recorder.event("finished", suggestion=curve.suggestion().to_json())
        return State.FINISHED

    def _climb(self, setup: Setup, phase: Phase, plan: RatePlan) -> Curve:
        """Takes the steps, and writes them down ten times a second."""
        rates, losses, rows = list[float](), list[float](), list[tuple[float, float, float]]()
        start = due = time.perf_counter()
        own = attributes(setup.program)[phase.born]
        for rate, loss in climb(setup.loop, own, phase, plan):
            rates.append(rate)
            losses.append(loss)
            now = time.perf_counter()
            rows.append((now - start, rate, loss))
            ended = len(rates) == plan.steps or Curve(rates, losses, plan.steps).exploded
            if now >= due or ended:
                self.recorder.steps(np.array(rows, "<f4"))
                rows.clear()
                self.tell(State.TRAINING, step=len(rates), seconds=now - start)
                due = now + FLUSH_SECONDS
            if ended or self.unwanted:
                break
        if rows:
            self.recorder.steps(np.array(rows, "<f4"))
        return Curve(rates, losses, plan.steps)


def climb(loop: Loop, optimizer: str, phase: Phase, plan: RatePlan) -> Iterator[tuple[float, float]]:
    """Rate and loss of one step after the other, until the loss is no number any more; then all is as it was.

    `optimizer` is the attribute of the training that has the rate; its groups keep their proportions. The loss is what
    the phase makes small, without penalties, as the step found it before it moved the weights.
    """
    with put_back(loop):
        groups = optimizers(loop.training)[optimizer].param_groups
        usual = float(getattr(phase.kind, "lr"))  # noqa: B009 (only optimizers with a rate come here)
        factors = [float(group.get("initial_lr", group["lr"])) / usual for group in groups]
        batches = _endless(loop)
        for rate in rates(plan):
            for group, factor in zip(groups, factors, strict=True):
                group["lr"] = rate * factor
            for _ in range(phase.every):
                sums = loop.training.step(*next(batches))
            loss = total(sums, phase)
            if not math.isfinite(loss):
                return
            yield rate, loss


def rates(plan: RatePlan) -> list[float]:
    """From the lowest to the highest, each as many times the one before."""
    last = plan.steps - 1
    return [plan.low * (plan.high / plan.low) ** (at / last) for at in range(plan.steps)]


def total(sums: Mapping[str, Any], phase: Phase) -> float:
    """What a phase makes small, of the figures of one step."""
    return sum(term.weight * float(sums[term.figure.id][0]) / float(sums[term.figure.id][1]) for term in phase.terms)


@contextmanager
def put_back(loop: Loop) -> Iterator[None]:
    """Puts everything back that steps change: weights, buffers, optimizers, means, random numbers, modes."""
    now = loop.checkpoint()
    held = Checkpoint(snapshot(now.tensors), now.plain)
    parts = [part for module in modules(loop.training).values() for part in module.modules()]
    modes, names = [part.training for part in parts], set(vars(loop.training))
    try:
        yield
    finally:
        for name in set(vars(loop.training)) - names:  # what comes with the first pass
            delattr(loop.training, name)
        loop.restore(held)
        for part, mode in zip(parts, modes, strict=True):
            part.training = mode
        for optimizer in optimizers(loop.training).values():
            optimizer.zero_grad()


def _endless(loop: Loop) -> Iterator[Any]:
    """Batches of training rows, in the orders of one epoch after the other."""
    rows = loop.rows["train"]
    for turn in count():
        for module in modules(loop.training).values():
            module.train()
        if hasattr(loop.training, "begin"):
            loop.training.begin(loop.device)
        yield from loop.batches(rows, turn)


def without_schedules(document: Document) -> None:
    """Takes the wires away by which schedules move learning rates: here the test does."""
    wires = [wire.key for node in document.nodes() for wire in document.wires_into(node.born, "schedule")]
    with document.change():
        for key in wires:
            document.drop(key)


def chosen(program: Program, plan: RatePlan) -> Phase:
    """The optimizer whose rate is sought. Raises ProgramError where there is none, or where one must be named."""
    wrong = plan.wrong()
    if wrong:
        raise ProgramError(wrong, "")
    program.refuse_training()
    rated = [phase for phase in program.phases if "lr" in phase.kind.params and not is_rule(phase)]
    names = listed((phase.id for phase in rated), "or", 12)
    if not rated:
        raise ProgramError("No optimizer here has a learning rate that could be tested.", "")
    if not plan.optimizer:
        if len(rated) > 1:
            raise ProgramError(f"Say whose learning rate to test: {names}.", rated[1].born)
        return rated[0]
    found = next((phase for phase in rated if phase.id == plan.optimizer), None)
    if found is None:
        raise ProgramError(f"There is no optimizer called {plan.optimizer} with a learning rate: take {names}.", "")
    return found
