"""Draws the whole drawing from arrays in one pass, for zooms at which no text can be read."""

from bisect import bisect_left
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from math import floor, inf
from operator import itemgetter
from time import perf_counter

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPen

from designer.canvas.paint import Brushes
from designer.canvas.plan import Plan
from designer.theme import mixed

SCALE = 0.4
"""Below this zoom a name is less than five pixels high."""

SIDE = 2048.0
"""The side of the squares of the canvas that have arrays of their own: an edit makes those of its square anew."""

SHORT = 3.0
"""A wire shorter than this on screen, in pixels, is not seen between its two nodes."""

ASIDE = "aside"
"""Stands for the family of what is muted or bypassed."""

SLICE, BRIEFLY = 0.02, 0.001
"""Seconds for which arrays are made in one paint, and between paints."""

FEW = 200
"""Up to so many selected things are looked up one by one."""


class Square:
    """What begins in one square of the canvas, as arrays: boxes by family, lines with the longest first."""

    __slots__ = ("area", "boxes", "lengths", "lines", "made", "nodes", "stale", "wires")

    def __init__(self) -> None:
        self.nodes: dict[str, QRectF] = {}
        self.wires: dict[str, QRectF] = {}
        self.stale, self.made = True, False
        self.area = QRectF()
        self.boxes: dict[str, list[QRectF]] = {}
        self.lines: list[QLineF] = []
        self.lengths: list[float] = []

    def build(self, plan: Plan) -> None:
        """Make the arrays."""
        self.stale, self.made, self.boxes = False, True, {}
        for born, rect in self.nodes.items():
            look = plan.look(born)
            self.boxes.setdefault(ASIDE if look.state else look.family, []).append(rect)
        lengths = [(line, _length(line)) for key in self.wires for line in plan.lines.straight(key)]
        lengths.sort(key=itemgetter(1), reverse=True)
        self.lines, self.lengths = [line for line, _ in lengths], [-length for _, length in lengths]
        rects = [*self.nodes.values(), *self.wires.values()]
        left, top = min((r.left() for r in rects), default=0.0), min((r.top() for r in rects), default=0.0)
        right, bottom = max((r.right() for r in rects), default=0.0), max((r.bottom() for r in rects), default=0.0)
        self.area = QRectF(QPointF(left, top), QPointF(right, bottom))

    def long(self, least: float) -> list[QLineF]:
        """The lines that are at least so long."""
        return self.lines[: bisect_left(self.lengths, -least)]


class FarPainter:
    """Keeps squares in step with a plan, and paints those that are wanted.

    Of a large drawing that is seen for the first time the arrays are made in slices: `sharper` is told that there is
    more to be painted.
    """

    def __init__(self, plan: Plan, sharper: Callable[[None], object] | None = None) -> None:
        self.plan = plan
        self._timer = QTimer(singleShot=True, interval=0)
        if sharper is not None:
            self._timer.timeout.connect(lambda: sharper(None))
        self._built = False
        self._squares: dict[tuple[int, int], Square] = {}
        self._home: dict[str, Square] = {}

    def forget(self) -> None:
        """Everything looks different: build all arrays anew when they are needed."""
        self._built = False
        self._squares, self._home = {}, {}

    def touch(self, births: Iterable[str], wires: Iterable[str]) -> list[QRectF]:
        """These are new, elsewhere, otherwise or gone; answers what they cover and what they have covered."""
        if not self._built:
            return []
        covered: list[QRectF] = []
        for born in births:
            self._move(born, self.plan.nodes.rect(born) if born in self.plan else None, covered, wire=False)
        for key in wires:
            self._move(key, self.plan.lines.grid.rect(key), covered, wire=True)
        return covered

    def _move(self, key: str, rect: QRectF | None, covered: list[QRectF], *, wire: bool) -> None:
        home = self._home.pop(key, None)
        if home is not None:
            covered.append((home.wires if wire else home.nodes).pop(key))
            home.stale = True
        if rect is not None:
            covered.append(rect)
            self._enter(key, rect, wire=wire)

    def _enter(self, key: str, rect: QRectF, *, wire: bool) -> None:
        place = (floor(rect.x() / SIDE), floor(rect.y() / SIDE))
        home = self._squares.get(place)
        if home is None:
            home = self._squares[place] = Square()
        (home.wires if wire else home.nodes)[key] = rect
        home.stale = True
        self._home[key] = home

    def _build(self) -> None:
        self._built = True
        for born, rect in self.plan.nodes.items():
            self._enter(born, rect, wire=False)
        for key, rect in self.plan.lines.grid.items():
            self._enter(key, rect, wire=True)

    # --- painting

    def paint(
        self,
        painter: QPainter,
        areas: Sequence[QRectF],
        brushes: Brushes,
        levels: Mapping[str, str],
        selected: Sequence[str],
        lit: Sequence[str] = (),
    ) -> None:
        """What meets some rectangles; on top what is lit along the wires, wrong, and selected."""
        known = self.squares(SLICE)
        if len(known) < len(self._squares):
            self._timer.start()
        squares = [square for square in known if any(square.area.intersects(area) for area in areas)]
        theme, scale = brushes.theme, painter.worldTransform().m11()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(_fine(mixed(theme.wire, theme.canvas, 0.7), 1))
        for square in squares:
            painter.drawLines(square.long(SHORT / scale))
        painter.setPen(Qt.PenStyle.NoPen)
        for family in {family for square in squares for family in square.boxes}:
            colour, share = (theme.muted, 0.2) if family == ASIDE else (brushes.family(family), 0.55)
            painter.setBrush(mixed(colour, theme.node, share))
            for square in squares:
                if family in square.boxes:
                    painter.drawRects(square.boxes[family])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(_fine(mixed(theme.accent, theme.canvas, 0.7), 1))
        self._outline(painter, squares, lit)
        for level, colour in (("warning", theme.warning), ("error", theme.error)):
            painter.setPen(_fine(colour, 2))
            self._outline(painter, squares, [born for born, worst in levels.items() if worst == level])
        painter.setPen(_fine(theme.accent, 2))
        self._outline(painter, squares, selected)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)

    def squares(self, seconds: float = inf) -> list[Square]:
        """The squares, with their arrays as they are now; new ones for which there is no time are missing."""
        until = perf_counter() + seconds
        if not self._built:
            self._build()
        for square in self._squares.values():
            if square.stale and (square.made or perf_counter() < until):
                square.build(self.plan)
        return [square for square in self._squares.values() if square.made]

    def sharpen(self) -> Iterator[None]:
        """Make the arrays that are missing, in slices."""
        while len(self.squares(BRIEFLY)) < len(self._squares):
            yield

    def _outline(self, painter: QPainter, squares: Sequence[Square], keys: Sequence[str]) -> None:
        """Outline the nodes and wires of some squares that are among these."""
        if len(keys) > FEW:
            wanted: Container[str] = set(keys)
            boxes = [rect for square in squares for born, rect in square.nodes.items() if born in wanted]
            wires = [key for square in squares for key in square.wires if key in wanted]
        else:
            homes = [(key, home) for key in keys if (home := self._home.get(key)) is not None]
            boxes = [home.nodes[key] for key, home in homes if key in home.nodes]
            wires = [key for key, home in homes if key in home.wires]
        if wires:
            painter.drawLines([line for key in wires for line in self.plan.lines.straight(key)])
        if boxes:
            painter.drawRects(boxes)


def _length(line: QLineF) -> float:
    return max(abs(line.dx()), abs(line.dy()))


def _fine(colour: QColor, width: float) -> QPen:
    pen = QPen(colour, width)
    pen.setCosmetic(True)
    return pen
