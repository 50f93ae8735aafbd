"""Pooling whose answer has a size of its own, whatever comes in: adaptive, global and fractional."""

from collections.abc import Mapping
from typing import Any, ClassVar

from graph.kinds.pooling import PLACES, _Placed
from graph.misfit import Advice, Misfit, floats
from graph.param import param
from graph.pictures import Sizes, Spatial
from graph.roles import Layer
from graph.shape import Side, Tensor
from graph.spec import atom


class _Adaptive(Spatial):
    """Windows that are as large as it takes."""

    family = "pooling"
    stem = "pool"
    positional = ("output_size",)
    telling = ("output_size",)
    use: ClassVar[str] = "Before a Linear, so that what comes in may have any size."
    avoid: ClassVar[str] = "Where the sizes are fixed and whole windows fit anyhow: plain pooling says what it does."
    origin: ClassVar[str] = (
        "Kaiming He et al., Spatial pyramid pooling in deep convolutional networks for visual recognition, 2014"
    )
    output_size: Sizes = param(1, "Sides of what it answers, in {unit}.", type="pair", min=1, always=True)

    def shape(self, x: Tensor) -> Tensor | tuple[Tensor, ...]:
        self.expect(x)
        return x.but(*x.known[1 : -self.dims], *self.each(self.output_size))


class _AdaptiveMax(_Placed, _Adaptive):
    """The largest number of each window."""

    return_indices: bool = param(False, PLACES)

    def shape(self, x: Tensor) -> Tensor | tuple[Tensor, ...]:
        self.expect(x)
        return self.placed(x, x.but(*x.known[1 : -self.dims], *self.each(self.output_size)))


class AdaptiveAvgPool1d(_Adaptive):
    """Makes sequences of any length equally long: the means of so many windows. A size of 1 leaves a mean a channel."""

    dims = 1
    torch = "nn.AdaptiveAvgPool1d"
    title = "AdaptiveAvgPool1d"
    formula = "y[c,i] = mean of x[c] over window i of output_size"
    shapes = "(N, C, L) → (N, C, output_size)"
    words = ("sequence", "signal", "any length", "mean", "global average", "gap", "resize")


class AdaptiveAvgPool2d(_Adaptive):
    """Makes pictures of any size equally large: the means of so many windows. A size of 1 leaves one mean a channel."""

    dims = 2
    torch = "nn.AdaptiveAvgPool2d"
    title = "AdaptiveAvgPool2d"
    formula = "y[c,i,j] = mean of x[c] over window (i, j) of output_size"
    shapes = "(N, C, H, W) → (N, C, output_size, output_size)  or the two sides that output_size names"
    words = ("mean", "picture", "image", "any size", "global average", "gap", "resize")


class AdaptiveAvgPool3d(_Adaptive):
    """Makes volumes of any size equally large: the means of so many windows. A size of 1 leaves one mean a channel."""

    dims = 3
    torch = "nn.AdaptiveAvgPool3d"
    title = "AdaptiveAvgPool3d"
    formula = "y[c,i,j,k] = mean of x[c] over window (i, j, k) of output_size"
    shapes = (
        "(N, C, D, H, W) → (N, C, output_size, output_size, output_size)  or the three sides that output_size names"
    )
    words = ("volume", "voxel", "mean", "any size", "global average", "gap", "resize")


class AdaptiveMaxPool1d(_AdaptiveMax):
    """Makes sequences of any length equally long: the largest numbers of so many windows. A size of 1 leaves one."""

    dims = 1
    torch = "nn.AdaptiveMaxPool1d"
    title = "AdaptiveMaxPool1d"
    formula = "y[c,i] = max of x[c] over window i of output_size"
    shapes = "(N, C, L) → (N, C, output_size)"
    words = ("sequence", "signal", "any length", "max over time", "largest", "global maximum", "resize")


class AdaptiveMaxPool2d(_AdaptiveMax):
    """Makes pictures of any size equally large: the largest numbers of so many windows. A size of 1 leaves one."""

    dims = 2
    torch = "nn.AdaptiveMaxPool2d"
    title = "AdaptiveMaxPool2d"
    formula = "y[c,i,j] = max of x[c] over window (i, j) of output_size"
    shapes = "(N, C, H, W) → (N, C, output_size, output_size)  or the two sides that output_size names"
    words = ("largest", "picture", "image", "any size", "global maximum", "resize")


class AdaptiveMaxPool3d(_AdaptiveMax):
    """Makes volumes of any size equally large: the largest numbers of so many windows. A size of 1 leaves one."""

    dims = 3
    torch = "nn.AdaptiveMaxPool3d"
    title = "AdaptiveMaxPool3d"
    formula = "y[c,i,j,k] = max of x[c] over window (i, j, k) of output_size"
    shapes = (
        "(N, C, D, H, W) → (N, C, output_size, output_size, output_size)  or the three sides that output_size names"
    )
    words = ("volume", "voxel", "largest", "any size", "global maximum", "resize")


class _Global(Layer):
    """One number for each channel, taken over all places."""

    family = "pooling"
    stem = "pool"
    method: ClassVar[str]

    def shape(self, x: Tensor) -> Tensor:
        floats(x)
        if x.rank < 3:
            raise Misfit("wants pictures, sequences or volumes (channels × …)", hint="there is nothing behind channels",
                         advice=Advice("become", "Make it an Identity", "Identity"))  # fmt: skip
        return x.but(x.known[1])

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        sides = tuple(range(2, inputs["x"].rank))
        return f"{atom(names['x'])}.{self.method}({sides[0] if len(sides) == 1 else sides})"


class GlobalAveragePool(_Global):
    """Leaves one number for each channel: its mean over all places. Pictures of any size become rows of numbers."""

    title = "Global average pool"
    common = True
    method = "mean"
    formula = "y[c] = 1/(H·W) · Σᵢⱼ x[c,i,j]"
    shapes = "(N, C, …) → (N, C)"
    use = "Between the last convolution and the Linear that tells classes: it has no weights and takes any size."
    avoid = "Where the place of a thing is part of the answer: the mean forgets it."
    origin = "Min Lin et al., Network in network, 2013"
    words = ("gap", "global average", "mean", "squeeze", "adaptive", "reduce", "picture")


class GlobalMaxPool(_Global):
    """Leaves one number for each channel: the largest over all places. Pictures of any size become rows of numbers."""

    title = "Global max pool"
    method = "amax"
    formula = "y[c] = maxᵢⱼ x[c,i,j]"
    shapes = "(N, C, …) → (N, C)"
    use = "Where it only matters whether a pattern is there at all: a word in a text, a fault in a picture."
    avoid = "Where many weak signs make the answer: only the strongest place learns at each step."
    origin = "Ronan Collobert et al., Natural language processing (almost) from scratch, 2011"
    words = ("global maximum", "max over time", "largest", "reduce", "picture")


class _FractionalMaxPool(_Placed, Spatial):
    """Windows whose places are drawn by chance, so that any size can come out."""

    family = "pooling"
    stem = "pool"
    siblings = (2, 3)
    positional = ("kernel_size",)
    telling = ("kernel_size", "output_size", "output_ratio")
    spare: ClassVar[int] = 0
    use: ClassVar[str] = (
        "To shrink by less than half at a time, with a touch of chance that guards against learning by heart."
    )
    avoid: ClassVar[str] = (
        "Where the same input must give the same answer, or the model is to leave as ONNX: it draws its windows anew "
        "each time, in use as well."
    )
    origin: ClassVar[str] = "Benjamin Graham, Fractional max-pooling, 2014"
    kernel_size: Sizes = param(2, "Sides of the window, in {unit}.", type="pair", min=1, always=True)
    output_size: Sizes | None = param(
        None, "Sides of what it answers, in {unit}; left out, output_ratio says it.", type="pair", optional=True, min=1
    )
    output_ratio: float | tuple[float, ...] | None = param(
        None, "Sides of what it answers as a part of those that come in; left out, half of them.",
        type="scales", optional=True, above=0.0, below=1.0,
    )  # fmt: skip
    return_indices: bool = param(False, PLACES)

    def shape(self, x: Tensor) -> Tensor | tuple[Tensor, ...]:
        self.expect(x)
        if self.output_size is not None and self.output_ratio is not None:
            text = "{node} has both an output_size and an output_ratio: which of the two is it to be?"
            raise Misfit(text=text, advice=Advice("set", "Keep output_size alone", params={"output_ratio": None}))
        sides = [self._shrunk(side, at) for at, side in enumerate(x.known[-self.dims :])]
        return self.placed(x, x.but(*x.known[1 : -self.dims], *sides))

    def _shrunk(self, side: Side, at: int) -> Side:
        """One side of what it answers."""
        if self.output_size is not None:
            after: int | None = self.each(self.output_size)[at]
        else:
            ratio = self.ratio if isinstance(self.ratio, float) else self.ratio[at]
            after = int(side * ratio) if isinstance(side, int) else None
        if isinstance(side, int) and after is not None:
            self._check(side, after, self.each(self.kernel_size)[at])
        return after

    def _check(self, side: int, after: int, kernel: int) -> None:
        """The windows must find room, and something must be left."""
        if after < 1:
            text = f"{{node}} leaves nothing of a side of {side} {self.space.unit}."
            raise Misfit(text=text, advice=Advice("set", "Keep half", params={"output_ratio": 0.5}))
        if after + kernel - 1 > side - self.spare:
            text = (
                f"{{node}} cannot find {after} places for a window of {kernel} {self.space.unit} on a side of {side}: "
                f"there are {max(side - self.spare - kernel + 1, 0)}."
            )
            raise Misfit(text=text, advice=Advice("set", "Use a window of 1", params={"kernel_size": 1}))

    @property
    def ratio(self) -> float | tuple[float, ...]:
        return 0.5 if self.output_ratio is None else self.output_ratio

    def args(self, *inputs: Any) -> dict[str, Any]:
        return super().args(*inputs) | ({} if self.output_size is not None else {"output_ratio": self.ratio})


class FractionalMaxPool2d(_FractionalMaxPool):
    """Makes a picture smaller by any factor: windows of random places, of each of which the largest number stays."""

    dims = 2
    torch = "nn.FractionalMaxPool2d"
    title = "FractionalMaxPool2d"
    formula = "y[c,i,j] = max of x[c] over a window that begins near (i, j) / ratio"
    shapes = "(N, C, H, W) → (N, C, ⌊ratio·H⌋, ⌊ratio·W⌋)  or (N, C, output_size, output_size)"
    words = ("random", "stochastic", "maximum", "subsample", "downsample", "shrink", "picture", "image")


class FractionalMaxPool3d(_FractionalMaxPool):
    """Makes a volume smaller by any factor: windows of random places, of each of which the largest number stays."""

    dims = 3
    spare = 1
    torch = "nn.FractionalMaxPool3d"
    title = "FractionalMaxPool3d"
    formula = "y[c,i,j,k] = max of x[c] over a window that begins near (i, j, k) / ratio"
    shapes = "(N, C, D, H, W) → (N, C, ⌊ratio·D⌋, ⌊ratio·H⌋, ⌊ratio·W⌋)  or output_size on each side"
    words = ("volume", "voxel", "random", "stochastic", "maximum", "subsample", "downsample", "shrink")
