"""Verbs on nodes and on the run settings."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from graph import names, queries
from graph.document import Document
from graph.edits.frames import placed_at
from graph.edits.refusal import Refused, the_node, the_place
from graph.edits.routing import carry_bends
from graph.form import plain, same
from graph.param import Param
from graph.records import Frame, Node, Note, Point, Settings
from graph.spec import Kind

Size = tuple[float, float]


def add(
    doc: Document, kind: str, at: Point | None = None, id: str | None = None, params: Mapping[str, Any] | None = None
) -> str:
    """Put a new node on the canvas; answers its birth name."""
    declared = the_kind(doc, kind)
    name = names.fresh(declared, doc) if id is None else _free_name(doc, id)
    typed = {key: value for key, value in plain(params or {}).items() if is_typed(declared.params.get(key), value)}
    place = None if at is None else the_place(at)
    born = names.unused_born(name, doc)
    doc.put(Node(born, name, kind, typed, place, doc.next_rank(Node)))
    return born


def remove(doc: Document, keys: Iterable[str]) -> None:
    """Take nodes away with their wires, and wires, frames, notes, and entries of the file that nobody can read.

    The wires at a port of a block go with it wherever the block is placed.
    """
    with doc.change():
        for key in list(keys):
            node = doc.node(key) if doc.has_node(key) else None
            for wire in doc.wires_at(key) if node else []:
                doc.drop(wire.key)
            for level, wire, _ in queries.wires_at_port(doc, node, node.id) if node else []:
                level.drop(wire.key)
            doc.drop(key)


def rename(doc: Document, born: str, id: str) -> None:
    """Call a node otherwise; its birth name, and with it every wire, stays. A port of a block is one wherever it is."""
    node = the_node(doc, born)
    if id == node.id:
        return
    after = replace(node, id=_free_name(doc, id))
    with doc.change():
        for level, wire, moved in queries.wires_at_port(doc, node, after.id):
            level.drop(wire.key)
            level.put(moved)
        doc.put(after)


def set_param(doc: Document, born: str, name: str, value: Any) -> None:
    """Type a value, good or bad (a check shows a bad one). The default is not stored, nor an empty None."""
    node = the_node(doc, born)
    kind = doc.kind(node)
    if kind is not None and name not in kind.params and name not in node.params:
        raise Refused(f"{node.id} is a {kind.title}, which has no parameter {name}.")
    _store(doc, node, name, value, kind.params.get(name) if kind else None)


def reset_param(doc: Document, born: str, name: str) -> None:
    """Let a parameter take its default again."""
    node = the_node(doc, born)
    doc.put(replace(node, params=_without(node.params, name)))


def set_run(doc: Document, name: str, value: Any) -> None:
    """Change a run setting; None and the default let it take its default."""
    run = doc.catalogue.get("Run")
    if run is not None and name not in run.params and name not in doc.settings.params:
        raise Refused(f"There is no run setting {name}.")
    _store(doc, doc.settings, name, value, run.params.get(name) if run else None)


def move(doc: Document, places: Mapping[str, Point]) -> None:
    """Put nodes elsewhere on the canvas, and frames (by themselves) and notes, by their keys.

    The bends of wires between the nodes go along.
    """
    with doc.change():
        carry_bends(doc, places)
        for key, at in places.items():
            record = doc.records.get(key)
            if isinstance(record, (Frame, Note)) and doc.holds(record):
                doc.put(placed_at(record, at))
            else:
                node = the_node(doc, key)
                doc.put(replace(node, at=the_place(at), extra=_without(node.extra, "at")))


def the_kind(doc: Document, name: str) -> type[Kind]:
    """The kind of a new node on this level."""
    kind = doc.catalogue.get(name)
    if kind is None or not kind.family:
        raise Refused(f"There is no kind of node called {name}.")
    why = queries.why_not_here(doc, kind)
    if why:
        raise Refused(why)
    return kind


def corner(doc: Document, births: Iterable[str]) -> Point:
    """The upper left corner of what these nodes cover."""
    places = [node.at for born in births if (node := the_node(doc, born)).at is not None]
    return min((at[0] for at in places if at), default=0.0), min((at[1] for at in places if at), default=0.0)


# --- parts of verbs


def _free_name(doc: Document, id: str) -> str:
    name = unicodedata.normalize("NFKC", id.strip())
    why = names.why_not(name)
    if why:
        raise Refused(f'A node cannot be called "{name[:60]}": {why}.')
    if doc.holders(name):
        raise Refused(f"{name} is the name of another node already.")
    return name


def is_typed(declared: Param | None, value: Any) -> bool:
    """Whether a value must be stored: not the default, and not None where that says nothing."""
    if declared is None:
        return value is not None
    if value is None:
        return declared.optional and declared.default is not None
    return not same(value, plain(declared.default))


def _store(doc: Document, record: Node | Settings, name: str, value: Any, declared: Param | None) -> None:
    params = _without(record.params, name)
    stored = plain(value)
    if is_typed(declared, stored):
        params = {**record.params, name: stored}
    doc.put(replace(record, params=params))


def _without(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != name}
