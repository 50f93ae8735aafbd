"""Computes a drawing of Neurons by hand: the numbers that come out for the numbers that are put in."""

from collections.abc import Mapping
from dataclasses import dataclass

from graph.bends import BENDS
from graph.document import Document
from graph.reading import Reading
from graph.records import Node, Wire
from graph.roles import Activation
from graph.shape import Tensor

Spot = tuple[str, str, int | None]
"""A number that comes from outside: source node, port, and index in the row (None: all of it)."""

MOST = 64
"""A longer row is not taken apart: nobody types so many numbers."""


@dataclass(frozen=True, slots=True)
class Term:
    """What one wire brings to a sum: its numbers times their weights; None where one is not known."""

    wire: str
    values: tuple[float | None, ...]
    weights: tuple[float | None, ...]

    @property
    def product(self) -> float | None:
        found = 0.0
        for value, weight in zip(self.values, self.weights, strict=True):
            if value is None or weight is None:
                return None
            found += value * weight
        return found


@dataclass(frozen=True, slots=True)
class Sum:
    """One neuron computed: its terms, its bias, the weighted sum and what the activation makes of it."""

    terms: tuple[Term, ...]
    bias: float | None
    total: float | None
    output: float | None


def sources(document: Document, born: str, reading: Reading | None = None) -> list[Spot]:
    """The numbers one has to type to compute a neuron; with a `reading` a row is taken apart into its numbers."""
    found: dict[Spot, None] = {}
    for reached in _cone(document, born):
        for wire in document.wires_into(reached, "x"):
            if not is_neuron(document, wire.source):
                found |= dict.fromkeys(spots(wire, reading))
    return list(found)


def evaluate(document: Document, reading: Reading, given: Mapping[Spot, float]) -> dict[str, Sum]:
    """Every neuron, in order, from given numbers by source; what depends on something unknown is None."""
    sums: dict[str, Sum] = {}
    place = reading.order.place
    for node in sorted(document.nodes(), key=lambda node: place.get(node.born, 0)):
        if node.kind == "Neuron":
            sums[node.born] = _neuron(document, reading, node, sums, given)
    return sums


def is_neuron(document: Document, born: str) -> bool:
    return document.has_node(born) and document.node(born).kind == "Neuron"


def spots(wire: Wire, reading: Reading | None = None) -> list[Spot]:
    """Where a wire takes its numbers from, one by one as far as that is known."""
    value = reading.value(wire.source, wire.source_port) if reading else None
    width = value.known[-1] if isinstance(value, Tensor) and value.sides is not None and value.rank == 2 else None
    known = isinstance(width, int) and width <= MOST
    if known and isinstance(value, Tensor) and isinstance(wire.select, str) and wire.select in (value.columns or ()):
        return [(wire.source, wire.source_port, (value.columns or ()).index(wire.select))]
    if known and isinstance(width, int) and (wire.select is None or isinstance(wire.select, tuple)):
        taken = range(width)[slice(*wire.select)] if wire.select else range(width)
        return [(wire.source, wire.source_port, at) for at in taken]
    return [(wire.source, wire.source_port, wire.select if isinstance(wire.select, int) else None)]


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
    document: Document, reading: Reading, node: Node, sums: Mapping[str, Sum], given: Mapping[Spot, float]
) -> Sum:
    made = document.make(node)
    terms = tuple(_term(wire, reading, sums, given) for wire in document.wires_into(node.born, "x"))
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


def _term(wire: Wire, reading: Reading, sums: Mapping[str, Sum], given: Mapping[Spot, float]) -> Term:
    """A wire's numbers and weights; one weight that was typed for a row counts for each of its numbers."""
    known = sums.get(wire.source)
    values = (known.output,) if known else tuple(given.get(place) for place in spots(wire, reading))
    typed = wire.weight if isinstance(wire.weight, tuple) else (wire.weight,) * len(values)
    return Term(wire.key, values, typed if len(typed) == len(values) else (None,) * len(values))
