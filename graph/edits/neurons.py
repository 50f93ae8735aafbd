"""Verbs on many single neurons at once: a row of them, rows wired to rows, and what a training has learned for them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from graph import names, queries
from graph.document import Document
from graph.edits.nodes import add, set_param
from graph.edits.refusal import Refused, the_node
from graph.edits.wires import connect
from graph.records import Point, Select, Wire
from graph.spec import Port

LETTERS = "hijklmpqrstuvw"
"""What rows are called, one letter a row: h1, h2, … and i1, i2, …; `n` is for neurons drawn one by one."""

MOST = 1000
"""As many neurons at most come in one row."""

BELOW, BESIDE = 72.0, 216.0
"""From a node to the one below, and to the row behind it."""

ONE_ROW = 60.0
"""Nodes whose left edges are no further apart than this stand in one row."""


@dataclass(frozen=True, slots=True)
class Tap:
    """A value to wire from: a node, its output, and what is taken of it."""

    born: str
    port: str = "y"
    select: Select = None


@dataclass(frozen=True, slots=True)
class Learned:
    """What a training has made of a neuron: a number (of a row: several) for each wire by its key, and the bias."""

    weights: Mapping[str, float | tuple[float, ...]] = field(default_factory=dict)
    bias: float | None = None


def add_row(
    doc: Document, count: int, sources: Sequence[Tap] = (), *, activation: str = "identity", at: Point | None = None
) -> list[str]:
    """A row of neurons below one another, each wired from all `sources`; answers their birth names.

    `at` is the corner of the first; left out, the row stands behind its sources.
    """
    if not 1 <= count <= MOST:
        raise Refused(f"A row has from 1 to {MOST} neurons, not {count}.")
    corner = at or _behind(doc, [tap.born for tap in sources], count)
    letter = _free_letter(doc, count)
    with doc.change():
        births = []
        for place in range(count):
            spot = None if corner is None else (corner[0], corner[1] + BELOW * place)
            id = names.legal(f"{letter}{place + 1}", doc)
            births.append(add(doc, "Neuron", spot, id, {"activation": activation}))
        connect_rows(doc, sources, births)
    return births


def connect_rows(doc: Document, sources: Iterable[Tap], targets: Iterable[str]) -> list[str]:
    """Wire every source to every target, where there is no such wire yet; answers the keys of the new wires."""
    taps, keys = list(sources), list[str]()
    with doc.change():
        for target in targets:
            for tap in taps:
                port = _entry(doc, tap, target)
                wire = Wire(tap.born, tap.port, target, port.name, tap.select)
                if wire.key not in doc.records:
                    keys.append(connect(doc, tap.born, tap.port, target, port.name, tap.select))
    return keys


def wire_fully(doc: Document, births: Iterable[str]) -> list[str]:
    """Wire rows of nodes, as they stand from left to right, each to the next; answers the keys of the new wires."""
    rows = rows_of(doc, births)
    if len(rows) < 2:
        raise Refused("Select the neurons of two rows, one to the left of the other.")
    with doc.change():
        found = [connect_rows(doc, taps_of(doc, left), right) for left, right in pairwise(rows)]
    if not any(found):
        raise Refused("These rows are fully wired already.")
    return [key for keys in found for key in keys]


def rows_of(doc: Document, births: Iterable[str]) -> list[list[str]]:
    """Nodes in rows from left to right, each from top to bottom; those without a place stand in none."""
    placed = [(node.at, node.born) for born in births if (node := the_node(doc, born)).at is not None]
    rows: list[list[tuple[Point, str]]] = []
    for at, born in sorted((at, born) for at, born in placed if at is not None):
        if rows and at[0] - rows[-1][0][0][0] <= ONE_ROW:
            rows[-1].append((at, born))
        else:
            rows.append([(at, born)])
    return [[born for _, born in sorted(row, key=lambda spot: (spot[0][1], spot[0][0]))] for row in rows]


def taps_of(doc: Document, births: Iterable[str]) -> list[Tap]:
    """The first numbers that each node gives; of a data node what the network sees."""
    found = []
    for born in births:
        port = next((port for port in queries.ports_out(doc, born) if port.type == "tensor"), None)
        if port is None:
            raise Refused(f"{the_node(doc, born).id} gives no numbers that could be wired on.")
        found.append(Tap(born, port.name))
    return found


def adopt_weights(doc: Document, learned: Mapping[str, Learned]) -> int:
    """Type what a training has learned into neurons, by birth name; answers how many neurons took something.

    Neurons and wires that are gone, or that take another number of numbers by now, are passed over.
    """
    taken = 0
    with doc.change():
        for born, found in learned.items():
            if doc.has_node(born) and doc.node(born).kind == "Neuron":
                taken += _adopt(doc, born, found)
    if not taken:
        raise Refused("None of the neurons of this drawing was part of that training.")
    return taken


# --- parts of verbs


def _adopt(doc: Document, born: str, found: Learned) -> bool:
    known = [wire for wire in doc.wires_into(born, "x") if wire.key in found.weights]
    for wire in known:
        doc.put(replace(wire, weight=found.weights[wire.key]))
    if found.bias is not None:
        set_param(doc, born, "bias", found.bias)
    return bool(known) or found.bias is not None


def _entry(doc: Document, tap: Tap, target: str) -> Port:
    """The input of a target that a wire from a source takes."""
    the_node(doc, tap.born)
    node = the_node(doc, target)
    kind = doc.kind(node)
    port = queries.entry(kind, "tensor", "out") if kind else None
    why = queries.why_not(doc, tap.born, tap.port, target, port.name) if port else f"{node.id} takes no numbers."
    if why or port is None:
        raise Refused(why or "")
    if not (port.gathers or port.lettered):
        raise Refused(f"{node.id} takes one wire; only neurons, and what joins values, take many.")
    return port


def _free_letter(doc: Document, count: int) -> str:
    """The first letter under which a whole row can be named."""
    for letter in LETTERS:
        if not any(doc.holders(f"{letter}{place + 1}") for place in range(count)):
            return letter
    return "row"


def _behind(doc: Document, sources: Sequence[str], count: int) -> Point | None:
    """A corner to the right of the sources, so that the row stands beside their middle."""
    places = [at for born in sources if (at := the_node(doc, born).at) is not None]
    if not places:
        return None
    middle = (min(y for _, y in places) + max(y for _, y in places)) / 2
    return max(x for x, _ in places) + BESIDE, middle - BELOW * (count - 1) / 2
