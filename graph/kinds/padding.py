"""Padding: puts something around sequences, pictures and volumes, or cuts their edges off."""

from dataclasses import replace
from typing import ClassVar

from graph.misfit import Advice, Misfit
from graph.param import param
from graph.pictures import Sizes, Spatial
from graph.shape import Side, Tensor

_LONG = "(N, C, L) → (N, C, left + L + right)"
_WIDE = "(N, C, H, W) → (N, C, top + H + bottom, left + W + right)"
_DEEP = "(N, C, D, H, W) → (N, C, front + D + back, top + H + bottom, left + W + right)"


class _Pad(Spatial):
    """Something around the last sides."""

    saves = "nothing"
    family = "padding"
    stem = "pad"
    positional: ClassVar[tuple[str, ...]] = ("padding",)
    padding: Sizes = param(
        1,
        "How many {unit} are put around: one number for all edges, or {edges}. A negative number takes as many away.",
        type="sizes",
        always=True,
    )

    def shape(self, x: Tensor) -> Tensor:
        self.expect(x)
        sides = [self._padded(side, *edges) for side, edges in zip(x.known[-self.dims :], self.edges(), strict=True)]
        return replace(x, sides=(*x.known[: -self.dims], *sides), columns=None)

    def doubt(self, x: Tensor, *others: Tensor) -> Misfit | None:
        """A side for channels makes no difference here."""
        return None

    def summary(self) -> str:
        widths = [self.padding] if isinstance(self.padding, int) else self.padding
        return f"{self.title} {', '.join(map(str, widths))}"

    def edges(self) -> list[tuple[int, int]]:
        """What is put before and behind each side, the outermost side first."""
        widths = (self.padding,) * (2 * self.dims) if isinstance(self.padding, int) else self.padding
        return list(zip(widths[::2], widths[1::2], strict=True))[::-1]

    def _padded(self, side: Side, before: int, behind: int) -> Side:
        if not isinstance(side, int):
            return side if before == behind == 0 else None
        taken = -min(before, 0) - min(behind, 0)
        if taken >= side:
            text = f"{{node}} takes {taken} {self.space.unit} away, but there are only {side}."
            raise Misfit(text=text, advice=Advice("set", "Take nothing away", params={"padding": 0}))
        self.check(side, before, behind)
        return side + before + behind

    def check(self, side: int, before: int, behind: int) -> None:
        """Raises Misfit if a side has not enough to fill its edges from."""

    def refuse(self, width: int, side: int, most: int) -> Misfit:
        """What is said where an edge is wider than what it is filled from."""
        text = f"{{node}} puts {width} {self.space.unit} at an edge, but a side of {side} can fill at most {most}."
        return Misfit(text=text, advice=Advice("set", f"Put {most} around", params={"padding": most}))


class _ConstantPad(_Pad):
    """The same number everywhere; any sides may stand before those that are padded."""

    avoid = "Where the seam would be learned as an edge: mirrored or repeated edges leave none."
    origin = "Textbook"
    fill: ClassVar[float] = 0.0

    def expect(self, x: Tensor) -> None:
        if x.rank <= self.dims:
            lasts = "side" if self.dims == 1 else f"{self.dims} sides"
            raise Misfit(f"puts something around the last {lasts}", hint="the batch would be one of them",
                         advice=self.become(x.rank - 1))  # fmt: skip

    def shape(self, x: Tensor) -> Tensor:
        padded = super().shape(x)
        if x.classes is None or not self._adds():
            return padded
        return replace(padded, classes=max(x.classes, int(self.number) + 1))

    @property
    def number(self) -> float:
        """What is put around."""
        return self.fill

    def _adds(self) -> bool:
        return any(width > 0 for edges in self.edges() for width in edges)

    def doubt(self, x: Tensor, *others: Tensor) -> Misfit | None:
        """Class numbers can only be filled up with a class number."""
        if x.dtype != "index" or (self.number >= 0 and self.number == int(self.number)):
            return None
        text = f"{{node}} puts {self.number:g} around class numbers, which are whole numbers from 0 on."
        return Misfit(text=text, advice=Advice("set", "Put 0 around", params={"value": 0.0}), code="no-class")


class _ZeroPad(_ConstantPad):
    """Zeros around."""

    use = "To keep the size of what a convolution looks at, or to make sizes fit, unevenly where one likes."


class ZeroPad1d(_ZeroPad):
    """Puts zeros before and behind a sequence, or takes steps away. The numbers themselves stay."""

    dims = 1
    torch = "nn.ZeroPad1d"
    title = "ZeroPad1d"
    formula = "y[c,i] = x[c, i − left],  0 outside"
    shapes = _LONG
    words = ("sequence", "signal", "zeros", "border", "margin", "crop", "causal")


class ZeroPad2d(_ZeroPad):
    """Puts zeros around a picture, or cuts its edges off. The numbers themselves stay."""

    common = True
    dims = 2
    torch = "nn.ZeroPad2d"
    title = "ZeroPad2d"
    formula = "y[c,i,j] = x[c, i − top, j − left],  0 outside"
    shapes = _WIDE
    words = ("zeros", "border", "margin", "frame", "crop", "picture", "image")


class ZeroPad3d(_ZeroPad):
    """Puts zeros around a volume, or cuts its edges off. The numbers themselves stay."""

    dims = 3
    torch = "nn.ZeroPad3d"
    title = "ZeroPad3d"
    formula = "y[c,i,j,k] = x[c, i − front, j − top, k − left],  0 outside"
    shapes = _DEEP
    words = ("volume", "voxel", "zeros", "border", "margin", "crop")


class _ValuePad(_ConstantPad):
    """A number of one's own around."""

    positional = ("padding", "value")
    use = "Where outside means something else than zero: a dark background of −1, or a word that fills up."
    value: float = param(0.0, "The number that is put around.", always=True)

    def summary(self) -> str:
        return f"{super().summary()} · {self.value:g}"

    @property
    def number(self) -> float:
        return self.value


class ConstantPad1d(_ValuePad):
    """Puts one number of your choice before and behind a sequence. The numbers themselves stay."""

    dims = 1
    torch = "nn.ConstantPad1d"
    title = "ConstantPad1d"
    formula = "y[c,i] = x[c, i − left],  value outside"
    shapes = _LONG
    words = ("sequence", "signal", "border", "margin", "fill", "crop", "pad token")


class ConstantPad2d(_ValuePad):
    """Puts one number of your choice around a picture. The numbers themselves stay."""

    dims = 2
    torch = "nn.ConstantPad2d"
    title = "ConstantPad2d"
    formula = "y[c,i,j] = x[c, i − top, j − left],  value outside"
    shapes = _WIDE
    words = ("border", "margin", "frame", "fill", "crop", "picture", "image")


class ConstantPad3d(_ValuePad):
    """Puts one number of your choice around a volume. The numbers themselves stay."""

    dims = 3
    torch = "nn.ConstantPad3d"
    title = "ConstantPad3d"
    formula = "y[c,i,j,k] = x[c, i − front, j − top, k − left],  value outside"
    shapes = _DEEP
    words = ("volume", "voxel", "border", "margin", "fill", "crop")
