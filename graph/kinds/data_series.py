"""Numbers measured one after another, cut into windows: what came before, and what came next."""

from collections.abc import Mapping
from typing import Any

from graph.misfit import Misfit
from graph.param import param
from graph.shape import Tensor, Value
from graph.spec import Place
from graph.windows import Windowed

MACRO = (
    "realgdp", "realcons", "realinv", "realgovt", "realdpi", "cpi", "m1", "tbilrate", "unemp", "pop", "infl", "realint",
)  # fmt: skip
SERIES: dict[str, tuple[int, tuple[str, ...]]] = {
    "sunspots": (309, ("sunspots",)),
    "co2": (2284, ("co2",)),
    "elnino": (732, ("temperature",)),
    "nile": (100, ("volume",)),
    "macrodata": (203, MACRO),
}
"""The series that come in a package: how many values, and their columns."""


class Series(Windowed):
    """Numbers measured one after another, in windows; the answer is what comes next. The last of them are the test.

    A gap is filled with the value before it, never with one from the future.
    """

    shapes = "x (N, T, columns), y (N) or (N, columns) for the next step, (N, horizon, …) for several, or shifted as x"
    use = "To forecast: sunspots, temperatures, prices, from one column or from many, with an LSTM, a GRU or a Conv1d."
    avoid = "For rows without an order, whose parts should be drawn by chance: CSV."
    origin = (
        "Textbook; the series by way of statsmodels: yearly sunspots since 1700, weekly CO₂ on Mauna Loa since 1958"
    )
    words = ("time series", "forecast", "prediction", "window", "sunspots", "co2", "el nino", "nile", "economy",
             "temporal", "multivariate", "dataset")  # fmt: skip
    telling = ("series", "length", "batch_size")
    series: str = param("sunspots", "Which series: one that comes in a package, or a file of your own.",
                        choices=(*SERIES, "file"))  # fmt: skip
    path: str = param("", "A table with one row for each point in time, the earliest first.", type="path",
                      when=("series", ("file",)))  # fmt: skip
    length: int = param(24, "How many steps the network sees at a time.", min=1, max=1_000_000)
    columns: tuple[str, ...] | None = param(
        None, "The columns that the network sees; left out, all that hold numbers.", type="columns", optional=True
    )
    target: str = param("", "The column to forecast; left empty, all that the network sees.", type="column")
    answer: str = param("next", "What to forecast: the next steps behind the window, or the window moved on.",
                        choices=("next", "shifted"))  # fmt: skip
    horizon: int = param(1, "How many steps to forecast, or how far the window is moved on.", min=1, max=1_000_000)
    stride: int = param(1, "How many steps further the next window begins.", min=1)

    def question(self) -> dict[str, Any] | None:
        if self.series != "file":
            return {"ask": "series", "series": self.series}
        return {"ask": "csv", "path": self.path} if self.path else None

    def beyond(self) -> int:
        return self.horizon

    def values(self, facts: Mapping[str, Any] | None) -> int | None:
        if self.series != "file":
            return SERIES[self.series][0]
        return facts.get("rows") if facts else None

    def read(self, inputs: Mapping[str, Any], place: Place) -> dict[str, Value]:
        if self.series == "file" and not self.path:
            raise Misfit(port="", text="{node} has no file yet: choose one in its parameters.", code="no-file")
        rows, time = self.axes(place)
        known = self.known(place.facts)
        if known is None:
            return {"x": Tensor((rows, time, None)), "y": Tensor()}
        seen, answered = self.seen(known), self.answered(known)
        x = Tensor((rows, time, len(seen)), columns=seen)
        if self.answer == "shifted":
            return {"x": x, "y": Tensor((rows, time, len(answered)), columns=answered)}
        ahead = () if self.horizon == 1 else (self.horizon,)
        each = () if len(answered) == 1 else (len(answered),)
        return {"x": x, "y": Tensor((rows, *ahead, *each), columns=answered if each else None)}

    def known(self, facts: Mapping[str, Any] | None) -> tuple[str, ...] | None:
        """The columns of numbers that there are; raises Misfit for one with a cell that is none."""
        if self.series != "file":
            return SERIES[self.series][1]
        told = (facts or {}).get("columns")
        if not told:
            return None
        numbers = [column for column in told if column["type"] == "number"]
        wanted = {*(self.columns or ()), self.target}
        for column in numbers:
            if column.get("problem") and (self.columns is None or column["name"] in wanted):
                raise Misfit(port="", text=f"{{node}}: {column['problem']}", code="column")
        return tuple(column["name"] for column in numbers)

    def seen(self, known: tuple[str, ...]) -> tuple[str, ...]:
        """The columns that the network sees; raises Misfit for one that there is not."""
        for name in self.columns or ():
            _refuse_missing(name, known)
        if not known:
            raise Misfit(port="", text="{node}: the file has no column of numbers.", code="column")
        return known if not self.columns else self.columns

    def answered(self, known: tuple[str, ...]) -> tuple[str, ...]:
        """The columns to forecast; raises Misfit for one that there is not."""
        if not self.target:
            return self.seen(known)
        _refuse_missing(self.target, known)
        return (self.target,)


def _refuse_missing(name: str, known: tuple[str, ...]) -> None:
    if name not in known:
        there = ", ".join(known[:8]) + (", …" if len(known) > 8 else "")
        raise Misfit(port="", text=f'{{node}} has no column of numbers "{name}". It has {there}.', code="column")
