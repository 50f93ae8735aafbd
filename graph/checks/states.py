"""Rules about nodes that are muted or bypassed, seen from those that take part and miss what came from there."""

from collections.abc import Callable, Iterator
from functools import partial

from graph import edits
from graph.checks.view import View
from graph.diagnostic import Diagnostic, Fix
from graph.meaning import BYPASSED, MUTED, Silence, Through, why_not_bypassed
from graph.records import Wire
from graph.spec import Port


def quiet(view: View, port: Port) -> Diagnostic | None:
    """What is to blame where an input gets nothing though something is drawn into it; None if nothing is."""
    found = next((one for one in view.silences if view.port(_wire(view, one).target_port) is port), None)
    if found is None:
        return None
    where = f" into {port.name}" if len(view.made.inputs) > 1 else ""
    message = f"{view.name(view.born)} gets nothing{where}: {found.why}."
    return view.found("input-silent", "error", message, port.name, _remedy(view, found), found.wire)


def nothing_is_lost(view: View) -> Iterator[Diagnostic]:
    """A bypassed node that passes nothing on is said, where its wire was one of several or need not be."""
    for found in view.silences:
        wire = _wire(view, found)
        port = view.port(wire.target_port)
        wired = any(view.port(name) is port for name in view.wires)
        if not found.muted and port is not None and (wired or port.optional):
            message = f"{view.name(view.born)} gets nothing from {view.name(wire.source)}: {found.why}."
            yield view.found("input-silent", "error", message, wire.target_port, _remedy(view, found), found.wire)


def values_come_once(view: View) -> Iterator[Diagnostic]:
    """Past a bypassed node the same value may reach a neuron twice, which one line of its table cannot say."""
    for name, wires in view.wires.items():
        seen: dict[tuple[str, str, object], Wire] = {}
        for wire in sorted(wires, key=lambda wire: isinstance(wire, Through)):
            first = seen.setdefault((wire.source, wire.source_port, wire.select), wire)
            port = view.port(name)
            if first is not wire and isinstance(wire, Through) and port is not None and port.gathers:
                past = view.document.drawn.wire(wire.key).source
                twice = (
                    f"{view.name(view.born)} gets {view.name(wire.source)} twice, since {view.name(past)} is bypassed"
                )
                fix = Fix(f"Mute {view.name(past)} instead", partial(edits.set_state, births=[past], state=MUTED))
                yield view.found("input-twice", "error", f"{twice}.", name, fix, wire.key)


def ports_take_part(view: View) -> Iterator[Diagnostic]:
    if view.node.state:
        message = f"{view.name(view.born)} is a port of the block, which cannot be {view.node.state}."
        fix = Fix("Switch it on", partial(edits.set_state, births=[view.born], state=""))
        yield view.found("port-state", "error", message, fix=fix)


def _wire(view: View, silence: Silence) -> Wire:
    return view.document.drawn.wire(silence.wire)


def _remedy(view: View, silence: Silence) -> Fix:
    drawn, name = view.document.drawn, view.name(silence.born)
    bare = silence.muted and why_not_bypassed(drawn, drawn.node(silence.born)) is None
    if bare:
        return Fix(f"Bypass {name} instead", partial(edits.set_state, births=[silence.born], state=BYPASSED))
    label = f"Unmute {name}" if silence.muted else f"Switch {name} on"
    return Fix(label, partial(edits.set_state, births=[silence.born], state=""))


STEADY: tuple[Callable[[View], Iterator[Diagnostic]], ...] = (nothing_is_lost, values_come_once, ports_take_part)
