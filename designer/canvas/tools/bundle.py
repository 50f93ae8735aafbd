"""A bundle: with several neurons selected, one wire that is drawn stands for all of them."""

from designer.canvas.looks import PortAt
from designer.canvas.scene import Scene
from graph import edits, queries
from graph.edits.neurons import Tap

Pair = tuple[PortAt, PortAt]

MOST_DRAWN = 400
"""Of more wires than this only the one under the hand is painted."""


def pairs(scene: Scene, source: PortAt, target: PortAt) -> list[Pair]:
    """The wires that a wire from `source` to `target` stands for; one if it stands for itself alone.

    Where it begins at one of several selected neurons it comes from all of them; where it ends at one, it goes to
    all. With both ends selected, those that stand nearer to its beginning are its sources.
    """
    row, port = _neurons(scene), queries.actual_port(scene.document, target.born, target.port)
    many = port is not None and (port.gathers or port.lettered)
    if len(row) < 2 or not many or not row & {source.born, target.born}:
        return [(source, target)]
    starts, ends = {source.born}, {target.born}
    if source.born in row and target.born in row:
        starts |= {born for born in row if _nearer(scene, born, source.born, target.born)}
        ends |= row - starts
        starts -= {target.born}
    elif source.born in row:
        starts |= row
    else:
        ends |= row
    if ends != {target.born} and scene.document.node(target.born).kind != "Neuron":
        return [(source, target)]
    return _fitting(scene, source, target, starts, ends)


def connect(scene: Scene, wires: list[Pair]) -> list[str]:
    """Draw the wires of a bundle that are not there yet."""
    taps: dict[str, list[Tap]] = {}
    for source, target in wires:
        taps.setdefault(target.born, []).append(Tap(source.born, source.port))
    return [key for born, listed in taps.items() for key in edits.connect_rows(scene.document, listed, [born])]


def _neurons(scene: Scene) -> set[str]:
    """The selected neurons; none if other nodes are selected as well."""
    births = set(scene.selection.births)
    return births if all(scene.document.node(born).kind == "Neuron" for born in births) else set()


def _nearer(scene: Scene, born: str, one: str, other: str) -> bool:
    """Whether a node stands nearer to one than to another, along the flow."""
    places = (scene.plan.at(key) for key in (born, one, other))
    here, start, end = (place.y() if scene.plan.down else place.x() for place in places)
    return abs(here - start) < abs(here - end)


def _fitting(scene: Scene, source: PortAt, target: PortAt, starts: set[str], ends: set[str]) -> list[Pair]:
    """Every start with every end, from top to bottom, where such a wire can be."""
    doc = scene.document

    def in_order(births: set[str]) -> list[str]:
        places = {born: scene.plan.at(born) for born in births}
        if scene.plan.down:
            return sorted(births, key=lambda born: (places[born].x(), places[born].y()))
        return sorted(births, key=lambda born: (places[born].y(), places[born].x()))

    found = [
        (PortAt(start, source.port if start == source.born else "y", True), PortAt(end, target.port, False))
        for end in in_order(ends)
        for start in in_order(starts)
    ]
    return [
        (one, other) for one, other in found if queries.why_not(doc, one.born, one.port, other.born, other.port) is None
    ] or [(source, target)]
