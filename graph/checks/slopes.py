"""Rules about losses that measure a slope: of a value that depends on what it is measured by."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from graph import edits
from graph.diagnostic import Diagnostic, Fix
from graph.document import Document
from graph.records import Wire
from graph.roles import LossKind

if TYPE_CHECKING:
    from graph.checks.whole import Survey


def slopes_can_be_measured(survey: Survey) -> Iterator[Diagnostic]:
    for node in survey.of(LossKind):
        slope = getattr(survey.document.kind(node), "slope", None)
        if slope is None:
            continue
        of, at = (survey.document.wires_into(node.born, port)[:1] for port in slope)
        if of and at and all(survey.document.has_node(wire.source) for wire in (*of, *at)):
            yield from _measured(survey, of[0], at[0])


def _measured(survey: Survey, of: Wire, at: Wire) -> Iterator[Diagnostic]:
    name, first, second = (survey.name(born) for born in (of.target, of.source, at.source))
    if at.select is not None:
        message = f"{name} measures by a part of {second}, which nothing else depends on: wire all of it."
        fix = Fix("Take all of it", partial(_whole, wire=at))
        yield Diagnostic("slope-elsewhere", "error", of.target, message, at.target_port, at.key, fix)
    elif at.source not in survey.above(of.source):
        message = f"{name} measures how {first} changes with {second}, but {first} does not depend on {second}."
        yield Diagnostic("slope-elsewhere", "error", of.target, message, at.target_port, at.key)


def _whole(doc: Document, wire: Wire) -> None:
    edits.connect(doc, wire.source, wire.source_port, wire.target, wire.target_port)
