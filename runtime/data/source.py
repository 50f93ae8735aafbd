"""A data node's rows, read, split and made into tensors."""

from __future__ import annotations

import importlib
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from runtime.data.splitting import PARTS, split
from runtime.data.table import Array, DataError, Table
from runtime.words import amount, listed

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, slots=True)
class Source:
    """The tensors of a data node: `parts["train"]["x"]` and so on, float32 or int64 on the CPU."""

    parts: dict[str, dict[str, torch.Tensor]]
    classes: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    shapes: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def rows(self, part: str) -> int:
        """How many rows a part has."""
        return next((int(tensor.shape[0]) for tensor in self.parts[part].values()), 0)


def read(kind: Any, base: Path) -> Table:
    """All rows of a data node in one table. `base` is the folder that relative paths start from."""
    name = type(kind).__name__
    try:
        module = importlib.import_module(f"runtime.data.{file_name(name)}")
    except ModuleNotFoundError as error:
        raise DataError(f"{name} gives no rows to train on.") from error
    table: Table = module.read(kind, base)
    return table


def file_name(kind: str) -> str:
    """The file of a kind: `BreastCancer` is read by `breast_cancer.py`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind).lower()


def load(kind: Any, base: Path) -> Source:
    """A data node's tensors, split into train, validation and test. Raises DataError."""
    table = read(kind, base)
    rows = split(table.rows, kind.validation, kind.test, kind.seed, table.y if table.classes else None)
    if not len(rows["train"]):
        raise DataError(f"{amount(table.rows, 'row')} are too few to train on.")
    x, messages = fill_gaps(table, rows["train"])
    return Source(
        {part: _tensors(x, table.y, rows[part]) for part in PARTS},
        table.classes,
        table.columns,
        (*table.messages, *messages),
        {"x": x.shape[1:], "y": table.y.shape[1:]},
    )


def _tensors(x: Array, y: Array, rows: Array) -> dict[str, torch.Tensor]:
    import torch

    return {"x": torch.from_numpy(np.ascontiguousarray(x[rows])), "y": torch.from_numpy(np.ascontiguousarray(y[rows]))}


def fill_gaps(table: Table, train: Array) -> tuple[Array, tuple[str, ...]]:
    """Fills missing numbers with the mean of their column over the training rows."""
    gaps = np.isnan(table.x)
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
