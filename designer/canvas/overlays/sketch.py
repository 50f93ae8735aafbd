"""A small picture of a whole level, made in slices: a large drawing never waits for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice, pairwise

from PySide6.QtCore import QLineF, QObject, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QTransform

from designer.canvas.scene import Scene
from designer.theme import Theme, mixed

SLICE = 2000
"""Nodes that are drawn in one turn of the event loop."""

OFTEN = 250
"""Milliseconds between two pictures, however often the drawing changes."""

MOST_WIRES = 1500
"""Of more wires nothing would be seen but a haze."""

MARGIN = 7.0
SMALLEST = 2.0
"""Pixels that a node measures at least; one that is wrong a little more, so that it is found."""


class Sketch(QObject):
    """Nodes by their family's colour, frames, and what is wrong. `drawn` tells that there is another picture."""

    drawn = Signal()

    def __init__(self, scene: Scene, parent: QObject) -> None:
        super().__init__(parent)
        self._scene = scene
        self.image = QImage()
        self.bounds = QRectF()
        self._size, self._ratio = QSize(), 1.0
        self._steps: Iterator[None] = iter(())
        self._soon = QTimer(self, singleShot=True, interval=OFTEN)
        self._soon.timeout.connect(self._begin)
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(self._go_on)

    def want(self, size: QSize, ratio: float) -> None:
        """Make pictures of this size from now on."""
        if (size, ratio) != (self._size, self._ratio):
            self._size, self._ratio = size, ratio
            self.renew()

    def renew(self) -> None:
        """The drawing looks different: make another picture before long."""
        if not self._soon.isActive() and not self._size.isEmpty():
            self._soon.start()

    def map(self) -> QTransform:
        """From the drawing to the picture; both have their middle in one place."""
        bounds, size = self.bounds, self._size
        across, down = (size.width() - 2 * MARGIN), (size.height() - 2 * MARGIN)
        scale = min(across / max(bounds.width(), 1.0), down / max(bounds.height(), 1.0))
        centre = bounds.center()
        return QTransform(
            scale, 0, 0, scale, size.width() / 2 - centre.x() * scale, size.height() / 2 - centre.y() * scale
        )

    def _begin(self) -> None:
        self._steps = self._drawing()
        self._go_on()

    def _go_on(self) -> None:
        if next(self._steps, self) is not self:
            self._turn.start()

    def _drawing(self) -> Iterator[None]:
        rects = dict(self._scene.plan.nodes.items())
        bounds = QRectF()
        for part in _portions(rects):
            bounds = bounds.united(_around([rects[born] for born in part]))
            yield
        frames = [(QRectF(*frame.rect), frame.colour) for frame in self._scene.document.frames()]
        self.bounds = bounds.united(_around([rect for rect, _ in frames]))
        image = QImage(self._size * self._ratio, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(self._ratio)
        image.fill(Qt.GlobalColor.transparent)
        with _painting(image, self.map()) as painter:
            self._paint_frames(painter, frames)
            self._paint_wires(painter)
        for part in _portions(rects):
            with _painting(image, self.map()) as painter:
                self._paint_nodes(painter, {born: rects[born] for born in part})
            yield
        with _painting(image, self.map()) as painter:
            self._paint_wrong(painter, rects)
        self.image = image
        self.drawn.emit()

    def _paint_frames(self, painter: QPainter, frames: list[tuple[QRectF, str]]) -> None:
        theme = self._scene.theme
        for rect, colour in frames:
            tone = theme.family(colour) if colour else theme.muted
            painter.setPen(_fine(mixed(tone, theme.panel, 0.5)))
            painter.setBrush(mixed(tone, theme.panel, 0.14))
            painter.drawRect(rect)

    def _paint_wires(self, painter: QPainter) -> None:
        lines, theme = self._scene.plan.lines, self._scene.theme
        if len(lines.grid) <= MOST_WIRES:
            ways = [found for wire in self._scene.document.wires() if (found := lines.of(wire.key))]
            painter.setPen(_fine(mixed(theme.wire, theme.panel, 0.55)))
            painter.drawLines([QLineF(start, end) for way in ways for start, end in pairwise(way)])

    def _paint_nodes(self, painter: QPainter, rects: dict[str, QRectF]) -> None:
        plan, least = self._scene.plan, SMALLEST / painter.worldTransform().m11()
        boxes: dict[str, list[QRectF]] = {}
        for born, rect in rects.items():
            if born in plan:
                boxes.setdefault(plan.look(born).family, []).append(_at_least(rect, least))
        painter.setPen(Qt.PenStyle.NoPen)
        for family, found in boxes.items():
            painter.setBrush(_box_colour(self._scene.theme, family))
            painter.drawRects(found)

    def _paint_wrong(self, painter: QPainter, rects: dict[str, QRectF]) -> None:
        theme, levels = self._scene.theme, self._scene.findings.levels
        least = 2 * SMALLEST / painter.worldTransform().m11()
        painter.setPen(Qt.PenStyle.NoPen)
        for level, colour in (("warning", theme.warning), ("error", theme.error)):
            painter.setBrush(colour)
            wrong = (born for born, worst in levels.items() if worst == level and born in rects)
            painter.drawRects([_at_least(rects[born], least) for born in wrong])


@contextmanager
def _painting(image: QImage, map: QTransform) -> Iterator[QPainter]:
    """A painter on an image, in the measure of the drawing, for one slice."""
    painter = QPainter(image)
    painter.setWorldTransform(map)
    yield painter
    painter.end()


def _box_colour(theme: Theme, family: str) -> QColor:
    return mixed(theme.family(family or "metric"), theme.node, 0.7)


def _portions(rects: dict[str, QRectF]) -> Iterator[list[str]]:
    births = iter(rects)
    while part := list(islice(births, SLICE)):
        yield part


def _around(rects: list[QRectF]) -> QRectF:
    if not rects:
        return QRectF()
    left, top = min(rect.left() for rect in rects), min(rect.top() for rect in rects)
    right, bottom = max(rect.right() for rect in rects), max(rect.bottom() for rect in rects)
    return QRectF(QPointF(left, top), QPointF(right, bottom))


def _at_least(rect: QRectF, side: float) -> QRectF:
    across, down = max(side - rect.width(), 0.0) / 2, max(side - rect.height(), 0.0) / 2
    return rect.adjusted(-across, -down, across, down) if across or down else rect


def _fine(colour: QColor) -> QPen:
    pen = QPen(colour, 1)
    pen.setCosmetic(True)
    return pen
