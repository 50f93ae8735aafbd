"""A row of neurons with the same sources and activation: one matrix product."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graph.bends import BENDS, HELPERS
from graph.shape import Tensor
from runtime.program.columns import Column, columns_of, joined
from runtime.program.units import Inputs, NodeUnit, Spot, Unit, Use

Packing = dict[str, dict[str, Any]]
"""For each neuron, by its present name: `weight` [key, row] or [key, first, last], `bias` [key, place] or None, and
`from`, for each weight the wire it belongs to and the place among the numbers that the wire brings."""


def origins(columns: Iterable[Column]) -> list[list[Any]]:
    """For each column the value it comes from, as [birth name, port, selection, place]."""
    return [[*column.use.spot, column.use.select, column.index] for column in columns]


def uses_of(unit: NodeUnit) -> tuple[Use, ...]:
    return unit.inputs.get("x", ())


def has_fixed_bias(unit: NodeUnit) -> bool:
    return bool(getattr(unit.kind, "bias_fixed", False)) and typed_bias(unit) is not None


def has_no_bias(unit: NodeUnit) -> bool:
    """Whether the bias is fixed at zero, which is as good as none."""
    return has_fixed_bias(unit) and typed_bias(unit) == 0


def is_neuron(unit: Unit) -> bool:
    return isinstance(unit, NodeUnit) and unit.kind.name() == "Neuron"


def typed_weights(unit: NodeUnit) -> dict[Column, float]:
    found: dict[Column, float] = {}
    for use in uses_of(unit):
        columns = columns_of(use)
        if use.weight is not None:
            typed = use.weight if isinstance(use.weight, tuple) else (use.weight,) * len(columns)
            found |= {column: float(weight) for column, weight in zip(columns, typed, strict=True)}
    return found


def typed_bias(unit: NodeUnit) -> float | None:
    bias = getattr(unit.kind, "bias", None)
    return None if bias is None or isinstance(bias, bool) else float(bias)


def helper_of(kinds: Iterable[Any]) -> str:
    """The functions that the activations of neurons need and torch does not have."""
    functions = dict.fromkeys(function_of(kind) for kind in kinds)
    return "\n\n".join(HELPERS[function] for function in functions if function in HELPERS)


def bend(kind: Any, text: str) -> str:
    """The activation of a neuron around an expression."""
    function = function_of(kind)
    return f"{function}({text})" if function else text


def function_of(kind: Any) -> str:
    """The function of torch that a neuron's activation is; nothing for a plain sum."""
    return BENDS[kind.activation].function


class NeuronRow(Unit):
    """Neurons with the same sources and activation: one Linear, one output column each.

    `joint` are the Concatenates that join just these, the last one first: then the value is the row as a whole.
    """

    def __init__(self, row: Sequence[NodeUnit], id: str, joint: Sequence[NodeUnit] = ()) -> None:
        self.row, self.id, self.joint = list(row), id, list(joint)
        self.births = tuple(unit.born for unit in [*row, *joint])
        self.bare = has_no_bias(self.row[0])
        self.columns = _ordered(uses_of(self.row[0]))
        self.inputs: Inputs = {"x": tuple(dict.fromkeys(column.use for column in self.columns))}
        self.widths = {use.spot: use.width for use in uses_of(self.row[0]) if use.width}

    @property
    def spots(self) -> tuple[Spot, ...]:
        return self.joint[0].spots if self.joint else tuple((unit.born, "y") for unit in self.row)

    def weights(self) -> dict[str, tuple[int, ...]]:
        weight: dict[str, tuple[int, ...]] = {"weight": (len(self.row), len(self.columns))}
        return weight if self.bare else {**weight, "bias": (len(self.row),)}

    def module(self) -> str:
        bare = ", bias=False" if self.bare else ""
        return f"nn.Linear({len(self.columns)}, {len(self.row)}{bare})"

    def helper(self) -> str:
        return helper_of(unit.kind for unit in self.row)

    def call(self, module: str, names: Mapping[str, list[str]]) -> str:
        bent = bend(self.row[0].kind, f"{module}({self.taken(names)})")
        return f"{bent}.squeeze(1)" if len(self.row) == 1 and not self.joint else bent

    def taken(self, names: Mapping[str, list[str]]) -> str:
        return joined(self.inputs["x"], names["x"], self.columns, self.widths)

    def suffix(self, spot: Spot) -> str:
        return "" if len(self.spots) == 1 else f"[:, {self.spots.index(spot)}]"

    def tensor(self, spot: Spot) -> Tensor | None:
        return (self.joint[0] if self.joint else self.row[self.spots.index(spot)]).tensor(spot)

    def packing(self) -> Packing:
        """For each neuron the row of the Linear that holds its weights."""
        wires = origins(self.columns)
        return {
            unit.id: {
                "weight": [f"{self.id}.weight", at],
                "bias": None if self.bare else [f"{self.id}.bias", at],
                "from": wires,
            }
            for at, unit in enumerate(self.row)
        }

    def setup(self) -> list[str]:
        """Typed weights and biases, copied in."""
        return [*self._typed_weights(), *self._typed_biases()]

    def _typed_weights(self) -> list[str]:
        typed = [[weights.get(column) for column in self.columns] for weights in map(typed_weights, self.row)]
        if all(value is not None for row in typed for value in row):
            return [f"self.{self.id}.weight.copy_(torch.tensor({typed!r}))"]
        return [
            f"self.{self.id}.weight[{at}, {place}] = {value!r}"
            for at, row in enumerate(typed) for place, value in enumerate(row) if value is not None
        ]  # fmt: skip

    def _typed_biases(self) -> list[str]:
        typed = [] if self.bare else [typed_bias(unit) for unit in self.row]
        if typed and all(value is not None for value in typed):
            return [f"self.{self.id}.bias.copy_(torch.tensor({typed!r}))"]
        return [f"self.{self.id}.bias[{at}] = {value!r}" for at, value in enumerate(typed) if value is not None]


def _ordered(uses: Iterable[Use]) -> list[Column]:
    """The columns of a row's input: by source in order of first appearance, then by place."""
    columns = [column for use in uses for column in columns_of(use)]
    first: dict[Spot, int] = {}
    for at, column in enumerate(columns):
        first.setdefault(column.use.spot, at)
    return sorted(columns, key=lambda column: (first[column.use.spot], column.index or 0))
