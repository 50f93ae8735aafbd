"""What a run knows of the data it learned from, kept in its folder: names of classes, means, what files told."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runtime.data.streaming import first_rows
from runtime.protocol import read_json, write_text

if TYPE_CHECKING:
    import torch

    from runtime.data.source import Source
    from runtime.drawing import Drawing
    from runtime.runs import Run

DATA = "data.json"
"""The file in a run folder."""

ALWAYS_ASKED = ("module", "several", "devices")
"""Questions whose answers are never kept: what code may run is decided anew each time."""

Fact = tuple[dict[str, Any], dict[str, Any]]
"""A question to a file, and its answer."""


@dataclass(frozen=True, slots=True)
class Learned:
    """Of one data node: the names of its classes, the mean of each column of x, the largest number in x, its tokens."""

    classes: tuple[str, ...] = ()
    means: tuple[float, ...] = ()
    high: float = 1.0
    vocabulary: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """Of all data nodes by birth name, and the facts about their files."""

    sources: Mapping[str, Learned] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()

    def of(self, born: str) -> Learned:
        return self.sources.get(born, Learned())


def note(folder: Path, drawing: Drawing, sources: Mapping[str, Source]) -> None:
    """Keeps in a run folder what its data told."""
    learned = {born: _learned(source) for born, source in sources.items()}
    plain = {
        "sources": {born: {"classes": one.classes, "means": one.means, "high": one.high, "vocabulary": one.vocabulary}
                    for born, one in learned.items()},
        "facts": list(_facts(drawing)),
    }  # fmt: skip
    write_text(folder / DATA, json.dumps(plain, ensure_ascii=False) + "\n")


def known(run: Run) -> Known | None:
    """What the run has kept; None where it has kept nothing."""
    held = read_json(run.path / DATA)
    if not isinstance(held, dict) or not isinstance(held.get("sources"), dict):
        return None
    sources = {
        str(born): Learned(
            tuple(map(str, one["classes"])),
            tuple(map(float, one["means"])),
            float(one["high"]),
            tuple(map(str, one.get("vocabulary", ()))),
        )
        for born, one in held["sources"].items()
    }
    return Known(sources, tuple((dict(question), dict(answer)) for question, answer in held.get("facts", ())))


def from_sources(sources: Mapping[str, Source]) -> Known:
    """The same, from the data themselves."""
    return Known({born: _learned(source) for born, source in sources.items()})


def _learned(source: Source) -> Learned:
    x = first_rows(next(iter(source.parts["train"].values()), None))
    numbers = x is not None and x.is_floating_point() and x.numel() > 0
    if x is None or not numbers:
        return Learned(source.classes, vocabulary=source.vocabulary)
    means = tuple(x.double().mean(0).tolist()) if x.ndim == 2 else ()
    return Learned(source.classes, means, _highest(x))


def _highest(x: torch.Tensor) -> float:
    high = float(x.max())
    return high if high == high and abs(high) != float("inf") else 1.0


def _facts(drawing: Drawing) -> Iterator[Fact]:
    for node in drawing.document.nodes():
        question, facts = drawing.reading.question(node.born), drawing.reading.facts(node.born)
        if question and facts is not None and question.get("ask") not in ALWAYS_ASKED:
            yield question, dict(facts)
