"""What is near the visible part: made when it comes there, dropped when it is far away again."""

from collections.abc import Callable, Iterable
from time import perf_counter

from PySide6.QtCore import QObject, QPointF, QRectF, QTimer

from designer.canvas import captions
from designer.canvas.items import NodeItem, PillItem, WireItem
from designer.canvas.marking import Marking
from designer.canvas.paint import Brushes, Marks
from designer.canvas.pills import placed
from designer.canvas.plan import Plan
from graph.document import Document
from graph.reading import Reading
from graph.records import Wire

Damaged = Callable[[QRectF | None], object]

AT_ONCE = 120
"""So many things are made before anything else happens; of more, what takes too long waits for a quiet moment."""

SLICE = 0.003
"""Seconds for which more are made in one go."""

MANY = 24
"""So many parts that look different are painted as one."""


class Stock:
    """Keeps what can be seen in line with a plan inside an area; without an area there is nothing.

    `damaged` is told what part of the drawing looks different, `sharper` which was painted roughly; None is all of it.
    """

    def __init__(
        self, plan: Plan, reading: Reading, marking: Marking, brushes: Brushes, parent: QObject,
        damaged: Damaged, sharper: Damaged,
    ) -> None:  # fmt: skip
        self._plan, self._reading = plan, reading
        self._marking, self.brushes = marking, brushes
        self._damaged, self._sharper = damaged, sharper
        self.nodes: dict[str, NodeItem] = {}
        self.wires: dict[str, WireItem] = {}
        self.pills: dict[str, PillItem] = {}
        self.area: QRectF | None = QRectF()
        self._waiting: list[tuple[str, bool]] = []
        self._seen: set[str] = set()
        self._damage: list[QRectF] = []
        self._timer = QTimer(parent, singleShot=True, interval=0)
        self._timer.timeout.connect(self._go_on)

    @property
    def document(self) -> Document:
        return self._plan.document

    @property
    def unfinished(self) -> bool:
        """Whether something is still to be made."""
        return bool(self._waiting)

    def cover(self, area: QRectF | None, seen: QRectF | None = None, *, patient: bool = False) -> None:
        """Keep what is in an area now, and nothing else; what is in `seen` comes first. None drops all."""
        self.area, self._waiting = area, []
        nodes = self._plan.nodes.within(area) if area is not None else set()
        wires = self._plan.lines.grid.within(area) if area is not None else set()
        for born in self.nodes.keys() - nodes:
            del self.nodes[born]
        for key in self.wires.keys() - wires:
            self._drop_wire(key)
        new = [(key, True) for key in wires - self.wires.keys()]
        new += [(born, False) for born in nodes - self.nodes.keys()]
        self._damage.clear()
        if len(new) > AT_ONCE and seen is not None:
            self._seen = self._plan.nodes.within(seen) | self._plan.lines.grid.within(seen)
            new.sort(key=lambda thing: thing[0] in self._seen)
        self._waiting = new
        if patient:
            self._timer.start()
        else:
            self._make()
        self._damage.clear()

    def touch(self, nodes: Iterable[str], wires: Iterable[str]) -> None:
        """These look different now, or are gone."""
        if self.area is None:
            return
        for born in nodes:
            if born in self._plan and self._plan.rect(born).intersects(self.area):
                self._show_node(born)
            elif born in self.nodes:
                self._damage.append(self.nodes.pop(born).area)
        for key in wires:
            rect = self._plan.lines.grid.rect(key)
            if rect is not None and rect.intersects(self.area):
                self._show_wire(key)
            else:
                self._drop_wire(key)
        self._tell()

    def touch_all(self) -> None:
        self.touch(list(self.nodes), list(self.wires))

    def restyle(self, brushes: Brushes) -> None:
        """Draw with other colours from now on."""
        self.brushes = brushes
        for item in self.nodes.values():
            item.kept = None
        for wire in self.wires.values():
            wire.pen = None

    def hurry(self) -> None:
        """Make what waits now, as much of it as is made at once."""
        self._make()
        self._damage.clear()

    # --- in slices

    def _make(self) -> bool:
        """Make some of what waits; whether any of it can be seen."""
        until, shown = perf_counter() + SLICE, False
        least = AT_ONCE if len(self._waiting) <= AT_ONCE else 1
        for made in range(len(self._waiting)):
            if made >= least and perf_counter() > until:
                break
            key, is_wire = self._waiting.pop()
            shown = shown or key in self._seen
            if is_wire:
                self._show_wire(key)
            elif key not in self.nodes and key in self._plan:
                self._show_node(key)
        if self._waiting:
            self._timer.start()
        return shown

    def _go_on(self) -> None:
        if self._make():
            self._sharper(None)
        self._damage.clear()

    def _tell(self) -> None:
        """Tell what looks different now."""
        damage, self._damage = self._damage, []
        if len(damage) > MANY:
            self._damaged(None)
        else:
            for rect in damage:
                self._damaged(rect)

    # --- single things

    def _show_node(self, born: str) -> None:
        item, look, at = self.nodes.get(born), self._plan.look(born), self._plan.at(born)
        if item is None:
            item = self.nodes[born] = NodeItem(look, at, self.document.node(born).rank)
            self._damage.append(item.area)
        before = item.area
        if item.show(look, at, self._marking.node(born)):
            self._damage += (before, item.area)

    def _show_wire(self, key: str) -> None:
        points, wire = self._plan.lines.of(key), self.document.records.get(key)
        area = self._plan.lines.grid.rect(key)
        if points is None or area is None or not isinstance(wire, Wire) or not self.document.holds(wire):
            self._drop_wire(key)
            return
        type, item = captions.port_type(self.document, wire), self.wires.get(key)
        if item is None:
            item = self.wires[key] = WireItem(points, area, type)
            self._damage.append(area)
        marks, before = self._marking.wire(wire), item.area
        if item.show(points, area, type, marks, key != self._marking.hidden):
            self._damage += (before, area)
        self._show_pill(wire, points, marks)

    def _show_pill(self, wire: Wire, points: tuple[QPointF, ...], marks: Marks) -> None:
        texts = captions.pill(self.document, self._reading, wire)
        looked_at, own = marks.selected or marks.hovered, captions.says_own(wire)
        if not texts or wire.key == self._marking.hidden or not (own or looked_at or self._speaks(wire)):
            self._drop_pill(wire.key)
            return
        item = self.pills.get(wire.key)
        if item is None:
            item = self.pills[wire.key] = PillItem()
        chosen, before = texts[:1] if looked_at else texts, item.area
        if item.show(placed(self._plan, wire, chosen, self.brushes), marks):
            self._damage += (before, item.area)

    def _speaks(self, wire: Wire) -> bool:
        """Of several wires that leave one port the first says what flows."""
        return self.document.wires_from(wire.source, wire.source_port)[0] is wire

    def _drop_wire(self, key: str) -> None:
        item = self.wires.pop(key, None)
        if item is not None:
            self._damage.append(item.area)
        self._drop_pill(key)

    def _drop_pill(self, key: str) -> None:
        item = self.pills.pop(key, None)
        if item is not None:
            self._damage.append(item.area)
