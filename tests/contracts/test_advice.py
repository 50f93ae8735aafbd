"""What a kind advises helps: parameters that are to be set, and kinds that it is to become, take what comes in."""

import random
from collections.abc import Iterator

import pytest

from graph.catalogue import standard
from graph.misfit import Advice, Misfit
from graph.roles import Layer
from graph.shape import Tensor
from graph.spec import Kind, Place
from tests.contracts.situations import situation

LAYERS = [kind for kind in standard() if issubclass(kind, Layer) and kind.family]


def said(made: Kind, inputs: dict[str, Tensor]) -> Misfit | None:
    """What the kind says against what comes in, or doubts about it."""
    try:
        made.read(inputs, Place("it"))
    except Misfit as misfit:
        return misfit
    return made.doubt(*made.in_order(inputs))


def advised(kind: type[Kind]) -> Iterator[tuple[dict[str, object], dict[str, Tensor], Misfit, Advice]]:
    chance = random.Random(kind.__name__)
    for _ in range(150):
        params, inputs = situation(kind, chance)
        if any(kind.params[name].wrong(value) for name, value in params.items()):
            continue
        misfit = said(standard().make(kind.__name__, params), inputs)
        if misfit is not None and misfit.advice is not None:
            yield params, inputs, misfit, misfit.advice


def followed(made: Kind, given: dict[str, object], advice: Advice) -> tuple[Kind, dict[str, object]]:
    """The kind and what is typed after the advice was taken; what the kind does not have is not set."""
    kind = standard().get(made.name() if advice.action == "set" else advice.kind)
    assert kind is not None, f"there is no such kind: {advice}"
    bad = [name for name, value in advice.params.items() if name in kind.params and kind.params[name].wrong(value)]
    assert not bad, f"{advice} is refused for {bad}"
    typed = given | dict(advice.params)
    return standard().make(kind.__name__, typed), typed


@pytest.mark.parametrize("kind", LAYERS, ids=lambda kind: kind.__name__)
def test_advice_helps_and_never_leads_in_a_circle(kind: type[Kind]) -> None:
    for params, inputs, misfit, advice in advised(kind):
        made, typed, seen = standard().make(kind.__name__, params), dict(params), [f"{misfit} {misfit.text}"]
        while advice is not None and advice.action in ("set", "become"):
            made, typed = followed(made, typed, advice)
            ports = {name: value for name, value in inputs.items() if made.input(name) is not None}
            left = said(made, ports)
            if left is None:
                break
            again = f"{left} {left.text}"
            assert again not in seen, f"{again} is said again after: {advice} ({params}, {inputs})"
            seen.append(again)
            advice = left.advice
        assert advice is None or advice.action != "insert" or advice.kind in standard(), advice
