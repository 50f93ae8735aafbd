"""The scene: a projection of a document that mirrors its patches, with items only for what can be seen."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsScene

from designer.canvas import captions
from designer.canvas.backdrop import Backdrop
from designer.canvas.far import SCALE, FarPainter
from designer.canvas.findings import Findings
from designer.canvas.items import NodeItem, PillItem, WireItem
from designer.canvas.looks import Measure
from designer.canvas.paint import Brushes, Marks, pill_on
from designer.canvas.plan import Plan
from designer.selection import Selection
from designer.theme import Theme
from graph import queries
from graph.document import Document
from graph.edits import Refused
from graph.history import History
from graph.patch import Patch
from graph.reading import Reading
from graph.records import Wire

T = TypeVar("T")
AHEAD = 0.4
"""How far beyond the visible part items are made, as a share of it: small pans make none."""


class Scene(QGraphicsScene):
    """Shows a document. It holds no truth: throw it away, make another, and see the same."""

    refused = Signal(str)
    refreshed = Signal()
    lost = Signal()

    def __init__(
        self,
        document: Document,
        reading: Reading,
        history: History,
        selection: Selection,
        theme: Theme,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.document, self.reading, self.history = document, reading, history
        self.selection, self.theme = selection, theme
        self.brushes = Brushes(theme)
        self.plan = Plan(document, Measure(theme))
        self.far = FarPainter(self.plan)
        self.backdrop = Backdrop(theme)
        self.findings = Findings(document, reading, self)
        self.nodes: dict[str, NodeItem] = {}
        self.wires: dict[str, WireItem] = {}
        self.pills: dict[str, PillItem] = {}
        self.marked = Marking()
        self._area, self._near_by = QRectF(), True
        document.changed.connect(self._follow)
        self.findings.changed.connect(self._read_again)
        selection.changed.connect(self._select)
        theme.changed.connect(self._restyle)
        self.setSceneRect(-1e6, -1e6, 2e6, 2e6)
        self._select()

    def close(self) -> None:
        """Let go of the document."""
        self.document.changed.disconnect(self._follow)
        self.findings.close()

    def attempt(self, label: str, verb: Callable[[], T]) -> T | None:
        """Do a verb as one undoable step; what cannot be is told by `refused`, as a sentence."""
        try:
            with self.history.step(label):
                return verb()
        except Refused as refusal:
            self.refused.emit(str(refusal))
            return None

    # --- what can be seen

    def look_at(self, area: QRectF, scale: float) -> None:
        """The part of the drawing that is visible now, and how large."""
        near = scale >= SCALE
        if near == self._near_by and (not near or self._area.contains(area)):
            return
        self._near_by = near
        self._area = area.adjusted(
            -AHEAD * area.width(), -AHEAD * area.height(), AHEAD * area.width(), AHEAD * area.height()
        )
        self._people()
        self.update()

    @property
    def near_by(self) -> bool:
        """Whether the zoom is large enough to read; if not, all is drawn from arrays and there are no items."""
        return self._near_by

    def _people(self) -> None:
        """Make items for what came into sight, drop those of what left it."""
        nodes = self.plan.nodes.within(self._area) if self._near_by else set()
        wires = self.plan.wires.within(self._area) if self._near_by else set()
        for born in self.nodes.keys() - nodes:
            self.removeItem(self.nodes.pop(born))
        for key in self.wires.keys() - wires:
            self._drop_wire(key)
        for born in nodes - self.nodes.keys():
            self._show_node(born)
        for key in wires - self.wires.keys():
            self._show_wire(key)

    # --- following

    def _follow(self, patch: Patch) -> None:
        self.end_preview()
        nodes, wires = self.plan.apply(patch)
        self.far.forget()
        gone = [key for key in patch if patch[key][1] is None]
        if gone:
            self.marked.forget(gone)
            self.lost.emit()
        if any(isinstance(record, Wire) for pair in patch.values() for record in pair):
            self._emphasise()
        self._touch(nodes, wires)
        self.refreshed.emit()

    def _touch(self, nodes: Iterable[str], wires: Iterable[str]) -> None:
        """Bring the items of some keys in line with the plan."""
        if not self._near_by:
            self.update()
            return
        for born in nodes:
            inside = born in self.plan and self.plan.rect(born).intersects(self._area)
            if inside:
                self._show_node(born)
            elif born in self.nodes:
                self.removeItem(self.nodes.pop(born))
        for key in wires:
            rect = self.plan.wires.rect(key)
            if rect is not None and rect.intersects(self._area):
                self._show_wire(key)
            else:
                self._drop_wire(key)

    def _read_again(self, keys: frozenset[str]) -> None:
        wires = {key for key in keys if isinstance(self.document.records.get(key), Wire)}
        for born in keys:
            wires |= {wire.key for wire in self.document.wires_at(born)}
        self._touch([born for born in keys if born in self.plan], wires)
        self.refreshed.emit()

    def _select(self) -> None:
        self._emphasise()
        self._touch(list(self.nodes), list(self.wires))
        self.refreshed.emit()

    def _emphasise(self) -> None:
        """Find what is up- and downstream of the selected nodes."""
        born = self.selection.single
        near: set[str] = set()
        if born is not None:
            near = queries.upstream(self.document, [born]) | queries.downstream(self.document, [born])
        self.marked.near = near
        self.marked.lit = near | {born} if near and born is not None else set()

    def _restyle(self) -> None:
        self.brushes = Brushes(self.theme)
        for items in (self.nodes, self.wires, self.pills):
            for item in items.values():
                item.brushes = self.brushes
                item.update()
        self.plan.rebuild(Measure(self.theme))
        self.far.forget()
        self._touch(list(self.nodes), list(self.wires))
        self.update()

    # --- marks of gestures

    def mark(self, *, hovered: str | None = "", targets: Iterable[str] | None = None, hidden: str | None = "") -> None:
        """Show what the pointer is over, what a gesture would change, which wire it holds; "" leaves a mark alone."""
        before = self.marked.keys()
        if hovered != "":
            self.marked.hovered = hovered
        if targets is not None:
            self.marked.targets = set(targets)
        if hidden != "":
            self.marked.hidden = hidden
        changed = before ^ self.marked.keys()
        if changed:
            self._touch([key for key in changed if key in self.plan], [key for key in changed if self.plan.line(key)])

    def preview(self, births: Iterable[str], delta: QPointF) -> None:
        """Show nodes moved, while the document stays as it is."""
        chosen = list(births)
        wires = self.plan.shift(chosen, delta)
        self.far.moved(chosen, wires)
        self._touch(chosen, wires)

    def end_preview(self) -> None:
        """Show all nodes where the document has them."""
        moved = self.plan.settle()
        wires = {wire.key for born in moved for wire in self.document.wires_at(born)}
        self.far.moved(moved, wires)
        self._touch(moved, wires)

    # --- items

    def _show_node(self, born: str) -> None:
        item = self.nodes.get(born)
        if item is None:
            item = self.nodes[born] = NodeItem(self.plan.look(born), self.brushes)
            self.addItem(item)
        item.set_look(self.plan.look(born))
        item.setPos(self.plan.at(born))
        item.set_marks(self.marks(born))

    def _show_wire(self, key: str) -> None:
        points, wire = self.plan.line(key), self.document.records.get(key)
        if points is None or not isinstance(wire, Wire):
            self._drop_wire(key)
            return
        type, item = captions.port_type(self.document, wire), self.wires.get(key)
        if item is None:
            item = self.wires[key] = WireItem(points, type, self.brushes)
            self.addItem(item)
        marks = self.wire_marks(wire)
        item.set_points(points)
        item.set_state(marks, type)
        item.setVisible(key != self.marked.hidden)
        self._show_pill(wire, points, marks)

    def _show_pill(self, wire: Wire, points: tuple[QPointF, ...], marks: Marks) -> None:
        texts = captions.pill(self.document, self.reading, wire)
        looked_at, own = marks.selected or marks.hovered, captions.says_own(wire)
        if not texts or wire.key == self.marked.hidden or not (own or looked_at or self._speaks(wire)):
            if wire.key in self.pills:
                self.removeItem(self.pills.pop(wire.key))
            return
        if wire.key not in self.pills:
            self.pills[wire.key] = PillItem(self.brushes)
            self.addItem(self.pills[wire.key])
        chosen = texts[:1] if looked_at else texts
        self.pills[wire.key].set_state(pill_on(points, chosen, self.brushes, own=own, fixed=wire.fixed), marks)

    def _speaks(self, wire: Wire) -> bool:
        """Of several wires that leave one port the first says what flows."""
        return self.document.wires_from(wire.source, wire.source_port)[0] is wire

    def _drop_wire(self, key: str) -> None:
        for items in (self.wires, self.pills):
            if key in items:
                self.removeItem(items.pop(key))

    def marks(self, born: str) -> Marks:
        """The state in which a node is drawn."""
        return Marks(
            selected=born in self.selection,
            hovered=born == self.marked.hovered,
            near=born in self.marked.near,
            level=self.findings.levels.get(born, ""),
            target=born in self.marked.targets,
        )

    def wire_marks(self, wire: Wire) -> Marks:
        """The state in which a wire is drawn."""
        lit = self.marked.lit
        return Marks(
            selected=wire.key in self.selection,
            hovered=wire.key == self.marked.hovered,
            near=wire.source in lit and wire.target in lit,
            level=self.findings.on_wire(wire),
            target=wire.key in self.marked.targets,
        )

    # --- painting

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        self.backdrop.paint(painter)

    def paint_far(self, painter: QPainter) -> None:
        """The whole drawing from arrays."""
        self.far.paint(painter, self.brushes, self.findings.levels, self.selection.births, self.selection.wires)


class Marking:
    """What gestures mark for a moment; none of it is in the document."""

    def __init__(self) -> None:
        self.hovered: str | None = None
        self.hidden: str | None = None
        self.targets: set[str] = set()
        self.near: set[str] = set()
        self.lit: set[str] = set()

    def keys(self) -> set[str]:
        return {key for key in (self.hovered, self.hidden) if key} | self.targets

    def forget(self, keys: Iterable[str]) -> None:
        gone = set(keys)
        self.targets -= gone
        self.near -= gone
        self.hovered = None if self.hovered in gone else self.hovered
        self.hidden = None if self.hidden in gone else self.hidden
