"""Small heaps of points on a ring or on a grid."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from runtime.data.table import Array, Table, shares, shuffled_classes


def read(kind: Any, base: Path) -> Table:
    """x is (rows, 2)."""
    chance = np.random.default_rng([kind.seed, 9])
    counts = shares(kind.samples, kind.modes)
    parts = [np.tile(middle, (rows, 1)) for middle, rows in zip(middles(kind), counts, strict=True)]
    return shuffled_classes(parts, chance, kind.noise)


def middles(kind: Any) -> Array:
    """The middle of each heap: (modes, 2)."""
    if kind.arrangement == "ring":
        angles = 2 * np.pi * np.arange(kind.modes) / kind.modes
        ring: Array = kind.radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
        return ring
    side = math.ceil(math.sqrt(kind.modes))
    places = np.linspace(-kind.radius, kind.radius, side) if side > 1 else np.zeros(1)
    return np.array([(x, y) for y in places for x in places][: kind.modes])
