"""Kinds that repeat what there is: along sides of 1, several times in a row, or number by number."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from graph.misfit import Advice, Misfit
from graph.param import param
from graph.roles import Layer
from graph.shape import Side, Tensor, describe
from graph.sides import length, side
from graph.spec import atom, code


class _Repetition(Layer):
    """Has no module, and a size for each side behind the batch."""

    saves = "nothing"
    family = "reshape"

    def module(self, *inputs: Any) -> None:
        return None

    def counted(self, x: Tensor, sizes: tuple[int, ...], name: str, neutral: int) -> None:
        """Raises Misfit unless there is a size for each side."""
        if len(sizes) != x.rank - 1:
            fix = [*sizes, *[neutral] * x.rank][: x.rank - 1]
            text = f"{{node}} has {len(sizes)} {name} ({code(sizes)}), but {{source}} gives {describe(x)}: "
            text += "it needs one for each side behind the batch."
            advice = Advice("set", "One for each side", params={name: fix}) if fix else None
            raise Misfit(text=text, advice=advice)


class Expand(_Repetition):
    """Stretches sides of 1 to a length: one row or one map serves many places, without a copy in memory."""

    formula = "y[n, i, j] = x[n, 0, j]"
    shapes = "(N, 1, F) → (N, k, F)  for sizes = k, −1"
    use = "One vector for all places of a map or all steps of a sequence, before a Concatenate."
    avoid = "Before an Add or a Multiply, which stretch sides of 1 by themselves."
    origin = "Textbook (broadcasting)"
    words = ("broadcast", "stretch", "tile", "repeat")
    telling = ("sizes",)
    sizes: tuple[int, ...] = param(
        (-1,), "How long each side behind the batch becomes; −1 leaves it.", type="ints", min=-1
    )

    def shape(self, x: Tensor) -> Tensor:
        self.counted(x, self.sizes, "sizes", -1)
        for at, (there, size) in enumerate(zip(map(length, x.inner), self.sizes, strict=True), 1):
            if there is not None and size not in (-1, there) and there != 1:
                fix = [-1 if old != 1 else new for old, new in zip(x.inner, self.sizes, strict=True)]
                text = f"{{node}} is to make side {at} of {{source}} {size} long, but it is {there}: only 1 stretches."
                raise Misfit(text=text, advice=Advice("set", "Leave it as it is", params={"sizes": fix}))
        sizes = [
            there if size in (-1, length(there)) else size for there, size in zip(x.inner, self.sizes, strict=True)
        ]
        return replace(x, sides=(x.known[0], *sizes), columns=x.columns if self.sizes[-1:] == (-1,) else None)

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        return f"{atom(names['x'])}.expand({', '.join(map(str, (-1, *self.sizes)))})"


class Repeat(_Repetition):
    """Sets copies of the whole behind one another, along each side as often as you say."""

    formula = "y = [x, x, …]"
    shapes = "(N, A, B) → (N, r₁·A, r₂·B)"
    use = "Patterns that go on: a tile that fills a map, one channel as three."
    avoid = "Sides of 1, which an Expand stretches without copies."
    origin = "Textbook"
    words = ("tile", "copy", "copies", "grey to rgb", "pattern")
    telling = ("times",)
    times: tuple[int, ...] = param((2,), "How often along each side behind the batch.", type="ints", min=1)

    def shape(self, x: Tensor) -> Tensor:
        self.counted(x, self.times, "times", 1)
        sizes = [_times(there, count) for there, count in zip(x.inner, self.times, strict=True)]
        return replace(x, sides=(x.known[0], *sizes), columns=x.columns if self.times[-1:] == (1,) else None)

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        return f"{atom(names['x'])}.repeat({', '.join(map(str, (1, *self.times)))})"


class RepeatInterleave(_Repetition):
    """Repeats each place along a side so many times before the next one follows."""

    formula = "y[:, i] = x[:, ⌊i / times⌋]"
    shapes = "(N, A, *) → (N, times·A, *)  for dim = 1"
    use = "Keys and values that several heads share (grouped queries), enlarging by whole factors."
    avoid = "Copies of the whole one after another, which are a Repeat."
    origin = "Textbook; for heads: Ainslie et al., GQA, 2023"
    words = ("repeat", "duplicate", "grouped query", "upsample", "nearest")
    telling = ("times",)
    times: int = param(2, "How often each place stands there.", min=1, always=True)
    dim: int = param(1, "The side along which it repeats; 0 is the batch.", always=True)

    def shape(self, x: Tensor) -> Tensor:
        at = side(x, self.dim)
        columns = x.columns if at < x.rank - 1 else None
        longer = _times(x.known[at], self.times)
        return replace(x, sides=(*x.known[:at], longer, *x.known[at + 1 :]), columns=columns)

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        return f"{atom(names['x'])}.repeat_interleave({self.times}, dim={self.dim})"


def _times(there: Side, count: int) -> Side:
    """A side so many times over."""
    if count == 1:
        return there
    return there * count if isinstance(there, int) else None
