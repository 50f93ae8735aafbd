"""The drawing as it is meant: without what is muted, and with a bare wire in the place of what is bypassed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, fields, replace

from graph.document import Document
from graph.patch import Patch
from graph.records import BYPASSED, MUTED, Node, Record, Select, Wire
from graph.spec import LETTERS, Kind, Port
from graph.writing import references

PORTS = ("Input", "Output")
"""Kinds that are the ports of a block, which stand as long as the block does."""


@dataclass(frozen=True, slots=True)
class Through(Wire):
    """A wire as it is meant: it begins where the bypassed nodes before it take their value, and has the drawn key."""

    drawn: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", self.drawn)


@dataclass(frozen=True, slots=True)
class Silence:
    """Why a drawn wire brings nothing: the node that is to blame, and the end of a sentence about it."""

    wire: str
    born: str
    why: str
    muted: bool


class Meant(Document):
    """What a reading reads where nodes are muted or bypassed. Keys and births are those of the drawing.

    `follow` brings it in line with a change of `drawn`; nothing else changes it.
    """

    def __init__(self, drawn: Document, before: Mapping[str, Record | None] | None = None) -> None:
        """`before` is what stood in the drawing when all of it took part, where that is what is to be meant first."""
        whole = drawn.records if before is None else {**drawn.records, **before}
        super().__init__(drawn.catalogue, {key: record for key, record in whole.items() if record is not None})
        self.catalogue, self.block = drawn.catalogue, drawn.block
        self._drawn, self.level, self.values = drawn, drawn.level, drawn.values
        self._enter()
        self.out: Set[str] = frozenset()
        """The births of the nodes that take no part."""
        if before is None:
            self.out = {node.born for node in drawn.nodes() if self._is_out(node)}
            self.overwrite(self._change(self._around(self.out) | self._listing()))

    @property
    def drawn(self) -> Document:
        """The drawing that is meant."""
        return self._drawn

    @property
    def edition(self) -> int:
        """That of the drawing, whose blocks are placed here."""
        return self.drawn.edition

    def make(self, node: Node) -> Kind:
        """As the drawing makes it; a list of nodes that was shortened counts as it is here."""
        same = self.drawn.has_node(node.born) and self.drawn.node(node.born) is node
        return self.drawn.make(node) if same else super().make(node)

    def follow(self, patch: Patch) -> None:
        """Take over what has changed in the drawing; told as a change even where nothing here is another."""
        self.values = self.drawn.values
        before, after = self.out, self._now_out(patch)
        change = self._change({*patch, *self._around(before | after)} | (self._listing() if before != after else set()))
        self.overwrite(change)
        if all(old == new for old, new in change.values()):  # blocks that are placed here may have changed
            self.changed.emit({})

    # --- what takes no part

    def origin(self, wire: Wire) -> tuple[str, str, Select] | Silence:
        """Where what a drawn wire brings comes from, past all that is bypassed; or why it brings nothing."""
        todo: list[tuple[str, str, Select]] = [(wire.source, wire.source_port, wire.select)]
        seen: set[tuple[str, str]] = set()
        silence: Silence | None = None
        while todo:
            born, port, select = todo.pop()
            if born not in self.out:
                return born, port, select
            node = self.drawn.node(born)
            if node.state == MUTED:
                silence = silence or Silence(wire.key, born, f"{node.id} is muted", muted=True)
            elif (born, port) not in seen:
                seen.add((born, port))
                feeds = self.feeds(born, port)
                fitting = [feed for feed in feeds if select is None or feed.select is None]
                if not fitting:
                    silence = silence or Silence(wire.key, born, self._why_nothing(node, port, feeds), muted=False)
                todo += [(f.source, f.source_port, f.select if select is None else select) for f in reversed(fitting)]
        return silence or Silence(wire.key, wire.source, "only bypassed nodes lead there", muted=False)

    def feeds(self, born: str, port: str) -> list[Wire]:
        """The drawn wires that an output of a bypassed node can pass on, the first one that brings something counts."""
        node = self.drawn.node(born)
        kind = self.drawn.kind(node)
        wires = self.drawn.wires_into(born)
        if kind is None:
            return wires
        return [
            wire for name in passing(kind, self.drawn.make(node), port) for wire in wires if wire.target_port == name
        ]

    def why_silent(self, born: str) -> list[Silence]:
        """The drawn wires into a node that bring nothing, since what is before them takes no part."""
        found = [self.origin(wire) for wire in self.drawn.wires_into(born) if wire.source in self.out]
        return [one for one in found if isinstance(one, Silence)]

    def touches(self, patch: Patch) -> bool:
        """Whether a change of the drawing has to do with what takes no part."""
        ends = {end for wire in _wires(patch) for end in (wire.source, wire.target)}
        return not self.out.isdisjoint(ends | patch.keys())

    def beyond(self, patch: Patch) -> set[str]:
        """The nodes behind what takes no part, before or after a change."""
        now = [wire for born in self.out for wire in self.drawn.wires_from(born)]
        return {wire.target for wire in (*now, *_wires(patch))} - self.out

    def _why_nothing(self, node: Node, port: str, feeds: list[Wire]) -> str:
        if feeds:
            return f"{node.id} is bypassed, and one wire cannot take a part of a part"
        kind = self.drawn.kind(node)
        if kind is not None and not list(passing(kind, self.drawn.make(node), port)):
            return f"{node.id} is bypassed and has nothing to pass on as {port}"
        return f"{node.id} is bypassed, with nothing wired into it"

    def _is_out(self, node: Node) -> bool:
        return bool(node.state) and not (node.kind in PORTS and (self.level is not None or self.block))

    # --- following

    def _now_out(self, patch: Patch) -> Set[str]:
        """The nodes that take no part after a change of the drawing, which are known from here on."""
        touched = {key for key, pair in patch.items() if any(isinstance(record, Node) for record in pair)}
        here = {born for born in touched if self.drawn.has_node(born)}
        self.out = (self.out - touched) | {born for born in here if self._is_out(self.drawn.node(born))}
        return self.out

    def _around(self, out: Set[str]) -> set[str]:
        """What may be another record here than in the drawing: nodes that take no part, and their wires."""
        return {key for born in out for key in (born, *self.drawn.ends(born))}

    def _change(self, keys: Iterable[str]) -> dict[str, tuple[Record | None, Record | None]]:
        pairs = {key: (self.records.get(key), self._meant(self.drawn.records.get(key))) for key in keys}
        return {key: (before, after) for key, (before, after) in pairs.items() if before is not after}

    def _meant(self, record: Record | None) -> Record | None:
        if not self.drawn.holds(record):
            return record
        if isinstance(record, Node):
            return None if record.born in self.out else self._shortened(record)
        return self._wire(record) if isinstance(record, Wire) else record

    def _wire(self, wire: Wire) -> Wire | None:
        if wire.target in self.out:
            return None
        if wire.source not in self.out:
            return wire
        origin = self.origin(wire)
        if isinstance(origin, Silence):
            return None
        own = {part.name: getattr(wire, part.name) for part in fields(Wire) if part.init}
        source, port, select = origin
        return Through(**{**own, "source": source, "source_port": port, "select": select}, drawn=wire.key)

    def _shortened(self, node: Node) -> Node:
        """A node whose lists of nodes (what it trains) name only those that take part."""
        kind = self.drawn.kind(node)
        for name in _lists(kind) if self.out and kind else ():
            named = node.params.get(name)
            if isinstance(named, (list, tuple)) and any(one in self.out for one in named):
                left = [one for one in named if one not in self.out]
                node = replace(node, params={**node.params, name: left})
        return node

    def _listing(self) -> set[str]:
        """The nodes whose parameters name lists of others."""
        kinds = {name: self.drawn.catalogue.get(name) for name in self.drawn.by_kind()}
        listing = [self.drawn.by_kind()[name] for name, kind in kinds.items() if kind is not None and _lists(kind)]
        return set[str]().union(*listing)


def meant(drawn: Document) -> Document:
    """A drawing as it is meant: the drawing itself, where all of it takes part."""
    return Meant(drawn) if any(node.state for node in drawn.nodes()) else drawn


def passing(kind: type[Kind], made: Kind, port: str) -> Iterator[str]:
    """The inputs of which an output passes one on when its node is bypassed, the first that is wired.

    The first output takes from all inputs of its type. Another one stands for the input at its own place, where there
    are as many outputs as inputs.
    """
    outputs, inputs = made.ports_out(), kind.inputs
    at = next((at for at, output in enumerate(outputs) if output.name == port), None)
    if at is None:
        return
    chosen: Iterable[Port] = inputs if at == 0 else inputs[at : at + 1] if len(inputs) == len(outputs) else ()
    for given in chosen:
        if given.type == outputs[at].type:
            yield from LETTERS if given.lettered else (given.name,)


def why_not_bypassed(doc: Document, node: Node) -> str | None:
    """Why nothing can stand for a node, as a sentence; None if it can be bypassed."""
    kind = doc.kind(node)
    if kind is None:
        return None
    made = doc.make(node)
    first = next(iter(made.ports_out()), None)
    if first is None:
        return f"{node.id} gives nothing that could be passed on: mute it instead."
    if not kind.inputs:
        return f"{node.id} takes nothing in that it could pass on: mute it instead."
    if not list(passing(kind, made, first.name)):
        return f"{node.id} gives a {first.type}, but no {first.type} comes in that it could pass on: mute it instead."
    return None


def _wires(patch: Patch) -> list[Wire]:
    return [record for pair in patch.values() for record in pair if isinstance(record, Wire)]


def _lists(kind: type[Kind]) -> list[str]:
    return [name for name in references(kind) if name in kind.params and kind.params[name].type == "nodes"]


__all__ = ["BYPASSED", "MUTED", "Meant", "Silence", "Through", "meant", "passing", "why_not_bypassed"]
