"""Verbs that bring in nodes: from a text in the file's own form, or from the drawing itself."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from graph import framing, names, queries
from graph.document import Document
from graph.edits.blocks import referring
from graph.edits.bringing import bring_blocks, placed
from graph.edits.frames import copy_scenery, is_scenery
from graph.edits.incoming import add_incoming
from graph.edits.refusal import Refused, the_node, the_place
from graph.edits.routing import shifted_way
from graph.project import ProjectError, parse
from graph.records import Node, Point, Wire
from graph.writing import references, referred

OFFSET: Point = (24.0, 24.0)
"""How far from the original a copy lies."""


def paste(doc: Document, text: str, at: Point | None = None, *, incoming: bool = False) -> list[str]:
    """Add the nodes of a project's text under free names, with the wires among them, its frames and its notes.

    Answers the birth names of the nodes, then the keys of frames and notes.
    `at` is where their upper left corner goes; left out, they lie a little beside where they were. Blocks that they
    place come along. With `incoming` wires are drawn anew, too, from what fed the originals, where it is here.
    """
    part = _part(doc, text)
    return _add_part(doc, part, _shift(part, at), incoming=incoming)


def _part(doc: Document, text: str) -> Document:
    """The drawing that a text describes."""
    try:
        part = parse(text.strip().removeprefix("\ufeff"), doc.catalogue)
    except ProjectError as error:
        if text.lstrip("\ufeff \n\r\t").startswith("{"):
            raise Refused(f"What was copied cannot be pasted. {error}") from error
        what = "What was copied is a text, but no part of a drawing"
        raise Refused(f"{what}: copy nodes on a canvas, or the text of a drawing's file.") from error
    if not part.nodes() and not framing.scenery(part):
        raise Refused("There is nothing to paste: what was copied is a drawing without nodes.")
    return part


def _add_part(doc: Document, part: Document, shift: Point, *, incoming: bool = False) -> list[str]:
    nodes = part.nodes()
    with doc.change():
        kinds = bring_blocks(doc, part, placed(part, nodes))
        namer = names.Namer(doc)
        births = {node.born: _add_copy(doc, node, kinds.get(node.kind, node.kind), shift, namer) for node in nodes}
        for node in nodes:
            _refer(doc, part, node, births)
        for wire in part.wires():
            _add_wire(doc, wire, births, shift)
        if incoming:
            add_incoming(doc, part, births)
        return [*births.values(), *copy_scenery(part, doc, shift)]


def duplicate(doc: Document, births: Iterable[str], by: Point = OFFSET) -> list[str]:
    """Nodes (frames and notes, too, by their keys) once more, with the wires among them, a little beside."""
    chosen = [key if is_scenery(doc, key) else the_node(doc, key).born for key in births]
    return _add_part(doc, parse(queries.copy(doc, chosen), doc.catalogue), by)


def _shift(part: Document, at: Point | None) -> Point:
    if at is None:
        return OFFSET
    keys = [*(node.key for node in part.nodes()), *(one.key for one in framing.scenery(part))]
    covered = framing.around(rect for key in keys if (rect := framing.rect_of(part, key)) is not None)
    left, top = covered[:2] if covered else (0.0, 0.0)
    return at[0] - left, at[1] - top


def _add_copy(doc: Document, node: Node, kind: str, shift: Point, namer: names.Namer) -> str:
    declared = doc.catalogue.get(kind)
    why = queries.why_not_here(doc, declared) if declared else None
    if why:
        raise Refused(why)
    id = namer.legal(node.id)
    born = names.unused_born(id, doc)
    place = the_place((node.at[0] + shift[0], node.at[1] + shift[1])) if node.at else None
    doc.put(replace(node, born=born, id=id, kind=kind, at=place, rank=doc.next_rank(Node)))
    return born


def _refer(doc: Document, part: Document, node: Node, births: Mapping[str, str]) -> None:
    """Let a copy name the copies of what its original named; what stayed behind, where it is here too."""
    params = dict(referring(part, node, births))
    for name in references(part.kind(node)):
        if name in node.params:
            params[name] = referred(node.params[name], lambda named: births.get(named) or _here(doc, named))
    if params != node.params:
        doc.put(replace(doc.node(births[node.born]), params=params))


def _here(doc: Document, named: str) -> str:
    """The birth name of a node that is called so here; the name itself where none is."""
    found = doc.find(named)
    return found.born if found else named


def _add_wire(doc: Document, wire: Wire, births: Mapping[str, str], shift: Point) -> None:
    if wire.source not in births or wire.target not in births:
        return
    ends = {"source": births[wire.source], "target": births[wire.target]}
    doc.put(replace(wire, **ends, via=shifted_way(wire.via, shift), rank=doc.next_rank(Wire)))  # type: ignore[arg-type]  # the two ends are texts
