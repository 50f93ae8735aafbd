"""Writes the body of a `forward` as a person would: chains inlined, `x` running through, branches by their names."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise

from runtime.emit.source import Writer
from runtime.names import Names
from runtime.program import Spot, Unit, Use

DEPTH = 3
"""At most so many calls stand inside one another."""


class Body:
    """The lines that compute units from arguments. `given` are the names of values that are there at the start."""

    def __init__(
        self, units: Sequence[Unit], given: Mapping[Spot, str], results: Sequence[Use], indent: int = 2
    ) -> None:
        self.units, self.results, self.indent = units, results, indent
        self.name = dict(given)
        self.names = Names(given.values())
        self.writer = Writer()
        self.uses = _count(units, results)
        self.left = dict(self.uses)
        self.maker = {spot: unit for unit in units for spot in unit.spots}
        self.inlined: set[int] = set()
        self.names.reserve("x")

    def write(self) -> Writer:
        """Assignments, and `return` of the results."""
        lines = self._lines()
        last = lines[-1] if lines and self._returns(lines[-1]) else None
        for line in lines[:-1] if last else lines:
            self._assign(line)
        if last:
            self._line(f"return {self._expression(last)}", last)
        else:
            self._line(f"return {', '.join(self.name[use.spot] + use.select for use in self.results)}", [])
        return self.writer

    # --- which calls share a line

    def _lines(self) -> list[list[Unit]]:
        """Units in groups; within a group each takes what the one before it gives."""
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
        if unit.rounds(""):
            self._go_round(line)
            return
        text = self._expression(line)
        left, names = unit.bind(self._namer(unit), [spot for spot in unit.spots if self.uses.get(spot)])
        self.name |= names
        self._line(f"{left} = {text}", line)

    def _go_round(self, line: list[Unit]) -> None:
        """A loop that calls a unit on what it gave before, beginning with what comes into its first input."""
        unit = line[-1]
        rounds = unit.rounds(f"self.{unit.attribute}")
        assert rounds is not None
        first, *others = self._operands(line)
        left, names = unit.bind(self._namer(unit), unit.spots)
        self.name |= names
        if first != left:
            self._line(f"{left} = {first}", line)
        self._line(rounds[0], [unit])
        self._line(f"    {left} = {rounds[1]}({', '.join([left, *others])})", [unit])

    def _line(self, text: str, units: Iterable[Unit]) -> None:
        self.writer.line(text, *(born for unit in units for born in unit.births), indent=self.indent)

    def _namer(self, unit: Unit) -> Callable[[str], str]:
        """Names `x` a value that is taken once and next, if nobody needs what `x` holds; else as it wants to be."""
        holders = [spot for spot, name in self.name.items() if name == "x" or name.startswith(("x[", "x."))]
        free = all(not self.left.get(spot) for spot in holders)
        if free and sum(self.uses.get(spot, 0) for spot in unit.spots) == 1 and self._is_next(unit):
            return lambda wanted: "x"
        return self.names.take

    def _is_next(self, unit: Unit) -> bool:
        """Whether the unit that follows takes this one's value, and nothing but it."""
        place = self.units.index(unit) + 1
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
