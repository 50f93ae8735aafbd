"""Questions about a document that change nothing: what may be wired, what lies up and down the wires."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Literal

from graph import incoming, names, scenery
from graph.blocks import Placement, Vocabulary
from graph.document import Document
from graph.form import dump
from graph.records import Block, Node, Stray, Wire, select_text, wire_text
from graph.roles import Fitted
from graph.spec import LETTERS, Kind, Port, PortType
from graph.writing import FORMAT, VERSION, block_text, lines, node_json, wire_json

__all__ = [
    "actual_port", "copy", "downstream", "file_text", "fitting_kinds", "ports_in", "ports_out", "select_text",
    "unused_born", "unused_id", "upstream", "why_not",
]  # fmt: skip

WORDS: dict[PortType, str] = {"tensor": "numbers", "loss": "a loss", "schedule": "a schedule"}


# --- ports


def ports_in(doc: Document, born: str) -> list[Port]:
    """The inputs of a node as they are now: of a lettered one the letters that are taken, and the next free one."""
    return [port for declared in _declared(doc, born) for port in _expanded(doc, born, declared)]


def ports_out(doc: Document, born: str) -> list[Port]:
    """The outputs of a node as its parameters make them."""
    return list(doc.make(doc.node(born)).ports_out())


def actual_port(doc: Document, born: str, name: str) -> Port | None:
    """The input that a new wire to `name` would take: for a letter that is taken the next free one; None if none."""
    kind = doc.kind(doc.node(born))
    declared = kind.input(name) if kind else None
    if declared is None or not declared.lettered:
        return declared
    free = next_letter(doc, born) if doc.wires_into(born, name) else name
    return replace(declared, name=free) if free else None


def next_letter(doc: Document, born: str) -> str:
    """The first letter behind those that are taken; a gap if there is none, and nothing if all are taken."""
    taken = {wire.target_port for wire in doc.wires_into(born)}
    last = max((LETTERS.index(name) for name in taken if len(name) == 1 and name in LETTERS), default=-1)
    order = LETTERS[last + 1 :] + LETTERS
    return next((letter for letter in order if letter not in taken), "")


def _declared(doc: Document, born: str) -> tuple[Port, ...]:
    kind = doc.kind(doc.node(born))
    return () if kind is None else kind.inputs


def _expanded(doc: Document, born: str, declared: Port) -> list[Port]:
    if not declared.lettered:
        return [declared]
    taken = {wire.target_port for wire in doc.wires_into(born)}
    letters = [letter for letter in LETTERS if letter in taken or letter == next_letter(doc, born)]
    return [replace(declared, name=letter) for letter in letters]


def wires_at_port(doc: Document, port: Node, id: str) -> list[tuple[Document, Wire, Wire]]:
    """The wires that meet a port of a block, wherever it is placed: level, wire, and the wire at a port called `id`."""
    block = doc.the_block(doc.block)
    if block is None or port.kind not in ("Input", "Output"):
        return []
    found = []
    for level in levels(doc):
        for born in level.by_kind().get(block.id, ()):
            if port.kind == "Input":
                found += [(level, w, replace(w, target_port=id)) for w in level.wires_into(born, port.id)]
            else:
                found += [(level, w, replace(w, source_port=id)) for w in level.wires_from(born, port.id)]
    return found


def levels(doc: Document) -> list[Document]:
    """The drawing, and the inside of each of its blocks."""
    return [doc.inside(""), *(doc.inside(block.born) for block in doc.blocks())]


# --- wires


def why_not(doc: Document, source: str, source_port: str, target: str, target_port: str) -> str | None:
    """Why a wire cannot be drawn, as a sentence; None if it can."""
    for born in (source, target):
        if not doc.has_node(born):
            return f"There is no node {born}."
    one, other = doc.node(source), doc.node(target)
    unknown = _unknown_kind(doc, one) or _unknown_kind(doc, other)
    if unknown:
        return unknown
    gives, takes = _output(doc, one, source_port), _input(doc, other, target_port)
    if isinstance(gives, str) or isinstance(takes, str):
        return gives if isinstance(gives, str) else str(takes)
    if gives.type != takes.type:
        given, wanted = WORDS[gives.type], WORDS[takes.type]
        return f"{one.id}.{source_port} gives {given}, but {other.id}.{target_port} takes {wanted}."
    return _why_no_loop(doc, one, other)


def _unknown_kind(doc: Document, node: Node) -> str | None:
    return None if doc.kind(node) else f"{node.id} is of the unknown kind {node.kind}: nobody knows its ports."


def _output(doc: Document, node: Node, name: str) -> Port | str:
    ports = ports_out(doc, node.born)
    found = next((port for port in ports if port.name == name), None)
    return found or f"{node.id} has no output {name}; {_has(ports, 'it gives', 'it gives nothing')}."


def _input(doc: Document, node: Node, name: str) -> Port | str:
    kind = doc.kind(node)
    found = actual_port(doc, node.born, name)
    if found is None and kind is not None and kind.input(name):
        return f"All {len(LETTERS)} inputs of {node.id} are taken."
    ports = ports_in(doc, node.born)
    return found or f"{node.id} has no input {name}; {_has(ports, 'it takes', 'it takes nothing')}."


def _has(ports: list[Port], some: str, none: str) -> str:
    return f"{some} {', '.join(port.name for port in ports)}" if ports else none


def _why_no_loop(doc: Document, source: Node, target: Node) -> str | None:
    if source.born == target.born:
        return f"{source.id} cannot feed itself."
    path = _path(doc, target.born, source.born)
    if path is None:
        return None
    loop = _shortened([doc.node(born).id for born in [source.born, *path]])
    return f"{' → '.join(loop)} would be a loop without a Delay."


def closes_loop(doc: Document, source: str, target: str) -> bool:
    """Whether a wire from one node to another would close a loop in which there is no Delay."""
    return source == target or _path(doc, target, source) is not None


def _shortened(loop: list[str]) -> list[str]:
    return loop if len(loop) <= 8 else [*loop[:4], "…", *loop[-2:]]


def _path(doc: Document, start: str, end: str) -> list[str] | None:
    """The shortest way along the wires that meets no Delay; None if there is none."""
    if _delays(doc, start) or _delays(doc, end):
        return None
    came: dict[str, str] = {start: ""}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        if here == end:
            return _back(came, end)
        for after in doc.successors(here):
            if after not in came and not _delays(doc, after):
                came[after] = here
                waiting.append(after)
    return None


def _back(came: dict[str, str], end: str) -> list[str]:
    path = [end]
    while came[path[-1]]:
        path.append(came[path[-1]])
    return path[::-1]


def _delays(doc: Document, born: str) -> bool:
    return doc.node(born).kind == "Delay"


def upstream(doc: Document, births: Iterable[str]) -> set[str]:
    """All nodes from which wires lead to these, without these."""
    return _reached(doc, births, doc.predecessors)


def downstream(doc: Document, births: Iterable[str]) -> set[str]:
    """All nodes to which wires lead from these, without these."""
    return _reached(doc, births, doc.successors)


def connected(doc: Document, births: Iterable[str]) -> set[str]:
    """All nodes that hang together with these, along wires in either direction, without these."""
    graph = doc.graph
    return _reached(doc, births, lambda born: (*graph.predecessors(born), *graph.successors(born)))


def _reached(doc: Document, births: Iterable[str], near: Callable[[str], Iterable[str]]) -> set[str]:
    begin = {born for born in births if doc.has_node(born)}
    seen, waiting = set(begin), list(begin)
    while waiting:
        new = set(near(waiting.pop())) - seen
        seen |= new
        waiting += new
    return seen - begin


def reaching(doc: Document, births: Iterable[str], portion: int) -> Iterator[tuple[set[str], set[str]]]:
    """What is up- and what is downstream of nodes, without them; the nearest first, in portions of about so many."""
    start, looked = [born for born in births if doc.has_node(born)], 0
    found: tuple[set[str], set[str]] = set(), set()
    for side, near in enumerate((doc.predecessors, doc.successors)):
        waiting, passed = deque(start), set(start)
        while waiting:
            here = waiting.popleft()
            new = near(here) - passed if doc.has_node(here) else set()
            passed |= new
            waiting += new
            found[side].update(new)
            looked += 1
            if looked % portion == 0:
                yield found
                found = set(), set()
    yield found


# --- blocks


def is_inner(kind: type[Kind]) -> bool:
    """Whether a node of this kind can be collapsed: tensors go in and come out unfitted, or it is a constant."""
    if issubclass(kind, Placement):
        return True
    tensors = all(port.type == "tensor" for port in (*kind.inputs, *kind.outputs)) and not issubclass(kind, Fitted)
    return tensors and bool(kind.outputs) and (bool(kind.inputs) or kind.family == "constant")


def why_not_here(doc: Document, kind: type[Kind]) -> str | None:
    """Why a node of a kind cannot stand on this level, as a sentence; None if it can."""
    if not doc.block or kind.__name__ in ("Input", "Output"):
        return None
    if not is_inner(kind):
        return f"{kind.title} cannot stand in a block: data, losses, metrics and optimizers stay outside."
    if issubclass(kind, Placement) and kind.vocabulary.contains(kind.born, doc.block):
        return f"{kind.title} cannot stand here: it would contain itself."
    return None


def nameable(doc: Document, born: str, name: str) -> list[Node]:
    """The nodes that a parameter of a node can name: whose weights it could share or train, or that give rows."""
    node = doc.node(born)
    if name == "trains":
        return _trainable(doc, born)
    others = [one for one in doc.nodes() if one.born != born]
    if name != "shares":
        return [one for one in others if not doc.make(one).inputs and not isinstance(doc.make(one), Placement)]
    tied = bool(getattr(doc.kind(node), "tied", ()))
    return [
        one
        for one in others
        if (kind := doc.kind(one)) is not None
        and "shares" in kind.params
        and "shares" not in one.params
        and (one.kind == node.kind or tied)
    ]


def _trainable(doc: Document, born: str) -> list[Node]:
    """The nodes with weights upstream of a node."""
    above = upstream(doc, {born})
    owners = {owner.born for one in above if (owner := doc.owner(doc.node(one))) is not None}
    nodes = [one for one in doc.nodes() if one.born in above | owners and "shares" not in one.params]
    return [one for one in nodes if (kind := doc.kind(one)) is not None and kind.weights is not Kind.weights]


# --- searching


def fitting_kinds(doc: Document, born: str, port: str, direction: Literal["in", "out"]) -> list[type[Kind]]:
    """Kinds that a wire drawn from a port into the open can end at; `direction` is the side on which that port is."""
    ports = ports_out(doc, born) if direction == "out" else ports_in(doc, born)
    type = next((known.type for known in ports if known.name == port), None)
    found = [kind for kind in doc.catalogue.drawn() if entry(kind, type, direction)]
    return [kind for kind in found if why_not_here(doc, kind) is None]


def entry(kind: type[Kind], type: PortType | None, direction: Literal["in", "out"]) -> Port | None:
    """The port of a new node that such a wire takes: the first of its type."""
    ports = kind.inputs if direction == "out" else kind.outputs
    return next((port for port in ports if port.type == type), None)


# --- texts


def unused_id(doc: Document, stem: str) -> str:
    """A legal name that no node has: the stem, or the stem with a number."""
    return names.legal(stem, doc)


def unused_born(doc: Document, id: str) -> str:
    return names.unused_born(id, doc)


def file_text(doc: Document, name: str) -> str:
    """A text beside the nodes of the file, such as its title or help; empty if there is none."""
    found = doc.records.get(f"#file/{name}")
    return found.value if isinstance(found, Stray) and type(found.value) is str else ""


def copy(doc: Document, births: Iterable[str]) -> str:
    """Nodes, the wires among them, and the blocks that they place, in the form of a project file.

    Frames and notes are among it whose keys are, and so are the wires that come from elsewhere (`incoming.py`).
    """
    chosen = set(births)
    nodes = [dump(node_json(doc, node)) for node in doc.nodes() if node.born in chosen]
    wires = [dump(wire_json(doc, wire)) for wire in among(doc, chosen)]
    parts = {"format": dump(FORMAT), "version": dump(VERSION), "nodes": lines(nodes), "wires": lines(wires)}
    frames = [dump(scenery.frame_json(frame)) for frame in doc.frames() if frame.key in chosen]
    notes = [dump(scenery.note_json(note)) for note in doc.notes() if note.key in chosen]
    entering = [dump(entry) for entry in incoming.entries(doc, chosen)]
    more = (("frames", frames), ("notes", notes), (incoming.KEY, entering))
    parts |= {name: lines(texts) for name, texts in more if texts}
    blocks = _needed(doc, [node for node in doc.nodes() if node.born in chosen])
    if blocks:
        parts["blocks"] = lines([f"{dump(block.id)}: {block_text(doc, block)}" for block in blocks], "{}")
    return "{" + ",\n ".join(f'"{name}": {text}' for name, text in parts.items()) + "}\n"


def block_file(doc: Document, block: Block) -> str:
    """A definition, with those inside it, as a project file of its own."""
    born = (doc.catalogue.with_inner(block.born) if isinstance(doc.catalogue, Vocabulary) else set()) | {block.born}
    listed = [block, *(one for one in doc.blocks() if one.born in born and one.born != block.born)]
    told = block.extra.get("help")
    help = {"help": dump(told)} if isinstance(told, str) else {}
    parts = {
        "format": dump(FORMAT), "version": dump(VERSION), "title": dump(block.id), **help, "nodes": "[]",
        "wires": "[]", "blocks": lines([f"{dump(one.id)}: {block_text(doc, one)}" for one in listed], "{}"),
    }  # fmt: skip
    return "{" + ",\n ".join(f'"{name}": {text}' for name, text in parts.items()) + "}\n"


def _needed(doc: Document, nodes: Iterable[Node]) -> list[Block]:
    """The definitions that nodes place, with those inside them, in document order."""
    kinds = [kind for node in nodes if (kind := doc.kind(node)) is not None and issubclass(kind, Placement)]
    births = {born for kind in kinds for born in kind.vocabulary.with_inner(kind.born)}
    return [block for block in doc.blocks() if block.born in births]


def wire_name(doc: Document, wire: Wire) -> str:
    """A wire for a sentence, in the names that nodes have at present."""
    source, target = (doc.node(born).id if doc.has_node(born) else born for born in (wire.source, wire.target))
    return wire_text(source, wire.source_port, wire.select, target, wire.target_port)


def among(doc: Document, births: set[str]) -> list[Wire]:
    """The wires whose two ends are among these nodes, in document order."""
    return [wire for wire in doc.wires() if wire.source in births and wire.target in births]
