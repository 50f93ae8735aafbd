"""Rules about what a loss is fed: raw scores, probabilities or their logarithms, each where it is wanted."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from graph import edits
from graph.checks.view import View
from graph.diagnostic import Diagnostic, Fix
from graph.document import Document
from graph.records import Wire
from graph.roles import Data, LossKind
from graph.shape import Tensor
from graph.spec import Kind

LOGARITHM = {"Softmax": "LogSoftmax", "Sigmoid": "LogSigmoid"}
"""What gives the logarithm of a kind's probabilities."""


def answers_are_meant(view: View) -> Iterator[Diagnostic]:
    """Each loss says what it takes; what comes may be probabilities already, or scores that are none."""
    made = view.made
    assert isinstance(made, LossKind)
    for wire in view.wires.get("prediction", []) if made.takes else ():
        value = view.carried(wire)
        if not isinstance(value, Tensor) or not view.document.has_node(wire.source):
            continue
        if value.probability:
            yield from _gets_probabilities(view, made, wire)
        elif made.takes != "scores" and _is_raw(view, wire):
            yield _gets_scores(view, made, wire, value)
    for port in made.positive:
        yield from _can_be_negative(view, port)


def balanced_by_data(view: View) -> Iterator[Diagnostic]:
    """Weights that follow from how often each class occurs are counted in the data, before the first step."""
    made = view.made
    assert isinstance(made, LossKind)
    for wire in view.wires.get("target", []) if made.is_balanced else ():
        kind = view.document.kind(view.document.node(wire.source)) if view.document.has_node(wire.source) else None
        if kind is not None and not issubclass(kind, Data):
            message = (
                f"{view.name(view.born)} is to count how often each class occurs, so its target must come straight "
            )
            fix = Fix("Let all count alike", partial(edits.reset_param, born=view.born, name=made.balances))
            yield view.found("balance", "error", f"{message}from data.", "target", fix, wire.key)


def _can_be_negative(view: View, port: str) -> Iterator[Diagnostic]:
    for wire in view.wires.get(port, []):
        if view.document.has_node(wire.source) and _is_raw(view, wire):
            name, source = view.name(view.born), view.name(wire.source)
            message = f"{name} wants numbers above zero at {port}, but what {source} gives may be below."
            known = "Softplus" in view.document.catalogue
            fix = Fix("Put a Softplus between", partial(_insert, key=wire.key, kind="Softplus", dim=None))
            yield view.found("not-positive", "warning", message, port, fix if known else None, wire.key)


def _gets_probabilities(view: View, made: LossKind, wire: Wire) -> Iterator[Diagnostic]:
    name, first = view.name(view.born), view.name(wire.source)
    source = view.document.node(wire.source).kind
    if made.takes == "scores":
        message = (
            f"{name} turns scores into probabilities itself, but {first} has done so already: "
            "it would be done twice, and learning slows down."
        )
        before = view.document.wires_into(wire.source, "x")
        fix = _bypass(wire, before[0], first) if before and source in ("Softmax", "Sigmoid") else None
        yield view.found("probability-twice", "warning", message, "prediction", fix, wire.key)
    elif made.takes == "logarithms":
        message = f"{name} wants logarithms of probabilities, but {first} gives the probabilities themselves."
        log = LOGARITHM.get(source, "")
        known = log in view.document.catalogue
        fix = Fix(f"Make it a {log}", partial(edits.change_kind, born=wire.source, kind=log)) if known else None
        yield view.found("not-logarithms", "warning", message, "prediction", fix, wire.key)


def _gets_scores(view: View, made: LossKind, wire: Wire, value: Tensor) -> Diagnostic:
    wanted, kind = {"probabilities": ("probabilities", "Sigmoid")}.get(
        made.takes, ("logarithms of probabilities", "LogSoftmax")
    )
    message = f"{view.name(view.born)} wants {wanted}, but {view.name(wire.source)} gives raw scores."
    dim = value.rank - 1 if value.sides is not None and view.node.kind == "CTCLoss" else None
    fix = Fix(f"Put a {kind} between", partial(_insert, key=wire.key, kind=kind, dim=dim))
    found = fix if kind in view.document.catalogue else None
    return view.found("raw-scores", "warning", message, "prediction", found, wire.key)


def _insert(doc: Document, key: str, kind: str, dim: int | None) -> None:
    born = edits.insert(doc, key, kind)
    if dim is not None:
        edits.set_param(doc, born, "dim", dim)


def _is_raw(view: View, wire: Wire) -> bool:
    """Whether what comes leaves a layer with weights as it is: such numbers can be anything."""
    kind = view.document.kind(view.document.node(wire.source))
    return kind is not None and kind.weights is not Kind.weights


def _bypass(wire: Wire, before: Wire, name: str) -> Fix:
    def verb(doc: Any) -> None:
        edits.connect(doc, before.source, before.source_port, wire.target, wire.target_port, select=before.select)

    return Fix(f"Wire past {name}", verb)
