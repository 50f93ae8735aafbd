"""Writes every step's figures into the run folder."""

from __future__ import annotations

import numpy as np

from runtime.train.followers.follower import Follower
from runtime.train.loop import Loop
from runtime.train.meter import means


class Steps(Follower):
    """One row a step: seconds, then the figures, in the order of the job's columns."""

    def tick(self, loop: Loop) -> None:
        if not len(loop.fresh):
            return
        told = [at for at, name in enumerate(loop.meter.names) if loop.meter.is_stepwise(name)]
        with np.errstate(over="ignore"):
            rows = np.column_stack([loop.fresh_seconds, means(loop.fresh)[:, told]]).astype("<f4")
        loop.recorder.steps(np.ascontiguousarray(rows))
