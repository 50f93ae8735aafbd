"""A ring around a ring."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from runtime.data.table import Array, Table, shares, shuffled_classes


def read(kind: Any, base: Path) -> Table:
    """x is (rows, 2); class 1 is the inner ring."""
    chance = np.random.default_rng([kind.seed, 2])
    outer, inner = shares(kind.samples, 2)
    return shuffled_classes([_ring(outer, 1.0), _ring(inner, 0.5)], chance, kind.noise)


def _ring(rows: int, radius: float) -> Array:
    angle = np.linspace(0.0, 2 * np.pi, rows, endpoint=False)
    return radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)
