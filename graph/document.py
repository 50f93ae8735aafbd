"""The truth about a drawing: a dict of records, with a networkx graph as its index."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from graph.blocks import Vocabulary
from graph.catalogue import Catalogue
from graph.patch import Patch
from graph.records import (
    SETTINGS,
    Block,
    Frame,
    Node,
    Note,
    Placed,
    Record,
    Settings,
    Sheet,
    Stray,
    Wire,
    block_key,
    level_of,
    sheet_key,
)  # fmt: skip
from graph.signal import Signal
from graph.spec import Kind
from graph.store import Change, Store

if TYPE_CHECKING:
    import networkx as nx

    from graph.meaning import Silence


class Document:
    """One level of a drawing: the drawing itself (`block` is empty), or what is inside one of its blocks.

    All levels share one dict of `records`, which changes only by patches; `changed` tells them after each transaction,
    whatever level they touch (`holds` tells which records are of this one). What is asked about nodes and wires
    concerns this level alone; what is put here gets its `block`.
    `graph` holds every node under its birth name and every wire whose two ends exist, under the wire's key. A wire to
    nothing stays out of it: networkx would invent the missing node.
    """

    level: Document | None = None
    """Where this is what is read of a block: the level inside that block."""

    def __init__(self, catalogue: Catalogue, records: Mapping[str, Record] | None = None) -> None:
        self._store = Store()
        self._store.load(records or {})
        self.catalogue: Catalogue = Vocabulary(catalogue, self)
        self.block = ""
        self.values: Mapping[str, Any] = {}
        """The parameters that values of this level follow, worked out; only a reading of a block's inside has some."""
        self._enter()

    def _enter(self) -> None:
        self._index = self._store.level(self.block)
        self.records: Mapping[str, Record] = self._store.records
        self.changed: Signal[Patch] = self._store.changed
        self._made: dict[str, tuple[Node, type[Kind] | None, Node | None, Kind]] = {}

    def inside(self, block: str) -> Document:
        """The level inside the block of a birth name ("": the drawing itself). It shares everything with this one."""
        level = Document.__new__(Document)
        level._store, level.catalogue, level.block = self._store, self.catalogue, block
        level.values = {}
        level._enter()
        return level

    def holds(self, record: Record | None) -> bool:
        """Whether a record stands on this level."""
        return record is not None and level_of(record) == self.block

    def here(self, patch: Patch) -> Patch:
        """A change as this level sees it: what comes from another level is new, what goes to one is gone."""
        if self._store.is_flat or all(
            self.holds(record) for pair in patch.values() for record in pair if record is not None
        ):
            return patch
        found = {key: tuple(record if self.holds(record) else None for record in pair) for key, pair in patch.items()}
        return {key: (pair[0], pair[1]) for key, pair in found.items() if any(pair)}

    @property
    def drawn(self) -> Document:
        """The drawing behind what is meant by it: itself, where all of it takes part."""
        return self

    def why_silent(self, born: str) -> list[Silence]:
        """The drawn wires into a node that bring nothing, since what is before them takes no part."""
        return []

    # --- blocks

    @property
    def edition(self) -> int:
        """Grows whenever any block changes."""
        return self._store.edition

    @property
    def age(self) -> int:
        """Grows whenever any record comes, changes or goes."""
        return self._store.age

    def placements(self) -> set[str]:
        """The nodes of this level whose kind no catalogue knows: those that place blocks, and what is unknown."""
        plain = self.catalogue.base if isinstance(self.catalogue, Vocabulary) else self.catalogue
        return {born for kind, births in self.by_kind().items() if kind not in plain for born in births}

    def blocks(self) -> list[Block]:
        """The definitions of blocks, in document order."""
        return [cast(Block, self.records[key]) for key in self._store.level("").keys(Block)]

    def the_block(self, born: str) -> Block | None:
        """The definition of a birth name."""
        found = self.records.get(block_key(born))
        return found if isinstance(found, Block) else None

    def find_block(self, id: str) -> Block | None:
        """The first definition that is called so at present."""
        return next((block for block in self.blocks() if block.id == id), None)

    # --- looking

    @property
    def graph(self) -> nx.MultiDiGraph[str]:
        """The index for networkx's algorithms."""
        return self._index.graph

    @property
    def settings(self) -> Settings:
        return cast(Settings, self.records.get(SETTINGS, Settings()))

    def nodes(self) -> list[Node]:
        """All nodes in document order."""
        return [cast(Node, self.records[key]) for key in self._index.keys(Node)]

    @property
    def size(self) -> int:
        """How many nodes there are."""
        return self._index.count(Node)

    def wires(self) -> list[Wire]:
        """All wires in document order, dangling ones too."""
        return [cast(Wire, self.records[key]) for key in self._index.keys(Wire)]

    def strays(self) -> list[Stray]:
        return [cast(Stray, self.records[key]) for key in self._index.keys(Stray)]

    def frames(self) -> list[Frame]:
        return [cast(Frame, self.records[key]) for key in self._index.keys(Frame)]

    def notes(self) -> list[Note]:
        return [cast(Note, self.records[key]) for key in self._index.keys(Note)]

    @property
    def sheet(self) -> Sheet:
        return cast(Sheet, self.records.get(sheet_key(self.block), Sheet(self.block)))

    @property
    def flow(self) -> str:
        """Which way data flow on this level, "right" or "down": as the whole drawing where it says nothing else."""
        whole = cast(Sheet, self.records.get(sheet_key(""), Sheet("")))
        return self.sheet.flow or whole.flow or "right"

    def node(self, born: str) -> Node:
        """The node of a birth name; a KeyError where there is none on this level."""
        record = self.records[born]
        if not isinstance(record, Node) or record.block != self.block:
            raise KeyError(born)
        return record

    def has_node(self, born: str) -> bool:
        record = self.records.get(born)
        return isinstance(record, Node) and record.block == self.block

    def by_kind(self) -> Mapping[str, Set[str]]:
        """Birth names by the name of their kind."""
        return self._index.by_kind

    def ends(self, born: str) -> Set[str]:
        """The keys of the wires that begin or end at a node."""
        return frozenset(self._index.ends(born))

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

    def is_called(self, id: str) -> bool:
        """Whether any node is called so at present."""
        return bool(self._index.holders(id))

    def wires_at(self, born: str) -> list[Wire]:
        """All wires with an end at a node, dangling ones too, in document order."""
        found = self._wires_at(born)
        return sorted(found, key=_by_rank) if len(found) > 1 else found

    def wires_into(self, born: str, port: str | None = None) -> list[Wire]:
        """Wires that end at a node (at one port of it), in document order."""
        return [w for w in self.wires_at(born) if w.target == born and port in (None, w.target_port)]

    def wires_from(self, born: str, port: str | None = None) -> list[Wire]:
        """Wires that start at a node (at one port of it), in document order."""
        return [w for w in self.wires_at(born) if w.source == born and port in (None, w.source_port)]

    def successors(self, born: str) -> set[str]:
        """The nodes of this level to which a wire leads from a node."""
        return {wire.target for wire in self._wires_at(born) if wire.source == born and self.has_node(wire.target)}

    def predecessors(self, born: str) -> set[str]:
        """The nodes of this level from which a wire leads to a node."""
        return {wire.source for wire in self._wires_at(born) if wire.target == born and self.has_node(wire.source)}

    def _wires_at(self, born: str) -> list[Wire]:
        return [wire for key in self._index.ends(born) if isinstance(wire := self.records[key], Wire)]

    def next_rank(self, kind: type[Record]) -> int:
        """The place behind the last record of this type."""
        return (self._store.level("") if kind is Block else self._index).next_rank(kind)

    def kind(self, node: Node) -> type[Kind] | None:
        """The class that declares a node's kind, or None where nobody knows it."""
        kind = self.catalogue.get(node.kind)
        return kind and kind.tailored(node.params)

    def make(self, node: Node) -> Kind:
        """The node's kind with its parameters as attributes; a bad value counts as the default (a check says so).

        A node that shares the weights of another of its kind has the parameters of that one.
        """
        known, kind, owner = self._made.get(node.born), self.catalogue.get(node.kind), self.owner(node)
        if known and known[0] is node and known[1] is kind and known[2] is owner:
            return known[3]
        alike = owner is not None and owner.kind == node.kind
        params = {**owner.params, "shares": node.params["shares"]} if owner is not None and alike else node.params
        made = self.catalogue.make(node.kind, params)
        self._made[node.born] = (node, kind, owner, made)
        return made

    def owner(self, node: Node) -> Node | None:
        """The node whose weights a node shares; None if it has its own, or that one is not there."""
        shares = node.params.get("shares")
        return self.node(shares) if isinstance(shares, str) and self.has_node(shares) else None

    def sharers(self, born: str) -> Set[str]:
        """The nodes that share the weights of a node."""
        return self._index.sharers.get(born, set())

    # --- changing

    def change(self) -> AbstractContextManager[dict[str, Change]]:
        """One transaction: joins the one that is open, is told as one patch, and leaves no trace if it fails."""
        return self._store.change()

    def put(self, record: Record) -> None:
        """Write a record under its key, in place of the one that is there; what stands on a level comes to this one."""
        if isinstance(record, Placed) and record.block != self.block:
            record = replace(record, block=self.block)
        self._store.touch(record.key, record)

    def drop(self, key: str) -> None:
        """Take a record away; a key that is not there is no error."""
        if key in self.records:
            self._store.touch(key, None)

    def apply(self, patch: Patch) -> None:
        """Do what a patch says; a ValueError, and no trace, if what it replaces is not what is here."""
        for key, (before, _) in patch.items():
            known = self.records.get(key)
            if known is not before and known != before:
                raise ValueError(f"The change does not fit: {key} is not what it was when the change was made.")
        self.overwrite(patch)

    def overwrite(self, patch: Patch) -> None:
        """Put what a patch ends in, on the levels that it names, whatever is here."""
        with self.change():
            for key, (_, after) in patch.items():
                self._store.touch(key, after)

    def draft(self, verb: Callable[[Document], Any]) -> Patch:
        """The patch that a verb would make, without making it. What the verb raises is raised."""
        with self._store.trial() as patch:
            verb(self)
        return patch


def _by_rank(wire: Wire) -> tuple[int, str]:
    return wire.rank, wire.key
