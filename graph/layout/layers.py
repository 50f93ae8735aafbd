"""Gives each node of a drawing a layer, and each long wire a stand-in in every layer that it passes."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

STAND_INS_PER_NODE = 12
"""Past this many stand-ins a node on average, the longest bundles go without: they would no longer help a reader."""


TIGHTENINGS = 8


@dataclass(slots=True)
class Layered:
    """A drawing in layers. Numbers below `count` are the nodes of `names`, the others stand-ins for long wires."""

    names: list[str]
    layer: list[int]
    into: list[list[int]]
    out: list[list[int]]
    back: list[tuple[int, int]] = field(default_factory=list)
    """Wires that lead back, from source to target: they run beside the layers and have no place in them."""
    wishes: dict[int, float] = field(default_factory=dict)
    """Nodes of the first layer whose order among themselves is settled: the lower number stands above."""
    lean: dict[tuple[int, int], tuple[float, float]] = field(default_factory=dict)
    """Where a link leaves and where it arrives, across the flow, counted from the lines on which its nodes stand."""

    @property
    def count(self) -> int:
        return len(self.names)


def layered(
    names: list[str],
    edges: list[tuple[str, str]],
    back: Collection[tuple[str, str]] = (),
    first: Collection[str] = (),
    last: Collection[str] = (),
) -> Layered:
    """Layers for nodes in document order; edges run from source to target, without doubles and without loops of one.

    Edges of `back` lead back if they are part of a loop, as those into a Delay are. What nothing enters and is to stand
    `first` does so, and what leads nowhere and is to stand `last`.
    """
    number = {name: i for i, name in enumerate(names)}
    out: list[list[int]] = [[] for _ in names]
    for a, b in edges:
        out[number[a]].append(number[b])
    led = {(number[a], number[b]) for a, b in back if a in number and b in number}
    closing = {edge for edge in sorted(led) if _leads(edge[1], edge[0], out)}
    order, out, closing = _without_loops(out, closing)
    layers = _layers(order, out)
    end = max(layers, default=0)
    for ends, place in ((first, 0), (last, end)):
        for name in ends:
            if name in number:
                layers[number[name]] = place
    part = _with_stand_ins(names, layers, out)
    part.back = sorted(closing)
    return part


def _leads(start: int, end: int, out: list[list[int]]) -> bool:
    """Whether a way leads from one node to another."""
    seen, open_ends = {start}, [start]
    while open_ends:
        node = open_ends.pop()
        if node == end:
            return True
        fresh = [target for target in out[node] if target not in seen]
        seen.update(fresh)
        open_ends += fresh
    return False


def _without_loops(
    out: list[list[int]], closing: set[tuple[int, int]]
) -> tuple[list[int], list[list[int]], set[tuple[int, int]]]:
    """A topological order, the edges without those that close a loop, and these.

    A walk in depth from the first nodes on; an edge to a node that is still open closes a loop.
    """
    out = _less(out, closing)
    state = [0] * len(out)
    finished: list[int] = []
    found: set[tuple[int, int]] = set()
    for start in _starts(out):
        if not state[start]:
            _walk(start, out, state, finished, found)
    return finished[::-1], _less(out, found), closing | found


def _less(out: list[list[int]], closing: set[tuple[int, int]]) -> list[list[int]]:
    if not closing:
        return out
    return [[b for b in targets if (a, b) not in closing] for a, targets in enumerate(out)]


def _starts(out: list[list[int]]) -> Iterable[int]:
    """Nodes that nothing enters first; then, for loops that nothing enters, all."""
    entered = {b for targets in out for b in targets}
    yield from (i for i in range(len(out)) if i not in entered)
    yield from range(len(out))


def _walk(
    start: int, out: list[list[int]], state: list[int], finished: list[int], closing: set[tuple[int, int]]
) -> None:
    state[start] = 1
    trail = [(start, iter(out[start]))]
    while trail:
        node, targets = trail[-1]
        for target in targets:
            if state[target] == 1:
                closing.add((node, target))
            elif not state[target]:
                state[target] = 1
                trail.append((target, iter(out[target])))
                break
        else:
            state[node] = 2
            finished.append(node)
            trail.pop()


def _layers(order: list[int], out: list[list[int]]) -> list[int]:
    """The longest way from a source; then each node moves to the side on which more of its wires become short."""
    into: list[list[int]] = [[] for _ in out]
    layer = [0] * len(out)
    for node in order:
        for target in out[node]:
            into[target].append(node)
            layer[target] = max(layer[target], layer[node] + 1)
    for _ in range(TIGHTENINGS):
        before = list(layer)
        for node in reversed(order):
            if len(out[node]) > len(into[node]):
                layer[node] = max(layer[node], min([layer[target] for target in out[node]]) - 1)
        for node in order:
            if len(into[node]) > len(out[node]):
                layer[node] = min(layer[node], max([layer[source] for source in into[node]]) + 1)
        if layer == before:
            break
    first = min(layer)
    return [place - first for place in layer]


def _with_stand_ins(names: list[str], layer: list[int], out: list[list[int]]) -> Layered:
    part = Layered(names, list(layer), [[] for _ in names], [[] for _ in names])
    longest = _longest_bundle(layer, out)
    for node, targets in enumerate(out):
        bundle = [node]
        far = max((layer[target] for target in targets), default=0)
        if far - layer[node] <= longest:
            for place in range(layer[node] + 1, far):
                bundle.append(_stand_in(part, bundle[-1], place))
        for target in targets:
            step = min(layer[target] - layer[node], len(bundle)) - 1
            if layer[target] - part.layer[bundle[step]] == 1:
                part.out[bundle[step]].append(target)
                part.into[target].append(bundle[step])
    return part


def _stand_in(part: Layered, before: int, place: int) -> int:
    new = len(part.layer)
    part.layer.append(place)
    part.into.append([before])
    part.out.append([])
    part.out[before].append(new)
    return new


def _longest_bundle(layer: list[int], out: list[list[int]]) -> int:
    """How many layers a bundle may span, so that all stand-ins together stay within bounds."""
    spans = sorted(
        max(layer[target] for target in targets) - layer[node] for node, targets in enumerate(out) if targets
    )
    room = STAND_INS_PER_NODE * len(layer) + 1000
    for span in spans:
        room -= span - 1
        if room < 0:
            return span - 1
    return spans[-1] if spans else 0
