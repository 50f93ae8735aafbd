"""Verbs that put nodes between others, and take them out so that the wire closes behind them."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from typing import Any

from graph import queries
from graph.document import Document
from graph.edits.nodes import add, move, remove, the_kind
from graph.edits.refusal import Refused, the_node, the_wire
from graph.edits.routing import split_bends
from graph.edits.wires import connect
from graph.records import Point, Wire
from graph.spec import Kind, Port

ROOM = 424.0
"""From the corner of one node to the next but one: two nodes as they are usually drawn, and the space between."""

UNDER = 120.0
"""How far below its ends a Delay lies that a wire back goes through."""


def insert(doc: Document, wire_key: str, kind: str, params: Mapping[str, Any] | None = None) -> str:
    """Put a new node of a kind onto a wire; answers its birth name."""
    wire = the_wire(doc, wire_key)
    _fitting(doc, wire, the_kind(doc, kind), kind)
    with doc.change():
        _make_room(doc, wire)
        born = add(doc, kind, _middle(doc, wire), params=params)
        insert_node(doc, wire_key, born)
    return born


def insert_node(doc: Document, wire_key: str, born: str) -> None:
    """Put a node of the drawing onto a wire: the selection stays at the source, the weight goes to the target."""
    wire, node = the_wire(doc, wire_key), the_node(doc, born)
    if born in (wire.source, wire.target):
        raise Refused(f"{node.id} is an end of this wire already.")
    entry, exit = _fitting(doc, wire, doc.kind(node), node.id)
    before, behind = split_bends(doc, wire, node.at)
    with doc.change():
        doc.drop(wire.key)
        first = connect(doc, wire.source, wire.source_port, born, entry.name, wire.select)
        doc.put(replace(the_wire(doc, first), via=before))
        last = the_wire(doc, connect(doc, born, exit.name, wire.target, wire.target_port))
        kept = {"weight": wire.weight, "fixed": wire.fixed, "rank": wire.rank, "extra": wire.extra}
        doc.put(replace(last, via=behind, **kept))  # type: ignore[arg-type]  # each value is that of its own field


def connect_with_delay(doc: Document, source: str, source_port: str, target: str, target_port: str) -> str:
    """Draw a wire through a new Delay, where it closes a loop; answers the birth name of the Delay."""
    one, other = the_node(doc, source), the_node(doc, target)
    if not queries.closes_loop(doc, source, target):
        raise Refused(f"A wire from {one.id} to {other.id} closes no loop: it needs no Delay.")
    with doc.change():
        born = add(doc, "Delay", _below(doc, one.at, other.at))
        connect(doc, source, source_port, born, "x")
        connect(doc, born, "y", target, target_port)
    return born


def remove_and_reconnect(doc: Document, births: Iterable[str]) -> None:
    """Take nodes out of their line: what fed such a node feeds what it fed, where the wires fit."""
    chosen = [the_node(doc, born).born for born in births]
    with doc.change():
        for born in chosen:
            feeds, fed = _main_feed(doc, born), doc.wires_from(born)
            remove(doc, [born])
            for wire in fed if feeds else []:
                _bridge(doc, feeds, wire)


def detach(doc: Document, births: Iterable[str]) -> None:
    """Take nodes off all wires to others; what fed them feeds what they fed, where the wires fit."""
    chosen = dict.fromkeys(the_node(doc, born).born for born in births)
    entering = [wire for born in chosen for wire in doc.wires_into(born) if wire.source not in chosen]
    leaving = [wire for born in chosen for wire in doc.wires_from(born) if wire.target not in chosen]
    if not entering and not leaving:
        raise Refused("There is no wire to take off: what is selected hangs together with nothing else.")
    feeds = [_feed_from_outside(doc, wire.source, chosen) for wire in leaving]
    with doc.change():
        for wire in (*entering, *leaving):
            doc.drop(wire.key)
        for feed, wire in zip(feeds, leaving, strict=True):
            _bridge(doc, feed, wire)


def _feed_from_outside(doc: Document, born: str, chosen: Container[str]) -> Wire | None:
    """The wire by which what a node works on comes into a group of nodes."""
    seen: set[str] = set()
    while born not in seen:
        seen.add(born)
        feed = _main_feed(doc, born)
        if feed is None or feed.source not in chosen:
            return feed
        born = feed.source
    return None


def _fitting(doc: Document, wire: Wire, kind: type[Kind] | None, name: str) -> tuple[Port, Port]:
    """The ports of a kind that a wire can go through."""
    type = _type(doc, wire)
    entry = queries.entry(kind, type, "out") if kind else None
    exit = queries.entry(kind, type, "in") if kind else None
    if entry is None or exit is None:
        raise Refused(
            f"{name} cannot stand on the wire {queries.wire_name(doc, wire)}: it does not hand on what flows there."
        )
    return entry, exit


def _type(doc: Document, wire: Wire) -> Any:
    for born in (wire.source, wire.target):
        the_node(doc, born)
    ports = queries.ports_out(doc, wire.source)
    return next((port.type for port in ports if port.name == wire.source_port), None)


def _make_room(doc: Document, wire: Wire) -> None:
    """Move what hangs together with the wire and stands behind it to the right, if a node has no room on the wire."""
    one, other = doc.node(wire.source).at, doc.node(wire.target).at
    if one is None or other is None or not 0 < other[0] - one[0] < ROOM:
        return
    push = ROOM - (other[0] - one[0])
    import networkx as nx

    joined = nx.node_connected_component(doc.graph.to_undirected(as_view=True), wire.target)
    behind = {born: at for born in joined if (at := doc.node(born).at) is not None and at[0] >= other[0]}
    move(doc, {born: (x + push, y) for born, (x, y) in behind.items()})


def _middle(doc: Document, wire: Wire) -> Point | None:
    one, other = doc.node(wire.source).at, doc.node(wire.target).at
    return ((one[0] + other[0]) / 2, (one[1] + other[1]) / 2) if one and other else None


def _below(doc: Document, *places: Point | None) -> Point | None:
    """A place under two nodes, where the way back has room."""
    known = [at for at in places if at is not None]
    if len(known) < len(places):
        return None
    low = max(y for _, y in known) + UNDER
    return sum(x for x, _ in known) / len(known), low


def _main_feed(doc: Document, born: str) -> Wire | None:
    """The first wire into the first input: what the node works on."""
    for port in queries.ports_in(doc, born):
        for wire in doc.wires_into(born, port.name):
            return wire
    return None


def _bridge(doc: Document, feed: Wire | None, wire: Wire) -> None:
    """Lead a wire from where `feed` began to where it ended, if that can be."""
    if feed is None or not doc.has_node(feed.source) or not doc.has_node(wire.target):
        return
    if queries.why_not(doc, feed.source, feed.source_port, wire.target, wire.target_port):
        return
    select = wire.select if feed.select is None else feed.select
    way = (*feed.via, *wire.via)
    after = replace(wire, source=feed.source, source_port=feed.source_port, select=select, via=way)
    if after.key not in doc.records:
        doc.put(after)
