"""Verbs on blocks: definitions, their names, their parameters, their ports."""

import keyword
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from graph import names, queries
from graph.blocks import Placement, declared
from graph.document import Document
from graph.edits.bookmarks import put_sheet
from graph.edits.frames import copy_scenery
from graph.edits.refusal import Refused, the_node, the_place
from graph.following import follows, names_in, renamed, substituted
from graph.records import Block, Node, Point, Wire
from graph.writing import references, referred

RESERVED = frozenset(("Net", "Extras", "Training", "Neurons", "Meter"))
"""Classes that the generated source has itself."""

PORTS = ("Input", "Output")
"""The kinds whose nodes are the ports of a block."""

PORT_GAP = 200.0
"""How far before and behind the nodes the ports of a new block stand."""


def new_block(doc: Document, id: str = "Block") -> str:
    """An empty definition, with one way in and one way out; answers its birth name."""
    block = definition(doc, id)
    with doc.change():
        doc.put(block)
        inner = doc.inside(block.born)
        x, y = new_port(inner, "Input", "x", (0.0, 0.0), 0), new_port(inner, "Output", "y", (PORT_GAP, 0.0), 1)
        inner.put(Wire(x, "x", y, "x"))
    return block.born


def rename_block(doc: Document, born: str, id: str) -> None:
    """Call a block otherwise, with all nodes that place it."""
    block = the_block(doc, born)
    if id == block.id:
        return
    why = why_no_block(doc, id)
    if why:
        raise Refused(f'A block cannot be called "{id[:60]}": {why}.')
    with doc.change():
        for level, node in list(placements(doc, block)):
            level.put(replace(node, kind=id))
        doc.put(replace(block, id=id))


def remove_block(doc: Document, born: str) -> None:
    """Take a definition away that no node places."""
    block = the_block(doc, born)
    placed = [node.id for _, node in placements(doc, block)]
    if placed:
        raise Refused(f"{block.id} is placed as {', '.join(placed[:5])}: remove those nodes first.")
    inner = doc.inside(born)
    with doc.change():
        clear_level(inner)
        doc.drop(block.key)


def set_block_param(doc: Document, born: str, name: str, default: Any) -> None:
    """Give a block a parameter, or a parameter another default."""
    block = the_block(doc, born)
    if declared(name, default) is None or keyword.iskeyword(name):
        raise Refused(f'A block cannot have a parameter "{name[:60]}" that is {default!r} at first.')
    doc.put(replace(block, params={**block.params, name: default}))


def drop_block_param(doc: Document, born: str, name: str) -> None:
    """Take a parameter from a block; what followed it takes the number it stood for."""
    block = the_block(doc, born)
    inner = doc.inside(born)
    with doc.change():
        for node in inner.nodes():
            kept = {key: _without(value, name, block.params) for key, value in node.params.items()}
            if kept != node.params:
                inner.put(replace(node, params=kept))
        for level, node in list(placements(doc, block)):
            if name in node.params:
                level.put(replace(node, params={key: value for key, value in node.params.items() if key != name}))
        doc.put(replace(block, params={key: value for key, value in block.params.items() if key != name}))


def rename_block_param(doc: Document, born: str, name: str, new: str) -> None:
    """Call a parameter of a block otherwise, wherever it is followed or typed."""
    block = the_block(doc, born)
    if name not in block.params or new in block.params or declared(new, 0) is None or keyword.iskeyword(new):
        raise Refused(f'The parameter {name} of {block.id} cannot be called "{new[:60]}".')
    inner = doc.inside(born)
    with doc.change():
        for node in inner.nodes():
            inner.put(replace(node, params={key: renamed(value, name, new) for key, value in node.params.items()}))
        for level, node in list(placements(doc, block)):
            level.put(replace(node, params={new if key == name else key: v for key, v in node.params.items()}))
        doc.put(replace(block, params={new if key == name else key: v for key, v in block.params.items()}))


def move_port(doc: Document, born: str, by: int) -> None:
    """Move a port of a block up (−1) or down (1) among those on its side: their order is that of the nodes."""
    node = the_node(doc, born)
    ports = [one for one in doc.nodes() if one.kind == node.kind]
    if not doc.block or node.kind not in PORTS:
        raise Refused(f"{node.id} is no port of a block.")
    ranks = [port.rank for port in ports]
    at = ports.index(node)
    ports.insert(min(max(at + by, 0), len(ports) - 1), ports.pop(at))
    with doc.change():
        for port, rank in zip(ports, sorted(ranks), strict=True):
            doc.put(replace(port, rank=rank))


def separate(doc: Document, born: str) -> str:
    """Give a placement a definition of its own, a copy of the one that it had; answers its birth name."""
    node = the_node(doc, born)
    block = the_placed(doc, node)
    part = doc.inside(block.born)
    copied = replace(definition(doc, block.id), params=block.params, extra=block.extra)
    with doc.change():
        doc.put(copied)
        copy_whole(part, doc.inside(copied.born))
        doc.put(replace(node, kind=copied.id, params={k: v for k, v in node.params.items() if k != "shares"}))
    return copied.born


# --- what others ask


def the_block(doc: Document, born: str) -> Block:
    block = doc.the_block(born)
    if block is None:
        raise Refused(f"There is no block {born}.")
    return block


def the_placed(doc: Document, node: Node) -> Block:
    """The definition that a node places."""
    kind = doc.kind(node)
    if kind is None or not issubclass(kind, Placement):
        raise Refused(f"{node.id} is no block.")
    return the_block(doc, kind.born)


def placements(doc: Document, block: Block) -> Iterator[tuple[Document, Node]]:
    """Every node that places a block, with the level on which it stands."""
    for level in queries.levels(doc):
        placed = [level.node(born) for born in level.by_kind().get(block.id, ())]
        for node in sorted(placed, key=lambda node: (node.rank, node.born)):
            yield level, node


def why_no_block(doc: Document, id: str) -> str | None:
    """Why a block cannot be called so, as the end of a sentence; None if it can."""
    if id in RESERVED:
        return f"{id} is a class of the generated source"
    if id in doc.catalogue:
        return f"{id} is a kind of node already"
    return names.why_not(id)


def copy_level(source: Document, target: Document, kinds: Mapping[str, str] | None = None) -> dict[str, str]:
    """Put the nodes and wires of a level on another as well, under new births; answers those by the old ones.

    `kinds` says what kinds are called there, where that is otherwise.
    """
    births: dict[str, str] = {}
    for node in source.nodes():
        births[node.born] = names.unused_born(node.id, target)
        target.put(replace(node, born=births[node.born], kind=(kinds or {}).get(node.kind, node.kind)))
    for node in source.nodes():
        params = referring(source, node, births)
        if params != node.params:
            target.put(replace(target.node(births[node.born]), params=params))
    for wire in source.wires():
        ends = (births.get(wire.source, wire.source), births.get(wire.target, wire.target))
        target.put(replace(wire, source=ends[0], target=ends[1]))
    return births


def copy_whole(source: Document, target: Document, kinds: Mapping[str, str] | None = None) -> None:
    """Put all that stands on a level on an empty one as well."""
    copy_level(source, target, kinds)
    copy_scenery(source, target)
    put_sheet(target, replace(source.sheet, block=target.block))


def clear_level(level: Document) -> None:
    """Take away all that stands on a level."""
    with level.change():
        for listed in (level.wires(), level.nodes(), level.frames(), level.notes(), level.strays(), [level.sheet]):
            for record in listed:
                level.drop(record.key)


def referring(source: Document, node: Node, births: Mapping[str, str]) -> Mapping[str, Any]:
    """The parameters of a node whose copies have other births: those that name a node name its copy."""
    named = {name: node.params[name] for name in references(source.kind(node)) if name in node.params}
    moved = {name: referred(value, lambda born: births.get(born, born)) for name, value in named.items()}
    return {**node.params, **moved} if moved != named else node.params


def relist(doc: Document, births: Mapping[str, list[str]]) -> None:
    """Let the lists of nodes that the nodes of a level hold name others in the place of some."""
    for node, lists in _with_lists(doc):
        for name in lists:
            value = node.params.get(name)
            if isinstance(value, list) and any(isinstance(born, str) and born in births for born in value):
                told = [
                    new for born in value for new in (births.get(born, [born]) if isinstance(born, str) else [born])
                ]
                doc.put(
                    replace(doc.node(node.born), params={**doc.node(node.born).params, name: list(dict.fromkeys(told))})
                )


def _with_lists(doc: Document) -> list[tuple[Node, list[str]]]:
    """The nodes of kinds with parameters that list nodes, and these parameters."""
    found = []
    for name, births in doc.by_kind().items():
        kind = doc.catalogue.get(name)
        lists = [one for one, declared in kind.params.items() if declared.type == "nodes"] if kind else []
        found += [(doc.node(born), lists) for born in births] if lists else []
    return sorted(found, key=lambda pair: (pair[0].rank, pair[0].born))


def new_port(inner: Document, kind: str, stem: str, at: Point, rank: int) -> str:
    """An Input or Output node of a block."""
    id = names.legal(stem, inner)
    born = names.unused_born(id, inner)
    inner.put(Node(born, id, kind, {}, the_place(at), rank if kind == "Input" else inner.next_rank(Node) + rank))
    return born


def definition(doc: Document, stem: str) -> Block:
    """A new definition under a free name."""
    return Block(names.block_born(doc, stem), names.block_id(doc, stem), rank=doc.next_rank(Block))


def _without(typed: Any, name: str, params: Mapping[str, Any]) -> Any:
    """What followed a parameter that goes away, with the parameter's default in its place."""
    if not follows(typed) or name not in names_in(typed):
        return typed
    return substituted(typed, {name: params[name]})
