"""Convolutions: learned filters that slide over sequences, pictures and volumes."""

from typing import Any

from graph.misfit import Advice, Misfit
from graph.param import param
from graph.pictures import Sizes, Spatial, fixed_channels, numbers, slide
from graph.shape import Side, Tensor


class _Filters(Spatial):
    """Filters, each a window of weights over all channels of its group."""

    family = "convolution"
    mixing = True
    positional = ("in_channels", "out_channels")
    telling = ("out_channels", "kernel_size")
    out_channels: int = param(32, "How many filters to learn.", min=1, always=True)
    kernel_size: Sizes = param(3, "Sides of the window, in {unit}.", type="pair", min=1, always=True)
    stride: Sizes = param(1, "How far the window moves at a time, in {unit}.", type="pair", min=1)

    groups: int

    def check_groups(self, channels: Side) -> None:
        for side, name in ((self.out_channels, "filters"), (channels, "channels")):
            if isinstance(side, int) and side % self.groups:
                text = f"{{node}} cannot split {side} {name} into {self.groups} equal groups."
                raise Misfit(text=text, advice=Advice("set", "Use one group", params={"groups": 1}))

    def args(self, x: Tensor) -> dict[str, Any]:
        return {"in_channels": x.known[1], **super().args(x)}


class _Conv(_Filters):
    """Filters that look at windows and answer with one number a place."""

    padding: Sizes | str = param(
        0,
        "How many {unit} are put around the {thing}; half the window keeps its size. In words: same (its size is kept) "
        "or valid (nothing is put around).",
        type="pair",
        choices=("same", "valid"),
        min=0,
    )
    dilation: Sizes = param(1, "Distance between the {unit} that the window looks at.", type="pair", min=1)
    groups: int = param(1, "Splits channels and filters into groups that do not see each other.", min=1)
    bias: bool = param(True, "Whether a learned number is added for each filter.")
    padding_mode: str = param(
        "zeros", "What is put around the {thing}.", choices=("zeros", "reflect", "replicate", "circular")
    )

    def shape(self, x: Tensor) -> Tensor:
        self.expect(x)
        fixed_channels(x)
        self.check_groups(x.known[1])
        self._check_stride()
        self._check_mirror(x.known[2:])
        if self.padding == "same":
            return x.but(self.out_channels, *x.known[2:])
        before = [first for first, _ in self.margins()]
        settings = self.each(self.kernel_size), self.each(self.stride), before, self.each(self.dilation)
        return x.but(self.out_channels, *slide(x.known[2:], *settings))

    def margins(self) -> list[tuple[int, int]]:
        """What is put before and behind each side."""
        if self.padding == "same":
            spans = [d * (k - 1) for d, k in zip(self.each(self.dilation), self.each(self.kernel_size), strict=True)]
            return [(span // 2, span - span // 2) for span in spans]
        widths = self.each(0 if isinstance(self.padding, str) else self.padding)
        return [(width, width) for width in widths]

    def _check_stride(self) -> None:
        if self.padding == "same" and set(self.each(self.stride)) != {1}:
            text = f'{{node}} cannot keep the size (padding "same") of a {self.space.thing} and move in larger steps.'
            raise Misfit(text=text, advice=Advice("set", "Move by one", params={"stride": 1}))

    def _check_mirror(self, sides: tuple[Side, ...]) -> None:
        """Nothing can be mirrored beyond its own size, nor go around more than once."""
        spare = {"reflect": 1, "circular": 0}.get(self.padding_mode)
        for side, margin in zip(sides, self.margins(), strict=True):
            if spare is not None and isinstance(side, int) and max(margin) > side - spare:
                many = f"{max(margin)} {self.space.unit}"
                text = f"{{node}} puts {many} around, which {self.padding_mode} cannot fill from only {side}."
                raise Misfit(text=text, advice=Advice("set", "Put zeros around", params={"padding_mode": "zeros"}))

    def weights(self, x: Tensor) -> dict[str, tuple[Side, ...]]:
        channels = x.known[1]
        seen = channels // self.groups if isinstance(channels, int) else None
        weight: dict[str, tuple[Side, ...]] = {"weight": (self.out_channels, seen, *self.each(self.kernel_size))}
        return {**weight, "bias": (self.out_channels,)} if self.bias else weight

    def macs(self, x: Tensor, y: Tensor) -> int | None:
        return numbers((*self.weights(x)["weight"], *y.known[2:]))


class Conv1d(_Conv):
    """Slides learned filters along a sequence and answers how strongly each matches at each step. The same filter looks
    at every place, so a pattern is known wherever it stands."""

    dims = 1
    torch = "nn.Conv1d"
    formula = "y[o,i] = b[o] + Σ w[o,c,m] · x[c, s·i+d·m]"
    shapes = (
        "(N, C, L) → (N, out_channels, L′)  with L′ = ⌊(L + 2·padding − dilation·(kernel_size − 1) − 1) / stride⌋ + 1"
    )
    use = "For sound, measurements over time, or text as vectors, where short patterns matter wherever they stand."
    avoid = "Where an answer depends on steps far apart: a recurrent layer or attention sees further than its window."
    origin = "Alexander Waibel et al., Phoneme recognition using time-delay neural networks, 1989"
    words = ("signal", "sequence", "time series", "audio", "tdnn", "temporal", "convolution", "filter", "kernel", "cnn")


class Conv2d(_Conv):
    """Slides learned filters over a picture and answers how strongly each matches at each place. The same filter looks
    at every place, so a pattern is known wherever it stands."""

    common = True
    dims = 2
    torch = "nn.Conv2d"
    formula = "y[o,i,j] = b[o] + Σ w[o,c,m,n] · x[c, s·i+d·m, s·j+d·n]"
    shapes = (
        "(N, C, H, W) → (N, out_channels, H′, W′)  with H′ = ⌊(H + 2·padding − dilation·(kernel_size − 1) − 1) / "
        "stride⌋ + 1, and W′ alike"
    )
    use = "For pictures, and for anything on a grid whose neighbours belong together."
    avoid = "For tables, whose columns have no order: a Linear sees them all at once."
    origin = "Yann LeCun et al., Backpropagation applied to handwritten zip code recognition, 1989"
    words = ("convolution", "filter", "kernel", "image", "picture", "cnn", "conv", "depthwise", "pointwise", "dilated")


class Conv3d(_Conv):
    """Slides learned filters through a volume, or through a film of pictures, and answers how strongly each matches at
    each place. The window has a depth as well as a height and a width."""

    dims = 3
    torch = "nn.Conv3d"
    formula = "y[o,i,j,k] = b[o] + Σ w[o,c,l,m,n] · x[c, s·i+d·l, s·j+d·m, s·k+d·n]"
    shapes = (
        "(N, C, D, H, W) → (N, out_channels, D′, H′, W′)  with D′ = ⌊(D + 2·padding − dilation·(kernel_size − 1) − 1) "
        "/ stride⌋ + 1, and H′ and W′ alike"
    )
    use = "For scans of bodies and other volumes, and for short films, whose pictures are the depth."
    avoid = "For single pictures; and where memory is short, since cost grows with the cube of the window."
    origin = "Shuiwang Ji et al., 3D convolutional neural networks for human action recognition, 2010"
    words = ("volume", "voxel", "video", "film", "medical", "scan", "convolution", "filter", "kernel", "cnn")
