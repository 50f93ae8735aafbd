"""What a run has learned for single neurons and for a Linear, read from its checkpoint without torch."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.document import Document
from graph.edits.neurons import Learned
from graph.reading import Reading
from graph.records import Wire
from graph.shape import Tensor
from runtime.program.columns import columns_of
from runtime.program.units import ProgramError, Use, inputs_of
from runtime.runs import Run

KEY = "neuroloom"
"""The entry of a checkpoint's metadata that holds everything that is no tensor."""

HOMES = ("ema.module.", "net.")
"""Where a weight of the model stands: as its mean, where that is kept, or as it is."""

Numbers = tuple[float, ...]


class NothingLearned(Exception):
    """Why there is nothing to take from a run; a sentence."""


@dataclass(frozen=True, slots=True)
class Layer:
    """The weights of a Linear, a row for each answer, and its biases, if it has any."""

    weights: tuple[Numbers, ...]
    biases: Numbers | None


def linear(run: Run, trained: Document, born: str) -> Layer:
    """What a Linear has learned. `trained` is the drawing that the run trains. Raises NothingLearned."""
    if not trained.has_node(born):
        raise NothingLearned(f"{run.name} did not train this node.")
    id = trained.node(born).id
    held = _Checkpoint(run)
    weight = held.numbers(f"{id}.weight")
    if weight is None or weight.ndim != 2:
        raise NothingLearned(f"{run.name} has no weights of {id}.")
    bias = held.numbers(f"{id}.bias")
    return Layer(tuple(exact(row) for row in weight), None if bias is None else exact(bias))


def neurons(run: Run, trained: Document, reading: Reading) -> dict[str, Learned]:
    """What the neurons of a drawing have learned, by birth name, as far as `trained` had them and their wires.

    Raises NothingLearned where the run has no neurons.
    """
    held = _Checkpoint(run)
    if not held.table:
        raise NothingLearned(f"{run.name} trained no single neurons.")
    meant = reading.document
    found = {}
    for id, row in held.table.items():
        node = trained.find(id)
        if node is not None and meant.has_node(node.born) and meant.node(node.born).kind == "Neuron":
            found[node.born] = _neuron(held, row, _uses(meant, reading, node.born))
    return found


def exact(numbers: NDArray[Any]) -> Numbers:
    """Numbers as few digits say them: read again in their own precision they are the same."""
    return tuple(float(str(number)) for number in numbers)


def _neuron(held: _Checkpoint, row: Mapping[str, Any], uses: Mapping[str, Use]) -> Learned:
    key, *place = row["weight"]
    flat = held.numbers(key)
    if flat is None:
        return Learned()
    values = exact(flat[place[0]] if len(place) == 1 else flat[place[0] : place[1]])
    known = {tuple(origin): value for origin, value in zip(row["from"], values, strict=True)}
    weights: dict[str, float | Numbers] = {}
    for wire, use in uses.items():
        wanted = _origins(use)
        if wanted and all(origin in known for origin in wanted):
            taken = tuple(known[origin] for origin in wanted)
            weights[wire] = taken[0] if wanted[0][3] is None else taken
    biases = held.numbers(row["bias"][0]) if row["bias"] else None
    return Learned(weights, None if biases is None else exact(biases[row["bias"][1] : row["bias"][1] + 1])[0])


def _origins(use: Use) -> list[tuple[Any, ...]]:
    """What a wire brings, number by number, in the form of the packing table."""
    try:
        return [(*column.use.spot, column.use.select, column.index) for column in columns_of(use)]
    except ProgramError:
        return []


def _uses(document: Document, reading: Reading, born: str) -> dict[str, Use]:
    """What the wires into a neuron bring, by the key of the wire."""
    wires = [wire for wire in document.wires_into(born, "x") if _known(reading, wire)]
    try:
        uses = inputs_of(document, reading, document.node(born)).get("x", ())
    except ProgramError:
        return {}
    return {wire.key: use for wire, use in zip(wires, uses, strict=False)}


def _known(reading: Reading, wire: Wire) -> bool:
    return isinstance(reading.value(wire.source, wire.source_port), Tensor)


class _Checkpoint:
    """The model's tensors in a file, each read when it is asked for, and the table of its neurons."""

    def __init__(self, run: Run) -> None:
        from safetensors import safe_open

        path = run.weights()
        if path is None:
            raise NothingLearned(f"{run.name} has no checkpoint.")
        self._told = f"The checkpoint of {run.name} cannot be read."
        self._known: dict[str, NDArray[Any] | None] = {}
        with self._reading():
            opened: Any = safe_open
            self._file = opened(path, framework="numpy")
            self._keys = set(self._file.keys())
            plain = json.loads((self._file.metadata() or {}).get(KEY, "{}"))
        self.table: dict[str, Any] = plain.get("neurons", {})

    def numbers(self, key: str) -> NDArray[Any] | None:
        """A tensor of the model by its name there."""
        if key not in self._known:
            with self._reading():
                wanted = next((start + key for start in HOMES if start + key in self._keys), None)
                found = self._file.get_tensor(wanted) if wanted else None
            self._known[key] = found if found is not None and np.issubdtype(found.dtype, np.floating) else None
        return self._known[key]

    @contextmanager
    def _reading(self) -> Iterator[None]:
        from safetensors import SafetensorError

        try:
            yield
        except (OSError, ValueError, TypeError, SafetensorError) as error:
            raise NothingLearned(self._told) from error
