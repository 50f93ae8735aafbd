"""The verb that closes fully wired neurons to a Linear."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Any

from graph import names
from graph.bends import BENDS
from graph.document import Document
from graph.edits.blocks import relist
from graph.edits.kinds import change_kind
from graph.edits.neurons import BESIDE, Tap
from graph.edits.nodes import add, remove, set_param
from graph.edits.refusal import Refused, the_node
from graph.edits.wires import connect, exchange
from graph.records import Node, Select, Wire
from graph.shape import Tensor
from graph.spec import LETTERS


def close_row(doc: Document, births: Iterable[str], reading: Any = None) -> str:
    """Put a Linear in the place of fully wired neurons, and their activation behind it; answers its birth name.

    Where all of them feed one Concatenate and nothing else does, the Linear takes its name. `reading` tells what comes
    in; left out, the document is read.
    """
    chosen = sorted((the_node(doc, born) for born in dict.fromkeys(births)), key=lambda node: (node.rank, node.born))
    joint = _joint(doc, [node.born for node in chosen])
    order = leaves(doc, joint) if joint else [node.born for node in chosen]
    row = _Row(doc, order)
    reading = reading or _read(doc)
    carried = [reading.on(row.wires[order[0]][end].key) for end in row.ends]
    values = row.values([_width(value) for value in carried])
    with doc.change():
        rank = min(doc.node(key).rank for key in [*order, *([joint] if joint else [])])
        source = _source(doc, row, reading, carried)
        onward = [] if joint else [(at, wire) for at, key in enumerate(order) for wire in doc.wires_from(key)]
        id, at = _name(doc, order), doc.node(order[0]).at
        inner = _groups(doc, joint) if joint else []
        remove(doc, [*order, *inner])
        linear = joint or add(doc, "Linear", at, names.legal(id, doc))
        if joint:
            change_kind(doc, joint, "Linear")
        doc.put(replace(doc.node(linear), rank=rank))
        for name, value in {"out_features": len(order), "bias": not row.bare, "values": values}.items():
            set_param(doc, linear, name, value)
        connect(doc, source.born, source.port, linear, "x", source.select)
        _lead_on(doc, _bent(doc, linear, row.activation), onward, len(order))
        relist(doc, {born: [linear] for born in order})
    return linear


def leaves(doc: Document, born: str, deeper: bool = True) -> list[str]:
    """The neurons that a Concatenate joins, perhaps by way of others, in order; none if it joins anything else."""
    found: list[str] = []
    for wire in sorted(doc.wires_into(born), key=lambda wire: wire.target_port):
        kind = doc.node(wire.source).kind if doc.has_node(wire.source) else ""
        alone = len(doc.wires_from(wire.source)) == 1 and wire.select is None
        grouped = deeper and kind == "Concatenate"
        inner = [wire.source] if kind == "Neuron" else leaves(doc, wire.source, False) if grouped else []
        if not alone or not inner:
            return []
        found += inner
    return found


class _Row:
    """Neurons that are wired alike. Raises Refused where they are not."""

    def __init__(self, doc: Document, births: list[str]) -> None:
        nodes = [the_node(doc, born) for born in births]
        for node in nodes:
            if node.kind != "Neuron":
                raise Refused(f"{node.id} is no neuron: only neurons can be closed to a Linear.")
        if not nodes:
            raise Refused("Select the neurons of a fully wired row.")
        self.doc, self.births = doc, births
        self.made: list[Any] = [doc.make(node) for node in nodes]
        self.wires = {born: {_end(wire): wire for wire in doc.wires_into(born, "x")} for born in births}
        first = nodes[0]
        for node, made in zip(nodes, self.made, strict=True):
            self._compare(first, node, made)
        self.activation: str = self.made[0].activation
        self.bare = all(made.bias_fixed and made.bias == 0 for made in self.made)
        self.ends = _ordered(list(self.wires[births[0]]))

    def _compare(self, first: Node, node: Node, made: Any) -> None:
        wires = self.wires[node.born]
        if not wires:
            raise Refused(f"Nothing is wired into {node.id} yet.")
        if wires.keys() != self.wires[first.born].keys():
            raise Refused(f"{first.id} and {node.id} are not wired to the same sources.")
        if made.activation != self.made[0].activation:
            raise Refused(f"{first.id} and {node.id} have different activations.")
        if any(wire.fixed for wire in wires.values()):
            raise Refused(f"{node.id} has a fixed weight, which a Linear cannot have.")
        if (made.bias_fixed and made.bias is not None) != (self.made[0].bias_fixed and self.made[0].bias is not None):
            raise Refused("Some of these neurons have a fixed bias and some have not.")
        if made.bias_fixed and made.bias:
            raise Refused(f"{node.id} has a fixed bias, which a Linear cannot have.")

    def values(self, widths: Sequence[int | None]) -> list[float] | None:
        """What was typed, as one list for a Linear: the weights neuron by neuron, then the biases; None if nothing was.

        `widths` tells how many numbers each source brings.
        """
        typed: list[Any] = []
        for born in self.births:
            for end, width in zip(self.ends, widths, strict=True):
                weight = self.wires[born][end].weight
                typed += weight if isinstance(weight, tuple) else [weight] * (width or 1)
        typed += [] if self.bare else [made.bias for made in self.made]
        if all(value is None for value in typed):
            return None
        if any(value is None for value in typed):
            raise Refused("Some of these weights and biases are typed and some are not: a Linear holds all or none.")
        return [float(value) for value in typed]


End = tuple[str, str, Select]


def _end(wire: Wire) -> End:
    return wire.source, wire.source_port, wire.select


def _ordered(ends: list[End]) -> list[End]:
    """By source in order of first appearance: the order of a Linear's columns."""
    first: dict[tuple[str, str], int] = {}
    for at, end in enumerate(ends):
        first.setdefault(end[:2], at)
    return sorted(ends, key=lambda end: first[end[:2]])


def _read(doc: Document) -> Any:
    from graph.reading import Reading

    return Reading(doc)


def _joint(doc: Document, births: Sequence[str]) -> str | None:
    """The Concatenate that joins just these neurons, if there is one: the first behind them, or the second."""
    at: str | None = births[0] if births else None
    for _ in range(2):
        onward = doc.wires_from(at) if at is not None else []
        after = onward[0].target if len(onward) == 1 and doc.has_node(onward[0].target) else None
        at = after if after is not None and doc.node(after).kind == "Concatenate" else None
        if at is not None and set(leaves(doc, at)) == set(births):
            return at
    return None


def _groups(doc: Document, joint: str) -> list[str]:
    """The Concatenates before a joint."""
    return [wire.source for wire in doc.wires_into(joint) if doc.node(wire.source).kind == "Concatenate"]


def _width(value: Any) -> int | None:
    """How many numbers a wire brings; None where that is not known."""
    side = value.known[-1] if isinstance(value, Tensor) and value.sides is not None and value.rank == 2 else 1
    return side if isinstance(side, int) else None


def _source(doc: Document, row: _Row, reading: Any, carried: Sequence[Any]) -> Tap:
    """The one row of numbers that a Linear takes in the neurons' place; several are joined by a Concatenate."""
    if len(row.ends) == 1 and isinstance(carried[0], Tensor) and carried[0].sides is not None and carried[0].rank == 2:
        return Tap(*row.ends[0])
    whole = _all_of_one(row.ends, reading)
    if whole is not None:
        return whole
    joined = _taken_whole(doc, row.ends)
    if joined is not None:
        return Tap(joined)
    if len(row.ends) > len(LETTERS):
        raise Refused(f"These neurons have {len(row.ends)} sources; a Concatenate joins at most {len(LETTERS)}.")
    at = doc.node(row.births[0]).at
    born = add(doc, "Concatenate", None if at is None else (at[0] - BESIDE / 2, at[1]))
    for letter, (source, port, select) in zip(LETTERS, row.ends, strict=False):
        connect(doc, source, port, born, letter, select)
    return Tap(born)


def _all_of_one(ends: Sequence[End], reading: Any) -> Tap | None:
    """The row whose numbers the sources are, one after the other and all of them."""
    (source, port, _), taken = ends[0], [select for *_, select in ends]
    value = reading.value(source, port)
    width = _width(value) if isinstance(value, Tensor) and value.sides is not None and value.rank == 2 else None
    one = {end[:2] for end in ends} == {(source, port)}
    return Tap(source, port) if one and taken == list(range(width or 0)) and taken else None


def _taken_whole(doc: Document, ends: Sequence[End]) -> str | None:
    """A Concatenate that joins just these values already."""
    for wire in doc.wires_from(ends[0][0], ends[0][1]):
        if doc.has_node(wire.target) and doc.node(wire.target).kind == "Concatenate":
            inputs = sorted(doc.wires_into(wire.target), key=lambda into: into.target_port)
            if [_end(into) for into in inputs] == list(ends):
                return wire.target
    return None


def _name(doc: Document, births: Sequence[str]) -> str:
    """The common beginning of the neurons' names."""
    ids = [doc.node(born).id for born in births]
    same = "".join(letters[0] for letters in takewhile(lambda some: len(set(some)) == 1, zip(*ids, strict=False)))
    return same.rstrip("_0123456789") or ids[0]


def _bent(doc: Document, linear: str, activation: str) -> str:
    """The node that gives the row's answer: the Linear, or the activation behind it, which takes its wires over."""
    bend = BENDS[activation]
    if activation == "identity":
        return linear
    at = doc.node(linear).at
    bent = add(doc, bend.kind, None if at is None else (at[0] + BESIDE, at[1]), params=bend.params)
    for wire in doc.wires_from(linear):
        exchange(doc, wire, replace(wire, source=bent))
    connect(doc, linear, "y", bent, "x")
    return bent


def _lead_on(doc: Document, born: str, onward: Sequence[tuple[int, Wire]], width: int) -> None:
    """Let what took from single neurons take from the layer: a number each, or all where one takes all in order."""
    by_target: dict[tuple[str, str], list[tuple[int, Wire]]] = {}
    for at, wire in onward:
        by_target.setdefault((wire.target, wire.target_port), []).append((at, wire))
    for (target, port), wires in by_target.items():
        if not _merged(doc, born, target, port, wires, width):
            for at, wire in wires:
                doc.put(replace(wire, source=born, source_port="y", select=at))


def _merged(doc: Document, born: str, target: str, port: str, wires: Sequence[tuple[int, Wire]], width: int) -> bool:
    """One wire for all numbers of a row, where a neuron takes each once, in order, and all are alike."""
    given = [wire.weight for _, wire in sorted(wires, key=lambda one: one[1].rank)]
    in_order = [at for at, _ in sorted(wires, key=lambda one: one[1].rank)] == list(range(width))
    typed = all(isinstance(weight, (int, float)) for weight in given)
    alike = len({wire.fixed for _, wire in wires}) == 1 and (typed or all(weight is None for weight in given))
    if doc.node(target).kind != "Neuron" or not in_order or not alike:
        return False
    first = wires[0][1]
    weight = tuple(given) if typed else None
    doc.put(replace(first, source=born, source_port="y", select=None, weight=weight, via=()))  # type: ignore[arg-type]
    return True
