"""The wires that fed what is copied: they go along with the copy, to be drawn anew where it is pasted."""

from dataclasses import replace
from typing import Any

from graph.document import Document
from graph.records import Wire
from graph.writing import wire_json

KEY = "incoming"
"""Where the text of a copy holds them: no key of a file."""


def entries(doc: Document, births: set[str]) -> list[dict[str, Any]]:
    """Each wire that comes to these nodes from elsewhere, as a file holds it, with both names of its source."""
    keys = {key for born in births for key in doc.ends(born)}
    wires = [wire for wire in map(doc.wire, keys) if wire.target in births and wire.source not in births]
    wires.sort(key=lambda wire: (wire.rank, wire.key))
    return [_entry(doc, wire) for wire in wires if doc.has_node(wire.source)]


def _entry(doc: Document, wire: Wire) -> dict[str, Any]:
    written = wire_json(doc, replace(wire, via=()))  # its way leads from where the source is
    found = {"wire": written} if isinstance(written, str) else written
    return {**found, "born": wire.source, "id": doc.node(wire.source).id}
