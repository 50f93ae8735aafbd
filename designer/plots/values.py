"""Paints the numbers that come out at a node: maps as tiles, rows as a table of colours, and how they are spread."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from designer.numbers import value_text
from designer.plots import raster
from designer.theme import Theme, mixed

MOST_TILES = 64


class Values(QWidget):
    """The numbers of a batch: of pictures and sequences one row at a time, of single rows the whole batch."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.array: raster.Array | None = None
        self.row = 0
        self._places: list[tuple[QRectF, raster.Array, str]] = []
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 200)
        self.setAccessibleName("Values")

    def sizeHint(self) -> QSize:
        return QSize(520, 400)

    def show_values(self, array: raster.Array, row: int = 0) -> None:
        """Shows these numbers; of several rows that need room for themselves, this one."""
        self.array, self.row = array, min(row, max(0, len(array) - 1))
        self.update()

    @property
    def one_by_one(self) -> bool:
        """Whether a row needs the room for itself."""
        return self.array is not None and self.array.ndim > 2

    def parts(self) -> list[tuple[raster.Array, str]]:
        """What is painted: tables of numbers, each with what is said above or in its tip."""
        array = self.array
        if array is None or not array.size:
            return []
        if array.ndim == 1:
            return [(array[None, :], "row")]
        if array.ndim == 2:
            return [(array, "rows down, numbers across")]
        one = array[self.row]
        if one.ndim == 2:
            return [(one, "steps down, numbers across")]
        maps = one.reshape(-1, *one.shape[-2:])
        return [(part, f"channel {at}") for at, part in enumerate(maps[:MOST_TILES])]

    def told(self) -> str:
        """What the picture shows, in a line."""
        array, parts = self.array, self.parts()
        if array is None or not parts:
            return ""
        if len(parts) == 1 and array.ndim <= 3:
            return f"Row {self.row + 1}: {parts[0][1]}" if array.ndim == 3 else parts[0][1].capitalize()
        count = int(np.prod(array.shape[1:-2]))
        first = f"the first {len(parts)} of {count}" if count > len(parts) else f"{count}"
        return f"Row {self.row + 1}: {first} channel{'s' if count > 1 else ''}"

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        parts = self.parts()
        self._places = []
        if self.array is None or not parts:
            painter.end()
            return
        low, high = raster.span(*(part for part, _ in parts))
        area = QRectF(self.rect())
        places = [area] if len(parts) == 1 else [found[0] for found in raster.tiles(area, len(parts), gap=4.0)]
        for place, (part, name) in zip(places, parts, strict=True):
            image = heat(part, low, high, self._theme)
            target = _fitted(image, place, stretch=self.array.ndim <= 3)
            painter.drawImage(target, image)
            self._places.append((target, part, name))
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        QToolTip.showText(event.globalPosition().toPoint(), self.told_at(event.position()), self)

    def told_at(self, point: QPointF) -> str:
        """The number under a point with its place; nothing beside the numbers."""
        for place, part, name in self._places:
            if place.contains(point):
                down = min(int((point.y() - place.top()) / place.height() * part.shape[0]), part.shape[0] - 1)
                across = min(int((point.x() - place.left()) / place.width() * part.shape[1]), part.shape[1] - 1)
                value = part[down, across]
                number = str(value) if part.dtype.kind in "iub" else value_text(float(value))
                start = f"{name} " if name.startswith("channel") else ""
                return f"{start}[{down}, {across}] = {number}"
        return ""


def _fitted(image: QImage, place: QRectF, *, stretch: bool) -> QRectF:
    """Where an image goes: tables fill the room, with cells that are no larger than they need be; maps stay square."""
    wide, high = place.width() / image.width(), place.height() / image.height()
    if stretch:
        wide, high = min(wide, 28.0), min(high, 28.0)
    else:
        wide = high = min(wide, high)
    return QRectF(place.left(), place.top(), wide * image.width(), high * image.height())


def heat(array: raster.Array, low: float, high: float, theme: Theme) -> QImage:
    """Numbers as colours: nothing is the ground, below and above it two colours of equal strength; not finite: red."""
    ground = mixed(theme.text, theme.panel, 0.06)
    reach = max(abs(low), abs(high)) or 1.0
    ends = [_rgb(theme.family("neuron")), _rgb(ground), _rgb(theme.family("layer"))]
    numbers = array.astype(np.float64)
    share = np.clip(np.nan_to_num(numbers / reach, nan=0.0), -1.0, 1.0)[..., None]
    colours = np.where(share < 0, ends[1] + share * (ends[1] - ends[0]), ends[1] + share * (ends[2] - ends[1]))
    colours[~np.isfinite(numbers)] = _rgb(theme.error)
    return raster.coloured(colours.round().astype(np.uint8))


def _rgb(colour: QColor) -> raster.Array:
    return np.array([colour.red(), colour.green(), colour.blue()], dtype=np.float64)


class Histogram(QWidget):
    """How often which number came."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.counts: Sequence[int] = ()
        self.edges = (0.0, 1.0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("How often which number came")

    def sizeHint(self) -> QSize:
        return QSize(220, 110)

    def show_counts(self, counts: Sequence[int], edges: tuple[float, float]) -> None:
        self.counts, self.edges = counts, edges
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self._theme.font("number"))
        metrics = QFontMetricsF(painter.font())
        floor = self.height() - metrics.height() - 4
        most, wide = max(self.counts, default=0) or 1, self.width() / max(1, len(self.counts))
        for at, count in enumerate(self.counts):
            high = max(1.0, floor * count / most) if count else 0.0
            painter.fillRect(QRectF(at * wide, floor - high, max(1.0, wide - 1), high), self._theme.accent)
        painter.setPen(self._theme.line)
        painter.drawLine(QPointF(0, floor + 0.5), QPointF(self.width(), floor + 0.5))
        painter.setPen(self._theme.muted)
        low, high_text = (value_text(value) for value in self.edges)
        base = self.height() - metrics.descent()
        if self.counts:
            painter.drawText(QPointF(0, base), low)
            painter.drawText(QPointF(self.width() - metrics.horizontalAdvance(high_text), base), high_text)
        painter.end()
