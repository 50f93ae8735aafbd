"""Verbs on the way that a wire goes: its bends, and what becomes of them when its ends move."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import dist

from graph.document import Document
from graph.edits.refusal import the_place, the_wire
from graph.records import Point, Wire


def unbend(doc: Document, keys: Iterable[str]) -> None:
    """Take out all bends of some wires."""
    with doc.change():
        for key in keys:
            wire = the_wire(doc, key)
            if wire.via:
                doc.put(replace(wire, via=()))


def carry_bends(doc: Document, places: Mapping[str, Point]) -> None:
    """Before nodes are put elsewhere: the bends of a wire go along where both its ends do."""
    steps: dict[str, Point] = {}
    for born, (x, y) in places.items():
        at = doc.node(born).at if doc.has_node(born) else None
        if at is not None and at != (x, y):
            steps[born] = (x - at[0], y - at[1])
    with doc.change():
        for born, one in steps.items():
            for wire in _bent_from(doc, born):
                other = steps.get(wire.target)
                if other is not None:
                    between = (one[0] + other[0]) / 2, (one[1] + other[1]) / 2
                    doc.put(replace(wire, via=shifted_way(wire.via, between)))


def shifted_way(via: Iterable[Point], by: Point) -> tuple[Point, ...]:
    """Bends that lie elsewhere by so much."""
    return tuple(the_place((x + by[0], y + by[1])) for x, y in via)


def drop_bends(doc: Document, births: Iterable[str]) -> None:
    """Take out the bends of the wires among nodes that get new places: they belonged to the old ones."""
    chosen = set(births)
    with doc.change():
        for born in chosen:
            for wire in _bent_from(doc, born):
                if wire.target in chosen:
                    doc.put(replace(wire, via=()))


def split_bends(doc: Document, wire: Wire, at: Point | None) -> tuple[tuple[Point, ...], tuple[Point, ...]]:
    """The bends of a wire before and behind a place on it, where the way over that place is shortest."""
    ends = [doc.node(born).at for born in (wire.source, wire.target) if doc.has_node(born)]
    if at is None or len(ends) < 2 or ends[0] is None or ends[1] is None:
        return (), ()
    points = [ends[0], *wire.via, ends[1]]
    cut = min(range(len(wire.via) + 1), key=lambda k: _detour(points, k, at))
    return wire.via[:cut], wire.via[cut:]


def _detour(points: Sequence[Point], k: int, at: Point) -> float:
    """How much longer the way gets that goes over a place on its stretch number `k`."""
    return dist(points[k], at) + dist(at, points[k + 1]) - dist(points[k], points[k + 1])


def _bent_from(doc: Document, born: str) -> list[Wire]:
    wires = (doc.wire(key) for key in doc.ends(born))
    return [wire for wire in wires if wire.via and wire.source == born]
