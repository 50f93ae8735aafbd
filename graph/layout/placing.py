"""Turns ordered layers into places: where each node stands, and where the wires run that lead back or to a new row."""

from collections.abc import Iterator, Sequence

from graph.layout.judging import straight_crossings
from graph.layout.layers import Layered
from graph.layout.outline import Edge, Outline, Point
from graph.layout.placement import STAND_IN_ROOM, Extent, Level, lines
from graph.layout.strips import DOWN, RIGHT, TURN_GAP, strips

LAYER_GAP = 72.0
"""Free space between two layers: room for a wire's curve and its pill."""

LAYER_GAP_DOWN = 48.0
ROW_GAP = 24.0
"""Free space between two nodes of a layer."""

LANE = 28.0
"""How far from the nodes a wire runs that leads back."""

LANE_GAP = 18.0
OUT = 24.0
"""How far beyond the last node a wire goes before it turns back."""


class Placing:
    """One part of a drawing with its layers in order, its flow to the right. `places` and `bends` are what is found."""

    def __init__(
        self, part: Layered, rows: list[list[int]], outline: Outline, wires: Sequence[Edge], level: Level = "chains"
    ) -> None:
        self.part, self.outline, self.wires = part, outline, wires
        self.places: dict[str, Point]
        self.bends: dict[Edge, tuple[Point, ...]]
        self._gap = LAYER_GAP_DOWN if outline.down else LAYER_GAP
        self._layers = [[i for i in row if i < part.count] for row in rows]
        extent = _extent(part, outline, wires)
        heights = lines(part, rows, extent, level)
        self._heights, self._starts = heights, dict[int, Point]()
        self._upper = [heights[i] - extent.above[i] for i in range(part.count)]
        self._lower = [heights[i] + extent.below[i] for i in range(part.count)]
        self._lengths = [max((outline.long(part.names[i]) for i in layer), default=0.0) for layer in self._layers]
        self._runs = self._in_rows(rows) if outline.wrap else [range(len(rows))]

    def place(self, top: float) -> float:
        """Place everything below a height; answers where it ends."""
        self.places, self.bends = {}, {}
        lefts, bottom = self._lefts(), top
        for number, run in enumerate(self._runs):
            led = self._led_on(run.start) if number else []
            start = bottom + (TURN_GAP + LANE_GAP * (len(led) - 1) if led else TURN_GAP if number else 0.0)
            inner = [i for k in run for i in self._layers[k]]
            drop = start - min((self._upper[i] for i in inner), default=0.0)
            for k in run:
                self._put(k, lefts[k], drop)
            if led:
                self._lead_on(led, self._runs[number - 1], (bottom + start) / 2)
            bottom = max((self._lower[i] + drop for i in inner), default=start)
        return self._lead_back(bottom)

    def crossings(self) -> int:
        """How often the wires cross, as straight lines."""
        size = self.outline
        middles = {born: (x + size.long(born) / 2, y + size.across(born) / 2) for born, (x, y) in self.places.items()}
        return straight_crossings(middles, self.wires)

    def ways(self) -> dict[Edge, tuple[bool, tuple[Point, ...]]]:
        """Where long wires find room between nodes, and whether they pass boxes; nothing where there are no boxes."""
        part, found = self.part, dict[Edge, tuple[bool, tuple[Point, ...]]]()
        boxed = {part.layer[i] for i in range(part.count) if part.names[i] in self.outline.boxes}
        for i in range(part.count) if boxed else ():
            for last in part.into[i]:
                chain = [last]
                while chain[-1] >= part.count:
                    chain.append(part.into[chain[-1]][0])
                passed = chain[-2::-1]
                if passed:
                    way = _straightened([point for j in passed for point in self._passing(j)])
                    passes = any(part.layer[j] in boxed for j in passed)
                    found[part.names[chain[-1]], part.names[i]] = passes, way
        return found

    def _passing(self, i: int) -> Iterator[Point]:
        """Where a stand-in enters its layer and leaves it."""
        k = self.part.layer[i]
        left, drop = self._starts[k]
        if self._lengths[k]:
            yield left, self._heights[i] + drop
            yield left + self._lengths[k], self._heights[i] + drop

    def _in_rows(self, rows: list[list[int]]) -> list[range]:
        """The layers of each row."""
        steps = [length + self._gap for length in self._lengths]
        return strips(self.part, rows, steps, max(self._lower) - min(self._upper), DOWN if self.outline.down else RIGHT)

    def _lefts(self) -> list[float]:
        """Where each layer begins; those of several rows stand in columns."""
        count = max(len(run) for run in self._runs)
        starts, left = [], 0.0
        for c in range(count):
            starts.append(left)
            left += max(self._lengths[run[c]] for run in self._runs if c < len(run)) + self._gap
        return [starts[c] for run in self._runs for c in range(len(run))]

    def _put(self, k: int, left: float, drop: float) -> None:
        """Place a layer: about its middle, or at the beginning of its column if there are several rows."""
        self._starts[k] = left, drop
        for i in self._layers[k]:
            name = self.part.names[i]
            aside = 0.0 if len(self._runs) > 1 else (self._lengths[k] - self.outline.long(name)) / 2
            self.places[name] = (round(left + aside), round(self._upper[i] + drop))

    # --- wires with bends

    def _led_on(self, start: int) -> list[Edge]:
        """The wires that come into a row from the one before."""
        names = self.part.names
        return [(names[i], names[j]) for i in self._layers[start - 1] for j in self.part.out[i]]

    def _lead_on(self, wires: list[Edge], run: range, middle: float) -> None:
        """Lead wires from the end of a row back to the beginning of the next one, in lanes between them."""
        names = [self.part.names[i] for k in run for i in self._layers[k]]
        right = max((self.places[name][0] + self.outline.long(name) for name in names), default=0.0)
        for k, edge in enumerate(wires):
            lane = round(middle + (k - (len(wires) - 1) / 2) * LANE_GAP)
            turn = (round(right + OUT + 8 * k), lane), (self.places[edge[1]][0], lane)
            self.bends[edge] = turn

    def _lead_back(self, bottom: float) -> float:
        """Lead wires that close a loop below all that stands between their ends; answers where everything ends."""
        names, layer = self.part.names, self.part.layer
        taken: list[tuple[int, int, float]] = []
        for source, target in sorted(self.part.back, key=lambda edge: (layer[edge[0]] - layer[edge[1]], edge)):
            first, last = sorted((layer[target], layer[source]))
            between = [i for k in range(first, last + 1) for i in self._layers[k]]
            lane = max(self.places[names[i]][1] + self.outline.across(names[i]) for i in between) + LANE
            lane = max([lane, *(low + LANE_GAP for a, b, low in taken if a <= last and first <= b)])
            taken.append((first, last, lane))
            right = self.places[names[source]][0] + self.outline.long(names[source]) + OUT
            left = self.places[names[target]][0]
            self.bends[names[source], names[target]] = ((round(right), round(lane)), (left, round(lane)))
            bottom = max(bottom, lane)
        return bottom


def _straightened(way: Sequence[Point]) -> tuple[Point, ...]:
    """A way without the points between two at the same height."""
    inner = [k for k in range(1, len(way) - 1) if abs(way[k - 1][1] - way[k][1]) < 1 > abs(way[k][1] - way[k + 1][1])]
    return tuple(point for k, point in enumerate(way) if k not in inner)


def _extent(part: Layered, outline: Outline, wires: Sequence[Edge]) -> Extent:
    """How far nodes reach to the sides of the lines on which they stand: those of their ports, or their middles."""
    number = {name: i for i, name in enumerate(part.names)}
    known = [(number[a], number[b], *outline.ports[a, b]) for a, b in wires if (a, b) in outline.ports]
    used: dict[int, list[float]] = {}
    for a, b, leaves, arrives in known:
        used.setdefault(a, []).append(leaves)
        used.setdefault(b, []).append(arrives)
    across = [outline.across(name) for name in part.names]
    above = [(min(used[i]) + max(used[i])) / 2 if i in used else size / 2 for i, size in enumerate(across)]
    below = [size - upper for size, upper in zip(across, above, strict=True)]
    for a, b, leaves, arrives in known:
        _lean(part, a, b, leaves - above[a], arrives - above[b])
    stand_ins = [STAND_IN_ROOM] * (len(part.layer) - part.count)
    return Extent(above + stand_ins, below + stand_ins, ROW_GAP)


def _lean(part: Layered, a: int, b: int, leaves: float, arrives: float) -> None:
    """Note where a wire leaves and arrives, with the links of its stand-ins."""
    if not (leaves or arrives):
        return
    if b in part.out[a]:
        part.lean[a, b] = leaves, arrives
        return
    for i in part.into[b]:
        source = i
        while source >= part.count:
            before, source = source, part.into[source][0]
        if source == a and i != a:
            part.lean[i, b] = 0.0, arrives
            part.lean.setdefault((a, before), (leaves, 0.0))
