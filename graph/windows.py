"""Data with an order: the parts follow one another in it, and windows lie within one part, so that nothing leaks."""

from collections.abc import Mapping
from typing import Any, ClassVar

from graph.misfit import Misfit
from graph.roles import Data
from graph.shape import Axis
from graph.spec import Place

PARTS = ("train", "validation", "test")


def stretches(values: int, validation: float, test: float) -> dict[str, range]:
    """The values of each part: training first, then validation, then test. A part that is asked for has one value."""
    kept = {part: max(1, round(values * share)) if share > 0 else 0 for part, share in
            (("validation", validation), ("test", test))}  # fmt: skip
    trained = max(0, values - sum(kept.values()))
    return {
        "train": range(trained),
        "validation": range(trained, trained + kept["validation"]),
        "test": range(trained + kept["validation"], values),
    }


def starts(stretch: range, span: int, stride: int) -> range:
    """Where windows of so many values begin that lie wholly within a stretch."""
    return range(stretch.start, stretch.stop - span + 1, stride)


class Windowed(Data):
    """Windows over values in order. They are split by place, not by chance: there is no seed."""

    telling: ClassVar[tuple[str, ...]] = ("length", "batch_size")
    length: int
    """Steps in a window; every kind declares it, and the stride to the next window."""
    stride: int
    things: ClassVar[str] = "values"
    """What the windows run over, in the plural."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.params = {name: declared for name, declared in cls.params.items() if name != "seed"}

    def beyond(self) -> int:
        """How many values behind its window an answer reaches."""
        return 1

    def values(self, facts: Mapping[str, Any] | None) -> int | None:
        """How many values there are in all; None if it is not known yet."""
        raise NotImplementedError  # every kind knows where its values come from

    def windows(self, values: int) -> dict[str, range]:
        """Where the windows of each part begin."""
        span = self.length + self.beyond()
        kept = stretches(values, self.validation, self.test)
        return {part: starts(stretch, span, self.stride) for part, stretch in kept.items()}

    def rows(self, facts: Mapping[str, Any] | None) -> int | None:
        values = self.values(facts)
        return None if values is None else sum(map(len, self.windows(values).values()))

    def axes(self, place: Place) -> tuple[Axis, Axis]:
        """Rows and time; raises Misfit for a part that is too short for one window."""
        values = self.values(place.facts)
        if values is not None:
            self._refuse_short(values)
        return Axis(place.born, "N", self.rows(place.facts)), Axis(place.born, "T", self.length)

    def _refuse_short(self, values: int) -> None:
        kept, windows = stretches(values, self.validation, self.test), self.windows(values)
        wanted = {"train": 1.0, "validation": self.validation, "test": self.test}
        for part in PARTS:
            if wanted[part] and not windows[part]:
                name = "training" if part == "train" else part
                text = (
                    f"{{node}} has {values:,} {self.things}, of which {len(kept[part]):,} belong to the {name} part. "
                    f"A window with its answer takes {self.length + self.beyond():,}: make windows shorter, or the "
                    "part larger."
                )
                raise Misfit(port="", text=text, code="too-short")
