"""The text of a project file: JSON with one record on a line, stable in order, with the names that nodes have now."""

import itertools
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from graph import scenery
from graph.document import Document
from graph.form import dump, is_name
from graph.records import SETTINGS, Block, Node, Record, Stray, Wire, ranked, wire_text
from graph.spec import Kind

FORMAT = "neuroloom"
VERSION = 1
SHARES, REPEAT, REPEAT_SHARED = "shares", "repeat", "repeat_shared"
PLACING = (SHARES, REPEAT, REPEAT_SHARED)
"""Parameters that the file keeps beside the others: they say how a node is placed."""


def own_birth(block: str, id: str) -> str:
    """The birth name of a node that has always been called so, in the drawing or in a block."""
    return f"{block}/{id}" if block else id


def references(kind: type[Kind] | None) -> list[str]:
    """The parameters that name a node, or several."""
    own = [name for name, declared in kind.params.items() if declared.type in ("node", "nodes")] if kind else []
    return own if SHARES in own else [*own, SHARES]


def referred(value: Any, name: Callable[[str], str]) -> Any:
    """The value of such a parameter with other names for the nodes; what names none stays as it is."""
    if isinstance(value, (list, tuple)):
        return [referred(item, name) for item in value]
    return name(value) if isinstance(value, str) else value


def write(document: Document) -> str:
    """The document as the text of a project file, with the names that nodes have at present."""
    own = _own(document)
    header = {"format": dump(FORMAT), "version": dump(VERSION)}
    before = _stray_texts(document, {*header, *own}, before=True)
    behind = _stray_texts(document, {*header, *own, *before}, before=False)
    run = own.pop("run", None)
    parts = {**header, **before, **own, **behind, **({} if run is None else {"run": run})}
    return "{" + ",\n ".join(f"{dump(name)}: {text}" for name, text in parts.items()) + "}\n"


def _own(document: Document) -> dict[str, str]:
    """The texts under the keys that this version reads; one that is empty gives way to a stray of its name."""
    strays = {stray.name for stray in document.strays() if not stray.where}
    own = {"nodes": lines(_node_texts(document))}
    wires = _wire_texts(document)
    if wires or "wires" not in strays:
        own["wires"] = lines(wires)
    own |= {name: _record_lines(value) for name, value in scenery.entries(document).items()}
    blocks = _block_texts(document)
    if blocks:
        own["blocks"] = lines(blocks, "{}")
    if SETTINGS in document.records and (document.settings.params or "run" not in strays):
        own["run"] = dump({**document.settings.params, **document.settings.extra})
    return own


def _block_texts(document: Document) -> list[str]:
    """The definitions, and what stands among them and cannot be read; each name stands once."""
    texts: dict[str, str] = {}
    for record in _in_place(document, "blocks", document.blocks()):
        if isinstance(record, Stray):
            texts[next(_versions(record.name, set(texts)))] = dump(record.value)
        elif isinstance(record, Block):
            texts[next(_versions(record.id, set(texts)))] = block_text(document, record)
    return [f"{dump(name)}: {text}" for name, text in texts.items()]


def block_text(document: Document, block: Block) -> str:
    """A definition as the file holds it."""
    level, born = document.inside(block.born), {} if block.born == block.id else {"born": block.born}
    own = {name: _record_lines(value, 2) for name, value in scenery.entries(level).items()}
    head = {**born, **({"params": block.params} if block.params else {}), **_beside(block.extra, own)}
    nodes, wires = lines(_node_texts(level), depth=2), lines(_wire_texts(level), depth=2)
    parts = {**{name: dump(value) for name, value in head.items()}, "nodes": nodes}
    if "wires" not in parts or wires != "[]":
        parts["wires"] = wires
    return "{" + ", ".join(f"{dump(name)}: {text}" for name, text in (parts | own).items()) + "}"


def _beside(extra: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """What a block holds that nobody can read, under names that leave room for what is read now."""
    kept = {name: value for name, value in extra.items() if name not in own or value not in ({}, [])}
    return {next(_versions(name, {*own, *(extra.keys() - {name})})): value for name, value in kept.items()}


def _record_lines(value: list[Any] | dict[str, Any], depth: int = 1) -> str:
    """A list or an object with one record on a line."""
    if isinstance(value, list):
        return lines([dump(item) for item in value], depth=depth)
    texts = [
        f"{dump(name)}: {_record_lines(item, depth + 1) if isinstance(item, list) else dump(item)}"
        for name, item in value.items()
    ]
    return lines(texts, "{}", depth)


def _stray_texts(document: Document, taken: set[str], *, before: bool) -> dict[str, str]:
    """What the file held beside nodes, wires and run, in its order: what stood before the nodes, or behind them."""
    texts: dict[str, str] = {}
    for stray in document.strays():
        if not stray.where and (stray.rank < 0) is before and not (stray.value in ({}, []) and stray.name in taken):
            name = next(_versions(stray.name, {*taken, *texts}))
            texts[name] = _spread(stray.value)
    return texts


def _versions(name: str, taken: set[str]) -> Iterator[str]:
    return (text for text in itertools.chain([name], (f"{name}~{n}" for n in itertools.count(2))) if text not in taken)


def _spread(value: Any) -> str:
    """A value with one entry on a line."""
    if isinstance(value, list):
        return lines([dump(item) for item in value])
    if isinstance(value, dict):
        return lines([f"{dump(name)}: {dump(item)}" for name, item in value.items()], "{}")
    return dump(value)


def lines(texts: list[str], brackets: str = "[]", depth: int = 1) -> str:
    """JSON texts as a list or an object with one of them on a line."""
    pad = "\n" + " " * depth
    return f"{brackets[0]}{pad} " + f",{pad} ".join(texts) + f"{pad}{brackets[1]}" if texts else brackets


def _node_texts(document: Document) -> list[str]:
    return [
        dump(record.value if isinstance(record, Stray) else node_json(document, record))
        for record in _in_place(document, "nodes", document.nodes())
        if isinstance(record, (Node, Stray))
    ]


def _wire_texts(document: Document) -> list[str]:
    return [
        dump(record.value if isinstance(record, Stray) else wire_json(document, record))
        for record in _in_place(document, "wires", document.wires())
        if isinstance(record, (Wire, Stray))
    ]


def level_json(document: Document) -> tuple[list[Any], list[Any]]:
    """The nodes and the wires of a level as the file holds them."""
    nodes = [node_json(document, node) for node in document.nodes()]
    return nodes, [wire_json(document, wire) for wire in document.wires()]


def _in_place(document: Document, where: str, records: list[Any]) -> list[Record]:
    """Readable and unreadable entries of a list in the order in which they stood."""
    return ranked([*(stray for stray in document.strays() if stray.where == where), *records])


def node_json(document: Document, node: Node) -> dict[str, Any]:
    """A node as the file holds it."""
    written: dict[str, Any] = {"id": node.id}
    if node.born != own_birth(node.block, node.id):
        written["born"] = node.born
    written["kind"] = node.kind
    placing = _placing(document, node)
    params = {name: value for name, value in node.params.items() if not placing or name not in PLACING}
    for name in references(document.kind(node)):
        if name in params:
            params[name] = referred(params[name], partial(name_of, document))
    if params:
        written["params"] = params
    written |= placing
    if node.state:
        written["state"] = node.state
    if node.at is not None:
        written["at"] = node.at
    return written | {name: value for name, value in node.extra.items() if name not in written}


def _placing(document: Document, node: Node) -> dict[str, Any]:
    """How a node is placed: whose weights it shares, how often it stands one behind the other."""
    found: dict[str, Any] = {}
    if isinstance(node.params.get(SHARES), str):
        found[SHARES] = name_of(document, node.params[SHARES])
    if REPEAT in node.params or REPEAT_SHARED in node.params:
        times, shared = node.params.get(REPEAT, 1), node.params.get(REPEAT_SHARED)
        found[REPEAT] = times if shared is None else {"times": times, "shared": shared}
    return found


def wire_json(document: Document, wire: Wire) -> str | dict[str, Any]:
    """A wire as the file holds it: a text, or an object where there is more to say."""
    source, target = name_of(document, wire.source), name_of(document, wire.target)
    text = wire_text(source, wire.source_port, wire.select, target, wire.target_port)
    details: dict[str, Any] = {}
    if wire.weight is not None:
        details["weight"] = wire.weight
    if wire.fixed:
        details["fixed"] = True
    if wire.via:
        details["via"] = wire.via
    details |= {name: value for name, value in wire.extra.items() if name not in details}
    return {"wire": text, **details} if details else text


def name_of(document: Document, born: str) -> str:
    """What the text of a wire calls a node: its name if that finds it, else its birth name, marked if need be."""
    found = document.find(document.node(born).id) if document.has_node(born) else None
    if found is not None and found.born == born and is_name(found.id):
        return found.id
    return f"@{born}" if document.holders(born) else born
