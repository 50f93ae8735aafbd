"""Normalization within each row: what a batch holds besides never matters."""

import math
from typing import Any

from graph.misfit import Advice, Misfit, floats
from graph.param import param
from graph.roles import Layer
from graph.sequences import steps
from graph.shape import Axis, Side, Tensor, product, sides_text


class GroupNorm(Layer):
    """Shifts and scales groups of channels of each row to mean 0 and spread 1, then by a learned factor and shift."""

    family = "normalization"
    torch = "nn.GroupNorm"
    formula = "y = γ·(x − μ) / √(σ² + ε) + β,  μ and σ² of each group"
    shapes = "(N, C, *) → (N, C, *)  with C divisible by num_groups"
    use = "In place of BatchNorm where batches are small: detection, segmentation, diffusion models, volumes."
    avoid = "In networks for pictures with large batches: BatchNorm mostly ends a little better."
    origin = "Y. Wu, K. He: Group Normalization, 2018"
    words = ("group normalization", "small batch", "channels")
    positional = ("num_groups", "num_channels")
    telling = ("num_groups",)
    num_groups: int = param(8, "Into how many groups the channels are split.", min=1, always=True)
    eps: float = param(1e-5, "Added to the variance, so that nothing is divided by zero.", above=0.0)
    affine: bool = param(True, "Whether a learned factor and shift follow for each channel.")
    bias: bool = param(True, "Whether the learned factor has a learned shift beside it.")

    def shape(self, x: Tensor) -> Tensor:
        floats(x)
        if x.rank < 2:
            raise Misfit("wants rows of numbers or pictures, which have channels")
        channels = x.known[1]
        if isinstance(channels, Axis):
            raise Misfit("needs a fixed number of channels", hint="the length of these sequences changes", code="time")
        if channels is not None and channels % self.num_groups:
            raise _uneven(channels, self.num_groups)
        return x.but(*x.inner)

    def args(self, x: Tensor) -> dict[str, Any]:
        return {"num_channels": x.known[1], **super().args(x)}

    def weights(self, x: Tensor) -> dict[str, tuple[Side, ...]]:
        return _learned((x.known[1],), self.affine, self.bias)

    def macs(self, x: Tensor, y: Tensor) -> int | None:
        return product(map(steps, x.inner))


def _uneven(channels: int, groups: int) -> Misfit:
    """The most groups, of those that were wanted, that channels can be split into are advised."""
    fit = math.gcd(channels, groups)
    text = f"{{node}} cannot split {channels} channels into {groups} equal groups."
    label = f"Use {fit} group{'' if fit == 1 else 's'}"
    return Misfit(text=text, advice=Advice("set", label, params={"num_groups": fit}))


class _LastSides(Layer):
    """Figures over the last sides of each row."""

    family = "normalization"
    shapes = "(N, *, F) → (N, *, F)  by default over the last side"
    positional = ("normalized_shape",)
    normalized_shape: tuple[int, ...] | None = param(
        None, "The last sides, taken together; left out, the last one alone.", type="shape", optional=True, min=1
    )

    def shape(self, x: Tensor) -> Tensor:
        floats(x)
        if x.rank < 2:
            raise Misfit("wants rows of numbers", hint="a single number has no mean and spread of its own")
        if isinstance(x.known[-1], Axis):
            raise Misfit("needs a last side of a fixed length", hint="these sequences change in length", code="time")
        self._check(x)
        return x.but(*x.inner)

    def _check(self, x: Tensor) -> None:
        wanted = self.normalized_shape
        if wanted is None:
            return
        last = x.known[-len(wanted) :]
        fits = all(side is None or side == size for side, size in zip(last, wanted, strict=False))
        if len(wanted) > len(x.inner) or not fits:
            advice = Advice("set", "Take the last side", params={"normalized_shape": None})
            raise Misfit(f"normalizes over the last sides {sides_text(wanted)}", advice=advice)

    def over(self, x: Tensor) -> tuple[Side, ...]:
        """The sides that are normalized together."""
        return self.normalized_shape or x.known[-1:]

    def args(self, x: Tensor) -> dict[str, Any]:
        over = self.over(x)
        return {**super().args(x), "normalized_shape": over[0] if len(over) == 1 else over}

    def macs(self, x: Tensor, y: Tensor) -> int | None:
        return product(map(steps, x.inner))


class LayerNorm(_LastSides):
    """Shifts and scales the numbers of each row to mean 0 and spread 1, then by a learned factor and shift for each."""

    torch = "nn.LayerNorm"
    common = True
    formula = "y = γ·(x − μ) / √(σ² + ε) + β,  μ and σ² of the row"
    use = "In transformers and recurrent networks: it is the same for any batch, while learning and afterwards."
    avoid = "In convolutional networks for pictures, where it mixes all places: take BatchNorm2d or GroupNorm."
    origin = "J. Ba, J. Kiros, G. Hinton: Layer Normalization, 2016"
    words = ("layer normalization", "ln", "transformer")
    eps: float = param(1e-5, "Added to the variance, so that nothing is divided by zero.", above=0.0)
    elementwise_affine: bool = param(True, "Whether a learned factor and shift follow for each number.")
    bias: bool = param(True, "Whether the learned factor has a learned shift beside it.")

    def weights(self, x: Tensor) -> dict[str, tuple[Side, ...]]:
        return _learned(self.over(x), self.elementwise_affine, self.bias)


class RMSNorm(_LastSides):
    """Scales the numbers of each row so that the mean of their squares is 1, then by a learned factor for each."""

    torch = "nn.RMSNorm"
    title = "RMSNorm"
    formula = "y = γ·x / √(mean(x²) + ε)"
    use = "In place of LayerNorm in large transformers: it does nearly as well for less arithmetic."
    avoid = "Where the mean of a row should not matter: it is left in."
    origin = "B. Zhang, R. Sennrich: Root Mean Square Layer Normalization, 2019"
    words = ("root mean square", "layer normalization", "transformer", "llama")
    eps: float | None = param(
        None, "Added to the mean of squares; left out, the smallest step of the numbers.", type="float", optional=True,
        above=0.0,
    )  # fmt: skip
    elementwise_affine: bool = param(True, "Whether a learned factor follows for each number.")

    def weights(self, x: Tensor) -> dict[str, tuple[Side, ...]]:
        return _learned(self.over(x), self.elementwise_affine, False)


class LocalResponseNorm(Layer):
    """Makes a channel weaker where its neighbouring channels answer strongly at the same place."""

    family = "normalization"
    torch = "nn.LocalResponseNorm"
    formula = "y[c] = x[c] / (k + α/n · Σ x[c′]²)^β,  c′ among n channels around c"
    shapes = "(N, C, *) → (N, C, *)"
    use = "To draw AlexNet and other networks of its time as they were."
    avoid = "In new networks: BatchNorm does more for less."
    origin = "A. Krizhevsky and others: ImageNet Classification with Deep Convolutional Neural Networks, 2012"
    words = ("lrn", "alexnet", "cross map", "lateral inhibition")
    positional = ("size",)
    telling = ("size",)
    size: int = param(5, "How many channels are looked at together.", min=1, always=True)
    alpha: float = param(1e-4, "How strongly the neighbours count.")
    beta: float = param(0.75, "The power to which their sum is raised.")
    k: float = param(1.0, "Added to the sum, so that nothing is divided by zero.")

    def shape(self, x: Tensor) -> Tensor:
        floats(x)
        if x.rank < 3:
            advice = Advice("become", "Make it a LayerNorm", "LayerNorm") if x.rank == 2 else None
            raise Misfit("wants pictures or sequences with channels", advice=advice)
        return x.but(*x.inner)

    def macs(self, x: Tensor, y: Tensor) -> int | None:
        numbers = product(map(steps, x.inner))
        return None if numbers is None else numbers * (self.size + 1)


def _learned(sides: tuple[Side, ...], affine: bool, bias: bool) -> dict[str, tuple[Side, ...]]:
    if not affine:
        return {}
    return {"weight": sides, "bias": sides} if bias else {"weight": sides}
