"""Pooling by means: plain ones, and power means that lie between the mean and the maximum."""

from typing import Any, ClassVar

from graph.kinds.pooling import _DEEP, _LONG, _WIDE, _Pool
from graph.param import param
from graph.pictures import Sizes
from graph.shape import Tensor


class _AvgPool(_Pool):
    """The mean of each window."""

    use = "To shrink smoothly, where all numbers of a window should count; before a last layer that looks at the whole."
    avoid = "Where a rare strong answer must survive: the mean thins it out, a maximum does not."
    padding: Sizes = param(0, "How many {unit} of zeros are put around the {thing}.", type="pair", min=0)
    ceil_mode: bool = param(False, "Whether a window that is cut off by the edge counts too.")
    count_include_pad: bool = param(True, "Whether the zeros around the {thing} count in the mean.")

    def shape(self, x: Tensor) -> Tensor:
        return self.pooled(x, self.padding)


class AvgPool1d(_AvgPool):
    """Makes a sequence shorter: of each window the mean stays. It has nothing to learn."""

    dims = 1
    torch = "nn.AvgPool1d"
    title = "AvgPool1d"
    formula = "y[c,i] = mean x[c, s·i+m]"
    shapes = _LONG + "⌊(L + 2·padding − kernel_size) / stride⌋ + 1"
    origin = "Alexander Waibel et al., Phoneme recognition using time-delay neural networks, 1989"
    words = (
        "sequence",
        "signal",
        "average",
        "mean",
        "subsample",
        "downsample",
        "shrink",
        "moving average",
        "smooth",
        "pool",
        "pooling",
    )


class AvgPool2d(_AvgPool):
    """Makes a picture smaller: of each window the mean stays. It has nothing to learn."""

    dims = 2
    torch = "nn.AvgPool2d"
    title = "AvgPool2d"
    formula = "y[c,i,j] = mean x[c, s·i+m, s·j+n]"
    shapes = _WIDE + "⌊(H + 2·padding − kernel_size) / stride⌋ + 1, and W′ alike"
    origin = "Yann LeCun et al., Handwritten digit recognition with a back-propagation network, 1990"
    words = (
        "pool",
        "pooling",
        "average",
        "mean",
        "subsample",
        "downsample",
        "shrink",
        "picture",
        "image",
        "blur",
        "smooth",
    )
    divisor_override: int | None = param(
        None, "What the sum of a window is divided by; left out, how many numbers it has.", type="int", optional=True,
        min=1,
    )  # fmt: skip


class AvgPool3d(_AvgPool):
    """Makes a volume smaller: of each window the mean stays. It has nothing to learn."""

    dims = 3
    whole = True
    torch = "nn.AvgPool3d"
    title = "AvgPool3d"
    formula = "y[c,i,j,k] = mean x[c, s·i+l, s·j+m, s·k+n]"
    shapes = _DEEP + "⌊(D + 2·padding − kernel_size) / stride⌋ + 1, and H′ and W′ alike"
    origin = "Yann LeCun et al., Handwritten digit recognition with a back-propagation network, 1990"
    words = ("volume", "voxel", "video", "average", "mean", "subsample", "downsample", "shrink", "pool", "pooling")
    divisor_override: int | None = param(
        None, "What the sum of a window is divided by; left out, how many numbers it has.", type="int", optional=True,
        min=1,
    )  # fmt: skip


class _LPPool(_Pool):
    """The power mean of each window, times the size of the window."""

    positional: ClassVar[tuple[str, ...]] = ("norm_type", "kernel_size")
    telling: ClassVar[tuple[str, ...]] = ("norm_type", "kernel_size")
    use = "Between mean and maximum: 1 adds up, 2 measures energy, and the larger the power, the closer to the maximum."
    avoid = "With an odd power on numbers that can be below zero: a root of a negative sum is no number at all."
    norm_type: float = param(2.0, "The power p.", above=0.0, always=True)
    kernel_size: Sizes = param(2, "Sides of the window, in {unit}.", type="pair", min=1, always=True)
    ceil_mode: bool = param(False, "Whether a window that is cut off by the edge counts too.")

    def shape(self, x: Tensor) -> Tensor:
        return self.pooled(x)

    def args(self, *inputs: Any) -> dict[str, Any]:
        given = super().args(*inputs)
        return {"norm_type": given.pop("norm_type"), **given}


class LPPool1d(_LPPool):
    """Makes a sequence shorter: of each window stays the root of the sum of its powers. It has nothing to learn."""

    dims = 1
    torch = "nn.LPPool1d"
    title = "LPPool1d"
    formula = "y[c,i] = (Σ x[c, s·i+m]ᵖ)^(1/p)"
    shapes = _LONG + "⌊(L − kernel_size) / stride⌋ + 1"
    origin = "Pierre Sermanet et al., Convolutional neural networks applied to house numbers digit classification, 2012"
    words = ("sequence", "signal", "power", "norm", "energy", "euclidean", "root", "subsample", "downsample")


class LPPool2d(_LPPool):
    """Makes a picture smaller: of each window stays the root of the sum of its powers. It has nothing to learn."""

    dims = 2
    torch = "nn.LPPool2d"
    title = "LPPool2d"
    formula = "y[c,i,j] = (Σ x[c, s·i+m, s·j+n]ᵖ)^(1/p)"
    shapes = _WIDE + "⌊(H − kernel_size) / stride⌋ + 1, and W′ alike"
    origin = "Pierre Sermanet et al., Convolutional neural networks applied to house numbers digit classification, 2012"
    words = ("power", "norm", "energy", "euclidean", "root", "subsample", "downsample", "picture", "image")


class LPPool3d(_LPPool):
    """Makes a volume smaller: of each window stays the root of the sum of its powers. It has nothing to learn."""

    dims = 3
    whole = True
    torch = "nn.LPPool3d"
    title = "LPPool3d"
    formula = "y[c,i,j,k] = (Σ x[c, s·i+l, s·j+m, s·k+n]ᵖ)^(1/p)"
    shapes = _DEEP + "⌊(D − kernel_size) / stride⌋ + 1, and H′ and W′ alike"
    origin = "Pierre Sermanet et al., Convolutional neural networks applied to house numbers digit classification, 2012"
    words = ("volume", "voxel", "power", "norm", "energy", "euclidean", "root", "subsample", "downsample")
