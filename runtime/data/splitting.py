"""Which rows train, which watch the training, and which are kept for the end: a function of the seed alone."""

from __future__ import annotations

import numpy as np

from runtime.data.table import Array

PARTS = ("train", "validation", "test")


def split(rows: int, validation: float, test: float, seed: int, classes: Array | None = None) -> dict[str, Array]:
    """The row numbers of each part, ascending in none: training keeps the order of the draw.

    With `classes` (one number a row) each class is spread over the parts in the same proportion, as far as whole rows
    allow. Asking for a part gives it a row at least where there are enough.
    """
    order = np.random.default_rng([seed, 0]).permutation(rows)
    if classes is not None and len(classes):
        order = _spread(order, classes)
    held = _count(rows, validation), _count(rows, test)
    if sum(held) >= rows:
        held = (0, 0) if rows < 3 else (min(held[0], rows // 3), min(held[1], rows // 3))
    return {"validation": order[: held[0]], "test": order[held[0] : sum(held)], "train": order[sum(held) :]}


def _count(rows: int, share: float) -> int:
    return max(1, round(rows * share)) if share > 0 else 0


def _spread(order: Array, classes: Array) -> Array:
    """Reorders so that every stretch holds the classes in the proportion of the whole.

    The i-th of the n rows of a class goes to place (i + ½) / n; ties go by class."""
    labels = classes[order]
    place = np.empty(len(order))
    for label in np.unique(labels):
        own = np.flatnonzero(labels == label)
        place[own] = (np.arange(len(own)) + 0.5) / len(own)
    return order[np.lexsort((labels, place))]
