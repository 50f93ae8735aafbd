"""The items of a scene: made for what comes near the visible part, dropped when it is far away again."""

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtWidgets import QGraphicsScene

from designer.canvas import captions
from designer.canvas.items import NodeItem, PillItem, WireItem
from designer.canvas.marking import Marking
from designer.canvas.paint import Brushes, Marks, pill_on
from designer.canvas.plan import Plan
from graph.document import Document
from graph.reading import Reading
from graph.records import Wire


class Stock:
    """Keeps the items of a scene in line with a plan inside an area; without an area there are none."""

    def __init__(self, scene: QGraphicsScene, plan: Plan, reading: Reading, marking: Marking, brushes: Brushes) -> None:
        self._scene, self._plan, self._reading = scene, plan, reading
        self._marking, self._brushes = marking, brushes
        self.nodes: dict[str, NodeItem] = {}
        self.wires: dict[str, WireItem] = {}
        self.pills: dict[str, PillItem] = {}
        self.area: QRectF | None = QRectF()

    @property
    def document(self) -> Document:
        return self._plan.document

    def cover(self, area: QRectF | None) -> None:
        """Make items for what is in an area now, drop those that are not; None drops all."""
        self.area = area
        nodes = self._plan.nodes.within(area) if area is not None else set()
        wires = self._plan.lines.grid.within(area) if area is not None else set()
        for born in self.nodes.keys() - nodes:
            self._scene.removeItem(self.nodes.pop(born))
        for key in self.wires.keys() - wires:
            self._drop_wire(key)
        for born in nodes - self.nodes.keys():
            self._show_node(born)
        for key in wires - self.wires.keys():
            self._show_wire(key)

    def touch(self, nodes: Iterable[str], wires: Iterable[str]) -> None:
        """These look different now, or are gone."""
        if self.area is None:
            return
        for born in nodes:
            if born in self._plan and self._plan.rect(born).intersects(self.area):
                self._show_node(born)
            elif born in self.nodes:
                self._scene.removeItem(self.nodes.pop(born))
        for key in wires:
            rect = self._plan.lines.grid.rect(key)
            if rect is not None and rect.intersects(self.area):
                self._show_wire(key)
            else:
                self._drop_wire(key)

    def touch_all(self) -> None:
        self.touch(list(self.nodes), list(self.wires))

    def restyle(self, brushes: Brushes) -> None:
        """Draw with other colours from now on."""
        self._brushes = brushes
        for items in (self.nodes, self.wires, self.pills):
            for item in items.values():
                item.set_brushes(brushes)

    # --- single items

    def _show_node(self, born: str) -> None:
        item = self.nodes.get(born)
        if item is None:
            item = self.nodes[born] = NodeItem(self._plan.look(born), self._brushes)
            self._scene.addItem(item)
        item.set_look(self._plan.look(born))
        item.setPos(self._plan.at(born))
        item.set_marks(self._marking.node(born))

    def _show_wire(self, key: str) -> None:
        points, wire = self._plan.lines.of(key), self.document.records.get(key)
        if points is None or not isinstance(wire, Wire) or not self.document.holds(wire):
            self._drop_wire(key)
            return
        type, item = captions.port_type(self.document, wire), self.wires.get(key)
        if item is None:
            item = self.wires[key] = WireItem(points, type, self._brushes)
            self._scene.addItem(item)
        marks = self._marking.wire(wire)
        item.set_points(points)
        item.set_state(marks, type)
        item.setVisible(key != self._marking.hidden)
        self._show_pill(wire, points, marks)

    def _show_pill(self, wire: Wire, points: tuple[QPointF, ...], marks: Marks) -> None:
        texts = captions.pill(self.document, self._reading, wire)
        looked_at, own = marks.selected or marks.hovered, captions.says_own(wire)
        if not texts or wire.key == self._marking.hidden or not (own or looked_at or self._speaks(wire)):
            if wire.key in self.pills:
                self._scene.removeItem(self.pills.pop(wire.key))
            return
        if wire.key not in self.pills:
            self.pills[wire.key] = PillItem(self._brushes)
            self._scene.addItem(self.pills[wire.key])
        chosen = texts[:1] if looked_at else texts
        self.pills[wire.key].set_state(pill_on(points, chosen, self._brushes, own=own, fixed=wire.fixed), marks)

    def _speaks(self, wire: Wire) -> bool:
        """Of several wires that leave one port the first says what flows."""
        return self.document.wires_from(wire.source, wire.source_port)[0] is wire

    def _drop_wire(self, key: str) -> None:
        for items in (self.wires, self.pills):
            if key in items:
                self._scene.removeItem(items.pop(key))
