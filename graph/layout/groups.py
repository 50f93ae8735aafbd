"""Lays out what stands in groups: the inside of each first, as one box with its wires' heights, then what is around.

So each group stays together, nothing else comes to lie in it, and groups within groups stay there.
"""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field, replace

from graph.layout.boxes import Inside, Level, Way, plus, rounded
from graph.layout.judging import straight_crossings
from graph.layout.levels import ENTRY, Levels
from graph.layout.outline import Arrangement, Edge, Outline, Point
from graph.layout.steps import scaled

Flat = Callable[[Outline], Generator[float, None, Arrangement]]

SMALL, LARGE = 1_200, 4_000
"""A drawing with at most so many wires is small, one with more than so many large."""


def grouped(outline: Outline, flat: Flat) -> Generator[float, None, Arrangement]:
    """Lays out in slices; `flat` lays out what has no groups.

    A rough layout tells from where wires come to each group, and they enter it in that order; there is no time for it
    in a large drawing. A small one is laid out without it in full as well: the one that crosses less is taken.
    """
    small = len(outline.edges) <= SMALL
    if len(outline.edges) > LARGE:
        levels = Levels(outline)
        return _gathered(levels, (yield from _laid(levels, flat, {}))).arrangement
    levels = Levels(outline if small else replace(outline, quick=True))
    inside = yield from scaled(_laid(levels, flat, {}), 0.0, 0.5 if small else 0.3)
    levels = Levels(outline)
    ordered = yield from scaled(_laid(levels, flat, inside), 0.5, 0.5)
    found = _gathered(levels, ordered).arrangement
    if small:
        free = _gathered(levels, inside).arrangement
        return free if _crossings(outline, free) <= _crossings(outline, found) else found
    return found


def _crossings(outline: Outline, found: Arrangement) -> int:
    sizes = {born: outline.size(born) for born in outline.nodes}
    middles = {born: (x + sizes[born][0] / 2, y + sizes[born][1] / 2) for born, (x, y) in found.places.items()}
    return straight_crossings(middles, outline.edges)


def _laid(levels: Levels, flat: Flat, rough: Mapping[str, Inside]) -> Generator[float, None, dict[str, Inside]]:
    """The inside of each group and of the drawing, the inner ones first, of equal ones the left ones."""
    inside: dict[str, Inside] = {}
    before = _gathered(levels, rough) if rough else None
    order = levels.inner_first(before.origins if before else {})
    done, count = 0, sum(map(len, levels.members.values())) or 1  # frames alone hold no nodes
    for key in order:
        level, more = Level(levels, key, inside), len(levels.members[key])
        wishes = _wishes(levels, key, inside, before) if before else {}
        steps = _held_still(level) if level.fixed else flat(level.outline(wishes))
        arrangement = yield from scaled(steps, done / count, more / count)
        inside[key] = level.boxed(arrangement)
        done += more
    return inside


def _wishes(levels: Levels, key: str, inside: Mapping[str, Inside], before: "_Gathered") -> dict[str, float]:
    """How far down the wires come from that enter a group, by their gates."""
    side = 0 if levels.outline.down else 1
    found: dict[str, float] = {}
    for link in levels.links[key]:
        if link.source.startswith(ENTRY):
            group = levels.leaves.get(link.edge)
            if group is None:
                height = before.arrangement.places[link.edge[0]][side]
            else:
                gates = inside[group].gates if group in inside else {}
                height = before.origins[group][side] + gates.get(link.edge, 0.0)
            found.setdefault(link.source, height)
    return found


@dataclass(slots=True)
class _Gathered:
    """A whole drawing, and where the box of each group begins."""

    arrangement: Arrangement = field(default_factory=Arrangement)
    origins: dict[str, Point] = field(default_factory=dict)
    ways: dict[Edge, list[Way]] = field(default_factory=dict)


def _gathered(levels: Levels, inside: Mapping[str, Inside]) -> _Gathered:
    found = _Gathered()
    for root in levels.roots:
        _spread(inside, root, (0.0, 0.0), found)
    whole = found.arrangement
    for edge, parts in found.ways.items():
        if edge not in whole.bends and any(part.passes for part in parts):
            whole.bends[edge] = tuple(rounded(point) for part in parts for point in part.points)
    places = {born: whole.places[born] for born in levels.outline.nodes}
    found.arrangement = Arrangement(places, whole.bends, whole.items)
    return found


def _held_still(level: Level) -> Generator[float, None, Arrangement]:
    yield 1.0
    return Arrangement(dict(level.fixed))


def _spread(inside: Mapping[str, Inside], key: str, by: Point, found: _Gathered) -> None:
    """Put the inside of a group where its box is."""
    if key not in inside:
        return
    found.origins[key] = by
    level, whole = inside[key].arrangement, found.arrangement
    for way in inside[key].ways:
        parts = found.ways.setdefault(way.edge, [])
        moved = way._replace(points=tuple(plus(point, by) for point in way.points))
        parts.insert(0 if way.side < 0 else len(parts), moved)
    for name, at in level.places.items():
        if name in inside:
            _spread(inside, name, plus(at, by), found)
        else:
            whole.places[name] = rounded(plus(at, by))
    whole.items.update((item, rounded(plus(at, by))) for item, at in level.items.items())
    for edge, bends in level.bends.items():
        whole.bends[edge] = tuple(rounded(plus(point, by)) for point in bends)
