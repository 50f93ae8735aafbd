"""The curve of a range test, and what it suggests: the loss over the rate, smoothed without moving it sideways."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from runtime.runs import Run
from runtime.studies.plans import RatePlan

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

WIDTH = 30
"""The bell that smooths has this part of all planned steps as its standard deviation."""

EXPLODED = 3.0
"""How many times its lowest value the loss stands above it when it counts as exploded."""

FEWEST = 10
"""Points below which nothing is said."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the curve suggests. `steepest`: where the loss falls fastest; `lowest`: where it ends to fall.

    `rate` is the smaller one of `steepest` and a tenth of `lowest`, to two digits; `by` says which. Where the loss
    never falls, all are None. `why` is a sentence in any case.
    """

    why: str
    rate: float | None = None
    by: str = ""
    steepest: float | None = None
    lowest: float | None = None

    def to_json(self) -> dict[str, Any]:
        return {"rate": self.rate, "by": self.by, "steepest": self.steepest, "lowest": self.lowest, "why": self.why}


class Curve:
    """Rates in rising order with the loss of each step; `planned` is how many steps there are to be in all."""

    def __init__(self, rates: Sequence[float] | Floats, losses: Sequence[float] | Floats, planned: int) -> None:
        import numpy as np  # only where numbers are read: the window opens sooner without it

        self.rates: Floats = np.asarray(rates, np.float64)
        self.losses: Floats = np.asarray(losses, np.float64)
        self.planned = planned

    @classmethod
    def read(cls, study: Run) -> Curve:
        """What stands in the folder of a range test now."""
        rows = study.steps().astype("f8")
        places = [study.job.columns.index(name) for name in ("lr", "loss")] if rows.size else [0, 0]
        held = rows[:, places] if rows.size else rows.reshape(0, 2)
        return cls(held[:, 0], held[:, 1], RatePlan.from_json(study.job.study).steps)

    @cached_property
    def smooth(self) -> Floats:
        """The loss as a mean of its neighbours, weighted by a bell; at the ends by what there is of it.

        A loss that shoots up counts as four times the first at most, so that it does not lift what lies before it.
        """
        import numpy as np

        if not len(self.losses):
            return self.losses
        reach = max(1, round(3 * self._deviation))
        bell = np.exp(-0.5 * (np.arange(-reach, reach + 1) / self._deviation) ** 2)
        first = float(self.losses[: max(1, reach // 3)].mean())
        capped = np.minimum(self.losses, first + EXPLODED * abs(first))
        weights = np.convolve(np.ones(len(capped)), bell)[reach : reach + len(capped)]
        found: Floats = np.convolve(capped, bell)[reach : reach + len(capped)] / weights
        return found

    @property
    def _deviation(self) -> float:
        return self.planned / WIDTH

    @property
    def exploded(self) -> bool:
        """Whether the loss has left its lowest values so far behind that larger rates tell nothing more."""
        if len(self.losses) < FEWEST:
            return False
        low, last = float(self.smooth.min()), float(self.smooth[-1])
        return last > self.smooth[0] and last - low > EXPLODED * abs(low)

    def suggestion(self) -> Suggestion:
        """The rate to begin with."""
        import numpy as np

        if len(self.losses) < FEWEST:
            return Suggestion("There are too few steps yet to say anything.")
        bottom = int(self.smooth.argmin())
        if self.smooth[0] - self.smooth[bottom] <= self._doubt():
            return Suggestion(
                "The loss falls at no rate by more than its batches differ: try larger batches or more steps, or look "
                "at the drawing again."
            )
        slope = np.gradient(self.smooth, np.log(self.rates))
        steepest, lowest = float(self.rates[int(slope[: bottom + 1].argmin())]), float(self.rates[bottom])
        by = "steepest" if steepest <= lowest / 10 else "lowest"
        rate = two_digits(min(steepest, lowest / 10))
        return Suggestion(_why(rate, by, steepest, lowest), rate, by, steepest, lowest)

    def _doubt(self) -> float:
        """Three times the error of a smoothed value, by how far the steps stray from the curve."""
        bottom = int(self.smooth.argmin())
        strays = (self.losses - self.smooth)[: bottom + 1]
        together = max(1.0, 2 * math.sqrt(math.pi) * self._deviation)
        return 3.0 * float(strays.std()) / math.sqrt(together)


def two_digits(value: float) -> float:
    """A number with two significant digits."""
    return float(f"{value:.1e}")


def _why(rate: float, by: str, steepest: float, lowest: float) -> str:
    seen = f"The loss falls fastest at {two_digits(steepest):g} and is lowest at {two_digits(lowest):g}."
    if by == "steepest":
        return f"{seen} Where it falls fastest is a good rate to begin with: {rate:g}."
    return f"{seen} A tenth of the latter is a good rate to begin with: {rate:g}."
