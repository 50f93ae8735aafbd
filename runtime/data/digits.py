"""1,797 handwritten digits as pictures of 8×8 grey values from 0 to 16, by way of scikit-learn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from runtime.data.table import Table, classified


def read(kind: Any, base: Path) -> Table:
    """x is (1797, 1, 8, 8)."""
    from sklearn.datasets import load_digits

    found = load_digits()
    return classified(found.images[:, None], found.target, 10)
