"""Activations: functions that bend numbers, without which any number of layers would be one."""

from dataclasses import replace

from graph.misfit import Advice, Misfit, floats
from graph.param import param
from graph.roles import Activation
from graph.shape import Tensor


class Identity(Activation):
    """Hands on what comes in as it is."""

    torch = "nn.Identity"
    formula = "y = x"
    words = ("nothing", "pass", "linear", "none")

    def shape(self, x: Tensor) -> Tensor:
        return x


class Step(Activation):
    """Answers 1 where a number is zero or more, else 0: the first neurons' answer. It has no slope to learn by."""

    formula = "y = 1 if x ≥ 0 else 0"
    words = ("heaviside", "threshold", "binary", "perceptron", "sign")
    source = '''\
class Step(nn.Module):
    """1 where x is zero or more, else 0."""

    def forward(self, x):
        return (x >= 0).to(x.dtype)
'''

    def module(self, *inputs: Tensor) -> str:
        return "Step()"


class Sigmoid(Activation):
    """Presses any number between 0 and 1, so that it can be read as a probability."""

    torch = "nn.Sigmoid"
    formula = "y = 1 / (1 + e⁻ˣ)"
    words = ("logistic", "probability", "squash", "binary")

    def shape(self, x: Tensor) -> Tensor:
        return replace(super().shape(x), probability=True)


class Tanh(Activation):
    """Presses any number between −1 and 1."""

    torch = "nn.Tanh"
    formula = "y = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)"
    words = ("hyperbolic tangent", "squash")


class ReLU(Activation):
    """Keeps what is above zero and cuts off the rest: simple, fast, and what most networks use."""

    title = "ReLU"
    torch = "nn.ReLU"
    formula = "y = max(0, x)"
    words = ("rectifier", "rectified linear unit", "ramp")


class LeakyReLU(Activation):
    """Like ReLU, but lets a little through below zero, so that no unit falls silent for good."""

    title = "Leaky ReLU"
    torch = "nn.LeakyReLU"
    formula = "y = x if x ≥ 0 else a·x"
    words = ("rectifier", "lrelu", "leaky relu")
    positional = ("negative_slope",)
    negative_slope: float = param(0.01, "The slope a below zero.")


class ELU(Activation):
    """Like ReLU, but bends smoothly towards −α below zero."""

    title = "ELU"
    torch = "nn.ELU"
    formula = "y = x if x > 0 else α·(eˣ − 1)"
    words = ("exponential linear unit", "rectifier")
    positional = ("alpha",)
    alpha: float = param(1.0, "How far down the curve goes below zero.")


class Softmax(Activation):
    """Turns scores into probabilities that add up to 1; the highest score gets the most."""

    torch = "nn.Softmax"
    formula = "yᵢ = e^xᵢ / Σⱼ e^xⱼ"
    words = ("probability", "classes", "normalize", "scores", "logits")
    dim: int = param(1, "The side whose numbers add up to 1; 1 is the scores of a row.", always=True)

    def shape(self, x: Tensor) -> Tensor:
        floats(x)
        if x.rank == 1 and self.dim == 1:
            raise Misfit("shares 1 out over the scores of a row", hint="a single score has a Sigmoid",
                         advice=Advice("become", "Make it a Sigmoid", "Sigmoid"))  # fmt: skip
        if not -x.rank <= self.dim < x.rank:
            text = f"{{node}} acts on side {self.dim}, but there are only the sides 0 to {x.rank - 1}."
            raise Misfit(text=text, advice=Advice("set", "Use side 1", params={"dim": 1}))
        return Tensor(x.sides, columns=x.columns, probability=True)
