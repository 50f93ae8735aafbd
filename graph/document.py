"""The truth about a drawing: a dict of records, with a networkx graph as its index."""

from bisect import insort
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

import networkx as nx

from graph.catalogue import Catalogue
from graph.patch import Patch, inverse
from graph.records import SETTINGS, Node, Record, Settings, Stray, Wire
from graph.signal import Signal
from graph.spec import Kind


class Document:
    """Records by key. They change only by patches, which `changed` tells after each transaction.

    `graph` holds every node under its birth name and every wire whose two ends exist, under the wire's key. A wire to
    nothing stays out of it: networkx would invent the missing node.
    """

    def __init__(self, catalogue: Catalogue, records: Mapping[str, Record] | None = None) -> None:
        self.catalogue = catalogue
        self.records: dict[str, Record] = {}
        self.graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        self.changed: Signal[Patch] = Signal()
        self._order: dict[type[Record], list[tuple[int, str]]] = {Node: [], Wire: [], Stray: []}
        self._ends: dict[str, set[str]] = {}
        self._ids: dict[str, set[str]] = {}
        self._open: dict[str, tuple[Record | None, Record | None]] | None = None
        self._made: dict[str, tuple[Node, Kind]] = {}
        for key, record in (records or {}).items():
            self._set(key, record)

    # --- looking

    @property
    def settings(self) -> Settings:
        return cast(Settings, self.records.get(SETTINGS, Settings()))

    def nodes(self) -> list[Node]:
        """All nodes in document order."""
        return [cast(Node, self.records[key]) for _, key in self._order[Node]]

    def wires(self) -> list[Wire]:
        """All wires in document order, dangling ones too."""
        return [cast(Wire, self.records[key]) for _, key in self._order[Wire]]

    def strays(self) -> list[Stray]:
        return [cast(Stray, self.records[key]) for _, key in self._order[Stray]]

    def node(self, born: str) -> Node:
        """The node of a birth name; a KeyError where there is none."""
        record = self.records[born]
        if not isinstance(record, Node):
            raise KeyError(born)
        return record

    def has_node(self, born: str) -> bool:
        return isinstance(self.records.get(born), Node)

    def wire(self, key: str) -> Wire:
        record = self.records[key]
        if not isinstance(record, Wire):
            raise KeyError(key)
        return record

    def find(self, id: str) -> Node | None:
        """The first node, in document order, whose present name is `id`."""
        found = [self.node(born) for born in self._ids.get(id, ())]
        return min(found, key=lambda node: node.rank, default=None)

    def holders(self, id: str) -> frozenset[str]:
        """The birth names of all nodes that are called `id` at present."""
        return frozenset(self._ids.get(id, ()))

    def wires_at(self, born: str) -> list[Wire]:
        """All wires with an end at a node, dangling ones too, in document order."""
        return sorted((self.wire(key) for key in self._ends.get(born, ())), key=lambda wire: wire.rank)

    def wires_into(self, born: str, port: str | None = None) -> list[Wire]:
        """Wires that end at a node (at one port of it), in document order."""
        return [w for w in self.wires_at(born) if w.target == born and port in (None, w.target_port)]

    def wires_from(self, born: str, port: str | None = None) -> list[Wire]:
        """Wires that start at a node (at one port of it), in document order."""
        return [w for w in self.wires_at(born) if w.source == born and port in (None, w.source_port)]

    def next_rank(self, kind: type[Record]) -> int:
        """The place behind the last record of this type."""
        order = self._order[kind]
        return order[-1][0] + 1 if order else 0

    def kind(self, node: Node) -> type[Kind] | None:
        """The class that declares a node's kind, or None where nobody knows it."""
        return self.catalogue.get(node.kind)

    def make(self, node: Node) -> Kind:
        """The node's kind with its parameters as attributes; a bad value counts as the default (a check says so)."""
        known = self._made.get(node.born)
        if known and known[0] is node:
            return known[1]
        made = self.catalogue.make(node.kind, node.params)
        self._made[node.born] = (node, made)
        return made

    # --- changing

    @contextmanager
    def change(self) -> Iterator[dict[str, tuple[Record | None, Record | None]]]:
        """One transaction: joins the one that is open, is told as one patch, and leaves no trace if it fails."""
        if self._open is not None:
            yield self._open
            return
        patch: dict[str, tuple[Record | None, Record | None]] = {}
        self._open = patch
        try:
            yield patch
        except BaseException:
            self._open = None
            self._write(inverse(patch))
            raise
        self._open = None
        for key in [key for key, (before, after) in patch.items() if before == after]:
            del patch[key]
        if patch:
            self.changed.emit(patch)

    def put(self, record: Record) -> None:
        """Write a record under its key, in place of the one that is there."""
        self._touch(record.key, record)

    def drop(self, key: str) -> None:
        """Take a record away; a key that is not there is no error."""
        if key in self.records:
            self._touch(key, None)

    def apply(self, patch: Patch) -> None:
        """Do what a patch says; a ValueError, and no trace, if what it replaces is not what is here."""
        for key, (before, _) in patch.items():
            if self.records.get(key) != before:
                raise ValueError(f"The change does not fit: {key} is not what it was when the change was made.")
        with self.change():
            for key, (_, after) in patch.items():
                self._touch(key, after)

    def draft(self, verb: Callable[["Document"], Any]) -> Patch:
        """The patch that a verb would make, without making it. What the verb raises is raised."""
        with self.change() as patch:
            mark = dict(patch)
            try:
                verb(self)
            finally:
                trial = {key: (mark[key][1] if key in mark else before, after) for key, (before, after) in patch.items()}
                self._write(inverse(trial))
                patch.clear()
                patch.update(mark)
        return {key: pair for key, pair in trial.items() if pair[0] != pair[1]}

    def _touch(self, key: str, after: Record | None) -> None:
        with self.change() as patch:
            before = self.records.get(key)
            patch[key] = (patch[key][0] if key in patch else before, after)
            self._set(key, after)

    def _write(self, patch: Patch) -> None:
        for key, (_, after) in patch.items():
            self._set(key, after)

    # --- the index

    def _set(self, key: str, after: Record | None) -> None:
        before = self.records.get(key)
        if before is not None:
            self._forget(key, before, after)
            del self.records[key]
        if after is not None:
            self.records[key] = after
            self._enter(key, after, before)

    def _forget(self, key: str, before: Record, after: Record | None) -> None:
        if not isinstance(before, Settings):
            self._order[type(before)].remove((before.rank, key))
        if isinstance(before, Node):
            self._ids[before.id].discard(key)
            if not isinstance(after, Node):
                self.graph.remove_node(key)
                self._made.pop(key, None)
        elif isinstance(before, Wire):
            self._ends[before.source].discard(key)
            self._ends[before.target].discard(key)
            if self.graph.has_edge(before.source, before.target, key):
                self.graph.remove_edge(before.source, before.target, key)

    def _enter(self, key: str, record: Record, before: Record | None) -> None:
        if not isinstance(record, Settings):
            insort(self._order[type(record)], (record.rank, key))
        if isinstance(record, Node):
            self._ids.setdefault(record.id, set()).add(key)
            if not isinstance(before, Node):
                self.graph.add_node(key)
                for wire in self.wires_at(key):
                    self._link(wire)
        elif isinstance(record, Wire):
            self._ends.setdefault(record.source, set()).add(key)
            self._ends.setdefault(record.target, set()).add(key)
            self._link(record)

    def _link(self, wire: Wire) -> None:
        if wire.source in self.graph and wire.target in self.graph:
            self.graph.add_edge(wire.source, wire.target, wire.key)

