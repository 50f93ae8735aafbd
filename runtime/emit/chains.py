"""Writes the body of a `forward` as a person would: chains inlined, `x` running through, branches by their names."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from itertools import pairwise

from runtime.emit.source import Writer
from runtime.names import Names
from runtime.program import LoopUnit, NodeUnit, Spot, Unit, Use
from runtime.program.keeping import Keeping
from runtime.program.looping import tupled

DEPTH = 3
"""At most so many calls stand inside one another."""

APART: ContextVar[bool] = ContextVar("apart", default=False)
"""Whether each call has a line of its own, so that a line tells its node: what looks for lost numbers wants that."""


class Body:
    """The lines that compute units from arguments. `given` are the names of values that are there at the start."""

    def __init__(
        self,
        units: Sequence[Unit],
        given: Mapping[Spot, str],
        results: Sequence[Use],
        indent: int = 2,
        states: int = 0,
    ) -> None:
        """`states` of the results, the last ones, are handed on to the next step of a loop."""
        self.states = states
        self.units, self.results, self.indent = units, results, indent
        self.name: dict[Spot, str] = {}
        self._in_x: set[Spot] = set()
        self._place = {id(unit): at for at, unit in enumerate(units)}
        self._know(given)
        self.names = Names(given.values())
        self.writer = Writer()
        self.uses = _count(units, results)
        self.left = dict(self.uses)
        self.maker = {spot: unit for unit in units for spot in unit.spots}
        self.inlined: set[int] = set()
        self.names.reserve("x")
        self.keeping = Keeping(units)
        self.handed: dict[int, list[str]] = {}
        """What units hand on to the next window, by their id."""
        if self.keeping:
            self.names.reserve("state")

    def write(self) -> Writer:
        """Assignments, and `return` of the results."""
        lines = self._lines()
        last = lines[-1] if lines and self._returns(lines[-1]) else None
        for line in lines[:-1] if last else lines:
            self._assign(line)
        if last:
            self._line(f"return {self._answer([self._expression(last)])}", last)
        else:
            self._line(f"return {self._answer([self.name[use.spot] + use.select for use in self.results])}", [])
        return self.writer

    def _answer(self, names: list[str]) -> str:
        if self.keeping:
            return ", ".join([*names, self.keeping.answer(self.handed)])
        if not self.states:
            return ", ".join(names)
        return ", ".join([*names[: -self.states], tupled(names[-self.states :])])

    # --- which calls share a line

    def _lines(self) -> list[list[Unit]]:
        """Units in groups; within a group each takes what the one before it gives."""
        if APART.get():
            return [[unit] for unit in self.units]
        lines: list[list[Unit]] = []
        for chain in self._chains():
            lines += _cut(chain, last=chain[-1] is self.units[-1])
        return lines

    def _chains(self) -> list[list[Unit]]:
        """Runs of units that follow one another, each the only taker of the one before."""
        chains: list[list[Unit]] = []
        for unit in self.units:
            if chains and self._follows(chains[-1][-1], unit):
                chains[-1].append(unit)
            else:
                chains.append([unit])
        return chains

    def _follows(self, before: Unit, unit: Unit) -> bool:
        tensors = unit.sources
        return (
            tensors.count(before.spots[0]) == 1
            and self.uses.get(before.spots[0], 0) == 1
            and self._inlines(before, unit)
        )

    def _inlines(self, before: Unit, unit: Unit) -> bool:
        """Whether `before` may stand as an expression inside the call of `unit`."""
        return before.plain and all(
            use.spot != before.spots[0] or not (use.select or port in unit.repeats)
            for port, uses in unit.inputs.items()
            for use in uses
        )

    def _returns(self, line: list[Unit]) -> bool:
        """Whether the line's value is all that is returned."""
        unit = line[-1]
        single = len(self.results) == 1 and self.results[0].spot == unit.spots[0] and self.uses[unit.spots[0]] == 1
        return single and unit.plain

    # --- writing

    def _assign(self, line: list[Unit]) -> None:
        unit = line[-1]
        if isinstance(unit, LoopUnit):
            self._go_through(unit)
            return
        if unit.statement:
            self._go_round(line)
            return
        text, used = self._expression(line), [spot for spot in unit.spots if self.uses.get(spot)]
        if isinstance(unit, NodeUnit) and unit.kept:
            state = self._state(unit)
            self.handed[id(unit)] = [state if unit.lone else f"*{state}"]
            left, names = unit.bind_kept(self._namer(unit), state, used)
        else:
            left, names = unit.bind(self._namer(unit), used)
        self._know(names)
        self._line(f"{left} = {text}", line)

    def _state(self, unit: Unit) -> str:
        """The name of what a unit hands on."""
        wanted = self.keeping.name(unit)
        return wanted if wanted == "state" else self.names.take(wanted)

    def _go_round(self, line: list[Unit]) -> None:
        """A loop that calls a unit on what it gave before, beginning with what comes into its first input."""
        unit = line[-1]
        rounds = unit.rounds(f"self.{unit.attribute}", self.names.free("layer"))
        assert rounds is not None
        first, *others = self._operands(line)
        again = any(re.search(r"\bx\b", text) for text in others)  # it must still be there in the next round
        left, names = unit.bind(self.names.take if again else self._namer(unit), unit.spots)
        self._know(names)
        if first != left:
            self._line(f"{left} = {first}", line)
        self._line(rounds[0], [unit])
        self._line(f"    {left} = {rounds[1]}({', '.join([left, *others])})", [unit])

    def _go_through(self, loop: LoopUnit) -> None:
        """A loop over the steps of a sequence."""
        state = self._state(loop) if loop.kept else self.names.take("state")
        t = self.names.take("t")
        length = loop.steps if loop.steps is not None else f"{self.name[loop.stepped[0]]}.shape[1]"
        given = [self.name[spot] + (f"[:, {t}]" if spot in loop.stepped else "") for spot in loop.entering]
        starts = self._starts(loop)
        for spot in loop.sources:
            self.left[spot] -= 1
        lists = {spot: self.names.take(loop.called(spot)) for spot in loop.leaving}
        singles = {spot: self.names.take(f"{name}_t") for spot, name in lists.items()}
        self._line(f"{state} = {loop.begins(starts, self.keeping)}", [loop])
        self.handed[id(loop)] = loop.hands_on(state)
        for name in lists.values():
            self._line(f"{name} = []", [loop])
        self._line(f"for {t} in range({length}):", [loop])
        call = f"self.{loop.method}({', '.join([*given, state])})"
        self._line(f"    {', '.join([*singles.values(), state])} = {call}", [loop])
        for spot, name in lists.items():
            self._line(f"    {name}.append({singles[spot]})", [loop])
        for spot, name in lists.items():
            self._know({spot: name})
            if [use.spot for use in self.results] == [spot] and loop is self.units[-1]:
                self.name[spot] = f"torch.stack({name}, 1)"
            else:
                self._line(f"{name} = torch.stack({name}, 1)", [loop])

    def _starts(self, loop: LoopUnit) -> list[str]:
        """What a loop remembers before its first step."""
        name = {spot: self.name[spot] + ("[:, 0]" if spot in loop.stepped else "") for spot in loop.sources}
        rows = "1" if loop.batch is None else f"{self.name[loop.batch]}.shape[0]"
        like = self._numbers(loop) if loop.like is None else self.name[loop.like]
        return [delay.begin(name, rows, like) for delay in loop.delays]

    def _numbers(self, loop: LoopUnit) -> str:
        """An expression for something with the type of numbers, where none enter a loop: weights, if it has any."""
        unit = next((unit for unit in loop.parts if unit.weights()), None)
        return "" if unit is None else f"next(self.{unit.attribute}.parameters())"

    def _line(self, text: str, units: Iterable[Unit]) -> None:
        self.writer.line(text, *(born for unit in units for born in unit.births), indent=self.indent)

    def _know(self, names: Mapping[Spot, str]) -> None:
        """Values have names now."""
        self.name |= names
        self._in_x |= {spot for spot, name in names.items() if name == "x" or name.startswith(("x[", "x."))}

    def _namer(self, unit: Unit) -> Callable[[str], str]:
        """Names `x` a value that is taken once and next, if nobody needs what `x` holds; else as it wants to be."""
        self._in_x = {spot for spot in self._in_x if self.left.get(spot)}
        if not self._in_x and sum(self.uses.get(spot, 0) for spot in unit.spots) == 1 and self._is_next(unit):
            return lambda wanted: "x"
        return self.names.take

    def _is_next(self, unit: Unit) -> bool:
        """Whether the unit that follows takes this one's value, and nothing but it."""
        place = self._place[id(unit)] + 1
        follower = self.units[place] if place < len(self.units) else None
        return follower is not None and set(follower.sources) <= set(unit.spots)

    def _expression(self, line: list[Unit]) -> str:
        text = ""
        for at, unit in enumerate(line):
            inner = {line[at - 1].spots[0]: text} if at else {}
            names = {
                port: [inner.get(use.spot) or self.name[use.spot] + use.select for use in uses]
                for port, uses in unit.inputs.items()
            }
            if unit.kept:
                names["state"] = [self.keeping.given(unit)]
            text = unit.call(f"self.{unit.attribute}", names)
            for spot in unit.sources:
                self.left[spot] -= 1
        return text

    def _operands(self, line: list[Unit]) -> list[str]:
        """The expressions of what goes into the last unit of a line, by place."""
        unit = line[-1]
        inner = {line[-2].spots[0]: self._expression(line[:-1])} if len(line) > 1 else {}
        for spot in unit.sources:
            self.left[spot] -= 1
        return [
            inner.get(use.spot) or self.name[use.spot] + use.select for uses in unit.inputs.values() for use in uses
        ]


def _count(units: Sequence[Unit], results: Sequence[Use]) -> dict[Spot, int]:
    uses: dict[Spot, int] = {}
    for spot in [spot for unit in units for spot in unit.sources] + [use.spot for use in results]:
        uses[spot] = uses.get(spot, 0) + 1
    return uses


def _cut(chain: list[Unit], *, last: bool) -> list[list[Unit]]:
    """A chain in lines: each begins where weights begin, and none holds more calls than can be read at a glance."""
    paragraphs: list[list[Unit]] = []
    for unit in chain:
        if paragraphs and not (unit.opens and _is_transform(unit)):
            paragraphs[-1].append(unit)
        else:
            paragraphs.append([unit])
    if last and len(paragraphs) > 1 and len(paragraphs[-1]) == 1 and len(paragraphs[-2]) % DEPTH:
        final = paragraphs.pop()
        paragraphs[-1] += final
    return [line for paragraph in paragraphs for line in _even(paragraph)]


def _is_transform(unit: Unit) -> bool:
    """Whether a unit's weights mix numbers (two sides or more), as those of a normalization do not."""
    return any(len(shape) > 1 for shape in unit.weights().values())


def _even(paragraph: list[Unit]) -> list[list[Unit]]:
    """Lines of at most DEPTH calls, the first ones longer, none left alone."""
    lines = -(-len(paragraph) // DEPTH)
    size, more = divmod(len(paragraph), lines)
    cuts = [0]
    for line in range(lines):
        cuts.append(cuts[-1] + size + (line < more))
    return [paragraph[a:b] for a, b in pairwise(cuts)]
