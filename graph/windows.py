"""Data with an order: the parts follow one another in it, and windows lie within one part, so that nothing leaks."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from graph.misfit import Advice, Misfit
from graph.param import Param, param
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


def stream(stretch: range, beyond: int, length: int, rows: int) -> list[int]:
    """Where the windows of so many rows begin that run side by side through a stretch, batch by batch.

    Row i of a batch goes on where row i of the batch before ended; what does not fill all rows is left out.
    """
    batches = max(0, len(stretch) - beyond) // (rows * length)
    return [stretch.start + (row * batches + at) * length for at in range(batches) for row in range(rows)]


class Windowed(Data):
    """Windows over values in order. They are split by place, not by chance: there is no seed."""

    telling: ClassVar[tuple[str, ...]] = ("length", "batch_size")
    order: str = param(
        "windows", "Windows by themselves, in any order; or a stream: batch_size rows run through the data side by "
        "side, and each window begins where that row's window before ended, which a layer that keeps its state needs.",
        choices=("windows", "stream"), last=True,
    )  # fmt: skip
    length: int
    """Steps in a window; every kind declares it, and the stride to the next window."""
    stride: int
    things: ClassVar[str] = "values"
    """What the windows run over, in the plural."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.params = {name: _apart(declared) for name, declared in cls.params.items() if name != "seed"}

    def beyond(self) -> int:
        """How many values behind its window an answer reaches."""
        return 1

    def values(self, facts: Mapping[str, Any] | None) -> int | None:
        """How many values there are in all; None if it is not known yet."""
        raise NotImplementedError  # every kind knows where its values come from

    def windows(self, values: int) -> dict[str, Sequence[int]]:
        """Where the windows of each part begin."""
        beyond, kept = self.beyond(), stretches(values, self.validation, self.test)
        if self.order == "stream":
            return {part: stream(held, beyond, self.length, self.batch_size) for part, held in kept.items()}
        return {part: starts(held, self.length + beyond, self.stride) for part, held in kept.items()}

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
                self._refuse(values, part, len(kept[part]))

    def _refuse(self, values: int, part: str, held: int) -> None:
        """Raises Misfit: a part has no room for one window, or for one in each row of a stream."""
        name = "training" if part == "train" else part
        text = f"{{node}} has {values:,} {self.things}, of which {held:,} belong to the {name} part. "
        rows = (held - self.beyond()) // self.length
        if self.order == "stream" and rows > 0:
            wanted = self.batch_size * self.length + self.beyond()
            text += f"A stream of {self.batch_size:,} rows takes {wanted:,}: let fewer rows run side by side."
            advice = Advice("set", f"Take {rows} at a time", params={"batch_size": rows})
            raise Misfit(port="", text=text, code="too-short", advice=advice)
        text += (
            f"A window with its answer takes {self.length + self.beyond():,}: make windows shorter, or the part larger."
        )
        raise Misfit(port="", text=text, code="too-short")


def _apart(declared: Param) -> Param:
    """A parameter; one that a stream has no use for is shown for windows by themselves only."""
    unused = declared.name in ("shuffle", "stride", "drop_last")
    return replace(declared, when=("order", ("windows",))) if unused else declared
