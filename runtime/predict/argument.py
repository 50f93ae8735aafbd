"""What one argument of Net takes in: from which data it is, what shape, type and columns its rows have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from graph.kinds.data_csv import CSV
from graph.misfit import Misfit
from graph.shape import Axis, Side, Tensor
from graph.spec import Kind
from runtime.data.table import Array, DataError
from runtime.predict.known import Known, Learned
from runtime.program import Program


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: numbers, or one of some words."""

    name: str
    words: tuple[str, ...] | None = None

    @property
    def width(self) -> int:
        """How many numbers it becomes."""
        return 1 if self.words is None else len(self.words)


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of `forward`. `facts` is what an inspection told of the file of its data."""

    name: str
    source: str
    kind: Kind
    tensor: Tensor
    learned: Learned
    facts: Mapping[str, Any]

    @property
    def inner(self) -> tuple[Side, ...]:
        """The sides of one row."""
        return self.tensor.inner

    def columns(self) -> list[Column] | None:
        """The columns of a table that holds such rows; None where they have no names."""
        if isinstance(self.kind, CSV) and self.facts.get("columns"):
            try:
                found = self.kind.features(self.facts["columns"])
            except Misfit as misfit:
                raise DataError(str(misfit).replace("{node}", self.source)) from misfit
            return [
                Column(one["name"], tuple(one["categories"]) if one["type"] == "category" else None) for one in found
            ]
        names = self.tensor.columns
        return None if names is None else [Column(name) for name in names]

    def numbers(self) -> int | None:
        """How many numbers one row has; None where that is not fixed."""
        count = 1
        for side in self.inner:
            if not isinstance(side, int):
                return None
            count *= side
        return count

    def accept(self, given: Array, where: str, first: int = 0) -> Array:
        """Rows in the shape and type of this argument. Raises DataError; `first` is the number of the first row."""
        rows = self._shaped(given, where)
        if self.tensor.dtype == "index":
            return self._whole(rows, where, first)
        if self.tensor.dtype == "bool":
            return rows.astype(bool)
        numbers = _floats(rows, where)
        _refuse_rows(~np.isfinite(numbers), where, first, "a number that is missing or not finite")
        return numbers

    def _shaped(self, given: Array, where: str) -> Array:
        if given.ndim and _fits(self.inner, given.shape[1:]):
            return given
        sides = [side for side in self.inner if isinstance(side, int)]
        flat = given.ndim == 2 or [side for side in given.shape[1:] if side != 1] == [s for s in sides if s != 1]
        if given.ndim and len(sides) == len(self.inner) and flat and given[:1].size == self.numbers():
            return given.reshape(len(given), *sides)
        wants, came = shape_words(self.inner), shape_words(given.shape[1:]) if given.ndim else "a single number"
        raise DataError(f"{where} has rows of {came}, but {self.source} gives the network rows of {wants}.")

    def _whole(self, rows: Array, where: str, first: int) -> Array:
        numbers = _floats(rows, where)
        _refuse_rows(~np.isfinite(numbers) | (numbers != np.rint(numbers)), where, first, "a number that is not whole")
        top = self.tensor.classes
        outside = (numbers < 0) | (numbers >= top) if top else numbers < 0
        _refuse_rows(outside, where, first, f"a number that is not from 0 to {top - 1}" if top else "a number below 0")
        return numbers.astype(np.int64)


def arguments(program: Program, known: Known, facts: Mapping[str, Mapping[str, Any] | None]) -> list[Argument]:
    """The arguments of Net in order. Raises DataError for what no rows can be given for."""
    found = []
    nodes = {source.born: source for source in program.sources}
    for (born, port), name in program.net_arguments.items():
        tensor, source = program.tensor((born, port)), nodes.get(born)
        if source is None:
            raise DataError(
                f"{program.id_of((born, port))} draws random numbers: nothing can be typed in its place. "
                "Let the network make something of them: neuroloom predict … --count 16 -o made.png."
            )
        if tensor is None or tensor.sides is None:
            raise DataError(f"The shape of {source.id} is not known, so nothing can be given to the network.")
        learned = known.of(born) if port == "x" else Learned(known.of(born).classes)
        found.append(Argument(name, source.id, source.kind, tensor, learned, facts.get(born) or {}))
    if not found:
        raise DataError("The network takes nothing in: there is nothing to predict from.")
    return found


def shape_words(sides: tuple[Side, ...]) -> str:
    """`4 numbers`, `1×8×8 numbers`, `one number`."""
    if not sides:
        return "one number"
    texts = [
        "any" if side is None else str(side.length or "any") if isinstance(side, Axis) else str(side) for side in sides
    ]
    return "×".join(texts) + " numbers"


def _fits(inner: tuple[Side, ...], given: tuple[int, ...]) -> bool:
    return len(inner) == len(given) and all(
        not isinstance(side, int) or side == came for side, came in zip(inner, given, strict=True)
    )


def _floats(rows: Array, where: str) -> Array:
    if rows.dtype.kind not in "biuf":
        raise DataError(f"{where} holds something else than numbers.")
    with np.errstate(over="ignore"):
        return rows.astype(np.float32)


def _refuse_rows(wrong: Array, where: str, first: int, what: str) -> None:
    if wrong.any():
        row = int(np.argwhere(wrong.reshape(len(wrong), -1).any(1))[0, 0])
        raise DataError(f"{where}, row {first + row + 1}: it holds {what}.")
