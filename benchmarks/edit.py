"""From an edit to a drawing that is read and checked again: a parameter, a wire, a change at the head of the chain."""

import itertools
import statistics
from collections.abc import Callable, Iterator

from benchmarks.rows import Row, milliseconds
from graph import edits
from graph.catalogue import standard
from graph.document import Document
from graph.history import History
from graph.project import parse
from graph.reading import Reading

SIZES = (100, 1_000, 10_000)
AIMS = {"parameter": 16.0, "wire": 16.0, "head": 100.0}
TIMES = 15


def run() -> Iterator[Row]:
    for size in SIZES:
        for name, act in gestures(size):
            times = [milliseconds(act) for _ in range(TIMES)]
            yield Row(f"edit: {name}, {size:,} nodes", statistics.median(times), "ms", None, AIMS[name])


def gestures(size: int) -> Iterator[tuple[str, Callable[[], None]]]:
    """The three edits on a chain of `size` nodes whose shapes all follow from its head."""
    document = chain(size)
    history, reading = History(document), Reading(document)
    reading.settle()
    last = f"n{size - 1}"
    rates, sides, wires = itertools.cycle([0.1, 0.2]), itertools.cycle([48, 64]), itertools.cycle([True, False])

    def step(label: str, act: Callable[[], object]) -> None:
        with history.step(label):
            act()
        reading.settle()

    def parameter() -> None:
        step("parameter", lambda: edits.set_param(document, f"n{size // 2 // 4 * 4 + 1}", "p", next(rates)))

    def wire() -> None:
        if next(wires):
            step("wire", lambda: edits.connect(document, f"n{size // 2}", "y", last, "b"))
        else:
            step("wire", lambda: edits.remove(document, [f"n{size // 2}.y -> {last}.b"]))

    def head() -> None:
        step("head", lambda: edits.set_param(document, "input", "shape", [next(sides)]))

    yield "parameter", parameter
    yield "wire", wire
    yield "head", head


def chain(size: int) -> Document:
    """An input and a chain of ReLU, Dropout, Tanh and Add."""
    kinds = ("ReLU", "Dropout", "Tanh", "Add")
    nodes, wires = ['{"id": "input", "kind": "Input"}'], []
    for at in range(size):
        kind = "Add" if at == size - 1 else kinds[at % 4]
        nodes.append(f'{{"id": "n{at}", "kind": "{kind}"}}')
        source = f"n{at - 1}.y" if at else "input.x"
        wires.append(f'"{source} -> n{at}.{"a" if kind == "Add" else "x"}"')
    text = f'{{"format": "neuroloom", "version": 1, "nodes": [{", ".join(nodes)}], "wires": [{", ".join(wires)}]}}'
    return parse(text, standard())
