"""Rows of a text file: one column is the answer, the others are what the network sees."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from graph.kinds.data_csv import spread
from graph.misfit import Misfit
from runtime.data.columns import as_numbers, as_words, describe, in_range, whole_words
from runtime.data.table import Array, DataError, Table
from runtime.data.textfile import TextTable, open_table
from runtime.words import amount, listed


def inspect(path: Path) -> dict[str, Any]:
    """What a look at the file tells, as plain JSON: `rows`, `columns`, `messages`; or `error`, a sentence."""
    try:
        table = open_table(path)
    except DataError as error:
        return {"error": str(error)}
    columns = describe(table)
    return {"rows": len(table.frame), "columns": columns, "messages": [*table.messages, *_notes(columns)]}


def read(kind: Any, base: Path) -> Table:
    """The rows of a CSV node. Numbers stay numbers, with nan in gaps; a category becomes one number for each word."""
    if not kind.path:
        raise DataError("No file is chosen yet.")
    table = open_table(base / kind.path)
    columns = describe(table)
    try:
        answer, features, classes = kind.answer(columns), kind.features(columns), kind.classes(columns)
    except Misfit as misfit:
        raise DataError(str(misfit).replace("{node}: ", "").replace("{node} ", "It ")) from misfit
    for column in (*features, answer):
        if column.get("problem"):
            raise DataError(column["problem"])
    y, kept = _answers(table, answer, classes)
    x = np.concatenate([_numbers(table, column) for column in features], axis=1)[kept]
    names = tuple(name for column in features for name in spread(column))
    messages = (*table.messages, *_told(table, features, answer, len(kept)))
    return Table(x, y[kept], classes or (), names, messages)


def _answers(table: TextTable, answer: Mapping[str, Any], classes: tuple[str, ...] | None) -> tuple[Array, Array]:
    """The answers of all rows, and the rows that have one."""
    cells = table.frame[answer["name"]]
    kept = np.flatnonzero(cells.notna().to_numpy())
    if not len(kept):
        raise DataError(f'{table.name} has no row with an answer: the column "{answer["name"]}" is empty.')
    if classes is None:
        return in_range(table, answer["name"], as_numbers(cells)), kept
    words = whole_words(as_numbers(cells)) if answer["type"] == "number" else as_words(cells)
    place = {name: number for number, name in enumerate(classes)}
    return np.array([place.get(word, 0) for word in words], dtype=np.int64), kept


def _numbers(table: TextTable, column: Mapping[str, Any]) -> Array:
    """(rows, 1) of a column of numbers, (rows, words) of one of categories."""
    cells = table.frame[column["name"]]
    if column["type"] == "number":
        return in_range(table, column["name"], as_numbers(cells))[:, None]
    words = np.array(column["categories"], dtype=object)
    spread_out: Array = (as_words(cells)[:, None] == words[None, :]).astype(np.float32)
    return spread_out


def _told(table: TextTable, features: list[Mapping[str, Any]], answer: Mapping[str, Any], kept: int) -> list[str]:
    told = _notes(features)
    dropped = len(table.frame) - kept
    if dropped:
        were = "was" if dropped == 1 else "were"
        told.append(f'{amount(dropped, "row")} without an answer in "{answer["name"]}" {were} left out.')
    seen = {column["name"] for column in (*features, answer)}
    text = [name["name"] for name in describe(table) if name["type"] == "text" and name["name"] not in seen]
    if text:
        told.append(f"Free text was left out: {listed(text)}.")
    return told


def _notes(columns: list[dict[str, Any]] | list[Mapping[str, Any]]) -> list[str]:
    """What happens to categories and to gaps in them."""
    words = [column for column in columns if column["type"] == "category"]
    told = []
    if words:
        parts = [f"{column['name']} ({amount(len(column['categories']), 'word')})" for column in words]
        told.append(f"Columns of words become one number for each word: {listed(parts)}.")
    gaps = [f"{column['name']} ({column['missing']:,})" for column in words if column["missing"]]
    if gaps:
        told.append(f"A missing word counts as none of the words: {listed(gaps)}.")
    return told
