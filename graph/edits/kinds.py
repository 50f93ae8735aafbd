"""The verb that makes a node of another kind, and moves its wires to the ports that it has then."""

from dataclasses import replace

from graph.document import Document
from graph.edits.nodes import is_typed, the_kind
from graph.edits.refusal import the_node
from graph.records import Wire
from graph.spec import LETTERS, Kind, Port


def change_kind(doc: Document, born: str, kind: str) -> None:
    """Make a node of another kind: it keeps parameters of the same name, and the wires that still fit."""
    node, after = the_node(doc, born), the_kind(doc, kind)
    before = doc.kind(node)
    known = {name: value for name, value in node.params.items() if name in after.params}
    kept = {name: value for name, value in known.items() if is_typed(after.params[name], value)}
    wires = doc.wires_at(born)
    with doc.change():
        doc.put(replace(node, kind=kind, params=kept))
        for wire in wires:
            doc.drop(wire.key)
        for wire in _refitted(wires, born, before, after(kept)):
            doc.put(wire)


def keeps_wires(doc: Document, born: str, kind: type[Kind]) -> bool:
    """Whether a node that became one of this kind would keep all its wires."""
    wires = doc.wires_at(born)
    return len(_refitted(wires, born, doc.kind(the_node(doc, born)), kind())) == len(wires)


def _refitted(wires: list[Wire], born: str, before: type[Kind] | None, after: Kind) -> list[Wire]:
    """The wires as they are at the new ports; those that find none are left out."""
    outputs = {wire.key: _exit(wire, before, after) for wire in wires if wire.source == born}
    inputs = _entries([wire for wire in wires if wire.target == born], before, type(after))
    answer = []
    for wire in wires:
        exit, entry = outputs.get(wire.key, wire.source_port), inputs.get(wire.key)
        if wire.target == born and entry is not None and exit is not None:
            weighs = {} if entry.gathers else {"weight": None, "fixed": False}
            answer.append(replace(wire, source_port=exit, target_port=entry.name, **weighs))  # type: ignore[arg-type]
        elif wire.target != born and exit is not None:
            answer.append(replace(wire, source_port=exit))
    return answer


def _exit(wire: Wire, before: type[Kind] | None, after: Kind) -> str | None:
    declared = before.output(wire.source_port) if before else None
    ports = [port for port in after.ports_out() if declared is None or port.type == declared.type]
    names = [port.name for port in ports]
    return wire.source_port if wire.source_port in names else next(iter(names), None)


def _entries(wires: list[Wire], before: type[Kind] | None, after: type[Kind]) -> dict[str, Port]:
    """The input that each wire takes: the one of its name first, then what is free, in order."""
    free = _seats(after)
    found: dict[str, Port] = {}
    for by_name in (True, False):
        for wire in wires:
            declared = before.input(wire.target_port) if before else None
            seat = None if wire.key in found else _seat(wire, declared, free, by_name)
            if seat is not None:
                found[wire.key] = seat
                free = free if seat.gathers else [port for port in free if port is not seat]
    return found


def _seat(wire: Wire, declared: Port | None, free: list[Port], by_name: bool) -> Port | None:
    for port in free:
        fits = declared is None or declared.type == port.type
        named = port.name == wire.target_port and (declared is None or declared.lettered == port.lettered)
        if fits and (named or not by_name):
            return port
    return None


def _seats(kind: type[Kind]) -> list[Port]:
    """The inputs of a kind, a lettered one as all its letters."""
    return [replace(port, name=name) for port in kind.inputs for name in (LETTERS if port.lettered else [port.name])]
