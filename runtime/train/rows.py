"""The rows that a training learns from: read, checked, and in the order of a step's arguments."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from graph.roles import Data
from runtime.data.source import Source, load
from runtime.data.streaming import Stream
from runtime.data.table import DataError
from runtime.emit.streams import can_stream
from runtime.program import Program
from runtime.studies.plans import Fold
from runtime.train.first_batch import Fault, wrong_data, wrong_rows
from runtime.train.taught import strange_label, taught


class NodeError(Exception):
    """Something went wrong at a node; `cause` is `data` or `drawing`."""

    def __init__(self, sentence: str, born: str | None, cause: str) -> None:
        super().__init__(sentence)
        self.born, self.cause = born, cause


def refuse(fault: Fault | None) -> None:
    """Raises NodeError where something is wrong."""
    if fault is not None:
        raise NodeError(fault.sentence, fault.born, fault.cause)


@dataclass(frozen=True, slots=True)
class Rows:
    """The sources by birth name; for each part the values of a step's arguments; the steps of an epoch.

    `stream` is how many rows may be looked at together where rows are read when they are needed, else 0.
    """

    sources: dict[str, Source]
    data: dict[str, list[Any]]
    stream: int
    steps: int

    def on(self, device: str) -> dict[str, list[Any]]:
        """The values on a device; what is read when it is needed stays where it is."""
        if self.stream:
            return self.data
        return {part: [values.to(device) for values in listed] for part, listed in self.data.items()}

    def to_fit(self) -> list[Any]:
        """The rows that are looked at before the first step."""
        return [values[: self.stream] if self.stream else values for values in self.data["train"]]

    def messages(self, program: Program) -> tuple[str, ...]:
        names = {source.born: source.id for source in program.sources}
        return tuple(f"{names[born]}: {text}" for born, source in self.sources.items() for text in source.messages)


def gather(program: Program, base: Path, fold: Fold | None, device: str) -> Rows:
    """All rows of a training. Raises NodeError for what is wrong with them."""
    sources = load_sources(program, base, fold)
    data = arrange(program, sources)
    for one in taught(program):
        if (strange := strange_label(one, data)) is not None:
            raise NodeError(strange, one.born, "data")
    rows = {born: len(values) for (born, _, _), values in zip(program.arguments, data["train"], strict=True)}
    refuse(wrong_rows(program, rows) or wrong_data(program, sources))
    steps = max(source.steps(rows[source.born], program.run.accumulate) for source in program.sources)
    return Rows(sources, data, _stream(program, data, device), steps)


def load_sources(program: Program, base: Path, fold: Fold | None = None) -> dict[str, Source]:
    """The rows of every data node that takes part, by birth name; those of a fold of a cross-validation."""
    found = {}
    for source in program.sources:
        assert isinstance(source.kind, Data)
        try:
            found[source.born] = load(source.kind, base, fold)
        except DataError as error:
            raise NodeError(f"{source.id}: {error}", source.born, "data") from error
    return found


def arrange(program: Program, sources: dict[str, Source]) -> dict[str, list[torch.Tensor]]:
    """For each part that has rows in every source, the tensors in the order of a step's arguments."""
    parts = [part for part in ("train", "validation", "test") if all(s.rows(part) for s in sources.values())]
    return {part: [sources[born].parts[part][port] for born, port, _ in program.arguments] for part in parts}


@contextmanager
def reading(program: Program) -> Iterator[None]:
    """Says at which node a row could not be read."""
    try:
        yield
    except DataError as error:
        (source, *_) = program.sources
        raise NodeError(f"{source.id}: {error}", source.born, "data") from error


def _stream(program: Program, data: dict[str, list[Any]], device: str) -> int:
    """How many rows may be looked at together where rows are read when they are needed; 0 where all are at hand."""
    streamed = [values for values in data["train"] if isinstance(values, Stream)]
    large = device.startswith("cuda") and 2 * _bytes(data) > torch.cuda.mem_get_info(device)[0]
    if not streamed and not (large and can_stream(program)):
        return 0
    if not can_stream(program):
        (source, *_) = program.sources
        text = f"{source.id}: rows are read when they are needed only where there is one data node, and not in float64."
        raise NodeError(text, source.born, "data")
    return min([values.sample for values in streamed] or [len(data["train"][0])])


def _bytes(data: dict[str, list[Any]]) -> int:
    listed = [values for tensors in data.values() for values in tensors]
    return sum(values.nbytes for values in listed if isinstance(values, torch.Tensor))
