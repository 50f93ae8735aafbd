"""Transposed convolutions: each number of a small picture lays a learned pattern onto a larger one."""

from typing import ClassVar

from graph.kinds.convolution import _Filters
from graph.misfit import Advice, Misfit
from graph.param import param
from graph.pictures import Sizes, fixed_channels, numbers
from graph.shape import Side, Tensor


class _ConvTranspose(_Filters):
    """A convolution read backwards: the gradient of one with respect to what went into it."""

    padding: Sizes = param(0, "How many {unit} are cut off around what it answers.", type="pair", min=0)
    output_padding: Sizes = param(
        0,
        "How many {unit} are added at one end of what it answers, where several sizes would shrink to the same.",
        type="pair",
        min=0,
    )
    groups: int = param(1, "Splits channels and filters into groups that do not see each other.", min=1)
    bias: bool = param(True, "Whether a learned number is added for each filter.")
    dilation: Sizes = param(1, "Distance between the {unit} that the pattern is laid on.", type="pair", min=1)
    use: ClassVar[str] = "To make small inner pictures large again: in generators, decoders and segmentation."
    avoid: ClassVar[str] = (
        "Where its chequered traces disturb (windows that the stride does not divide): an Upsample and a convolution "
        "leave none."
    )

    def shape(self, x: Tensor) -> Tensor:
        self.expect(x)
        fixed_channels(x)
        self.check_groups(x.known[1])
        self._check_addition()
        sides = [self._grown(side, at) for at, side in enumerate(x.known[2:])]
        if any(isinstance(side, int) and side < 1 for side in sides):
            text = f"{{node}} cuts off so many {self.space.unit} that nothing is left."
            raise Misfit(text=text, advice=Advice("set", "Cut nothing off", params={"padding": 0}))
        return x.but(self.out_channels, *sides)

    def _grown(self, side: Side, at: int) -> Side:
        kernel, stride, padding, more, dilation = (
            self.each(value)[at]
            for value in (self.kernel_size, self.stride, self.padding, self.output_padding, self.dilation)
        )
        added = dilation * (kernel - 1) + more - 2 * padding
        if not isinstance(side, int):
            return side if stride == 1 and added == 0 else None
        return (side - 1) * stride + added + 1

    def _check_addition(self) -> None:
        """What is added must be less than what the stride, or the dilation, leaves open."""
        settings = (self.each(value) for value in (self.output_padding, self.stride, self.dilation))
        for more, stride, dilation in zip(*settings, strict=True):
            if more >= max(stride, dilation):
                most = max(stride, dilation) - 1
                text = f"{{node}} adds {more} {self.space.unit} at one end, but it can be at most {most}."
                raise Misfit(text=text, advice=Advice("set", "Add nothing", params={"output_padding": 0}))

    def weights(self, x: Tensor) -> dict[str, tuple[Side, ...]]:
        weight: dict[str, tuple[Side, ...]] = {
            "weight": (x.known[1], self.out_channels // self.groups, *self.each(self.kernel_size))
        }
        return {**weight, "bias": (self.out_channels,)} if self.bias else weight

    def macs(self, x: Tensor, y: Tensor) -> int | None:
        return numbers((*self.weights(x)["weight"], *x.known[2:]))


class ConvTranspose1d(_ConvTranspose):
    """Makes a sequence longer: each step lays a learned pattern, and where patterns overlap they are added. It runs a
    convolution backwards."""

    dims = 1
    torch = "nn.ConvTranspose1d"
    formula = "y[o, s·i + d·m − p] += w[c,o,m] · x[c,i], and b[o] once"
    shapes = (
        "(N, C, L) → (N, out_channels, L′)  with L′ = (L − 1)·stride − 2·padding + dilation·(kernel_size − 1) + "
        "output_padding + 1"
    )
    origin = "Matthew Zeiler et al., Deconvolutional networks, 2010"
    words = (
        "signal",
        "sequence",
        "audio",
        "deconvolution",
        "upsample",
        "transposed",
        "fractionally strided",
        "decoder",
    )


class ConvTranspose2d(_ConvTranspose):
    """Makes a picture larger: each number lays a learned pattern, and where patterns overlap they are added. It runs a
    convolution backwards."""

    dims = 2
    torch = "nn.ConvTranspose2d"
    formula = "y[o, s·i + d·m − p, s·j + d·n − p] += w[c,o,m,n] · x[c,i,j], and b[o] once"
    shapes = (
        "(N, C, H, W) → (N, out_channels, H′, W′)  with H′ = (H − 1)·stride − 2·padding + dilation·(kernel_size − 1) + "
        "output_padding + 1, and W′ alike"
    )
    origin = "Matthew Zeiler et al., Deconvolutional networks, 2010"
    words = ("deconvolution", "upsample", "transposed", "fractionally strided", "generator", "decoder", "unet", "gan")


class ConvTranspose3d(_ConvTranspose):
    """Makes a volume larger: each number lays a learned pattern, and where patterns overlap they are added. It runs a
    convolution backwards."""

    dims = 3
    torch = "nn.ConvTranspose3d"
    formula = "y[o, s·i + d·l − p, s·j + d·m − p, s·k + d·n − p] += w[c,o,l,m,n] · x[c,i,j,k], and b[o] once"
    shapes = (
        "(N, C, D, H, W) → (N, out_channels, D′, H′, W′)  with D′ = (D − 1)·stride − 2·padding + dilation·(kernel_size "
        "− 1) + output_padding + 1, and H′ and W′ alike"
    )
    origin = "Matthew Zeiler et al., Deconvolutional networks, 2010"
    words = ("volume", "voxel", "deconvolution", "upsample", "transposed", "decoder", "generator")
