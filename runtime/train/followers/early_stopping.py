"""Ends a training that does not get better any more."""

from __future__ import annotations

from runtime.train.followers.best import Best
from runtime.train.followers.follower import Follower
from runtime.train.loop import Ending, Loop


class EarlyStopping(Follower):
    """Waits `patience` epochs for a better one than the best."""

    def __init__(self, best: Best, patience: int) -> None:
        self.best, self.patience = best, patience

    def done(self, loop: Loop) -> None:
        if loop.epoch - self.best.at < self.patience:
            return
        loop.recorder.event(
            "early_stop",
            epoch=loop.epoch,
            step=loop.step,
            best=self.best.at,
            figure=self.best.figure,
            value=self.best.value,
        )
        loop.end(Ending.EARLY)
