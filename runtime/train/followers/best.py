"""Remembers the weights of the best epoch."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from runtime.protocol import Epoch
from runtime.train.checkpoint import Checkpoint, snapshot
from runtime.train.followers.follower import Follower
from runtime.train.loop import Loop
from runtime.train.state import Tensors, weights


class Best(Follower):
    """The best epoch by one figure (of the validation part if there is one); of equals the first."""

    name = "best"

    def __init__(self, figure: str, better: str) -> None:
        self.figure, self.sign = figure, -1.0 if better == "high" else 1.0
        self.value: float | None = None
        self.at = 0
        """The number of the best epoch, from 1; 0 before there is one."""
        self.tensors: Tensors | None = None
        """Its weights, unless they were written by an earlier process and only lie on the disk."""
        self.saved = 0
        self._step = 0

    def epoch(self, loop: Loop, epoch: Epoch) -> Epoch:
        value = (epoch.validation or epoch.train).get(self.figure)
        if value is None or math.isnan(value):
            return epoch
        if self.value is not None and self.sign * value >= self.sign * self.value:
            return epoch
        self.value, self.at, self._step = value, epoch.epoch, epoch.step
        self.tensors = snapshot(weights(loop.training))
        return replace(epoch, best=True)

    @property
    def unsaved(self) -> Checkpoint | None:
        """The checkpoint to write, if it is not on the disk yet."""
        if self.tensors is None or self.saved == self.at:
            return None
        return Checkpoint(
            self.tensors, {"epoch": self.at, "step": self._step, "figure": self.figure, "value": self.value}
        )

    def state(self) -> dict[str, Any]:
        return {"value": self.value, "at": self.at, "step": self._step}

    def restore(self, state: dict[str, Any]) -> None:
        self.value, self.at, self._step = state["value"], state["at"], state["step"]
        self.saved, self.tensors = self.at, None
