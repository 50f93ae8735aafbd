"""Opens a drawing away from the window: reads its text, sets what a run has of its own, looks into its files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph.catalogue import Catalogue, standard
from graph.diagnostic import Diagnostic
from graph.document import Document
from graph.kinds.structure import Run as RunSettings
from graph.param import Param
from graph.project import parse
from graph.project import read as read_project
from graph.reading import Reading
from graph.records import SETTINGS, Node, Settings
from runtime.runs import Run
from runtime.words import listed

Question = Mapping[str, Any]


class BadOverride(Exception):
    """A setting of this run alone that cannot be; the sentence says which."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A document with its reading, in which every question to a file is answered."""

    document: Document
    reading: Reading

    def errors(self) -> list[Diagnostic]:
        return [found for found in self.reading.diagnostics() if found.level == "error"]

    @property
    def settings(self) -> RunSettings:
        """The run settings with their defaults."""
        made = self.document.catalogue.make("Run", self.document.settings.params)
        assert isinstance(made, RunSettings)
        return made


def open_file(path: Path, overrides: Mapping[str, Any] | None = None) -> Drawing:
    """The drawing in a file. Raises ProjectError or BadOverride."""
    return _opened(read_project(path, standard()), path.absolute().parent, overrides or {})


def open_text(text: str, base: Path, overrides: Mapping[str, Any] | None = None) -> Drawing:
    """The drawing in a text; relative paths start from the folder `base`. Raises ProjectError or BadOverride."""
    return _opened(parse(text, standard()), base, overrides or {})


def open_run(run: Run, facts: Iterable[tuple[Question, Question]] = ()) -> Drawing:
    """The drawing that a run trains, with what was set for that run alone.

    `facts` are questions with the answers that they had then; no file is looked into for those.
    """
    job = run.job
    document = parse(run.project_text(), standard())
    return _opened(document, Path(job.base or run.path), job.overrides, facts)


def _opened(
    document: Document, base: Path, overrides: Mapping[str, Any], facts: Iterable[tuple[Question, Question]] = ()
) -> Drawing:
    override(document, overrides)
    reading = Reading(document, base)
    for question, known in facts:
        reading.tell(question, known)
    _answer(reading)
    return Drawing(document, reading)


def _answer(reading: Reading) -> None:
    """Looks into files until nobody asks any more; an answer may raise the next question."""
    from runtime.facts import answer

    asked: set[str] = set()
    while questions := [q for q in reading.open_questions() if json.dumps(q, sort_keys=True) not in asked]:
        for question in questions:
            asked.add(json.dumps(question, sort_keys=True))
            reading.tell(question, answer(question))


def override(document: Document, overrides: Mapping[str, Any]) -> None:
    """Sets run settings (`epochs`) and parameters of nodes (`fc1.out_features`). Raises BadOverride."""
    with document.change():
        for name, value in overrides.items():
            if "." in name:
                id, _, param = name.rpartition(".")
                _set_param(document, id, param, value)
            else:
                _set_run(document, name, value)


def _set_run(document: Document, name: str, value: Any) -> None:
    declared = _declared(document.catalogue, "Run", name, "the run settings")
    _check(declared, name, value)
    settings = document.settings
    document.put(Settings({**settings.params, name: value}, settings.extra))
    assert SETTINGS in document.records


def _set_param(document: Document, id: str, name: str, value: Any) -> None:
    node = document.find(id)
    if node is None:
        known = listed((node.id for node in document.nodes()), "and", 12)
        raise BadOverride(f"There is no node called {id}. The drawing has {known}.")
    if document.kind(node) is None:
        raise BadOverride(f"{id} is of a kind that is not known here ({node.kind}).")
    declared = _declared(document.catalogue, node.kind, name, id)
    _check(declared, f"{id}.{name}", value)
    changed = {"params": {**node.params, name: value}}
    document.put(Node(**{field: getattr(node, field) for field in Node.__slots__} | changed))


def _declared(catalogue: Catalogue, kind: str, name: str, owner: str) -> Param:
    declared = catalogue.make(kind, {}).params
    if name not in declared:
        raise BadOverride(f"{owner} has no parameter {name}; there are {listed(declared, 'and', 30)}.")
    return declared[name]


def _check(declared: Param, name: str, value: Any) -> None:
    wrong = declared.wrong(value)
    if wrong:
        raise BadOverride(f"{name} is {json.dumps(value)}, but {wrong}.")
