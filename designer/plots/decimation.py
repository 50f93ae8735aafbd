"""Keeps every value and answers, for any window on them, what so many pixels must show: no spike is ever left out."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

FACTOR = 8
"""How many blocks of one level make one of the next."""

Floats = NDArray[np.float32]
Places = NDArray[np.int64]


class Growing:
    """An array, of float32 unless told, that grows at its end; appending costs the same however long it is."""

    def __init__(self, dtype: str = "f4") -> None:
        self._data = np.empty(1024, dtype)
        self.size = 0

    @property
    def values(self) -> NDArray[Any]:
        """A view of what is held now."""
        return self._data[: self.size]

    def resize(self, size: int) -> None:
        """Makes room for, or cuts to, so many values. What is new is undefined until it is set."""
        if size > len(self._data):
            larger = np.empty(max(size, 2 * len(self._data)), self._data.dtype)
            larger[: self.size] = self.values
            self._data = larger
        self.size = size

    def append(self, values: Floats) -> None:
        """Adds values at the end."""
        at = self.size
        self.resize(at + len(values))
        self._data[at : self.size] = values

    def push(self, value: float) -> None:
        """Adds one value at the end."""
        self.resize(self.size + 1)
        self._data[self.size - 1] = value


class Pyramid:
    """Values with the smallest and largest of every 8, 64, 512, … of them; infinite values and nan count as absent."""

    def __init__(self) -> None:
        self._raw = Growing()
        self._low: list[Growing] = []
        self._high: list[Growing] = []

    def __len__(self) -> int:
        return self._raw.size

    @property
    def values(self) -> Floats:
        """Every value, in order."""
        return self._raw.values

    def append(self, values: Floats) -> None:
        """Adds values at the end."""
        first = len(self)
        self._raw.append(values)
        self._rebuild(first)

    def truncate(self, size: int) -> None:
        """Forgets all after the first `size` values."""
        if size < len(self):
            self._raw.resize(size)
            self._rebuild(max(0, size - 1))

    def _rebuild(self, first: int) -> None:
        """Brings the levels up to date for the values from `first` on; the last block of a level may be part full."""
        finite = self._raw.values[first - first % FACTOR :]
        finite = np.where(np.isfinite(finite), finite, np.float32(np.nan))
        low = high = finite
        level = 0
        size = len(self)
        while size > FACTOR:
            first, size = first // FACTOR, -(-size // FACTOR)
            self._set(level, first, size, low, high)
            begin = first - first % FACTOR
            low, high = self._low[level].values[begin:], self._high[level].values[begin:]
            level += 1
        del self._low[level:], self._high[level:]

    def _set(self, level: int, first: int, size: int, low: Floats, high: Floats) -> None:
        if level == len(self._low):
            self._low.append(Growing())
            self._high.append(Growing())
            if first:  # a new level covers all that lies below it
                first, low, high = 0, *self._below(level)
        for held, below, reduce in ((self._low[level], low, np.fmin), (self._high[level], high, np.fmax)):
            held.resize(size)
            held.values[first:] = reduce.reduceat(below, np.arange(0, len(below), FACTOR))

    def _below(self, level: int) -> tuple[Floats, Floats]:
        if level:
            return self._low[level - 1].values, self._high[level - 1].values
        finite = np.where(np.isfinite(self.values), self.values, np.float32(np.nan))
        return finite, finite

    def bounds(self, first: int = 0, last: int | None = None) -> tuple[float, float] | None:
        """The smallest and the largest finite value of a window, give or take a block at its ends."""
        _, values = self.window(first, len(self) if last is None else last, 64)
        return (float(values.min()), float(values.max())) if len(values) else None

    def window(self, first: int, last: int, buckets: int) -> tuple[Places, Floats]:
        """Places and values of at most about four points a bucket that show values `first` to `last`.

        A window of few values gives every one of them; of more, the smallest and the largest of each bucket.
        """
        first, last = max(0, first), min(len(self), last)
        if last - first <= 4 * buckets:
            places = np.arange(first, last)
            values = self.values[first:last]
            kept = np.isfinite(values)
            return places[kept], values[kept]
        return self._reduced(first, last, max(1, buckets))

    def _reduced(self, first: int, last: int, buckets: int) -> tuple[Places, Floats]:
        level, size = -1, 1
        while level + 1 < len(self._low) and (last - first) // (size * FACTOR) >= 2 * buckets:
            level, size = level + 1, size * FACTOR
        group = max(1, -(-(last - first) // (size * buckets)))
        begin = first // (size * group) * group  # groups stay where they are while the window moves: nothing shimmers
        low, high = self._below(level + 1) if level >= 0 else (self.values, self.values)
        low, high = low[begin : -(-last // size)], high[begin : -(-last // size)]
        if level < 0:
            low = high = np.where(np.isfinite(low), low, np.float32(np.nan))
        starts = np.arange(0, len(low), group)
        pairs = np.stack([np.fmin.reduceat(low, starts), np.fmax.reduceat(high, starts)], axis=1)
        kept = np.isfinite(pairs[:, 0])
        places = np.minimum((begin + starts) * size, len(self) - 1)
        return np.repeat(places[kept], 2), pairs[kept].reshape(-1)
