"""569 breast tumours, malignant (0) or benign (1), from Wisconsin, by way of scikit-learn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from runtime.data.table import Table, classified


def read(kind: Any, base: Path) -> Table:
    """x is (569, 30)."""
    from sklearn.datasets import load_breast_cancer

    found = load_breast_cancer()
    names = tuple(map(str, found.target_names))
    return classified(found.data, found.target, names, tuple(map(str, found.feature_names)))
