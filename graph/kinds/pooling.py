"""Pooling: makes sequences, pictures and volumes smaller by taking one number for each window."""

from typing import Any, ClassVar

from graph.misfit import Advice, Misfit
from graph.param import param
from graph.pictures import Sizes, Spatial, slide
from graph.sequences import steps
from graph.shape import Tensor, product
from graph.spec import Port

_LONG = "(N, C, L) → (N, C, L′)  with L′ = "
_WIDE = "(N, C, H, W) → (N, C, H′, W′)  with H′ = "
_DEEP = "(N, C, D, H, W) → (N, C, D′, H′, W′)  with D′ = "


class _Pool(Spatial):
    """A window without weights."""

    family = "pooling"
    stem = "pool"
    positional: ClassVar[tuple[str, ...]] = ("kernel_size",)
    telling: ClassVar[tuple[str, ...]] = ("kernel_size",)
    kernel_size: Sizes = param(2, "Sides of the window, in {unit}.", type="pair", min=1, always=True)
    stride: Sizes | None = param(
        None, "How far the window moves at a time; left out, its own size.", type="pair", optional=True, min=1
    )

    whole: ClassVar[bool] = False
    """Whether a window must find room without what is put around."""
    ceil_mode: bool

    def pooled(self, x: Tensor, padding: Sizes = 0, dilation: Sizes = 1) -> Tensor:
        """What comes in, with a number for each window."""
        self.expect(x)
        self._check_padding(self.each(padding))
        stride = self.kernel_size if self.stride is None else self.stride
        settings = [self.each(value) for value in (self.kernel_size, stride, padding, dilation)]
        sides = slide(x.known[-self.dims :], *settings, ceil=self.ceil_mode)
        if self.whole:
            slide(x.known[-self.dims :], self.each(self.kernel_size), *map(self.each, (1, 0, 1)))
        return x.but(*x.known[1 : -self.dims], *sides)

    def _check_padding(self, padding: tuple[int, ...]) -> None:
        for width, kernel in zip(padding, self.each(self.kernel_size), strict=True):
            if width > kernel // 2:
                half = min(self.each(self.kernel_size)) // 2
                around = f"puts {width} {self.space.unit} around the {self.space.thing}"
                text = f"{{node}} {around}, which is more than half of its window."
                raise Misfit(text=text, advice=Advice("set", f"Put {half} around", params={"padding": half}))


PLACES = "Whether a second output says where each number stood, for a MaxUnpool."


class _Placed:
    """Largest numbers, which can tell on a second output where they stood."""

    outputs: ClassVar[tuple[Port, ...]] = (
        Port("y"),
        Port("indices", help="Where each number stood, counted through all places of its channel; for a MaxUnpool."),
    )
    dims: ClassVar[int]
    return_indices: bool

    def ports_out(self) -> tuple[Port, ...]:
        return self.outputs if self.return_indices else self.outputs[:1]

    def placed(self, x: Tensor, y: Tensor) -> Tensor | tuple[Tensor, ...]:
        """What comes out of the ports there are."""
        indices = Tensor(y.sides, "index", product(x.known[-self.dims :]))
        return (y, indices) if self.return_indices else y

    def inside(self, *values: Any) -> int | None:
        """Where each of the largest numbers stood, which takes the room of two numbers."""
        size = product(map(steps, values[-1].inner))
        return None if size is None else 2 * size


class _MaxPool(_Placed, _Pool):
    """The largest number of each window."""

    use = "Between convolutions, to halve each side: what was found is kept, where exactly is not."
    avoid = (
        "Where the exact place matters, as in segmentation without skips; a convolution with a stride learns to shrink."
    )
    padding: Sizes = param(0, "How many {unit} are put around the {thing}; they never win.", type="pair", min=0)
    dilation: Sizes = param(1, "Distance between the {unit} that the window looks at.", type="pair", min=1)
    return_indices: bool = param(False, PLACES)
    ceil_mode: bool = param(False, "Whether a window that is cut off by the edge counts too.")

    def shape(self, x: Tensor) -> Tensor | tuple[Tensor, ...]:
        return self.placed(x, self.pooled(x, self.padding, self.dilation))


class MaxPool1d(_MaxPool):
    """Makes a sequence shorter: of each window only the largest number stays. It has nothing to learn."""

    dims = 1
    torch = "nn.MaxPool1d"
    title = "MaxPool1d"
    formula = "y[c,i] = max x[c, s·i+d·m]"
    shapes = _LONG + "⌊(L + 2·padding − dilation·(kernel_size − 1) − 1) / stride⌋ + 1"
    origin = "Kouichi Yamaguchi et al., A neural network for speaker-independent isolated word recognition, 1990"
    words = ("sequence", "signal", "temporal", "maximum", "subsample", "downsample", "shrink", "pool", "pooling")


class MaxPool2d(_MaxPool):
    """Makes a picture smaller: of each window only the largest number stays. It has nothing to learn."""

    common = True
    dims = 2
    torch = "nn.MaxPool2d"
    title = "MaxPool2d"
    formula = "y[c,i,j] = max x[c, s·i+d·m, s·j+d·n]"
    shapes = _WIDE + "⌊(H + 2·padding − dilation·(kernel_size − 1) − 1) / stride⌋ + 1, and W′ alike"
    origin = "Juyang Weng et al., Cresceptron: a self-organizing neural network which grows adaptively, 1992"
    words = ("pool", "pooling", "maximum", "subsample", "downsample", "shrink", "picture", "image")


class MaxPool3d(_MaxPool):
    """Makes a volume smaller: of each window only the largest number stays. It has nothing to learn."""

    dims = 3
    torch = "nn.MaxPool3d"
    title = "MaxPool3d"
    formula = "y[c,i,j,k] = max x[c, s·i+d·l, s·j+d·m, s·k+d·n]"
    shapes = _DEEP + "⌊(D + 2·padding − dilation·(kernel_size − 1) − 1) / stride⌋ + 1, and H′ and W′ alike"
    origin = "Juyang Weng et al., Cresceptron: a self-organizing neural network which grows adaptively, 1992"
    words = ("volume", "voxel", "video", "maximum", "subsample", "downsample", "shrink", "pool", "pooling")
