"""Whether a line, a plane or a flat cut of more dimensions can part two classes: exactly, by linear programming."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

LARGE = 400_000
"""Rows times columns beyond which the question is left open."""


def separable(x: NDArray[Any], up: NDArray[np.bool_], *, bias: bool = True) -> bool | None:
    """Whether weights w (and b) exist with w·x + b ≥ 1 for the rows that are `up` and ≤ −1 for all others.

    x is (N, F), finite. None where it is too large to be asked, or the solver does not come to an end. Such weights
    exist just where the classes can be parted strictly. Source: textbook (feasibility of linear inequalities).
    """
    if x.size > LARGE:
        return None
    from scipy.optimize import linprog

    columns = np.hstack([x, np.ones((len(x), 1))]) if bias else x
    scale = np.abs(columns).max(axis=0)
    columns = columns / np.where(scale > 0, scale, 1.0)
    signs = np.where(up, 1.0, -1.0)[:, None]
    rows = np.unique(-signs * columns, axis=0)
    found = linprog(np.zeros(rows.shape[1]), rows, -np.ones(len(rows)), bounds=(None, None), method="highs")
    return {0: True, 2: False}.get(found.status)
