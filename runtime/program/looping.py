"""Loops through Delays as units: what stands on a loop is computed by a method that runs once for each step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from graph.document import Document
from graph.kinds.loop import Delay
from graph.loops import Loop, is_followed, time
from graph.reading import Reading
from graph.records import Node
from graph.shape import Side, Tensor
from graph.spec import code
from runtime.names import Names
from runtime.program.units import Inputs, NodeUnit, ProgramError, Spot, Unit, Use, sorted_units


class DelayUnit(NodeUnit):
    """A Delay: on a loop its state, elsewhere a shift by one step."""

    def __init__(self, node: Node, kind: Delay, inputs: Inputs, reading: Reading) -> None:
        super().__init__(node, kind, inputs, reading)
        self.loop = reading.loops.of(node.born)
        self.back = inputs["x"][0] if "x" in inputs else None
        if self.loop is not None:
            self.inputs = {port: uses for port, uses in inputs.items() if port != "x"}

    @property
    def learned(self) -> bool:
        return bool(self.kind.weights(*self.kind.in_order(self.values)))

    def weights(self) -> dict[str, tuple[int, ...]]:
        return {"weight": (1, *map(self._known, self._remembered()))} if self.learned else {}

    def settings(self) -> dict[str, object]:
        if "initial" in self.values or (self.loop is None and not self.learned):
            return {}
        return {"sides": self.lifted.get("sides", tuple(self._remembered()))}

    def module(self) -> str | None:
        """What holds its start: a learned tensor, or the sides of the zeros."""
        given = self.settings()
        if not given:
            return None
        sides = given["sides"]
        assert isinstance(sides, tuple)
        return f"FirstState({', '.join(map(code, sides))})" if self.learned else code(sides)

    def helper(self) -> str:
        return self.kind.source if self.learned else ""

    @property
    def repeats(self) -> frozenset[str]:
        return frozenset({"x"})

    def call(self, module: str, names: Mapping[str, list[str]]) -> str:
        """Off every loop: what came a step before; on one it is a state, which nothing calls."""
        if self.loop is not None:
            return ""
        x = names["x"][0]
        first = f"torch.zeros_like({x}[:, :1])"
        if self.learned:
            first = f"{module}()[:, None].expand_as({x}[:, :1])"
        if "initial" in names:
            first = f"{names['initial'][0]}[:, None]"
        return f"torch.cat([{first}, {x}[:, :-1]], 1)"

    def begin(self, names: Mapping[Spot, str], like: str) -> str:
        """On a loop: what it gives at the first step; `like` is a value with the batch and type of its numbers."""
        if "initial" in self.inputs:
            (use,) = self.inputs["initial"]
            return names[use.spot] + use.select
        module, rows = f"self.{self.id}", f"{like}.shape[0]"
        if self.learned:
            return f"{module}().expand({rows}, {', '.join('-1' for _ in self._remembered())})"
        return f"{like}.new_zeros({rows}, *{module})"

    def _remembered(self) -> Sequence[Side]:
        value = self.gives["y"]
        sides = value.inner if isinstance(value, Tensor) and value.sides is not None else (None,)
        sides = sides if self.loop is not None else sides[1:]
        for side in sides:
            self._known(side)
        return sides


class LoopUnit(Unit):
    """All nodes of a loop. It takes what enters the loop and gives the values of all steps of what leaves it."""

    def __init__(self, units: Sequence[Unit], delays: Sequence[DelayUnit], loop: Loop, reading: Reading) -> None:
        self.units, self.delays = list(units), list(delays)
        self.id = self.units[-1].id if self.units else self.delays[-1].id
        self.births = tuple(born for unit in self.parts for born in unit.births)
        own = {spot for unit in self.parts for spot in unit.spots}
        entering = [use for unit in self.units for uses in unit.inputs.values() for use in uses]
        starts = [use for delay in self.delays for uses in delay.inputs.values() for use in uses]
        self.entering = tuple(dict.fromkeys(use.spot for use in entering if use.spot not in own))
        self.inputs: Inputs = {"x": tuple(Use(spot) for spot in dict.fromkeys([*self.entering, *_spots(starts)]))}
        self._reading = reading
        wires = [wire for born in loop.members for wire in reading.document.wires_from(born)]
        taken = {(wire.source, wire.source_port) for wire in wires if wire.target not in loop.members}
        self.leaving = tuple(spot for unit in self.parts for spot in unit.spots if spot in taken)
        self.stepped = {spot for spot in self.entering if is_followed(reading, loop, *spot)}
        self.length = time(reading, loop)

    def value(self, spot: Spot) -> object:
        """What enters, or what is computed in one step."""
        return self._reading.value(*spot)

    @property
    def parts(self) -> list[Unit]:
        return [*self.delays, *self.units]

    @property
    def spots(self) -> tuple[Spot, ...]:
        return self.leaving

    @property
    def statement(self) -> bool:
        return True

    @property
    def repeats(self) -> frozenset[str]:
        return frozenset(self.inputs)

    def weights(self) -> dict[str, tuple[int, ...]]:
        return {f"{unit.id}.{name}": shape for unit in self.parts for name, shape in unit.weights().items()}

    def module(self) -> str | None:
        return None

    def call(self, module: str, names: Mapping[str, list[str]]) -> str:
        raise NotImplementedError  # a loop is written as statements

    def called(self, spot: Spot) -> str:
        maker = next(unit for unit in self.parts if spot in unit.spots)
        return maker.called(spot)

    def tensor(self, spot: Spot) -> Tensor | None:
        maker = next(unit for unit in self.parts if spot in unit.spots)
        return maker.tensor(spot)

    @property
    def next_states(self) -> list[Use]:
        """For each Delay what it gives at the next step."""
        for delay in self.delays:
            if delay.back is None:
                raise ProgramError(f"{delay.id} has nothing wired into x.", delay.born)
        return [delay.back for delay in self.delays if delay.back is not None]

    def labels(self) -> dict[Spot, str]:
        """The names of entering values in a step."""
        names = Names(["state"])
        return {spot: names.take(_called(self._reading.document, spot)) for spot in self.entering}


def _called(document: Document, spot: Spot) -> str:
    """The name of a value: that of its node, with the port behind where it is not its first, or one of several."""
    node = document.node(spot[0])
    first = document.make(node).outputs[0]
    return node.id if spot[1] == first.name and not first.lettered else f"{node.id}_{spot[1]}"


def _spots(uses: Iterable[Use]) -> list[Spot]:
    return [use.spot for use in uses]


def looped(units: Sequence[Unit], reading: Reading) -> list[Unit]:
    """The units with those that stand on one loop joined."""
    loops = reading.loops.all()
    groups: dict[Loop, list[Unit]] = {}
    for unit in units:
        if unit.born in loops:
            groups.setdefault(loops[unit.born], []).append(unit)
    if not groups:
        return list(units)
    made: dict[Loop, LoopUnit] = {}
    for loop, members in groups.items():
        delays = [unit for unit in members if isinstance(unit, DelayUnit)]
        others = sorted_units([unit for unit in members if not isinstance(unit, DelayUnit)])
        made[loop] = LoopUnit(others, delays, loop, reading)
    listed = dict.fromkeys(made[loops[unit.born]] if unit.born in loops else unit for unit in units)
    return sorted_units(list(listed))
