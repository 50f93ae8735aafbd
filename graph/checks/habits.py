"""Rules about what torch accepts but hardly anyone means."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeAlias

from graph import edits
from graph.checks.view import View, describe
from graph.diagnostic import Diagnostic, Fix
from graph.roles import Data, Drawn, Layer, LossKind, ScheduleKind
from graph.shape import Tensor

PLAIN = ("Dropout", "AlphaDropout", "GaussianNoise", "DropPath", "Identity")
"""Kinds that change nothing about what two layers around them can do."""

Rule: TypeAlias = Callable[[View], Iterator[Diagnostic]]


def layers_bend(view: View) -> Iterator[Diagnostic]:
    """Two Linear layers with nothing between them are one."""
    if view.node.kind != "Linear":
        return
    for wire in view.wires.get("x", []):
        before = _past(view, wire.source, PLAIN)
        if before and view.document.node(before).kind == "Linear":
            both = f"{view.name(before)} and {view.name(view.born)}"
            message = f"{both} do no more than one Linear: there is no activation between them."
            fix = Fix("Put a ReLU between", partial(edits.insert, wire_key=wire.key, kind="ReLU"))
            yield view.found("no-activation", "warning", message, "x", fix, wire.key)


def _past(view: View, born: str, kinds: tuple[str, ...]) -> str | None:
    """The first node upstream that is not one of these kinds, along single wires."""
    seen: set[str] = set()
    while view.document.has_node(born) and view.document.node(born).kind in kinds and born not in seen:
        seen.add(born)
        wires = view.document.wires_into(born, "x")
        if not wires:
            return None
        born = wires[0].source
    return born if view.document.has_node(born) else None


def linear_gets_rows(view: View) -> Iterator[Diagnostic]:
    value = view.inputs.get("x")
    if isinstance(value, Tensor) and value.sides is not None and value.rank > 3:
        wire = view.wires["x"][-1]
        message = (
            f"{view.name(view.born)} gets {describe(value)} from {view.name(wire.source)} and acts on each of their "
            "lines by itself, which is rarely meant."
        )
        fix = Fix("Put a Flatten between", partial(edits.insert, wire_key=wire.key, kind="Flatten"))
        yield view.found("pictures-into-linear", "warning", message, "x", fix, wire.key)


def something_depends_on_it(view: View) -> Iterator[Diagnostic]:
    if not isinstance(view.made, (Data, Drawn, Layer, LossKind, ScheduleKind)) and view.node.kind != "Neuron":
        return
    if not view.document.wires_from(view.born):
        role = "trains by" if isinstance(view.made, LossKind) else "depends on"
        yield view.found("unused", "hint", f"Nothing {role} {view.name(view.born)} yet.")


STEADY: tuple[Rule, ...] = (layers_bend, something_depends_on_it)

PASSING: dict[str, tuple[Rule, ...]] = {
    "Linear": (linear_gets_rows,),
}
"""Rules about what comes into nodes of a kind."""
