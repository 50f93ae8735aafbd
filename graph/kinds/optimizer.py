"""Optimizers: how weights move down the slope of the loss."""

from collections.abc import Mapping
from typing import Any

from graph.misfit import Advice, Misfit
from graph.param import param
from graph.roles import Optimizer
from graph.shape import Value
from graph.spec import Place


class _Fused(Optimizer):
    """Runs all its arithmetic in one kernel, which is faster for the same numbers."""

    def args(self, *inputs: Any) -> dict[str, Any]:
        return {**super().args(), "fused": True}


class SGD(_Fused):
    """Steps straight down the slope; with momentum it keeps some of its speed."""

    torch = "torch.optim.SGD"
    title = "SGD"
    words = ("gradient descent", "momentum", "nesterov")
    formula = "w ← w − lr · ∂L/∂w"
    lr: float = param(0.001, "Learning rate: the size of a step.", above=0.0, always=True)
    momentum: float = param(0.0, "Part of the last step that is kept.", min=0.0)
    dampening: float = param(0.0, "Part of the new slope that momentum leaves out.", min=0.0)
    weight_decay: float = param(0.0, "Pulls weights towards zero (L2).", min=0.0)
    nesterov: bool = param(False, "Look ahead along the momentum before measuring the slope.")

    def read(self, inputs: Mapping[str, Any], place: Place) -> dict[str, Value]:
        if self.nesterov and (not self.momentum or self.dampening):
            advice = Advice("set", "Use a momentum of 0.9", params={"momentum": 0.9, "dampening": 0.0})
            text = "{node} can look ahead (nesterov) only along a momentum, and without dampening."
            raise Misfit(port="", text=text, code="parameters", advice=advice)
        return {}


class Adam(_Fused):
    """Gives each weight its own step size, from the mean and the spread of its slopes: works well nearly everywhere."""

    torch = "torch.optim.Adam"
    words = ("adaptive", "gradient descent")
    formula = "w ← w − lr · m̂ / (√v̂ + ε)"
    lr: float = param(0.001, "Learning rate: the size of a step.", above=0.0, always=True)
    betas: Any = param(
        (0.9, 0.999), "How long means of slopes and of their squares are remembered.", type="floats", min=0.0, below=1.0
    )
    eps: float = param(1e-08, "Keeps the division from zero.", min=0.0)
    weight_decay: float = param(0.0, "Pulls weights towards zero (L2).", min=0.0)
    amsgrad: bool = param(False, "Never let the remembered spread shrink.")


class AdamW(_Fused):
    """Adam with weight decay that does not bend the step sizes."""

    torch = "torch.optim.AdamW"
    title = "AdamW"
    words = ("adaptive", "decoupled weight decay", "gradient descent")
    formula = "w ← w − lr · (m̂ / (√v̂ + ε) + λ·w)"
    lr: float = param(0.001, "Learning rate: the size of a step.", above=0.0, always=True)
    betas: Any = param(
        (0.9, 0.999), "How long means of slopes and of their squares are remembered.", type="floats", min=0.0, below=1.0
    )
    eps: float = param(1e-08, "Keeps the division from zero.", min=0.0)
    weight_decay: float = param(0.01, "Pulls weights towards zero.", min=0.0)
    amsgrad: bool = param(False, "Never let the remembered spread shrink.")
