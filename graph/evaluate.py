"""Computes a drawing of Neurons by hand: the numbers that come out for the numbers that are put in."""

from collections.abc import Mapping
from dataclasses import dataclass

from graph.bends import BENDS
from graph.document import Document
from graph.reading import Reading
from graph.records import Node, Wire
from graph.roles import Activation


@dataclass(frozen=True, slots=True)
class Term:
    """What one wire brings to a sum: `value` times `weight`; None where it is not known."""

    wire: str
    value: float | None
    weight: float | None

    @property
    def product(self) -> float | None:
        return None if self.value is None or self.weight is None else self.value * self.weight


@dataclass(frozen=True, slots=True)
class Sum:
    """One neuron computed: its terms, its bias, the weighted sum and what the activation makes of it."""

    terms: tuple[Term, ...]
    bias: float | None
    total: float | None
    output: float | None


def sources(document: Document, born: str) -> list[tuple[str, str, int | None]]:
    """The numbers one has to type to compute a neuron: source node, port, and index in the row (None: all of it)."""
    found: dict[tuple[str, str, int | None], None] = {}
    for reached in _cone(document, born):
        for wire in document.wires_into(reached, "x"):
            if not is_neuron(document, wire.source):
                found[spot(wire)] = None
    return list(found)


def evaluate(
    document: Document, reading: Reading, given: Mapping[tuple[str, str, int | None], float]
) -> dict[str, Sum]:
    """Every neuron, in order, from given numbers by source; what depends on something unknown is None."""
    sums: dict[str, Sum] = {}
    place = reading.order.place
    for node in sorted(document.nodes(), key=lambda node: place.get(node.born, 0)):
        if node.kind == "Neuron":
            sums[node.born] = _neuron(document, node, sums, given)
    return sums


def is_neuron(document: Document, born: str) -> bool:
    return document.has_node(born) and document.node(born).kind == "Neuron"


def spot(wire: Wire) -> tuple[str, str, int | None]:
    """Where a wire takes its number from."""
    return wire.source, wire.source_port, wire.select if isinstance(wire.select, int) else None


def activate(document: Document, name: str, z: float) -> float | None:
    """An activation of one number; None for a name that is not an activation of a single number."""
    bend = BENDS.get(name)
    made = document.catalogue.make(bend.kind, bend.params) if bend else None
    return made.curve(z) if isinstance(made, Activation) else None


def _cone(document: Document, born: str) -> list[str]:
    """The neuron and all neurons it depends on."""
    found, todo = dict.fromkeys([born]), [born]
    while todo:
        for wire in document.wires_into(todo.pop(), "x"):
            if wire.source not in found and is_neuron(document, wire.source):
                found[wire.source] = None
                todo.append(wire.source)
    return list(found)


def _neuron(
    document: Document, node: Node, sums: Mapping[str, Sum], given: Mapping[tuple[str, str, int | None], float]
) -> Sum:
    made = document.make(node)
    terms = tuple(_term(document, wire, sums, given) for wire in document.wires_into(node.born, "x"))
    bias = _bias(getattr(made, "bias", None))
    products = [term.product for term in terms]
    if bias is None or any(product is None for product in products):
        return Sum(terms, bias, None, None)
    total = sum(product for product in products if product is not None) + bias
    return Sum(terms, bias, total, activate(document, str(getattr(made, "activation", "identity")), total))


def _bias(typed: object) -> float | None:
    """The bias that was typed; without one, training draws it."""
    if typed is False:
        return 0.0
    return float(typed) if isinstance(typed, (int, float)) and not isinstance(typed, bool) else None


def _term(
    document: Document, wire: Wire, sums: Mapping[str, Sum], given: Mapping[tuple[str, str, int | None], float]
) -> Term:
    known = sums.get(wire.source)
    value = known.output if known else given.get(spot(wire))
    weight = wire.weight if isinstance(wire.weight, (int, float)) else None
    return Term(wire.key, value, weight)
