"""A network as a row of boxes, one for what leaves each stage, their sides in proportion, as papers draw it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from designer.canvas.paint import Brushes
from designer.pictures.stages import Stage, Way
from designer.theme import Theme, mixed

TALLEST = 168.0
"""The height of the largest side of a picture."""

WIDEST = 60.0
"""The width of the most channels."""

ROW = 132.0
"""The height of the longest row of numbers."""

THINNEST = 5.0
SLANT = QPointF(0.34, -0.34)
"""How far what lies behind moves, for each pixel of depth."""

GAP = 36.0
MARGIN = 24.0
LINE = 16.0
FEW = 16
"""Fewer channels or numbers than this never fill the largest box."""

UNKNOWN = 0.35
"""The share of the largest that a side gets whose length nobody knows."""


@dataclass(frozen=True, slots=True)
class Box:
    """A box as drawn: `width` across the paper, `height`, and `depth` into it."""

    width: float
    height: float
    depth: float

    @property
    def behind(self) -> QPointF:
        return SLANT * self.depth


class StackFigure:
    """The figure, ready to be painted."""

    def __init__(self, way: Way, theme: Theme) -> None:
        self.way, self.theme = way, theme
        self._brushes = Brushes(theme)
        self._line, self._bold = QFontMetricsF(self._brushes.line), QFontMetricsF(self._brushes.name)
        self._number = QFontMetricsF(self._brushes.pill)
        self._boxes = _sized(way.stages)
        self._left = self._places()
        self._deepest = max((box.height / 2 for box in self._boxes), default=0.0)
        self._highest = max((box.height / 2 - box.behind.y() for box in self._boxes), default=0.0)

    @property
    def ground(self) -> QColor:
        return self.theme.canvas

    @property
    def area(self) -> QRectF:
        stages = self.way.stages
        if not stages:
            return QRectF(0, 0, 240, 120)
        left = self._middle(0) - self._room(0) / 2
        right = self._middle(-1) + self._room(-1) / 2
        top = -self._highest - 28 - self._arch - (LINE if self.way.joins else 0)
        words = max(len(stage.words) for stage in stages)
        bottom = self._deepest + 16 + 18 + LINE * words
        return QRectF(left, top, right - left, bottom - top).adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)

    def paint(self, painter: QPainter) -> None:
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        self._paint_arrows(painter)
        for start, end in self.way.skips:
            self._paint_skip(painter, start, end)
        for number, stage in enumerate(self.way.stages):
            self._paint_box(painter, number, stage)
            self._paint_words(painter, number, stage)
        self._paint_joins(painter)

    # --- where things are

    def _room(self, number: int) -> float:
        """The width that a stage takes with its words."""
        stage, box = self.way.stages[number], self._boxes[number]
        words = [self._line.horizontalAdvance(line) for line in stage.words]
        widest = max(*words, self._bold.horizontalAdvance(_title(stage)), self._number.horizontalAdvance(stage.size))
        return max(widest, box.width + box.behind.x())

    def _places(self) -> list[float]:
        """The left edge of each box' front."""
        found: list[float] = []
        right = 0.0
        for number, box in enumerate(self._boxes):
            room = self._room(number)
            found.append(right + room / 2 - (box.width + box.behind.x()) / 2)
            right += room + GAP
        return found

    def _middle(self, number: int) -> float:
        box = self._boxes[number]
        return self._left[number] + (box.width + box.behind.x()) / 2

    @property
    def _arch(self) -> float:
        """How high the highest leap goes above the boxes."""
        return max((self._rise(end - start) for start, end in self.way.skips), default=0.0)

    def _rise(self, stages: int) -> float:
        return 20.0 + 9.0 * min(stages, 10)

    # --- strokes

    def _paint_box(self, painter: QPainter, number: int, stage: Stage) -> None:
        box, colour = self._boxes[number], self._brushes.family(stage.family)
        behind = box.behind
        front = QRectF(self._left[number], -box.height / 2, box.width, box.height)
        painter.setPen(QPen(colour, 1.25, j=Qt.PenJoinStyle.RoundJoin))
        painter.setBrush(mixed(colour, self.theme.canvas, 0.30))
        corners = (front.topLeft(), front.topRight(), front.topRight() + behind, front.topLeft() + behind)
        painter.drawPolygon(QPolygonF(list(corners)))
        painter.setBrush(mixed(colour, self.theme.canvas, 0.44))
        corners = (front.topRight(), front.bottomRight(), front.bottomRight() + behind, front.topRight() + behind)
        painter.drawPolygon(QPolygonF(list(corners)))
        painter.setBrush(mixed(colour, self.theme.canvas, 0.18))
        painter.drawRect(front)

    def _paint_words(self, painter: QPainter, number: int, stage: Stage) -> None:
        middle, half = self._middle(number), self._room(number) / 2 + 6
        box = self._boxes[number]
        centre = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painter.setPen(self.theme.muted)
        painter.setFont(self._brushes.pill)
        top = -box.height / 2 + box.behind.y() - 20
        painter.drawText(QRectF(middle - half, top, 2 * half, LINE), centre, stage.size)
        top = self._deepest + 12
        painter.setPen(self.theme.text)
        painter.setFont(self._brushes.name)
        painter.drawText(QRectF(middle - half, top, 2 * half, 18), centre, _title(stage))
        painter.setPen(self.theme.muted)
        painter.setFont(self._brushes.line)
        for row, words in enumerate(stage.words):
            painter.drawText(QRectF(middle - half, top + 19 + row * LINE, 2 * half, LINE), centre, words)

    def _paint_arrows(self, painter: QPainter) -> None:
        for (number, box), (after, _) in pairwise(enumerate(self._boxes)):
            start = QPointF(self._left[number] + box.width + box.behind.x() / 2 + 5, 0)
            end = QPointF(self._left[after] - 5, 0)
            if end.x() - start.x() > 8:
                self._paint_line(painter, [start, end])

    def _paint_skip(self, painter: QPainter, start: int, end: int) -> None:
        """A leap over stages, above the boxes."""
        height = -self._highest - 24 - self._rise(end - start)
        left, right = self._middle(start) + 4, self._middle(end) - 4
        path = QPainterPath(QPointF(left, self._above(start)))
        path.lineTo(left, height + 10)
        path.quadTo(left, height, left + 10, height)
        path.lineTo(right - 10, height)
        path.quadTo(right, height, right, height + 10)
        tip = QPointF(right, self._above(end))
        path.lineTo(tip)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self.theme.wire, 1.25))
        painter.drawPath(path)
        self._paint_tip(painter, tip, QPointF(0, 1))

    def _above(self, number: int) -> float:
        """Just above the words over a box."""
        box = self._boxes[number]
        return -box.height / 2 + box.behind.y() - 22

    def _paint_joins(self, painter: QPainter) -> None:
        """What comes in from beside the way, from above."""
        centre = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom
        for name, number in self.way.joins:
            at = QPointF(self._middle(number), self._above(number))
            self._paint_line(painter, [at - QPointF(0, 22), at])
            painter.setFont(self._brushes.line)
            painter.setPen(self.theme.muted)
            painter.drawText(QRectF(at.x() - 90, at.y() - 42, 180, 18), centre, name)

    def _paint_line(self, painter: QPainter, points: list[QPointF]) -> None:
        painter.setPen(QPen(self.theme.wire, 1.25))
        painter.drawPolyline(QPolygonF(points))
        way = points[-1] - points[-2]
        length = (way.x() ** 2 + way.y() ** 2) ** 0.5
        self._paint_tip(painter, points[-1], way / length)

    def _paint_tip(self, painter: QPainter, at: QPointF, way: QPointF) -> None:
        across = QPointF(-way.y(), way.x()) * 3.0
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.theme.wire)
        painter.drawPolygon(QPolygonF([at, at - way * 6 + across, at - way * 6 - across]))


def _title(stage: Stage) -> str:
    return f"{stage.name} ×{stage.copies}" if stage.copies > 1 else stage.name


def _sized(stages: tuple[Stage, ...]) -> list[Box]:
    """Boxes with sides in proportion: of pictures height and depth, of all the numbers' count by its square root."""
    spans = [side for stage in stages if len(stage.sides) >= 2 for side in stage.sides[1:] if side]
    counts = [stage.sides[0] for stage in stages if len(stage.sides) >= 3 and stage.sides[0]]
    rows = [stage.sides[-1] for stage in stages if stage.sides and len(stage.sides) < 3 and stage.sides[-1]]
    span, count, row = (max(sides, default=1) for sides in (spans, [FEW, *counts], [FEW, *rows]))
    return [_box(stage.sides, span, count, row) for stage in stages]


def _box(sides: tuple[int | None, ...], span: int, count: int, row: int) -> Box:
    if len(sides) >= 3:
        height, depth = (_share(side, span) * TALLEST for side in sides[-2:])
        return Box(max(THINNEST, _share(sides[0], count) ** 0.5 * WIDEST), max(THINNEST, height), max(THINNEST, depth))
    if len(sides) == 2:
        across = min(_share(sides[0], 64), 1.0) * WIDEST
        return Box(max(THINNEST * 3, across), max(THINNEST, _share(sides[1], row) ** 0.5 * ROW), THINNEST)
    return Box(2 * THINNEST, max(2 * THINNEST, _share(sides[0] if sides else 1, row) ** 0.5 * ROW), 2 * THINNEST)


def _share(side: int | None, largest: int) -> float:
    return side / largest if side else UNKNOWN
