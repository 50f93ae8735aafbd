"""Rules about drawings: `steady` and `passing` for one node, those of `whole` for the graph."""

from collections.abc import Iterator

from graph.checks import habits, losses, naming, states, values, weights, wiring
from graph.checks.view import View
from graph.diagnostic import Diagnostic
from graph.roles import Data, LossKind

__all__ = ["View", "passing", "steady"]


def steady(view: View) -> Iterator[Diagnostic]:
    """What is wrong with a node whatever its wires carry: it changes only with the drawing around it."""
    for rule in (*naming.RULES, *wiring.STEADY, *states.STEADY, *habits.STEADY):
        yield from rule(view)


def passing(view: View) -> Iterator[Diagnostic]:
    """What is wrong with the values that come in."""
    if view.troubled or isinstance(view.made, Data) or view.reading.facts(view.born):
        for rule in (*wiring.PASSING, *values.RULES):
            yield from rule(view)
    if values.doubts(view):
        yield from values.values_are_meant(view)
    yield from weights.weights_can_be_so(view)
    if isinstance(view.made, LossKind):
        yield from losses.answers_are_meant(view)
        yield from losses.balanced_by_data(view)
    for rule in habits.PASSING.get(view.node.kind, ()):
        yield from rule(view)
