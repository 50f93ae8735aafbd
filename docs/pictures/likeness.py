"""How far two pictures are from one another, whatever a screen's smoothing of letters does."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

TOLERANCE = 0.008
"""The difference up to which two pictures count as the same: letters of another release of Qt stay below it."""

SQUARE = 8
"""Squares of so many pixels are compared by their mean."""


def difference(one: Path, other: Path) -> float:
    """The mean difference of two pictures, 0 (the same) to 1; 1 if one is missing or of another size."""
    first, second = QImage(str(one)), QImage(str(other))
    if first.isNull() or second.isNull() or first.size() != second.size():
        return 1.0
    left, right = _squares(first), _squares(second)
    return sum(abs(a - b) for a, b in zip(left, right, strict=True)) / (255 * len(left))


def _squares(image: QImage) -> bytes:
    size = image.size() / SQUARE
    how = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    small = image.convertToFormat(QImage.Format.Format_RGB888).scaled(size, *how)
    wide = small.width() * 3
    rows = bytes(small.constBits())
    line = small.bytesPerLine()
    return b"".join(rows[start : start + wide] for start in range(0, line * small.height(), line))
