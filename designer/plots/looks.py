"""One figure at the ends of epochs, as arrays that grow with the run: drawing need not read every epoch again."""

from __future__ import annotations

import math

from designer.plots.decimation import Growing
from runtime.protocol import Epoch


class Looks:
    """The finite values of a figure, training or validation, and where each epoch ended."""

    def __init__(self, part: str, figure: str) -> None:
        self.part, self.figure = part, figure
        self.steps = Growing("f8")
        self.seconds = Growing("f8")
        self.values = Growing("f8")
        self.present = False
        """Whether any epoch tells of the figure at all."""
        self.broken: int | None = None
        """The first epoch in which it was no longer a number."""
        self._read = 0

    def follow(self, epochs: list[Epoch]) -> Looks:
        """Takes up the epochs that were not read yet, of a list that only grows."""
        for epoch in epochs[self._read :]:
            value = getattr(epoch, self.part).get(self.figure)
            if value is not None:
                self._add(epoch, value)
        self._read = len(epochs)
        return self

    def _add(self, epoch: Epoch, value: float) -> None:
        self.present = True
        if math.isfinite(value):
            self.steps.push(epoch.step)
            self.seconds.push(epoch.seconds)
            self.values.push(value)
        elif self.broken is None:
            self.broken = epoch.epoch
