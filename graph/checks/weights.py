"""Rules about what a layer is told of its weights."""

from collections.abc import Iterator
from functools import partial

from graph import edits
from graph.checks.view import View
from graph.diagnostic import Diagnostic, Fix
from graph.shape import Tensor
from graph.weights import WEIGHTS, clashes


def weights_can_be_so(view: View) -> Iterator[Diagnostic]:
    """What is asked of the weights is possible for weights of their shapes."""
    if not (WEIGHTS.keys() & view.node.params.keys() & view.made.params.keys()) or not view.readable or view.misfit:
        return
    inputs = view.made.in_order(view.inputs)
    if any(isinstance(value, Tensor) and value.sides is None for value in inputs):
        return
    for clash in clashes(view.made, view.made.weights(*inputs)):
        fix = Fix(f"Reset {clash.name}", partial(edits.reset_param, born=view.born, name=clash.name))
        yield view.found("weights", "error", clash.text.replace("{node}", view.name(view.born)), fix=fix)
