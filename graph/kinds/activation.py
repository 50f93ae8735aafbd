"""Activations that most networks are drawn with: functions that bend numbers, without which layers would be one."""

import math
from dataclasses import replace

from graph.curves import sigmoid
from graph.misfit import Advice, Misfit
from graph.param import param
from graph.roles import Activation
from graph.shape import Side, Tensor


class Identity(Activation):
    """Hands on what comes in as it is."""

    saves = "nothing"
    torch = "nn.Identity"
    formula = "y = x"
    use = "Where a node is wanted that does nothing: to name a value, or to take an activation out for a comparison."
    avoid = "Between two Linear layers: with nothing bent between them they do no more than one."
    origin = "Textbook"
    words = ("nothing", "pass", "linear", "none")

    def shape(self, x: Tensor) -> Tensor:
        return x

    def curve(self, x: float) -> float:
        return x


class Step(Activation):
    """Answers 1 where a number is zero or more, else 0 (or −1), as the first neurons did: no slope to learn by."""

    formula = "y = 1 if x ≥ 0 else low"
    use = "For the perceptron and its own rule of learning, and for logic drawn by hand."
    avoid = "Wherever an optimizer trains what stands before it: the slope is zero everywhere, so nothing is learned."
    origin = "W. McCulloch, W. Pitts: A Logical Calculus of the Ideas Immanent in Nervous Activity, 1943"
    words = ("heaviside", "threshold", "binary", "bipolar", "perceptron", "sign")
    low: float = param(0.0, "What it answers below zero: 0, or −1 for labels −1 and 1.", below=1.0)
    source = '''\
class Step(nn.Module):
    """1 where x is zero or more, else `low`."""

    def __init__(self, low=0.0):
        super().__init__()
        self.low = low

    def forward(self, x):
        return torch.where(x >= 0, 1.0, self.low).to(x.dtype)
'''

    def module(self, *inputs: Tensor) -> str:
        return f"Step({self.arguments(*inputs)})"

    def curve(self, x: float) -> float:
        return 1.0 if x >= 0 else self.low


class Sigmoid(Activation):
    """Presses any number between 0 and 1, so that it can be read as a probability."""

    saves = "output"
    torch = "nn.Sigmoid"
    common = True
    formula = "y = 1 / (1 + e⁻ˣ)"
    use = "For a yes or no as the answer, for several labels that can hold at once, and for gates that open and close."
    avoid = "Inside deep networks: far from zero it is flat, and what stands before it hardly learns."
    origin = "P.-F. Verhulst: Recherches mathématiques sur la loi d'accroissement de la population, 1845"
    words = ("logistic", "probability", "squash", "binary")

    def shape(self, x: Tensor) -> Tensor:
        return replace(super().shape(x), probability=True)

    def curve(self, x: float) -> float:
        return sigmoid(x)


class Tanh(Activation):
    """Presses any number between −1 and 1; zero stays zero."""

    saves = "output"
    torch = "nn.Tanh"
    common = True
    formula = "y = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)"
    use = "In recurrent cells, in small networks, and at the end of a generator whose pictures lie between −1 and 1."
    avoid = "Inside deep networks: far from zero it is flat, and what stands before it hardly learns."
    origin = "Textbook; for networks Y. LeCun and others: Efficient BackProp, 1998"
    words = ("hyperbolic tangent", "squash")

    def curve(self, x: float) -> float:
        return math.tanh(x)


class ReLU(Activation):
    """Keeps what is above zero and cuts off the rest: simple, fast, and what most networks use."""

    saves = "output"
    title = "ReLU"
    torch = "nn.ReLU"
    common = True
    formula = "y = max(0, x)"
    use = "After nearly every Linear and convolution: the first choice when nothing speaks against it."
    avoid = "As the last layer of a number that can be negative; a unit that is always below zero stays silent."
    origin = "V. Nair, G. Hinton: Rectified Linear Units Improve Restricted Boltzmann Machines, 2010"
    words = ("rectifier", "rectified linear unit", "ramp")

    def curve(self, x: float) -> float:
        return max(0.0, x)


class LeakyReLU(Activation):
    """Like ReLU, but lets a little through below zero, so that no unit falls silent for good."""

    title = "Leaky ReLU"
    torch = "nn.LeakyReLU"
    formula = "y = x if x ≥ 0 else a·x"
    use = "Where ReLU leaves many units silent; in the discriminator of a GAN, with a slope of 0.2."
    avoid = "Where zeros are wanted: a ReLU answers with many of them, this one with none."
    origin = "A. Maas, A. Hannun, A. Ng: Rectifier Nonlinearities Improve Neural Network Acoustic Models, 2013"
    words = ("rectifier", "lrelu", "leaky relu")
    positional = ("negative_slope",)
    negative_slope: float = param(0.01, "The slope a below zero.")

    def curve(self, x: float) -> float:
        return x if x >= 0 else self.negative_slope * x


class PReLU(Activation):
    """Like ReLU, but learns how much to let through below zero, for all numbers or for each channel."""

    title = "PReLU"
    torch = "nn.PReLU"
    formula = "y = x if x ≥ 0 else a·x,  with a learned"
    use = "In convolutional networks with much data, where a learned slope costs next to nothing."
    avoid = "Together with weight decay, which pulls the slope towards zero, and where there is little data."
    origin = "K. He and others: Delving Deep into Rectifiers, 2015"
    words = ("parametric relu", "rectifier", "learned slope")
    num_parameters: int = param(1, "How many slopes to learn: one for all, or one for each channel.", min=1)
    init: float = param(0.25, "The slope a to start from.")

    def shape(self, x: Tensor) -> Tensor:
        channels = x.known[1] if x.rank > 1 else 1
        if self.num_parameters != 1 and channels not in (None, self.num_parameters):
            fit = channels if isinstance(channels, int) else 1
            raise Misfit(f"has a slope for each of {self.num_parameters} channels", advice=Advice(
                "set", f"Learn {fit} slope{'' if fit == 1 else 's'}", params={"num_parameters": fit}))  # fmt: skip
        return super().shape(x)

    def weights(self, x: Tensor) -> dict[str, tuple[Side, ...]]:
        return {"weight": (self.num_parameters,)}

    def curve(self, x: float) -> float:
        return x if x >= 0 else self.init * x


class ELU(Activation):
    """Like ReLU, but bends smoothly towards −α below zero."""

    saves = "output"
    title = "ELU"
    torch = "nn.ELU"
    formula = "y = x if x > 0 else α·(eˣ − 1)"
    use = "Where ReLU leaves units silent and means near zero help, as in deep networks without normalization."
    avoid = "Where every microsecond counts: the exponential costs more than the cut of a ReLU."
    origin = "D.-A. Clevert and others: Fast and Accurate Deep Network Learning by Exponential Linear Units, 2015"
    words = ("exponential linear unit", "rectifier")
    positional = ("alpha",)
    alpha: float = param(1.0, "How far down the curve goes below zero.")

    def curve(self, x: float) -> float:
        return x if x > 0 else self.alpha * math.expm1(x)
