"""Verbs that lay nodes out along their wires, all of them or some."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from graph import queries
from graph.document import Document
from graph.edits.nodes import Size, corner, move
from graph.edits.refitting import keeping_frames
from graph.edits.refusal import Refused, the_node
from graph.edits.routing import drop_bends
from graph.layout.outline import DEFAULT_SIZE, Arrangement, Outline
from graph.records import Point, Sheet, Wire
from graph.scenery import FLOWS

Rect = tuple[float, float, float, float]

APART = 48.0
"""Free space between nodes that are laid out and others that stay."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What only the canvas knows: sizes, places of nodes that the document gives none, and where wires meet nodes.

    `roomy` are sizes with room for what wires have to say; `ports` tells for the key of a wire how far from the corners
    of its nodes, across the flow, it leaves and arrives.
    """

    sizes: Mapping[str, Size] = field(default_factory=dict)
    roomy: Mapping[str, Size] = field(default_factory=dict)
    places: Mapping[str, Point] = field(default_factory=dict)
    ports: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def size(self, born: str) -> Size:
        return self.sizes.get(born, DEFAULT_SIZE)


def arrange(doc: Document, births: Iterable[str] | None = None, drawn: Drawn | None = None) -> None:
    """Lay nodes out along their wires: all of them, or some, which then keep their upper left corner."""
    from graph.layout import arranged

    chosen = None if births is None else list(births)
    put_arranged(doc, arranged(outline(doc, chosen, drawn)), chosen, drawn)


def outline(
    doc: Document,
    births: Iterable[str] | None = None,
    drawn: Drawn | None = None,
    flow: str = "",
    *,
    rows: bool = True,
) -> Outline:
    """What a layout must know of a drawing, or of some of its nodes; `flow` is the one that it is to have.

    `rows`: a long chain is set in several rows if all is laid out.
    """
    drawn = drawn or Drawn()
    chosen = _chosen(doc, births)
    wires = queries.among(doc, chosen)
    delays = {node.born for node in doc.nodes() if node.kind == "Delay"}
    return Outline(
        nodes=[node.born for node in doc.nodes() if node.born in chosen],
        edges=[(wire.source, wire.target) for wire in wires],
        sizes={born: size for born, size in (drawn.roomy or drawn.sizes).items() if born in chosen},
        ports={
            (wire.source, wire.target): drawn.ports[wire.key] for wire in reversed(wires) if wire.key in drawn.ports
        },
        back=[(wire.source, wire.target) for wire in wires if wire.target in delays],
        down=(flow or doc.flow) == "down",
        wrap=rows and births is None,
    )


def set_flow(doc: Document, flow: str) -> None:
    """Let data flow to the right or down on this level, and where a level within says nothing else."""
    if flow not in FLOWS:
        raise Refused(f'Data can flow "right" or "down", not "{flow}".')
    if doc.flow != flow:
        sheet = replace(doc.sheet, flow="" if flow == FLOWS[0] and not doc.block else flow)
        if sheet == Sheet(doc.block):
            doc.drop(sheet.key)
        else:
            doc.put(sheet)


def put_arranged(
    doc: Document, arrangement: Arrangement, births: Iterable[str] | None = None, drawn: Drawn | None = None
) -> None:
    """Put nodes where a layout has them. Some of many keep their upper left corner, or go where nothing else stands.

    The wires among them lose their bends, and get those that the layout gives. Frames are fitted to what they held.
    """
    drawn = drawn or Drawn()
    chosen = _chosen(doc, births)
    left, top = (0.0, 0.0) if births is None else _free_corner(doc, arrangement, chosen, drawn)
    places = {born: at for born, at in drawn.places.items() if doc.node(born).at is None and born not in chosen}
    places |= {born: (x + left, y + top) for born, (x, y) in arrangement.places.items()}
    with keeping_frames(doc, places, drawn.sizes):
        drop_bends(doc, chosen)
        move(doc, places)
        for wire in queries.among(doc, chosen) if arrangement.bends else ():
            _bend(doc, wire, arrangement, (left, top))


def _bend(doc: Document, wire: Wire, arrangement: Arrangement, by: Point) -> None:
    way = arrangement.bends.get((wire.source, wire.target))
    if way:
        doc.put(replace(wire, via=tuple((round(x + by[0]), round(y + by[1])) for x, y in way)))


def _chosen(doc: Document, births: Iterable[str] | None) -> set[str]:
    return {node.born for node in doc.nodes()} if births is None else {the_node(doc, born).born for born in births}


def _free_corner(doc: Document, arrangement: Arrangement, chosen: set[str], drawn: Drawn) -> Point:
    """Where the laid-out nodes begin: where they began, or the nearest place below, beside or above that is free."""
    start = _corner(doc, chosen, drawn)
    inner = [(x, y, *drawn.size(born)) for born, (x, y) in arrangement.places.items()]
    others = [rect for node in doc.nodes() if node.born not in chosen and (rect := _rect(doc, node.born, drawn))]
    found = [_pushed(start, inner, others, way) for way in ((0, 1), (1, 0), (0, -1), (-1, 0))]
    return min(found, key=lambda at: abs(at[0] - start[0]) + abs(at[1] - start[1]))


def _pushed(at: Point, inner: list[Rect], others: list[Rect], way: tuple[int, int]) -> Point:
    """A corner, moved one way until the whole of what begins there meets none of the others."""
    x, y = at
    width = max((left + size for left, _, size, _ in inner), default=0.0)
    height = max((top + size for _, top, _, size in inner), default=0.0)
    if not any(_meet((left + x, top + y, w, h), other) for left, top, w, h in inner for other in others):
        return at
    for left, top, right, bottom in sorted(
        ((a, b, a + w, b + h) for a, b, w, h in others),
        key=lambda box: box[0] * way[0] + box[1] * way[1] if sum(way) > 0 else box[2] * way[0] + box[3] * way[1],
    ):
        if x - APART < right and left < x + width + APART and y - APART < bottom and top < y + height + APART:
            x = right + APART if way[0] > 0 else left - APART - width if way[0] < 0 else x
            y = bottom + APART if way[1] > 0 else top - APART - height if way[1] < 0 else y
    return x, y


def _meet(one: Rect, other: Rect) -> bool:
    return (
        one[0] < other[0] + other[2]
        and other[0] < one[0] + one[2]
        and one[1] < other[1] + other[3]
        and other[1] < one[1] + one[3]
    )


def _rect(doc: Document, born: str, drawn: Drawn) -> Rect | None:
    at = doc.node(born).at or drawn.places.get(born)
    return None if at is None else (*at, *drawn.size(born))


def _corner(doc: Document, births: set[str], drawn: Drawn) -> Point:
    """The upper left corner of what nodes cover, as shown."""
    rects = [rect for born in births if (rect := _rect(doc, born, drawn))]
    return (min(rect[0] for rect in rects), min(rect[1] for rect in rects)) if rects else corner(doc, births)
