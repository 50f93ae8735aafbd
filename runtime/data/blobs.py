"""Round clouds of points, their middles evenly spread on a circle of radius 2."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from runtime.data.table import Table, shares, shuffled_classes

RADIUS = 2.0
TILT = 0.4
"""The angle of the first cloud: no border between classes is a line of the grid."""


def read(kind: Any, base: Path) -> Table:
    """x is (rows, 2)."""
    chance = np.random.default_rng([kind.seed, 5])
    clouds = getattr(kind, "clouds", 2)
    angles = TILT + 2 * np.pi * np.arange(clouds) / clouds
    middles = RADIUS * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    parts = [np.tile(middle, (rows, 1)) for middle, rows in zip(middles, shares(kind.samples, clouds), strict=True)]
    return shuffled_classes(parts, chance, kind.noise)
