"""Finds rectangles by place: what is drawn in a part of the canvas, however large the drawing is."""

from collections.abc import ItemsView, Iterable
from math import floor
from typing import cast

from PySide6.QtCore import QPointF, QRectF

CELL = 512.0
TOO_LARGE = 96
"""A rectangle over more cells than this is kept in a list of its own and looked at every time."""

Cell = tuple[int, int]


class Grid:
    """Rectangles by key, in square cells."""

    def __init__(self) -> None:
        self._rects: dict[str, QRectF] = {}
        self._cells: dict[Cell, set[str]] = {}
        self._large: set[str] = set()

    def __len__(self) -> int:
        return len(self._rects)

    def put(self, key: str, rect: QRectF) -> None:
        """Enter a rectangle, or move the one that is there."""
        if key in self._rects:
            self.drop(key)
        self._rects[key] = rect
        cells = _cells(rect)
        if len(cells) > TOO_LARGE:
            self._large.add(key)
            return
        for cell in cells:
            members = self._cells.get(cell)
            if members is None:
                self._cells[cell] = {key}
            else:
                members.add(key)

    def drop(self, key: str) -> None:
        """Forget a rectangle; one that is not there is no error."""
        rect = self._rects.pop(key, None)
        if rect is None:
            return
        if key in self._large:
            self._large.discard(key)
            return
        for cell in _cells(rect):
            members = self._cells[cell]
            members.discard(key)
            if not members:
                del self._cells[cell]

    def clear(self) -> None:
        self._rects.clear()
        self._cells.clear()
        self._large.clear()

    def __getitem__(self, key: str) -> QRectF:
        return self._rects[key]

    def rect(self, key: str) -> QRectF | None:
        return self._rects.get(key)

    def items(self) -> ItemsView[str, QRectF]:
        """All keys and rectangles."""
        return self._rects.items()

    def within(self, rect: QRectF) -> set[str]:
        """The keys of all rectangles that meet `rect`."""
        cells = _cells(rect)
        if len(cells) > len(self._cells):
            found = set(self._rects)
        else:
            found = set(self._large)
            for cell in cells:
                found |= self._cells.get(cell, set())
        return {key for key in found if self._rects[key].intersects(rect)}

    def touching(self, rects: Iterable[QRectF]) -> set[str]:
        """The keys of all rectangles that meet any of many."""
        wanted: dict[Cell, list[QRectF]] = {}
        for rect in rects:
            for cell in _cells(rect):
                wanted.setdefault(cell, []).append(rect)
        found: set[str] = set()
        for cell, here in wanted.items():
            for key in (self._cells.get(cell, set()) | self._large) - found:
                if any(map(self._rects[key].intersects, here)):
                    found.add(key)
        return found

    def at(self, point: QPointF) -> set[str]:
        """The keys of all rectangles that hold a point."""
        cell = (floor(point.x() / CELL), floor(point.y() / CELL))
        return {key for key in self._cells.get(cell, set()) | self._large if self._rects[key].contains(point)}

    def bounds(self) -> QRectF:
        """The smallest rectangle around all."""
        if not self._rects:
            return QRectF()
        rects = self._rects.values()
        left, top = min(r.left() for r in rects), min(r.top() for r in rects)
        return QRectF(QPointF(left, top), QPointF(max(r.right() for r in rects), max(r.bottom() for r in rects)))


def _cells(rect: QRectF) -> list[Cell]:
    x, y, width, height = cast(tuple[float, float, float, float], rect.getRect())
    left, right = floor(x / CELL), floor((x + width) / CELL)
    top, bottom = floor(y / CELL), floor((y + height) / CELL)
    if left == right and top == bottom:
        return [(left, top)]
    return [(x, y) for x in range(left, right + 1) for y in range(top, bottom + 1)]
