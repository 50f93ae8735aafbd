"""Measures the seconds of a training: pauses left out, earlier parts of a resumed one added."""

from __future__ import annotations

import time


class Watch:
    """A stopwatch."""

    def __init__(self, seconds: float = 0.0) -> None:
        self._start = time.perf_counter() - seconds
        self._held: float | None = None

    @property
    def seconds(self) -> float:
        return self.at(time.perf_counter())

    @property
    def origin(self) -> float:
        """The moment, on `time.perf_counter`, at which it would have read zero."""
        return self._start

    def at(self, moment: float) -> float:
        """What it shows at a moment of `time.perf_counter`."""
        return (self._held if self._held is not None else moment) - self._start

    def hold(self) -> None:
        """Stands still."""
        self._held = time.perf_counter()

    def go_on(self) -> None:
        """Runs again from where it stood."""
        if self._held is not None:
            self._start += time.perf_counter() - self._held
            self._held = None
