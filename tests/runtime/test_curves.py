"""The curves of activations, drawn without torch, are torch's own."""

import math
import random
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from graph.catalogue import standard
from graph.curves import sigmoid, softplus
from graph.roles import Activation
from graph.shape import Axis, Tensor
from graph.spec import Kind

POINTS = [at / 16 for at in range(-320, 321)]
WHOLE = {"Softmax", "Softmin", "LogSoftmax", "Softmax2d"}
"""Kinds in which no single number decides its answer."""

BENDING = [kind for kind in standard() if issubclass(kind, Activation) and kind.__name__ not in WHOLE]
SETTINGS: dict[str, list[dict[str, Any]]] = {
    "LeakyReLU": [{"negative_slope": 0.3}, {"negative_slope": -0.5}],
    "PReLU": [{"init": 0.7}],
    "ELU": [{"alpha": 2.5}],
    "CELU": [{"alpha": 2.5}, {"alpha": -0.4}],
    "GELU": [{"approximate": "tanh"}],
    "Swish": [{"beta": 2.0}, {"beta": -1.5}],
    "Softplus": [{"beta": 3.0}, {"beta": 0.5, "threshold": 2.0}, {"beta": -1.0}],
    "RReLU": [{"lower": 0.2, "upper": 0.6}],
    "Threshold": [{"threshold": 0.5, "value": -3.0}],
    "Hardtanh": [{"min_val": -2.0, "max_val": 0.5}],
    "Hardshrink": [{"lambd": 1.5}, {"lambd": 0.0}],
    "Softshrink": [{"lambd": 1.5}],
    "Sine": [{"frequency": 1.0}],
}
CASES = [(kind, params) for kind in BENDING for params in ({}, *SETTINGS.get(kind.__name__, []))]


def computed(made: Kind, x: torch.Tensor) -> torch.Tensor:
    """What the printed source gives, as the network computes it after it has learned."""
    scope: dict[str, Any] = {"torch": torch, "nn": nn, "F": F}
    exec(made.source, scope)
    value = Tensor((Axis("data"),))
    text = made.module(value)
    if text:
        scope["node"] = eval(text, scope).double().eval()
    with torch.no_grad():
        answer = eval(made.call("node", {"x": "x"}, {"x": value}), scope | {"x": x})
    assert isinstance(answer, torch.Tensor)
    return answer


@pytest.mark.parametrize(("kind", "params"), CASES, ids=lambda case: getattr(case, "__name__", None) or str(case))
def test_a_curve_is_what_torch_computes(kind: type[Activation], params: dict[str, Any]) -> None:
    made = kind(params)
    assert isinstance(made, Activation)
    drawn = torch.tensor([made.curve(x) for x in POINTS], dtype=torch.float64)
    torch.testing.assert_close(drawn, computed(made, torch.tensor(POINTS, dtype=torch.float64)), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("kind", BENDING, ids=lambda kind: kind.__name__)
def test_a_curve_goes_on_far_away(kind: type[Activation]) -> None:
    made = kind({})
    for x in (-1e4, -750.0, 750.0, 1e4):
        told = made.curve(x)
        assert told is not None
        assert math.isfinite(told)


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_shares_have_no_curve(name: str) -> None:
    made = standard().make(name, {})
    assert isinstance(made, Activation)
    assert made.curve(1.0) is None


def test_what_curves_are_made_of() -> None:
    chance = random.Random(0)
    for x in [chance.uniform(-50, 50) for _ in range(200)]:
        number = torch.tensor(x, dtype=torch.float64)
        assert math.isclose(sigmoid(x), torch.sigmoid(number).item(), rel_tol=1e-12)
        assert math.isclose(softplus(x), -F.logsigmoid(-number).item(), rel_tol=1e-12, abs_tol=1e-300)
