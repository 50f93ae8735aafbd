"""An axis: from numbers to pixels and back, and the round numbers that it is marked with."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from designer.numbers import power_text

Floats = NDArray[np.float64]


class Unit(StrEnum):
    """What the horizontal axis counts."""

    STEP = "step"
    EPOCH = "epoch"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps the range `low` to `high` onto the pixels `start` to `end`."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def pixels(self, values: Floats) -> Floats:
        """Where these values lie."""
        low, high = self._bend(self.low), self._bend(self.high)
        bent = np.log10(np.maximum(values, 1e-300)) if self.log else values
        return self.start + (bent - low) * ((self.end - self.start) / ((high - low) or 1.0))

    def pixel(self, value: float) -> float:
        """Where this value lies."""
        return float(self.pixels(np.array([value], np.float64))[0])

    def value(self, pixel: float) -> float:
        """What lies at this pixel."""
        low, high = self._bend(self.low), self._bend(self.high)
        bent = low + (pixel - self.start) * ((high - low) / ((self.end - self.start) or 1.0))
        return float(10.0**bent) if self.log else bent

    def _bend(self, value: float) -> float:
        return math.log10(max(value, 1e-300)) if self.log else value

    def ticks(self, spacing: float) -> list[float]:
        """Round numbers about `spacing` pixels apart."""
        count = max(2, int(abs(self.end - self.start) / spacing))
        if self.log and self.high / max(self.low, 1e-300) >= 30:
            return log_ticks(self.low, self.high, count)
        return ticks(self.low, self.high, count)


def round_step(rough: float) -> float:
    """The smallest of 1, 2, 5, 10 times a power of ten that is not below `rough`."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * nice for nice in (1, 2, 5, 10) if power * nice >= rough * (1 - 1e-9))


def ticks(low: float, high: float, count: int) -> list[float]:
    """At most about `count` multiples of a round step in the range."""
    if not high > low:
        return [low]
    step = round_step((high - low) / count)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [number * step for number in range(first, last + 1)]


def whole_ticks(low: float, high: float, count: int) -> list[float]:
    """The same for what is counted: whole numbers only."""
    if not high > low:
        return [round(low)]
    step = max(1.0, round_step((high - low) / count))
    return [n * step for n in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]


def log_ticks(low: float, high: float, count: int) -> list[float]:
    """Powers of ten, and where there is room 2 and 5 times them."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    decades = math.log10(high / low)
    leaps = max(1, math.ceil(decades / count))
    nice = (1.0, 2.0, 5.0) if decades * 3 <= count * 1.5 else (1.0,)
    found = [factor * 10.0**power for power in range(first, last + 1, leaps) for factor in nice]
    return [value for value in found if low * (1 - 1e-9) <= value <= high * (1 + 1e-9)]


def time_ticks(low: float, high: float, count: int) -> list[float]:
    """Round numbers of seconds, minutes and hours."""
    rough = max((high - low) / count, 1e-9)
    if rough < 1:
        return ticks(low, high, count)
    nice = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 43200)
    step = next((step for step in nice if step >= rough), 86400 * math.ceil(rough / 86400))
    return [float(n * step) for n in range(math.ceil(low / step), math.floor(high / step + 1e-9) + 1)]


def labels(values: list[float]) -> list[str]:
    """The ticks of one axis as text, all with as many decimals as tell them apart."""
    largest = max((abs(value) for value in values), default=0.0)
    smallest = min((abs(b - a) for a, b in pairwise(values)), default=largest) or 1.0
    if largest >= 1e6 or (largest and largest < 1e-3):
        return [power_text(value) for value in values]
    if smallest < 1e-4:
        return [f"{value:g}" for value in values]
    decimals = max(0, -math.floor(math.log10(smallest) + 1e-9))
    return [f"{value:,.{decimals}f}" for value in values]


def log_labels(values: list[float]) -> list[str]:
    """The ticks of a logarithmic axis, each as short as it can be."""
    return [f"{value:g}" if 1e-4 < value < 1e6 else power_text(value) for value in values]
