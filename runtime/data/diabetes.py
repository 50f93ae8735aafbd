"""442 people with diabetes and how far the disease went in a year, by way of scikit-learn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from runtime.data.table import Table, measured


def read(kind: Any, base: Path) -> Table:
    """x is (442, 10), y the progression as a number from 25 to 346."""
    from sklearn.datasets import load_diabetes

    found = load_diabetes(scaled=False)
    return measured(found.data, found.target, tuple(map(str, found.feature_names)))
