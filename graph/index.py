"""What makes records quick to find: their order, the names of nodes, the wires at each node, and the networkx graph."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from graph.records import Block, Frame, Node, Note, Record, Settings, Sheet, Stray, Wire

if TYPE_CHECKING:
    import networkx as nx

FEW = 4
"""Up to so many keys a tuple is much smaller than a set, and nearly every node has as few wires."""

Some: TypeAlias = tuple[str, ...] | set[str]
"""Keys, none of them twice."""


class Index:
    """What follows from the records of one level (the drawing, or a block); `set` keeps all of it true.

    `graph` holds every node under its birth name and every wire whose two ends exist, under the wire's key.
    """

    def __init__(self, records: Mapping[str, Record]) -> None:
        self.records = records
        self._graph: nx.MultiDiGraph[str] | None = None
        self._order: dict[type[Record], list[tuple[int, str]]] = {
            kind: [] for kind in (Node, Wire, Frame, Note, Stray, Block)
        }
        self._ends: dict[str, Some] = {}
        self._ids: dict[str, Some] = {}
        self.by_kind: dict[str, set[str]] = {}
        self.sharers: dict[str, set[str]] = {}

    @property
    def graph(self) -> nx.MultiDiGraph[str]:
        """The drawing as networkx sees it. It is made when it is first asked for: an empty window needs none."""
        if self._graph is None:
            import networkx as nx

            self._graph = nx.MultiDiGraph()
            self._graph.add_nodes_from(self.keys(Node))
            for wire in map(self.records.__getitem__, self.keys(Wire)):
                if isinstance(wire, Wire):
                    self._link(wire)
        return self._graph

    def keys(self, kind: type[Record]) -> list[str]:
        """The keys of all records of a type in document order."""
        return [key for _, key in self._order[kind]]

    def count(self, kind: type[Record]) -> int:
        return len(self._order[kind])

    def next_rank(self, kind: type[Record]) -> int:
        order = self._order[kind]
        return order[-1][0] + 1 if order else 0

    def ends(self, born: str) -> Some:
        """The keys of the wires that begin or end at a birth name, whether such a node exists or not."""
        return self._ends.get(born, ())

    def holders(self, id: str) -> Some:
        """The birth names of the nodes that have a name."""
        return self._ids.get(id, ())

    def set(self, key: str, before: Record | None, after: Record | None) -> None:
        """Follow a record that took the place of another (None: there is none)."""
        self._place(key, before, after)
        if isinstance(before, Node):
            self._forget_node(before, after)
        elif isinstance(before, Wire):
            self._forget_wire(before)
        if isinstance(after, Node):
            self._enter_node(after)
        elif isinstance(after, Wire):
            self._enter_wire(after)

    def load(self, records: Mapping[str, Record]) -> None:
        """Follow many records that are new."""
        for key, record in records.items():
            if not isinstance(record, (Settings, Sheet)):
                self._order[type(record)].append((record.rank, key))
            if isinstance(record, Node):
                self._enter_node(record)
            elif isinstance(record, Wire):
                self._enter_wire(record)
        for order in self._order.values():
            order.sort()

    def _place(self, key: str, before: Record | None, after: Record | None) -> None:
        if _sort(before) is _sort(after) and getattr(before, "rank", None) == getattr(after, "rank", None):
            return
        if before is not None and not isinstance(before, (Settings, Sheet)):
            order = self._order[_sort(before)]
            del order[bisect_left(order, (before.rank, key))]
        if after is not None and not isinstance(after, (Settings, Sheet)):
            insort(self._order[_sort(after)], (after.rank, key))

    def _forget_node(self, node: Node, after: Record | None) -> None:
        _take_out(self._ids, node.id, node.born)
        self.by_kind[node.kind].discard(node.born)
        if isinstance(node.params.get("shares"), str):
            self.sharers[node.params["shares"]].discard(node.born)
        if self._graph is not None and not isinstance(after, Node):
            self._graph.remove_node(node.born)

    def _forget_wire(self, wire: Wire) -> None:
        _take_out(self._ends, wire.source, wire.key)
        _take_out(self._ends, wire.target, wire.key)
        if self._graph is not None and self._graph.has_edge(wire.source, wire.target, wire.key):
            self._graph.remove_edge(wire.source, wire.target, wire.key)

    def _enter_node(self, node: Node) -> None:
        _put_in(self._ids, node.id, node.born)
        self.by_kind.setdefault(node.kind, set()).add(node.born)
        if isinstance(node.params.get("shares"), str):
            self.sharers.setdefault(node.params["shares"], set()).add(node.born)
        if self._graph is None or node.born in self._graph:
            return
        self._graph.add_node(node.born)
        for key in self.ends(node.born):
            wire = self.records.get(key)
            if isinstance(wire, Wire):
                self._link(wire)

    def _enter_wire(self, wire: Wire) -> None:
        _put_in(self._ends, wire.source, wire.key)
        _put_in(self._ends, wire.target, wire.key)
        self._link(wire)

    def _link(self, wire: Wire) -> None:
        if self._graph is not None and wire.source in self._graph and wire.target in self._graph:
            self._graph.add_edge(wire.source, wire.target, wire.key)


def _sort(record: Record | None) -> Any:
    """As what a record is listed: a wire that leads past bypassed nodes is a wire."""
    return Wire if isinstance(record, Wire) else type(record)


def _put_in(all: dict[str, Some], name: str, key: str) -> None:
    known = all.get(name, ())
    if isinstance(known, set):
        known.add(key)
    elif key not in known:
        all[name] = (*known, key) if len(known) < FEW else {*known, key}


def _take_out(all: dict[str, Some], name: str, key: str) -> None:
    known = all.get(name, ())  # gone already where a wire leads from a node to itself
    if isinstance(known, set):
        known.discard(key)
    else:
        known = all[name] = tuple(other for other in known if other != key)
    if not known:
        all.pop(name, None)
