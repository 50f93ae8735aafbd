"""Rules about what comes into a node: the kind's own shape rule, and what a file told."""

from collections.abc import Callable, Iterator
from typing import Any

from graph import edits
from graph.checks.view import View, describe
from graph.diagnostic import Diagnostic, Fix
from graph.records import Wire
from graph.spec import Advice, Misfit


def values_fit(view: View) -> Iterator[Diagnostic]:
    """What the kind's own shape rule said."""
    misfit = view.misfit
    if misfit is None:
        return
    wires = view.wires.get(misfit.port) or [wire for listed in view.wires.values() for wire in listed]
    wire = wires[-1] if wires else None
    yield view.found(
        misfit.code, "error", _sentence(view, misfit, wire), misfit.port,
        _advised(view, misfit.advice, wire) if misfit.advice else None, wire.key if wire else "",
    )  # fmt: skip


def _sentence(view: View, misfit: Misfit, wire: Wire | None) -> str:
    node, source = view.name(view.born), view.name(wire.source) if wire else "nothing"
    if misfit.text:
        return misfit.text.replace("{node}", node).replace("{source}", source)
    hint = f": {misfit.hint}" if misfit.hint else ""
    came = describe(view.carried(wire)) if wire else "nothing"
    return f"{node} {misfit.wants}, but {source} gives {came}{hint}.".replace("{node}", node).replace(
        "{source}", source
    )


def _advised(view: View, advice: Advice, wire: Wire | None) -> Fix | None:
    if advice.action == "set":
        return Fix(advice.label, lambda doc: _set(doc, view.born, advice))
    if wire is None:
        return None
    if advice.action == "set_source":
        return Fix(advice.label, lambda doc: _set(doc, wire.source, advice))
    if advice.kind not in view.document.catalogue:
        return None
    return Fix(advice.label, lambda doc: _set(doc, edits.insert(doc, wire.key, advice.kind), advice))


def _set(doc: Any, born: str, advice: Advice) -> None:
    for name, value in advice.params.items():
        edits.set_param(doc, born, name, value)


def facts_are_good(view: View) -> Iterator[Diagnostic]:
    error = (view.reading.facts(view.born) or {}).get("error")
    if error:
        yield view.found("file", "error", f"{view.name(view.born)}: {error}")


RULES: tuple[Callable[[View], Iterator[Diagnostic]], ...] = (values_fit, facts_are_good)
