"""The truth about a drawing: a dict of records, with a networkx graph as its index."""

from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from graph.catalogue import Catalogue
from graph.index import Index
from graph.patch import Patch
from graph.records import SETTINGS, Node, Record, Settings, Stray, Wire
from graph.signal import Signal
from graph.spec import Kind

Change: TypeAlias = tuple[Record | None, Record | None]

if TYPE_CHECKING:
    import networkx as nx


class Document:
    """Records by key. They change only by patches, which `changed` tells after each transaction.

    `graph` holds every node under its birth name and every wire whose two ends exist, under the wire's key. A wire to
    nothing stays out of it: networkx would invent the missing node.
    """

    def __init__(self, catalogue: Catalogue, records: Mapping[str, Record] | None = None) -> None:
        self.catalogue = catalogue
        self._index = Index()
        self.records = self._index.records
        self.changed: Signal[Patch] = Signal()
        self._open: dict[str, Change] | None = None
        self._log: list[tuple[str, Record | None]] = []
        self._made: dict[str, tuple[Node, Kind]] = {}
        for key, record in (records or {}).items():
            self._index.set(key, record)

    # --- looking

    @property
    def graph(self) -> "nx.MultiDiGraph[str]":
        """The index for networkx's algorithms."""
        return self._index.graph

    @property
    def settings(self) -> Settings:
        return cast(Settings, self.records.get(SETTINGS, Settings()))

    def nodes(self) -> list[Node]:
        """All nodes in document order."""
        return [cast(Node, self.records[key]) for key in self._index.keys(Node)]

    def wires(self) -> list[Wire]:
        """All wires in document order, dangling ones too."""
        return [cast(Wire, self.records[key]) for key in self._index.keys(Wire)]

    def strays(self) -> list[Stray]:
        return [cast(Stray, self.records[key]) for key in self._index.keys(Stray)]

    def node(self, born: str) -> Node:
        """The node of a birth name; a KeyError where there is none."""
        record = self.records[born]
        if not isinstance(record, Node):
            raise KeyError(born)
        return record

    def has_node(self, born: str) -> bool:
        return isinstance(self.records.get(born), Node)

    def by_kind(self) -> Mapping[str, Set[str]]:
        """Birth names by the name of their kind."""
        return self._index.by_kind

    def ends(self, born: str) -> Set[str]:
        """The keys of the wires that begin or end at a node."""
        return self._index.ends(born)

    def wire(self, key: str) -> Wire:
        record = self.records[key]
        if not isinstance(record, Wire):
            raise KeyError(key)
        return record

    def find(self, id: str) -> Node | None:
        """The first node, in document order, whose present name is `id`."""
        found = [self.node(born) for born in self._index.holders(id)]
        return min(found, key=lambda node: (node.rank, node.born), default=None)

    def holders(self, id: str) -> frozenset[str]:
        """The birth names of all nodes that are called `id` at present."""
        return frozenset(self._index.holders(id))

    def wires_at(self, born: str) -> list[Wire]:
        """All wires with an end at a node, dangling ones too, in document order."""
        return sorted((self.wire(key) for key in self._index.ends(born)), key=lambda wire: (wire.rank, wire.key))

    def wires_into(self, born: str, port: str | None = None) -> list[Wire]:
        """Wires that end at a node (at one port of it), in document order."""
        return [w for w in self.wires_at(born) if w.target == born and port in (None, w.target_port)]

    def wires_from(self, born: str, port: str | None = None) -> list[Wire]:
        """Wires that start at a node (at one port of it), in document order."""
        return [w for w in self.wires_at(born) if w.source == born and port in (None, w.source_port)]

    def next_rank(self, kind: type[Record]) -> int:
        """The place behind the last record of this type."""
        return self._index.next_rank(kind)

    def kind(self, node: Node) -> type[Kind] | None:
        """The class that declares a node's kind, or None where nobody knows it."""
        kind = self.catalogue.get(node.kind)
        return kind and kind.tailored(node.params)

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
            self._index.set(key, before)
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
        self._index.set(key, after)
