"""The names that the methods of Training share, and the figures written in them."""

import re
from collections.abc import Iterable
from typing import Any

from graph.roles import LossKind, Metric
from graph.shape import Axis, Tensor
from runtime.emit.balancing import held_as
from runtime.emit.helpers import helper_names
from runtime.emit.processes import is_parted
from runtime.names import Names
from runtime.program import Figure, Program, Spot, Stage
from runtime.program.units import ported

WORD = re.compile(r"[^\W\d]\w*")


class Locals:
    """One name for each value of a step, the same in every method, so that they read alike."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.stages = _taking_part(program)
        cut = ("whole", "parts", "values", "add_up", "RANK", "PROCESSES") if is_parted(program) else ()
        self._names = Names(["n", "sums", "figures", "counted", "state", *cut, *helper_names(program)])
        self.given = {spot: self._names.reserve(name) for spot, name in program.step_arguments.items()}
        """The arguments of a step, by what they bring."""
        self.name: dict[Spot, str] = dict(self.given)
        self.name |= {(node.born, "x"): self._names.take(node.id) for node, _ in program.drawn}
        self.variables = {id(stage): self._variables(stage) for stage in self.stages}
        self._slopes: dict[str, str] = {}
        self.loss = {figure.born: self._names.take(figure.id) for figure in self.losses}

    @property
    def losses(self) -> list[Figure]:
        return [figure for figure in self.program.figures if isinstance(figure.kind, LossKind)]

    def drawn(self, generator: str = "") -> list[tuple[str, str]]:
        """Births and lines that draw the random numbers of a step."""
        found = []
        for node, kind in self.program.drawn:
            rows = _batch(self.program.tensor((node.born, "x")))
            own = [name for (source, _), name in self.given.items() if rows and source == rows.source]
            like = (own or list(self.given.values()))[0]
            drawn = kind.draw(f"{like}.shape[0]", f"{like}.device", generator)
            found.append((node.born, f"{self.name[node.born, 'x']} = {drawn}"))
        return found

    def take(self, wanted: str) -> str:
        return self._names.take(wanted)

    def _variables(self, stage: Stage) -> list[str]:
        """Names the results of a stage: the variables on the left of its assignment."""
        if stage.single and not stage.whole:
            left, names = stage.units[0].bind(self._names.take, stage.results)
            self.name |= names
            return [left]
        found = []
        for spot in dict.fromkeys(stage.results):
            self.name[spot] = self._names.take(self.program.id_of(spot))
            found.append(self.name[spot])
        return found

    def slope(self, figure: Figure) -> str:
        """The name of the slope that a loss measures."""
        if figure.born not in self._slopes:
            self._slopes[figure.born] = self._names.take("slope")
        return self._slopes[figure.born]

    # --- figures

    def with_graph(self) -> list[str]:
        """Names of values that a metric turns into a number with a gradient; counts of hits have none."""
        told = " ".join(self.entry(figure)[0] for figure in self.program.figures if figure.keeps_graph)
        moving = {born for phase in self.program.phases for born in phase.touched}
        computed = {
            variable(name): self.program.unit(spot) for spot, name in self.name.items() if spot not in self.given
        }
        return [name for name, unit in computed.items() if unit and unit.born in moving and name in WORD.findall(told)]

    def entry(self, figure: Figure, *, exact: bool = False) -> tuple[str, str]:
        """Numerator and denominator of a figure as source; `exact`: in float32, whatever the run computes in."""
        names = self.ported(figure, exact=exact)
        if isinstance(figure.kind, LossKind):
            loss = f"{self.loss[figure.born]}{'.float()' if exact else ''}"
            return figure.kind.sums(loss, names, figure.unit.values, self.rows(figure))
        assert isinstance(figure.kind, Metric)
        return figure.kind.sums(names, figure.unit.values, self.rows(figure))

    def ported(self, figure: Figure, detached: Iterable[Spot] = (), *, exact: bool = False) -> dict[str, Any]:
        """What a figure takes, as its kind wants it: by port, and the weights of classes that were counted."""
        names = ported(figure.kind, self.expressions(figure, detached, exact=exact))
        if isinstance(figure.kind, LossKind) and figure.kind.is_balanced:
            names["balanced"] = f"self.{held_as(figure)}"
        return names

    def shared(self) -> dict[str, str]:
        """What several figures add up alike, or a figure counts and sums by, is computed once: a name for each text."""
        entries = [self.entry(figure) for figure in self.program.figures]
        tops = [top for top, _ in entries]
        found = [top for top in tops if tops.count(top) > 1]
        found += [bottom for top, bottom in entries if "(" in bottom and bottom in top]
        return {text: self.take("summed") for text in dict.fromkeys(found)}

    def expressions(
        self, figure: Figure, detached: Iterable[Spot] = (), *, exact: bool = False
    ) -> dict[str, list[str]]:
        """What a figure takes, by port; `exact`: in float32, whatever the run computes in."""
        cut = set(detached)
        return {
            port: [
                self.name[use.spot] + ".detach()" * (use.spot in cut) + use.select
                + ".float()" * (exact and self.is_lower(use.spot)) for use in uses
            ]
            for port, uses in figure.unit.inputs.items()
        }  # fmt: skip

    def is_lower(self, spot: Spot) -> bool:
        """Whether a value is computed in the precision of the run, and by the network or its losses."""
        value = self.program.tensor(spot)
        return any(spot in stage.results for stage in self.stages) and value is not None and value.dtype == "float"

    def lower(self) -> set[str]:
        """The names of values that are computed in the precision of the run."""
        return {name for spot, name in self.name.items() if self.is_lower(spot) and variable(name) == name} | set(
            self.loss.values()
        )

    def rows(self, figure: Figure) -> str:
        """An expression for the rows of a figure's batch: `n` where all figures have the same."""
        return (
            "n"
            if len({self._counted(other) for other in self.program.figures}) == 1
            else f"{self._counted(figure)}.shape[0]"
        )

    def count(self) -> str:
        """The line that says what `n` is; nothing if no figure needs it."""
        if not any("n" in WORD.findall(" ".join(self.entry(figure))) for figure in self.program.figures):
            return ""
        return f"n = {self._counted(self.program.figures[0])}.shape[0]"

    def _counted(self, figure: Figure) -> str:
        """The argument whose rows a figure counts: of its batch's source, the last one (the target)."""
        axes = [_batch(use.value) for uses in figure.unit.inputs.values() for use in uses]
        born = next((axis.source for axis in axes if axis), None)
        own = [name for (source, _), name in self.given.items() if source == born]
        return (own or list(self.given.values()))[-1]

    def used(self, text: str) -> list[str]:
        """The names of values that occur in a text: of computed ones, of arguments, of losses."""
        words = set(WORD.findall(text))
        computed = [variable(name) for spot, name in self.name.items() if spot not in self.given]
        return [name for name in dict.fromkeys([*computed, *self.given.values(), *self.loss.values()]) if name in words]


def variable(expression: str) -> str:
    """The variable that an expression for a value begins with."""
    found = WORD.match(expression)
    return found[0] if found else expression


def _batch(value: object) -> Axis | None:
    if isinstance(value, Tensor) and value.sides and isinstance(value.sides[0], Axis):
        return value.sides[0]
    return None


def _taking_part(program: Program) -> list[Stage]:
    """The stages on which a loss or a metric depends."""
    wanted = {use.spot for figure in program.figures for uses in figure.unit.inputs.values() for use in uses}
    found: list[Stage] = []
    for stage in reversed(program.stages):
        if wanted & set(stage.results):
            wanted |= set(stage.takes)
            found.insert(0, stage)
    return [stage for stage in found if not (program.once and stage.is_in(program.once.births))]
