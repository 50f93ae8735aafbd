"""Says four times a second where the training stands."""

from __future__ import annotations

import os
import socket
import time
from dataclasses import replace

from runtime import devices
from runtime.protocol import HEARTBEAT_SECONDS, STATUS, State, Status, read_json
from runtime.recorder import Recorder
from runtime.train.followers.follower import Follower
from runtime.train.loop import Loop


class StatusWriter(Follower):
    """Keeps `status.json`: state, place, time left, memory."""

    def __init__(self, device: str) -> None:
        self.device = device
        self.current = State.STARTING
        self._host = socket.gethostname()
        self._next = 0.0
        self._began: tuple[int, float] = (0, 0.0)

    def begin(self, loop: Loop) -> None:
        self._began = (loop.step, loop.watch.seconds)
        self.change(loop, State.TRAINING)

    def tick(self, loop: Loop) -> None:
        self.beat(loop)

    def beat(self, loop: Loop) -> None:
        """Renews the status if it is time."""
        if time.monotonic() >= self._next:
            self.write(loop)

    def change(self, loop: Loop, state: State, message: str = "") -> None:
        """A new state: told as an event, and written at once."""
        self.current = state
        loop.recorder.event("state", state=state.value, step=loop.step, epoch=loop.epoch)
        self.write(loop, message)

    def fail(self, recorder: Recorder, message: str) -> None:
        """The run is over: what the status says else stays as it was."""
        self.current = State.FAILED
        held = Status.from_json(read_json(recorder.folder / STATUS))
        recorder.event("state", state=State.FAILED.value, step=held.step)
        recorder.status(replace(held, state=State.FAILED, heartbeat=time.time(), seconds_left=None, message=message))

    def write(self, loop: Loop, message: str = "") -> None:
        self._next = time.monotonic() + HEARTBEAT_SECONDS
        loop.recorder.status(
            Status(
                state=self.current,
                pid=os.getpid(),
                host=self._host,
                heartbeat=time.time(),
                epoch=min(loop.epoch + 1, loop.epochs),
                epochs=loop.epochs,
                step=loop.step,
                steps=loop.epochs * loop.steps_per_epoch,
                seconds=loop.watch.seconds,
                seconds_left=self._left(loop),
                device=self.device,
                memory=devices.memory(self.device),
                message=message,
            )
        )

    def _left(self, loop: Loop) -> float | None:
        """From the pace since this process began, validation and all included."""
        steps, seconds = loop.step - self._began[0], loop.watch.seconds - self._began[1]
        if not self.current.lives:
            return 0.0 if self.current is State.FINISHED else None
        return seconds / steps * (loop.epochs * loop.steps_per_epoch - loop.step) if steps and seconds > 0.2 else None
