"""Keeps in memory what the training was a moment ago, in case one of several processes is lost within a step."""

from __future__ import annotations

import time

from runtime.train.followers.follower import Follower
from runtime.train.loop import Loop

SHARE = 0.02
"""The part of the time that copying may take."""


class Spare(Follower):
    """Goes last, so that nothing is to come that belongs to the same moment."""

    def __init__(self) -> None:
        self._made = self._took = 0.0

    def tick(self, loop: Loop) -> None:
        if not loop.closing:
            self.done(loop)

    def done(self, loop: Loop) -> None:
        if loop.team and time.monotonic() - self._made > self._took / SHARE:
            began = time.monotonic()
            loop.team.keep(loop)
            self._made = time.monotonic()
            self._took = self._made - began
