"""Small drawings for tests of the compiler, written as a person writes them, and what they compile to."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from graph.catalogue import Catalogue, standard
from graph.document import Document
from graph.project import parse, read
from graph.reading import Reading
from runtime import emit
from runtime.build import Built, build
from runtime.facts import answer
from runtime.program import Program

EXAMPLES = Path(__file__).parent.parent.parent / "assets" / "examples"
SOURCES = Path(__file__).parent.parent / "data" / "sources"

Nodes = Mapping[str, tuple[str, Mapping[str, Any]]]


def drawn(
    nodes: Nodes, wires: Sequence[Any], run: Mapping[str, Any] | None = None, catalogue: Catalogue | None = None
) -> Document:
    """A document from {id: (kind, parameters)} and wires in the form of the file."""
    text = {
        "format": "neuroloom",
        "version": 1,
        "nodes": [{"id": id, "kind": kind, "params": dict(params)} for id, (kind, params) in nodes.items()],
        "wires": list(wires),
        "run": dict(run or {}),
    }
    return parse(json.dumps(text), catalogue or standard())


def program_of(document: Document) -> Program:
    return Program(Reading(document))


def example(name: str) -> Program:
    """A template that comes with the program, its data looked at."""
    document = read(EXAMPLES / f"{name}.loom", standard())
    reading = Reading(document, EXAMPLES)
    for question in reading.open_questions():
        reading.tell(question, answer(question))
    return Program(reading)


def built(program: Program, *, train: bool = False) -> Built:
    return build(emit.model(program).text, emit.train(program).text if train else None)


def agreed() -> Program:
    """The drawing whose source is agreed on to the letter."""
    return program_of(read(SOURCES / "digits_cnn.loom", standard()))


def net_of(nodes: Nodes, wires: Sequence[Any]) -> torch.nn.Module:
    """The executed Net of a drawing."""
    made: torch.nn.Module = built(program_of(drawn(nodes, wires))).net()
    return made


def forward_of(source: str, name: str = "Net") -> list[str]:
    """The lines of a class's forward."""
    lines = source.split(f"class {name}(nn.Module)")[1].split("def forward")[1].split("\nclass ")[0].splitlines()[1:]
    return [line.strip() for line in lines if line.strip()]
