"""Convolutions: learned filters that slide over pictures."""

from typing import Any

from graph.misfit import Advice, Misfit
from graph.param import param
from graph.pictures import both, picture, slide
from graph.roles import Layer
from graph.shape import Side, Tensor, product


class Conv2d(Layer):
    """Slides learned filters over a picture and answers how strongly each matches at each place."""

    family = "convolution"
    torch = "nn.Conv2d"
    formula = "y[o,i,j] = b[o] + Σ w[o,c,m,n] · x[c,i+m,j+n]"
    words = ("convolution", "filter", "kernel", "image", "picture", "cnn", "conv")
    positional = ("in_channels", "out_channels")
    telling = ("out_channels", "kernel_size")
    out_channels: int = param(32, "How many filters to learn.", min=1, always=True)
    kernel_size: int | tuple[int, int] = param(3, "Sides of the window, in pixels.", type="pair", min=1, always=True)
    stride: int | tuple[int, int] = param(1, "How far the window moves at a time.", type="pair", min=1)
    padding: int | tuple[int, int] = param(
        0, "Pixels put around the picture; half the window keeps its size.", type="pair", min=0
    )
    dilation: int | tuple[int, int] = param(
        1, "Distance between the pixels that the window looks at.", type="pair", min=1
    )
    groups: int = param(1, "Splits channels and filters into groups that do not see each other.", min=1)
    bias: bool = param(True, "Whether a learned number is added for each filter.")
    padding_mode: str = param(
        "zeros", "What is put around the picture.", choices=("zeros", "reflect", "replicate", "circular")
    )

    def shape(self, x: Tensor) -> Tensor:
        picture(x)
        self._check_groups(x.known[1])
        self._check_mirror(x.known[2:])
        sides = slide(x.known[2:], self.kernel_size, self.stride, self.padding, self.dilation)
        return x.but(self.out_channels, *sides)

    def _check_groups(self, channels: Side) -> None:
        for side, name in ((self.out_channels, "filters"), (channels, "channels")):
            if isinstance(side, int) and side % self.groups:
                text = f"{{node}} cannot split {side} {name} into {self.groups} equal groups."
                raise Misfit(text=text, advice=Advice("set", "Use one group", params={"groups": 1}))

    def _check_mirror(self, sides: tuple[Side, ...]) -> None:
        """A picture cannot be mirrored beyond its own size, nor go around more than once."""
        spare = {"reflect": 1, "circular": 0}.get(self.padding_mode)
        for side, padding in zip(sides, both(self.padding), strict=True):
            if spare is not None and isinstance(side, int) and padding > side - spare:
                text = f"{{node}} puts {padding} pixels around, which {self.padding_mode} cannot fill from only {side}."
                raise Misfit(text=text, advice=Advice("set", "Put zeros around", params={"padding_mode": "zeros"}))

    def args(self, x: Tensor) -> dict[str, Any]:
        return {"in_channels": x.known[1], **super().args(x)}

    def weights(self, x: Tensor) -> dict[str, tuple[Side, ...]]:
        channels = x.known[1]
        seen = channels // self.groups if isinstance(channels, int) else None
        weight: dict[str, tuple[Side, ...]] = {"weight": (self.out_channels, seen, *both(self.kernel_size))}
        return {**weight, "bias": (self.out_channels,)} if self.bias else weight

    def macs(self, x: Tensor, y: Tensor) -> int | None:
        return product((*self.weights(x)["weight"], *y.known[2:]))
