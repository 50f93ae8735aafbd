"""Numbers as pictures: grey or coloured pixels, masks in the colours of their classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from designer.theme import Theme, mixed

Array: TypeAlias = NDArray[Any]

CLASSES = ("layer", "loss", "data", "optimizer", "metric", "recurrent")
"""The families whose colours stand for the classes of a mask, the background apart."""


def span(*arrays: Array) -> tuple[float, float]:
    """The least and the greatest finite number of all; never the same."""
    kept = [array[np.isfinite(array)].astype(np.float64) for array in arrays]
    low = min((float(array.min()) for array in kept if array.size), default=0.0)
    high = max((float(array.max()) for array in kept if array.size), default=1.0)
    return (low, high) if high > low else (low - 0.5, low + 0.5)


def picture(array: Array, low: float, high: float) -> QImage:
    """An image of (channels, height, width): grey for one channel, red, green and blue for three."""
    scaled = (np.nan_to_num(array.astype(np.float64), nan=low, posinf=high, neginf=low) - low) / (high - low)
    bytes_ = (np.clip(scaled, 0.0, 1.0) * 255).round().astype(np.uint8)
    if len(bytes_) == 1:
        return _image(np.ascontiguousarray(bytes_[0]), QImage.Format.Format_Grayscale8)
    return coloured(bytes_[:3].transpose(1, 2, 0))


def mask(array: Array, theme: Theme) -> QImage:
    """An image of (height, width) class numbers; class 0 is the ground."""
    table = np.array([[c.red(), c.green(), c.blue()] for c in class_colours(int(array.max(initial=0)) + 1, theme)])
    return coloured(table[array].astype(np.uint8))


def coloured(colours: Array) -> QImage:
    """An image of (height, width, 3) bytes."""
    return _image(np.ascontiguousarray(colours), QImage.Format.Format_RGB888)


def class_colours(count: int, theme: Theme) -> Sequence[QColor]:
    """A colour for each class: the ground, then those of families, then paler ones."""
    found = [mixed(theme.text, theme.panel, 0.12)]
    for at in range(count - 1):
        strength = 1.0 / (1 + at // len(CLASSES))
        found.append(mixed(theme.family(CLASSES[at % len(CLASSES)]), theme.panel, strength))
    return found


def _image(pixels: Array, form: QImage.Format) -> QImage:
    height, width = pixels.shape[:2]
    return QImage(pixels.tobytes(), width, height, pixels.strides[0], form).copy()


def paint(painter: QPainter, image: QImage, place: QRectF) -> None:
    """Paints an image into a square place, whole and in proportion; small ones with sharp pixels."""
    size = image.size().scaled(place.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
    target = QRectF(0, 0, size.width(), size.height())
    target.moveCenter(place.center())
    grows = size.width() > image.width()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not grows)
    painter.drawImage(target, image)


def tiles(area: QRectF, count: int, rows: int = 1, gap: float = 6.0) -> list[list[QRectF]]:
    """For each of `count` samples its `rows` places, one below the other, as large as `area` allows."""
    best, columns = 0.0, 1
    for tried in range(1, count + 1):
        lines = -(-count // tried)
        wide = (area.width() - (tried - 1) * gap) / tried
        high = (area.height() - (lines * rows - 1) * gap) / (lines * rows)
        if min(wide, high) > best:
            best, columns = min(wide, high), tried
    side = max(4.0, np.floor(best))
    step = side + gap
    return [
        [
            QRectF(area.left() + at % columns * step, area.top() + (at // columns * rows + row) * step, side, side)
            for row in range(rows)
        ]
        for at in range(count)
    ]
