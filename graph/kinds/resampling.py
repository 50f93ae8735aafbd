"""Resampling: the same sequence, picture or volume with more numbers, or fewer, computed from those beside them."""

from collections.abc import Sequence
from typing import Any

from graph.misfit import Advice, Misfit, floats
from graph.param import param
from graph.pictures import CHANNELS, SPACES, Sizes
from graph.roles import Layer
from graph.shape import Side, Tensor

_STRAIGHT = {1: "linear", 2: "bilinear", 3: "trilinear"}
_DIMS = {"bicubic": (2,)} | {mode: (dims,) for dims, mode in _STRAIGHT.items()}
"""How many sides behind the channels a mode is for; the others are for any."""


class _Upsample(Layer):
    """The sides behind the channels made larger or smaller."""

    family = "resampling"
    stem = "up"
    size: Sizes | None = param(
        None, "The sides that come out; left out, scale_factor says it.", type="sizes", optional=True, min=1
    )
    scale_factor: float | tuple[float, ...] | None = param(
        None, "How many times larger each side becomes; left out, twice.", type="scales", optional=True, above=0.0
    )

    mode: str

    def summary(self) -> str:
        many = self.scale if self.size is None else self.size
        sides = "×".join(f"{number:g}" for number in (many if isinstance(many, tuple) else (many,)))
        return f"{self.title} {'×' if self.size is None else ''}{sides}"

    def shape(self, x: Tensor) -> Tensor:
        floats(x)
        self._check_rank(x)
        if self.size is not None and self.scale_factor is not None:
            text = "{node} has both a size and a scale_factor: which of the two is it to be?"
            raise Misfit(text=text, advice=Advice("set", "Keep size alone", params={"scale_factor": None}))
        sides = [self._scaled(side, at, x.rank - 2) for at, side in enumerate(x.known[2:])]
        return x.but(x.known[1], *sides)

    def _check_rank(self, x: Tensor) -> None:
        fitting = _DIMS.get(self.mode, (1, 2, 3))
        dims = x.rank - 2
        if dims in fitting:
            return
        wants = "wants pictures, sequences or volumes (channels × …)"
        if len(fitting) == 1:
            wants = f"wants {SPACES[fitting[0]].things} ({SPACES[fitting[0]].sides})"
        if dims == 0:
            raise Misfit(wants, hint="a side for the channels is missing", advice=CHANNELS)
        if dims not in SPACES:
            raise Misfit(wants)
        mode, things = _STRAIGHT[dims], SPACES[dims].things
        raise Misfit(wants, hint=f"{things} have the mode {mode}", advice=self._in_mode(mode))

    def _in_mode(self, mode: str) -> Advice:
        return Advice("become", "Make it an Upsample", "Upsample")

    def _scaled(self, side: Side, at: int, dims: int) -> Side:
        """One side of what it answers."""
        if self.size is not None:
            found: int = self._each("size", self.size, dims)[at]
            return found
        scale = self._each("scale_factor", self.scale, dims)[at]
        if not isinstance(side, int):
            return side if scale == 1 else None
        after = int(side * float(scale))
        if after < 1:
            text = f"{{node}} leaves nothing of a side of {side}."
            raise Misfit(text=text, advice=Advice("set", "Make it twice as large", params={"scale_factor": None}))
        return after

    def _each(self, name: str, value: Any, dims: int) -> Sequence[Any]:
        """A number for each side; raises Misfit if there are others than that."""
        if not isinstance(value, tuple):
            return [value] * dims
        if len(value) != dims:
            things = SPACES[dims].things
            text = f"{{node}} has a {name} of {len(value)} numbers, but {things} have {dims} of these sides."
            raise Misfit(text=text, advice=Advice("set", f"Use {value[0]:g} for all", params={name: value[0]}))
        return value

    @property
    def scale(self) -> float | tuple[float, ...]:
        return 2 if self.scale_factor is None else self.scale_factor

    def args(self, *inputs: Any) -> dict[str, Any]:
        return ({} if self.size is not None else {"scale_factor": self.scale}) | super().args(*inputs)


class Upsample(_Upsample):
    """Makes a sequence, a picture or a volume larger (or smaller): its numbers are computed from those beside them."""

    torch = "nn.Upsample"
    common = True
    formula = "y[c,i,j] = x[c, ⌊i / scale⌋, ⌊j / scale⌋]  (nearest; the other modes weigh neighbours)"
    shapes = "(N, C, H, W) → (N, C, ⌊scale_factor·H⌋, ⌊scale_factor·W⌋)  or (N, C, *size); sequences and volumes alike"
    use = "In decoders and generators, followed by a convolution: it leaves no chequered traces."
    avoid = "Where details must come back: they are not in the numbers any more, a skip connection brings them."
    origin = "Textbook; bicubic: Robert Keys, Cubic convolution interpolation for digital image processing, 1981"
    words = ("resize", "interpolate", "interpolation", "scale", "zoom", "enlarge", "nearest", "bilinear", "bicubic")
    mode: str = param(
        "nearest",
        "How numbers between are found: the nearest one, weights of neighbours on a line (linear), a plane (bilinear, "
        "bicubic) or in space (trilinear), or means of areas.",
        choices=("nearest", "nearest-exact", "linear", "bilinear", "bicubic", "trilinear", "area"),
    )
    align_corners: bool | None = param(
        None,
        "Whether the outermost numbers stay at the corners.",
        type="bool",
        optional=True,
        when=("mode", tuple(_DIMS)),
    )

    def shape(self, x: Tensor) -> Tensor:
        if self.align_corners and self.mode not in _DIMS:
            text = f"{{node}} is to align corners, which the mode {self.mode} knows nothing of."
            raise Misfit(text=text, advice=Advice("set", "Do not align corners", params={"align_corners": None}))
        return super().shape(x)

    def summary(self) -> str:
        return f"{super().summary()} {self.mode}"

    def _in_mode(self, mode: str) -> Advice:
        return Advice("set", f"Use the mode {mode}", params={"mode": mode})

    def args(self, *inputs: Any) -> dict[str, Any]:
        given = super().args(*inputs)
        return given if self.align_corners else {key: value for key, value in given.items() if key != "align_corners"}


class UpsamplingNearest2d(_Upsample):
    """Makes a picture larger by repeating each pixel. It has nothing to learn."""

    torch = "nn.UpsamplingNearest2d"
    title = "Upsampling nearest 2d"
    mode = "nearest"
    formula = "y[c,i,j] = x[c, ⌊i / scale⌋, ⌊j / scale⌋]"
    shapes = "(N, C, H, W) → (N, C, ⌊scale_factor·H⌋, ⌊scale_factor·W⌋)  or (N, C, *size)"
    use = "To rebuild a network that was described with it; an Upsample does the same and more."
    avoid = "For new networks: take an Upsample, whose mode can be changed."
    origin = "Textbook"
    words = ("resize", "interpolate", "scale", "zoom", "enlarge", "repeat", "picture", "image", "upsample")


class UpsamplingBilinear2d(_Upsample):
    """Makes a picture larger by weighing the four pixels around each place; corners stay corners. It has nothing to
    learn."""

    torch = "nn.UpsamplingBilinear2d"
    title = "Upsampling bilinear 2d"
    mode = "bilinear"
    formula = "y = Σ (1 − |u − i|)·(1 − |v − j|) · x[c,i,j]  over the four pixels around (u, v)"
    shapes = "(N, C, H, W) → (N, C, ⌊scale_factor·H⌋, ⌊scale_factor·W⌋)  or (N, C, *size)"
    use = "To rebuild a network that was described with it; an Upsample with aligned corners does the same and more."
    avoid = "For new networks: take an Upsample, whose mode can be changed."
    origin = "Textbook"
    words = ("resize", "interpolate", "linear", "scale", "zoom", "enlarge", "smooth", "picture", "image", "upsample")
