"""Regularization: what keeps a network from learning its rows by heart."""

from typing import Any

from graph.misfit import Advice, Misfit, floats
from graph.param import param
from graph.roles import Layer
from graph.sequences import steps
from graph.shape import Tensor, product


class _Chance(Layer):
    """Changes numbers by chance while the network learns, and nothing afterwards."""

    family = "regularization"
    shapes = "(N, *) → (N, *)  any sides, which stay as they are"

    def shape(self, x: Tensor) -> Tensor:
        floats(x)
        return Tensor(x.sides, columns=x.columns)


class _Dropping(_Chance):
    """Drops a part."""

    positional = ("p",)
    telling = ("p",)
    p: float = param(0.5, "Part of the numbers that are dropped.", min=0.0, max=1.0)

    saves = "nothing"

    def inside(self, *values: Any) -> int | None:
        """What each number is multiplied with."""
        return product(map(steps, values[0].inner))


class Dropout(_Dropping):
    """Sets numbers to zero by chance while the network learns, so that it does not rely on any one of them."""

    torch = "nn.Dropout"
    common = True
    formula = "y = x·m / (1 − p),  m ~ Bernoulli(1 − p)"
    use = "Before the last Linear layers, and in transformers (with 0.1), where only the training loss falls."
    avoid = "Right before BatchNorm, whose figures it disturbs, and where the network is too small already."
    origin = "N. Srivastava and others: Dropout, A Simple Way to Prevent Neural Networks from Overfitting, 2014"
    words = ("drop", "overfitting", "noise", "regularize")


class _Channels(_Dropping):
    """Drops whole channels."""

    formula = "y[c] = x[c]·m[c] / (1 − p),  m[c] ~ Bernoulli(1 − p)"
    origin = "J. Tompson and others: Efficient Object Localization Using Convolutional Networks, 2014"
    sides, wanted = 0, ""
    p: float = param(0.5, "Part of the channels that are dropped.", min=0.0, max=1.0)

    def shape(self, x: Tensor) -> Tensor:
        floats(x)
        if x.rank != 2 + self.sides:
            other = f"Dropout{x.rank - 2}d" if x.rank in (3, 4, 5) else "Dropout"
            raise Misfit(f"drops channels of {self.wanted}", advice=Advice("become", f"Make it a {other}", other))
        return super().shape(x)


class Dropout1d(_Channels):
    """Sets whole channels of sequences to zero by chance while the network learns."""

    torch = "nn.Dropout1d"
    title = "Dropout1d"
    sides, wanted = 1, "sequences (channels × length)"
    shapes = "(N, C, L) → (N, C, L)"
    use = "Behind a Conv1d, where neighbours in a channel are so alike that dropping single numbers changes little."
    avoid = "On sequences whose channels come last, as recurrent layers and attention have them: whole steps would go."
    words = ("drop", "overfitting", "spatial dropout", "channels", "sequences")


class Dropout2d(_Channels):
    """Sets whole channels of pictures to zero by chance while the network learns."""

    torch = "nn.Dropout2d"
    title = "Dropout2d"
    sides, wanted = 2, "pictures (channels × height × width)"
    shapes = "(N, C, H, W) → (N, C, H, W)"
    use = "Behind a Conv2d, where neighbouring pixels are so alike that dropping single ones changes little."
    avoid = "Near the end, where a channel is only a few pixels: there Dropout does as much."
    words = ("drop", "overfitting", "spatial dropout", "channels", "pictures")


class Dropout3d(_Channels):
    """Sets whole channels of volumes to zero by chance while the network learns."""

    torch = "nn.Dropout3d"
    title = "Dropout3d"
    sides, wanted = 3, "volumes (channels × depth × height × width)"
    shapes = "(N, C, D, H, W) → (N, C, D, H, W)"
    use = "Behind a Conv3d, for films and volumes."
    avoid = "Near the end, where a channel is only a few places: there Dropout does as much."
    words = ("drop", "overfitting", "spatial dropout", "channels", "volumes")


class AlphaDropout(_Dropping):
    """Sets numbers to SELU's lowest value by chance while the network learns, and keeps mean and spread as they are."""

    torch = "nn.AlphaDropout"
    formula = "y = a·(x·m + α′·(1 − m)) + b,  m ~ Bernoulli(1 − p)"
    use = "Behind SELU, whose numbers keep mean 0 and spread 1 only with it."
    avoid = "Behind any other activation: there Dropout is right."
    origin = "G. Klambauer and others: Self-Normalizing Neural Networks, 2017"
    words = ("drop", "selu", "overfitting", "self normalizing")


class FeatureAlphaDropout(_Dropping):
    """Sets whole channels to SELU's lowest value by chance while the network learns."""

    torch = "nn.FeatureAlphaDropout"
    formula = "y[c] = a·(x[c]·m[c] + α′·(1 − m[c])) + b,  m[c] ~ Bernoulli(1 − p)"
    shapes = "(N, C, *) → (N, C, *)"
    use = "Behind a convolution and SELU, as AlphaDropout for whole channels."
    avoid = "Behind any other activation: there Dropout2d is right."
    origin = "G. Klambauer and others: Self-Normalizing Neural Networks, 2017"
    words = ("drop", "selu", "overfitting", "channels", "self normalizing")
    p: float = param(0.5, "Part of the channels that are dropped.", min=0.0, max=1.0)

    def shape(self, x: Tensor) -> Tensor:
        floats(x)
        if x.rank < 2:
            raise Misfit("wants rows, sequences or pictures, which have channels",
                         advice=Advice("become", "Make it an AlphaDropout", "AlphaDropout"))  # fmt: skip
        return super().shape(x)


class GaussianNoise(_Chance):
    """Adds normally spread noise to each number while the network learns, so that it cannot rely on exact values."""

    formula = "y = x + σ·ε,  ε ~ Normal(0, 1)"
    use = "Behind the data, to make rows more various; in denoising autoencoders."
    avoid = "On class numbers and where inputs differ by less than the noise."
    origin = "C. Bishop: Training with Noise is Equivalent to Tikhonov Regularization, 1995"
    words = ("noise", "jitter", "augmentation", "overfitting", "denoising")
    positional = ("std",)
    telling = ("std",)
    std: float = param(0.1, "The spread σ of the noise.", min=0.0)
    source = '''\
class GaussianNoise(nn.Module):
    """Adds noise of mean 0 while training."""

    def __init__(self, std=0.1):
        super().__init__()
        self.std = std

    def forward(self, x):
        return x + self.std * torch.randn_like(x) if self.training else x
'''

    def module(self, *inputs: Tensor) -> str:
        return f"GaussianNoise({self.arguments(*inputs)})"


class DropPath(_Dropping):
    """Sets whole rows of a batch to zero by chance while the network learns, so that a residual branch is skipped."""

    formula = "y = x·m / (1 − p),  m ~ Bernoulli(1 − p) for each row"
    use = "As the last node of a branch before Add, in deep residual networks: EfficientNet, ViT."
    avoid = "Outside of residual branches: nothing of a dropped row would be left."
    origin = "G. Huang and others: Deep Networks with Stochastic Depth, 2016"
    words = ("stochastic depth", "drop", "residual", "efficientnet", "skip branch")
    p: float = param(0.2, "Part of the rows whose branch is dropped.", min=0.0, below=1.0)
    source = '''\
class DropPath(nn.Module):
    """Sets whole rows to zero by chance while training, and makes up for them in the others."""

    def __init__(self, p=0.2):
        super().__init__()
        self.p = p

    def forward(self, x):
        if not self.training:
            return x
        sides = (x.shape[0],) + (1,) * (x.dim() - 1)
        kept = torch.rand(sides, dtype=x.dtype, device=x.device) >= self.p
        return x * kept / (1 - self.p)
'''

    def module(self, *inputs: Tensor) -> str:
        return f"DropPath({self.arguments(*inputs)})"
