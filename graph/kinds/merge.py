"""Layers that join several values into one, each on a port of its own: a, b, c, …"""

from collections.abc import Mapping
from typing import Any

from graph.misfit import Advice, Misfit
from graph.param import param
from graph.roles import Merge
from graph.shape import UNKNOWN, Axis, Dtype, Side, Tensor, Unbroadcastable, Value, broadcast, describe
from graph.spec import Place, atom


class _Merge(Merge):
    """Reads values with the letters of their ports, so that a misfit names the right wire."""

    def read(self, inputs: Mapping[str, Tensor], place: Place) -> dict[str, Value]:
        if any(tensor.sides is None for tensor in inputs.values()):
            return {"y": UNKNOWN}
        batches = [tensor.known[0] for tensor in inputs.values()]
        for port, batch in zip(inputs, batches, strict=True):
            if isinstance(batch, Axis) and isinstance(batches[0], Axis) and batch != batches[0]:
                raise Misfit(
                    port=port,
                    text="{node} joins rows of different data, which do not belong together.",
                    code="rows-mixed",
                )
        return {"y": self.joined(dict(inputs))}

    def joined(self, inputs: dict[str, Tensor]) -> Tensor:
        """The output from inputs by letter."""
        raise NotImplementedError  # both kinds below have their rule; a contract test reads each of them

    def module(self, *inputs: Any) -> None:
        return None


class Add(_Merge):
    """Adds what comes in, number by number. With a wire around some layers it makes a residual connection."""

    formula = "y = a + b + …"
    words = ("sum", "plus", "residual", "skip", "shortcut", "merge", "join")

    def joined(self, inputs: dict[str, Tensor]) -> Tensor:
        values = list(inputs.values())
        sides = values[0].known
        for port, value in inputs.items():
            sides = self._added(sides, value.known, port)
        same = all(value.columns == values[0].columns for value in values)
        return Tensor(sides, _joined_dtype(values), columns=values[0].columns if same else None)

    def _added(self, left: tuple[Side, ...], right: tuple[Side, ...], port: str) -> tuple[Side, ...]:
        """The sides of a sum. That a batch would be stretched over another side is never meant."""
        wants = f"adds numbers to {_words(left)}"
        try:
            sides = broadcast(left, right)
        except Unbroadcastable:
            raise Misfit(wants, port, hint="both must have the same sides") from None
        axes = [side for side in sides if isinstance(side, Axis)]
        if len(axes) != len(set(axes)) or (isinstance(left[0], Axis) and sides[0] != left[0]):
            raise Misfit(wants, port, hint="both must have the same sides")
        return sides

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        return " + ".join(atom(name) for name in names.values())

    def macs(self, *values: Any) -> int | None:
        return 0


class Concatenate(_Merge):
    """Puts what comes in one behind the other: the numbers of rows, or the channels of pictures."""

    formula = "y = [a, b, …]"
    words = ("concat", "cat", "join", "merge", "stack", "append")
    dim: int = param(1, "The side that grows: 1 is the numbers of rows and the channels of pictures.", always=True)

    def joined(self, inputs: dict[str, Tensor]) -> Tensor:
        values = {port: _as_row(value) for port, value in inputs.items()}
        first = next(iter(values.values()))
        at = self._side(first)
        for port, value in values.items():
            self._check(first, value, at, port)
        lengths = [value.known[at] for value in values.values()]
        total = sum(lengths) if all(isinstance(length, int) for length in lengths) else None  # type: ignore[arg-type]
        sides = [self._common([value.known[place] for value in values.values()]) for place in range(first.rank)]
        sides[at] = total
        return self._told(tuple(sides), list(values.values()), at)

    def _side(self, first: Tensor) -> int:
        at = self.dim + first.rank if self.dim < 0 else self.dim
        if not 0 < at < first.rank:
            text = f"{{node}} joins along side {self.dim}, but there are only the sides 1 to {first.rank - 1}."
            raise Misfit(port="", text=text, advice=Advice("set", "Join along side 1", params={"dim": 1}))
        return at

    def _check(self, first: Tensor, value: Tensor, at: int, port: str) -> None:
        hint = f"all but side {at} must be equal"
        if value.rank != first.rank:
            raise Misfit(f"joins {_words(first.known)}", port, hint="all must have as many sides")
        for place, (left, right) in enumerate(zip(first.known, value.known, strict=True)):
            if place != at and None not in (left, right) and left != right:
                raise Misfit(f"joins {_words(first.known)}", port, hint=hint)

    def _common(self, sides: list[Side]) -> Side:
        return next((side for side in sides if side is not None), None)

    def _told(self, sides: tuple[Side, ...], values: list[Tensor], at: int) -> Tensor:
        columns: tuple[str, ...] | None = None
        if at == len(sides) - 1 and all(value.columns for value in values):
            columns = tuple(name for value in values for name in value.columns or ())
        probability = all(value.probability for value in values)
        return Tensor(sides, _joined_dtype(values), probability=probability, columns=columns)

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        rows = [
            f"{atom(name)}.unsqueeze(1)" if inputs[port].sides is not None and inputs[port].rank == 1 else name
            for port, name in names.items()
        ]
        return f"torch.cat([{', '.join(rows)}], dim={self.dim})"


def _as_row(value: Tensor) -> Tensor:
    """A number per row as a row of one number."""
    if value.rank > 1:
        return value
    return Tensor((*value.known, 1), value.dtype, value.classes, value.probability, value.columns)


def _joined_dtype(values: list[Tensor]) -> Dtype:
    """What torch makes of numbers of several types."""
    found = {value.dtype for value in values}
    if None in found:
        return None
    return next(dtype for dtype in ("float", "index", "bool") if dtype in found)


def _words(sides: tuple[Side, ...]) -> str:
    return describe(Tensor(sides))
