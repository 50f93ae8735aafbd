"""What makes records quick to find: their order, the names of nodes, the wires at each node, and the networkx graph."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from graph.records import Block, Frame, Node, Note, Record, Settings, Sheet, Stray, Wire
from graph.some import Some, put_in, take_out

if TYPE_CHECKING:
    import networkx as nx


class Ranked:
    """Keys in the order of their ranks; those of one rank in the order of their letters."""

    __slots__ = ("keys", "ranks")

    def __init__(self) -> None:
        self.ranks: list[int] = []
        self.keys: list[str] = []

    def load(self, listed: list[tuple[int, str]]) -> None:
        """Take in many."""
        listed = sorted([*zip(self.ranks, self.keys, strict=True), *listed])
        self.ranks, self.keys = [rank for rank, _ in listed], [key for _, key in listed]

    def put(self, rank: int, key: str) -> None:
        at = self._place(rank, key)
        self.ranks.insert(at, rank)
        self.keys.insert(at, key)

    def take(self, rank: int, key: str) -> None:
        at = self._place(rank, key)
        del self.ranks[at], self.keys[at]

    def _place(self, rank: int, key: str) -> int:
        return bisect_left(self.keys, key, bisect_left(self.ranks, rank), bisect_right(self.ranks, rank))


class Index:
    """What follows from the records of one level (the drawing, or a block); `set` keeps all of it true.

    `graph` holds every node under its birth name and every wire whose two ends exist, under the wire's key.
    """

    def __init__(self, records: Mapping[str, Record]) -> None:
        self.records = records
        self._graph: nx.MultiDiGraph[str] | None = None
        self._order: dict[type[Record], Ranked] = {kind: Ranked() for kind in (Node, Wire, Frame, Note, Stray, Block)}
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
        return self._order[kind].keys.copy()

    def count(self, kind: type[Record]) -> int:
        return len(self._order[kind].keys)

    def next_rank(self, kind: type[Record]) -> int:
        order = self._order[kind]
        return order.ranks[-1] + 1 if order.ranks else 0

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
        ranked: dict[type[Record], list[tuple[int, str]]] = {}
        for key, record in records.items():
            if not isinstance(record, (Settings, Sheet)):
                ranked.setdefault(type(record), []).append((record.rank, key))
            if isinstance(record, Node):
                self._enter_node(record)
            elif isinstance(record, Wire):
                self._enter_wire(record)
        for kind, listed in ranked.items():
            self._order[kind].load(listed)

    def _place(self, key: str, before: Record | None, after: Record | None) -> None:
        left, entered = self._order.get(_sort(before)), self._order.get(_sort(after))
        was, rank = getattr(before, "rank", 0), getattr(after, "rank", 0)
        if left is entered and was == rank:
            return
        if left is not None:
            left.take(was, key)
        if entered is not None:
            entered.put(rank, key)

    def _forget_node(self, node: Node, after: Record | None) -> None:
        take_out(self._ids, node.id, node.born)
        self.by_kind[node.kind].discard(node.born)
        if isinstance(node.params.get("shares"), str):
            self.sharers[node.params["shares"]].discard(node.born)
        if self._graph is not None and not isinstance(after, Node):
            self._graph.remove_node(node.born)

    def _forget_wire(self, wire: Wire) -> None:
        take_out(self._ends, wire.source, wire.key)
        take_out(self._ends, wire.target, wire.key)
        if self._graph is not None and self._graph.has_edge(wire.source, wire.target, wire.key):
            self._graph.remove_edge(wire.source, wire.target, wire.key)

    def _enter_node(self, node: Node) -> None:
        put_in(self._ids, node.id, node.born)
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
        put_in(self._ends, wire.source, wire.key)
        put_in(self._ends, wire.target, wire.key)
        self._link(wire)

    def _link(self, wire: Wire) -> None:
        if self._graph is not None and wire.source in self._graph and wire.target in self._graph:
            self._graph.add_edge(wire.source, wire.target, wire.key)


def _sort(record: Record | None) -> Any:
    """As what a record is listed: a wire that leads past bypassed nodes is a wire."""
    return Wire if isinstance(record, Wire) else type(record)
