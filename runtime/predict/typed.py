"""Rows typed as JSON: lists of numbers, objects with the names of columns, or a list for each argument."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from runtime.data.table import Array, DataError
from runtime.predict.argument import Argument, shape_words
from runtime.predict.tables import rows_of


class Typed:
    """Rows that were typed."""

    head: tuple[str, ...] = ()

    def __init__(self, given: Mapping[str, Array], messages: Sequence[str] = ()) -> None:
        self._given, self.messages = given, list(messages)
        counts = {name: len(rows) for name, rows in given.items()}
        if len(set(counts.values())) > 1:
            told = " and ".join(f"{count} of {name}" for name, count in counts.items())
            raise DataError(f"What goes in must have as many rows at each place, but there are {told}.")
        self.rows = next(iter(counts.values()))

    def batch(self, first: int, last: int) -> dict[str, Array]:
        return {name: rows[first:last] for name, rows in self._given.items()}

    def told(self, row: int) -> list[Any]:
        return []


def typed(text: str, arguments: Sequence[Argument], name: str = "What was typed") -> Typed:
    """The rows in a text. Raises DataError."""
    return values(_parse(text, name), arguments, name)


def values(value: Any, arguments: Sequence[Argument], name: str) -> Typed:
    """The rows in a value of JSON: for one argument its rows, for several an object with rows for each."""
    names = [argument.name for argument in arguments]
    if isinstance(value, dict) and set(value) == set(names):
        return _joined([_rows(value[argument.name], argument, name) for argument in arguments], names)
    if len(arguments) > 1:
        raise DataError(
            f"The network takes {' and '.join(names)}: {name} must be an object with rows for each of them."
        )
    return _joined([_rows(value, arguments[0], name)], names)


def numbers(text: str) -> Array:
    """Numbers in a text, as JSON. Raises DataError."""
    try:
        found = np.array(_parse(text, "What was typed"), dtype=np.float32)
    except (ValueError, TypeError):
        raise DataError("What is to be continued must be numbers: [1, 2, 3], or a list for each step.") from None
    if not found.size or not np.isfinite(found).all():
        raise DataError("What is to be continued must be numbers, and at least one.")
    return found


def _joined(parts: Sequence[tuple[Array, list[str]]], names: Sequence[str]) -> Typed:
    given = {name: rows for name, (rows, _) in zip(names, parts, strict=True)}
    return Typed(given, [message for _, messages in parts for message in messages])


def _parse(text: str, name: str) -> Any:
    def refuse(word: str) -> Any:
        raise DataError(f"{name} holds {word}, which is no number.")

    try:
        return json.loads(text, parse_constant=refuse)
    except RecursionError:
        raise DataError(f"{name} is nested too deep.") from None
    except ValueError as error:
        raise DataError(f"{name} cannot be read as JSON: {error}.") from None


def _rows(value: Any, argument: Argument, name: str) -> tuple[Array, list[str]]:
    listed = [value] if isinstance(value, dict) else value
    if not isinstance(listed, list) or not listed:
        raise DataError(f"{name} holds no rows. One row is {_example(argument)}.")
    if all(isinstance(row, dict) for row in listed):
        return _named(listed, argument, name)
    columns = argument.columns()
    if columns and any(column.words is not None for column in columns):
        return _cells(listed if isinstance(listed[0], list) else [listed], argument, name)
    return argument.accept(_array(listed, argument, name), name), []


def _named(rows: list[dict[str, Any]], argument: Argument, name: str) -> tuple[Array, list[str]]:
    import pandas as pd

    if argument.columns() is None:
        raise DataError(f"The columns of {argument.source} have no names: type the numbers of a row in their order.")
    frame = pd.DataFrame(rows)
    return rows_of(frame.where(frame.notna(), None), argument, name, lambda row, column: _place(name, row, column))


def _cells(rows: list[Any], argument: Argument, name: str) -> tuple[Array, list[str]]:
    columns = argument.columns() or []
    for number, row in enumerate(rows, 1):
        if not isinstance(row, list) or len(row) != len(columns):
            titles = ", ".join(column.name for column in columns)
            raise DataError(f"{name}, row {number}: a row has {len(columns)} cells here: {titles}.")
    return _named([{c.name: cell for c, cell in zip(columns, row, strict=True)} for row in rows], argument, name)


def _array(value: list[Any], argument: Argument, name: str) -> Array:
    try:
        found = np.array(value)
    except ValueError:
        raise DataError(_uneven(value, name)) from None
    if found.dtype.kind not in "biuf":
        raise DataError(f"{name} holds something else than numbers: one row is {_example(argument)}.")
    alone = found.ndim == len(argument.inner) or (found.ndim == 1 and found.size == argument.numbers())
    return found[None] if alone and argument.inner else found


def _uneven(rows: list[Any], name: str) -> str:
    counts = [len(row) if isinstance(row, list) else 0 for row in rows]
    odd = next((at for at, count in enumerate(counts) if count != counts[0]), 0)
    return f"{name}, row {odd + 1}: it has {counts[odd]} numbers, but row 1 has {counts[0]}."


def _example(argument: Argument) -> str:
    columns = argument.columns()
    if columns and len(columns) <= 8:
        return "{" + ", ".join(f'"{column.name}": …' for column in columns) + "} or the same in a list"
    return f"a list of {shape_words(argument.inner)}"


def _place(name: str, row: int, column: str) -> str:
    return f'{name}, row {row + 1}, "{column}"'
