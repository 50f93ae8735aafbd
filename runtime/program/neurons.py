"""Gathers single neurons into rows: a plain Linear where a whole level takes the same values, else a table of neurons."""

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graph.kinds.activation import Step
from graph.kinds.neuron import FUNCTIONS
from graph.shape import Tensor
from runtime.names import Names
from runtime.program.columns import Column, columns_of, joined
from runtime.program.table import SOURCE
from runtime.program.units import Inputs, NodeUnit, Spot, Unit, Use, sorted_units

FEW = 4
"""Neurons that share their sources with no other become rows of their own up to this number, a table beyond it."""

Level = dict[str, int]

Packing = dict[str, dict[str, Any]]
"""For each neuron, by its present name: `weight` [key, row] or [key, first, last], `bias` [key, place] or None, and `from`, for each
weight the wire it belongs to and the place among the numbers that the wire brings."""


def origins(columns: Iterable[Column]) -> list[list[Any]]:
    """For each column the value it comes from, as [birth name, port, selection, place]."""
    return [[*column.use.spot, column.use.select, column.index] for column in columns]


def gather(units: Sequence[Unit]) -> list[Unit]:
    """The units with neurons joined where one matrix product computes them."""
    neurons = [unit for unit in units if is_neuron(unit)]
    if not neurons:
        return list(units)
    names = Names(unit.id for unit in units)
    rows, single = _rows(neurons, units)
    groups = [*rows, *([unit] for unit in single)] if len(single) <= FEW else rows
    made: list[Unit] = [NeuronRow(row, _name(row, names)) for row in groups]
    if len(single) > FEW:
        made += [NeuronTable(some, names.take("neurons")) for some in _tables(single, units)]
    widths = {spot: len(unit.births) for unit in made for spot in unit.spots if len(unit.births) > 1}
    for unit in made:
        if isinstance(unit, NeuronRow):
            unit.widths |= {use.spot: widths[use.spot] for use in unit.inputs["x"] if use.spot in widths}
    rest = [unit for unit in units if not is_neuron(unit)]
    place = {unit.born: at for at, unit in enumerate(units)}
    ordered = sorted([*rest, *made], key=lambda unit: place[unit.births[0]])
    return sorted_units(ordered)


def is_neuron(unit: Unit) -> bool:
    return isinstance(unit, NodeUnit) and unit.kind.name() == "Neuron"


def _rows(neurons: Sequence[Unit], units: Sequence[Unit]) -> tuple[list[list[NodeUnit]], list[NodeUnit]]:
    """Rows of at least two neurons with the same sources and activation, and the neurons that have no such fellow."""
    levels = _levels(units)
    groups: dict[object, list[NodeUnit]] = {}
    single: list[NodeUnit] = []
    for unit in neurons:
        assert isinstance(unit, NodeUnit)
        if any(use.fixed for use in uses_of(unit)) or has_fixed_bias(unit) or _repeats(unit):
            single.append(unit)
            continue
        sources = frozenset((use.spot, use.select) for use in uses_of(unit))
        groups.setdefault((levels[unit.born], sources, unit.kind.activation), []).append(unit)  # type: ignore[attr-defined]
    rows = [row for row in groups.values() if len(row) > 1]
    alone = [row[0] for row in groups.values() if len(row) == 1]
    if not single and len(alone) <= FEW:
        return [*rows, *([unit] for unit in alone)], []
    place = {unit.born: at for at, unit in enumerate(neurons)}
    return rows, sorted([*single, *alone], key=lambda unit: place[unit.born])


def uses_of(unit: NodeUnit) -> tuple[Use, ...]:
    return unit.inputs.get("x", ())


def has_fixed_bias(unit: NodeUnit) -> bool:
    return bool(getattr(unit.kind, "bias_fixed", False)) and typed_bias(unit) is not None


def _repeats(unit: NodeUnit) -> bool:
    """Whether a value enters twice: then it is no plain row of a matrix."""
    taken = [column for use in uses_of(unit) for column in columns_of(use)]
    return len(taken) != len(set(taken))


def _levels(units: Sequence[Unit]) -> Level:
    """For each unit the number of neurons on the longest way to it, itself included."""
    found: Level = {}
    by_spot = {spot: unit for unit in units for spot in unit.spots}
    for unit in units:
        before = [found[by_spot[spot].born] for spot in unit.sources if spot in by_spot]
        found[unit.born] = max(before, default=0) + is_neuron(unit)
    return found


def _tables(single: Sequence[NodeUnit], units: Sequence[Unit]) -> list[list[NodeUnit]]:
    """Neurons that can be computed in one go: no unit outside of them stands between."""
    inside = {unit.born for unit in single}
    by_spot = {spot: unit for unit in units for spot in unit.spots}
    leaves: dict[str, int] = {}
    groups: dict[int, list[NodeUnit]] = {}
    for unit in units:
        before = [by_spot[spot] for spot in unit.sources if spot in by_spot]
        steps = [leaves[other.born] + (other.born in inside and unit.born not in inside) for other in before]
        leaves[unit.born] = max(steps, default=0)
        if unit.born in inside and isinstance(unit, NodeUnit):
            groups.setdefault(leaves[unit.born], []).append(unit)
    return list(groups.values())


def _name(row: Sequence[NodeUnit], names: Names) -> str:
    """The common beginning of the neurons' names, or the first one's."""
    if len(row) == 1:
        return row[0].id
    common = os.path.commonprefix([unit.id for unit in row]).rstrip("_0123456789")
    return names.take(common or f"{row[0].id}_to_{row[-1].id}")


class NeuronRow(Unit):
    """Neurons with the same sources and activation: one Linear, one output column each."""

    def __init__(self, row: Sequence[NodeUnit], id: str) -> None:
        self.row, self.id = list(row), id
        self.births = tuple(unit.born for unit in row)
        self.columns = _ordered(uses_of(self.row[0]))
        self.inputs: Inputs = {"x": tuple(dict.fromkeys(column.use for column in self.columns))}
        self.widths = {use.spot: use.width for use in uses_of(self.row[0]) if use.width}

    @property
    def spots(self) -> tuple[Spot, ...]:
        return tuple((born, "y") for born in self.births)

    def weights(self) -> dict[str, tuple[int, ...]]:
        return {"weight": (len(self.row), len(self.columns)), "bias": (len(self.row),)}

    def module(self) -> str:
        return f"nn.Linear({len(self.columns)}, {len(self.row)})"

    def helper(self) -> str:
        return helper_of(unit.kind for unit in self.row)

    def call(self, module: str, names: Mapping[str, list[str]]) -> str:
        sums = f"{module}({joined(self.inputs['x'], names['x'], self.columns, self.widths)})"
        bent = bend(self.row[0].kind, sums)
        return f"{bent}.squeeze(1)" if len(self.row) == 1 else bent

    def suffix(self, spot: Spot) -> str:
        return "" if len(self.row) == 1 else f"[:, {self.births.index(spot[0])}]"

    def tensor(self, spot: Spot) -> Tensor | None:
        return self.row[self.births.index(spot[0])].tensor(spot)

    def packing(self) -> Packing:
        """For each neuron the row of the Linear that holds its weights."""
        wires = origins(self.columns)
        return {
            unit.id: {"weight": [f"{self.id}.weight", at], "bias": [f"{self.id}.bias", at], "from": wires}
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
        typed = [typed_bias(unit) for unit in self.row]
        if all(value is not None for value in typed):
            return [f"self.{self.id}.bias.copy_(torch.tensor({typed!r}))"]
        return [f"self.{self.id}.bias[{at}] = {value!r}" for at, value in enumerate(typed) if value is not None]


def typed_weights(unit: NodeUnit) -> dict[Column, float]:
    return {
        column: float(use.weight) for use in uses_of(unit) if use.weight is not None for column in columns_of(use)
    }


def typed_bias(unit: NodeUnit) -> float | None:
    bias = getattr(unit.kind, "bias", None)
    return None if bias is None or isinstance(bias, bool) else float(bias)


def helper_of(kinds: Iterable[Any]) -> str:
    """The class that neurons with a step for activation need."""
    return Step.source if any(function_of(kind).startswith("Step") for kind in kinds) else ""


def bend(kind: Any, text: str) -> str:
    """The activation of a neuron around an expression."""
    function = function_of(kind)
    return f"{function}({text})" if function else text


def function_of(kind: Any) -> str:
    """The function of torch that a neuron's activation is; nothing for a plain sum."""
    return FUNCTIONS[kind.activation]


def _ordered(uses: Iterable[Use]) -> list[Column]:
    """The columns of a row's input: by source in order of first appearance, then by place."""
    columns = [column for use in uses for column in columns_of(use)]
    first: dict[Spot, int] = {}
    for at, column in enumerate(columns):
        first.setdefault(column.use.spot, at)
    return sorted(columns, key=lambda column: (first[column.use.spot], column.index or 0))


class NeuronTable(Unit):
    """Freely wired neurons: one module that computes them level by level."""

    def __init__(self, neurons: Sequence[NodeUnit], id: str) -> None:
        self.id = id
        self.neurons = self._sort(neurons)
        self.births = tuple(unit.born for unit in self.neurons)
        own = set(self.births)
        outer = [use for unit in self.neurons for use in uses_of(unit) if use.spot[0] not in own]
        self.inputs: Inputs = {"x": tuple(dict.fromkeys(outer))}
        self.labels = self._label_uses()

    def _sort(self, neurons: Sequence[NodeUnit]) -> list[NodeUnit]:
        """By level, activation, document."""
        level = _levels(neurons)
        functions = list(dict.fromkeys(function_of(unit.kind) for unit in neurons))
        return sorted(neurons, key=lambda unit: (level[unit.born], functions.index(function_of(unit.kind))))

    def _label_uses(self) -> dict[Use, str]:
        """What each outer value is called in the table."""
        names = Names(unit.id for unit in self.neurons)
        return {use: names.take(_label(use)) for use in self.inputs["x"]}

    @property
    def spots(self) -> tuple[Spot, ...]:
        return tuple((born, "y") for born in self.births)

    @property
    def opens(self) -> bool:
        return True

    def weights(self) -> dict[str, tuple[int, ...]]:
        free = [use for unit in self.neurons for use in uses_of(unit) if not use.fixed]
        wires = sum(len(columns_of(use)) for use in free)
        biases = sum(not has_fixed_bias(unit) for unit in self.neurons)
        return {name: (count,) for name, count in (("weight", wires), ("bias", biases)) if count}

    def module(self) -> str:
        inputs = ", ".join(f'"{label}": {len(columns_of(use))}' for use, label in self.labels.items())
        rows = ", ".join(f'"{unit.id}": {self._row(unit)}' for unit in self.neurons)
        fixed = [f'("{unit.id}", "{self._source(use)}")' for unit in self.neurons for use in uses_of(unit) if use.fixed]
        fixed += [f'("{unit.id}", None)' for unit in self.neurons if has_fixed_bias(unit)]
        tail = f", fixed=[{', '.join(fixed)}]" if fixed else ""
        return f"Neurons({{{inputs}}}, {{{rows}}}{tail})"

    def _row(self, unit: NodeUnit) -> str:
        weights = ", ".join(f'"{self._source(use)}": {use.weight!r}' for use in uses_of(unit))
        return f"({function_of(unit.kind) or None}, {{{weights}}}, {typed_bias(unit)!r})"

    def _source(self, use: Use) -> str:
        if use in self.labels:
            return self.labels[use]
        return next(unit.id for unit in self.neurons if unit.born == use.spot[0])

    def helper(self) -> str:
        step = helper_of(unit.kind for unit in self.neurons).strip("\n")
        return f"{step}\n\n\n{SOURCE}" if step else SOURCE

    def call(self, module: str, names: Mapping[str, list[str]]) -> str:
        return f"{module}({', '.join(names['x'])})"

    def suffix(self, spot: Spot) -> str:
        return f"[:, {self.births.index(spot[0])}]"

    def tensor(self, spot: Spot) -> Tensor | None:
        return self.neurons[self.births.index(spot[0])].tensor(spot)

    def packing(self) -> Packing:
        """For each neuron the slice of the flat weights that is its own, and the place of its bias (None: it is fixed)."""
        found: Packing = {}
        at = place = 0
        for unit in self.neurons:
            free = [column for use in uses_of(unit) if not use.fixed for column in columns_of(use)]
            bias = None if has_fixed_bias(unit) else [f"{self.id}.bias", place]
            found[unit.id] = {"weight": [f"{self.id}.weight", at, at + len(free)], "bias": bias, "from": origins(free)}
            at, place = at + len(free), place + (bias is not None)
        return found


def _label(use: Use) -> str:
    """A legal and telling name for a value from outside: the port of a source and the place in it."""
    port = use.spot[1]
    base = port if port != "y" else use.spot[0].split("/")[-1]
    inner = use.select.strip("[]").split(",")[-1].strip().replace(":", "_").replace("-", "m")
    return f"{base}{inner}" if use.select else base
