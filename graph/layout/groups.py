"""Lays out what stands in groups: the inside of each first, as one box with its wires' heights, then what is around.

So each group stays together, nothing else comes to lie in it, and groups within groups stay there.
"""

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from graph.layout.free import Rect, around, free_place
from graph.layout.levels import ENTRY, EXIT, Levels, Link
from graph.layout.outline import Arrangement, Edge, Item, Outline, Point, Size

Flat = Callable[[Outline], Generator[float, None, Arrangement]]

BESIDE = 9.0
"""How far from each other wires with bends run that are one wire as long as groups are boxes."""

ITEM_GAP = 16.0
"""Free space around an item that has to make way."""


def grouped(outline: Outline, flat: Flat) -> Generator[float, None, Arrangement]:
    """Lays out in slices; `flat` lays out what has no groups."""
    levels = Levels(outline)
    inside: dict[str, _Inside] = {}
    done, count = 0, sum(map(len, levels.members.values()))
    for key in levels.inner_first():
        level, more = _Level(levels, key, inside), len(levels.members[key])
        steps = _held_still(level) if level.fixed else flat(level.outline())
        arrangement = yield from _scaled(steps, done / count, more / count)
        inside[key] = level.boxed(arrangement)
        done += more
    found, ways = Arrangement(), dict[Edge, list[_Way]]()
    for root in levels.roots:
        _spread(inside, root, (0.0, 0.0), found, ways)
    for edge, parts in ways.items():
        if edge not in found.bends and any(part.passes for part in parts):
            found.bends[edge] = tuple(_rounded(point) for part in parts for point in part.points)
    return Arrangement({born: found.places[born] for born in outline.nodes}, found.bends, found.items)


def _held_still(level: "_Level") -> Generator[float, None, Arrangement]:
    yield 1.0
    return Arrangement(dict(level.fixed))


def _scaled(
    steps: Generator[float, None, Arrangement], done: float, share: float
) -> Generator[float, None, Arrangement]:
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


def _spread(
    inside: Mapping[str, _Inside], key: str, by: Point, found: Arrangement, ways: dict[Edge, list[_Way]]
) -> None:
    """Put the inside of a group where its box is."""
    if key not in inside:
        return
    level = inside[key].arrangement
    for way in inside[key].ways:
        moved = way._replace(points=tuple(_plus(point, by) for point in way.points))
        parts = ways.setdefault(way.edge, [])
        parts.insert(0 if way.side < 0 else len(parts), moved)
    for name, at in level.places.items():
        if name in inside:
            _spread(inside, name, _plus(at, by), found, ways)
        else:
            found.places[name] = _rounded(_plus(at, by))
    found.items.update((item, _rounded(_plus(at, by))) for item, at in level.items.items())
    for edge, bends in level.bends.items():
        found.bends[edge] = tuple(_rounded(_plus(point, by)) for point in bends)


class _Level:
    """One level of groups: the drawing, or the inside of a group; groups in it are boxes already."""

    def __init__(self, levels: Levels, key: str, inside: Mapping[str, _Inside]) -> None:
        self._whole, self._inside = levels.outline, inside
        self._group = levels.groups.get(key)
        self._members, self._links = list(levels.members[key]), levels.links[key]
        self.fixed = self._group.fixed if self._group else {}

    def outline(self) -> Outline:
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
