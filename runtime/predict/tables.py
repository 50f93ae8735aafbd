"""Tables that a network is asked about: columns are found by name, words become the numbers they were learned as."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from runtime.data.columns import as_numbers, as_words
from runtime.data.table import Array, DataError
from runtime.data.textfile import TextTable, open_table
from runtime.predict.argument import Argument, Column
from runtime.words import amount, listed

Where = Callable[[int, str], str]
"""Names a place from a row and a column: `flowers.csv, line 7, column "petal width"`."""


class Table:
    """A table in a text file. Its rows go out again as they came, with what was predicted beside them."""

    def __init__(self, path: Path, argument: Argument) -> None:
        table, written = open_table(path), open_table(path, as_written=True)
        self.head = list(table.frame.columns)
        self._cells = written.frame[self.head].iloc[: len(table.frame)]
        self._rows, self.messages = rows_of(table.frame, argument, path.name, _lines(table))
        self._name = argument.name

    @property
    def rows(self) -> int:
        return len(self._rows)

    def batch(self, first: int, last: int) -> dict[str, Array]:
        return {self._name: self._rows[first:last]}

    def told(self, row: int) -> list[Any]:
        """The cells of a row as they stand in the file."""
        return [str(cell) for cell in self._cells.iloc[row]]


def rows_of(frame: Any, argument: Argument, name: str, where: Where) -> tuple[Array, list[str]]:
    """The rows of a frame as an argument takes them, and what has to be said about them. Raises DataError."""
    columns = argument.columns()
    messages: list[str] = []
    if columns is None:
        columns = _nameless(frame, argument, name)
    _refuse_missing(frame, columns, name, argument)
    parts = []
    at = 0
    for column in columns:
        means = argument.learned.means[at : at + 1] if argument.learned.means else ()
        parts.append(_numbers(frame[column.name], column, means, where, messages))
        at += column.width
    whole = np.concatenate(parts, axis=1)
    return argument.accept(whole, name), messages


def _nameless(frame: Any, argument: Argument, name: str) -> list[Column]:
    """The columns of a table for rows whose numbers have no names: all of them, in their order."""
    wanted = argument.numbers()
    if wanted is None or len(frame.columns) != wanted:
        wants = "a fixed number of columns" if wanted is None else amount(wanted, "column")
        raise DataError(
            f"{name} has {amount(len(frame.columns), 'column')}, but {argument.source} gives {wants} a row."
        )
    return [Column(title) for title in frame.columns]


def _refuse_missing(frame: Any, columns: Sequence[Column], name: str, argument: Argument) -> None:
    there = list(frame.columns)
    missing = [f'"{column.name}"' for column in columns if column.name not in there]
    if missing:
        word = "the column" if len(missing) == 1 else "the columns"
        raise DataError(
            f"{name} lacks {word} {listed(missing)}, which {argument.source} had. It has {listed(there, most=8)}."
        )


def _numbers(cells: Any, column: Column, means: Sequence[float], where: Where, messages: list[str]) -> Array:
    """(rows, 1) of a column of numbers, (rows, words) of one of words."""
    if column.words is not None:
        return _spread(cells, column, where, messages)
    numbers, there = as_numbers(cells), cells.notna().to_numpy()
    wrong = there & ~np.isfinite(numbers)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise DataError(f'{where(row, column.name)}: here must be a number, but "{_short(cells.iloc[row])}" is none.')
    gaps = ~there
    if gaps.any() and not means:
        raise DataError(f"{where(int(np.flatnonzero(gaps)[0]), column.name)}: the number is missing.")
    if gaps.any():
        numbers = np.where(gaps, means[0], numbers)
        many = amount(int(gaps.sum()), "missing number")
        messages.append(f'{many} of "{column.name}" became {means[0]:.4g}, the mean of the training rows.')
    found: Array = numbers.astype(np.float32)[:, None]
    return found


def _spread(cells: Any, column: Column, where: Where, messages: list[str]) -> Array:
    known, words = np.array(column.words, dtype=object), as_words(cells)
    spread: Array = (words[:, None] == known[None, :]).astype(np.float32)
    strange = np.flatnonzero((spread.sum(1) == 0) & (words != ""))
    if len(strange):
        row = int(strange[0])
        more = f" (and {len(strange) - 1:,} more)" if len(strange) > 1 else ""
        messages.append(
            f'{where(row, column.name)}{more}: "{_short(words[row])}" was never learned, and counts as none of '
            f"{listed(column.words or (), 'and', 8)}."
        )
    return spread


def _lines(table: TextTable) -> Where:
    return lambda row, column: f'{table.name}, line {table.line(row)}, column "{column}"'


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else text[:40] + "…"
