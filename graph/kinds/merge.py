"""Layers that join several tensors into one."""

from collections.abc import Mapping
from typing import Any

from graph.shape import Axis, Side, Tensor, Unbroadcastable, broadcast, describe
from graph.spec import Merge, Misfit, floats, param


class Add(Merge):
    """Adds what comes in, number by number; with a wire past some layers this is a skip connection."""

    words = ("sum", "plus", "skip", "residual", "shortcut", "+")
    formula = "y = a + b + …"

    def shape(self, *inputs: Tensor) -> Tensor:
        sides = inputs[0].known
        for port, x in zip("abcdefghijklmnopqrstuvwxyz", inputs, strict=False):
            floats(x, port)
            try:
                sides = broadcast(sides, x.known)
            except Unbroadcastable as misfit:
                raise _mixed(misfit, inputs[0], port) from None
        return Tensor(sides)

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        return " + ".join(names.values())


class Concatenate(Merge):
    """Lays what comes in side by side, along one side."""

    words = ("cat", "join", "merge", "append", "depth concatenation")
    formula = "y = [a, b, …]"
    telling = ("dim",)
    dim: int = param(1, "Which side grows; 1 is the first behind the batch.", min=-8, max=7, printed=False)

    def shape(self, *inputs: Tensor) -> Tensor:
        rows = [Tensor((*x.known, 1), x.dtype) if x.rank == 1 else x for x in inputs]
        first = rows[0]
        at = self.dim % first.rank if -first.rank <= self.dim < first.rank else 0
        if at == 0:
            raise Misfit(f"cannot grow side {self.dim}", "a", hint="side 0 is the batch, the next is 1")
        sides = list(first.known)
        for port, x in zip("bcdefghijklmnopqrstuvwxyz", rows[1:], strict=False):
            sides = self._joined(sides, x, at, port, first)
        return Tensor(tuple(sides), _common(rows))

    def _joined(self, sides: list[Side], x: Tensor, at: int, port: str, first: Tensor) -> list[Side]:
        wanted = f"joins it to {describe(first)}, so all sides but {self.dim} must be the same"
        if x.rank != len(sides):
            raise Misfit(wanted, port)
        for place, (left, right) in enumerate(zip(sides, x.known, strict=True)):
            if place == at:
                sides[place] = left + right if isinstance(left, int) and isinstance(right, int) else None
            elif left is None:
                sides[place] = right
            elif right is not None and left != right:
                raise _mixed(Unbroadcastable(left, right), first, port, wanted)
        return sides

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        rows = [f"{name}.unsqueeze(1)" if inputs[port].rank == 1 else name for port, name in names.items()]
        return f"torch.cat([{', '.join(rows)}], dim={self.dim})"


def _mixed(misfit: Unbroadcastable, first: Tensor, port: str, wanted: str = "") -> Misfit:
    if (
        isinstance(misfit.left, Axis)
        and isinstance(misfit.right, Axis)
        and misfit.left.letter == misfit.right.letter == "N"
    ):
        return Misfit(
            text="{node} joins rows of different data; {source} brings the others.", port=port, code="rows-mixed"
        )
    return Misfit(wanted or f"adds it to {describe(first)}, which has other sides", port)


def _common(rows: list[Tensor]) -> Any:
    kinds = {x.dtype for x in rows}
    return kinds.pop() if len(kinds) == 1 else "float"
