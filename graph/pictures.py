"""What layers over sequences, pictures and volumes share: words for them, and where a sliding window fits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from graph.misfit import Advice, Misfit, floats
from graph.param import Param, ParamType
from graph.roles import Layer
from graph.shape import Axis, Side, Tensor, describe, product, sides_text, window

Sizes = int | tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Space:
    """How one speaks of tensors with so many sides behind batch and channels, and types a number for each side."""

    thing: str
    things: str
    sides: str
    unit: str
    edges: str
    type: ParamType


SPACES = {
    1: Space("sequence", "sequences", "channels × steps", "steps", "left, right", "int"),
    2: Space("picture", "pictures", "channels × height × width", "pixels", "left, right, top, bottom", "pair"),
    3: Space(
        "volume",
        "volumes",
        "channels × depth × height × width",
        "voxels",
        "left, right, top, bottom, front, back",
        "triple",
    ),
}


class Spatial(Layer):
    """A layer over `dims` sides behind batch and channels.

    A base without `dims` declares parameters for all: a pair there is a number, a pair or a triple in the kinds, scales
    are one for each side, sizes two (before and behind), and the help may say {thing}, {unit}, {edges}. `mixing`: what
    misses a side is refused, since rows would be taken for channels. `siblings`: how many sides such kinds can have.
    """

    dims: ClassVar[int] = 0
    mixing: ClassVar[bool] = False
    siblings: ClassVar[tuple[int, ...]] = (1, 2, 3)

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if cls.dims:
            cls.params = {name: _suited(declared, cls.dims) for name, declared in cls.params.items()}

    @property
    def space(self) -> Space:
        return SPACES[self.dims]

    def each(self, value: Sizes) -> tuple[int, ...]:
        """A number for each side, from one for all or several."""
        return (value,) * self.dims if isinstance(value, int) else value

    def expect(self, x: Tensor) -> None:
        """Raises Misfit unless what this layer is for comes in."""
        floats(x)
        self.expect_rank(x)

    def expect_rank(self, x: Tensor) -> None:
        """Raises Misfit unless there are as many sides as this layer is for."""
        lacks_channels = x.rank == self.dims + 1
        if x.rank == self.dims + 2 or (lacks_channels and not self.mixing):
            return
        wants = f"wants {self.space.things} ({self.space.sides})"
        if x.rank == 2 and self.dims > 1:
            raise Misfit(wants, hint="put {node} before what flattens them",
                         advice=Advice("before", "Put {node} before {source}"))  # fmt: skip
        if x.rank - 2 in self.siblings:
            raise Misfit(wants, hint=f"{SPACES[x.rank - 2].things} have a {self._sibling(x.rank - 2)}",
                         advice=self.become(x.rank - 2))  # fmt: skip
        raise Misfit(wants, hint="a side for the channels is missing" if lacks_channels else "",
                     advice=CHANNELS if lacks_channels else None)  # fmt: skip

    def doubt(self, x: Tensor, *others: Tensor) -> Misfit | None:
        """What has no side for channels is read without one; of sequences that is rarely meant."""
        if self.mixing or x.rank != self.dims + 1:
            return None
        text = f"{{node}} takes {describe(x)} from {{source}} for {self.space.things} without channels."
        return Misfit(text=text, advice=self.become(self.dims - 1) or CHANNELS, code="no-channels")

    def become(self, dims: int) -> Advice | None:
        """The advice to take this kind for another number of sides, if there is one."""
        name = self._sibling(dims)
        return Advice("become", f"Make it a {name}", name) if dims in self.siblings else None

    def _sibling(self, dims: int) -> str:
        return self.name().replace(f"{self.dims}d", f"{dims}d")


CHANNELS = Advice("insert", "Put an Unsqueeze between", "Unsqueeze", {"dim": 1})
"""Gives rows of numbers the side for channels that they lack."""


def _suited(declared: Param, dims: int) -> Param:
    """A parameter as a kind over so many sides has it."""
    space = SPACES[dims]
    words = declared.help
    for name in ("thing", "unit", "edges"):
        words = words.replace(f"{{{name}}}", getattr(space, name))
    count = {"scales": dims, "sizes": 2 * dims}.get(declared.type, 0)
    return replace(declared, help=words, type=space.type if declared.type == "pair" else declared.type, count=count)


def fixed_channels(x: Tensor) -> None:
    """Raises Misfit if the channels are steps of a length that changes, which no weights can be made for."""
    if isinstance(x.known[1], Axis):
        raise Misfit("needs a fixed number of channels", hint="the steps of these sequences stand in their place",
                     advice=Advice("insert", "Put a Transpose between", "Transpose", {"dim0": 1, "dim1": 2}),
                     code="time")  # fmt: skip


def slide(
    sides: Sequence[Side],
    kernel: Sequence[int],
    stride: Sequence[int],
    padding: Sequence[int],
    dilation: Sequence[int],
    *,
    ceil: bool = False,
) -> list[Side]:
    """The sides after a sliding window; raises Misfit if the window is larger than the picture."""
    settings = zip(kernel, stride, padding, dilation, strict=True)
    found = [window(side, *four, ceil=ceil) for side, four in zip(sides, settings, strict=True)]
    if any(isinstance(side, int) and side < 1 for side in found):
        space = SPACES[len(sides)]
        spans = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
        wants = f"looks through a window of {sides_text(spans)} {space.unit}"
        raise Misfit(wants, hint=f"the {space.thing} is smaller than that", advice=_smaller(sides, padding))
    return found


def _smaller(sides: Sequence[Side], padding: Sequence[int]) -> Advice:
    """The largest window with equal sides that fits."""
    fits = min(side + 2 * p for side, p in zip(sides, padding, strict=True) if isinstance(side, int))
    label = f"Use a window of {sides_text([fits] * len(sides))}"
    return Advice("set", label, params={"kernel_size": fits, "dilation": 1})


def numbers(sides: Iterable[Side]) -> int | None:
    """The number of elements, a length of time counted where it is known."""
    return product(side.length if isinstance(side, Axis) else side for side in sides)
