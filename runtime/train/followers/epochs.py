"""Writes what each epoch came to into the run folder."""

from __future__ import annotations

from runtime.protocol import Epoch
from runtime.train.followers.follower import Follower
from runtime.train.loop import Loop


class Epochs(Follower):
    """One line an epoch. It comes after all who add to the record."""

    def epoch(self, loop: Loop, epoch: Epoch) -> Epoch:
        loop.recorder.epoch(epoch)
        return epoch
