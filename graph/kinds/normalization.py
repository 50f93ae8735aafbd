"""Normalization: keeps numbers inside a network at mean 0 and spread 1."""

from typing import Any

from graph.misfit import Advice, Misfit, floats
from graph.param import param
from graph.roles import Layer
from graph.shape import Axis, Side, Tensor, product


class _BatchNorm(Layer):
    """Figures of the batch in training, running figures afterwards."""

    family = "normalization"
    formula = "y = γ·(x − μ) / √(σ² + ε) + β"
    positional = ("num_features",)
    eps: float = param(1e-5, "Added to the variance, so that nothing is divided by zero.", above=0.0)
    momentum: float = param(0.1, "How much each batch counts in the running mean and variance.", min=0.0, max=1.0)
    affine: bool = param(True, "Whether a learned factor and shift follow.")

    def args(self, x: Tensor) -> dict[str, Any]:
        return {"num_features": x.known[1], **super().args(x)}

    def weights(self, x: Tensor) -> dict[str, tuple[Side, ...]]:
        return {"weight": (x.known[1],), "bias": (x.known[1],)} if self.affine else {}

    def buffers(self, x: Tensor) -> dict[str, tuple[Side, ...]]:
        return {"running_mean": (x.known[1],), "running_var": (x.known[1],), "num_batches_tracked": ()}

    def macs(self, x: Tensor, y: Tensor) -> int | None:
        return product(x.inner)


class BatchNorm1d(_BatchNorm):
    """Shifts and scales each number to mean 0 and spread 1 over the batch, then by a learned factor and shift."""

    stem = "bn"
    torch = "nn.BatchNorm1d"
    title = "BatchNorm1d"
    words = ("batch normalization", "bn", "rows")

    def shape(self, x: Tensor) -> Tensor:
        floats(x)
        if x.rank == 4:
            raise Misfit("wants rows of numbers", hint="pictures have a BatchNorm2d",
                         advice=Advice("become", "Make it a BatchNorm2d", "BatchNorm2d"))  # fmt: skip
        if x.rank not in (2, 3):
            raise Misfit("wants rows of numbers")
        if isinstance(x.known[1], Axis):
            raise Misfit("needs a fixed number of channels", hint="the length of these sequences changes", code="time")
        return x.but(*x.inner)


class BatchNorm2d(_BatchNorm):
    """Shifts and scales each channel to mean 0 and spread 1 over the batch, then by a learned factor and shift."""

    stem = "bn"
    torch = "nn.BatchNorm2d"
    title = "BatchNorm2d"
    words = ("batch normalization", "bn", "pictures", "images")

    def shape(self, x: Tensor) -> Tensor:
        floats(x)
        if x.rank in (2, 3):
            raise Misfit("wants pictures (channels × height × width)", hint="rows of numbers have a BatchNorm1d",
                         advice=Advice("become", "Make it a BatchNorm1d", "BatchNorm1d"))  # fmt: skip
        if x.rank != 4:
            raise Misfit("wants pictures (channels × height × width)")
        return x.but(*x.inner)
