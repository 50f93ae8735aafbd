"""The project file: JSON with one record on a line, read so that whatever is in it comes out again unharmed."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from sys import intern
from typing import Any

from graph import scenery
from graph.catalogue import Catalogue
from graph.document import Document
from graph.files import FileError, replace_file
from graph.form import TwiceError, dump, is_name, is_number, load, parse_wire, point, too_deep
from graph.records import STATES, Block, Node, Placed, Record, Settings, Stray, Wire, nothing
from graph.writing import FORMAT, REPEAT, REPEAT_SHARED, SHARES, VERSION, own_birth, references, referred
from graph.writing import write as write

OWN = ("format", "version", "nodes", "wires", *scenery.FORMS, "blocks", "run")
"""The keys of a file that this version reads; every other one is kept as a stray."""


class ProjectError(Exception):
    """A file that cannot be opened or saved: a sentence that says where and what."""


_FORMS: dict[str, type] = {"wires": list, **scenery.FORMS, "blocks": dict, "run": dict}
_WANTED = {
    "wires": '"wires" must be a list', "frames": '"frames" must be a list', "notes": '"notes" must be a list',
    "sheet": '"sheet" must be an object',
    "blocks": '"blocks" must be an object', "run": '"run" must be an object',
}  # fmt: skip


def read(path: Path | str, catalogue: Catalogue) -> Document:
    """The document of a project file; a ProjectError where there is none."""
    return read_with_text(path, catalogue)[0]


def read_with_text(path: Path | str, catalogue: Catalogue) -> tuple[Document, str]:
    """The document of a project file and what the file holds."""
    path = Path(path)
    try:
        text = _text(path)
        return parse(text, catalogue), text
    except ProjectError as error:
        raise ProjectError(f"{path.name}: {error}") from error


def parse(text: str, catalogue: Catalogue) -> Document:
    """The document of a project's text. What cannot be understood is kept; a ProjectError if there are no nodes."""
    project = _project(text)
    seen = _Seen()
    records: list[Record] = [*_strays(project), *_level(project, "", seen, catalogue)]
    blocks = project.get("blocks")
    if isinstance(blocks, dict):
        records += _blocks(blocks, seen, catalogue)
    if isinstance(project.get("run"), dict):
        records.append(Settings(project["run"]))
    return Document(catalogue, {record.key: record for record in records})


class _Seen:
    """The birth names and wires that a file has used already, on any level."""

    def __init__(self) -> None:
        self.births: set[str] = set()
        self.wires: Counter[str] = Counter()
        self.scenery = scenery.Births()


def _blocks(entries: Mapping[str, Any], seen: _Seen, catalogue: Catalogue) -> Iterator[Record]:
    """The definitions of blocks, with what stands in them."""
    births: set[str] = set()
    for rank, (id, entry) in enumerate(entries.items()):
        if not isinstance(entry, dict) or not isinstance(entry.get("nodes"), list):
            yield Stray("blocks", id, entry, rank, 'a block needs a list of "nodes"')
            continue
        if not id or not id.isprintable():
            yield Stray("blocks", id, entry, rank, "a block needs a name that can be read")
            continue
        read = ("nodes", "wires", *(name for name in scenery.FORMS if scenery.is_read(entry, name)))
        rest = {name: value for name, value in entry.items() if name not in read}
        given = rest.pop("born", None)
        born = _unused(given if is_name(given) else id, births, Counter())
        births.add(born)
        params = rest.pop("params") if isinstance(rest.get("params"), dict) else {}
        if "wires" in entry and not isinstance(entry["wires"], list):
            rest["wires"] = entry["wires"]
        yield Block(born, id, params, rank, rest)
        yield from _level(entry, born, seen, catalogue)


def _level(entry: Mapping[str, Any], block: str, seen: _Seen, catalogue: Catalogue) -> Iterator[Placed]:
    """What stands in the drawing, or in a block."""
    found = list(_nodes(entry["nodes"], block, seen.births))
    nodes = [node for node in found if isinstance(node, Node)]
    names = _names(nodes)
    yield from (_referring(record, names, catalogue) if isinstance(record, Node) else record for record in found)
    wires = entry.get("wires", [])
    if isinstance(wires, list):
        yield from _wires(wires, names, block, seen.wires)
    yield from scenery.read(entry, block, seen.scenery)


def _referring(node: Node, names: Mapping[str, str], catalogue: Catalogue) -> Node:
    """In memory, parameters that name a node hold its birth name."""
    if not node.params:
        return node
    found = {
        name: referred(node.params[name], lambda text: _born(text, names))
        for name in references(catalogue.get(node.kind))
        if name in node.params
    }
    return replace(node, params={**node.params, **found}) if found else node


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
    odd = [name for name in keys if name not in OWN or not _says_something(project, name)]
    odd += ["blocks"] if project.get("blocks") == {} else []
    first = sum(keys.index(name) < keys.index("nodes") for name in odd)
    for at, name in enumerate(odd):
        formed = isinstance(project[name], _FORMS.get(name, object))
        yield Stray("", name, project[name], at - first, "" if formed else _WANTED.get(name, ""))


def _says_something(project: Mapping[str, Any], name: str) -> bool:
    """Whether a key of ours holds what can be read; an empty one of a level stays where it stands."""
    if name in scenery.FORMS:
        return scenery.is_read(project, name)
    return isinstance(project[name], _FORMS.get(name, object))


def _nodes(entries: list[Any], block: str, taken: set[str]) -> Iterator[Node | Stray]:
    births = _births(entries, block, taken)
    for rank, entry in enumerate(entries):
        if rank in births:
            yield _node(entry, births[rank], rank, block)
        else:
            yield Stray("nodes", str(rank), entry, rank, 'a node needs an "id" and a "kind", both texts', block)


def _is_node(entry: Any) -> bool:
    return isinstance(entry, dict) and all(type(entry.get(name)) is str for name in ("id", "kind"))


def _births(entries: list[Any], block: str, taken: set[str]) -> dict[int, str]:
    """A birth name for each readable node: the one that the file gives, or the one it has by itself; `~2` if taken."""
    readable = [rank for rank, entry in enumerate(entries) if _is_node(entry)]
    births: dict[int, str] = {}
    for rank in readable:
        born = entries[rank].get("born")
        if is_name(born) and born not in taken:
            births[rank] = born
            taken.add(born)
    tries: Counter[str] = Counter()
    for rank in readable:
        if rank not in births:
            births[rank] = _unused(_stem(entries[rank], block), taken, tries)
            taken.add(births[rank])
    return births


def _stem(entry: Mapping[str, Any], block: str) -> str:
    if is_name(entry.get("born")):
        return str(entry["born"])
    return own_birth(block, entry["id"] if is_name(entry["id"]) else "node")


def _unused(stem: str, taken: set[str], tries: Counter[str]) -> str:
    born = stem
    while born in taken:
        tries[stem] += 1
        born = f"{stem}~{tries[stem] + 1}"
    return born


def _node(entry: Mapping[str, Any], born: str, rank: int, block: str) -> Node:
    rest = {name: value for name, value in entry.items() if name not in ("id", "kind")}
    if is_name(rest.get("born")) or born != own_birth(block, entry["id"]):
        rest.pop("born", None)
    params = rest.pop("params") if isinstance(rest.get("params"), dict) else {}
    params = {**params, **_placing(rest)} if SHARES in rest or REPEAT in rest else params
    at = point(rest.get("at"))
    if at is not None:
        del rest["at"]
    state = rest.pop("state") if rest.get("state") in STATES else ""
    kind = intern(entry["kind"])
    return Node(born, entry["id"], kind, params or nothing(), at, rank, block, rest or nothing(), state)


def _placing(rest: dict[str, Any]) -> dict[str, Any]:
    """How a node is placed, which the file says beside its parameters: whose weights it shares, how often it stands."""
    found: dict[str, Any] = {}
    if isinstance(rest.get(SHARES), str):
        found[SHARES] = rest.pop(SHARES)
    times = rest.get(REPEAT)
    if isinstance(times, dict) and times.keys() == {"times", "shared"}:
        found |= {REPEAT: times["times"], REPEAT_SHARED: times["shared"]}
        del rest[REPEAT]
    elif REPEAT in rest and not isinstance(times, dict):
        found[REPEAT] = rest.pop(REPEAT)
    return found


def _wires(entries: list[Any], names: Mapping[str, str], block: str, copies: Counter[str]) -> Iterator[Wire | Stray]:
    for rank, entry in enumerate(entries):
        wire = wire_of(entry, names, rank, block)
        if wire is None:
            yield Stray("wires", str(rank), entry, rank, 'a wire is written "node.port -> node.port"', block)
            continue
        copy = copies[wire.key]
        copies[wire.key] = copy + 1
        yield replace(wire, copy=copy) if copy else wire


def _names(nodes: list[Node]) -> dict[str, str]:
    """Birth name by what a wire may call a node: its id first (of the first node that has it), then its birth name."""
    return {node.born: node.born for node in nodes} | {node.id: node.born for node in reversed(nodes)}


def wire_of(entry: Any, names: Mapping[str, str], rank: int, block: str = "") -> Wire | None:
    """The wire that an entry of a file describes, given birth names by what it may call a node; None if it is none."""
    rest = dict(entry) if isinstance(entry, dict) else {"wire": entry}
    text = rest.pop("wire", None)
    ends = parse_wire(text) if type(text) is str else None
    if ends is None:
        return None
    source, source_port, select, target, target_port = ends
    wire = Wire(
        _born(source, names), intern(source_port), _born(target, names), intern(target_port), select,
        rank=rank, block=block,
    )  # fmt: skip
    return _with_details(wire, rest) if rest else wire


def _born(name: str, names: Mapping[str, str]) -> str:
    """`@fc1` is the node that was born as fc1, whatever is called so now."""
    return name[1:] if name.startswith("@") else names.get(name, name)


def _with_details(wire: Wire, rest: dict[str, Any]) -> Wire:
    details: dict[str, Any] = {}
    weight = rest.get("weight")
    if is_number(weight) or (isinstance(weight, list) and all(map(is_number, weight))):
        details["weight"] = tuple(rest.pop("weight")) if isinstance(weight, list) else rest.pop("weight")
    if isinstance(rest.get("fixed"), bool):
        details["fixed"] = rest.pop("fixed")
    if isinstance(rest.get("via"), list) and all(map(point, rest["via"])):
        details["via"] = tuple(tuple(pair) for pair in rest.pop("via"))
    return replace(wire, **details, extra=rest)


def save(document: Document, path: Path | str) -> None:
    """Write the document to a file, whole or not at all; a ProjectError says why not."""
    try:
        replace_file(Path(path), write(document).encode())
    except FileError as error:
        raise ProjectError(str(error)) from error


def short(value: Any) -> str:
    """A value of a file for a sentence."""
    return clip(dump(value))


def clip(text: str, length: int = 60) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
