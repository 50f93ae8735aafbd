"""Rules about wires and the ports that they meet."""

from collections.abc import Callable, Iterator
from functools import partial

from graph import edits
from graph.checks.states import quiet
from graph.checks.view import View, describe, shown
from graph.diagnostic import Diagnostic, Fix
from graph.records import Wire
from graph.shape import Tensor


def wires_reach_something(view: View) -> Iterator[Diagnostic]:
    for wire in view.document.wires_at(view.born):
        for end, other in ((wire.source, wire.target), (wire.target, wire.source)):
            if not view.document.has_node(end) and other == view.born:
                message = f"A wire of {view.name(view.born)} leads to {shown(end)}, which is not in the drawing."
                yield view.found("wire-to-nothing", "error", message, fix=_cut(wire), wire=wire.key)


def wires_meet_ports(view: View) -> Iterator[Diagnostic]:
    if view.kind is None:
        return
    for wires in view.wires.values():
        for wire in wires:
            if view.port(wire.target_port) is None:
                message = f"{view.name(view.born)} has no input {shown(wire.target_port)!r}."
                yield view.found("port-unknown", "error", message, shown(wire.target_port), _cut(wire), wire.key)
            elif view.document.has_node(wire.source):
                yield from _source_port(view, wire)


def _source_port(view: View, wire: Wire) -> Iterator[Diagnostic]:
    source = view.document.node(wire.source)
    ports = view.document.make(source).ports_out()
    if view.document.kind(source) is not None and all(port.name != wire.source_port for port in ports):
        message = f"{view.name(wire.source)} has no output {shown(wire.source_port)!r}."
        yield view.found("port-unknown", "error", message, wire.target_port, _cut(wire), wire.key)


def wires_carry_the_type(view: View) -> Iterator[Diagnostic]:
    for wire, value in view.misplaced:
        port = view.port(wire.target_port)
        if port is not None:
            came = f"{view.name(wire.source)} gives {describe(value)}"
            message = f"{view.name(view.born)}.{wire.target_port} takes a {port.type}, but {came}."
            yield view.found("wire-type", "error", message, wire.target_port, _cut(wire), wire.key)


def ports_take_their_number(view: View) -> Iterator[Diagnostic]:
    for name, wires in view.wires.items():
        port = view.port(name)
        if port is not None and not port.gathers and len(wires) > 1:
            sources = " and ".join(view.name(wire.source) for wire in wires)
            message = f"{view.name(view.born)}.{name} takes one wire, but {sources} are wired to it."
            extra = [wire.key for wire in wires[:-1]]
            fix = Fix(f"Keep the wire from {view.name(wires[-1].source)}", partial(edits.remove, keys=extra))
            yield view.found("too-many-wires", "error", message, name, fix)


def inputs_are_wired(view: View) -> Iterator[Diagnostic]:
    for port in view.made.inputs:
        wired = any(view.port(name) is port for name in view.wires)
        if not wired and not port.optional:
            yield quiet(view, port) or view.found(
                "input-unwired", "error", f"{view.name(view.born)} has nothing wired into {port.name}.", port.name
            )


def selections_can_be_taken(view: View) -> Iterator[Diagnostic]:
    for key, why in view.unselectable.items():
        wire = view.document.wire(key)
        message = f"The wire from {view.name(wire.source)} to {view.name(view.born)} cannot take its part: {why}."
        fix = Fix("Take all of it", partial(edits.set_wire, key=key, select=None))
        yield view.found("selection", "error", message, wire.target_port, fix, key)


def weights_fit(view: View) -> Iterator[Diagnostic]:
    for wires in view.wires.values():
        for wire in wires:
            value = view.carried(wire)
            if isinstance(wire.weight, tuple) and isinstance(value, Tensor) and value.sides is not None:
                wanted = value.inner[-1] if value.inner else 1
                if isinstance(wanted, int) and wanted != len(wire.weight):
                    message = (
                        f"The wire from {view.name(wire.source)} to {view.name(view.born)} brings {wanted} "
                        f"number{'s' if wanted > 1 else ''}, but {len(wire.weight)} weights were typed."
                    )
                    fix = Fix("Forget the typed weights", partial(edits.set_wire, key=wire.key, weight=None))
                    yield view.found("wire-weights", "error", message, wire.target_port, fix, wire.key)


def _cut(wire: Wire) -> Fix:
    return Fix("Remove the wire", lambda doc: edits.remove(doc, [wire.key]))


STEADY: tuple[Callable[[View], Iterator[Diagnostic]], ...] = (
    wires_reach_something,
    wires_meet_ports,
    ports_take_their_number,
    inputs_are_wired,
)

PASSING: tuple[Callable[[View], Iterator[Diagnostic]], ...] = (
    wires_carry_the_type,
    selections_can_be_taken,
    weights_fit,
)
