"""The verb that makes nodes a block of their own."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from graph import names, queries
from graph.document import Document
from graph.edits.blocks import PORT_GAP, PORTS, definition, new_port, relist, why_no_block
from graph.edits.frames import is_scenery
from graph.edits.refusal import Refused, the_node, the_place
from graph.records import Block, Node, Wire


def collapse(doc: Document, births: Iterable[str], id: str = "") -> str:
    """Make nodes a block of their own and put it in their place; answers the birth name of the placement.

    Frames and notes whose keys are among them go into it too.
    """
    keys = list(births)
    along = [key for key in keys if is_scenery(doc, key)]
    chosen = {the_node(doc, key).born for key in keys if key not in along}
    nodes = [node for node in doc.nodes() if node.born in chosen]
    _refuse_collapse(doc, nodes, chosen)
    block = definition(doc, id or "Block")
    if id and block.id != id:
        raise Refused(f'A block cannot be called "{id[:60]}": {why_no_block(doc, id)}.')
    with doc.change():
        doc.put(block)
        for key in along:
            doc.inside(block.born).put(doc.records[key])
        return _Collapse(doc, block, nodes, chosen).done()


class _Collapse:
    """One collapse: moves nodes, makes ports where wires cross, and wires the placement."""

    def __init__(self, doc: Document, block: Block, nodes: Sequence[Node], chosen: set[str]) -> None:
        self.doc, self.block, self.nodes, self.chosen = doc, block, nodes, chosen
        self.inner = doc.inside(block.born)
        self.left, self.top, self.right = extent(nodes)

    def done(self) -> str:
        crossing = [w for w in self.doc.wires() if (w.source in self.chosen) != (w.target in self.chosen)]
        inside = [w for w in self.doc.wires() if w.source in self.chosen and w.target in self.chosen]
        for node in self.nodes:
            self.inner.put(node)
        for wire in inside:
            self.inner.put(wire)
        entering = [wire for wire in crossing if wire.target in self.chosen]
        leaving = [wire for wire in crossing if wire.source in self.chosen]
        placed = self._place()
        self._enter(entering, placed)
        self._leave(leaving, placed)
        relist(self.doc, {born: [placed] for born in self.chosen})
        return placed

    def _place(self) -> str:
        kind = self.doc.catalogue.get(self.block.id)
        assert kind is not None
        id = names.fresh(kind, self.doc)
        born = names.unused_born(id, self.doc)
        middle = the_place(((self.left + self.right) / 2, self.top))
        at = middle if any(node.at for node in self.nodes) else None
        self.doc.put(Node(born, id, self.block.id, {}, at, min(node.rank for node in self.nodes)))
        return born

    def _enter(self, wires: Sequence[Wire], placed: str) -> None:
        groups = _grouped(wires, lambda wire: (wire.source, wire.source_port, wire.select))
        for at, ((source, port, select), group) in enumerate(groups.items()):
            stem = "x" if len(groups) == 1 else self.doc.node(source).id if self.doc.has_node(source) else "x"
            born = new_port(self.inner, "Input", stem, (self.left - PORT_GAP, self.top + 80.0 * at), at)
            for wire in group:
                self.doc.drop(wire.key)
                self.inner.put(replace(wire, source=born, source_port="x", select=None, via=()))
            self.doc.put(Wire(source, port, placed, self.inner.node(born).id, select, rank=group[0].rank))

    def _leave(self, wires: Sequence[Wire], placed: str) -> None:
        groups = _grouped(wires, lambda wire: (wire.source, wire.source_port))
        ends = groups or {(node.born, port): [] for node in self._loose() for port in self._outputs(node)}
        for at, ((source, port), group) in enumerate(ends.items()):
            stem = "y" if len(ends) == 1 else self.inner.node(source).id
            born = new_port(self.inner, "Output", stem, (self.right + PORT_GAP, self.top + 80.0 * at), at)
            rank = group[0].rank if group else self.inner.next_rank(Wire)
            self.inner.put(Wire(source, port, born, "x", rank=rank))
            for wire in group:
                self.doc.drop(wire.key)
                self.doc.put(replace(wire, source=placed, source_port=self.inner.node(born).id, via=()))

    def _loose(self) -> list[Node]:
        """The nodes from which no wire leads on."""
        return [node for node in self.nodes if not self.inner.wires_from(node.born)]

    def _outputs(self, node: Node) -> list[str]:
        return [port.name for port in queries.ports_out(self.inner, node.born)][:1]


def _grouped(wires: Sequence[Wire], key: Any) -> dict[Any, list[Wire]]:
    found: dict[Any, list[Wire]] = {}
    for wire in wires:
        found.setdefault(key(wire), []).append(wire)
    return found


def extent(nodes: Sequence[Node]) -> tuple[float, float, float]:
    """Left, top and right of what nodes cover."""
    places = [node.at for node in nodes if node.at]
    xs, ys = [x for x, _ in places] or [0.0], [y for _, y in places] or [0.0]
    return min(xs), min(ys), max(xs)


def _refuse_collapse(doc: Document, nodes: Sequence[Node], chosen: set[str]) -> None:
    if not nodes:
        raise Refused("Choose the nodes that are to be a block.")
    for node in nodes:
        kind = doc.kind(node)
        if doc.block and node.kind in PORTS:
            raise Refused(f"{node.id} is a port of this block: leave it out.")
        if kind is None or not queries.is_inner(kind):
            raise Refused(f"{node.id} cannot stand in a block: data, losses, metrics and optimizers stay outside.")
    between = queries.downstream(doc, chosen) & queries.upstream(doc, chosen) - chosen
    if between:
        through = ", ".join(doc.node(born).id for born in sorted(between)[:3])
        raise Refused(
            f"The way through these nodes leads out of them and back in again, by {through}: choose that too."
        )
    for node in doc.nodes():
        other = node.params.get("shares")
        if isinstance(other, str) and (node.born in chosen) != (other in chosen) and doc.has_node(other):
            raise Refused(f"{node.id} shares the weights of {doc.node(other).id}: choose both, or neither.")
