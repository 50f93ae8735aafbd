"""The project file: JSON with one record on a line, read so that whatever is in it comes out again unharmed."""

import itertools
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from graph.catalogue import Catalogue
from graph.document import Document
from graph.files import FileError, replace_file
from graph.form import TwiceError, dump, is_name, load, parse_wire, too_deep
from graph.records import SETTINGS, Node, Point, Record, Settings, Stray, Wire, ranked, wire_text

FORMAT = "neuroloom"
VERSION = 1
OWN = ("format", "version", "nodes", "wires", "run")
"""The keys of a file that this version reads; every other one is kept as a stray."""


class ProjectError(Exception):
    """A file that cannot be opened or saved: a sentence that says where and what."""


_FORMS: dict[str, type] = {"wires": list, "run": dict}
_WANTED = {"wires": '"wires" must be a list', "run": '"run" must be an object'}

# --- reading


def read(path: Path | str, catalogue: Catalogue) -> Document:
    """The document of a project file; a ProjectError where there is none."""
    path = Path(path)
    try:
        return parse(_text(path), catalogue)
    except ProjectError as error:
        raise ProjectError(f"{path.name}: {error}") from error


def parse(text: str, catalogue: Catalogue) -> Document:
    """The document of a project's text. What cannot be understood is kept; a ProjectError if there are no nodes."""
    project = _project(text)
    nodes = list(_nodes(project["nodes"]))
    wires = project.get("wires", [])
    records: list[Record] = [*nodes, *_strays(project)]
    if isinstance(wires, list):
        records += _wires(wires, [node for node in nodes if isinstance(node, Node)])
    if isinstance(project.get("run"), dict):
        records.append(Settings(project["run"]))
    return Document(catalogue, {record.key: record for record in records})


def _text(path: Path) -> str:
    if path.exists() and not path.is_file():
        raise ProjectError("This is a folder or a device, not a project file.")
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise ProjectError("There is no such file.") from None
    except UnicodeDecodeError as error:
        raise ProjectError(
            f"This is not a project file: it is not text (byte {error.start} cannot be read as UTF-8)."
        ) from None
    except OSError as error:
        raise ProjectError(f"The file cannot be read: {error.strerror or error}.") from error


def _project(text: str) -> dict[str, Any]:
    project = _value(text)
    if not isinstance(project, dict):
        raise ProjectError("This is not a project file: it holds no object with a list of nodes.")
    if project.get("format", FORMAT) != FORMAT:
        raise ProjectError(f"This is not a Neuroloom project: its format is {short(project['format'])}.")
    _check_version(project.get("version", VERSION))
    if not isinstance(project.get("nodes"), list):
        found = short(project["nodes"]) if "nodes" in project else "nothing"
        raise ProjectError(f'This is not a project file: "nodes" must be a list of nodes, but there is {found}.')
    return project


def _value(text: str) -> Any:
    if not text.strip():
        raise ProjectError("The file is empty.")
    try:
        value = load(text)
    except TwiceError as error:
        raise ProjectError(
            f"An object holds {short(error.name)} twice (it begins with {clip(error.near)}): delete one of them."
        ) from None
    except json.JSONDecodeError as error:
        what = error.msg[:1].lower() + error.msg[1:]
        raise ProjectError(f"This is not JSON: line {error.lineno}, column {error.colno}: {what}.") from None
    except RecursionError:
        raise ProjectError("The file is nested too deep to be read.") from None
    if too_deep(value):
        raise ProjectError("The file is nested too deep to be read.")
    return value


def _check_version(version: Any) -> None:
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise ProjectError(f"The version of the file must be a whole number from 1 on, but it is {short(version)}.")
    if version > VERSION:
        raise ProjectError(
            f"The file is of version {version}, but this program reads version {VERSION}: open it with a newer program."
        )


def _strays(project: Mapping[str, Any]) -> Iterator[Stray]:
    """Keys of the file that this version does not read, each with its place before or behind the nodes."""
    keys = list(project)
    odd = [name for name in keys if name not in OWN or not isinstance(project[name], _FORMS.get(name, object))]
    first = sum(keys.index(name) < keys.index("nodes") for name in odd)
    for at, name in enumerate(odd):
        yield Stray("", name, project[name], at - first, _WANTED.get(name, ""))


def _nodes(entries: list[Any]) -> Iterator[Node | Stray]:
    births = _births(entries)
    for rank, entry in enumerate(entries):
        if rank in births:
            yield _node(entry, births[rank], rank)
        else:
            yield Stray("nodes", str(rank), entry, rank, 'a node needs an "id" and a "kind", both texts')


def _is_node(entry: Any) -> bool:
    return isinstance(entry, dict) and all(type(entry.get(name)) is str for name in ("id", "kind"))


def _births(entries: list[Any]) -> dict[int, str]:
    """A birth name for each readable node: the one that the file gives, or the id; `~2` where that is taken."""
    readable = [rank for rank, entry in enumerate(entries) if _is_node(entry)]
    births: dict[int, str] = {}
    taken: set[str] = set()
    for rank in readable:
        born = entries[rank].get("born")
        if is_name(born) and born not in taken:
            births[rank] = born
            taken.add(born)
    tries: Counter[str] = Counter()
    for rank in readable:
        if rank not in births:
            births[rank] = _unused(_stem(entries[rank]), taken, tries)
            taken.add(births[rank])
    return births


def _stem(entry: Mapping[str, Any]) -> str:
    return next((entry[name] for name in ("born", "id") if is_name(entry.get(name))), "node")


def _unused(stem: str, taken: set[str], tries: Counter[str]) -> str:
    born = stem
    while born in taken:
        tries[stem] += 1
        born = f"{stem}~{tries[stem] + 1}"
    return born


def _node(entry: Mapping[str, Any], born: str, rank: int) -> Node:
    rest = {name: value for name, value in entry.items() if name not in ("id", "kind")}
    if is_name(rest.get("born")) or born != entry["id"]:
        rest.pop("born", None)
    params = rest.pop("params") if isinstance(rest.get("params"), dict) else {}
    at = _point(rest.pop("at")) if _point(rest.get("at")) else None
    return Node(born, entry["id"], entry["kind"], params, at, rank, extra=rest)


def _point(value: Any) -> Point | None:
    if isinstance(value, list) and len(value) == 2 and all(_is_number(side) for side in value):
        return value[0], value[1]
    return None


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _wires(entries: list[Any], nodes: list[Node]) -> Iterator[Wire | Stray]:
    names = _names(nodes)
    copies: Counter[str] = Counter()
    for rank, entry in enumerate(entries):
        wire = _wire(entry, names, rank)
        if wire is None:
            yield Stray("wires", str(rank), entry, rank, 'a wire is written "node.port -> node.port"')
            continue
        yield replace(wire, copy=copies[wire.key])
        copies[wire.key] += 1


def _names(nodes: list[Node]) -> dict[str, str]:
    """Birth name by what a wire may call a node: its id first (of the first node that has it), then its birth name."""
    return {node.born: node.born for node in nodes} | {node.id: node.born for node in reversed(nodes)}


def _wire(entry: Any, names: Mapping[str, str], rank: int) -> Wire | None:
    rest = dict(entry) if isinstance(entry, dict) else {"wire": entry}
    text = rest.pop("wire", None)
    ends = parse_wire(text) if type(text) is str else None
    if ends is None:
        return None
    source, source_port, select, target, target_port = ends
    wire = Wire(_born(source, names), source_port, _born(target, names), target_port, select, rank=rank)
    return _with_details(wire, rest)


def _born(name: str, names: Mapping[str, str]) -> str:
    """`@fc1` is the node that was born as fc1, whatever is called so now."""
    return name[1:] if name.startswith("@") else names.get(name, name)


def _with_details(wire: Wire, rest: dict[str, Any]) -> Wire:
    details: dict[str, Any] = {}
    weight = rest.get("weight")
    if _is_number(weight) or (isinstance(weight, list) and all(map(_is_number, weight))):
        details["weight"] = tuple(rest.pop("weight")) if isinstance(weight, list) else rest.pop("weight")
    if isinstance(rest.get("fixed"), bool):
        details["fixed"] = rest.pop("fixed")
    if isinstance(rest.get("via"), list) and all(map(_point, rest["via"])):
        details["via"] = tuple(tuple(point) for point in rest.pop("via"))
    return replace(wire, **details, extra=rest)


# --- writing


def write(document: Document) -> str:
    """The document as the text of a project file, with the names that nodes have at present."""
    own = _own(document)
    header = {"format": dump(FORMAT), "version": dump(VERSION)}
    before = _stray_texts(document, {*header, *own}, before=True)
    behind = _stray_texts(document, {*header, *own, *before}, before=False)
    run = own.pop("run", None)
    parts = {**header, **before, **own, **behind, **({} if run is None else {"run": run})}
    return "{" + ",\n ".join(f"{dump(name)}: {text}" for name, text in parts.items()) + "}\n"


def save(document: Document, path: Path | str) -> None:
    """Write the document to a file, whole or not at all; a ProjectError says why not."""
    try:
        replace_file(Path(path), write(document).encode())
    except FileError as error:
        raise ProjectError(str(error)) from error


def _own(document: Document) -> dict[str, str]:
    """The texts under the keys that this version reads; one that is empty gives way to a stray of its name."""
    strays = {stray.name for stray in document.strays() if not stray.where}
    own = {"nodes": lines(_node_texts(document))}
    wires = _wire_texts(document)
    if wires or "wires" not in strays:
        own["wires"] = lines(wires)
    if SETTINGS in document.records and (document.settings.params or "run" not in strays):
        own["run"] = dump({**document.settings.params, **document.settings.extra})
    return own


def _stray_texts(document: Document, taken: set[str], *, before: bool) -> dict[str, str]:
    """What the file held beside nodes, wires and run, in its order: what stood before the nodes, or behind them."""
    texts: dict[str, str] = {}
    for stray in document.strays():
        if not stray.where and (stray.rank < 0) is before:
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


def lines(texts: list[str], brackets: str = "[]") -> str:
    """JSON texts as a list or an object with one of them on a line."""
    return f"{brackets[0]}\n  " + ",\n  ".join(texts) + f"\n {brackets[1]}" if texts else brackets


def _node_texts(document: Document) -> list[str]:
    return [
        dump(record.value if isinstance(record, Stray) else node_json(record))
        for record in _in_place(document, "nodes", document.nodes())
        if isinstance(record, (Node, Stray))
    ]


def _wire_texts(document: Document) -> list[str]:
    return [
        dump(record.value if isinstance(record, Stray) else wire_json(document, record))
        for record in _in_place(document, "wires", document.wires())
        if isinstance(record, (Wire, Stray))
    ]


def _in_place(document: Document, where: str, records: list[Any]) -> list[Record]:
    """Readable and unreadable entries of a list in the order in which they stood."""
    return ranked([*(stray for stray in document.strays() if stray.where == where), *records])


def node_json(node: Node) -> dict[str, Any]:
    """A node as the file holds it."""
    written: dict[str, Any] = {"id": node.id}
    if node.born != node.id:
        written["born"] = node.born
    written["kind"] = node.kind
    if node.params:
        written["params"] = node.params
    if node.at is not None:
        written["at"] = node.at
    return written | {name: value for name, value in node.extra.items() if name not in written}


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


def short(value: Any) -> str:
    """A value of a file for a sentence."""
    return clip(dump(value))


def clip(text: str, length: int = 60) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
