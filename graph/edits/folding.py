"""The verb that makes of equal parts, one behind the other, one block that stands several times."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from graph.document import Document
from graph.edits.collapsing import collapse
from graph.edits.nodes import remove
from graph.edits.refusal import Refused
from graph.repeats import Repeat, find

if TYPE_CHECKING:
    from graph.reading import Reading


@dataclass(frozen=True, slots=True)
class Folded:
    """A placement that stands for several copies: its birth name, how many, and of how many nodes each."""

    born: str
    times: int
    nodes: int

    @property
    def text(self) -> str:
        return f"{self.times} × block of {self.nodes} nodes"


def fold_repeats(doc: Document, reading: Reading | None = None, births: Collection[str] | None = None) -> list[Folded]:
    """Fold the largest repeats of a level, or among some nodes; answers what it made. `reading` reads the level."""
    from graph.reading import Reading

    found = find(doc, reading or Reading(doc), births)
    if not found:
        where = "Among these nodes nothing" if births is not None else "Nothing here"
        raise Refused(f"{where} stands several times one behind the other, alike in kind, parameters and wires.")
    with doc.change():
        return [_fold(doc, one) for one in found]


def _fold(doc: Document, found: Repeat) -> Folded:
    first, *others = found.copies
    source, port = found.leaves
    leaving = doc.wires_from(source, port)
    placed = collapse(doc, first)
    for wire in doc.wires_from(placed):
        doc.drop(wire.key)
    remove(doc, [born for copy in others for born in copy])
    output = doc.make(doc.node(placed)).ports_out()[0].name
    for wire in leaving:
        doc.put(replace(wire, source=placed, source_port=output))
    node = doc.node(placed)
    doc.put(replace(node, params={**node.params, "repeat": len(found.copies)}))
    return Folded(placed, len(found.copies), len(first))
