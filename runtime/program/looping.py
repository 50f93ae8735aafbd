"""Loops through Delays as units: what stands on a loop is computed by a method that runs once for each step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from graph.document import Document
from graph.kinds.loop import Delay
from graph.loops import Loop, is_followed, time
from graph.reading import Reading
from graph.records import Node
from graph.shape import Axis, Dtype, Side, Tensor
from graph.spec import code
from runtime.names import Names
from runtime.program.keeping import Keeping, Kept
from runtime.program.units import Inputs, NodeUnit, ProgramError, Spot, Unit, Use, sorted_units

DTYPES = {"index": ", dtype=torch.long", "bool": ", dtype=torch.bool"}
"""What makes zeros class numbers, or truth values."""


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
        """Off every loop: what came a step before (and what it hands on); on one it is a state, which nothing calls."""
        if self.loop is not None:
            return ""
        x = names["x"][0]
        first = f"torch.zeros_like({x}[:, :1])"
        if self.learned:
            first = f"{module}()[:, None].expand_as({x}[:, :1])"
        if "initial" in names:
            first = f"{names['initial'][0]}[:, None]"
        if "state" not in names:
            return f"torch.cat([{first}, {x}[:, :-1]], 1)"
        state = names["state"][0].removeprefix("state and ")
        return f"torch.cat([{first} if state is None else {state}[:, None], {x}[:, :-1]], 1), {x}[:, -1]"

    def begin(self, names: Mapping[Spot, str], rows: str, like: str) -> str:
        """On a loop: what it gives at the first step, to `rows`; `like` has numbers of its type, if anything has."""
        if "initial" in self.inputs:
            (use,) = self.inputs["initial"]
            return names[use.spot] + use.select
        module = f"self.{self.id}"
        if self.learned:
            return f"{module}().expand({rows}, {', '.join('-1' for _ in self._remembered())})"
        dtype = DTYPES.get(self.dtype or "float", "")
        zeros = f"{like}.new_zeros" if like else "torch.zeros"
        return f"{zeros}({rows}, *{module}{dtype})"

    @property
    def dtype(self) -> Dtype:
        value = self.gives["y"]
        return value.dtype if isinstance(value, Tensor) else None

    def _remembered(self) -> Sequence[Side]:
        value = self.gives["y"]
        sides = value.inner if isinstance(value, Tensor) and value.sides is not None else (None,)
        sides = sides if self.loop is not None else sides[1:]
        for side in sides:
            self._known(side)
        return sides


class LoopUnit(Unit):
    """All nodes of a loop. It takes what enters the loop and gives the values of all steps of what leaves it.

    `stepped` are the entering values of which each step sees one; `method` is what the method of a step is called.
    """

    method: str = "step"

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
        self.leaving = tuple(spot for unit in self.parts for spot in unit.spots if spot in taken) or self._last()
        self.stepped = tuple(spot for spot in self.sources if is_followed(reading, loop, *spot))
        self.length = time(reading, loop)

    def value(self, spot: Spot) -> object:
        """What enters, or what is computed in one step."""
        return self._reading.value(*spot)

    def _last(self) -> tuple[Spot, ...]:
        return self.parts[-1].spots[:1]

    @property
    def steps(self) -> int | None:
        """How many steps it takes, where no entering value tells."""
        return int(self.length) if isinstance(self.length, int) and not self.stepped else None

    @property
    def batch(self) -> Spot | None:
        """The entering value that has as many rows as what is remembered; None where nothing enters."""
        rows = [_first(delay.gives["y"]) for delay in self.delays]
        firsts = {spot: _first(self.value(spot)) for spot in self.sources}
        found = [spot for spot, side in firsts.items() if side is not None and side in rows]
        return next(iter([*found, *(spot for spot, side in firsts.items() if isinstance(side, Axis)), *firsts]), None)

    @property
    def like(self) -> Spot | None:
        """An entering value of numbers, that with the rows of the others if it can be; None if there is none."""
        floats = [s for s in self.sources if isinstance(value := self.value(s), Tensor) and value.dtype == "float"]
        return self.batch if self.batch in floats else next(iter(floats), None)

    def form(self) -> object:
        """What must be equal for two loops to be written alike."""
        states = [(delay.born, delay.dtype, delay.learned, tuple(delay.inputs), delay.kept) for delay in self.delays]
        return self.method, self.stepped, self.steps, self.leaving, self.batch, self.like, tuple(states)

    @property
    def parts(self) -> list[Unit]:
        return [*self.delays, *self.units]

    @property
    def kept(self) -> tuple[Kept, ...]:
        return tuple(one for delay in self.delays for one in delay.kept)

    @property
    def lone(self) -> bool:
        return False

    def begins(self, states: Sequence[str], keeping: Keeping) -> str:
        """What it remembers before its first step: what was handed on, if anything was, else `states`."""
        if not self.kept:
            return tupled(states)
        if len(self.kept) == len(states):
            given = keeping.part(self)
            return f"{given} or {tupled(states)}" if given == "state" else f"{given} if state else {tupled(states)}"
        places = {one: keeping.kept.index(one) for one in self.kept}
        held = [next((f"state[{places[one]}] if state else " for one in delay.kept), "") for delay in self.delays]
        return tupled([f"{before}{first}" for before, first in zip(held, states, strict=True)])

    def hands_on(self, state: str) -> list[str]:
        """What is handed on to the next window, from the name of what it remembers behind its last step."""
        if len(self.kept) == len(self.delays):
            return [f"*{state}"]
        return [f"{state}[{at}]" for at, delay in enumerate(self.delays) if delay.kept]

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
        """The names of entering values in a step, and of what it remembers."""
        names = Names(["state"])
        remembered = {(delay.born, "y"): names.take(delay.id) for delay in self.delays}
        return {**{spot: names.take(_called(self._reading.document, spot)) for spot in self.entering}, **remembered}


def tupled(parts: Sequence[str]) -> str:
    """Expressions as a tuple."""
    return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"


def _called(document: Document, spot: Spot) -> str:
    """The name of a value: that of its node, with the port behind where it is not its first, or one of several."""
    node = document.node(spot[0])
    first = document.make(node).outputs[0]
    return node.id if spot[1] == first.name and not first.lettered else f"{node.id}_{spot[1]}"


def _first(value: object) -> Side:
    """The first side of a value: its rows."""
    return value.known[0] if isinstance(value, Tensor) and value.sides else None


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
    names = Names(node.id for node in reading.document.nodes())
    for unit in made.values():
        unit.method = names.take("step" if len(made) == 1 else f"step_{unit.id}")
    listed = dict.fromkeys(made[loops[unit.born]] if unit.born in loops else unit for unit in units)
    return sorted_units(list(listed))
