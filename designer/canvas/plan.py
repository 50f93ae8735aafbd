"""Where everything on the canvas is: sizes, places and curves of a document, kept true to its patches.

No item and no painter: gestures, the scene, pictures and the view from afar all ask here.
"""

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF

from designer.canvas import captions
from designer.canvas.curves import Downward
from designer.canvas.grid import Grid
from designer.canvas.lines import Lines
from designer.canvas.looks import Look, Measure, PortAt, Spot
from designer.canvas.scenery.places import Places
from graph.document import Document
from graph.edits.arranging import Drawn
from graph.layout import LAYER_GAP, Outline, arranged
from graph.patch import Patch
from graph.records import Node, Wire

PILL_ROOM = 52.0
"""Free space beside the pill of a wire, for the wire itself."""


MANY = 1_000
"""More nodes than this without places of their own are laid out roughly: somebody waits to see them."""


class Plan:
    """The geometry of one document. A node without a place of its own is given one here, and keeps it.

    `meant` is the document as a reading means it: inside a block, with what follows its parameters worked out.
    """

    def __init__(self, document: Document, measure: Measure, meant: Document | None = None) -> None:
        self.document, self._meant = document, meant or document
        self._measure = measure
        self._looks: dict[str, Look] = {}
        self._shifted: dict[str, QPointF] = {}
        self.edition = document.edition
        self.down = document.flow == "down"
        self.nodes = Grid()
        self.lines = Lines(self)
        self.places = Places(self, measure.theme)
        self.rebuild()

    # --- following the document

    def rebuild(self, measure: Measure | None = None) -> None:
        """Measure and place everything anew."""
        self._measure = measure or self._measure
        self.places.rebuild(self._measure.theme)
        self.edition = self.document.edition
        self.down = self.document.flow == "down"
        self._shifted.clear()
        nodes = self.document.nodes()
        self._looks = {node.born: self._look_of(node) for node in nodes}
        self.nodes.clear()
        self.lines.clear()
        self._put(nodes)
        for wire in self.document.wires():
            self.lines.draw(wire)

    def apply(self, patch: Patch) -> tuple[set[str], set[str]]:
        """Follow a patch; answers the nodes and the wires that look different now, those that are gone included."""
        self.settle()
        if self.down != (self.document.flow == "down"):
            gone = {key for key, pair in patch.items() if pair[1] is None}
            self.rebuild()
            return set(self._looks) | gone, {wire.key for wire in self.document.wires()} | gone
        nodes, wires = self._ends(patch)
        if self.edition != self.document.edition:  # the ports of blocks that are placed here may be others now
            self.edition = self.document.edition
            nodes |= self.document.placements()
        return nodes, self._redraw(nodes, wires)

    def _redraw(self, nodes: set[str], wires: set[str]) -> set[str]:
        """Measure nodes, and draw wires that this moves; answers those and `wires`."""
        around = [rect for born in nodes if (rect := self.nodes.rect(born)) is not None]
        self._update(nodes)
        around += [rect for born in nodes if (rect := self.nodes.rect(born)) is not None]
        moved = wires.union(*map(self.document.ends, nodes))
        moved |= self.lines.grid.touching(rect.adjusted(-24, -24, 24, 24) for rect in around)
        self.lines.redraw(moved)
        return moved

    def measure_again(self, births: Iterable[str]) -> tuple[set[str], set[str]]:
        """Some nodes mean something else now, though they are as they were: values that follow a block's parameters.

        Answers the nodes and wires that look different.
        """
        known = {born for born in births if born in self._looks and self.document.has_node(born)}
        nodes = {born for born in known if self._looks[born] != self._look_of(self.document.node(born))}
        return nodes, self._redraw(nodes, set())

    def _look_of(self, node: Node, *, down: bool | None = None) -> Look:
        meant = self._meant.make(self._meant.node(node.born)) if self._meant.has_node(node.born) else None
        return self._measure.look(self.document, node, meant, down=self.down if down is None else down)

    def _ends(self, patch: Patch) -> tuple[set[str], set[str]]:
        nodes: set[str] = set()
        wires: set[str] = set()
        for key, pair in patch.items():
            for record in pair:
                if isinstance(record, Node):
                    nodes.add(key)
                elif isinstance(record, Wire):
                    wires.add(key)
                    nodes.update(end for end in (record.source, record.target) if self.document.has_node(end))
        return nodes, wires

    def _update(self, births: Iterable[str]) -> None:
        known: list[Node] = []
        for born in births:
            if not self.document.has_node(born):
                self._looks.pop(born, None)
                self.nodes.drop(born)
                continue
            node = self.document.node(born)
            self._looks[born] = self._look_of(node)
            known.append(node)
        self._put(sorted(known, key=lambda node: node.rank))

    def _put(self, nodes: list[Node]) -> None:
        """Enter nodes where they stand: where the document has them, else where they are shown already."""
        unplaced: list[Node] = []
        for node in nodes:
            shown = self.nodes.rect(node.born)
            if node.at is not None:
                self._put_at(node.born, QPointF(*node.at))
            elif shown is not None:
                self._put_at(node.born, shown.topLeft())
            else:
                unplaced.append(node)
        self._place(unplaced)

    def _put_at(self, born: str, corner: QPointF) -> None:
        self.nodes.put(born, self._looks[born].rect.translated(corner))

    def _place(self, nodes: list[Node]) -> None:
        """Lay out nodes that the document gives no place, below what has one."""
        if not nodes:
            return
        births = {node.born for node in nodes}
        edges = [(w.source, w.target) for w in self.document.wires() if w.source in births and w.target in births]
        quick = len(nodes) > MANY
        sizes = self.sizes(births) if self.down else self.roomy_sizes(births)
        places = arranged(Outline([node.born for node in nodes], edges, sizes, down=self.down, quick=quick)).places
        taken = [rect for _, rect in self.nodes.items()]
        top = max((rect.bottom() for rect in taken), default=-72.0) + 72
        left = min((rect.left() for rect in taken), default=0.0)
        for born, (x, y) in places.items():
            self._put_at(born, QPointF(left + x, top + y))

    # --- looking

    def __contains__(self, born: object) -> bool:
        return born in self._looks

    def births(self) -> list[str]:
        return list(self._looks)

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands on the canvas."""
        return not self._looks and not len(self.places)

    def look(self, born: str) -> Look:
        return self._looks[born]

    def at(self, born: str) -> QPointF:
        """The upper left corner of a node, as shown."""
        return self.rect(born).topLeft()

    def rect(self, born: str) -> QRectF:
        return self.nodes[born]

    def sizes(self, births: Iterable[str] | None = None) -> dict[str, tuple[float, float]]:
        """Widths and heights as drawn."""
        chosen = self._looks if births is None else births
        return {born: (self._looks[born].width, self._looks[born].height) for born in chosen}

    def roomy_sizes(self, births: Iterable[str] | None = None) -> dict[str, tuple[float, float]]:
        """Sizes for a layout: wider where the wires that leave a node have much to say."""
        return self._roomier(self.sizes(births))

    def _roomier(self, sizes: dict[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
        drawn, sizes = sizes, dict(sizes)
        for wire in self.document.wires():
            if wire.source in sizes and captions.says_own(wire):
                width, height = sizes[wire.source]
                wanted = self._measure.pill(captions.own_text(wire)) + PILL_ROOM - LAYER_GAP
                sizes[wire.source] = (max(width, drawn[wire.source][0] + wanted), height)
        return sizes

    def drawn(self, flow: str = "") -> Drawn:
        """What a layout must know and the document does not say; `flow` as it is to be."""
        down, looks = (flow or self.document.flow) == "down", self._looks
        if down != self.down:
            looks = {node.born: self._look_of(node, down=down) for node in self.document.nodes()}
        ports: dict[str, tuple[float, float]] = {}
        for wire in self.document.wires():
            leaves = looks[wire.source].spot(wire.source_port, True) if wire.source in looks else None
            arrives = looks[wire.target].spot(wire.target_port, False) if wire.target in looks else None
            if leaves and arrives:
                ends = leaves.point, arrives.point
                ports[wire.key] = (ends[0].x(), ends[1].x()) if down else (ends[0].y(), ends[1].y())
        places = {born: (rect.x(), rect.y()) for born, rect in self.nodes.items()}
        sizes = {born: (look.width, look.height) for born, look in looks.items()}
        shown = {born: (look.width, look.height) for born, look in self._looks.items()}
        return Drawn(sizes | self.places.sizes(), sizes if down else self._roomier(sizes), places, ports, shown)

    def way(self, points: Iterable[QPointF]) -> tuple[QPointF, ...]:
        """The points of a curve that follows the flow."""
        return Downward(points) if self.down else tuple(points)

    def spot(self, port: PortAt) -> Spot | None:
        look = self._looks.get(port.born)
        return look.spot(port.port, port.output) if look else None

    def point(self, port: PortAt) -> QPointF:
        """Where a port is; the middle of the node's edge if it has no such port."""
        return self.end(port.born, port.port, port.output)

    def end(self, born: str, port: str, output: bool) -> QPointF:
        """Where a wire that begins or ends at a port does so."""
        spot, rect = self._looks[born].spot(port, output), self.nodes[born]
        if spot is not None:
            return rect.topLeft() + spot.point
        if self.down:
            return QPointF(rect.center().x(), rect.bottom() if output else rect.top())
        return QPointF(rect.right() if output else rect.left(), rect.center().y())

    def bounds(self, births: Iterable[str] | None = None) -> QRectF:
        """The smallest rectangle around everything, or some nodes, frames and notes, and the wires between."""
        if births is None:
            return self.nodes.bounds().united(self.lines.grid.bounds()).united(self.places.bounds())
        found = QRectF()
        for born in births:
            found = found.united(self.rect(born) if born in self._looks else self.places.rect(born))
        return found

    # --- what is under the pointer

    def node_at(self, point: QPointF) -> str | None:
        """The node under a point, the one drawn last if several are."""
        found = self.nodes.at(point)
        return max(found, key=lambda born: (self.document.node(born).rank, born), default=None)

    def ports_near(self, point: QPointF, radius: float) -> list[PortAt]:
        """All ports within a radius, the nearest first."""
        area = QRectF(point.x() - radius, point.y() - radius, 2 * radius, 2 * radius)
        found: list[tuple[float, PortAt]] = []
        for born in sorted(self.nodes.within(area)):
            look, corner = self._looks[born], self.at(born)
            for spot in (*look.inputs, *look.outputs):
                away = corner + spot.point - point
                length = QPointF.dotProduct(away, away) ** 0.5
                if length <= radius:
                    found.append((length, PortAt(born, spot.name, spot.output)))
        return [port for _, port in sorted(found, key=lambda pair: pair[0])]

    # --- moving without touching the document

    def shift(self, births: Iterable[str], delta: QPointF) -> set[str]:
        """Show nodes moved by `delta` from where the document has them; answers the wires that move along."""
        wires: set[str] = set()
        for born in births:
            if born not in self._looks:
                continue
            home = self._shifted.setdefault(born, self.at(born))
            self._put_at(born, home + delta)
            wires |= {wire.key for wire in self.document.wires_at(born)}
        self.lines.redraw(wires)
        return wires

    def shifted(self, born: str) -> QPointF:
        """How far from where the document has it a node is shown."""
        home = self._shifted.get(born)
        return self.at(born) - home if home is not None else QPointF()

    def settle(self) -> set[str]:
        """Put shifted nodes back; answers the nodes that were."""
        moved = set(self._shifted)
        wires: set[str] = set()
        for born, home in self._shifted.items():
            self._put_at(born, home)
            wires |= {wire.key for wire in self.document.wires_at(born)}
        self._shifted.clear()
        self.lines.redraw(wires)
        self.lines.settle()
        return moved
