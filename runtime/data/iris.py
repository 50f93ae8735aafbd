"""150 irises of three species, measured by Anderson and made famous by Fisher in 1936, by way of scikit-learn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from runtime.data.table import Table, classified


def read(kind: Any, base: Path) -> Table:
    """x is (150, 4)."""
    from sklearn.datasets import load_iris

    found = load_iris()
    columns = tuple(name.removesuffix(" (cm)") for name in found.feature_names)
    return classified(found.data, found.target, tuple(map(str, found.target_names)), columns)
