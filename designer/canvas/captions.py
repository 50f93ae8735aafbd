"""The words on the canvas: pills on wires, tooltips, and what a screen reader says."""

from collections.abc import Sequence

from designer.canvas.looks import PortAt, Spot
from graph.document import Document
from graph.reading import Reading
from graph.records import Frame, Note, Record, Wire, select_text
from graph.shape import describe, text
from graph.spec import PortType


def pill(document: Document, reading: Reading, wire: Wire) -> tuple[str, ...]:
    """What a wire's pill says, the longest text first: selection and weight, else the shape that it carries.

    Nothing where nothing is known; a single number is no news.
    """
    if says_own(wire):
        return tuple(dict.fromkeys((own_text(wire), weight(wire) or own_text(wire))))
    if port_type(document, wire) != "tensor":
        return ()
    words = text(reading.on(wire.key))
    return () if words in ("", "?", "1") else (words,)


def weight(wire: Wire) -> str:
    """A typed weight, as short as it can be said."""
    if wire.weight is None:
        return ""
    typed = wire.weight if isinstance(wire.weight, tuple) else (wire.weight,)
    numbers = ", ".join(f"{number:.4g}".replace("-", "−") for number in typed[:3])
    return f"{numbers}, …" if len(typed) > 3 else numbers


def own_text(wire: Wire) -> str:
    """What a wire says about itself: its selection, its weight."""
    selected = wire.source_port + select_text(wire.select) if wire.select is not None else ""
    return " · ".join(part for part in (selected, weight(wire)) if part)


def says_own(wire: Wire) -> bool:
    """Whether a wire's pill says something about this wire alone, not about the port that it leaves."""
    return wire.select is not None or wire.weight is not None


def port_type(document: Document, wire: Wire) -> PortType:
    """The type of a wire: that of the port it leaves, or of the one it enters where that is unknown."""
    for born, name, output in ((wire.source, wire.source_port, True), (wire.target, wire.target_port, False)):
        kind = document.kind(document.node(born)) if document.has_node(born) else None
        port = (kind.output(name) if output else kind.input(name)) if kind else None
        if port is not None:
            return port.type
    return "tensor"


def port_tip(document: Document, reading: Reading, spot: Spot, port: PortAt) -> str:
    """What a port is called, takes or gives, and what flows there."""
    name = f"{document.node(port.born).id}.{port.port}"
    if not spot.declared:
        return f"{name}: {document.node(port.born).kind} has no such port"
    lines = [f"{name} · {'gives' if port.output else 'takes'} {_article(spot.type)}"]
    value = reading.value(port.born, port.port) if port.output else _incoming(document, reading, port)
    if value:
        lines.append(value if isinstance(value, str) else describe(value))
    return "\n".join([*lines, spot.help] if spot.help else lines)


def _incoming(document: Document, reading: Reading, port: PortAt) -> str:
    wires = document.wires_into(port.born, port.port)
    return ", ".join(dict.fromkeys(describe(reading.on(wire.key)) for wire in wires if document.has_node(wire.source)))


def _article(type: PortType) -> str:
    return {"tensor": "a tensor", "loss": "a loss", "schedule": "a schedule"}[type]


def node_name(document: Document, reading: Reading, born: str) -> str:
    """A node in a few words for a screen reader: name, kind and the parameters that matter, what it gives, what is
    wrong."""
    node = document.node(born)
    made = document.make(node) if document.kind(node) else None
    parts = [node.id, made.summary() if made else f"unknown kind {node.kind}", node.state]
    flows = (
        [text(reading.value(born, port.name)) for port in made.ports_out()[:2] if port.type == "tensor"] if made else []
    )
    if flows and flows != ["?"]:
        parts.append(f"gives {' and '.join(flows)}")
    levels = [found.level for found in reading.diagnostics(born)]
    parts += [_counted(levels.count(level), level) for level in ("error", "warning", "hint") if level in levels]
    return ", ".join(filter(None, parts))


def port_name(document: Document, reading: Reading, port: PortAt) -> str:
    """A port in a few words for a screen reader: what it is called, what flows there, where to or from."""
    if port.output:
        ends = [
            f"{_end(document, wire.target)}.{wire.target_port}" for wire in document.wires_from(port.born, port.port)
        ]
        flows, way = describe(reading.value(port.born, port.port)), "to"
    else:
        ends = [
            f"{_end(document, wire.source)}.{wire.source_port}" for wire in document.wires_into(port.born, port.port)
        ]
        flows, way = _incoming(document, reading, port), "from"
    wired = f"{way} {', '.join(ends)}" if ends else "not wired"
    return ", ".join(filter(None, (f"{'output' if port.output else 'input'} {port.port}", flows, wired)))


def _counted(many: int, what: str) -> str:
    return f"one {what}" if many == 1 else f"{many} {what}s"


def spoken(
    document: Document, reading: Reading, births: list[str], wires: list[str], scenery: Sequence[str] = ()
) -> str:
    """What is selected, in a sentence for those who do not see it."""
    if scenery:
        others = spoken(document, reading, births, wires) if births or wires else ""
        told = [_spoken_piece(document.records.get(key)) for key in scenery]
        return "; ".join(text for text in (*told, others) if text)
    if len(births) == 1 and not wires:
        return _spoken_node(document, reading, births[0])
    if len(wires) == 1 and not births:
        wire = document.wire(wires[0])
        return (
            f"Wire {_end(document, wire.source)}.{wire.source_port} to {_end(document, wire.target)}.{wire.target_port}"
        )
    if not births and not wires:
        return f"Canvas with {document.size} nodes, nothing selected"
    return f"{len(births)} nodes and {len(wires)} wires selected"


def _spoken_piece(record: Record | None) -> str:
    if isinstance(record, Frame):
        return f"Frame {record.title}".rstrip()
    return f"Note: {record.text}" if isinstance(record, Note) else ""


def _spoken_node(document: Document, reading: Reading, born: str) -> str:
    node = document.node(born)
    kind = document.kind(node)
    parts = [f"{node.id}, {document.make(node).summary() if kind else 'unknown kind ' + node.kind}"]
    parts += [node.state] if node.state else []
    feeds = [_end(document, wire.source) for wire in document.wires_into(born)]
    fed = [_end(document, wire.target) for wire in document.wires_from(born)]
    if feeds:
        parts.append("from " + ", ".join(feeds))
    if fed:
        parts.append("to " + ", ".join(fed))
    parts += [f"{found.level}: {found.message}" for found in reading.diagnostics(born)]
    return "; ".join(parts)


def _end(document: Document, born: str) -> str:
    return document.node(born).id if document.has_node(born) else born
