"""Fixes from the advice of a kind: what the kind says in general becomes a change of this drawing."""

from dataclasses import replace
from functools import partial
from typing import Any

from graph import edits
from graph.checks.view import View
from graph.diagnostic import Fix
from graph.document import Document
from graph.edits.wires import exchange
from graph.misfit import Advice, Misfit
from graph.records import Wire
from graph.roles import Activation, Layer
from graph.shape import Tensor
from graph.spec import Kind, Place

KEEP_WIDTH = ("normalization", "regularization")
"""Families whose layers answer with as many numbers as they get, as activations do."""


def fix(view: View, advice: Advice, wire: Wire | None) -> Fix | None:
    """The change that an advice means, `wire` being the one that does not fit; None where it cannot help here."""
    if advice.action == "set":
        return Fix(advice.label, lambda doc: _set(doc, view.born, advice))
    if advice.action == "become":
        known = advice.kind in view.document.catalogue
        return Fix(advice.label, lambda doc: edits.change_kind(doc, view.born, advice.kind)) if known else None
    if wire is None or not view.document.has_node(wire.source):
        return None
    return {"insert": _insert, "set_source": _set_source, "before": _before}[advice.action](view, advice, wire)


def _insert(view: View, advice: Advice, wire: Wire) -> Fix | None:
    if advice.kind not in view.document.catalogue:
        return None
    return Fix(advice.label, lambda doc: _set(doc, edits.insert(doc, wire.key, advice.kind), advice))


def _set_source(view: View, advice: Advice, wire: Wire) -> Fix | None:
    """The parameters belong to the node before, or to the first before it that is no mere function of each number."""
    doc, born, seen = view.document, wire.source, {view.born}
    while born not in seen:
        seen.add(born)
        kind = doc.kind(doc.node(born))
        if kind is not None and all(name in kind.params for name in advice.params):
            return Fix(advice.label, partial(_set, born=born, advice=advice))
        feeds = doc.wires_into(born) if kind is not None and _keeps_width(kind) else []
        if len(feeds) == 1 and doc.has_node(feeds[0].source):
            born = feeds[0].source
    return None


def _keeps_width(kind: type[Kind]) -> bool:
    return issubclass(kind, Activation) or kind.family in KEEP_WIDTH


def _before(view: View, advice: Advice, wire: Wire) -> Fix | None:
    """Only where what the node before gets is what this one wants, and nothing else hangs on the node before."""
    doc, source = view.document, wire.source
    feeds = doc.wires_into(source)
    if len(feeds) != 1 or not doc.has_node(feeds[0].source) or len(doc.wires_from(source)) != 1:
        return None
    value = view.reading.on(feeds[0].key)
    if not isinstance(value, Tensor) or value.sides is None or not _takes(view, wire.target_port, value):
        return None
    label = advice.label.replace("{node}", view.name(view.born)).replace("{source}", view.name(source))
    return Fix(label, lambda doc: put_before(doc, wire.key))


def _takes(view: View, port: str, value: Tensor) -> bool:
    if not isinstance(view.made, Layer):
        return False
    try:
        view.made.read({**view.inputs, port: value}, Place(view.born))
    except Misfit:
        return False
    return True


def put_before(doc: Document, key: str) -> None:
    """Exchange the two ends of a wire in their line: what came out of the second then comes out of the first."""
    wire = doc.wire(key)
    first, second = doc.node(wire.source), doc.node(wire.target)
    (feed,) = doc.wires_into(first.born)
    with doc.change():
        doc.drop(wire.key)
        for onward in doc.wires_from(second.born):
            exchange(doc, onward, replace(onward, source=first.born, source_port=wire.source_port))
        edits.insert_node(doc, feed.key, second.born)
        if first.at is not None and second.at is not None:
            edits.move(doc, {first.born: second.at, second.born: first.at})


def _set(doc: Any, born: str, advice: Advice) -> None:
    """Set what the kind has of the advised parameters."""
    kind = doc.kind(doc.node(born))
    for name, value in advice.params.items():
        if kind is not None and name in kind.params:
            edits.set_param(doc, born, name, value)
