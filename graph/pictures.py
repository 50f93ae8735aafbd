"""Words and arithmetic that layers over pictures share: what a picture is, and where a sliding window fits."""

from collections.abc import Sequence

from graph.misfit import Advice, Misfit, floats
from graph.shape import Side, Tensor, sides_text, window

Pair = int | tuple[int, int]


def both(value: Pair) -> tuple[int, int]:
    """A pair from one number or two."""
    return (value, value) if isinstance(value, int) else value


def picture(x: Tensor) -> None:
    """Raises Misfit unless pictures come in."""
    floats(x)
    if x.rank == 2:
        raise Misfit("wants pictures (channels × height × width)", hint="put {node} before what flattens them",
                     advice=Advice("before", "Put {node} before {source}"))  # fmt: skip
    if x.rank != 4:
        raise Misfit("wants pictures (channels × height × width)")


def slide(
    sides: Sequence[Side], kernel: Pair, stride: Pair, padding: Pair, dilation: Pair, *, ceil: bool = False
) -> list[Side]:
    """Height and width after a sliding window; raises Misfit if the window is larger than the picture."""
    settings = zip(both(kernel), both(stride), both(padding), both(dilation), strict=True)
    found = [window(side, *four, ceil=ceil) for side, four in zip(sides, settings, strict=True)]
    if any(isinstance(side, int) and side < 1 for side in found):
        wants = f"looks through a window of {_span(kernel, dilation)} pixels"
        raise Misfit(wants, hint="the picture is smaller than that", advice=_smaller(sides, padding))
    return found


def _span(kernel: Pair, dilation: Pair) -> str:
    """The pixels from one edge of the window to the other."""
    return sides_text(d * (k - 1) + 1 for k, d in zip(both(kernel), both(dilation), strict=True))


def _smaller(sides: Sequence[Side], padding: Pair) -> Advice:
    """The largest square window that fits."""
    fits = min(side + 2 * p for side, p in zip(sides, both(padding), strict=True) if isinstance(side, int))
    return Advice("set", f"Use a window of {fits}×{fits}", params={"kernel_size": fits, "dilation": 1})
