"""What the perceptron's rule can train, and which activations have no slope for other optimizers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from graph import edits
from graph.bends import BENDS
from graph.diagnostic import Diagnostic, Fix
from graph.document import Document
from graph.edits.closing import leaves
from graph.kinds.perceptron import PerceptronRule
from graph.records import Wire

if TYPE_CHECKING:
    from graph.checks.whole import Survey

FLAT = ("Step", "Sign")
"""Kinds that have no slope, besides neurons with such an activation."""


def rules_have_a_perceptron(survey: Survey) -> Iterator[Diagnostic]:
    """What a PerceptronRule trains: one Linear with a Step behind it, or neurons that step, right behind the data."""
    for rule in survey.of(PerceptronRule):
        for wire in survey.document.wires_into(rule.born, "prediction"):
            why = _why_not(survey, wire)
            if why is not None:
                message, fix = why
                text = f"{survey.name(rule.born)} {message}."
                yield Diagnostic("perceptron", "error", rule.born, text, "prediction", wire.key, fix)


def low_of(document: Document, rule: str) -> float:
    """What the Step before a PerceptronRule answers below zero."""
    for wire in document.wires_into(rule, "prediction"):
        born = next(iter(_joined(document, wire.source)), wire.source)
        if document.has_node(born):
            node = document.node(born)
            bend = BENDS.get(str(getattr(document.make(node), "activation", ""))) if node.kind == "Neuron" else None
            made: Any = document.catalogue.make(bend.kind, bend.params) if bend else document.make(node)
            return float(getattr(made, "low", 0.0))
    return 0.0


def is_flat(doc: Document, born: str) -> bool:
    """Whether the activation of a neuron has no slope."""
    bend = BENDS.get(str(getattr(doc.make(doc.node(born)), "activation", "")))
    return bend is not None and bend.flat


# --- what the rule can train

Why = tuple[str, Fix | None]


def _why_not(survey: Survey, wire: Wire) -> Why | None:
    """Why what feeds a rule is no perceptron, and the fix; None if it is one."""
    doc = survey.document
    if not doc.has_node(wire.source) or wire.select is not None:
        return ("takes all that a Step answers, not a part of it", None) if wire.select is not None else None
    node = doc.node(wire.source)
    neurons = _joined(doc, node.born)
    if neurons:
        return _why_not_neurons(survey, neurons)
    if node.kind == "Step":
        before = next((into.source for into in doc.wires_into(node.born) if doc.has_node(into.source)), None)
        if before is None:
            return None
        if doc.node(before).kind not in ("Linear", "Neuron"):
            return f"trains one Linear before its Step, but {survey.name(before)} is none", None
        return _why_not_first(survey, [before])
    if node.kind == "Linear":
        fix = Fix("Put a Step between", partial(edits.insert, wire_key=wire.key, kind="Step"))
        return f"wants the answer of a Step, but {survey.name(node.born)} gives sums", fix
    if node.kind in ("Sigmoid", "Tanh", "ReLU", "Sign"):
        fix = Fix("Make it a Step", partial(edits.change_kind, born=node.born, kind="Step"))
        return f"wants the answer of a Step, but {survey.name(node.born)} is a {node.kind}", fix
    return f"wants the answer of a Step over one Linear, or of neurons that step, not of {survey.name(node.born)}", None


def _why_not_neurons(survey: Survey, births: list[str]) -> Why | None:
    doc = survey.document
    for born in births:
        bend = getattr(doc.make(doc.node(born)), "activation", "")
        if bend not in ("step", "bipolar_step"):
            fix = Fix("Let it step", partial(edits.set_param, born=born, name="activation", value="step"))
            return f"wants neurons whose activation is a step, but that of {survey.name(born)} is {bend}", fix
    ends = {frozenset((w.source, w.source_port, w.select) for w in doc.wires_into(born, "x")) for born in births}
    if len(ends) > 1:
        return "trains neurons that take from the same sources, and these do not", None
    fixed = [born for born in births if any(w.fixed for w in doc.wires_into(born, "x"))]
    if fixed:
        return f"moves all weights of a neuron, but some of {survey.name(fixed[0])} are fixed", None
    return _why_not_first(survey, births)


def _why_not_first(survey: Survey, births: list[str]) -> Why | None:
    """The rule knows only what comes right from the data: before it nothing may learn."""
    above = survey.ranked(survey.above(births[0]) & survey.weighty)
    if above:
        return f"trains a single layer, but {survey.name(above[0])} before {survey.name(births[0])} learns too", None
    return None


def _joined(doc: Document, born: str) -> list[str]:
    """The neurons that answer: the node itself, or those that a Concatenate joins."""
    if not doc.has_node(born):
        return []
    kind = doc.node(born).kind
    return [born] if kind == "Neuron" else leaves(doc, born) if kind == "Concatenate" else []
