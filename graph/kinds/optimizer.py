"""Optimizers besides Adam's family: straight down the slope, by its size, by its sign, or by its bend."""

from collections.abc import Mapping
from typing import Any

from graph.misfit import Advice, Misfit
from graph.param import param
from graph.roles import FusedOptimizer, Optimizer
from graph.shape import Value
from graph.spec import Place

_LR = "Learning rate: the size of a step."
_L2 = "Pulls weights towards zero (L2)."
_EPS = "Keeps the division from zero."


class SGD(FusedOptimizer):
    """Steps straight down the slope; with momentum it keeps some of its speed."""

    torch = "torch.optim.SGD"
    title = "SGD"
    common = True
    words = ("gradient descent", "momentum", "nesterov", "stochastic")
    formula = "v ← μ·v + ∂L/∂w,  w ← w − lr · v"
    use = "To see what learning is; with a momentum of 0.9 and a falling learning rate, for pictures at their best."
    avoid = "When slopes of different layers differ by orders of magnitude: Adam finds a step size for each."
    origin = "H. Robbins, S. Monro: A Stochastic Approximation Method, 1951; momentum: B. T. Polyak, 1964"
    lr: float = param(0.001, _LR, above=0.0, always=True)
    momentum: float = param(0.0, "Part of the last step that is kept.", min=0.0)
    dampening: float = param(0.0, "Part of the new slope that momentum leaves out.", min=0.0)
    weight_decay: float = param(0.0, _L2, min=0.0)
    nesterov: bool = param(False, "Look ahead along the momentum before measuring the slope.")

    def read(self, inputs: Mapping[str, Any], place: Place) -> dict[str, Value]:
        if self.nesterov and (not self.momentum or self.dampening):
            advice = Advice("set", "Use a momentum of 0.9", params={"momentum": 0.9, "dampening": 0.0})
            text = "{node} can look ahead (nesterov) only along a momentum, and without dampening."
            raise Misfit(port="", text=text, code="parameters", advice=advice)
        return super().read(inputs, place)

    def remembers(self) -> int:
        return int(self.momentum > 0)


class RMSprop(Optimizer):
    """Divides each slope by its usual size, so that steep and flat directions are walked at the same pace."""

    torch = "torch.optim.RMSprop"
    title = "RMSprop"
    words = ("root mean square", "adaptive", "recurrent", "reinforcement", "gradient descent")
    formula = "v ← α·v + (1−α)·g²,  w ← w − lr · g / (√v + ε)"
    use = "For recurrent networks, and for adversarial training where Adam's momentum does harm."
    avoid = "As a first choice: Adam is the same with a momentum and a fairer start."
    origin = "G. Hinton: Neural Networks for Machine Learning, lecture 6e, 2012"
    lr: float = param(0.01, _LR, above=0.0, always=True)
    alpha: float = param(0.99, "How long the usual size is remembered.", min=0.0, max=1.0)
    eps: float = param(1e-08, _EPS, min=0.0)
    weight_decay: float = param(0.0, _L2, min=0.0)
    momentum: float = param(0.0, "Part of the last step that is kept.", min=0.0)
    centered: bool = param(False, "Divide by the spread around the mean slope, not around zero.")

    def remembers(self) -> int:
        return 1 + (self.momentum > 0) + self.centered


class Adagrad(Optimizer):
    """Divides each slope by the root of all its squares so far: what moves rarely moves far, and all slows down."""

    torch = "torch.optim.Adagrad"
    words = ("adaptive", "sparse", "gradient descent")
    formula = "s ← s + g²,  w ← w − lr · g / (√s + ε)"
    use = "For features that are seldom on, such as words: their weights get larger steps."
    avoid = "For long runs of deep networks: the sum only grows, and learning comes to a stop."
    origin = "J. Duchi, E. Hazan, Y. Singer: Adaptive Subgradient Methods, 2011"
    lr: float = param(0.01, _LR, above=0.0, always=True)
    lr_decay: float = param(0.0, "How fast the learning rate falls by itself.", min=0.0)
    weight_decay: float = param(0.0, _L2, min=0.0)
    initial_accumulator_value: float = param(0.0, "What the sums of squares begin with.", min=0.0)
    eps: float = param(1e-10, _EPS, min=0.0)

    def remembers(self) -> int:
        return 1


class Adadelta(Optimizer):
    """Measures its steps by the size of its former steps, so that a learning rate is hardly needed."""

    torch = "torch.optim.Adadelta"
    words = ("adaptive", "without learning rate", "gradient descent")
    formula = "Δ = √(u + ε) / √(v + ε) · g,  w ← w − lr · Δ,  u ← ρ·u + (1−ρ)·Δ²"
    use = "When you cannot search for a learning rate at all."
    avoid = "When time matters: it starts with tiny steps, and Adam is usually there first."
    origin = "M. D. Zeiler: ADADELTA, An Adaptive Learning Rate Method, 2012"
    lr: float = param(1.0, "A factor on the steps that it finds by itself.", above=0.0, always=True)
    rho: float = param(0.9, "How long squares of slopes and of steps are remembered.", min=0.0, max=1.0)
    eps: float = param(1e-06, _EPS, min=0.0)
    weight_decay: float = param(0.0, _L2, min=0.0)

    def remembers(self) -> int:
        return 2


class Rprop(Optimizer):
    """Looks at the sign of a slope only: the step grows while the sign stays, and shrinks when it turns."""

    torch = "torch.optim.Rprop"
    words = ("resilient", "sign", "full batch", "gradient descent")
    formula = "Δ ← η⁺·Δ if the sign of g stayed, η⁻·Δ if it turned;  w ← w − sign(g)·Δ"
    use = "With all rows in one batch: the signs are then exact, and it is hard to beat without tuning."
    avoid = "With small batches: their noise turns signs at random, and all steps shrink."
    origin = "M. Riedmiller, H. Braun: A Direct Adaptive Method for Faster Backpropagation, 1993"
    lr: float = param(0.01, "The first size of every step.", above=0.0, always=True)
    etas: Any = param((0.5, 1.2), "The factors by which a step shrinks and grows.", type="floats", above=0.0)
    step_sizes: Any = param((1e-06, 50), "The smallest and the largest step.", type="floats", min=0.0)

    def read(self, inputs: Mapping[str, Any], place: Place) -> dict[str, Value]:
        less, more = self.etas
        if not less < 1.0 < more:
            text = "{node} shrinks its steps by the first of etas and grows them by the second: one below 1, one above."
            advice = Advice("set", "Use 0.5 and 1.2", params={"etas": (0.5, 1.2)})
            raise Misfit(port="", text=text, code="parameters", advice=advice)
        return super().read(inputs, place)

    def remembers(self) -> int:
        return 2


class ASGD(Optimizer):
    """Plain gradient descent that also keeps the mean of all weights it has passed."""

    torch = "torch.optim.ASGD"
    title = "ASGD"
    words = ("averaged", "mean of weights", "gradient descent", "polyak")
    formula = "w ← (1 − λ·η)·w − η·g,  η = lr / (1 + λ·lr·t)^α"
    use = "For convex problems with much noise, and for language models at the end of their training."
    avoid = "When you count on the mean: it is kept beside the weights, and what is used are the weights."
    origin = "B. T. Polyak, A. B. Juditsky: Acceleration of Stochastic Approximation by Averaging, 1992"
    lr: float = param(0.01, _LR, above=0.0, always=True)
    lambd: float = param(0.0001, "How fast weights and learning rate decay.", min=0.0)
    alpha: float = param(0.75, "The power with which the learning rate falls.", min=0.0)
    t0: float = param(1000000.0, "The step from which the mean is taken.", min=0.0)
    weight_decay: float = param(0.0, _L2, min=0.0)

    def remembers(self) -> int:
        return 1
