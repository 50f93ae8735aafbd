"""Layers that only arrange numbers anew: the same numbers with other sides, or with their sides in another order."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from graph.misfit import Advice, Misfit
from graph.param import param
from graph.roles import Layer
from graph.shape import Side, Tensor, describe, product, sides_text
from graph.sides import length, side
from graph.spec import atom, code


class _Arrangement(Layer):
    """Hands on the numbers as they are, elsewhere; `method` is what torch calls it on a tensor."""

    saves = "nothing"
    family = "reshape"
    method = ""

    def module(self, *inputs: Any) -> str | None:
        return None

    def given(self) -> str:
        """The arguments of the method."""
        raise NotImplementedError  # every kind below says its own

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        return f"{atom(names['x'])}.{self.method}({self.given()})"


class Flatten(Layer):
    """Writes all numbers of a picture (or of anything with several sides) into one row."""

    saves = "nothing"
    family = "reshape"
    torch = "nn.Flatten"
    common = True
    formula = "(N, C, H, W) → (N, C·H·W)"
    shapes = "(N, A, B, C) → (N, A·B·C); from start_dim to end_dim"
    use = "Between convolutions and the Linear layers that decide."
    avoid = "Large pictures: the Linear behind it gets millions of weights. A mean over each channel needs none."
    origin = "Textbook"
    words = ("reshape", "row", "vector", "unroll", "view", "ravel")
    positional = ("start_dim", "end_dim")
    start_dim: int = param(1, "The first side that is written into the row; side 0 is the batch.", min=1)
    end_dim: int = param(-1, "The last side that is written into the row; −1 is the last there is.")

    def shape(self, x: Tensor) -> Tensor:
        if x.rank < 2:
            raise Misfit("wants rows or pictures", hint="one number per row is as flat as can be")
        last = self.end_dim + x.rank if self.end_dim < 0 else self.end_dim
        if not self.start_dim <= last < x.rank:
            wanted = f"sides {self.start_dim} to {self.end_dim}"
            text = f"{{node}} is to flatten {wanted}, but there are only the sides 1 to {x.rank - 1}."
            raise Misfit(text=text, advice=Advice("set", "Flatten all sides", params={"start_dim": 1, "end_dim": -1}))
        if self.start_dim == last:
            return x
        row = product(x.known[self.start_dim : last + 1])
        return replace(x, sides=(*x.known[: self.start_dim], row, *x.known[last + 1 :]), columns=None)

    def arguments(self, *inputs: Tensor) -> str:
        given = self.args(*inputs)
        return f"end_dim={given['end_dim']}" if list(given) == ["end_dim"] else super().arguments(*inputs)


class Unflatten(Layer):
    """Writes one side as several: the opposite of Flatten."""

    saves = "nothing"
    family = "reshape"
    torch = "nn.Unflatten"
    formula = "(N, A·B) → (N, A, B)"
    shapes = "(N, F, *) → (N, A, B, …, *)  with F = A·B·…, for dim = 1"
    use = "From a row to pictures, as generators and decoders do; parting the heads of attention."
    avoid = "Changing the order of numbers: that is a Permute."
    origin = "Textbook"
    words = ("reshape", "view", "split side", "heads", "decoder", "unravel")
    positional = ("dim", "unflattened_size")
    telling = ("unflattened_size",)
    dim: int = param(1, "The side that is written as several; 0 is the batch.", always=True)
    unflattened_size: tuple[int, ...] = param(
        (1, -1), "The sides it becomes; one of them may be −1, which is what remains.", min=-1, always=True
    )

    def shape(self, x: Tensor) -> Tensor:
        at = side(x, self.dim)
        sizes = resolved(self.unflattened_size, length(x.known[at]), x, "unflattened_size")
        return replace(x, sides=(*x.known[:at], *sizes, *x.known[at + 1 :]), columns=None)


class Reshape(_Arrangement):
    """Gives the numbers of each row other sides, in the order in which they stand. The batch stays as it is."""

    common = True
    formula = "(N, A·B) → (N, A, B)"
    shapes = "(N, *) → (N, *sides)  with as many numbers in each row"
    use = "From rows to pictures or sequences and back, where several sides change at once."
    avoid = "Exchanging sides (rows of a matrix for its columns): that is a Transpose or a Permute."
    origin = "Textbook"
    words = ("view", "resize", "shape", "unflatten", "fold")
    telling = ("sides",)
    sides: tuple[int, ...] = param((-1,), "The new sides, without the batch; one may be −1, which is what remains.",
                                   type="ints", min=-1, always=True)  # fmt: skip

    def shape(self, x: Tensor) -> Tensor:
        if tuple(self.sides) == x.inner:
            return x
        sizes = resolved(self.sides, product(x.inner), x, "sides")
        return replace(x, sides=(x.known[0], *sizes), columns=None)

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        x, name = inputs["x"], atom(names["x"])
        if x.sides is not None and (count := product(x.inner)) is not None:
            sizes = [-1, *resolved(self.sides, count, x, "sides")]
            return f"{name}.reshape({', '.join(map(str, sizes))})"
        flat = name if x.sides is not None and x.rank == 2 else f"{name}.flatten(1)"
        return f"{flat}.unflatten(1, {code(self.sides)})"


class Permute(_Arrangement):
    """Puts the sides into another order: channels first or last, steps before features."""

    formula = "y[n, j, k, i] = x[n, i, j, k]  for dims = 0, 2, 3, 1"
    shapes = "(N, C, H, W) → (N, H, W, C)  for dims = 0, 2, 3, 1"
    use = "Pictures whose channels stand last; from maps to sequences."
    avoid = "Exchanging just two sides: a Transpose reads better. Changing sizes without order: a Reshape."
    origin = "Textbook"
    words = ("transpose", "order", "swap", "channels last", "nhwc", "axes", "rearrange")
    telling = ("dims",)
    method = "permute"
    dims: tuple[int, ...] = param((0, 2, 1), "The sides in their new order, the batch (0) first.", type="ints")

    def shape(self, x: Tensor) -> Tensor:
        order = [at + x.rank if at < 0 else at for at in self.dims]
        if sorted(order) != list(range(x.rank)):
            straight = list(range(x.rank))
            text = (
                f"{{node}} orders the sides {code(tuple(self.dims))}, but {{source}} gives {x.rank}: 0 to {x.rank - 1}."
            )
            advice = Advice("set", "Turn the order round", params={"dims": [0, *reversed(straight[1:])]})
            raise Misfit(text=text, advice=advice)
        if order[0] != 0:
            fix = [0, *(at for at in order if at != 0)]
            raise Misfit(text="{node} must leave the batch first: its rows must not become another side.",
                         advice=Advice("set", "Put 0 first", params={"dims": fix}), code="batch-mixed")  # fmt: skip
        columns = x.columns if order[-1] == x.rank - 1 else None
        return replace(x, sides=tuple(x.known[at] for at in order), columns=columns)

    def given(self) -> str:
        return ", ".join(map(str, self.dims))


class Transpose(_Arrangement):
    """Exchanges two sides: rows of a matrix become columns, steps change places with features."""

    formula = "y[n, j, i] = x[n, i, j]"
    shapes = "(N, A, B) → (N, B, A)"
    use = "From (N, T, F) to (N, F, T) for a Conv1d and back; the second factor of scores in attention."
    avoid = "Other numbers of a side without another order: that is a Reshape."
    origin = "Textbook"
    words = ("swap", "swapaxes", "permute", "matrix", "turn", "channels first")
    telling = ("dim0", "dim1")
    method = "transpose"
    dim0: int = param(1, "The one side; 0 is the batch.")
    dim1: int = param(2, "The other side.")

    def shape(self, x: Tensor) -> Tensor:
        one, other = side(x, self.dim0, name="dim0"), side(x, self.dim1, name="dim1")
        order = list(x.known)
        order[one], order[other] = order[other], order[one]
        moved = one != other and x.rank - 1 in (one, other)
        return replace(x, sides=tuple(order), columns=None if moved else x.columns)

    def given(self) -> str:
        return f"{self.dim0}, {self.dim1}"


class Squeeze(_Arrangement):
    """Leaves out a side that has only one number in it."""

    formula = "(N, 1, F) → (N, F)"
    shapes = "(N, 1, *) → (N, *)  for dim = 1"
    use = "One score per row (N, 1) as a number (N); a channel that is alone."
    avoid = "Sides that may be longer than 1: it leaves them as they are, without a word."
    origin = "Textbook"
    words = ("drop side", "remove", "unsqueeze", "singleton")
    method = "squeeze"
    dim: int = param(1, "The side that goes if it is 1; 0 is the batch.", always=True)

    def shape(self, x: Tensor) -> Tensor:
        at = side(x, self.dim)
        if x.known[at] is None:
            return replace(x, sides=None, columns=None)  # how many sides are left depends on how long this one is
        if x.known[at] != 1:
            return x
        columns = x.columns if at < x.rank - 1 else None
        return replace(x, sides=(*x.known[:at], *x.known[at + 1 :]), columns=columns)

    def doubt(self, x: Tensor) -> Misfit | None:
        found = x.known[side(x, self.dim)]
        if found in (1, None):
            return None
        text = f"{{node}} leaves side {self.dim} as it is: {{source}} gives {describe(x)}, and only a side of 1 can go."
        return Misfit(text=text, code="no-effect", advice=_lone(x))

    def given(self) -> str:
        return str(self.dim)


class Unsqueeze(_Arrangement):
    """Puts in a side with one number in it, so that a tensor can stand beside others that have more sides."""

    formula = "(N, F) → (N, 1, F)"
    shapes = "(N, *) → (N, 1, *)  for dim = 1"
    use = "A single channel for pictures without one; rows that shall be stretched over time or over a map."
    avoid = "Several rows as steps of a sequence: that is a Stack."
    origin = "Textbook"
    words = ("add side", "expand dims", "new axis", "channel", "squeeze")
    method = "unsqueeze"
    dim: int = param(1, "The place of the new side; 0 is the batch, −1 the very end.", always=True)

    def shape(self, x: Tensor) -> Tensor:
        at = side(x, self.dim, room=1)
        columns = x.columns if at < x.rank else None
        return replace(x, sides=(*x.known[:at], 1, *x.known[at:]), columns=columns)

    def given(self) -> str:
        return str(self.dim)


def _lone(x: Tensor) -> Advice | None:
    """The first side that could be left out."""
    at = next((at for at in range(1, x.rank) if x.known[at] == 1), None)
    return Advice("set", f"Leave out side {at}", params={"dim": at}) if at is not None else None


def resolved(sizes: tuple[int, ...], count: int | None, x: Tensor, name: str) -> tuple[Side, ...]:
    """Sizes with what remains in the place of −1; raises Misfit where they do not hold `count` numbers."""
    known = math.prod(size for size in sizes if size != -1)
    if sizes.count(-1) > 1:
        first = sizes.index(-1)
        fix = [size for at, size in enumerate(sizes) if size != -1 or at == first]
        raise Misfit(text=f"{{node}} leaves several sides open ({code(sizes)}): only one can be what remains.",
                     advice=Advice("set", "Leave one open", params={name: fix}))  # fmt: skip
    if count is None:
        return tuple(None if size == -1 else size for size in sizes)
    open_side = -1 in sizes
    if (known == 0 or count % known) if open_side else known != count:
        text = f"{{node}} makes {sides_text(sizes).replace('-1', '?')} of {count} numbers, which {{source}} gives: "
        text += "they cannot be divided so." if open_side else f"that would be {known}."
        advice = Advice("set", "Leave the rest open", params={name: [*sizes[:-1], -1]})
        before = math.prod(list(sizes[:-1]))
        raise Misfit(text=text, advice=advice if not open_side and before and count % before == 0 else None)
    return tuple(count // known if size == -1 else size for size in sizes)
