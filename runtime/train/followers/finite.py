"""Stops a training whose loss is no number any more."""

from __future__ import annotations

import numpy as np

from runtime.train.followers.follower import Follower
from runtime.train.loop import Diverged, Loop


class Finite(Follower):
    """Looks at the losses of all new steps. Metrics may be undefined; losses may not."""

    def __init__(self, losses: list[str]) -> None:
        self.losses = losses

    def tick(self, loop: Loop) -> None:
        places = [loop.meter.names.index(name) for name in self.losses]
        rows = loop.fresh[:, places, :]
        bad = ~np.isfinite(rows[:, :, 0]) & (rows[:, :, 1] != 0)
        if bad.any():
            row, place = np.argwhere(bad)[0]
            step = loop.step - len(rows) + int(row) + 1
            raise Diverged(step, self.losses[int(place)], float(rows[row, place, 0]))
