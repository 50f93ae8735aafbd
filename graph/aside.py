"""What is known about nodes that take no part: what comes to them, and what passes through those that are bypassed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graph.meaning import Meant, Silence
from graph.records import Wire
from graph.shape import UNKNOWN, Tensor, Value, take

if TYPE_CHECKING:
    from graph.reading import Reading


def is_aside(reading: Reading, born: str) -> bool:
    """Whether a node of the drawing takes no part."""
    return isinstance(reading.document, Meant) and born in reading.document.out


def passed(reading: Reading, wire: Wire) -> Value | None:
    """What a drawn wire brings that is not in the drawing as it is meant; None if it brings nothing."""
    if not isinstance(reading.document, Meant):
        return None
    origin = reading.document.origin(wire)
    if isinstance(origin, Silence):
        return None
    source, port, select = origin
    value = reading.value(source, port)
    try:
        return take(value, select) if isinstance(value, Tensor) else value
    except ValueError:
        return UNKNOWN


def value(reading: Reading, born: str, port: str) -> Value | None:
    """What leaves a node that takes no part: what a bypassed one passes on."""
    return passed(reading, Wire(born, port, "", "")) if is_aside(reading, born) else None


def inputs(reading: Reading, born: str) -> dict[str, Any]:
    """What would go into a node that takes no part, by port."""
    found: dict[str, Any] = {}
    kind = reading.drawn.kind(reading.drawn.node(born))
    for wire in reading.drawn.wires_into(born):
        came, port = passed(reading, wire), kind.input(wire.target_port) if kind else None
        if came is not None and port is not None:
            found[wire.target_port] = [*found.get(wire.target_port, ()), came] if port.gathers else came
    return found


def around(reading: Reading) -> set[str]:
    """What may be shown otherwise whenever something is read anew: all that takes no part, and the wires there."""
    if not isinstance(reading.document, Meant):
        return set()
    return {key for born in reading.document.out for key in (born, *reading.drawn.ends(born))}
