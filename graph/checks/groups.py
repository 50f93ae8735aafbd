"""Rules about layers with a learning rate or a weight decay of their own, which not every optimizer can give them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from graph import edits
from graph.diagnostic import Diagnostic, Fix
from graph.records import Node
from graph.roles import Optimizer, ScheduleKind
from graph.weights import setting

if TYPE_CHECKING:
    from graph.checks.whole import Survey


def layers_can_have_their_own_pace(survey: Survey) -> Iterator[Diagnostic]:
    for optimizer in survey.of(Optimizer):
        for born in survey.ranked(survey.owners.owned(optimizer)):
            yield from _of(survey, optimizer, survey.document.node(born))


def _of(survey: Survey, optimizer: Node, node: Node) -> Iterator[Diagnostic]:
    made, layer = survey.document.make(optimizer), survey.document.make(node)
    if not isinstance(made, Optimizer) or not {"lr_factor", "decay"} & node.params.keys():
        return
    who, what = survey.name(optimizer.born), survey.name(node.born)
    if setting(layer, "lr_factor") != 1 and (made.closure or not made.torch):
        yield _found(node, "lr_factor", f"{who} moves all weights with one learning rate: {what} cannot have its own.")
    elif setting(layer, "lr_factor") != 1 and (swing := _swings(survey, optimizer)):
        message = f"{swing} sets the learning rate of all weights of {who}: {what} cannot have its own."
        yield _found(node, "lr_factor", message)
    if setting(layer, "decay") is not None and (made.closure or "weight_decay" not in made.params):
        yield _found(node, "decay", f"{who} has no weight decay: {what} cannot have its own.")


def slopes_can_be_added_up(survey: Survey) -> Iterator[Diagnostic]:
    """What goes through a batch in parts, or in several processes, needs slopes that add up."""
    for name in ("accumulate", "processes"):
        parts = survey.document.settings.params.get(name, 1)
        if not isinstance(parts, int) or parts == 1:
            continue
        for optimizer in survey.of(Optimizer):
            made = survey.document.make(optimizer)
            if isinstance(made, Optimizer) and (made.closure or not made.torch):
                message = f"{survey.name(optimizer.born)} needs the whole batch at once: {name} cannot be {parts}."
                fix = Fix(f"Set {name} to 1", partial(edits.set_run, name=name, value=None))
                yield Diagnostic(name, "error", optimizer.born, message, fix=fix)


def slopes_can_be_scaled(survey: Survey) -> Iterator[Diagnostic]:
    """In half precision small slopes are lost unless the loss is scaled, which takes one loss and one backward pass."""
    if survey.document.settings.params.get("precision") != "fp16":
        return
    for optimizer in survey.of(Optimizer):
        made = survey.document.make(optimizer)
        if isinstance(made, Optimizer) and (made.closure or not made.torch):
            why = "computes its loss several times a step" if made.closure else "learns without slopes"
            message = f"{survey.name(optimizer.born)} {why}, which cannot be scaled for fp16: choose bf16 or float32."
            fix = Fix("Train in float32", partial(edits.set_run, name="precision", value=None))
            yield Diagnostic("precision", "error", optimizer.born, message, fix=fix)


def _swings(survey: Survey, optimizer: Node) -> str:
    """The schedule of an optimizer that names learning rates itself, whatever they were; empty if none does."""
    doc = survey.document
    for wire in doc.wires_into(optimizer.born, "schedule"):
        made = doc.make(doc.node(wire.source)) if doc.has_node(wire.source) else None
        if isinstance(made, ScheduleKind) and getattr(made, "max_lr", None) is not None:
            return survey.name(wire.source)
    return ""


def _found(node: Node, name: str, message: str) -> Diagnostic:
    fix = Fix(f"Reset {name}", partial(edits.reset_param, born=node.born, name=name))
    return Diagnostic("own-pace", "error", node.born, message, fix=fix)
