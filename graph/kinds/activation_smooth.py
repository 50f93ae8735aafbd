"""Smooth activations: curves without a kink, which the networks of recent years are drawn with."""

import math
from collections.abc import Mapping
from typing import Any

from graph.curves import sigmoid, softplus
from graph.misfit import Advice, Misfit
from graph.param import param
from graph.roles import Activation
from graph.shape import Side, Tensor
from graph.spec import atom


class GELU(Activation):
    """Lets a number through as far as it is large among normally spread ones: a smooth ReLU with a small dip."""

    torch = "nn.GELU"
    common = True
    formula = "y = x · Φ(x),  Φ the normal distribution function"
    use = "In transformers: BERT, GPT and ViT have it between the two Linear layers of each block."
    avoid = "Where every microsecond counts, on small devices: a ReLU or Hardswish is cheaper."
    origin = "D. Hendrycks, K. Gimpel: Gaussian Error Linear Units, 2016"
    words = ("gelu", "gaussian error linear unit", "transformer", "smooth relu")
    approximate: str = param(
        "none",
        "Whether Φ is exact, or by a tanh that comes close (as in GPT-2).",
        choices=("none", "tanh"),
    )

    def curve(self, x: float) -> float:
        if self.approximate == "tanh":
            return 0.5 * x * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
        return 0.5 * x * (1 + math.erf(x / math.sqrt(2)))


class SiLU(Activation):
    """Multiplies a number by its own sigmoid: a smooth ReLU that dips a little below zero."""

    title = "SiLU"
    torch = "nn.SiLU"
    formula = "y = x · σ(x)"
    use = "In EfficientNet, in diffusion models and in the gates of recent language models."
    avoid = "Where every microsecond counts, on small devices: Hardswish comes close and is cheaper."
    origin = "S. Elfwing, E. Uchibe, K. Doya: Sigmoid-Weighted Linear Units, 2017"
    words = ("sigmoid linear unit", "swish", "smooth relu")

    def curve(self, x: float) -> float:
        return x * sigmoid(x)


class Swish(Activation):
    """Multiplies a number by the sigmoid of β times it, where β is learned: between a line and a ReLU."""

    formula = "y = x · σ(β·x),  β learned"
    use = "To let the network find out how sharp its bend should be; with β held at 1 it is SiLU."
    avoid = "Where a learned number more gains nothing: SiLU is the same without it."
    origin = "P. Ramachandran, B. Zoph, Q. Le: Searching for Activation Functions, 2017"
    words = ("silu", "learned beta", "smooth relu", "trainable")
    positional = ("beta",)
    beta: float = param(1.0, "The factor β to start from.")
    source = '''\
class Swish(nn.Module):
    """x · sigmoid(β·x), where β is learned."""

    def __init__(self, beta=1.0):
        super().__init__()
        self.beta = nn.Parameter(torch.tensor(float(beta)))

    def forward(self, x):
        return x * torch.sigmoid(self.beta * x)
'''

    def module(self, *inputs: Tensor) -> str:
        return f"Swish({self.arguments(*inputs)})"

    def weights(self, x: Tensor) -> dict[str, tuple[Side, ...]]:
        return {"beta": ()}

    def curve(self, x: float) -> float:
        return x * sigmoid(self.beta * x)


class Mish(Activation):
    """Multiplies a number by the tanh of its softplus: a smooth ReLU much like SiLU."""

    torch = "nn.Mish"
    formula = "y = x · tanh(log(1 + eˣ))"
    use = "In object detectors of the YOLO family, and wherever SiLU is tried."
    avoid = "Where every microsecond counts: it is the costliest of its family, and rarely much better than SiLU."
    origin = "D. Misra: Mish, A Self Regularized Non-Monotonic Activation Function, 2019"
    words = ("smooth relu", "yolo", "self regularized")

    def curve(self, x: float) -> float:
        return x * math.tanh(softplus(x))


class Softplus(Activation):
    """A ReLU with a round corner: always above zero, and nearly the number itself where that is large."""

    torch = "nn.Softplus"
    formula = "y = log(1 + e^(β·x)) / β"
    use = "To answer with something that must be positive, such as a variance or a rate."
    avoid = "As an activation between layers: it is never zero, slower than a ReLU, and mostly no better."
    origin = "C. Dugas and others: Incorporating Second-Order Functional Knowledge for Better Option Pricing, 2000"
    words = ("positive", "smooth relu", "variance", "log exp")
    beta: float = param(1.0, "How sharp the corner is; large is nearly a ReLU.")
    threshold: float = param(20.0, "Where β·x is above this, the number itself is taken.")

    def doubt(self, x: Tensor) -> Misfit | None:
        if self.beta != 0:
            return None
        text = "{node} divides by its beta, which is 0: every answer is infinite."
        advice = Advice("set", "Use a beta of 1", params={"beta": 1.0})
        return Misfit(text=text, code="parameters", advice=advice)

    def curve(self, x: float) -> float:
        scaled = self.beta * x
        return x if scaled > self.threshold else softplus(scaled) / self.beta


class LogSigmoid(Activation):
    """The logarithm of the sigmoid: zero for large numbers, and falling like a line below zero."""

    torch = "nn.LogSigmoid"
    formula = "y = log(1 / (1 + e⁻ˣ))"
    use = "Inside own losses on scores, where the logarithm of a probability is needed without losing digits."
    avoid = "As an activation between layers, and before BCEWithLogitsLoss, which takes the scores themselves."
    origin = "Textbook"
    words = ("logarithm", "log probability", "logistic")

    def curve(self, x: float) -> float:
        return -softplus(-x)


class Softsign(Activation):
    """Presses any number between −1 and 1 like Tanh, but comes near these ends much more slowly."""

    torch = "nn.Softsign"
    formula = "y = x / (1 + |x|)"
    use = "In place of Tanh where numbers far from zero should still be told apart."
    avoid = "Inside deep networks: it flattens all the same, and ReLU learns faster."
    origin = "J. Turian, J. Bergstra, Y. Bengio: Quadratic Features and Deep Architectures for Chunking, 2009"
    words = ("squash", "tanh", "smooth sign")

    def curve(self, x: float) -> float:
        return x / (1 + abs(x))


class Sine(Activation):
    """Answers with the sine of a number times a frequency: the network is made of waves."""

    formula = "y = sin(ω·x)"
    use = "To learn a picture, a sound or a surface as a function of place, fine details included."
    avoid = "For classifying and most other tasks: waves fit anything, also noise, and need a careful start."
    origin = "V. Sitzmann and others: Implicit Neural Representations with Periodic Activation Functions, 2020"
    words = ("siren", "sinus", "wave", "periodic", "coordinates")
    reach = 0.5
    positional = ("frequency",)
    frequency: float = param(30.0, "The factor ω: how many waves lie in a stretch.")
    source = '''\
class Sine(nn.Module):
    """sin(frequency · x)"""

    def __init__(self, frequency=30.0):
        super().__init__()
        self.frequency = frequency

    def forward(self, x):
        return torch.sin(self.frequency * x)
'''

    def module(self, *inputs: Tensor) -> str:
        return f"Sine({self.arguments(*inputs)})"

    def curve(self, x: float) -> float:
        return math.sin(self.frequency * x)


class Gaussian(Activation):
    """Answers with 1 at zero and with less the farther a number is from it: a bell."""

    formula = "y = e^(−x²)"
    use = "In networks of radial basis functions, where each unit answers to one region."
    avoid = "Inside deep networks: away from the middle it is flat, and what stands before it hardly learns."
    origin = "D. Broomhead, D. Lowe: Multivariable Functional Interpolation and Adaptive Networks, 1988"
    words = ("bell", "radial basis function", "rbf", "normal")

    def module(self, *inputs: Tensor) -> None:
        return None

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        return f"torch.exp(-{atom(names['x'])}.square())"

    def curve(self, x: float) -> float:
        return math.exp(-x * x)
