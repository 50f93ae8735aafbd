"""Freely wired neurons: one module that computes them level by level."""

from collections.abc import Mapping, Sequence

from graph.shape import Tensor
from runtime.names import Names
from runtime.program.columns import columns_of
from runtime.program.neuron_row import Packing, function_of, has_fixed_bias, helper_of, origins, typed_bias, uses_of
from runtime.program.neuron_source import SOURCE
from runtime.program.units import Inputs, NodeUnit, Spot, Unit, Use


class NeuronTable(Unit):
    """Neurons with sources and activations of their own; `Neurons` in the source."""

    def __init__(self, neurons: Sequence[NodeUnit], id: str) -> None:
        self.id = id
        self.neurons = _sorted(neurons)
        self.births = tuple(unit.born for unit in self.neurons)
        self.own = {unit.born: unit.id for unit in self.neurons}
        outer = [_whole(use) for unit in self.neurons for use in uses_of(unit) if use.spot[0] not in self.own]
        self.inputs: Inputs = {"x": tuple(dict.fromkeys(outer))}
        names = Names(self.own.values())
        self.label = {use: names.take(_label(use)) for use in self.inputs["x"]}

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
        return {"weight": (wires,), "bias": (biases,)}

    def module(self) -> str:
        inputs = ", ".join(f'"{label}": {_width(use)}' for use, label in self.label.items())
        rows = ", ".join(f'"{unit.id}": {self._row(unit)}' for unit in self.neurons)
        fixed = [f'("{unit.id}", "{self._source(use)}")' for unit in self.neurons for use in uses_of(unit) if use.fixed]
        fixed += [f'("{unit.id}", None)' for unit in self.neurons if has_fixed_bias(unit)]
        tail = f", fixed=[{', '.join(fixed)}]" if fixed else ""
        return f"Neurons({{{inputs}}}, {{{rows}}}{tail})"

    def _row(self, unit: NodeUnit) -> str:
        weights = ", ".join(f'"{self._source(use)}": {use.weight!r}' for use in uses_of(unit))
        return f"({function_of(unit.kind) or None}, {{{weights}}}, {typed_bias(unit)!r})"

    def _source(self, use: Use) -> str:
        """What the table calls the source of a wire: a neuron, a value from outside, or one number of it."""
        if use.spot[0] in self.own:
            return self.own[use.spot[0]]
        label = self.label[_whole(use)]
        return label if _whole(use) == use else f"{label}[{_place(use)}]"

    def helper(self) -> str:
        functions = helper_of(unit.kind for unit in self.neurons).strip("\n")
        return f"{functions}\n\n\n{SOURCE}" if functions else SOURCE

    def call(self, module: str, names: Mapping[str, list[str]]) -> str:
        return f"{module}({', '.join(names['x'])})"

    def suffix(self, spot: Spot) -> str:
        return f"[:, {self.births.index(spot[0])}]"

    def tensor(self, spot: Spot) -> Tensor | None:
        return self.neurons[self.births.index(spot[0])].tensor(spot)

    def packing(self) -> Packing:
        """For each neuron the slice of the flat weights that is its own, and the place of its bias."""
        found: Packing = {}
        at = place = 0
        for unit in self.neurons:
            free = [column for use in uses_of(unit) if not use.fixed for column in columns_of(use)]
            bias = None if has_fixed_bias(unit) else [f"{self.id}.bias", place]
            found[unit.id] = {"weight": [f"{self.id}.weight", at, at + len(free)], "bias": bias, "from": origins(free)}
            at, place = at + len(free), place + (bias is not None)
        return found


def _sorted(neurons: Sequence[NodeUnit]) -> list[NodeUnit]:
    """By level, activation, document."""
    level: dict[str, int] = {}
    for unit in neurons:
        level[unit.born] = 1 + max((level.get(spot[0], 0) for spot in unit.sources), default=0)
    functions = list(dict.fromkeys(function_of(unit.kind) for unit in neurons))
    return sorted(neurons, key=lambda unit: (level[unit.born], functions.index(function_of(unit.kind))))


def _place(use: Use) -> int | None:
    """The number of a row that a wire takes, if it takes a single one of a row whose length is known."""
    inner = use.select.removeprefix("[:, ").removesuffix("]")
    if use.width is None or not inner.lstrip("-").isdigit():
        return None
    return int(inner) % use.width


def _whole(use: Use) -> Use:
    """The whole row, if a wire takes a single number of it."""
    return use if _place(use) is None else Use(use.spot, width=use.width)


def _width(use: Use) -> int:
    """How many numbers a value from outside brings."""
    return use.width if use.width is not None and not use.select else len(columns_of(use))


def _label(use: Use) -> str:
    """A legal and telling name for a value from outside: the port of a source, or the node, and what is taken."""
    base = use.spot[1] if use.spot[1] != "y" else use.spot[0].split("/")[-1]
    inner = use.select.strip("[]").split(",")[-1].strip().replace(":", "_").replace("-", "m")
    return f"{base}{inner}" if use.select else base
