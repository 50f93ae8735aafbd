"""Series that a network is asked about: a table in the order of time, in windows, and what a forecast begins with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from graph.shape import Axis
from runtime.data.columns import as_numbers
from runtime.data.series import filled
from runtime.data.table import Array, DataError
from runtime.data.textfile import TextTable, open_table
from runtime.predict.argument import Argument
from runtime.predict.typed import numbers
from runtime.words import amount, listed


class Series:
    """Every window of a table. A row goes out as it stands at the window's end, with what was forecast beside it."""

    def __init__(self, path: Path, argument: Argument) -> None:
        table, written = open_table(path), open_table(path, as_written=True)
        self._values, told = _values(table, argument)
        self._span, self._name = span(argument) or len(self._values), argument.name
        self.rows = len(self._values) - self._span + 1
        if self.rows < 1:
            raise DataError(
                f"{path.name} has {amount(len(self._values), 'row')}, but the network looks at {self._span} at a time."
            )
        self.head = list(table.frame.columns)
        self._cells = written.frame[self.head].iloc[: len(table.frame)]
        where = f"Each answer stands at the last of the {self._span} rows that it was made of, and says what follows."
        self.messages = [*told, where]

    def batch(self, first: int, last: int) -> dict[str, Array]:
        return {self._name: np.stack([self._values[at : at + self._span] for at in range(first, last)])}

    def told(self, row: int) -> list[Any]:
        return [str(cell) for cell in self._cells.iloc[row + self._span - 1]]


def takes_series(argument: Argument) -> bool:
    """Whether the rows of an argument are windows over numbers."""
    sides = argument.inner
    fits = len(sides) == 2 and isinstance(sides[0], Axis) and isinstance(sides[1], int)
    return fits and argument.tensor.dtype == "float"


def span(argument: Argument) -> int | None:
    """How many steps the network saw at a time when it learned."""
    side = argument.inner[0]
    return side.length if isinstance(side, Axis) else side


def beginning(start: str, argument: Argument) -> Array:
    """What a forecast begins with: numbers typed, with spaces or as JSON, or those of a table. Raises DataError."""
    path = Path(start)
    if len(start) < 1000 and path.is_file():
        return _values(open_table(path), argument)[0]
    plain = start.strip()
    if plain.startswith("["):
        return numbers(plain)
    return numbers(f"[{', '.join(plain.replace(',', ' ').replace(';', ' ').split())}]")


def _values(table: TextTable, argument: Argument) -> tuple[Array, tuple[str, ...]]:
    """(steps, columns) of a table, the gaps filled as for the training."""
    width = argument.inner[1]
    there = [str(name) for name in table.frame.columns]
    names = list(argument.tensor.columns or there)
    missing = [f'"{name}"' for name in names if name not in there]
    if missing and len(there) == width:
        names = there  # it has as many columns, under other names
    elif missing:
        word = "the column" if len(missing) == 1 else "the columns"
        raise DataError(
            f"{table.name} lacks {word} {listed(missing)}, which {argument.source} had. It has {listed(there, most=8)}."
        )
    if len(names) != width:
        raise DataError(
            f"{table.name} has {amount(len(names), 'column')}, but each step of {argument.source} has {width}."
        )
    columns = [as_numbers(table.frame[name]) for name in names]
    for name, column in zip(names, columns, strict=True):
        wrong = table.frame[name].notna().to_numpy() & ~np.isfinite(column)
        if wrong.any():
            row = int(np.flatnonzero(wrong)[0])
            raise DataError(f'{table.name}, line {table.line(row)}, column "{name}": here must be a number.')
    return filled(np.stack(columns, axis=1), tuple(names), table.name, table)
