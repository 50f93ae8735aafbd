"""Pictures twice, coarse and fine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from runtime.data import digits, mnist5k
from runtime.data.table import Array, Table


def read(kind: Any, base: Path) -> Table:
    """x is (rows, 1, H / factor, W / factor), y (rows, 1, H, W), from 0 to 1."""
    fine = digits.read(kind, base).x / 16 if kind.of == "Digits" else mnist5k.read(kind, base).x
    return Table(coarser(fine, kind.factor), fine)


def coarser(pictures: Array, factor: int) -> Array:
    """The mean of each square of factor × factor pixels: (N, C, H, W) → (N, C, H / factor, W / factor)."""
    rows, channels, height, width = pictures.shape
    squares = pictures.reshape(rows, channels, height // factor, factor, width // factor, factor)
    found: Array = squares.mean(axis=(3, 5))
    return found
