"""Normalization over the batch and over each picture: keeps numbers inside a network at mean 0 and spread 1."""

from typing import Any

from graph.misfit import Advice, Misfit, floats
from graph.param import param
from graph.roles import Layer
from graph.sequences import steps
from graph.shape import Axis, Side, Tensor, product

PICTURES = {4: "BatchNorm2d", 5: "BatchNorm3d"}
"""What normalizes over the batch, by the number of sides, where not rows or sequences come in."""


class _Channels(Layer):
    """Figures of each channel: of the batch in training and running ones afterwards, or of each row alone."""

    joins_rows = True
    family = "normalization"
    formula = "y = γ·(x − μ) / √(σ² + ε) + β"
    positional = ("num_features",)
    eps: float = param(1e-5, "Added to the variance, so that nothing is divided by zero.", above=0.0)
    momentum: float = param(0.1, "How much each batch counts in the running mean and variance.", min=0.0, max=1.0)
    affine: bool = param(True, "Whether a learned factor and shift follow.")
    track_running_stats: bool = param(True, "Whether running figures are kept, for when it has learned.")
    bias: bool = param(True, "Whether the learned factor has a learned shift beside it.")

    def fits(self, x: Tensor) -> Tensor:
        """The same sides; raises Misfit if the channels are not of a fixed number."""
        if isinstance(x.known[1], Axis):
            raise Misfit("needs a fixed number of channels", hint="the length of these sequences changes", code="time")
        return x.but(*x.inner)

    def args(self, x: Tensor) -> dict[str, Any]:
        return {"num_features": x.known[1], **super().args(x)}

    def weights(self, x: Tensor) -> dict[str, tuple[Side, ...]]:
        if not self.affine:
            return {}
        weight: dict[str, tuple[Side, ...]] = {"weight": (x.known[1],)}
        return {**weight, "bias": (x.known[1],)} if self.bias else weight

    def buffers(self, x: Tensor) -> dict[str, tuple[Side, ...]]:
        if not self.track_running_stats:
            return {}
        return {"running_mean": (x.known[1],), "running_var": (x.known[1],), "num_batches_tracked": ()}

    def macs(self, x: Tensor, y: Tensor) -> int | None:
        return product(map(steps, x.inner))


class BatchNorm1d(_Channels):
    """Shifts and scales each number to mean 0 and spread 1 over the batch, then by a learned factor and shift."""

    stem = "bn"
    torch = "nn.BatchNorm1d"
    title = "BatchNorm1d"
    shapes = "(N, F) → (N, F);  (N, C, L) → (N, C, L)"
    use = "Between a Linear and its activation in deep networks: learning gets faster and less touchy."
    avoid = "With batches of a few rows, whose figures are mostly chance, and in recurrent networks: take LayerNorm."
    origin = "S. Ioffe, C. Szegedy: Batch Normalization, 2015"
    words = ("batch normalization", "bn", "rows")

    def shape(self, x: Tensor) -> Tensor:
        floats(x)
        if x.rank in PICTURES:
            other = PICTURES[x.rank]
            raise Misfit("wants rows of numbers", hint=f"what comes has a {other}",
                         advice=Advice("become", f"Make it a {other}", other))  # fmt: skip
        if x.rank not in (2, 3):
            raise Misfit("wants rows of numbers")
        return self.fits(x)


class BatchNorm2d(_Channels):
    """Shifts and scales each channel to mean 0 and spread 1 over the batch, then by a learned factor and shift."""

    stem = "bn"
    torch = "nn.BatchNorm2d"
    title = "BatchNorm2d"
    common = True
    shapes = "(N, C, H, W) → (N, C, H, W)"
    use = "Between a convolution (without bias) and its activation: most networks for pictures have it everywhere."
    avoid = "With batches of a few pictures, whose figures are mostly chance: take GroupNorm."
    origin = "S. Ioffe, C. Szegedy: Batch Normalization, 2015"
    words = ("batch normalization", "bn", "pictures", "images")

    def shape(self, x: Tensor) -> Tensor:
        floats(x)
        if x.rank in (2, 3):
            raise Misfit("wants pictures (channels × height × width)", hint="rows of numbers have a BatchNorm1d",
                         advice=Advice("become", "Make it a BatchNorm1d", "BatchNorm1d"))  # fmt: skip
        if x.rank != 4:
            advice = Advice("become", "Make it a BatchNorm3d", "BatchNorm3d") if x.rank == 5 else None
            raise Misfit("wants pictures (channels × height × width)", advice=advice)
        return self.fits(x)


class BatchNorm3d(_Channels):
    """Shifts and scales each channel of volumes to mean 0 and spread 1 over the batch, then by learned numbers."""

    stem = "bn"
    torch = "nn.BatchNorm3d"
    title = "BatchNorm3d"
    shapes = "(N, C, D, H, W) → (N, C, D, H, W)"
    use = "Behind a Conv3d (without bias), for films and volumes."
    avoid = "With batches of a few volumes, which is common as they are large: take GroupNorm."
    origin = "S. Ioffe, C. Szegedy: Batch Normalization, 2015"
    words = ("batch normalization", "bn", "volumes", "video")

    def shape(self, x: Tensor) -> Tensor:
        floats(x)
        if x.rank != 5:
            other = "BatchNorm2d" if x.rank == 4 else "BatchNorm1d" if x.rank in (2, 3) else ""
            advice = Advice("become", f"Make it a {other}", other) if other else None
            raise Misfit("wants volumes (channels × depth × height × width)", advice=advice)
        return self.fits(x)


class _Instance(_Channels):
    """Figures of each channel of each row alone."""

    joins_rows = False
    sides = 1
    wanted = ""
    affine: bool = param(False, "Whether a learned factor and shift follow.")
    track_running_stats: bool = param(False, "Whether running figures are kept, for when it has learned.")

    def shape(self, x: Tensor) -> Tensor:
        floats(x)
        if x.rank != 2 + self.sides:
            other = f"InstanceNorm{x.rank - 2}d"
            advice = Advice("become", f"Make it an {other}", other) if x.rank in (3, 4, 5) else None
            raise Misfit(f"wants {self.wanted}", advice=advice)
        if product(x.known[2:]) == 1:
            raise Misfit("takes mean and spread over the places of each channel", hint="one place has no spread",
                         advice=Advice("become", "Make it a LayerNorm", "LayerNorm"))  # fmt: skip
        return self.fits(x)


class InstanceNorm1d(_Instance):
    """Shifts and scales each channel of each sequence by itself to mean 0 and spread 1."""

    torch = "nn.InstanceNorm1d"
    title = "InstanceNorm1d"
    sides, wanted = 1, "sequences (channels × length)"
    shapes = "(N, C, L) → (N, C, L)"
    use = "For signals whose loudness or level should not matter, each by itself."
    avoid = "Where the level of a channel is what tells rows apart: it is gone behind this layer."
    origin = "D. Ulyanov, A. Vedaldi, V. Lempitsky: Instance Normalization, 2016"
    words = ("instance normalization", "contrast", "signal", "sequences")


class InstanceNorm2d(_Instance):
    """Shifts and scales each channel of each picture by itself to mean 0 and spread 1."""

    torch = "nn.InstanceNorm2d"
    title = "InstanceNorm2d"
    sides, wanted = 2, "pictures (channels × height × width)"
    shapes = "(N, C, H, W) → (N, C, H, W)"
    use = "To give pictures another style: the contrast of each picture does not matter behind it."
    avoid = "For telling pictures apart by how strongly they answer: that is gone behind this layer."
    origin = "D. Ulyanov, A. Vedaldi, V. Lempitsky: Instance Normalization, 2016"
    words = ("instance normalization", "style transfer", "contrast", "pictures")


class InstanceNorm3d(_Instance):
    """Shifts and scales each channel of each volume by itself to mean 0 and spread 1."""

    torch = "nn.InstanceNorm3d"
    title = "InstanceNorm3d"
    sides, wanted = 3, "volumes (channels × depth × height × width)"
    shapes = "(N, C, D, H, W) → (N, C, D, H, W)"
    use = "For medical volumes, where a batch holds one or two of them."
    avoid = "Where the brightness of a volume is what tells it apart: it is gone behind this layer."
    origin = "D. Ulyanov, A. Vedaldi, V. Lempitsky: Instance Normalization, 2016"
    words = ("instance normalization", "volumes", "medical", "contrast")
