"""Loops through Delays: which nodes run step by step together, and over which sequence."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from graph.document import Document
from graph.records import Wire
from graph.shape import UNKNOWN, Axis, Side, Tensor, Value

if TYPE_CHECKING:
    from graph.reading import Reading

DELAY = "Delay"


@dataclass(frozen=True, slots=True)
class Loop:
    """Nodes that lead to one another, with the Delays among them in document order."""

    members: frozenset[str]
    delays: tuple[str, ...]


class Loops:
    """The loops of a level, found again whenever its wires have changed."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._of: dict[str, Loop] | None = None
        self._entering: dict[Loop, list[Wire]] = {}

    def read(self, document: Document) -> None:
        """Another document with the same records is what is looked at from now on."""
        self._document = document

    def forget(self) -> None:
        self._of = None
        self._entering.clear()

    def of(self, born: str) -> Loop | None:
        """The loop on which a node stands."""
        return self.all().get(born)

    def all(self) -> dict[str, Loop]:
        """Each node that stands on a loop, with it."""
        if self._of is None:
            self._of = dict(self._find()) if self._document.by_kind().get(DELAY) else {}
        return self._of

    def entering(self, loop: Loop) -> list[Wire]:
        """The wires into a loop, in document order."""
        if loop not in self._entering:
            self._entering[loop] = entering(self._document, loop)
        return self._entering[loop]

    def _find(self) -> Iterator[tuple[str, Loop]]:
        """The loops, those first from which others take."""
        import networkx as nx

        graph, delays = self._document.graph, self._document.by_kind()[DELAY]
        for found in reversed(list(nx.strongly_connected_components(graph))):  # they come the last ones first
            inside = found & delays
            if inside and (len(found) > 1 or any(graph.has_edge(born, born) for born in found)):
                ranked = sorted(inside, key=lambda born: (self._document.node(born).rank, born))
                loop = Loop(frozenset(found), tuple(ranked))
                yield from ((born, loop) for born in found)


class Lengths:
    """Over which lengths the loops of a level run: each is found once, until something that enters the loop changes."""

    def __init__(self, reading: "Reading") -> None:
        self._reading = reading
        self._known: dict[Loop, Side] = {}

    def of(self, loop: Loop) -> Side:
        if loop not in self._known:
            for other in dict.fromkeys(self._reading.loops.all().values()):
                if other not in self._known:
                    self._known[other] = _length(self._reading, other)
                if other == loop:
                    break
        return self._known.get(loop)

    def forget(self, born: str) -> None:
        """A node gives something else now, or is another one."""
        loops, document = self._reading.loops, self._reading.document
        if not loops.all():
            return
        own = loops.of(born)
        if own is not None and born in own.delays:
            self._drop(own)
        for wire in document.wires_from(born):
            target = loops.of(wire.target)
            if target is not None and target is not own:
                self._drop(target)

    def clear(self) -> None:
        self._known.clear()

    def _drop(self, loop: Loop) -> None:
        """Forget a loop, and those that take from it: their lengths may be its own."""
        todo = [loop]
        while todo:
            one = todo.pop()
            if one in self._known:
                del self._known[one]
                ends = {wire.target for born in one.members for wire in self._reading.document.wires_from(born)}
                todo += {found for end in ends if (found := self._reading.loops.of(end)) is not None} - {one}


def goes_back(document: Document, wire: Wire) -> bool:
    """Whether a wire carries what is read a step later: it waits for nothing in its own step."""
    return wire.target_port == "x" and document.has_node(wire.target) and document.node(wire.target).kind == DELAY


def axes_into(reading: "Reading", loop: Loop) -> dict[Axis, str]:
    """The lengths of the sequences that enter a loop, each with the first node that brings it."""
    found: dict[Axis, str] = {}
    for wire in reading.loops.entering(loop):
        value = reading.value(wire.source, wire.source_port)
        outer = reading.loops.of(wire.source)
        side = time_of(value) if outer is None else time(reading, outer)
        if isinstance(side, Axis):
            found.setdefault(side, wire.source)
    return found


def entering(document: Document, loop: Loop) -> list[Wire]:
    """The wires into a loop, in document order."""
    wires = [wire for born in loop.members for wire in document.wires_into(born) if wire.source not in loop.members]
    return sorted((wire for wire in wires if document.has_node(wire.source)), key=lambda wire: (wire.rank, wire.key))


def time(reading: "Reading", loop: Loop) -> Side:
    """The length over which a loop runs: that of the sequence that enters it, or a number of steps; None if unknown."""
    return reading.lengths.of(loop)


def _length(reading: "Reading", loop: Loop) -> Side:
    made = [reading.document.make(reading.document.node(born)) for born in loop.delays]
    axes = list(axes_into(reading, loop))
    over = next((over for one in made if (over := getattr(one, "over", ""))), "")
    chosen = [axis for axis in axes if axis.source == over] or axes
    if chosen:
        return chosen[0]
    steps = next((steps for one in made if (steps := getattr(one, "steps", None))), None)
    fixed = None if steps else _fixed(reading, loop, over)
    return steps if fixed is None else fixed[1]


def is_followed(reading: "Reading", loop: Loop, source: str, port: str) -> bool:
    """Whether a value enters a loop step by step: it is a sequence of the length that the loop runs over."""
    outer = reading.loops.of(source)
    value = reading.value(source, port)
    side, length = time_of(value) if outer is None else time(reading, outer), time(reading, loop)
    if isinstance(side, Axis):
        return side == length
    fixed = _fixed(reading, loop, "") if length is not None and not isinstance(length, Axis) else None
    return fixed is not None and fixed[0] == source and not _has_steps(reading, loop)


def _has_steps(reading: "Reading", loop: Loop) -> bool:
    return any(reading.document.node(born).params.get("steps") for born in loop.delays)


def _fixed(reading: "Reading", loop: Loop, over: str) -> tuple[str, int] | None:
    """Where no source says what is a sequence: the only node that brings steps of rows, and how many there are."""
    found: dict[str, int] = {}
    for wire in reading.loops.entering(loop):
        value = reading.value(wire.source, wire.source_port)
        if isinstance(value, Tensor) and value.sides is not None and value.rank > 2 and isinstance(value.known[1], int):
            found[wire.source] = value.known[1]
    found = {source: side for source, side in found.items() if source == over} or found
    return next(iter(found.items())) if len(found) == 1 else None


def time_of(value: Value | None) -> Side:
    """The length of a sequence, where its source says that it is one."""
    if isinstance(value, Tensor) and value.sides is not None and value.rank > 1:
        side = value.known[1]
        return side if isinstance(side, Axis) and side.letter == "T" else None
    return None


def a_step(value: Tensor) -> Tensor:
    """What a loop sees of a sequence in one step."""
    return value if value.sides is None else replace(value, sides=(value.known[0], *value.known[2:]))


def all_steps(value: Tensor, over: Side) -> Tensor:
    """What leaves a loop: the values of all steps, one behind the other."""
    if value.sides is None or over is None:
        return UNKNOWN
    return replace(value, sides=(value.known[0], over, *value.known[1:]), columns=None)
