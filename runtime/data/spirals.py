"""Arms that wind around each other: easy to see, hard to learn without hidden layers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from runtime.data.table import Array, Table, shares, shuffled_classes


def read(kind: Any, base: Path) -> Table:
    """x is (rows, 2), within the unit circle but for the noise."""
    chance = np.random.default_rng([kind.seed, 3])
    arms = getattr(kind, "arms", 2)
    turns = getattr(kind, "turns", 1.5)
    parts = [_arm(rows, arm / arms, turns) for arm, rows in enumerate(shares(kind.samples, arms))]
    return shuffled_classes(parts, chance, kind.noise)


def _arm(rows: int, start: float, turns: float) -> Array:
    """Points along one arm, evenly spread over its length: r grows with the angle, the length with its square."""
    way = np.sqrt(np.linspace(0.01, 1.0, rows))
    angle = 2 * np.pi * (start + turns * way)
    points: Array = way[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return points
