"""All that the curves of one run are drawn from: every step, every epoch, and where each lies on the axis."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from designer.plots.decimation import Growing, Pyramid
from designer.plots.looks import Looks
from designer.plots.scale import Unit
from designer.plots.smoothing import Smoothing
from runtime.protocol import SECONDS, Epoch, Figure, Job, Status
from runtime.runs import best_epoch
from runtime.tail import News

Floats = NDArray[np.float64]


class Curve:
    """One figure at every step, raw and smoothed."""

    def __init__(self) -> None:
        self.raw = Pyramid()
        self.smooth = Pyramid()
        self._smoothing = Smoothing(1)

    def append(self, values: NDArray[np.float32]) -> None:
        """Adds the values of new steps."""
        self.raw.append(values)
        if self._smoothing.keep > 0:
            self.smooth.append(self._smoothing(values))

    def truncate(self, size: int, steps: float) -> None:
        """Forgets what lies after the first `size` steps."""
        self.raw.truncate(size)
        self.set_smoothing(steps)

    def set_smoothing(self, steps: float) -> None:
        """Smooths anew, over about so many steps; over one: not at all."""
        self._smoothing = Smoothing(steps)
        self.smooth = Pyramid()
        if self._smoothing.keep > 0:
            self.smooth.append(self._smoothing(self.raw.values))

    @property
    def shown(self) -> Pyramid:
        """The smoothed values where there are such, else the raw ones."""
        return self.smooth if self._smoothing.keep > 0 else self.raw


@dataclass
class Series:
    """The growing record of one run. `take` is all that changes it."""

    name: str
    smoothing: float = 1.0
    job: Job = field(default_factory=Job)
    status: Status = field(default_factory=Status)
    seconds: Growing = field(default_factory=Growing)
    curves: dict[str, Curve] = field(default_factory=dict)
    epochs: list[Epoch] = field(default_factory=list)
    _looks: dict[tuple[str, str], Looks] = field(default_factory=dict, init=False, repr=False)
    _best: tuple[int, Epoch | None] = field(default=(0, None), init=False, repr=False)
    """How many epochs were compared, and the best of them."""

    def take(self, news: News) -> None:
        """Adds what a look at the run folder brought."""
        if news.restarted:
            self._cut(0)
            self.curves.clear()
        elif news.cut is not None:
            self._cut(news.cut)
        if news.job is not self.job:
            self._best = (0, None)
        self.job, self.status = news.job, news.status
        self.epochs += news.epochs
        for place, name in enumerate(self.job.columns if len(news.rows) else ()):
            values = np.ascontiguousarray(news.rows[:, place])
            if name == SECONDS:
                self.seconds.append(values)
            else:
                self._curve(name).append(values)

    def _curve(self, name: str) -> Curve:
        if name not in self.curves:
            self.curves[name] = Curve()
            self.curves[name].set_smoothing(self.smoothing)
        return self.curves[name]

    def _cut(self, steps: int) -> None:
        self.seconds.resize(min(steps, self.seconds.size))
        for curve in self.curves.values():
            curve.truncate(steps, self.smoothing)
        self.epochs = [epoch for epoch in self.epochs if epoch.step <= steps]
        self._looks.clear()
        self._best = (0, None)

    def set_smoothing(self, steps: float) -> None:
        """Smooths every curve over about so many steps."""
        if steps == self.smoothing:
            return
        self.smoothing = steps
        for curve in self.curves.values():
            curve.set_smoothing(steps)

    @property
    def steps(self) -> int:
        """Steps recorded so far."""
        return self.seconds.size

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The losses and metrics of the run, in its order."""
        return self.job.figures

    @property
    def best(self) -> Epoch | None:
        """The best epoch until now."""
        compared, best = self._best
        if compared != len(self.epochs):
            best = best_epoch(self.job, [*([best] if best else []), *self.epochs[compared:]])
            self._best = (len(self.epochs), best)
        return best

    @property
    def steps_per_epoch(self) -> int:
        """Steps of an epoch; of a run that does not say: of its first one."""
        return self.job.steps_per_epoch or (self.epochs[0].step if self.epochs else 0) or 1

    def place(self, unit: Unit, steps: NDArray[np.int64]) -> Floats:
        """Where steps, counted from 0, lie on the axis."""
        if unit is Unit.TIME:
            held = self.seconds.values
            return held[np.minimum(steps, len(held) - 1)].astype(np.float64) if len(held) else np.zeros(len(steps))
        if unit is Unit.EPOCH:
            return (steps + 1).astype(np.float64) / self.steps_per_epoch
        return (steps + 1).astype(np.float64)

    def step_at(self, unit: Unit, x: float) -> int:
        """The step, counted from 0, that lies at or next after `x`."""
        if unit is Unit.TIME:
            return int(np.searchsorted(self.seconds.values, x))
        return int(np.ceil(x * self.steps_per_epoch if unit is Unit.EPOCH else x)) - 1

    def place_epoch(self, unit: Unit, epoch: Epoch) -> float:
        """Where the end of an epoch lies on the axis."""
        if unit is Unit.TIME:
            return epoch.seconds
        return epoch.step / self.steps_per_epoch if unit is Unit.EPOCH else float(epoch.step)

    def looks(self, unit: Unit, figure: str, part: str = "validation") -> tuple[Floats, Floats]:
        """Places and values of a figure at the ends of epochs, absent ones left out."""
        held = self.told(figure, part)
        if unit is Unit.TIME:
            return held.seconds.values, held.values.values
        steps = held.steps.values
        return steps / self.steps_per_epoch if unit is Unit.EPOCH else steps, held.values.values

    def told(self, figure: str, part: str = "validation") -> Looks:
        """What the ends of epochs tell of a figure."""
        held = self._looks.get((part, figure))
        if held is None:
            held = self._looks[part, figure] = Looks(part, figure)
        return held.follow(self.epochs)

    def extent(self, unit: Unit) -> tuple[float, float]:
        """First and last place on the axis that holds anything."""
        ends = [self.place_epoch(unit, self.epochs[-1])] if self.epochs else []
        if self.steps:
            ends.append(float(self.place(unit, np.array([self.steps - 1]))[0]))
        return 0.0, max(ends, default=0.0)
