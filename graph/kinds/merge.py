"""Kinds that join several tensors, each on a port of its own: a, b, c, …"""

from collections.abc import Mapping
from typing import Any

from graph.merging import Elementwise, Joining
from graph.misfit import Misfit
from graph.param import param
from graph.shape import Side, Tensor, describe
from graph.sides import columns_of, promoted, side
from graph.spec import atom


class Add(Elementwise):
    """Adds what comes in, number by number. With a wire around some layers it makes a residual connection."""

    saves = "nothing"
    family = "merge"
    common = True
    formula = "y = a + b + …"
    use = "Residual (skip) connections, several branches of equal shape, a bias of your own."
    avoid = "Branches of different widths: put a Linear or a 1×1 convolution before one of them, or take a Concatenate."
    origin = "As a residual connection: He et al., Deep Residual Learning for Image Recognition, 2015"
    words = ("sum", "plus", "residual", "skip", "shortcut", "merge", "join")
    doing = "adds numbers to"
    between = "+"


class Multiply(Elementwise):
    """Multiplies what comes in, number by number. With numbers from 0 to 1, one branch opens and closes the other."""

    family = "merge"
    formula = "y = a · b · …"
    use = "Gates, attention over channels (squeeze-and-excitation), masks of 0 and 1."
    avoid = "Products of matrices, which are a MatMul, and factors that are fixed, which are a Scale."
    origin = "Textbook (Hadamard product)"
    words = ("product", "times", "mul", "gate", "gating", "hadamard", "elementwise", "mask", "excitation")
    doing = "multiplies numbers by"
    between = "*"


class Maximum(Elementwise):
    """Keeps the larger one of what comes in, number by number."""

    formula = "y = max(a, b, …)"
    use = "Several opinions of which the strongest counts: maxout units, bounds that are learned."
    avoid = "The largest number within one tensor, which is a Max; a bound that is a number, which is a Clamp."
    origin = "As maxout: Goodfellow et al., Maxout Networks, 2013"
    words = ("max", "larger", "greatest", "maxout", "elementwise")
    doing = "compares numbers with"
    function = "torch.maximum"


class Minimum(Elementwise):
    """Keeps the smaller one of what comes in, number by number."""

    formula = "y = min(a, b, …)"
    use = "The more careful of two estimates, such as the two critics of an actor-critic."
    avoid = "The smallest number within one tensor, which is a Min; a bound that is a number, which is a Clamp."
    origin = "Textbook"
    words = ("min", "smaller", "least", "elementwise")
    doing = "compares numbers with"
    function = "torch.minimum"


class Concatenate(Joining):
    """Puts what comes in one behind the other: the numbers of rows, or the channels of pictures."""

    saves = "nothing"
    common = True
    formula = "y = [a, b, …]"
    shapes = "(N, A, *), (N, B, *), … → (N, A + B + …, *)  for dim = 1; all other sides are equal"
    use = "Branches whose answers all count: inception and dense blocks, the skips of a U-Net, several inputs."
    avoid = "Branches that should be summed up: an Add needs no wider layer behind it."
    origin = "Textbook; in networks that go deep: Huang et al., Densely Connected Convolutional Networks, 2016"
    words = ("concat", "cat", "join", "merge", "stack", "append", "hstack")
    dim: int = param(1, "The side that grows: 1 is the numbers of rows and the channels of pictures.", always=True)

    def joined(self, inputs: dict[str, Tensor]) -> Tensor:
        values = {port: _as_row(value) for port, value in inputs.items()}
        first, at = next(iter(values.values())), side(next(iter(values.values())), self.dim)
        for port, value in values.items():
            _alike(first, value, port, but=at)
        lengths = [value.known[at] for value in values.values()]
        total = sum(lengths) if all(isinstance(length, int) for length in lengths) else None  # type: ignore[arg-type]
        sides = _common(list(values.values()))
        sides[at] = total if len(values) > 1 else lengths[0]
        return self._told(tuple(sides), list(values.values()), at)

    def _told(self, sides: tuple[Side, ...], values: list[Tensor], at: int) -> Tensor:
        columns = columns_of(values, len(sides))
        if at == len(sides) - 1:
            named = all(value.columns for value in values)
            columns = tuple(name for value in values for name in value.columns or ()) if named else None
        probability = all(value.probability for value in values)
        return Tensor(sides, promoted(values), _classes(values), probability, columns)

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        rows = [
            f"{atom(name)}.unsqueeze(1)" if inputs[port].sides is not None and inputs[port].rank == 1 else name
            for port, name in names.items()
        ]
        return f"torch.cat([{', '.join(rows)}], dim={self.dim})"


class Stack(Joining):
    """Lays tensors of equal shape on each other, along a new side: rows become sequences, one step for each wire."""

    saves = "nothing"
    family = "reshape"
    formula = "y[:, i] = the i-th of a, b, …"
    shapes = "k × (N, *) → (N, k, *)  for dim = 1"
    use = "Making a sequence of several rows, or channels of several maps, so that one layer can treat them alike."
    avoid = "Putting numbers into one row, which is a Concatenate."
    origin = "Textbook"
    words = ("join", "new side", "sequence of", "pack", "merge")
    dim: int = param(1, "The place of the new side; 0 is the batch.", always=True)

    def joined(self, inputs: dict[str, Tensor]) -> Tensor:
        first = next(iter(inputs.values()))
        at = side(first, self.dim, room=1)
        for port, value in inputs.items():
            _alike(first, value, port)
        values = list(inputs.values())
        sides = _common(values)
        sides.insert(at, len(values))
        columns = columns_of(values, first.rank) if at < first.rank else None
        return Tensor(tuple(sides), promoted(values), _classes(values), all(v.probability for v in values), columns)

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        return f"torch.stack([{', '.join(names.values())}], dim={self.dim})"


def _alike(first: Tensor, value: Tensor, port: str, but: int | None = None) -> None:
    """Raises Misfit unless two tensors have the same sides, perhaps all but one."""
    if value.rank != first.rank:
        raise Misfit(f"joins {describe(first)}", port, hint="all must have as many sides")
    for place, (left, right) in enumerate(zip(first.known, value.known, strict=True)):
        if place != but and None not in (left, right) and left != right:
            hint = "all must have the same sides" if but is None else f"all but side {but} must be equal"
            raise Misfit(f"joins {describe(first)}", port, hint=hint)


def _common(values: list[Tensor]) -> list[Side]:
    """The sides of tensors that are alike, as far as any of them knows."""
    columns = zip(*(value.known for value in values), strict=True)
    return [next((at for at in column if at is not None), None) for column in columns]


def _as_row(value: Tensor) -> Tensor:
    """A number per row as a row of one number."""
    if value.rank > 1:
        return value
    return Tensor((*value.known, 1), value.dtype, value.classes, value.probability, value.columns)


def _classes(values: list[Tensor]) -> int | None:
    """Below what all whole numbers lie, where every value says it."""
    known = [value.classes for value in values if value.dtype == "index"]
    return max(known) if len(known) == len(values) and all(known) else None  # type: ignore[type-var]
