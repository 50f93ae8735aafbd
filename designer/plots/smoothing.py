"""Smooths a curve by an exponential moving average, corrected for its start, a part at a time."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

CHUNK = 1 << 18
"""Values that are smoothed at once; bounds the memory that ten million of them need."""

GROWTH = 25.0
"""Exponent that a block's scale may reach: e^25 leaves float64 more digits than a screen shows."""


class Smoothing:
    """The mean of what came before, older values counting less: `steps` says over about how many steps.

    With a = 1 - 1/steps the average is m(t) = a·m(t-1) + (1-a)·x(t), shown as m(t) / (1 - a^t) as Adam corrects its
    moments (Kingma and Ba, 2014, section 3), so that the first value is the first value. Absent values stay absent
    and do not count.
    """

    def __init__(self, steps: float) -> None:
        self.keep = 1.0 - 1.0 / max(1.0, steps)
        self.mean = 0.0
        """m of the last value, before the correction."""
        self.count = 0

    def __call__(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """The smoothed values; goes on from those it was given before."""
        smooth = np.full(len(values), np.nan, np.float32)
        present = np.flatnonzero(np.isfinite(values))
        for first in range(0, len(present), CHUNK):
            places = present[first : first + CHUNK]
            smooth[places] = self._smoothed(values[places].astype(np.float64))
        return smooth

    def _smoothed(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        if self.keep <= 0.0:
            return values
        means = self._means(values)
        counts = self.count + np.arange(1, len(values) + 1)
        self.mean = float(means[-1])
        self.count += len(values)
        corrected: NDArray[np.float64] = means / -np.expm1(counts * math.log(self.keep))
        return corrected

    def _means(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """m of every value: in each block by one running sum, from block to block by what the last one came to."""
        length = max(1, min(len(values), int(GROWTH / -math.log(self.keep))))
        blocks = -(-len(values) // length)
        padded = np.zeros(blocks * length)
        padded[: len(values)] = values
        powers = self.keep ** np.arange(1, length + 1)
        inner = np.cumsum(padded.reshape(blocks, length) * (1 - self.keep) / powers, axis=1) * powers
        carried = np.empty(blocks)
        mean = self.mean
        for block, end in enumerate(inner[:, -1].tolist()):
            carried[block] = mean
            mean = mean * float(powers[-1]) + end
        means: NDArray[np.float64] = (inner + carried[:, None] * powers).reshape(-1)[: len(values)]
        return means
