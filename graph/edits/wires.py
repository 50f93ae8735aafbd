"""Verbs on wires."""

from collections.abc import Sequence
from dataclasses import replace
from enum import Enum
from typing import Any, Literal

from graph import queries
from graph.document import Document
from graph.edits.refusal import Refused, the_place, the_wire
from graph.records import Point, Select, Wire
from graph.spec import Port


class _Keep(Enum):
    KEEP = 0


KEEP: Literal[_Keep.KEEP] = _Keep.KEEP


def connect(
    doc: Document,
    source: str,
    source_port: str,
    target: str,
    target_port: str,
    select: Select = None,
    weight: float | Sequence[float] | None = None,
) -> str:
    """Draw a wire, in place of the one at a port that takes one; answers its key."""
    drawn = Wire(source, source_port, target, target_port, select, rank=doc.next_rank(Wire))
    known = doc.records.get(drawn.key)
    port = the_port(doc, drawn)
    wire = known if isinstance(known, Wire) else replace(drawn, target_port=port.name)
    if weight is not None:
        wire = replace(wire, weight=_weight(doc, wire, weight))
    with doc.change():
        if not port.gathers:
            _clear(doc, wire)
        doc.put(wire)
    return wire.key


def set_wire(
    doc: Document,
    key: str,
    *,
    weight: float | Sequence[float] | Literal[_Keep.KEEP] | None = KEEP,
    fixed: bool | Literal[_Keep.KEEP] = KEEP,
    select: Select | Literal[_Keep.KEEP] = KEEP,
    via: Sequence[Point] | Literal[_Keep.KEEP] = KEEP,
) -> str:
    """Change what a wire takes, weighs, or the way it goes; answers its key, which holds the selection."""
    wire = the_wire(doc, key)
    details: dict[str, Any] = {}
    if weight is not KEEP:
        details["weight"] = _weight(doc, wire, weight)
    if fixed is not KEEP:
        details["fixed"] = fixed
    if select is not KEEP:
        details["select"] = select
    if via is not KEEP:
        details["via"] = tuple(the_place(point) for point in via)
    rest = {name: value for name, value in wire.extra.items() if name not in details}
    return exchange(doc, wire, replace(wire, **details, extra=rest))


def exchange(doc: Document, wire: Wire, after: Wire) -> str:
    """Put a wire in the place of another."""
    if after.key != wire.key and after.key in doc.records:
        raise Refused(f"The wire {queries.wire_name(doc, after)} is there already.")
    with doc.change():
        doc.drop(wire.key)
        doc.put(after)
    return after.key


def the_port(doc: Document, wire: Wire) -> Port:
    """The input that a new wire takes; Refused if it cannot be drawn."""
    why = queries.why_not(doc, wire.source, wire.source_port, wire.target, wire.target_port)
    port = None if why else queries.actual_port(doc, wire.target, wire.target_port)
    if port is None:
        raise Refused(why or f"There is no free input at {wire.target}.")
    return port


def _clear(doc: Document, wire: Wire) -> None:
    for other in doc.wires_into(wire.target, wire.target_port):
        if other.key != wire.key:
            doc.drop(other.key)


def _weight(doc: Document, wire: Wire, weight: float | Sequence[float] | None) -> float | tuple[float, ...] | None:
    port = queries.actual_port(doc, wire.target, wire.target_port) if doc.has_node(wire.target) else None
    if weight is not None and port is not None and not port.gathers:
        raise Refused(f"A wire into {doc.node(wire.target).id}.{wire.target_port} carries no weight.")
    return weight if weight is None or isinstance(weight, (int, float)) else tuple(weight)
