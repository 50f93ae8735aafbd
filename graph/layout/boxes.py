"""Draws a box around what is laid out of a group: what lies where in it, and where wires come through its side."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from graph.layout.free import Rect, around, free_place
from graph.layout.levels import ENTRY, EXIT, Levels, Link
from graph.layout.outline import Arrangement, Edge, Item, Outline, Point, Size

BESIDE = 9.0
"""How far from each other wires with bends run that are one wire as long as groups are boxes."""

ITEM_GAP = 16.0
"""Free space around an item that has to make way."""


class Way(NamedTuple):
    """Which way is free for a long wire on one level; `side`: it comes in there (1), goes out (-1) or neither (0)."""

    edge: Edge
    side: int
    passes: bool
    points: tuple[Point, ...]


@dataclass(slots=True)
class Inside:
    """What has been laid out of a group: its box, what is in it, and how far down its side each wire comes through."""

    size: Size = (0.0, 0.0)
    arrangement: Arrangement = field(default_factory=Arrangement)
    gates: dict[Edge, float] = field(default_factory=dict)
    ways: list[Way] = field(default_factory=list)


class Level:
    """One level of groups, to be laid out: the drawing, or the inside of a group; groups in it are boxes already."""

    def __init__(self, levels: Levels, key: str, inside: Mapping[str, Inside]) -> None:
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

    def boxed(self, found: Arrangement) -> Inside:
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
            return Inside((0.0, 0.0), Arrangement(places, bends, items), ways=ways)
        left, top, width, height = (0.0, 0.0, *group.size) if group.size else around(taken)
        margins = group.margins
        by = margins[0] - left, margins[1] - top
        size = width + margins[0] + margins[2], height + margins[1] + margins[3]
        moved = Arrangement(
            {name: plus(at, by) for name, at in places.items()},
            {edge: tuple(plus(point, by) for point in way) for edge, way in bends.items()},
            {key: plus(at, by) for key, at in items.items()},
        )
        ways = [way._replace(points=tuple(plus(point, by) for point in way.points)) for way in ways]
        return Inside(size, moved, self._gates(found, by, size), ways)

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

    def _ways(self, found: Arrangement) -> Iterator[Way]:
        """The free ways of long wires, if any passes a box somewhere."""
        for link in self._links:
            if link.ends in found.ways:
                side = link.source.startswith(ENTRY) - link.target.startswith(EXIT)
                yield Way(link.edge, side, *found.ways[link.ends])

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
                at = self._aside(item, at, rects[item.near]) if item.near in rects else at
                at = free_place(at, [(0.0, 0.0, *item.size)], others, apart=ITEM_GAP)
            placed[item.key] = at
            others.append((*at, *item.size))
        return placed

    def _aside(self, item: Item, at: Point, rect: Rect) -> Point:
        """Beside what an item is near to, if it would lie on the wires that come there or go on."""
        along = 1 if self._whole.down else 0
        across = 1 - along
        aligned = at[across] < rect[across] + rect[across + 2] and rect[across] < at[across] + item.size[across]
        before = at[along] + item.size[along] <= rect[along]
        ends = {link.ends[1] if before else link.ends[0] for link in self._links}
        if not aligned or item.near not in ends or not (before or at[along] >= rect[along] + rect[along + 2]):
            return at
        if self._whole.down:
            return rect[0] + rect[2] + ITEM_GAP, rect[1]
        return rect[0], rect[1] - item.size[1] - ITEM_GAP


def plus(at: Point, by: Point) -> Point:
    return at[0] + by[0], at[1] + by[1]


def rounded(at: Point) -> Point:
    return round(at[0]), round(at[1])
