"""What is inside a placement of a block: a drawing of its own, in which what follows parameters is worked out."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from graph.blocks import Placement, bare_value
from graph.document import Document
from graph.following import FollowError, follows, marked, worked_out
from graph.queries import upstream
from graph.reading import Reading
from graph.records import Node, Record
from graph.shape import Side, Tensor, Value
from graph.spec import Kind
from graph.weights import parameters


class Scratch(Document):
    """A level of a document as a drawing of its own, with values for the parameters of its block."""

    level: Document

    def __init__(self, level: Document, values: Mapping[str, Any]) -> None:
        super().__init__(level.catalogue, records_of(level, values))
        self.catalogue = level.catalogue
        self.level, self.values = level, values

    @property
    def edition(self) -> int:
        """That of the drawing, whose blocks are placed here."""
        return self.level.edition

    def make(self, node: Node) -> Kind:
        made, owner = super().make(node), self.owner(node)
        said = owner if owner is not None and owner.kind == node.kind else node
        typed = self.level.node(said.born).params if self.level.has_node(said.born) else {}
        for name, value in typed.items():
            if name in made.params and follows(value) and made.params[name].wrong(said.params[name]) is None:
                setattr(made, name, marked(getattr(made, name), value))
        return made


class Interior:
    """The nodes and wires of a block, read with parameters and with what comes into its ports."""

    def __init__(self, level: Document, values: Mapping[str, Any], inputs: Mapping[str, Value]) -> None:
        self.level = level
        drawn = Scratch(level, values)
        self.inputs = [node for node in drawn.nodes() if node.kind == "Input"]
        self.outputs = [node for node in drawn.nodes() if node.kind == "Output"]
        self.reading = Reading(drawn, given=given(drawn, inputs))
        self._stored: dict[str, dict[str, tuple[Side, ...]]] = {}
        self.reading.changed.connect(lambda _: self._stored.clear())

    @property
    def document(self) -> Document:
        """What is inside, as it is meant."""
        return self.reading.document

    def values(self) -> dict[str, Value]:
        """What the Output nodes get, by port."""
        return {node.id: bare_value(self.reading.inputs(node.born).get("x", Tensor())) for node in self.outputs}

    @cached_property
    def size(self) -> int:
        """Of how many nodes it consists, with all that its blocks consist of."""
        return sum(self._size(node) for node in self.document.nodes())

    def _size(self, node: Node) -> int:
        made = self.document.make(node)
        if not isinstance(made, Placement) or made.vocabulary.why_not_read(made.born):
            return 1
        return made.repeat * made.interior(self.reading.inputs(node.born)).size

    def stored(self, what: str) -> dict[str, tuple[Side, ...]]:
        """Shapes of what torch holds (`weights` or `buffers`) by name."""
        if what not in self._stored:
            self._stored[what] = {
                f"{node.id}.{name}": shape
                for node, made, values in self.parts()
                for name, shape in _held(made, what, getattr(made, what)(*made.in_order(values))).items()
            }
        return self._stored[what]

    def parts(self) -> Iterator[tuple[Node, Kind, dict[str, Any]]]:
        """The nodes that are known and have weights of their own, what they are, and what goes into them.

        What leads to no output is none of it.
        """
        living = upstream(self.document, [node.born for node in self.outputs])
        for node in self.document.nodes():
            made = self.document.make(node)
            if node.born in living and self.reading.complete(node.born) and not getattr(made, "shares", ""):
                yield node, made, self.reading.inputs(node.born)


def _held(made: Kind, what: str, shapes: Mapping[str, tuple[Side, ...]]) -> Mapping[str, tuple[Side, ...]]:
    """What torch holds of a node: for a weight that follows from others, those."""
    return parameters(made, shapes) if what == "weights" else shapes


def given(level: Document, inputs: Mapping[str, Value]) -> dict[str, Value]:
    """What the Input nodes of a block give, by birth name; `inputs` are by port."""
    return {node.born: inputs.get(node.id, Tensor()) for node in level.nodes() if node.kind == "Input"}


def records_of(level: Document, values: Mapping[str, Any]) -> dict[str, Record]:
    """The records of a level as they stand in its scratch."""
    found: list[Record] = [replace(node, block="", params=_worked_out(node.params, values)) for node in level.nodes()]
    found += [replace(wire, block="") for wire in level.wires()]
    return {record.key: record for record in found}


def _worked_out(params: Mapping[str, Any], values: Mapping[str, Any]) -> Mapping[str, Any]:
    if not any(map(follows, params.values())):
        return params
    found = {}
    for name, typed in params.items():
        try:
            found[name] = worked_out(typed, values)
        except FollowError:
            found[name] = typed
    return found
