"""Does what the user wishes: pause, go on, stop."""

from __future__ import annotations

import time

from runtime.protocol import State, Wish
from runtime.train.followers.checkpoints import Checkpoints
from runtime.train.followers.follower import Follower
from runtime.train.followers.status import StatusWriter
from runtime.train.loop import Ending, Loop

POLL_SECONDS = 0.05


class Control(Follower):
    """Reads the run folder's control file ten times a second. A pause keeps everything in memory and on disk."""

    def __init__(self, status: StatusWriter, checkpoints: Checkpoints) -> None:
        self.status, self.checkpoints = status, checkpoints
        self.terminated = False
        """The system asked the process to end, which is a wish to stop."""
        self._looked = 0.0

    def tick(self, loop: Loop) -> None:
        if not loop.closing:
            self._look(loop)

    def done(self, loop: Loop) -> None:
        if time.monotonic() - self._looked > POLL_SECONDS:
            self._look(loop)

    def _look(self, loop: Loop) -> None:
        self._looked = time.monotonic()
        wish = Wish.STOP if self.terminated else loop.recorder.wish()
        if wish is Wish.PAUSE:
            wish = self._pause(loop)
        if wish is Wish.STOP:
            loop.end(Ending.STOPPED)

    def _pause(self, loop: Loop) -> Wish:
        wish = Wish.STOP
        loop.watch.hold()
        self.checkpoints.save(loop)
        self.status.change(loop, State.PAUSED)
        while not self.terminated and (wish := loop.recorder.wish()) is Wish.PAUSE:
            time.sleep(POLL_SECONDS)
            self.status.beat(loop)
        loop.watch.go_on()
        if wish is Wish.RUN:
            self.status.change(loop, State.TRAINING)
        return wish
