"""Writes checkpoints: at epochs' ends, at a pause and a stop, and within long epochs."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runtime.protocol import BEFORE, BEST, CHECKPOINTS, LAST
from runtime.train import checkpoint
from runtime.train.checkpoint import Checkpoint
from runtime.train.followers.best import Best
from runtime.train.followers.follower import Follower
from runtime.train.loop import Loop

REST_SECONDS = 2.0
"""Short epochs do not write at each of their ends: what is lost by a crash is trained again, to the same digits."""

SHARE = 0.02
"""The part of the time that writing may take."""


class Checkpoints(Follower):
    """Keeps `last`, from which a training goes on to the bit, and `best`, the weights of the best epoch.

    `neurons` is the table that finds single neurons in the weights; it stands in both.
    """

    def __init__(self, folder: Path, best: Best, minutes: float, neurons: Mapping[str, Any] | None = None) -> None:
        self.folder, self.best, self.seconds = folder / CHECKPOINTS, best, 60 * minutes
        self._table = {"neurons": dict(neurons)} if neurons else {}
        self._written = time.monotonic()
        self._took = 0.0
        self._step = -1

    @property
    def step(self) -> int:
        """The step of the last checkpoint."""
        return self._step

    def begin(self, loop: Loop) -> None:
        if loop.step == 0:
            self.save(loop)
        self._step = loop.step

    def tick(self, loop: Loop) -> None:
        if not loop.closing and time.monotonic() - self._written > max(self.seconds, self._took / SHARE):
            self.save(loop)

    def done(self, loop: Loop) -> None:
        if time.monotonic() - self._written > max(REST_SECONDS, self._took / SHARE):
            self.save(loop)

    def save(self, loop: Loop) -> None:
        """Writes what is not on the disk yet. The record goes first, so that no checkpoint is ahead of it."""
        began = time.monotonic()
        if loop.step != self._step or loop.step == 0:
            loop.recorder.sync()
            self._save_best()
            self._write(LAST, loop.checkpoint())
            loop.recorder.event("checkpoint", step=loop.step, epoch=loop.epoch)
            self._step = loop.step
        self._written = time.monotonic()
        self._took = self._written - began

    def put(self, loop: Loop, held: Checkpoint) -> None:
        """Writes a checkpoint that was made earlier."""
        loop.recorder.sync()
        self._save_best()
        self._write(LAST, held)
        self._step = held.plain["step"]
        loop.recorder.event("checkpoint", step=self._step, epoch=held.plain["epoch"])

    def rewrite(self, loop: Loop) -> None:
        """Writes the last checkpoint even if the step is the same: the weights are others now."""
        self._step = -1
        self.save(loop)

    def _save_best(self) -> None:
        unsaved = self.best.unsaved
        if unsaved is not None:
            self._write(BEST, unsaved)
            self.best.saved = self.best.at

    def _write(self, name: str, held: Checkpoint) -> None:
        if name == LAST:
            checkpoint.keep_before(self.folder / LAST, self.folder / BEFORE)
        checkpoint.write(self.folder / name, Checkpoint(held.tensors, {**held.plain, **self._table}))
