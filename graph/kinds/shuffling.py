"""Shuffling: channels become pixels, pixels become channels, or channels change places."""

from dataclasses import replace
from typing import ClassVar

from graph.misfit import Advice, Misfit
from graph.param import param
from graph.roles import Layer
from graph.shape import Side, Tensor


class _Shuffle(Layer):
    """Numbers change places; none is computed."""

    saves = "nothing"
    family = "resampling"
    stem = "shuffle"
    origin: ClassVar[str] = (
        "Wenzhe Shi et al., Real-time single image and video super-resolution using an efficient sub-pixel "
        "convolutional neural network, 2016"
    )

    def expect(self, x: Tensor) -> None:
        """Raises Misfit unless pictures come in, perhaps with further sides before them."""
        if x.rank < 4:
            hint = "rows of the batch would be taken for channels" if x.rank == 3 else ""
            raise Misfit("wants pictures (channels × height × width)", hint=hint)

    def moved(self, x: Tensor, channels: Side, *sides: Side) -> Tensor:
        return replace(x, sides=(*x.known[:-3], channels, *sides), columns=None)


class PixelShuffle(_Shuffle):
    """Makes a picture larger by laying r·r channels out as squares of r × r pixels. A convolution before it learns what
    stands in them."""

    torch = "nn.PixelShuffle"
    title = "Pixel shuffle"
    formula = "y[c, i·r + m, j·r + n] = x[c·r² + m·r + n, i, j]"
    shapes = "(N, C·r², H, W) → (N, C, H·r, W·r)  with r = upscale_factor"
    use = "As the last step to a larger picture: all computing is done while it is still small."
    avoid = "Where a smooth start matters: neighbours come from different filters and look chequered at first."
    words = ("sub-pixel", "depth to space", "super-resolution", "upsample", "upscale", "enlarge", "picture", "image")
    positional = ("upscale_factor",)
    telling = ("upscale_factor",)
    upscale_factor: int = param(2, "How many times larger height and width become (r).", min=1, always=True)

    def shape(self, x: Tensor) -> Tensor:
        self.expect(x)
        factor, channels = self.upscale_factor, x.known[-3]
        if isinstance(channels, int) and channels % factor**2:
            wanted = -(-channels // factor**2) * factor**2
            advice = Advice("set_source", f"Answer with {wanted} channels before", params={"out_channels": wanted})
            raise Misfit(f"takes {factor**2} channels for each of its own", advice=advice,
                         hint=f"{factor**2} does not divide {channels}")  # fmt: skip
        fewer = channels // factor**2 if isinstance(channels, int) else channels if factor == 1 else None
        return self.moved(x, fewer, *(_times(side, factor) for side in x.known[-2:]))


class PixelUnshuffle(_Shuffle):
    """Makes a picture smaller without losing anything: each square of r × r pixels becomes r·r channels."""

    torch = "nn.PixelUnshuffle"
    title = "Pixel unshuffle"
    formula = "y[c·r² + m·r + n, i, j] = x[c, i·r + m, j·r + n]"
    shapes = "(N, C, H·r, W·r) → (N, C·r², H, W)  with r = downscale_factor"
    use = "To shrink at the start of a network without throwing away detail, as pooling would."
    avoid = "Where fewer numbers are the aim: there are as many as before."
    words = ("space to depth", "downsample", "downscale", "shrink", "focus", "picture", "image")
    positional = ("downscale_factor",)
    telling = ("downscale_factor",)
    downscale_factor: int = param(2, "How many times smaller height and width become (r).", min=1, always=True)

    def shape(self, x: Tensor) -> Tensor:
        self.expect(x)
        factor = self.downscale_factor
        for side in x.known[-2:]:
            if isinstance(side, int) and side % factor:
                raise Misfit(f"cuts pictures into squares of {factor}×{factor} pixels", advice=self._fill(x),
                             hint=f"{factor} does not divide {side}")  # fmt: skip
        return self.moved(x, _times(x.known[-3], factor**2), *(_part(side, factor) for side in x.known[-2:]))

    def _fill(self, x: Tensor) -> Advice:
        """Zeros below and to the right that make whole squares."""
        down, across = (-side % self.downscale_factor if isinstance(side, int) else 0 for side in x.known[-2:])
        return Advice("insert", "Put a ZeroPad2d between", "ZeroPad2d", {"padding": [0, across, 0, down]})


class ChannelShuffle(_Shuffle):
    """Lets channels change places so that those of different groups stand side by side. After it, a convolution in
    groups sees something of each group before."""

    torch = "nn.ChannelShuffle"
    title = "Channel shuffle"
    formula = "y[j·g + i] = x[i·(C/g) + j]  for group i and place j"
    shapes = "(N, C, …) → (N, C, …)"
    use = "Between two convolutions in groups, which would never exchange anything otherwise."
    avoid = "Where convolutions see all channels anyhow: it changes nothing then."
    origin = (
        "Xiangyu Zhang et al., ShuffleNet: an extremely efficient convolutional neural network for mobile devices, 2017"
    )
    words = ("groups", "permute", "mix", "shufflenet", "mobile", "picture")
    positional = ("groups",)
    telling = ("groups",)
    groups: int = param(2, "How many groups the channels are in.", min=1, always=True)

    def expect(self, x: Tensor) -> None:
        if x.rank < 3:
            raise Misfit("wants pictures, sequences or volumes (channels × …)", hint="there is nothing behind channels")

    def shape(self, x: Tensor) -> Tensor:
        self.expect(x)
        channels = x.known[1]
        if isinstance(channels, int) and channels % self.groups:
            text = f"{{node}} cannot split {channels} channels into {self.groups} equal groups."
            raise Misfit(text=text, advice=Advice("set", "Use one group", params={"groups": 1}))
        return replace(x, columns=None)


def _times(side: Side, factor: int) -> Side:
    if isinstance(side, int):
        return side * factor
    return side if factor == 1 else None


def _part(side: Side, factor: int) -> Side:
    if isinstance(side, int):
        return side // factor
    return side if factor == 1 else None
