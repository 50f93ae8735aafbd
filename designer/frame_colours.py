"""The colours that a frame can have: names for people, the families of kinds that lend them, and small discs."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

from designer.theme import FAMILIES, Theme

COLOURS: tuple[tuple[str, str], ...] = (
    ("Blue", "layer"), ("Turquoise", "data"), ("Green", "recurrent"), ("Yellow", "optimizer"), ("Orange", "neuron"),
    ("Red", "loss"), ("Pink", "normalization"), ("Violet", "convolution"), ("None", ""),
)  # fmt: skip


def colour_of(name: str, theme: Theme) -> QColor:
    """The colour of a frame by its name; a quiet grey without one, or of a name that nobody knows."""
    return theme.family(name) if name in FAMILIES else QColor(theme.muted)


def swatch(colour: str, theme: Theme, size: int = 14) -> QIcon:
    """A disc in the colour of a frame; a ring for none."""
    made = QPixmap(size * 2, size * 2)
    made.setDevicePixelRatio(2)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(theme.line if colour else theme.muted))
    painter.setBrush(colour_of(colour, theme) if colour else Qt.BrushStyle.NoBrush)
    painter.drawEllipse(1, 1, size - 2, size - 2)
    painter.end()
    return QIcon(made)
