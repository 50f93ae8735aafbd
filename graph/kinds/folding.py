"""Folding: windows of a picture as columns of numbers, and back."""

from typing import ClassVar

from graph.misfit import Advice, Misfit, floats
from graph.param import param
from graph.pictures import Sizes, Spatial, slide
from graph.shape import Side, Tensor, product


class _Windows(Spatial):
    """Windows of a picture, each written as a column."""

    family = "resampling"
    dims = 2
    mixing = True
    siblings = ()
    origin: ClassVar[str] = (
        "Kumar Chellapilla et al., High performance convolutional neural networks for document processing, 2006"
    )
    kernel_size: Sizes = param(2, "Sides of the window, in {unit}.", type="pair", min=1, always=True)
    dilation: Sizes = param(1, "Distance between the {unit} that a window holds.", type="pair", min=1)
    padding: Sizes = param(0, "How many {unit} of zeros are put around the {thing}.", type="pair", min=0)
    stride: Sizes = param(1, "How far the window moves at a time, in {unit}.", type="pair", min=1)

    def windows(self, sides: tuple[Side, ...]) -> list[Side]:
        """How many windows there are down and across."""
        settings = [self.each(value) for value in (self.kernel_size, self.stride, self.padding, self.dilation)]
        return slide(sides, *settings)

    @property
    def area(self) -> int:
        """How many numbers of one channel a window holds."""
        height, width = self.each(self.kernel_size)
        return height * width


class Unfold(_Windows):
    """Cuts a picture into windows and writes each as a column of numbers. A Linear for all columns is a convolution."""

    torch = "nn.Unfold"
    formula = "y[(c,m,n), l] = x[c, s·i + d·m − p, s·j + d·n − p]  for the window l at (i, j)"
    shapes = "(N, C, H, W) → (N, C·k·k, L)  with L the number of windows, counted as a convolution does"
    use = "To do something of one's own with each patch: attention over patches, a convolution written out."
    avoid = "For a plain convolution: where windows overlap, every number is copied many times."
    words = ("im2col", "patches", "windows", "columns", "sliding", "picture", "image", "extract")
    positional = ("kernel_size",)
    telling = ("kernel_size",)

    def shape(self, x: Tensor) -> Tensor:
        self.expect(x)
        return x.but(product((x.known[1], self.area)), product(self.windows(x.known[2:])))


class Fold(_Windows):
    """Puts columns of numbers back as windows of a picture, and adds where they overlap."""

    torch = "nn.Fold"
    formula = "y[c, s·i + d·m − p, s·j + d·n − p] += x[(c,m,n), l]  for the window l at (i, j)"
    shapes = "(N, C·k·k, L) → (N, C, output_size, output_size)  with L windows on such a picture"
    use = "After an Unfold, when something was done with each patch and a picture is wanted again."
    avoid = "As an inverse where windows overlap: sums come back, divide them by how often each pixel was covered."
    words = ("col2im", "patches", "windows", "columns", "combine", "inverse", "picture", "image")
    positional = ("output_size", "kernel_size")
    telling = ("output_size", "kernel_size")
    output_size: Sizes = param(8, "Height and width of the picture, in {unit}.", type="pair", min=1, always=True)

    def shape(self, x: Tensor) -> Tensor:
        floats(x)
        if x.rank != 3:
            kernel = list(self.each(self.kernel_size))
            advice = (
                Advice("insert", "Put an Unfold between", "Unfold", {"kernel_size": kernel}) if x.rank == 4 else None
            )
            wants = "wants a column of numbers for each window (numbers × windows)"
            raise Misfit(wants, hint="an Unfold gives them", advice=advice)
        numbers, columns = x.known[1:]
        if isinstance(numbers, int) and numbers % self.area:
            hint = f"{self.area} does not divide {numbers}"
            raise Misfit(f"reads columns of {self.area} numbers a channel", hint=hint)
        self._check_count(columns)
        return x.but(numbers // self.area if isinstance(numbers, int) else None, *self.each(self.output_size))

    def _check_count(self, columns: Side) -> None:
        places = product(self.windows(self.each(self.output_size)))
        if isinstance(columns, int) and places != columns:
            height, width = self.each(self.output_size)
            raise Misfit(f"has {places} windows on a picture of {height}×{width}", hint="each needs one column")
