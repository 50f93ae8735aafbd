"""Stops a training whose loss is no number any more."""

from __future__ import annotations

import numpy as np

from runtime.train.followers.follower import Follower
from runtime.train.loop import Diverged, Loop

LOWEST = 50
"""So many steps that overflow one behind the other: no scale of the losses helps any more (each halves it)."""


class Finite(Follower):
    """Looks at the losses of all new steps. Metrics may be undefined; losses may not.

    A step in fp16 that overflowed tells nothing of its loss (0 of 0 rows): that is no harm unless it goes on.
    """

    def __init__(self, losses: list[str]) -> None:
        self.losses = losses
        self._lost = 0

    def tick(self, loop: Loop) -> None:
        places = [loop.meter.names.index(name) for name in self.losses]
        rows = loop.fresh[:, places, :]
        for at, row in enumerate(rows):
            gone = (row[:, 0] == 0) & (row[:, 1] == 0)
            self._lost = self._lost + 1 if gone.any() else 0
            if self._lost > LOWEST:
                raise Diverged(loop.step - len(rows) + at + 1, self.losses[int(gone.argmax())], float("nan"))
        bad = ~np.isfinite(rows[:, :, 0]) & (rows[:, :, 1] != 0)
        if bad.any():
            row, place = np.argwhere(bad)[0]
            step = loop.step - len(rows) + int(row) + 1
            raise Diverged(step, self.losses[int(place)], float(rows[row, place, 0]))
