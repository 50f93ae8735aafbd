"""Draws wires anew from what fed the originals of copies."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from graph import incoming, queries
from graph.document import Document
from graph.project import wire_of
from graph.records import Node, Stray, Wire


def add_incoming(doc: Document, part: Document, births: Mapping[str, str]) -> None:
    """Wire the copies (`births`, by those of their originals) to the nodes here that are called as the sources were."""
    found = part.records.get(f"#file/{incoming.KEY}")
    entries = found.value if isinstance(found, Stray) and isinstance(found.value, list) else []
    names = {node.born: node.born for node in part.nodes()} | {node.id: node.born for node in reversed(part.nodes())}
    for entry in entries:
        wire = _wire(doc, entry, names)
        if wire is not None and wire.target in births:
            wire = replace(wire, target=births[wire.target], rank=doc.next_rank(Wire))
            if _fits(doc, wire) and wire.key not in doc.records:
                doc.put(wire)


def _wire(doc: Document, entry: Any, names: Mapping[str, str]) -> Wire | None:
    """A wire from a node that is here; None if there is no such node, or if this is no wire."""
    if not isinstance(entry, dict):
        return None
    rest = {name: value for name, value in entry.items() if name not in ("born", "id")}
    wire, source = wire_of(rest, names, 0), _source(doc, entry)
    return replace(wire, source=source.born) if wire is not None and source is not None else None


def _source(doc: Document, entry: Mapping[str, Any]) -> Node | None:
    born, id = entry.get("born"), entry.get("id")
    if isinstance(born, str) and doc.has_node(born):
        return doc.node(born)
    return doc.find(id) if isinstance(id, str) else None


def _fits(doc: Document, wire: Wire) -> bool:
    """Whether both ports are there and of one type; what was just pasted leads nowhere, so no loop can close."""
    gives = next((port for port in queries.ports_out(doc, wire.source) if port.name == wire.source_port), None)
    kind = doc.kind(doc.node(wire.target))
    takes = kind.input(wire.target_port) if kind else None
    return gives is not None and takes is not None and gives.type == takes.type
