"""A network as columns of neurons with their connections, as text books draw it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from designer.canvas.paint import Brushes
from designer.pictures.stages import Stage, main_way
from designer.theme import Theme, mixed
from graph.document import Document
from graph.evaluate import is_neuron, spots
from graph.reading import Reading

MOST = 11
"""Of a larger column the first and the last neurons are drawn, with dots between."""

CIRCLE, PITCH = 11.0, 32.0
NAMED_PITCH = 52.0
GAP = 136.0
MARGIN = 24.0
LABELS = 40.0
LINE = 16.0


@dataclass(frozen=True, slots=True)
class Column:
    """Neurons that stand below one another: `names` of those drawn, None where dots stand for the rest.

    `full`: each of them hears all of the column before.
    """

    title: str
    words: str
    family: str
    names: tuple[str | None, ...]
    full: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """One wire between two neurons: column and row of both ends."""

    start: tuple[int, int]
    end: tuple[int, int]
    weight: float | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """What the figure shows; nothing where the drawing has no rows of numbers."""

    columns: tuple[Column, ...] = ()
    links: tuple[Link, ...] = field(default=())


def columns_of(document: Document, reading: Reading) -> Columns:
    """Drawn neurons one by one where there are any, else the longest run of layers over plain rows of numbers."""
    if any(node.kind == "Neuron" for node in document.nodes()):
        return _drawn(document, reading)
    return _layers(main_way(document, reading).stages)


def _layers(stages: Sequence[Stage]) -> Columns:
    runs: list[list[Stage]] = [[]]
    for stage in stages:
        if len(stage.sides) == 1 and stage.sides[0] is not None:
            runs[-1].append(stage)
        elif runs[-1]:
            runs.append([])
    run = max(runs, key=len)
    columns = tuple(_column(stage) for stage in run)
    return Columns(columns) if any(column.full for column in columns[1:]) else Columns()


def _column(stage: Stage) -> Column:
    count = stage.sides[0] or 0
    names: tuple[str | None, ...] = ("",) * count
    if count > MOST:
        half = MOST // 2
        names = ("",) * half + (None,) + ("",) * half
    words = " · ".join(stage.words)
    return Column(stage.name, f"{words}\n{count}", stage.family, names, full=stage.family == "layers")


def _drawn(document: Document, reading: Reading) -> Columns:
    """Neurons by how far they are from what comes in."""
    depth: dict[str, int] = {}
    place_of: dict[tuple[str, int | None], tuple[int, int]] = {}
    rows: dict[int, list[str]] = defaultdict(list)
    links: list[Link] = []
    neurons = [
        born for born in sorted(reading.order.place, key=reading.order.place.__getitem__) if is_neuron(document, born)
    ]
    for born in neurons:
        into = document.wires_into(born, "x")
        depth[born] = 1 + max((depth.get(wire.source, 0) for wire in into), default=0)
        here = (depth[born], len(rows[depth[born]]))
        rows[depth[born]].append(document.node(born).id)
        for wire in into:
            weights = wire.weight if isinstance(wire.weight, tuple) else (wire.weight,)
            for number, (source, _, index) in enumerate(spots(wire, reading)):
                spot = (source, None if source in depth else index)
                if spot not in place_of:
                    place_of[spot] = (0, len(rows[0]))
                    rows[0].append(document.node(source).id + ("" if index is None else f"[{index}]"))
                links.append(Link(place_of[spot], here, weights[number] if number < len(weights) else weights[0]))
        place_of[born, None] = here
    columns = [Column("", "", "neuron" if level else "data", tuple(rows[level])) for level in sorted(rows)]
    return Columns(tuple(columns), tuple(links))


class ColumnFigure:
    """The figure, ready to be painted."""

    def __init__(self, what: Columns, theme: Theme) -> None:
        self.what, self.theme = what, theme
        self._brushes = Brushes(theme)
        self._metrics = QFontMetricsF(self._brushes.line)
        self._bold = QFontMetricsF(self._brushes.name)
        self._tallest = max((len(column.names) for column in what.columns), default=1)
        self._pitch = NAMED_PITCH if any(name for column in what.columns for name in column.names) else PITCH
        self._across = self._places()

    @property
    def ground(self) -> QColor:
        return self.theme.canvas

    @property
    def area(self) -> QRectF:
        half = self._half(self.what.columns[0]) if self.what.columns else 0.0
        last = self._across[-1] + self._half(self.what.columns[-1]) if self.what.columns else 0.0
        height = self._tallest * self._pitch + self._foot
        return QRectF(-half - MARGIN, -MARGIN, half + last + 2 * MARGIN, height + 2 * MARGIN)

    def paint(self, painter: QPainter) -> None:
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        self._paint_links(painter)
        for number, column in enumerate(self.what.columns):
            self._paint_column(painter, number, column)

    @property
    def _foot(self) -> float:
        lines = [column.words.count("\n") + 1 for column in self.what.columns if column.words]
        return LABELS + LINE * max(lines) if lines else 0.0

    def _half(self, column: Column) -> float:
        """Half the width that a column and its words take."""
        widest = max((self._metrics.horizontalAdvance(line) for line in column.words.split("\n")), default=0.0)
        inside = max((self._metrics.horizontalAdvance(name or "") for name in column.names), default=0.0)
        return max(widest / 2, self._bold.horizontalAdvance(column.title) / 2, CIRCLE, inside / 2 + 3)

    def _places(self) -> list[float]:
        found = [0.0]
        for left, right in pairwise(self.what.columns):
            found.append(found[-1] + max(GAP, self._half(left) + self._half(right) + 24))
        return found

    def _point(self, column: int, row: int) -> QPointF:
        count = len(self.what.columns[column].names)
        top = (self._tallest - count) / 2 * self._pitch
        return QPointF(self._across[column], top + (row + 0.5) * self._pitch)

    def _paint_links(self, painter: QPainter) -> None:
        quiet = mixed(self.theme.wire, self.theme.canvas, 0.55)
        for number, (left, right) in enumerate(pairwise(self.what.columns)):
            painter.setPen(QPen(quiet, 0.75))
            if self.what.links:
                continue
            for row, name in enumerate(left.names):
                ends = range(len(right.names)) if right.full else [row] if len(left.names) == len(right.names) else []
                for end in ends:
                    if name is not None and right.names[end] is not None:
                        painter.drawLine(self._point(number, row), self._point(number + 1, end))
        strongest = max((abs(link.weight) for link in self.what.links if link.weight), default=1.0)
        for link in self.what.links:
            painter.setPen(self._pen(link, strongest, quiet))
            painter.drawLine(self._point(*link.start), self._point(*link.end))

    def _pen(self, link: Link, strongest: float, quiet: QColor) -> QPen:
        """As strong as its weight; a negative one is dashed and of another colour."""
        if link.weight is None:
            return QPen(quiet, 1)
        pen = QPen(self.theme.accent if link.weight >= 0 else self._brushes.family("neuron"))
        pen.setWidthF(0.75 + 2.25 * abs(link.weight) / strongest)
        if link.weight < 0:
            pen.setDashPattern([4, 2.5])
        return pen

    def _paint_column(self, painter: QPainter, number: int, column: Column) -> None:
        colour = self._brushes.family(column.family)
        for row, name in enumerate(column.names):
            at = self._point(number, row)
            if name is None:
                self._paint_dots(painter, at)
                continue
            painter.setPen(QPen(colour, 1.5))
            painter.setBrush(mixed(colour, self.theme.canvas, 0.22))
            painter.drawEllipse(at, CIRCLE, CIRCLE)
            self._paint_name(painter, name, at)
        top = self._tallest * self._pitch + 12
        centre = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        half = self._half(column) + 4
        painter.setPen(self.theme.text)
        painter.setFont(self._brushes.name)
        painter.drawText(QRectF(self._across[number] - half, top, 2 * half, 18), centre, column.title)
        painter.setPen(self.theme.muted)
        painter.setFont(self._brushes.line)
        painter.drawText(QRectF(self._across[number] - half, top + 20, 2 * half, self._foot), centre, column.words)

    def _paint_dots(self, painter: QPainter, at: QPointF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.theme.muted)
        for down in (-7.0, 0.0, 7.0):
            painter.drawEllipse(at + QPointF(0, down), 1.5, 1.5)

    def _paint_name(self, painter: QPainter, name: str, at: QPointF) -> None:
        """The name of a drawn neuron, below it; lines that run there give way."""
        if not name:
            return
        half = self._metrics.horizontalAdvance(name) / 2 + 3
        area = QRectF(at.x() - half, at.y() + CIRCLE + 2, 2 * half, 16)
        painter.fillRect(area, self.theme.canvas)
        painter.setPen(self.theme.text)
        painter.setFont(self._brushes.line)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, name)
