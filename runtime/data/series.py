"""Numbers measured one after another, from a package or a table, in windows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from graph.kinds.data_series import SERIES
from graph.misfit import Misfit
from runtime.data.columns import as_numbers, describe, in_range
from runtime.data.packages import bring, missing
from runtime.data.table import Array, DataError, Parts
from runtime.data.textfile import TextTable, open_table
from runtime.data.windowing import beginnings, check_room, left_out, plainly, windows
from runtime.words import amount, listed

PACKAGE = ("statsmodels", "The series comes in", "datasets")
RENAMED = {"SUNACTIVITY": "sunspots"}


def inspect(question: Mapping[str, Any]) -> dict[str, Any]:
    """The names of the `columns` of a series that comes in the package; an `error` if the package is missing."""
    return missing(*PACKAGE) or {"columns": list(SERIES.get(str(question.get("series")), (0, ()))[1])}


def read(kind: Any, base: Path) -> Parts:
    """x is (windows, length, columns); y what follows, as the kind says."""
    names, values, messages = _from_file(kind, base) if kind.series == "file" else _from_package(kind)
    first = beginnings(kind, len(values))
    check_room(first, kind.length * values.shape[1])
    seen, answered = _picked(names, kind.seen(names)), _picked(names, kind.answered(names))
    rows = {part: _rows(kind, values, starts, seen, answered) for part, starts in first.items()}
    return Parts(rows, (), tuple(kind.seen(names)), (*messages, *left_out(kind, len(values))))


def _rows(kind: Any, values: Array, starts: Sequence[int], seen: list[int], answered: list[int]) -> dict[str, Array]:
    x = windows(values[:, seen], starts, kind.length)
    if kind.answer == "shifted":
        return {"x": x, "y": windows(values[kind.horizon :, answered], starts, kind.length)}
    y = windows(values[kind.length :, answered], starts, kind.horizon)
    y = y[:, 0] if kind.horizon == 1 else y
    return {"x": x, "y": y[..., 0] if len(answered) == 1 else y}


def _picked(names: tuple[str, ...], wanted: tuple[str, ...]) -> list[int]:
    return [names.index(name) for name in wanted]


def _from_package(kind: Any) -> tuple[tuple[str, ...], Array, tuple[str, ...]]:
    module = bring(f"statsmodels.datasets.{kind.series}", *PACKAGE[1:])
    frame = module.load_pandas().data
    frame = frame.drop(columns=[name for name in frame if str(name).lower() in ("year", "quarter")])
    if kind.series == "elnino":  # a row for each year, a column for each month
        return ("temperature",), frame.to_numpy(np.float32).reshape(-1, 1), ()
    names = tuple(RENAMED.get(name, name) for name in map(str, frame.columns))
    values, told = filled(frame.to_numpy(np.float64), names, f"The series {kind.series}", None)
    return names, values, told


def _from_file(kind: Any, base: Path) -> tuple[tuple[str, ...], Array, tuple[str, ...]]:
    if not kind.path:
        raise DataError("No file is chosen yet.")
    table = open_table(base / kind.path)
    try:
        names = kind.known({"columns": describe(table)})
        used = tuple(dict.fromkeys((*kind.seen(names), *kind.answered(names))))
    except Misfit as misfit:
        raise DataError(plainly(misfit)) from misfit
    numbers = np.stack([in_range(table, name, as_numbers(table.frame[name])) for name in used], axis=1)
    values, told = filled(numbers, used, table.name, table)
    return used, values, (*table.messages, *told)


def filled(values: Array, names: tuple[str, ...], where: str, table: TextTable | None) -> tuple[Array, tuple[str, ...]]:
    """Gaps get the value before them. Raises DataError for a gap that has none before it."""
    gaps = ~np.isfinite(values)
    if gaps[0].any():
        line = f", line {table.line(0)}" if table else ""
        name = names[int(np.flatnonzero(gaps[0])[0])]
        raise DataError(
            f'{where}{line}: the column "{name}" has no number here, and none before it: leave out the rows before its '
            "first number."
        )
    last = np.maximum.accumulate(np.where(gaps, 0, np.arange(len(values))[:, None]), axis=0)
    filled = np.take_along_axis(values, last, axis=0).astype(np.float32)
    told = [f"{name} ({amount(int(gaps[:, at].sum()), 'gap')})" for at, name in enumerate(names) if gaps[:, at].any()]
    return filled, ((f"Gaps got the value before them: {listed(told)}.",) if told else ())
