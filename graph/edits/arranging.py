"""Verbs that lay nodes out along their wires, all of them or some."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from graph import framing, queries
from graph.document import Document
from graph.edits.frames import the_rect
from graph.edits.nesting import Nest
from graph.edits.nodes import Size, move
from graph.edits.refusal import Refused, the_node
from graph.edits.routing import unbend
from graph.edits.settling import Settling
from graph.layout.outline import DEFAULT_SIZE, Arrangement, Outline
from graph.records import Node, Note, Point, Rect, Sheet
from graph.scenery import FLOWS


@dataclass(frozen=True, slots=True)
class Drawn:
    """What only the canvas knows: sizes, places of nodes that the document gives none, and where wires meet nodes.

    `roomy` are sizes with room for what wires have to say; `ports` tells for the key of a wire how far from the corners
    of its nodes, across the flow, it leaves and arrives. `shown` are present sizes, where those of another flow differ.
    """

    sizes: Mapping[str, Size] = field(default_factory=dict)
    roomy: Mapping[str, Size] = field(default_factory=dict)
    places: Mapping[str, Point] = field(default_factory=dict)
    ports: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    shown: Mapping[str, Size] = field(default_factory=dict)

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
    nest = _nest(doc, births, drawn)
    chosen = set(nest.root)
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
        wrap=rows and nest.all,
        groups=nest.groups(),
        items=nest.items() if nest.all else (),
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

    The wires among them lose their bends, and get those that the layout gives. Frames go with what they hold.
    """
    drawn = drawn or Drawn()
    nest = _nest(doc, births, drawn)
    settling = Settling(nest, arrangement, {born: drawn.size(born) for born in arrangement.places})
    with doc.change():
        _drop_bends(doc, nest)
        move(doc, {key: settling.rects[key][:2] for key in settling.rects if _went(doc, key, settling)})
        for frame in doc.frames():
            if settling.rects[frame.key] != nest.rects[frame.key]:
                doc.put(replace(frame, rect=the_rect(settling.rects[frame.key])))
        for edge, way in settling.bends().items():
            for wire in doc.wires_into(edge[1]):
                if wire.source == edge[0]:
                    doc.put(replace(wire, via=way))


def _went(doc: Document, key: str, settling: Settling) -> bool:
    """Whether a node or a note is elsewhere now."""
    record = doc.records[key]
    return isinstance(record, (Node, Note)) and record.at != settling.rects[key][:2]


def _drop_bends(doc: Document, nest: Nest) -> None:
    """Take out the bends of the wires among the nodes that are laid out, but for those that keep their places."""
    rigid = [holder.nodes for key, holder in nest.holders.items() if holder.rigid and key in nest.whole]
    bent = [wire for wire in queries.among(doc, set(nest.root)) if wire.via]
    unbend(doc, [wire.key for wire in bent if not any({wire.source, wire.target} <= nodes for nodes in rigid)])


def _nest(doc: Document, births: Iterable[str] | None, drawn: Drawn) -> Nest:
    births = None if births is None else [the_node(doc, born).born for born in births]
    rects: dict[str, Rect] = {}
    for record in framing.scenery(doc):
        rects[record.key] = framing.rect_of(doc, record.key, drawn.sizes) or (0.0, 0.0, 0.0, 0.0)
    for node in doc.nodes():
        at = node.at or drawn.places.get(node.born)
        if at is not None:
            rects[node.born] = (*at, *drawn.shown.get(node.born, drawn.size(node.born)))
    return Nest(doc, births, rects)
