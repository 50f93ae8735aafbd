"""Draws what is near in one pass: wires, pills and nodes of the part that is to be painted."""

from collections.abc import Iterator, Sequence
from enum import Enum
from time import perf_counter

from PySide6.QtCore import QLineF, QObject, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPen, QTransform

from designer.canvas.items import NodeItem, PillItem, Scale, WireItem
from designer.canvas.paint import Brushes, Marks, paint_node, paint_pill, wire_pen
from designer.canvas.plan import Plan
from designer.canvas.scenery.ground import Ground
from designer.canvas.stock import Damaged, Stock
from graph.spec import PortType

LARGEST_KEPT = 2.5
"""Beyond this zoom few nodes are in sight, and their pixels would take much memory."""

READABLE = 0.55
"""Below this zoom nobody can read a pill; only that of a wire that is looked at is drawn."""

AT_ONCE, SLICE = 8, 0.002
"""So many nodes are drawn anew in one paint, or for so many seconds; others show what is kept of them, scaled."""

FEW = 2
"""So many nodes are drawn for the first time in a rough paint, no larger than one to one."""

REST = 60
"""Milliseconds after a zoom until the others are drawn anew."""


class Care(Enum):
    """How carefully nodes are painted for which there are no pixels of this zoom."""

    SOON = "roughly where there is no time, and soon again"
    ROUGH = "roughly"
    WHOLE = "as they are"


class NearPainter:
    """Paints from the stock. A paint never takes long: what it has no time for it draws roughly, and soon again."""

    def __init__(self, plan: Plan, stock: Stock, ground: Ground, parent: QObject, sharper: Damaged) -> None:
        self._plan, self._stock, self._ground, self._sharper = plan, stock, ground, sharper
        self._pens: dict[tuple[PortType, Marks], QPen] = {}
        self._of: Brushes | None = None
        self._scale: Scale = (0, 0)
        self._owed: dict[int, NodeItem] = {}
        self._timer = QTimer(parent, singleShot=True)
        self._timer.timeout.connect(self._repay)

    def paint(self, painter: QPainter, areas: Sequence[QRectF], care: Care = Care.SOON) -> None:
        """All that meets some rectangles."""
        if self._of is not self._stock.brushes:
            self._of, self._pens = self._stock.brushes, {}
        transform, ratio = painter.worldTransform(), painter.device().devicePixelRatio()
        scale = (transform.m11(), ratio)
        moving, self._scale = scale != self._scale, scale
        pills = self._pills_within(areas, readable=scale[0] >= READABLE) if care is not Care.ROUGH else []
        self._ground.frames(painter, areas)
        self._wires(painter, areas)
        self._pills(painter, [item for item in pills if not item.raised])
        self._ground.titles(painter, areas)
        self._ground.notes(painter, areas)
        self._nodes(painter, areas, transform, care)
        self._pills(painter, [item for item in pills if item.raised])
        if care is not Care.SOON:
            self._owed.clear()
        elif self._owed:
            self._timer.start(REST if moving else 0)

    def _wires(self, painter: QPainter, areas: Sequence[QRectF]) -> None:
        found = set().union(*(self._plan.lines.grid.within(area) for area in areas))
        usual: list[WireItem] = []
        late: list[WireItem] = []
        known, rough = self._stock.wires, []
        for key in found:
            item = known.get(key)
            if item is None:
                rough.append(key)
            elif item.visible:
                (late if item.marks.selected or item.marks.near else usual).append(item)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        last = None
        for item in (*usual, *late):
            if item.pen is None:
                item.pen = self._pen(item.carries, item.marks)
            if item.pen is not last:
                last = item.pen
                painter.setPen(last)
            painter.drawPath(item.path)
        if rough:
            painter.setPen(self._pen("tensor", Marks()))
            points = [self._plan.lines.of(key) or () for key in rough]
            painter.drawLines([QLineF(line[0], line[-1]) for line in points if line])

    def _pen(self, type: PortType, marks: Marks) -> QPen:
        pen = self._pens.get((type, marks))
        if pen is None:
            pen = self._pens[type, marks] = wire_pen(type, marks, self._stock.brushes)
        return pen

    def _pills_within(self, areas: Sequence[QRectF], *, readable: bool) -> list[PillItem]:
        shown = [item for item in self._stock.pills.values() if item.visible and (readable or item.raised)]
        return [item for item in shown if any(map(item.area.intersects, areas))]

    def _pills(self, painter: QPainter, pills: Sequence[PillItem]) -> None:
        for item in pills:
            paint_pill(painter, item.pill, item.marks, self._stock.brushes)

    def _nodes(self, painter: QPainter, areas: Sequence[QRectF], transform: QTransform, care: Care) -> None:
        found, known = self._within(areas), self._stock.nodes
        items = [item for born in found if (item := known.get(born)) is not None]
        items.sort(key=lambda item: (item.raised, item.rank))
        if len(items) < len(found):
            self._rough(painter, [born for born in found if born not in known])
        if self._scale[0] > LARGEST_KEPT and care is not Care.ROUGH:
            for item in items:
                painter.translate(item.at)
                paint_node(painter, item.look, item.marks, self._stock.brushes)
                painter.translate(-item.at)
            return
        painter.resetTransform()
        self._copies(painter, items, transform, care)
        painter.setWorldTransform(transform)

    def _within(self, areas: Sequence[QRectF]) -> set[str]:
        margin = 16
        wide = [area.adjusted(-margin, -margin, margin, margin) for area in areas]
        return set().union(*(self._plan.nodes.within(area) for area in wide))

    def sharpen(self, area: QRectF, scale: Scale) -> Iterator[None]:
        """Draw the pixels of an area's nodes for a scale, one node at a time."""
        for born in self._within([area]) if scale[0] <= LARGEST_KEPT else ():
            item = self._stock.nodes.get(born)
            if item is not None and not item.fits(scale):
                item.draw(scale, self._stock.brushes)
                yield

    def _copies(self, painter: QPainter, items: Sequence[NodeItem], transform: QTransform, care: Care) -> None:
        """Copy the pixels that are kept, drawn for this zoom where there is time."""
        zoom, ratio = self._scale
        left, top = transform.dx() * ratio, transform.dy() * ratio
        until, drawn = perf_counter() + SLICE, 0
        for item in items:
            image = item.kept
            x, y = item.corner
            x, y = round(x * zoom * ratio + left) / ratio, round(y * zoom * ratio + top) / ratio
            if image is None or item.kept_at != self._scale:
                now = drawn < AT_ONCE or perf_counter() < until
                if care is Care.WHOLE or (care is Care.SOON and now):
                    image, drawn = item.draw(self._scale, self._stock.brushes), drawn + 1
                else:
                    if image is None and drawn < FEW:
                        drawn = drawn + 1
                        item.draw((min(zoom, 1.0), ratio), self._stock.brushes)
                    self._owed[id(item)] = item
                    self._scaled(painter, item, x, y)
                    continue
            painter.drawImage(QPointF(x, y), image)

    def _scaled(self, painter: QPainter, item: NodeItem, x: float, y: float) -> None:
        """Draw a node from the pixels of another zoom, or as a box where there are none."""
        zoom, ratio = self._scale
        image = item.kept
        if image is not None:
            by = zoom * ratio / (item.kept_at[0] * item.kept_at[1])
            side = QRectF(x, y, image.width() * by / ratio, image.height() * by / ratio)
            painter.drawImage(side, image)
            return
        corner = QPointF(x, y) + (item.at - item.area.topLeft()) * zoom
        self._box(painter, item, QRectF(corner, item.look.rect.size() * zoom))

    def _rough(self, painter: QPainter, births: Sequence[str]) -> None:
        """Boxes for nodes that are not made yet."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._stock.brushes.theme.node)
        painter.drawRects([self._plan.rect(born) for born in births])

    def _box(self, painter: QPainter, item: NodeItem, rect: QRectF) -> None:
        painter.fillRect(rect, self._stock.brushes.theme.node)

    def _repay(self) -> None:
        """Draw some of the nodes anew that the last paint had no time for, and have them painted."""
        until = perf_counter() + SLICE
        while self._owed and perf_counter() < until:
            _, item = self._owed.popitem()
            if not item.fits(self._scale):
                item.draw(self._scale, self._stock.brushes)
                self._sharper(item.area)
        if self._owed:
            self._timer.start(0)
