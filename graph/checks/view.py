"""A node as its rules see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graph.diagnostic import Diagnostic, Fix, Level
from graph.document import Document
from graph.misfit import Misfit
from graph.records import Node, Wire
from graph.shape import UNKNOWN, Loss, Schedule, Tensor, Value, describe, take
from graph.spec import LETTERS, Kind, Port

if TYPE_CHECKING:
    from graph.reading import Reading


class View:
    """A node as its rules see it: its kind, the wires into it by port, and what they carry."""

    def __init__(self, document: Document, reading: Reading, node: Node, made: Kind) -> None:
        self.document, self.reading, self.node, self.made = document, reading, node, made
        self.kind = document.kind(node)
        self.wires: dict[str, list[Wire]] = {}
        for wire in document.wires_into(node.born):
            self.wires.setdefault(wire.target_port, []).append(wire)
        self.silences = document.why_silent(node.born)
        self._seats = self._taken_ports()
        self.weighted = any(isinstance(wire.weight, tuple) for listed in self.wires.values() for wire in listed)
        self.look()

    def look(self) -> None:
        """Take what the wires carry now; everything else about the node is as it was."""
        self.misfit: Misfit | None = None
        self.unselectable: dict[str, str] = {}
        self.misplaced: list[tuple[Wire, Value]] = []
        self.inputs: dict[str, Any] = {}
        for name, port, wires in self._seats:
            values = [value for wire in wires if (value := self._fitting(wire, port)) is not None]
            if values:
                self.inputs[name] = values if port.gathers else values[-1]

    @property
    def born(self) -> str:
        return self.node.born

    def name(self, born: str) -> str:
        """The present name of a node, for a sentence."""
        return called(self.document, born)

    def port(self, name: str) -> Port | None:
        return self.made.input(name)

    def carried(self, wire: Wire) -> Value | None:
        """What a wire brings; unknown where it lies on a loop, None where it starts at nothing."""
        if self.reading.order.closes_loop(wire.source, wire.target):
            return UNKNOWN
        value = self.reading.timed(wire)
        if wire.select is None or not isinstance(value, Tensor):
            return value
        try:
            return take(value, wire.select)
        except ValueError as error:
            self.unselectable[wire.key] = str(error)
            return UNKNOWN

    @property
    def readable(self) -> bool:
        """Whether the kind's own shape rule can be asked: everything it needs is wired to the right type of port."""
        if self.kind is None or self.unselectable:
            return False
        return all(self._ready(port) for port in self.made.inputs if not port.optional)

    def found(
        self, code: str, level: Level, message: str, port: str = "", fix: Fix | None = None, wire: str = ""
    ) -> Diagnostic:
        return Diagnostic(code, level, self.born, message, port, wire, fix)

    def _ready(self, port: Port) -> bool:
        if port.lettered:
            return any(self.port(name) is port for name in self.inputs)
        return bool(self.inputs.get(port.name))

    def _taken_ports(self) -> list[tuple[str, Port, list[Wire]]]:
        """The wired ports in the kind's order, with their wires."""
        found = []
        for port in self.made.inputs:
            names = LETTERS if port.lettered else [port.name]
            found += [(name, port, self.wires[name]) for name in names if name in self.wires]
        return found

    def _fitting(self, wire: Wire, port: Port) -> Value | None:
        """What a wire carries into a port; None, and noted, where it cannot flow in."""
        value = self.carried(wire)
        if value is None or fits(value, port):
            return value
        self.misplaced.append((wire, value))
        return None

    @property
    def troubled(self) -> bool:
        """Whether what comes in gives any rule about values a reason to look."""
        return bool(self.misfit or self.misplaced or self.unselectable or self.weighted)


_TYPES: dict[type, str] = {Tensor: "tensor", Loss: "loss", Schedule: "schedule"}


def fits(value: Value | None, port: Port) -> bool:
    """Whether a value is of the port's type."""
    return type_of(value) == port.type


def type_of(value: Value | None) -> str:
    return _TYPES.get(type(value), "")


def called(document: Document, born: str) -> str:
    """The present name of a node for a sentence, whether it takes part or not."""
    drawn = document.drawn
    return shown(drawn.node(born).id if drawn.has_node(born) else born)


def missing(document: Document, born: str) -> str:
    """Why a node is not there for others that name it, as the end of a sentence."""
    state = document.drawn.node(born).state if document.drawn.has_node(born) else ""
    return f"which is {state}" if state else "which is not in the drawing"


def shown(name: str) -> str:
    """A name for a sentence, cut where it is beyond reading."""
    return name if len(name) <= 60 else name[:57] + "…"


__all__ = ["View", "called", "describe", "fits", "missing", "shown", "type_of"]
