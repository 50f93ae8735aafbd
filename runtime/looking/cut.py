"""Cuts a drawing down to what leads to one value, which is then the first that its Net gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from graph import edits, project, queries
from graph.catalogue import standard
from graph.document import Document
from graph.edits import Refused
from graph.records import Node
from runtime.drawing import Drawing, open_text

LOOK = "looked_at"
"""What the outputs of blocks are called that a cut adds."""


class NothingThere(Exception):
    """Why there is nothing to look at; a sentence."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A drawing that ends at a value. `firsts`: births of placements of which the first of several copies stays."""

    drawing: Drawing
    name: str
    firsts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class End:
    """A value on one level of a drawing."""

    level: Document
    born: str
    port: str

    @property
    def node(self) -> Node:
        if not self.level.has_node(self.born):
            raise NothingThere("This node is no longer there.")
        return self.level.node(self.born)


def cut(text: str, base: Path, path: Sequence[str], born: str, port: str = "") -> Cut:
    """The drawing in a text up to a value; `path` are the placements that lead to it, outermost first, by birth.

    Without a port, the node's first. Each block on the way gets one more output, so that all weights keep their names.
    Raises NothingThere, ProjectError.
    """
    document = project.parse(text, standard())
    ends = _way(document, path, born, port)
    name = ".".join(end.node.id for end in ends)
    firsts = [end.born for end in ends[:-1] if _copies(end.node)]
    with document.change():
        for end, outer in reversed([*zip(ends[1:], ends, strict=False)]):
            if outer.born in firsts:
                edits.reset_param(outer.level, outer.born, "repeat")
            _set_apart(document, outer)
            _lead_out(end, LOOK)
        _keep(document, ends[0])
        settings = {name: value for name, value in document.settings.params.items() if name == "seed"}
        document.put(replace(document.settings, params=settings))
    return Cut(_checked(document, base, name), name, tuple(firsts))


def _way(document: Document, path: Sequence[str], born: str, port: str) -> list[End]:
    """The value on its own level, behind the placements that lead there, each at the port that will lead out."""
    found, level = [], document
    for placement in path:
        end = End(level, placement, LOOK)
        block = level.find_block(end.node.kind)
        if block is None:
            raise NothingThere(f"{end.node.id} is no block.")
        found.append(end)
        level = document.inside(block.born)
    last = End(level, born, port)
    return [*found, End(level, born, port or _first_port(last))]


def _first_port(end: End) -> str:
    outputs = [port for port in end.level.make(end.node).ports_out() if port.type == "tensor"]
    if not outputs:
        raise NothingThere(f"{end.node.id} gives no numbers to look at: it ends here.")
    return outputs[0].name


def _copies(node: Node) -> bool:
    """Whether a placement stands several times with weights of its own each time."""
    repeat = node.params.get("repeat", 1)
    return isinstance(repeat, int) and repeat > 1


def _set_apart(document: Document, outer: End) -> None:
    """Placements of the same block that stand several times, which want one output, keep the definition as it was."""
    for level in queries.levels(document):
        for node in level.nodes():
            alike = node.kind == outer.node.kind and node.born != outer.born
            if alike and node.params.get("repeat", 1) != 1:
                edits.separate(level, node.born)


def _lead_out(end: End, id: str | None = None) -> None:
    """One more output that gives the value: of the drawing, or of the block that it is in."""
    try:
        out = edits.add(end.level, "Output", id=id)
        edits.connect(end.level, end.born, end.port, out, "x")
    except Refused as refused:
        raise NothingThere(f"{end.node.id} cannot be looked at: {refused}") from refused


def _keep(document: Document, end: End) -> None:
    """Nothing stays but the value, what leads to it, and the nodes whose weights these share, which end there too."""
    kept, waiting = set[str](), [end.born]
    owners: dict[str, Node] = {}
    while waiting:
        born = waiting.pop()
        more = {born} | queries.upstream(document, [born])
        found = {owner.born: owner for one in more if (owner := document.owner(document.node(one)))}
        owners |= found
        kept |= more
        waiting += [one for one in found if one not in kept]
    edits.remove(document, [node.born for node in document.nodes() if node.born not in kept])
    for each in (end, *(End(document, born, "") for born in sorted(owners))):
        _lead_out(each if each.port else End(document, each.born, _first_port(each)))


def _checked(document: Document, base: Path, name: str) -> Drawing:
    """The drawing opened anew; refuses what is wrong on the way to the value."""
    drawing = open_text(project.write(document), base)
    for found in drawing.errors():
        raise NothingThere(f"{name} cannot be computed yet: {found.message}")
    return drawing
