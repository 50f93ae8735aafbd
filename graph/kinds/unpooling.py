"""Unpooling: numbers that a pooling kept go back to the places where they stood."""

from typing import ClassVar

from graph.misfit import Advice, Misfit
from graph.param import param
from graph.pictures import Sizes, Spatial
from graph.shape import Axis, Side, Tensor, describe, product, sides_text
from graph.spec import Port


class _MaxUnpool(Spatial):
    """The inverse of a pooling by maximum; all places that are not named are zero."""

    family = "pooling"
    stem = "unpool"
    inputs = (Port("x"), Port("indices", help="Where each number stood: the indices of a MaxPool that has them."))
    positional = ("kernel_size",)
    telling = ("kernel_size",)
    use: ClassVar[str] = "In a decoder that mirrors an encoder, to put edges back exactly where they were."
    avoid: ClassVar[str] = "Where nothing was pooled before: a ConvTranspose or an Upsample enlarges by itself."
    origin: ClassVar[str] = (
        "Matthew Zeiler et al., Adaptive deconvolutional networks for mid and high level feature learning, 2011"
    )
    kernel_size: Sizes = param(2, "Sides of the window of that pooling, in {unit}.", type="pair", min=1, always=True)
    stride: Sizes | None = param(
        None, "How far its window moved at a time; left out, its own size.", type="pair", optional=True, min=1
    )
    padding: Sizes = param(0, "How many {unit} it put around the {thing}.", type="pair", min=0)

    def shape(self, x: Tensor, indices: Tensor) -> Tensor:
        self.expect(x)
        if indices.dtype in ("float", "bool"):
            raise Misfit("wants the places where numbers stood", "indices", code="dtype",
                         hint="a MaxPool gives them that returns indices")  # fmt: skip
        self._check_places(x, indices)
        sides = [self._grown(side, at) for at, side in enumerate(x.known[-self.dims :])]
        if any(isinstance(side, int) and side < 1 for side in sides):
            text = f"{{node}} cuts off so many {self.space.unit} that nothing is left."
            raise Misfit(text=text, advice=Advice("set", "Cut nothing off", params={"padding": 0}))
        self._check_room(sides, indices)
        return x.but(*x.known[1 : -self.dims], *sides)

    def _check_places(self, x: Tensor, indices: Tensor) -> None:
        """Every number needs its place."""
        if isinstance(x.known[0], Axis) and isinstance(indices.known[0], Axis) and x.known[0] != indices.known[0]:
            text = "{node} joins rows of different data, which do not belong together."
            raise Misfit(port="indices", text=text, code="rows-mixed")
        pairs = list(zip(x.known, indices.known, strict=False))
        if x.rank != indices.rank or any(None not in pair and pair[0] != pair[1] for pair in pairs):
            raise Misfit(
                f"wants a place for each number in {describe(x)}", "indices", hint="both must have the same sides"
            )

    def _grown(self, side: Side, at: int) -> Side:
        stride = self.kernel_size if self.stride is None else self.stride
        kernel, step, padding = (self.each(value)[at] for value in (self.kernel_size, stride, self.padding))
        if not isinstance(side, int):
            return side if step == 1 and kernel - 2 * padding == 1 else None
        return (side - 1) * step - 2 * padding + kernel

    def _check_room(self, sides: list[Side], indices: Tensor) -> None:
        room = product(sides)
        if room is not None and indices.classes is not None and indices.classes > room:
            text = (
                f"{{node}} makes a {self.space.thing} of {sides_text(sides)}, which is {room} places, but {{source}} "
                f"counted them through {indices.classes}: some would lie outside. Pool what its window divides evenly."
            )
            raise Misfit(port="indices", text=text, code="places")

    def doubt(self, x: Tensor, *others: Tensor) -> Misfit | None:
        """Places counted through another size are put back where they never stood."""
        (indices,) = others
        room = product(self.shape(x, indices).known[-self.dims :])
        if room is None or indices.classes is None or indices.classes == room:
            return super().doubt(x)
        text = (
            f"{{node}} has {room} places, but {{source}} counted them through {indices.classes}: they will not agree."
        )
        return Misfit(port="indices", text=text, code="places")


class MaxUnpool1d(_MaxUnpool):
    """Makes a sequence longer: each number goes back to where the maximum stood, and zeros fill the rest."""

    dims = 1
    torch = "nn.MaxUnpool1d"
    title = "MaxUnpool1d"
    formula = "y[c, indices[c,i]] = x[c,i],  0 elsewhere"
    shapes = "(N, C, L) and indices alike → (N, C, L′)  with L′ = (L − 1)·stride − 2·padding + kernel_size"
    words = ("sequence", "signal", "unpooling", "inverse", "upsample", "decoder", "switches")


class MaxUnpool2d(_MaxUnpool):
    """Makes a picture larger: each number goes back to where the maximum stood, and zeros fill the rest."""

    dims = 2
    torch = "nn.MaxUnpool2d"
    title = "MaxUnpool2d"
    formula = "y[c, indices[c,i,j]] = x[c,i,j],  0 elsewhere"
    shapes = (
        "(N, C, H, W) and indices alike → (N, C, H′, W′)  with H′ = (H − 1)·stride − 2·padding + kernel_size, "
        "and W′ alike"
    )
    words = ("unpooling", "inverse", "upsample", "decoder", "switches", "segnet", "picture", "image")


class MaxUnpool3d(_MaxUnpool):
    """Makes a volume larger: each number goes back to where the maximum stood, and zeros fill the rest."""

    dims = 3
    torch = "nn.MaxUnpool3d"
    title = "MaxUnpool3d"
    formula = "y[c, indices[c,i,j,k]] = x[c,i,j,k],  0 elsewhere"
    shapes = (
        "(N, C, D, H, W) and indices alike → (N, C, D′, H′, W′)  with D′ = (D − 1)·stride − 2·padding + kernel_size, "
        "and H′ and W′ alike"
    )
    words = ("volume", "voxel", "unpooling", "inverse", "upsample", "decoder", "switches")
