"""Finds where a training lost its numbers: goes back to the last checkpoint and looks closely when it happens again."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runtime import emit, own_code
from runtime.build import Built, build
from runtime.emit.chains import APART
from runtime.emit.source import Source
from runtime.train.checkpoint import Checkpoint
from runtime.train.hastening import plain
from runtime.train.loop import Diverged
from runtime.train.state import modules, weights
from runtime.train.tracing import Sighting, Tracer, finite

if TYPE_CHECKING:
    from runtime.train.setup import Setup

PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Finding:
    """Where it arose (None: nowhere but in the loss itself), in which part of the step."""

    place: Sighting | None
    part: str
    """`forward`, `gradient`, `update`, or `unknown`."""
    step: int


class _Done(Exception):
    """Ends the second run."""


def find(setup: Setup, own: Mapping[str, Path], diverged: Diverged, held: Checkpoint) -> Finding:
    """Trains again from a checkpoint up to the step that failed; the loop cannot be used afterwards.

    The source is the same with each call on a line of its own. `own` are the user's own files.
    """
    loop = setup.loop
    loop.followers = []
    plain(loop)
    sources, built = _apart(setup, own)
    _turn_into(loop.training, built)
    replay = _Replay(loop.training, sources, diverged.step)
    try:
        loop.restore(held)
        loop.training.step = replay.step
        replay.at = loop.step
        loop.run()
    except _Done:
        pass
    except RuntimeError:
        return replay.finding or Finding(None, "unknown", diverged.step)
    return replay.finding or Finding(None, "forward", diverged.step)


def _apart(setup: Setup, own: Mapping[str, Path]) -> tuple[dict[str, Source], Built]:
    """The source with each call on a line of its own, by the names of its files, and what it defines."""
    token = APART.set(True)
    try:
        model, train = emit.model(setup.program), emit.train(setup.program)
    finally:
        APART.reset(token)
    folder = Path("<apart>")
    with own_code.importable(dict(own)):
        built = build(model.text, train.text, folder)
    return {str(folder / "model.py"): model, str(folder / "train.py"): train}, built


def _turn_into(training: Any, built: Built) -> None:
    """Lets a training, and all that generated source made in it, compute by other lines: its values stay."""
    old = type(training).__module__, type(next(iter(modules(training).values()))).__module__
    training.__class__ = built.training
    for home in modules(training).values():
        for module in home.modules():
            other = getattr(built.model, type(module).__name__, None)
            if other is not None and type(module).__module__ in old:
                module.__class__ = other


class _Replay:
    """Stands in for the training's step; looks closely at the step that failed and at the one before it."""

    def __init__(self, training: Any, sources: Mapping[str, Source], target: int) -> None:
        self.training, self.sources, self.target = training, sources, target
        self.plain_step: Callable[..., Any] = training.step
        self.finding: Finding | None = None
        self.at = 0
        self._give_up = time.monotonic() + PATIENCE_SECONDS

    def step(self, *batch: Any) -> Any:
        self.at += 1
        if time.monotonic() > self._give_up:
            self.finding = Finding(None, "unknown", self.target)
            raise _Done
        if self.at < self.target - 1:
            return self.plain_step(*batch)
        tracer = Tracer(self.sources, self.training)
        try:
            with tracer.at_work():
                sums = self.plain_step(*batch)
        finally:
            self.finding = self._judge(tracer)
        if self.finding or self.at >= self.target:
            raise _Done
        return sums

    def _judge(self, tracer: Tracer) -> Finding | None:
        seen = tracer.seen
        if seen.forward or seen.gradient:
            return Finding(seen.forward or seen.gradient, "forward" if seen.forward else "gradient", self.at)
        if self.at >= self.target:
            return Finding(None, "forward", self.at)
        broken = next((key for key, tensor in weights(self.training).items() if not finite(tensor)), None)
        if broken is None:
            return None
        return Finding(Sighting("", broken.partition(".")[2].rpartition(".")[0]), "update", self.at)
