"""Finds what stands several times one behind the other: equal parts of a drawing, one value passing between them.

Nodes are listed so that each stands right behind what feeds it. A *cut* is a place of that list with the one value that
goes on there; all else that is alive there is its surroundings. Two cuts with the same surroundings hold a part between
them that one value enters and one leaves. Equal parts have the same mark; a repeat is a run of marks that comes again.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graph import queries
from graph.document import Document
from graph.form import dump
from graph.records import Node, Wire
from graph.shape import Tensor
from graph.writing import references

if TYPE_CHECKING:
    from graph.reading import Reading

LONGEST = 200
"""Of how many parts that follow one another what repeats may consist."""

LEAST = 2
"""A single node that stands several times is no block."""

Value = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Repeat:
    """Births of the nodes of each copy, in the same order, and the value that leaves the last one."""

    copies: tuple[tuple[str, ...], ...]
    leaves: Value


@dataclass(frozen=True, slots=True)
class _Cut:
    at: int
    value: Value


@dataclass(frozen=True, slots=True)
class _Part:
    start: int
    end: int
    leaves: Value
    mark: int


def find(doc: Document, reading: Reading, births: Collection[str] | None = None) -> list[Repeat]:
    """The largest repeats of a level, or of some nodes, that have no node in common."""
    return _Search(doc, reading, births).found()


class _Search:
    """One look for repeats."""

    def __init__(self, doc: Document, reading: Reading, births: Collection[str] | None) -> None:
        self.doc, self.reading = doc, reading
        named = {one for node in doc.nodes() for one in _names(doc, node)}
        chosen = doc.nodes() if births is None else [doc.node(born) for born in births if doc.has_node(born)]
        self.able = {node.born for node in chosen if node.born not in named and _is_able(doc, reading, node)}
        self.into = {born: doc.wires_into(born) for born in self.able}
        self.order = self._listed()
        self.place = {born: at for at, born in enumerate(self.order)}
        self.last: dict[Value, int] = {}
        self.tapped: set[Value] = set()
        for wire in doc.wires():
            value = (wire.source, wire.source_port)
            if wire.target in self.place:
                self.last[value] = max(self.last.get(value, -1), self.place[wire.target])
            elif wire.source in self.place:
                self.tapped.add(value)
        self.marks: dict[Any, int] = {}
        self.given = {born: [port.name for port in queries.ports_out(doc, born)] for born in self.order}
        self.typed = {born: _typed(doc.node(born)) for born in self.order}

    def found(self) -> list[Repeat]:
        runs = [run for parts in self._sequences() for run in _runs(parts)]
        runs.sort(key=lambda run: (-(len(run[0]) - run[1]) / len(run[0]) * _size(run[0]), run[1]))
        taken: set[int] = set()
        repeats = []
        for parts, period in runs:
            nodes = range(parts[0].start, parts[-1].end)
            if parts[period - 1].end - parts[0].start >= LEAST and taken.isdisjoint(nodes):
                taken.update(nodes)
                units = [parts[at : at + period] for at in range(0, len(parts), period)]
                copies = tuple(tuple(self.order[unit[0].start : unit[-1].end]) for unit in units)
                repeats.append(Repeat(copies, parts[-1].leaves))
        return repeats

    def _listed(self) -> list[str]:
        """The nodes, each right behind what feeds it."""
        fed = {wire.source for wires in self.into.values() for wire in wires}
        ends = [node.born for node in self.doc.nodes() if node.born in self.able and node.born not in fed]
        done: dict[str, None] = {}
        todo = [(born, False) for born in reversed(ends)]
        while todo:
            born, ready = todo.pop()
            if born in done:
                continue
            if ready:
                done[born] = None
                continue
            todo.append((born, True))
            before = sorted(self.into[born], key=lambda wire: wire.target_port, reverse=True)
            todo += [(wire.source, False) for wire in before if wire.source in self.able and wire.source not in done]
        return list(done)

    def _cuts(self) -> Iterator[tuple[int, _Cut]]:
        """All cuts in order, each with a number for its surroundings: what is alive there besides its value."""
        alive, around = set[Value](), 0
        ending: dict[int, list[Value]] = {}
        for value, last in self.last.items():
            ending.setdefault(last, []).append(value)
        for at, born in enumerate(self.order):
            for value in {(wire.source, wire.source_port) for wire in self.into[born]} - alive:
                if value[0] not in self.place:
                    yield around, _Cut(at, value)
                    alive.add(value)
                    around ^= hash(value)
            for value in ending.get(at, ()):
                if value in alive:
                    alive.discard(value)
                    around ^= hash(value)
            given = [(born, name) for name in self.given[born]]
            onward = [value for value in given if self.last.get(value, -1) > at or value in self.tapped]
            for value in onward:
                if self.last.get(value, -1) > at:
                    alive.add(value)
                    around ^= hash(value)
            if not any(value in self.last for value in given):
                onward = onward or given[:1]  # nothing takes it yet: what was drawn ends here
            if len(onward) == 1:
                inner = self.last.get(onward[0], -1) > at
                yield around ^ (hash(onward[0]) if inner else 0), _Cut(at + 1, onward[0])

    def _sequences(self) -> Iterator[list[_Part]]:
        """Parts that follow one another, as long as nothing but one value passes from each to the next."""
        by_around: dict[int, list[_Cut]] = {}
        for around, cut in self._cuts():
            by_around.setdefault(around, []).append(cut)
        for cuts in by_around.values():
            parts: list[_Part] = []
            for first, then in itertools.pairwise(cuts):
                part = self._part(first, then)
                if part is not None:
                    parts.append(part)
                if part is None or then.value in self.tapped:
                    yield parts
                    parts = []
            yield parts

    def _part(self, first: _Cut, then: _Cut) -> _Part | None:
        """What stands between two cuts; None if more goes in or out than their values."""
        inside = range(first.at, then.at)
        if not inside or self.place.get(then.value[0], -1) not in inside:
            return None
        said = []
        for at in inside:
            born = self.order[at]
            for name in self.given[born]:
                value = (born, name)
                leaves = self.last.get(value, -1) >= then.at or value in self.tapped
                if leaves and value != then.value:
                    return None
            rows = []
            for wire in self.into[born]:
                came = self.place.get(wire.source, -1)
                if came not in inside and ((wire.source, wire.source_port) != first.value or wire.select is not None):
                    return None
                begins = (came - first.at, wire.source_port) if came in inside else (-1, "")
                rows.append((wire.target_port, *begins, _details(wire)))
            said.append((self.typed[born], tuple(sorted(rows))))
        ends = (self._type(first.value), self._type(then.value), self.place[then.value[0]] - first.at, then.value[1])
        mark = self.marks.setdefault((ends, tuple(said)), len(self.marks))
        return _Part(first.at, then.at, then.value, mark)

    def _type(self, value: Value) -> Any:
        known = self.reading.value(*value)
        return (known.sides, known.dtype, known.probability) if isinstance(known, Tensor) else None


def _runs(parts: Sequence[_Part]) -> Iterator[tuple[Sequence[_Part], int]]:
    """Stretches of parts that are a shorter stretch several times, with the length of that one."""
    for period in range(1, min(LONGEST, len(parts) // 2) + 1):
        start = 0
        for at in range(len(parts) - period + 1):
            if at < len(parts) - period and parts[at].mark == parts[at + period].mark:
                continue
            if at - start >= period:
                yield parts[start : start + ((at - start) // period + 1) * period], period
            start = at + 1


def _size(parts: Sequence[_Part]) -> int:
    return parts[-1].end - parts[0].start


def _typed(node: Node) -> tuple[str, str]:
    """What was typed for a node, whatever it is called and wherever it lies."""
    return node.kind, dump([node.params, node.extra]) if node.params or node.extra else ""


def _details(wire: Wire) -> str:
    more = wire.select is not None or wire.weight is not None or wire.fixed or wire.extra
    return dump([wire.select, wire.weight, wire.fixed, wire.extra]) if more else ""


def _is_able(doc: Document, reading: Reading, node: Node) -> bool:
    """Whether a node may be one of several copies: nobody names it, and it names nobody."""
    kind = doc.kind(node)
    if kind is None or node.state or node.kind in ("Input", "Output", "Neuron") or not queries.is_inner(kind):
        return False
    alone = not doc.sharers(node.born) and not list(_names(doc, node))
    return alone and reading.loops.of(node.born) is None


def _names(doc: Document, node: Node) -> Iterator[str]:
    """The nodes that the parameters of a node name."""
    for name in references(doc.kind(node)) if node.params else ():
        value: Any = node.params.get(name)
        listed: Iterable[Any] = value if isinstance(value, (list, tuple)) else [value]
        yield from (one for one in listed if isinstance(one, str) and doc.has_node(one))
