"""The truth about a drawing: a dict of records, with a networkx graph as its index."""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias, cast

import networkx as nx

from graph.catalogue import Catalogue
from graph.patch import Patch
from graph.records import SETTINGS, Node, Record, Settings, Stray, Wire
from graph.signal import Signal
from graph.spec import Kind

Change: TypeAlias = tuple[Record | None, Record | None]


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
        self._open: dict[str, Change] | None = None
        self._log: list[tuple[str, Record | None]] = []
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
        return min(found, key=lambda node: (node.rank, node.born), default=None)

    def holders(self, id: str) -> frozenset[str]:
        """The birth names of all nodes that are called `id` at present."""
        return frozenset(self._ids.get(id, ()))

    def wires_at(self, born: str) -> list[Wire]:
        """All wires with an end at a node, dangling ones too, in document order."""
        return sorted((self.wire(key) for key in self._ends.get(born, ())), key=lambda wire: (wire.rank, wire.key))

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
    def change(self) -> Iterator[dict[str, Change]]:
        """One transaction: joins the one that is open, is told as one patch, and leaves no trace if it fails."""
        if self._open is not None:
            with self._rewinding():
                yield self._open
            return
        patch: dict[str, Change] = {}
        self._open = patch
        try:
            with self._rewinding():
                yield patch
        finally:
            self._open = None
            self._log.clear()
        for key in [key for key, (before, after) in patch.items() if before == after]:
            del patch[key]
        if patch:
            self.changed.emit(patch)

    @contextmanager
    def _rewinding(self) -> Iterator[None]:
        """What fails inside is taken back up to here, though the transaction around it may go on."""
        mark = len(self._log)
        try:
            yield
        except BaseException:
            self._rewind(mark)
            raise

    def _rewind(self, mark: int) -> None:
        while len(self._log) > mark:
            key, before = self._log.pop()
            self._set(key, before)
            if self._open is not None:
                self._open[key] = (self._open[key][0], before)

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
        with self.change():
            mark = len(self._log)
            verb(self)
            first = dict(reversed(self._log[mark:]))
            trial = {key: (before, self.records.get(key)) for key, before in first.items()}
            self._rewind(mark)
        return {key: pair for key, pair in trial.items() if pair[0] != pair[1]}

    def _touch(self, key: str, after: Record | None) -> None:
        if self._open is None:
            with self.change():
                self._touch(key, after)
            return
        before = self.records.get(key)
        self._log.append((key, before))
        self._open[key] = (self._open[key][0] if key in self._open else before, after)
        self._set(key, after)

    # --- the index

    def _set(self, key: str, after: Record | None) -> None:
        before = self.records.get(key)
        if not _same_place(before, after):
            self._leave(key, before)
        if isinstance(before, Node):
            self._forget_node(before, after)
        elif isinstance(before, Wire):
            self._forget_wire(before)
        if after is None:
            self.records.pop(key, None)
            return
        self.records[key] = after
        if not isinstance(after, Settings) and not _same_place(before, after):
            insort(self._order[type(after)], (after.rank, key))
        if isinstance(after, Node):
            self._enter_node(after)
        elif isinstance(after, Wire):
            self._enter_wire(after)

    def _leave(self, key: str, record: Record | None) -> None:
        if record is not None and not isinstance(record, Settings):
            order = self._order[type(record)]
            del order[bisect_left(order, (record.rank, key))]

    def _forget_node(self, node: Node, after: Record | None) -> None:
        self._ids[node.id].discard(node.born)
        if not isinstance(after, Node):
            self.graph.remove_node(node.born)
            self._made.pop(node.born, None)

    def _forget_wire(self, wire: Wire) -> None:
        self._ends[wire.source].discard(wire.key)
        self._ends[wire.target].discard(wire.key)
        if self.graph.has_edge(wire.source, wire.target, wire.key):
            self.graph.remove_edge(wire.source, wire.target, wire.key)

    def _enter_node(self, node: Node) -> None:
        self._ids.setdefault(node.id, set()).add(node.born)
        if node.born not in self.graph:
            self.graph.add_node(node.born)
            for wire in self.wires_at(node.born):
                self._link(wire)

    def _enter_wire(self, wire: Wire) -> None:
        self._ends.setdefault(wire.source, set()).add(wire.key)
        self._ends.setdefault(wire.target, set()).add(wire.key)
        self._link(wire)

    def _link(self, wire: Wire) -> None:
        if wire.source in self.graph and wire.target in self.graph:
            self.graph.add_edge(wire.source, wire.target, wire.key)


def _same_place(before: Record | None, after: Record | None) -> bool:
    return type(before) is type(after) and getattr(before, "rank", None) == getattr(after, "rank", None)
