"""What a source gives: rows with what the network sees and what it should answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class DataError(Exception):
    """Data that cannot be trained on; the sentence names the file and, where there is one, the row."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a source. Numbers in `x` may be nan: the gaps are filled from the training part once it is known.

    `x` is an array, float32 (N, …), or int64 where it holds tokens, or a `Stream` of such rows. `y` is int64 (N, …)
    below the number of `classes`, or float32 (N, …) where there are none; nothing where the source has no answers.
    """

    x: Any
    y: Array | None
    classes: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        return int(self.x.shape[0])


@dataclass(frozen=True, slots=True)
class Parts:
    """Rows that are split already (windows over time, pairs within a part): `rows["train"]["x"]` and so on.

    `vocabulary` are the tokens that the whole numbers of x stand for.
    """

    rows: dict[str, dict[str, Any]]
    classes: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    places: dict[str, Array] = field(default_factory=dict)
    """For each part, which row of the whole table each of its rows was; nothing where there was no such table."""
    vocabulary: tuple[str, ...] = ()


def classified(x: Array, y: Array, classes: int | tuple[str, ...], columns: tuple[str, ...] = ()) -> Table:
    """A table whose answers are classes."""
    names = tuple(map(str, range(classes))) if isinstance(classes, int) else classes
    return Table(x.astype(np.float32), y.astype(np.int64), names, columns)


def measured(x: Array, y: Array, columns: tuple[str, ...] = ()) -> Table:
    """A table whose answers are numbers."""
    return Table(x.astype(np.float32), y.astype(np.float32), (), columns)


def shuffled_classes(parts: list[Array], chance: np.random.Generator, noise: float) -> Table:
    """Points in the plane, one array a class, with noise on each coordinate."""
    x = np.concatenate(parts)
    y = np.concatenate([np.full(len(part), number) for number, part in enumerate(parts)])
    x = x + chance.normal(0.0, noise, x.shape) if noise > 0 else x
    return classified(x, y, len(parts))


def shares(rows: int, parts: int) -> list[int]:
    """How many of `rows` fall to each of `parts`, as evenly as can be."""
    return [rows // parts + (part < rows % parts) for part in range(parts)]
