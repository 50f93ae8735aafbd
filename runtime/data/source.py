"""A data node's rows, read, split and made into tensors."""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from runtime.data.folding import fold_parts, fold_rows
from runtime.data.folding import refuse as refuse_folds
from runtime.data.splitting import PARTS, split
from runtime.data.streaming import Stream, placed
from runtime.data.table import Array, DataError, Parts, Table
from runtime.studies.plans import Fold
from runtime.words import amount, listed

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, slots=True)
class Source:
    """The tensors of a data node: `parts["train"]["x"]` and so on, float32 or int64 on the CPU.

    In the place of a tensor there may be a `Stream`, whose rows are read when an index asks for them.
    """

    parts: dict[str, dict[str, torch.Tensor]]
    classes: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    shapes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    places: dict[str, Array] = field(default_factory=dict)
    """For each part, which row of the whole table each of its rows was, where there was one."""
    vocabulary: tuple[str, ...] = ()

    def rows(self, part: str) -> int:
        """How many rows a part has."""
        return next((int(tensor.shape[0]) for tensor in self.parts[part].values()), 0)


def read(kind: Any, base: Path) -> Table | Parts:
    """All rows of a data node: in one table, or split already. `base` is the folder that relative paths start from."""
    name = type(kind).__name__
    try:
        module = importlib.import_module(f"runtime.data.{file_name(name)}")
    except ModuleNotFoundError as error:
        raise DataError(f"{name} gives no rows to train on.") from error
    found: Table | Parts = module.read(kind, base)
    return found


def file_name(kind: str) -> str:
    """The file of a kind: `BreastCancer` is read by `breast_cancer.py`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind).lower()


def load(kind: Any, base: Path, fold: Fold | None = None) -> Source:
    """A data node's tensors, split into train, validation and test; for a fold as that says. Raises DataError."""
    if fold is not None:
        refuse_folds(kind)
    found = read(kind, base)
    if isinstance(found, Parts):
        parts = found if fold is None else fold_parts(found, fold)
    else:
        parts = part(found, kind, fold)
    shapes = {port: rows.shape[1:] for port, rows in parts.rows["train"].items()}
    rows = {name: _tensors(held) for name, held in parts.rows.items()}
    return Source(rows, parts.classes, parts.columns, parts.messages, shapes, parts.places, parts.vocabulary)


def part(table: Table, kind: Any, fold: Fold | None = None) -> Parts:
    """A table split by chance, each class in the same proportion; gaps are filled from the training part."""
    labels = table.y if table.classes and table.y is not None and table.y.ndim == 1 else None
    rows = split(table.rows, kind.validation, kind.test, kind.seed, labels)
    if fold is not None:
        rows = fold_rows(rows, fold, labels)
    if not len(rows["train"]):
        raise DataError(f"{amount(table.rows, 'row')} are too few to train on.")
    x, messages = fill_gaps(table, rows["train"])
    held: dict[str, Array | Stream] = {"x": x} if table.y is None else {"x": x, "y": table.y}
    parted = {name: {port: _some(values, rows[name]) for port, values in held.items()} for name in PARTS}
    return Parts(parted, table.classes, table.columns, (*table.messages, *messages), rows)


def _some(values: Array | Stream, rows: Array) -> Array | Stream:
    return values.part(rows) if isinstance(values, Stream) else values[rows]


def _tensors(rows: Mapping[str, Array | Stream]) -> dict[str, Any]:
    return {port: values if isinstance(values, Stream) else placed(values) for port, values in rows.items()}


def fill_gaps(table: Table, train: Array) -> tuple[Array | Stream, tuple[str, ...]]:
    """Fills missing numbers with the mean of their column over the training rows."""
    if isinstance(table.x, Stream):
        return table.x, ()
    gaps = np.isnan(table.x) if table.x.ndim == 2 and table.x.dtype.kind == "f" else np.zeros(0, dtype=bool)
    if not gaps.any():
        return table.x, ()
    x = table.x.copy()
    filled = []
    for column in np.flatnonzero(gaps.any(axis=0)):
        known = x[train, column][~gaps[train, column]]
        mean = float(known.astype(np.float64).mean()) if len(known) else 0.0
        x[gaps[:, column], column] = mean
        name = table.columns[column] if table.columns else f"column {column + 1}"
        filled.append(f"{name} ({amount(int(gaps[:, column].sum()), 'cell')}, {mean:.4g})")
    return x, (f"Missing numbers were filled with the mean of the training rows: {listed(filled)}.",)
