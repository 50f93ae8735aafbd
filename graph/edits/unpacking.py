"""The verb that puts what is inside a block in the place of the block."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from graph import framing, names, queries
from graph.document import Document
from graph.edits.blocks import copy_level, relist, the_placed
from graph.edits.collapsing import extent
from graph.edits.frames import copy_one, shifted
from graph.edits.refusal import Refused, the_node, the_place
from graph.edits.routing import shifted_way
from graph.following import follows, substituted
from graph.records import Block, Node, Wire
from graph.spec import Kind

MOST_WRITTEN = 20_000
"""How many nodes the copies of a block may be that are written out."""


def unpack(doc: Document, born: str) -> list[str]:
    """Put the nodes of a block in the place of a node that places it; answers their birth names.

    The definition goes away with its last placement, and its nodes keep their births then.
    """
    node = the_node(doc, born)
    block = the_placed(doc, node)
    _refuse(doc, node, block)
    times = node.params.get("repeat", 1)
    if times != 1:
        with doc.change():
            return [one for copy in _written_out(doc, node, block, times) for one in unpack(doc, copy)]
    with doc.change():
        last = sum(len(level.by_kind().get(block.id, ())) for level in queries.levels(doc)) == 1
        return _Unpacking(doc, node, block, last).done()


def _refuse(doc: Document, node: Node, block: Block) -> None:
    if node.state:
        raise Refused(f"{node.id} is {node.state}: let it take part again before you unpack it.")
    times = node.params.get("repeat", 1)
    if times != 1 and node.params.get("repeat_shared", False) is not False:
        raise Refused(f"{node.id} stands several times with the same weights: set repeat to 1 before you unpack it.")
    if not isinstance(times, int) or isinstance(times, bool) or times < 1:
        raise Refused(f"{node.id} has no number of times to stand: set repeat to a whole number before you unpack it.")
    inner = doc.inside(block.born)
    written = times * sum(1 for one in inner.nodes() if one.kind not in ("Input", "Output"))
    if times > 1 and written > MOST_WRITTEN:
        raise Refused(
            f"{node.id} would be {written:,} nodes written out, of {MOST_WRITTEN:,} at most: set repeat to less first."
        )
    if node.params.get("frozen", False) is not False:
        raise Refused(f"{node.id} is frozen as a whole: set frozen to false before you unpack it.")
    if node.params.get("shares"):
        raise Refused(f"{node.id} shares the weights of another node, which its own nodes could not: unpack that one.")
    sharers = sorted(doc.node(born).id for born in doc.sharers(node.born) if doc.has_node(born))
    if sharers:
        raise Refused(f"{sharers[0]} shares the weights of {node.id}: give it its own before you unpack {node.id}.")


def _written_out(doc: Document, node: Node, block: Block, times: int) -> list[str]:
    """Place a block that stands several times so many times in a row; answers the birth names."""
    kind = doc.kind(node)
    if kind is None or not kind.inputs or len(kind.outputs) != 1:
        raise Refused(f"{node.id} cannot stand several times: what leaves it must be what goes into it.")
    entry, exit = kind.inputs[0].name, kind.outputs[0].name
    entering = [wire for wire in doc.wires_into(node.born) if wire.target_port != entry]
    leaving = doc.wires_from(node.born)
    left, _, right = extent(doc.inside(block.born).nodes())
    params = {name: value for name, value in node.params.items() if name not in ("repeat", "repeat_shared")}
    doc.put(replace(node, params=params))
    births = [node.born]
    for at in range(1, times):
        id = names.legal(node.id, doc)
        born = names.unused_born(id, doc)
        place = the_place((node.at[0] + at * (right - left), node.at[1])) if node.at else None
        doc.put(replace(node, born=born, id=id, params=params, at=place, rank=doc.next_rank(Node)))
        doc.put(Wire(births[-1], exit, born, entry, rank=doc.next_rank(Wire)))
        for wire in entering:
            doc.put(replace(wire, target=born, rank=doc.next_rank(Wire)))
        births.append(born)
    for wire in leaving:
        doc.drop(wire.key)
        doc.put(replace(wire, source=births[-1]))
    relist(doc, {node.born: births})
    return births


@dataclass(frozen=True, slots=True)
class _End:
    """Where a value comes from, once ports are gone."""

    source: str
    port: str
    select: Any = None


class _Unpacking:
    """One unpacking: brings the nodes to the level of the placement and joins the wires that met at ports."""

    def __init__(self, doc: Document, node: Node, block: Block, last: bool) -> None:
        self.doc, self.node, self.block, self.last = doc, node, block, last
        self.inner = doc.inside(block.born)
        self.ports = {one.born: one for one in self.inner.nodes() if one.kind in ("Input", "Output")}
        self.nodes = [one for one in self.inner.nodes() if one.born not in self.ports]
        self.entering = doc.wires_into(node.born)
        self.leaving = doc.wires_from(node.born)
        self.values = self._values()
        left, top, right = extent(self.nodes)
        at = node.at or ((left + right) / 2, top)
        self.shift = (at[0] - (left + right) / 2, at[1] - top)

    def done(self) -> list[str]:
        wires, outputs = self.inner.wires(), {port.id: port.born for port in self.ports.values()}
        ends = {name: self._end(wires, outputs.get(name, "")) for name in {w.source_port for w in self.leaving}}
        self._take_away(wires)
        births = self._bring()
        for wire in wires:
            self._join(wire, births)
        for wire in self.leaving:
            end = ends[wire.source_port]
            if end is not None:
                source = births.get(end.source, end.source)
                select = _joined(end.select, wire.select, self.node.id)
                self.doc.put(replace(wire, source=source, source_port=end.port, select=select, via=()))
        relist(self.doc, {self.node.born: [born for born in births.values() if self._has_weights(born)]})
        return list(births.values())

    def _has_weights(self, born: str) -> bool:
        kind = self.doc.kind(self.doc.node(born))
        return kind is not None and kind.weights is not Kind.weights

    def _take_away(self, wires: Iterable[Wire]) -> None:
        for wire in (*self.entering, *self.leaving):
            self.doc.drop(wire.key)
        self.doc.drop(self.node.key)
        if self.last:
            for key in (*(wire.key for wire in wires), *self.ports, self.inner.sheet.key):
                self.doc.drop(key)
            self.doc.drop(self.block.key)

    def _bring(self) -> dict[str, str]:
        """The nodes on the new level, by the births they had."""
        if self.last:
            births = {one.born: one.born for one in self.nodes}
            for one in self.nodes:
                self.doc.put(self._named(one))
        else:
            copied = copy_level(self.inner, self.doc)
            births = {one.born: copied[one.born] for one in self.nodes}
            for wire in [wire for born in copied.values() for wire in self.doc.wires_at(born)]:
                self.doc.drop(wire.key)
            for born in self.ports:
                self.doc.drop(copied[born])
            for born in births.values():
                self.doc.put(self._named(self.doc.node(born)))
        for born in births.values():
            self.doc.put(_settled(self.doc.node(born), self.values, self.shift))
        for record in framing.scenery(self.inner):
            if self.last:
                self.doc.put(shifted(record, self.shift))
            else:
                copy_one(self.doc, record, self.shift)
        return births

    def _values(self) -> dict[str, Any]:
        """What the block's parameters are here; a bad value counts as the default, as it does when it is read."""
        kind, found = self.doc.kind(self.node), dict(self.block.params)
        for name, value in self.node.params.items():
            declared = kind.params.get(name) if kind else None
            if name in found and declared is not None and (follows(value) or declared.wrong(value) is None):
                found[name] = value
        return found

    def _named(self, node: Node) -> Node:
        """A node under a name that is free on the new level."""
        taken = {born for born in self.doc.holders(node.id) if born != node.born}
        return replace(node, id=names.legal(node.id, self.doc)) if taken else node

    def _join(self, wire: Wire, births: Mapping[str, str]) -> None:
        """A wire of the inside as it is outside: from what came into the port where it began at one."""
        if wire.target in self.ports:
            return
        target = births.get(wire.target, wire.target)
        if wire.source not in self.ports:
            source, via = births.get(wire.source, wire.source), shifted_way(wire.via, self.shift)
            self.doc.put(replace(wire, source=source, target=target, via=via))
            return
        for outer in self._into(wire.source):
            select = _joined(outer.select, wire.select, self.node.id)
            self.doc.put(
                replace(wire, source=outer.source, source_port=outer.port, select=select, target=target, via=())
            )

    def _into(self, port: str) -> list[_End]:
        """What comes into a port of the placement."""
        name = self.ports[port].id
        return [_End(w.source, w.source_port, w.select) for w in self.entering if w.target_port == name][:1]

    def _end(self, wires: Iterable[Wire], output: str) -> _End | None:
        """Where the value of an output comes from."""
        wire = next((wire for wire in wires if wire.target == output), None)
        if wire is None:
            return None
        if wire.source not in self.ports:
            return _End(wire.source, wire.source_port, wire.select)
        came = next(iter(self._into(wire.source)), None)
        return came and replace(came, select=_joined(came.select, wire.select, self.node.id))


def _settled(node: Node, values: Mapping[str, Any], shift: tuple[float, float]) -> Node:
    """A node with the placement's parameters in it, where the placement stood."""
    params = {name: substituted(value, values) for name, value in node.params.items()}
    at = the_place((node.at[0] + shift[0], node.at[1] + shift[1])) if node.at else None
    return replace(node, params=params, at=at)


def _joined(outer: Any, inner: Any, id: str) -> Any:
    """A selection of a selection, where one of them takes everything."""
    if outer is not None and inner is not None:
        raise Refused(f"A wire into {id} takes a part, of which a wire inside takes a part again: take all outside.")
    return inner if outer is None else outer
