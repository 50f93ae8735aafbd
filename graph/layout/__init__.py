"""Places nodes in layers, along the wires, so that a drawing can be read.

The method is that of Sugiyama, Tagawa and Toda (1981): take loops apart, give each node a layer, put a stand-in for a
long wire into each layer that it passes, order the layers to cross few wires, then give coordinates. The wires that
leave one node share their stand-ins: they run as one bundle, and wide drawings stay cheap.
"""

from collections.abc import Generator, Mapping, Sequence

from graph.layout.groups import LARGE, grouped
from graph.layout.layers import Layered, layered
from graph.layout.outline import DEFAULT_SIZE, Arrangement, Edge, Outline, Point, Size
from graph.layout.placement import Level
from graph.layout.placing import LAYER_GAP, ROW_GAP, Placing
from graph.layout.rows import PATIENCE, ordered
from graph.layout.steps import ended, scaled

__all__ = ["DEFAULT_SIZE", "LAYER_GAP", "Arrangement", "Outline", "arrange", "arranged", "arranging"]

PART_GAP = 48.0
"""Free space between two parts that no wire joins."""

BEGINNINGS = 8
SMALL = 1_200
"""A part is laid out from several beginnings if these together have at most so many wires; one of a drawing in groups
as often as all of that could be."""

CLEARLY = 0.9
"""Another way of drawing than the first must leave so few of its crossings: small edits then change little."""

LEVELS: tuple[Level, ...] = ("chains", "bundles", "all")


def arrange(nodes: Sequence[str], edges: Sequence[Edge], sizes: Mapping[str, Size]) -> dict[str, Point]:
    """The upper left corner of each node, with nothing else settled."""
    return arranged(Outline(nodes, edges, sizes)).places


def arranged(outline: Outline) -> Arrangement:
    """Lays out at once."""
    return ended(arranging(outline))


def arranging(outline: Outline) -> Generator[float, None, Arrangement]:
    """Lays out in slices; yields how far it is, from 0 to 1."""
    if outline.groups or outline.items:
        return (yield from grouped(outline, _arranging))
    return (yield from _arranging(outline))


def _arranging(outline: Outline) -> Generator[float, None, Arrangement]:
    """Lays out what has no groups.

    The drawing begins at (0, 0); parts that no wire joins stand below each other, single nodes in rows at the end.
    """
    known = dict.fromkeys(outline.nodes)
    pairs = list(dict.fromkeys((a, b) for a, b in outline.edges if a != b and a in known and b in known))
    joined, single = _parts(list(known), pairs)
    found = Arrangement()
    top, done = 0.0, 0
    for members, wires in joined:
        part = layered(members, wires, outline.back, outline.first, outline.last)
        part.wishes = {i: outline.wishes[name] for i, name in enumerate(members) if name in outline.wishes}
        placing = yield from scaled(_placed(part, outline, wires), done / len(known), len(members) / len(known))
        top = placing.place(top) + PART_GAP
        done += len(members)
        found.places.update(placing.places)
        found.bends.update(placing.bends)
        found.ways.update(placing.ways())
    found.places.update(_place_single(single, outline, top, found.places))
    found = Arrangement({born: found.places[born] for born in known}, found.bends, ways=found.ways)
    return found.turned() if outline.down else found


def _placed(part: Layered, outline: Outline, wires: list[Edge]) -> Generator[float, None, Placing]:
    """A part in its best order. A small one is tried in several ways; the first is left for a good reason only."""
    tries = 1 if outline.quick else max(1, min(BEGINNINGS, SMALL // max(len(wires), outline.of)))
    patience = PATIENCE if outline.of <= LARGE else 2
    best: Placing | None = None
    fewest = 0
    for beginning in range(tries):
        rows = yield from scaled(
            ordered(part, beginning, quick=outline.quick, patience=patience), beginning / tries, 1 / tries
        )
        if tries == 1:
            return Placing(part, rows, outline, wires)
        for level in LEVELS:
            placing = Placing(part, rows, outline, wires, level)
            placing.place(0.0)
            count = placing.crossings()
            if best is None or count < CLEARLY * fewest:
                best, fewest = placing, count
            if not fewest:
                return best
    assert best is not None
    return best


def _parts(nodes: list[str], edges: list[Edge]) -> tuple[list[tuple[list[str], list[Edge]]], list[str]]:
    """The parts that wires join, each with its nodes and edges in document order; and the nodes that stand alone."""
    leader = _leaders(nodes, edges)
    members: dict[str, list[str]] = {}
    for born in nodes:
        members.setdefault(leader[born], []).append(born)
    inner: dict[str, list[Edge]] = {}
    for edge in edges:
        inner.setdefault(leader[edge[0]], []).append(edge)
    joined = [(part, inner[head]) for head, part in members.items() if len(part) > 1]
    return joined, [part[0] for part in members.values() if len(part) == 1]


def _leaders(nodes: list[str], edges: list[Edge]) -> dict[str, str]:
    """For each node the one that stands for its part (disjoint sets, with halved paths)."""
    leader = {born: born for born in nodes}

    def find(born: str) -> str:
        while leader[born] != born:
            leader[born] = leader[leader[born]]
            born = leader[born]
        return born

    for a, b in edges:
        leader[find(b)] = find(a)
    return {born: find(born) for born in nodes}


def _place_single(single: list[str], outline: Outline, top: float, places: Mapping[str, Point]) -> dict[str, Point]:
    """Nodes without a wire, in rows about as long as the drawing above (or as a square of them)."""
    longest = max((x + outline.long(born) for born, (x, _) in places.items()), default=0.0)
    area = sum((outline.long(born) + ROW_GAP) * (outline.across(born) + ROW_GAP) for born in single)
    limit = max(longest, (1.6 * area) ** 0.5)
    found: dict[str, Point] = {}
    x, widest = 0.0, 0.0
    for born in single:
        if x and x + outline.long(born) > limit:
            x, top, widest = 0.0, top + widest + ROW_GAP, 0.0
        found[born] = (round(x), round(top))
        x += outline.long(born) + ROW_GAP
        widest = max(widest, outline.across(born))
    return found
