"""Rules about what comes into a node: the kind's own shape rule, and what a file told."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from graph.checks import advised
from graph.checks.view import View, describe
from graph.diagnostic import Diagnostic, Level, Offer
from graph.misfit import Misfit
from graph.records import Wire
from graph.shape import Tensor
from graph.spec import Kind


def values_fit(view: View) -> Iterator[Diagnostic]:
    """What the kind's own shape rule said."""
    if view.misfit is not None:
        yield _told(view, view.misfit, "error")


def values_are_meant(view: View) -> Iterator[Diagnostic]:
    """What torch accepts but the kind says hardly anyone means."""
    known = all(not isinstance(value, Tensor) or value.sides is not None for value in view.inputs.values())
    if view.readable and known and view.misfit is None:
        doubt = view.made.doubt(*view.made.in_order(view.inputs))
        if doubt is not None:
            yield _told(view, doubt, "warning")


def _told(view: View, misfit: Misfit, level: Level) -> Diagnostic:
    wires = view.wires.get(misfit.port) or [wire for listed in view.wires.values() for wire in listed]
    wire = wires[min(misfit.at, len(wires) - 1)] if wires else None
    return view.found(
        misfit.code, level, _sentence(view, misfit, wire), misfit.port,
        advised.fix(view, misfit.advice, wire) if misfit.advice else None, wire.key if wire else "",
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


def facts_are_good(view: View) -> Iterator[Diagnostic]:
    facts = view.reading.facts(view.born) or {}
    if facts.get("locked"):
        path = str((view.reading.question(view.born) or {}).get("path", ""))
        offer = Offer("Trust this file…", "trust", path)
        yield replace(view.found("file-locked", "error", f"{view.name(view.born)}: {facts['error']}"), offer=offer)
    elif facts.get("error"):
        yield view.found("file", "error", f"{view.name(view.born)}: {facts['error']}")


def doubts(view: View) -> bool:
    """Whether the kind has any doubts to tell."""
    return type(view.made).doubt is not Kind.doubt


RULES: tuple[Callable[[View], Iterator[Diagnostic]], ...] = (values_fit, facts_are_good)
