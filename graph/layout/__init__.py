"""Places nodes in layers, left to right along the wires, so that a drawing can be read.

The method is that of Sugiyama, Tagawa and Toda (1981): turn loops around, give each node a layer, put a stand-in for a
long wire into each layer that it passes, order the layers to cross few wires, then give coordinates. The wires that
leave one node share their stand-ins: they run as one bundle, and wide drawings stay cheap.
"""

from collections.abc import Mapping, Sequence

from graph.layout.layers import Layered, layered
from graph.layout.placement import heights
from graph.layout.rows import ordered

Size = tuple[float, float]
Point = tuple[float, float]

LAYER_GAP = 72.0
"""Free space between two layers: room for a wire's curve and its pill."""

ROW_GAP = 24.0
"""Free space between two nodes of a layer."""

PART_GAP = 48.0
"""Free space between two parts that no wire joins."""

DEFAULT_SIZE: Size = (144.0, 48.0)


def arrange(nodes: Sequence[str], edges: Sequence[tuple[str, str]], sizes: Mapping[str, Size]) -> dict[str, Point]:
    """The upper left corner of each node.

    `nodes` stand in document order, which settles what the wires leave open; `edges` run from source to target (loops
    and several between the same two nodes are fine); `sizes` are widths and heights as drawn. The drawing begins at
    (0, 0); parts that no wire joins stand below each other, single nodes in rows at the end.
    """
    known = dict.fromkeys(nodes)
    pairs = list(dict.fromkeys((a, b) for a, b in edges if a != b and a in known and b in known))
    joined, single = _parts(list(known), pairs)
    places: dict[str, Point] = {}
    top = 0.0
    for members, inner in joined:
        places_here, bottom = _place_part(layered(members, inner), sizes, top)
        places.update(places_here)
        top = bottom + PART_GAP
    places.update(_place_single(single, sizes, top, _right(places, sizes)))
    return {born: places[born] for born in known}


def _parts(
    nodes: list[str], edges: list[tuple[str, str]]
) -> tuple[list[tuple[list[str], list[tuple[str, str]]]], list[str]]:
    """The parts that wires join, each with its nodes and edges in document order; and the nodes that stand alone."""
    leader = _leaders(nodes, edges)
    members: dict[str, list[str]] = {}
    for born in nodes:
        members.setdefault(leader[born], []).append(born)
    inner: dict[str, list[tuple[str, str]]] = {}
    for edge in edges:
        inner.setdefault(leader[edge[0]], []).append(edge)
    joined = [(part, inner[head]) for head, part in members.items() if len(part) > 1]
    return joined, [part[0] for part in members.values() if len(part) == 1]


def _leaders(nodes: list[str], edges: list[tuple[str, str]]) -> dict[str, str]:
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


def _place_part(part: Layered, sizes: Mapping[str, Size], top: float) -> tuple[dict[str, Point], float]:
    rows = ordered(part)
    tall = [sizes.get(part.names[i], DEFAULT_SIZE)[1] if i < part.count else 0.0 for i in range(len(part.into))]
    middles = heights(part, rows, tall, ROW_GAP)
    rise = top - min(middles[i] - tall[i] / 2 for i in range(part.count))
    lefts = _lefts(part, rows, sizes)
    places: dict[str, Point] = {}
    for layer, row in enumerate(rows):
        left, width = lefts[layer]
        for i in row:
            if i < part.count:
                own = sizes.get(part.names[i], DEFAULT_SIZE)[0]
                places[part.names[i]] = (round(left + (width - own) / 2), round(middles[i] - tall[i] / 2 + rise))
    return places, max(middles[i] + tall[i] / 2 for i in range(part.count)) + rise


def _lefts(part: Layered, rows: list[list[int]], sizes: Mapping[str, Size]) -> list[tuple[float, float]]:
    """The left side and the width of each layer."""
    answer: list[tuple[float, float]] = []
    left = 0.0
    for row in rows:
        width = max((sizes.get(part.names[i], DEFAULT_SIZE)[0] for i in row if i < part.count), default=0.0)
        answer.append((left, width))
        left += width + LAYER_GAP
    return answer


def _right(places: Mapping[str, Point], sizes: Mapping[str, Size]) -> float:
    return max((x + sizes.get(born, DEFAULT_SIZE)[0] for born, (x, _) in places.items()), default=0.0)


def _place_single(single: list[str], sizes: Mapping[str, Size], top: float, right: float) -> dict[str, Point]:
    """Nodes without a wire, in rows about as wide as the drawing above (or as a square of them)."""
    area = sum((w + ROW_GAP) * (h + ROW_GAP) for w, h in (sizes.get(born, DEFAULT_SIZE) for born in single))
    limit = max(right, (1.6 * area) ** 0.5)
    places: dict[str, Point] = {}
    x, tallest = 0.0, 0.0
    for born in single:
        width, height = sizes.get(born, DEFAULT_SIZE)
        if x and x + width > limit:
            x, top, tallest = 0.0, top + tallest + ROW_GAP, 0.0
        places[born] = (round(x), round(top))
        x += width + ROW_GAP
        tallest = max(tallest, height)
    return places
