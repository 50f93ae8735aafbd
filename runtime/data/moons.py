"""Two half circles that reach into each other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from runtime.data.table import Table, shares, shuffled_classes


def read(kind: Any, base: Path) -> Table:
    """x is (rows, 2)."""
    chance = np.random.default_rng([kind.seed, 1])
    second_rows = min(max(1, round(kind.samples * kind.share)), kind.samples - 1)
    counts = (kind.samples - second_rows, second_rows) if kind.share != 0.5 else shares(kind.samples, 2)
    upper, lower = (np.linspace(0.0, np.pi, rows) for rows in counts)
    first = np.stack([np.cos(upper), np.sin(upper)], axis=1)
    second = np.stack([1.0 - np.cos(lower), 0.5 - np.sin(lower)], axis=1)
    return shuffled_classes([first, second], chance, kind.noise)
