"""How often kinds stand next to each other: in the drawings that come along, and in what a user has wired."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from graph import queries
from graph.catalogue import Catalogue
from graph.document import Document

End = tuple[str, str]
"""A kind and one of its ports."""

FEW = 3.0
"""So many wires count for as much as nothing known: who has wired once has no habit yet."""

RANKED, OFTEN, OWN = 1.0, 2.0, 2.0
"""What counts how much: the order of a list, the drawings that come along, and what the user does."""


@dataclass(slots=True)
class Counts:
    """Wires by the kinds and ports at their ends. In a file one pair stands on each line, `12 Conv2d.y -> ReLU.x`."""

    wires: Counter[tuple[End, End]] = field(default_factory=Counter)

    @classmethod
    def parse(cls, text: str) -> Counts:
        """Read what `text` wrote; lines of any other form are left out."""
        found = cls()
        for line in text.splitlines():
            times, _, wire = line.partition(" ")
            source, arrow, target = wire.partition(" -> ")
            ends = tuple(end.rpartition(".") for end in (source, target))
            if times.isascii() and times.isdigit() and arrow and all(kind and port for kind, _, port in ends):
                (one, _, out), (other, _, into) = ends
                found.wires[(one, out), (other, into)] += int(times)
        return found

    def text(self) -> str:
        lines = (f"{times} {a}.{out} -> {b}.{into}" for ((a, out), (b, into)), times in sorted(self.wires.items()))
        return "".join(f"{line}\n" for line in lines)

    def add(self, source: End, target: End) -> None:
        self.wires[source, target] += 1

    def after(self, source: End) -> Counter[str]:
        """The kinds to which wires from a port led."""
        return _summed((other[0], times) for (one, other), times in self.wires.items() if one == source)

    def before(self, target: End) -> Counter[str]:
        """The kinds from which wires into a port came."""
        return _summed((one[0], times) for (one, other), times in self.wires.items() if other == target)


def counted(documents: Iterable[Document], catalogue: Catalogue) -> Counts:
    """What stands next to what in some drawings, blocks included; once a level, so that deep ones do not outweigh."""
    found = Counts()
    for document in documents:
        for level in queries.levels(document):
            for pair in dict.fromkeys(_pairs(level, catalogue)):
                found.add(*pair)
    return found


def blended(first: Sequence[str], often: Counter[str], own: Counter[str]) -> list[str]:
    """Names of kinds, the likeliest first: by their place in a list, by how often they stood there, by habit."""
    score: Counter[str] = Counter()
    for place, name in enumerate(first):
        score[name] += RANKED / (place + 1)  # type: ignore[assignment]  # a Counter of floats
    for counts, weight in ((often, OFTEN), (own, OWN)):
        for name, times in counts.items():
            score[name] += weight * times / (counts.total() + FEW)  # type: ignore[assignment]  # as above
    place_of = {name: place for place, name in enumerate(first)}
    return sorted(score, key=lambda name: (-score[name], place_of.get(name, len(first)), name))


def _pairs(level: Document, catalogue: Catalogue) -> Iterator[tuple[End, End]]:
    for wire in level.wires():
        if level.has_node(wire.source) and level.has_node(wire.target):
            one, other = level.node(wire.source), level.node(wire.target)
            if one.kind in catalogue and other.kind in catalogue:
                yield (one.kind, wire.source_port), (other.kind, _port(level, other.kind, wire.target_port))


def _port(level: Document, kind: str, name: str) -> str:
    """The port as it is declared: all letters of a lettered one are one."""
    declared = level.catalogue.get(kind)
    port = declared.input(name) if declared else None
    return port.name if port is not None and not port.lettered else "a" if port is not None else name


def _summed(found: Iterable[tuple[str, int]]) -> Counter[str]:
    summed: Counter[str] = Counter()
    for name, times in found:
        summed[name] += times
    return summed
