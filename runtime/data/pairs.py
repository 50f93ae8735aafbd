"""Two rows of a labelled source at a time, and whether they are of one class."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from runtime.data import source
from runtime.data.splitting import PARTS
from runtime.data.table import Array, DataError, Parts
from runtime.words import amount


def read(kind: Any, base: Path) -> Parts:
    """a and b are rows of the source, y is 1 where they are of one class; each part is paired within itself."""
    inside = kind.inside()
    table = source.read(inside, base)
    assert not isinstance(table, Parts)
    if not table.classes or table.y is None or table.y.ndim != 1:
        raise DataError("Its source has no classes, so nothing is the same.")
    parts = source.part(table, inside)
    counts = _counts(kind, {part: len(parts.rows[part]["y"]) for part in PARTS})
    chance = np.random.default_rng([kind.seed, 8])
    rows = {part: _paired(parts.rows[part], counts[part], chance, part) for part in PARTS}
    return Parts(rows, ("different", "same"), (), parts.messages)


def _counts(kind: Any, rows: dict[str, int]) -> dict[str, int]:
    """How many pairs each part makes: in proportion, one at least where the part has rows."""
    held = {part: max(1, round(kind.samples * getattr(kind, part))) if rows[part] else 0 for part in PARTS[1:]}
    return {"train": max(1, kind.samples - sum(held.values())), **held}


def _paired(rows: dict[str, Array], count: int, chance: np.random.Generator, part: str) -> dict[str, Array]:
    first, second, same = pairs(rows["y"], count, chance, part) if count else _none()
    return {"a": rows["x"][first], "b": rows["x"][second], "y": same}


def _none() -> tuple[Array, Array, Array]:
    empty = np.zeros(0, dtype=np.int64)
    return empty, empty, empty


def pairs(labels: Array, count: int, chance: np.random.Generator, part: str) -> tuple[Array, Array, Array]:
    """The rows of so many pairs: by turns of one class (two different rows) and of two."""
    members = {label: np.flatnonzero(labels == label) for label in np.unique(labels)}
    twice = np.concatenate([rows for rows in members.values() if len(rows) > 1] or [np.zeros(0, dtype=np.int64)])
    if len(members) < 2 or not len(twice):
        name = "training" if part == "train" else part
        raise DataError(
            f"The {name} part has only {amount(len(labels), 'row')}: too few for pairs of one class and of two."
        )
    same = np.arange(count) % 2
    first = np.where(same == 1, chance.choice(twice, count), chance.integers(len(labels), size=count))
    second = np.empty(count, dtype=np.int64)
    for at in range(count):
        others = members[labels[first[at]]] if same[at] else np.flatnonzero(labels != labels[first[at]])
        choice = others[others != first[at]]
        second[at] = choice[chance.integers(len(choice))]
    return first, second, same.astype(np.int64)
