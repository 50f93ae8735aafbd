"""Relatives of ReLU: cut off, bent or left to chance below zero, or bounded above."""

import math

from graph.curves import clamp
from graph.misfit import Advice, Misfit
from graph.param import param
from graph.roles import Activation
from graph.shape import Tensor


class ReLU6(Activation):
    """A ReLU that never answers with more than 6."""

    title = "ReLU6"
    torch = "nn.ReLU6"
    formula = "y = min(max(0, x), 6)"
    use = "In networks for small devices such as MobileNet, whose numbers are later stored in few bits."
    avoid = "Where nothing is stored in few bits: the ceiling helps nothing there."
    origin = "A. Krizhevsky: Convolutional Deep Belief Networks on CIFAR-10, 2010"
    words = ("rectifier", "mobilenet", "bounded relu", "clipped")
    reach = 9.0

    def curve(self, x: float) -> float:
        return clamp(x, 0.0, 6.0)


class SELU(Activation):
    """An ELU with two factors chosen so that numbers keep mean 0 and spread 1 from layer to layer."""

    saves = "output"
    torch = "nn.SELU"
    formula = "y = λ·x if x > 0 else λ·α·(eˣ − 1),  λ ≈ 1.0507, α ≈ 1.6733"
    use = "In deep networks of Linear layers without normalization, started by lecun_normal, with AlphaDropout."
    avoid = "In convolutional and residual networks, and with plain Dropout: there its two numbers do not hold."
    origin = "G. Klambauer and others: Self-Normalizing Neural Networks, 2017"
    words = ("scaled exponential linear unit", "self normalizing", "elu")

    def curve(self, x: float) -> float:
        scale, alpha = 1.0507009873554804934193349852946, 1.6732632423543772848170429916717
        return scale * (x if x > 0 else alpha * math.expm1(x))


class CELU(Activation):
    """An ELU whose slope has no jump at zero, whatever its α."""

    saves = "output"
    torch = "nn.CELU"
    formula = "y = max(0, x) + min(0, α·(e^(x/α) − 1))"
    use = "In place of ELU, where another α than 1 is wanted."
    avoid = "With α at 1, where it is just ELU."
    origin = "J. Barron: Continuously Differentiable Exponential Linear Units, 2017"
    words = ("continuously differentiable exponential linear unit", "elu", "rectifier")
    positional = ("alpha",)
    alpha: float = param(1.0, "How far down the curve goes below zero, and how slowly.")

    def shape(self, x: Tensor) -> Tensor:
        if self.alpha == 0:
            raise Misfit(text="{node} divides by its alpha, which is 0.", code="parameters",
                         advice=Advice("set", "Use an alpha of 1", params={"alpha": 1.0}))  # fmt: skip
        return super().shape(x)

    def curve(self, x: float) -> float:
        return x if x > 0 else self.alpha * math.expm1(x / self.alpha)


class RReLU(Activation):
    """A Leaky ReLU whose slope below zero is drawn by chance while it learns, and is the middle one afterwards."""

    title = "RReLU"
    torch = "nn.RReLU"
    formula = "y = x if x ≥ 0 else a·x,  a ~ Uniform(lower, upper)"
    use = "Against learning by heart, in convolutional networks with little data."
    avoid = "Where a run must be quiet: the chance in it makes curves noisier, and Dropout is better understood."
    origin = "B. Xu and others: Empirical Evaluation of Rectified Activations in Convolutional Network, 2015"
    words = ("randomized leaky relu", "rectifier", "random slope")
    lower: float = param(1 / 8, "The smallest slope.")
    upper: float = param(1 / 3, "The largest slope.")

    def shape(self, x: Tensor) -> Tensor:
        if self.lower > self.upper:
            text = f"{{node}} draws slopes from {self.lower:g} up to {self.upper:g}, which is less."
            swapped = {"lower": self.upper, "upper": self.lower}
            raise Misfit(text=text, code="parameters", advice=Advice("set", "Swap lower and upper", params=swapped))
        return super().shape(x)

    def curve(self, x: float) -> float:
        return x if x >= 0 else (self.lower + self.upper) / 2 * x


class Threshold(Activation):
    """Keeps what is above a threshold and puts a fixed number in the place of the rest."""

    torch = "nn.Threshold"
    formula = "y = x if x > threshold else value"
    use = "Where a ReLU should cut off elsewhere than at zero."
    avoid = "As a plain activation: with both numbers at 0 it is a ReLU, which says so."
    origin = "Textbook"
    words = ("cut off", "rectifier", "floor")
    positional = ("threshold", "value")
    telling = ("threshold", "value")
    threshold: float = param(0.0, "What is above it stays as it is.", always=True)
    value: float = param(0.0, "What stands in the place of the rest.", always=True)

    def curve(self, x: float) -> float:
        return x if x > self.threshold else self.value


class Hardtanh(Activation):
    """Cuts numbers off below and above: a Tanh made of three straight lines."""

    torch = "nn.Hardtanh"
    formula = "y = min(max(x, min_val), max_val)"
    use = "To keep numbers within bounds cheaply, in recurrent networks and on small devices."
    avoid = "Where much lies beyond the bounds: the slope is zero there, and nothing is learned."
    origin = "R. Collobert: Large Scale Machine Learning, 2004"
    words = ("clip", "clamp", "bounded", "squash")
    min_val: float = param(-1.0, "The smallest number it answers with.")
    max_val: float = param(1.0, "The largest number it answers with.")

    def shape(self, x: Tensor) -> Tensor:
        if self.min_val >= self.max_val:
            text = f"{{node}} keeps numbers between {self.min_val:g} and {self.max_val:g}, which leaves no room."
            advice = Advice("set", "Use −1 and 1", params={"min_val": -1.0, "max_val": 1.0})
            raise Misfit(text=text, code="parameters", advice=advice)
        return super().shape(x)

    def curve(self, x: float) -> float:
        return clamp(x, self.min_val, self.max_val)


class Hardsigmoid(Activation):
    """A Sigmoid made of three straight lines: 0 below −3, 1 above 3, and a ramp between."""

    torch = "nn.Hardsigmoid"
    formula = "y = min(max(x/6 + 1/2, 0), 1)"
    use = "For gates on small devices, as in the squeeze-and-excitation of MobileNetV3."
    avoid = "For probabilities as an answer: 0 and 1 are reached, and their logarithm is not finite."
    origin = "M. Courbariaux, Y. Bengio, J.-P. David: BinaryConnect, 2015"
    words = ("gate", "squash", "mobilenet", "piecewise linear")

    def curve(self, x: float) -> float:
        return clamp(x / 6 + 0.5, 0.0, 1.0)


class Hardswish(Activation):
    """A SiLU without an exponential: a number times its Hardsigmoid."""

    torch = "nn.Hardswish"
    formula = "y = x · min(max(x/6 + 1/2, 0), 1)"
    use = "In networks for small devices such as MobileNetV3, in place of SiLU."
    avoid = "On a fast device with time to spare: SiLU is smoother."
    origin = "A. Howard and others: Searching for MobileNetV3, 2019"
    words = ("hswish", "mobilenet", "silu", "swish")

    def curve(self, x: float) -> float:
        return x * clamp(x / 6 + 0.5, 0.0, 1.0)


class Hardshrink(Activation):
    """Sets numbers near zero to zero and keeps the others as they are."""

    torch = "nn.Hardshrink"
    formula = "y = x if |x| > λ else 0"
    use = "To take small noise out of numbers, as when wavelets clean a signal."
    avoid = "As a plain activation: the jump at λ makes learning rough. Softshrink has none."
    origin = "D. Donoho, I. Johnstone: Ideal Spatial Adaptation by Wavelet Shrinkage, 1994"
    words = ("shrinkage", "denoise", "sparse", "hard threshold")
    positional = ("lambd",)
    lambd: float = param(0.5, "How far from zero a number counts as small.")

    def curve(self, x: float) -> float:
        return x if x > self.lambd or x < -self.lambd else 0.0


class Softshrink(Activation):
    """Moves each number towards zero by λ, and sets to zero what would pass it."""

    torch = "nn.Softshrink"
    formula = "y = sign(x) · max(|x| − λ, 0)"
    use = "For sparse codes: it is the step that an L1 penalty asks for."
    avoid = "As a plain activation in deep networks: everything gets smaller from layer to layer."
    origin = "D. Donoho, I. Johnstone: Ideal Spatial Adaptation by Wavelet Shrinkage, 1994"
    words = ("shrinkage", "soft threshold", "denoise", "sparse", "lasso")
    positional = ("lambd",)
    lambd: float = param(0.5, "How far each number is moved towards zero.", min=0.0)

    def curve(self, x: float) -> float:
        return math.copysign(max(abs(x) - self.lambd, 0.0), x)


class Tanhshrink(Activation):
    """What a number has more than its tanh: next to nothing near zero, nearly the number itself far away."""

    torch = "nn.Tanhshrink"
    formula = "y = x − tanh(x)"
    use = "To press down small numbers smoothly, where Softshrink would cut them off."
    avoid = "As a plain activation: near zero it is flat, which is just where numbers start."
    origin = "R. Collobert, K. Kavukcuoglu, C. Farabet: Torch7, 2011"
    words = ("shrinkage", "denoise", "tanh")

    def curve(self, x: float) -> float:
        return x - math.tanh(x)
