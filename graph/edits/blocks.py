"""Verbs on blocks: nodes become a block and come out of it again; its name, its parameters, its ports."""

import keyword
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from graph import names, queries
from graph.blocks import Placement, declared
from graph.document import Document
from graph.edits.refusal import Refused, the_node, the_place
from graph.following import follows, names_in, renamed, substituted
from graph.records import Block, Node, Point, Wire
from graph.spec import Kind

RESERVED = frozenset(("Net", "Extras", "Training", "Neurons", "Meter"))
"""Classes that the generated source has itself."""

PORT_GAP = 200.0
"""How far before and behind the nodes the ports of a new block stand."""


def collapse(doc: Document, births: Iterable[str], id: str = "") -> str:
    """Make nodes a block of their own and put it in their place; answers the birth name of the placement."""
    chosen = {the_node(doc, born).born for born in births}
    nodes = [node for node in doc.nodes() if node.born in chosen]
    _refuse_collapse(doc, nodes, chosen)
    block = _definition(doc, id or "Block")
    if id and block.id != id:
        raise Refused(f'A block cannot be called "{id[:60]}": {why_no_block(doc, id)}.')
    with doc.change():
        doc.put(block)
        return _Collapse(doc, block, nodes, chosen).done()


def new_block(doc: Document, id: str = "Block") -> str:
    """An empty definition, with one way in and one way out; answers its birth name."""
    block = _definition(doc, id)
    with doc.change():
        doc.put(block)
        inner = doc.inside(block.born)
        x, y = _port(inner, "Input", "x", (0.0, 0.0), 0), _port(inner, "Output", "y", (PORT_GAP, 0.0), 1)
        inner.put(Wire(x, "x", y, "x"))
    return block.born


def rename_block(doc: Document, born: str, id: str) -> None:
    """Call a block otherwise, with all nodes that place it."""
    block = the_block(doc, born)
    if id == block.id:
        return
    why = why_no_block(doc, id)
    if why:
        raise Refused(f'A block cannot be called "{id[:60]}": {why}.')
    with doc.change():
        for level, node in list(placements(doc, block)):
            level.put(replace(node, kind=id))
        doc.put(replace(block, id=id))


def remove_block(doc: Document, born: str) -> None:
    """Take a definition away that no node places."""
    block = the_block(doc, born)
    placed = [node.id for _, node in placements(doc, block)]
    if placed:
        raise Refused(f"{block.id} is placed as {', '.join(placed[:5])}: remove those nodes first.")
    inner = doc.inside(born)
    with doc.change():
        for key in [record.key for listed in (inner.wires(), inner.nodes(), inner.strays()) for record in listed]:
            doc.drop(key)
        doc.drop(block.key)


def set_block_param(doc: Document, born: str, name: str, default: Any) -> None:
    """Give a block a parameter, or a parameter another default."""
    block = the_block(doc, born)
    if declared(name, default) is None or keyword.iskeyword(name):
        raise Refused(f'A block cannot have a parameter "{name[:60]}" that is {default!r} at first.')
    doc.put(replace(block, params={**block.params, name: default}))


def drop_block_param(doc: Document, born: str, name: str) -> None:
    """Take a parameter from a block; what followed it takes the number it stood for."""
    block = the_block(doc, born)
    inner = doc.inside(born)
    with doc.change():
        for node in inner.nodes():
            kept = {key: _without(value, name, block.params) for key, value in node.params.items()}
            if kept != node.params:
                inner.put(replace(node, params=kept))
        for level, node in list(placements(doc, block)):
            if name in node.params:
                level.put(replace(node, params={key: value for key, value in node.params.items() if key != name}))
        doc.put(replace(block, params={key: value for key, value in block.params.items() if key != name}))


def rename_block_param(doc: Document, born: str, name: str, new: str) -> None:
    """Call a parameter of a block otherwise, wherever it is followed or typed."""
    block = the_block(doc, born)
    if name not in block.params or new in block.params or declared(new, 0) is None or keyword.iskeyword(new):
        raise Refused(f'The parameter {name} of {block.id} cannot be called "{new[:60]}".')
    inner = doc.inside(born)
    with doc.change():
        for node in inner.nodes():
            inner.put(replace(node, params={key: renamed(value, name, new) for key, value in node.params.items()}))
        for level, node in list(placements(doc, block)):
            level.put(replace(node, params={new if key == name else key: v for key, v in node.params.items()}))
        doc.put(replace(block, params={new if key == name else key: v for key, v in block.params.items()}))


def separate(doc: Document, born: str) -> str:
    """Give a placement a definition of its own, a copy of the one that it had; answers its birth name."""
    node = the_node(doc, born)
    block = the_placed(doc, node)
    part = doc.inside(block.born)
    copied = replace(_definition(doc, block.id), params=block.params, extra=block.extra)
    with doc.change():
        doc.put(copied)
        copy_level(part, doc.inside(copied.born))
        doc.put(replace(node, kind=copied.id))
    return copied.born


# --- what others ask


def the_block(doc: Document, born: str) -> Block:
    block = doc.the_block(born)
    if block is None:
        raise Refused(f"There is no block {born}.")
    return block


def the_placed(doc: Document, node: Node) -> Block:
    """The definition that a node places."""
    kind = doc.kind(node)
    if kind is None or not issubclass(kind, Placement):
        raise Refused(f"{node.id} is no block.")
    return the_block(doc, kind.born)


def placements(doc: Document, block: Block) -> Iterator[tuple[Document, Node]]:
    """Every node that places a block, with the level on which it stands."""
    for level in queries.levels(doc):
        for born in level.by_kind().get(block.id, ()):
            yield level, level.node(born)


def why_no_block(doc: Document, id: str) -> str | None:
    """Why a block cannot be called so, as the end of a sentence; None if it can."""
    if id in RESERVED:
        return f"{id} is a class of the generated source"
    if id in doc.catalogue:
        return f"{id} is a kind of node already"
    return names.why_not(id)


def copy_level(source: Document, target: Document) -> dict[str, str]:
    """Put the nodes and wires of a level on another as well, under new births; answers those by the old ones."""
    births: dict[str, str] = {}
    for node in source.nodes():
        births[node.born] = names.unused_born(node.id, target)
        target.put(replace(node, born=births[node.born]))
    for node in target.nodes():
        if node.born in births.values() and node.params.get("shares") in births:
            target.put(replace(node, params={**node.params, "shares": births[node.params["shares"]]}))
    for wire in source.wires():
        ends = (births.get(wire.source, wire.source), births.get(wire.target, wire.target))
        target.put(replace(wire, source=ends[0], target=ends[1]))
    return births


# --- collapsing


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
            born = _port(self.inner, "Input", stem, (self.left - PORT_GAP, self.top + 80.0 * at), at)
            for wire in group:
                self.doc.drop(wire.key)
                self.inner.put(replace(wire, source=born, source_port="x", select=None))
            self.doc.put(Wire(source, port, placed, self.inner.node(born).id, select, rank=group[0].rank))

    def _leave(self, wires: Sequence[Wire], placed: str) -> None:
        groups = _grouped(wires, lambda wire: (wire.source, wire.source_port))
        ends = groups or {(node.born, port): [] for node in self._loose() for port in self._outputs(node)}
        for at, ((source, port), group) in enumerate(ends.items()):
            stem = "y" if len(ends) == 1 else self.inner.node(source).id
            born = _port(self.inner, "Output", stem, (self.right + PORT_GAP, self.top + 80.0 * at), at)
            rank = group[0].rank if group else self.inner.next_rank(Wire)
            self.inner.put(Wire(source, port, born, "x", rank=rank))
            for wire in group:
                self.doc.drop(wire.key)
                self.doc.put(replace(wire, source=placed, source_port=self.inner.node(born).id))

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


def _port(inner: Document, kind: str, stem: str, at: Point, rank: int) -> str:
    """An Input or Output node of a block."""
    id = names.legal(stem, inner)
    born = names.unused_born(id, inner)
    inner.put(Node(born, id, kind, {}, the_place(at), rank if kind == "Input" else inner.next_rank(Node) + rank))
    return born


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
        if kind is None or not _is_inner(kind):
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


def _is_inner(kind: type[Kind]) -> bool:
    tensors = all(port.type == "tensor" for port in (*kind.inputs, *kind.outputs))
    return tensors and bool(kind.outputs) and (bool(kind.inputs) or kind.family == "constant")


def _definition(doc: Document, stem: str) -> Block:
    """A new definition under a free name."""
    return Block(names.block_born(doc, stem), names.block_id(doc, stem), rank=doc.next_rank(Block))


def _without(typed: Any, name: str, params: Mapping[str, Any]) -> Any:
    """What followed a parameter that goes away, with the parameter's default in its place."""
    if not follows(typed) or name not in names_in(typed):
        return typed
    return substituted(typed, {name: params[name]})
