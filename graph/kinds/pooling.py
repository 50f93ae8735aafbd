"""Pooling: makes pictures smaller by taking one number for each window."""

from collections.abc import Sequence

from graph.misfit import Advice, Misfit
from graph.param import param
from graph.pictures import both, picture, slide
from graph.roles import Layer
from graph.shape import Side, Tensor


class _Pool(Layer):
    """A window without weights."""

    family = "pooling"
    positional = ("kernel_size",)
    telling = ("kernel_size",)
    kernel_size: int | tuple[int, int] = param(2, "Sides of the window, in pixels.", type="pair", min=1, always=True)
    stride: int | tuple[int, int] | None = param(
        None, "How far the window moves at a time; left out, its own size.", type="pair", optional=True, min=1
    )
    padding: int | tuple[int, int] = param(0, "Pixels put around the picture.", type="pair", min=0)

    def pooled(self, sides: Sequence[Side], dilation: int | tuple[int, int], ceil: bool) -> list[Side]:
        """Height and width of the output."""
        for kernel, padding in zip(both(self.kernel_size), both(self.padding), strict=True):
            if padding > kernel // 2:
                half = min(both(self.kernel_size)) // 2
                text = f"{{node}} puts {padding} pixels around the picture, which is more than half of its window."
                raise Misfit(text=text, advice=Advice("set", f"Put {half} around", params={"padding": half}))
        stride = self.kernel_size if self.stride is None else self.stride
        return slide(sides, self.kernel_size, stride, self.padding, dilation, ceil=ceil)


class MaxPool2d(_Pool):
    """Makes a picture smaller: of each window only the largest number stays."""

    stem = "pool"
    torch = "nn.MaxPool2d"
    title = "MaxPool2d"
    formula = "y[c,i,j] = max x[c, s·i+m, s·j+n]"
    words = ("maximum", "subsample", "downsample", "shrink", "picture", "image")
    dilation: int | tuple[int, int] = param(
        1, "Distance between the pixels that the window looks at.", type="pair", min=1
    )
    ceil_mode: bool = param(False, "Whether a window that is cut off by the edge counts too.")

    def shape(self, x: Tensor) -> Tensor:
        picture(x)
        return x.but(x.known[1], *self.pooled(x.known[2:], self.dilation, self.ceil_mode))


class AvgPool2d(_Pool):
    """Makes a picture smaller: of each window the mean stays."""

    stem = "pool"
    torch = "nn.AvgPool2d"
    title = "AvgPool2d"
    formula = "y[c,i,j] = mean x[c, s·i+m, s·j+n]"
    words = ("average", "mean", "subsample", "downsample", "shrink", "picture", "image")
    ceil_mode: bool = param(False, "Whether a window that is cut off by the edge counts too.")
    count_include_pad: bool = param(True, "Whether the zeros around the picture count in the mean.")

    def shape(self, x: Tensor) -> Tensor:
        picture(x)
        return x.but(x.known[1], *self.pooled(x.known[2:], 1, self.ceil_mode))


class AdaptiveAvgPool2d(Layer):
    """Makes pictures of any size equally large: the means of so many windows. A size of 1 leaves one mean a channel."""

    stem = "pool"
    family = "pooling"
    torch = "nn.AdaptiveAvgPool2d"
    title = "AdaptiveAvgPool2d"
    formula = "y[c,i,j] = mean of x[c] over window (i, j)"
    words = ("global average", "gap", "mean", "resize", "picture", "image")
    positional = ("output_size",)
    telling = ("output_size",)
    output_size: int | tuple[int, int] = param(
        1, "Height and width of what it answers.", type="pair", min=1, always=True
    )

    def shape(self, x: Tensor) -> Tensor:
        picture(x)
        return x.but(x.known[1], *both(self.output_size))
