"""What the columns of a table hold: numbers, categories or free text; and where a cell does not fit its column."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from runtime.data.table import Array, DataError
from runtime.data.textfile import TextTable

MOST_CATEGORIES = 100
"""A column with more different words is free text."""

STRAY_SHARE = 0.1
"""Up to this part of a column's cells may be words before it is no column of numbers with mistakes."""


def describe(table: TextTable) -> list[dict[str, Any]]:
    """Every column as plain JSON: name, type (`number`, `category`, `text`), missing, categories, perhaps a problem."""
    return [describe_column(table, name) for name in table.frame.columns]


def describe_column(table: TextTable, name: str) -> dict[str, Any]:
    cells = table.frame[name]
    found: dict[str, Any] = {"name": name, "missing": int(cells.isna().sum())}
    numbers = as_numbers(cells)
    wrong = cells.notna().to_numpy() & ~np.isfinite(numbers)
    count = int(cells.notna().sum())
    if _is_number(cells, int(wrong.sum()), count):
        found["type"] = "number"
        if wrong.any():
            found["problem"] = _problem(table, name, int(np.flatnonzero(wrong)[0]))
        elif count:
            known = numbers[np.isfinite(numbers)]
            found |= {"min": float(known.min()), "max": float(known.max()), "categories": _whole(known)}
        return found
    words = as_words(cells)
    different = sorted(set(words[cells.notna().to_numpy()]))
    is_category = len(different) <= MOST_CATEGORIES and (len(different) <= 20 or 2 * len(different) <= count)
    found |= {"type": "category", "categories": different} if is_category else {"type": "text"}
    return found


def as_numbers(cells: Any) -> Array:
    """float64, nan for what is missing or no number."""
    if cells.dtype == bool:
        return np.full(len(cells), np.nan)
    numbers: Array = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    return numbers


def in_range(table: TextTable, name: str, numbers: Array) -> Array:
    """float32 of finite numbers and gaps. Raises DataError that names the line of a number that is too large for it."""
    with np.errstate(over="ignore"):
        found: Array = numbers.astype(np.float32)
    large = np.flatnonzero(np.isinf(found))
    if len(large):
        row = int(large[0])
        raise DataError(
            f'{table.name}, line {table.line(row)}: the column "{name}" holds {numbers[row]:g}, which is beyond the '
            "numbers that are computed with (3.4e38): mend it, or divide the column."
        )
    return found


def as_words(cells: Any) -> Array:
    """Each cell as a word, without spaces around it; empty where it is missing."""
    words: Array = cells.astype(object).where(cells.notna(), "").astype(str).str.strip().to_numpy(dtype=object)
    return words


def whole_words(numbers: Array) -> Array:
    """Whole numbers as words, empty where there is none."""
    return np.array([str(int(number)) if np.isfinite(number) else "" for number in numbers], dtype=object)


def _is_number(cells: Any, wrong: int, count: int) -> bool:
    """Numbers, or numbers with some stray words among them."""
    if cells.dtype == bool:
        return False
    if pd.api.types.is_numeric_dtype(cells.dtype):
        return True
    return count > 1 and wrong <= max(1, STRAY_SHARE * count) and 2 * wrong < count


def _problem(table: TextTable, name: str, row: int) -> str:
    value = str(table.frame[name].iloc[row])
    shown = value if len(value) <= 40 else value[:40] + "…"
    return f'{table.name}, line {table.line(row)}: the column "{name}" holds numbers, but here stands "{shown}".'


def _whole(known: Array) -> list[str]:
    """The different values in order, if they are few and whole."""
    if not np.equal(known, np.rint(known)).all() or np.abs(known).max() > 2**53:
        return []
    different = np.unique(known)
    return [str(int(value)) for value in different] if len(different) <= MOST_CATEGORIES else []
