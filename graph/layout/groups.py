"""Lays out what stands in groups: the inside of each first, as one box with its wires' heights, then what is around.

So each group stays together, nothing else comes to lie in it, and groups within groups stay there.
"""

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple, TypeVar

from graph.layout.free import Rect, around, free_place
from graph.layout.judging import straight_crossings
from graph.layout.levels import ENTRY, EXIT, Levels, Link
from graph.layout.outline import Arrangement, Edge, Item, Outline, Point, Size

T = TypeVar("T")
Flat = Callable[[Outline], Generator[float, None, Arrangement]]

SMALL, LARGE = 1_200, 4_000
"""A drawing with at most so many wires is small, one with more than so many large."""

BESIDE = 9.0
"""How far from each other wires with bends run that are one wire as long as groups are boxes."""

ITEM_GAP = 16.0
"""Free space around an item that has to make way."""


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
    inside = yield from _scaled(_laid(levels, flat, {}), 0.0, 0.5 if small else 0.3)
    levels = Levels(outline)
    ordered = yield from _scaled(_laid(levels, flat, inside), 0.5, 0.5)
    found = _gathered(levels, ordered).arrangement
    if small:
        free = _gathered(levels, inside).arrangement
        return free if _crossings(outline, free) <= _crossings(outline, found) else found
    return found


def _crossings(outline: Outline, found: Arrangement) -> int:
    sizes = {born: outline.size(born) for born in outline.nodes}
    middles = {born: (x + sizes[born][0] / 2, y + sizes[born][1] / 2) for born, (x, y) in found.places.items()}
    return straight_crossings(middles, outline.edges)


def _laid(levels: Levels, flat: Flat, rough: Mapping[str, "_Inside"]) -> Generator[float, None, dict[str, "_Inside"]]:
    """The inside of each group and of the drawing, the inner ones first, of equal ones the left ones."""
    inside: dict[str, _Inside] = {}
    before = _gathered(levels, rough) if rough else None
    order = levels.inner_first(before.origins if before else {})
    done, count = 0, sum(map(len, levels.members.values()))
    for key in order:
        level, more = _Level(levels, key, inside), len(levels.members[key])
        wishes = _wishes(levels, key, inside, before) if before else {}
        steps = _held_still(level) if level.fixed else flat(level.outline(wishes))
        arrangement = yield from _scaled(steps, done / count, more / count)
        inside[key] = level.boxed(arrangement)
        done += more
    return inside


def _wishes(levels: Levels, key: str, inside: Mapping[str, "_Inside"], before: "_Gathered") -> dict[str, float]:
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
    ways: dict[Edge, list["_Way"]] = field(default_factory=dict)


def _gathered(levels: Levels, inside: Mapping[str, "_Inside"]) -> _Gathered:
    found = _Gathered()
    for root in levels.roots:
        _spread(inside, root, (0.0, 0.0), found)
    whole = found.arrangement
    for edge, parts in found.ways.items():
        if edge not in whole.bends and any(part.passes for part in parts):
            whole.bends[edge] = tuple(_rounded(point) for part in parts for point in part.points)
    places = {born: whole.places[born] for born in levels.outline.nodes}
    found.arrangement = Arrangement(places, whole.bends, whole.items)
    return found


def _held_still(level: "_Level") -> Generator[float, None, Arrangement]:
    yield 1.0
    return Arrangement(dict(level.fixed))


def _scaled(steps: Generator[float, None, T], done: float, share: float) -> Generator[float, None, T]:
    while True:
        try:
            yield done + share * next(steps)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]  # a generator's end says nothing about its type


class _Way(NamedTuple):
    """Which way is free for a long wire on one level; `side`: it comes in there (1), goes out (-1) or neither (0)."""

    edge: Edge
    side: int
    passes: bool
    points: tuple[Point, ...]


@dataclass(slots=True)
class _Inside:
    """What has been laid out of a group: its box, what is in it, and how far down its side each wire comes through."""

    size: Size = (0.0, 0.0)
    arrangement: Arrangement = field(default_factory=Arrangement)
    gates: dict[Edge, float] = field(default_factory=dict)
    ways: list[_Way] = field(default_factory=list)


def _spread(inside: Mapping[str, _Inside], key: str, by: Point, found: _Gathered) -> None:
    """Put the inside of a group where its box is."""
    if key not in inside:
        return
    found.origins[key] = by
    level, whole = inside[key].arrangement, found.arrangement
    for way in inside[key].ways:
        parts = found.ways.setdefault(way.edge, [])
        moved = way._replace(points=tuple(_plus(point, by) for point in way.points))
        parts.insert(0 if way.side < 0 else len(parts), moved)
    for name, at in level.places.items():
        if name in inside:
            _spread(inside, name, _plus(at, by), found)
        else:
            whole.places[name] = _rounded(_plus(at, by))
    whole.items.update((item, _rounded(_plus(at, by))) for item, at in level.items.items())
    for edge, bends in level.bends.items():
        whole.bends[edge] = tuple(_rounded(_plus(point, by)) for point in bends)


class _Level:
    """One level of groups: the drawing, or the inside of a group; groups in it are boxes already."""

    def __init__(self, levels: Levels, key: str, inside: Mapping[str, _Inside]) -> None:
        self._whole, self._inside = levels.outline, inside
        self._group = levels.groups.get(key)
        self._members, self._links = list(levels.members[key]), levels.links[key]
        self.fixed = self._group.fixed if self._group else {}

    def outline(self, wishes: Mapping[str, float]) -> Outline:
        """What is to be laid out here: members, and beside them the ends of what goes out or comes in."""
        whole = self._whole
        gates = dict.fromkeys(end for link in self._links for end in link.ends if end.startswith((ENTRY, EXIT)))
        ports: dict[Edge, tuple[float, float]] = {}
        for link in self._links:
            if link.edge in whole.ports or link.ends != link.edge:
                ports.setdefault(link.ends, (self._height(link, 0), self._height(link, 1)))
        back = set(whole.back)
        return Outline(
            nodes=[*self._members, *gates],
            edges=[link.ends for link in self._links],
            sizes={name: self._size(name) for name in self._members} | dict.fromkeys(gates, (0.0, 0.0)),
            ports=ports,
            back=[link.ends for link in self._links if link.edge in back],
            down=whole.down,
            wrap=whole.wrap,
            quick=whole.quick,
            of=len(whole.edges),
            wishes=wishes,
            boxes=[name for name in self._members if name in self._inside],
            first=[gate for gate in gates if gate.startswith(ENTRY)],
            last=[gate for gate in gates if gate.startswith(EXIT)],
        )

    def boxed(self, found: Arrangement) -> _Inside:
        """The box that is drawn around what has been laid out, and what lies where in it."""
        places = {name: at for name, at in found.places.items() if not name.startswith((ENTRY, EXIT))}
        rects = {name: (*places[name], *self._size(name)) for name in self._members}
        items = self._settled(rects)
        bends, ways = dict(self._bends(found)), list(self._ways(found))
        taken = [*rects.values(), *((*items[item.key], *item.size) for item in self._items())]
        passing = (way.points for way in ways if way.passes)
        taken += [(*point, 0.0, 0.0) for way in (*bends.values(), *passing) for point in way]
        group = self._group
        if group is None:
            return _Inside((0.0, 0.0), Arrangement(places, bends, items), ways=ways)
        left, top, width, height = (0.0, 0.0, *group.size) if group.size else around(taken)
        margins = group.margins
        by = margins[0] - left, margins[1] - top
        size = width + margins[0] + margins[2], height + margins[1] + margins[3]
        moved = Arrangement(
            {name: _plus(at, by) for name, at in places.items()},
            {edge: tuple(_plus(point, by) for point in way) for edge, way in bends.items()},
            {key: _plus(at, by) for key, at in items.items()},
        )
        ways = [way._replace(points=tuple(_plus(point, by) for point in way.points)) for way in ways]
        return _Inside(size, moved, self._gates(found, by, size), ways)

    def _size(self, name: str) -> Size:
        return self._inside[name].size if name in self._inside else self._whole.size(name)

    def _height(self, link: Link, end: int) -> float:
        """How far down the side of its member a wire leaves or arrives."""
        name = link.ends[end]
        if name in self._inside:
            return self._inside[name].gates[link.edge]
        if name.startswith((ENTRY, EXIT)):
            return 0.0
        ports = self._whole.ports.get(link.edge)
        return ports[end] if ports else self._whole.across(name) / 2

    def _gates(self, found: Arrangement, by: Point, size: Size) -> dict[Edge, float]:
        """How far down the sides of the box those wires pass that go out or come in."""
        side = 0 if self._whole.down else 1
        gates = {}
        for link in self._links:
            gate = next((end for end in link.ends if end.startswith((ENTRY, EXIT))), None)
            if gate is None:
                continue
            end = 0 if gate == link.target else 1
            name = link.ends[end]
            line = (
                found.places[gate][side] if gate in found.places else found.places[name][side] + self._height(link, end)
            )
            gates[link.edge] = min(max(line + by[side], 0.0), size[side])
        return gates

    def _bends(self, found: Arrangement) -> Iterator[tuple[Edge, tuple[Point, ...]]]:
        """The bends for the wires themselves: side by side where several are one between boxes."""
        told: dict[Edge, int] = {}
        for link in self._links:
            way = found.bends.get(link.ends)
            if way is None or {link.source[:1], link.target[:1]} & {ENTRY, EXIT}:
                continue
            beside = BESIDE * told.get(link.ends, 0)
            told[link.ends] = told.get(link.ends, 0) + 1
            yield link.edge, tuple((x + beside, y + beside) for x, y in way)

    def _ways(self, found: Arrangement) -> Iterator[_Way]:
        """The free ways of long wires, if any passes a box somewhere."""
        for link in self._links:
            if link.ends in found.ways:
                side = link.source.startswith(ENTRY) - link.target.startswith(EXIT)
                yield _Way(link.edge, side, *found.ways[link.ends])

    def _items(self) -> tuple[Item, ...]:
        return tuple(self._group.items if self._group else self._whole.items)

    def _settled(self, rects: Mapping[str, Rect]) -> dict[str, Point]:
        """Where items come to lie: as they lay beside what they were near to, or where nothing else stands."""
        placed: dict[str, Point] = {}
        others = list(rects.values())
        for item in self._items():
            x, y = rects[item.near][:2] if item.near in rects else (0.0, 0.0)
            at = x + item.by[0], y + item.by[1]
            if not self.fixed:
                at = free_place(at, [(0.0, 0.0, *item.size)], others, apart=ITEM_GAP)
            placed[item.key] = at
            others.append((*at, *item.size))
        return placed


def _plus(at: Point, by: Point) -> Point:
    return at[0] + by[0], at[1] + by[1]


def _rounded(at: Point) -> Point:
    return round(at[0]), round(at[1])
