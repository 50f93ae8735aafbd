"""Writes the bodies of `step` and `evaluate`: which values are computed when, with a graph or without, and reused."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graph.spec import atom
from runtime.emit.locals import Locals
from runtime.emit.mistakes import corrections
from runtime.emit.moving import Moving
from runtime.emit.owned import owned_text
from runtime.emit.schedules import Attributes
from runtime.emit.source import Writer
from runtime.program import Figure, Phase, Program, Spot, Stage, Use
from runtime.program.perceptrons import is_rule
from runtime.program.units import ported


@dataclass(slots=True)
class Held:
    """A value that has a name now.

    `graph`: gradients can pass; `valid`: no weights behind it have moved; `only`: the phase that
    computes it, if that is not at every step.
    """

    graph: bool
    valid: bool = True
    only: Phase | None = None


class StepWriter:
    """Writes one step. Source of the rules: docs/semantics.md, "Boundaries"."""

    def __init__(self, program: Program, local: Locals, attribute: Attributes) -> None:
        self.program, self.local, self.attribute = program, local, attribute
        self.writer = Writer()
        self.held: dict[int, Held] = {}
        self.counted = is_counted(program)
        self.indent = 2
        self.summed: set[str] = set()
        self.net = "self.net"
        """The network that stages are parts of: itself, or, to be looked at, the means of its weights."""

    def write(self) -> Writer:
        if self.counted:
            self._begin_counted()
        self._draw()
        for at, phase in enumerate(self.program.phases):
            if at or self.counted or self.program.noises:
                self.writer.line()
            self._phase(phase)
        if self.program.run.ema:
            self.writer.line()
            self._line("self.ema.update_parameters(self.net)")
        self._rest()
        self._return()
        return self.writer

    def _line(self, text: str, *births: str, deeper: int = 0) -> None:
        self.writer.line(text, *births, indent=self.indent + deeper)

    def _begin_counted(self) -> None:
        self._line("self.steps += 1")
        self._line("sums = {}")
        if self.local.count():
            self._line(self.local.count())

    def _draw(self, generator: str = "") -> None:
        for born, line in self.local.drawn(generator):
            self._line(line, born)

    # --- a phase

    def _phase(self, phase: Phase) -> None:
        self._line(self._comment(phase), phase.born)
        if phase.every > 1:
            self._line(f"if self.steps % {phase.every} == 0:", phase.born)
            self.indent += 1
        if is_rule(phase):
            self._by_rule(phase)
        for name in leaves(self.local, phase.steep):
            self._line(f"{name} = {name}.detach().requires_grad_()", phase.born)
        for stage in self.local.stages if not is_rule(phase) else ():
            if stage.is_in(phase.needed) and not (phase.kind.closure and self._touches(stage, phase)):
                self._provide(stage, phase)
        for term in phase.terms if not (phase.kind.closure or is_rule(phase)) else ():
            self._loss(term.figure, phase)
        if not is_rule(phase):
            self._move(phase)
        self._forget(phase)
        if self.counted:
            self._sum_within(phase)
        if phase.every > 1:
            self.indent -= 1

    def _by_rule(self, phase: Phase) -> None:
        """A phase without a slope: the perceptron answers, and its mistakes move its weights."""
        self._line("with torch.no_grad():", phase.born)
        self.indent += 1
        for stage in self.local.stages:
            held = self.held.get(id(stage))
            if stage.is_in(phase.needed) and not (held and held.valid):
                self._compute(stage)
                self.held[id(stage)] = Held(graph=False, only=self._lasting(phase))
        for line in corrections(self.program, self.local, phase):
            self._line(line, phase.born)
        self.indent -= 1

    def _comment(self, phase: Phase) -> str:
        every = f", every {_ordinal(phase.every)} step" if phase.every > 1 else ""
        passing = self._passed(phase)
        stays = "which stays as it is" if len(passing) == 1 else "which stay as they are"
        through = f"; the gradient passes through {', '.join(passing)}, {stays}" if passing else ""
        how = " by its mistakes" if is_rule(phase) else ""
        return f"# phase {phase.id}{every}: trains {owned_text(self.program, phase)}{how}{through}"

    def _passed(self, phase: Phase) -> list[str]:
        """The modules with other phases' weights that the phase's gradient passes through."""
        others = {born for other in self.program.phases if other is not phase for born in other.owned}
        found = [
            part.attribute
            for unit in self.program.units
            for part in unit.parts
            if unit.born in phase.touched and part.holder in others - phase.owned
        ]
        return list(dict.fromkeys(found))

    def _provide(self, stage: Stage, phase: Phase) -> None:
        """Computes a stage unless what is there will do."""
        touched = self._touches(stage, phase)
        held = self.held.get(id(stage))
        if held and held.valid and (held.graph and phase.every == 1 if touched else True):
            return
        graph = touched or self._wanted_later(stage, phase)
        self._compute(stage, graph=graph, cut=self._cuts(stage, phase) if touched else (), steep=phase.steep)
        self.held[id(stage)] = Held(graph, only=self._lasting(phase))

    def _lasting(self, phase: Phase) -> Phase | None:
        """The phase behind which a value is gone, if it is not computed at every step."""
        return phase if phase.every > 1 else None

    def _wanted_later(self, stage: Stage, phase: Phase) -> bool:
        """Whether a later phase takes the stage's present value with gradient."""
        if phase.every > 1:
            return False
        for later in self.program.phases[phase.place + 1 :]:
            if stage.is_in(later.touched):
                return later.every == 1
        return False

    def _cuts(self, stage: Stage, phase: Phase) -> list[Spot]:
        """Values that enter touched units from untouched ones with their graph: they are detached there."""
        return [spot for spot in stage.takes if self._is_border(spot, phase)]

    def _is_border(self, spot: Spot, phase: Phase) -> bool:
        for stage in self.local.stages:
            if spot in stage.results:
                held = self.held.get(id(stage))
                return bool(held and held.graph and len(self.program.phases) > 1 and not stage.is_in(phase.touched))
        return False

    def _compute(
        self, stage: Stage, *, graph: bool = True, cut: Iterable[Spot] = (), steep: Iterable[Spot] = ()
    ) -> None:
        if not graph:
            self._line("with torch.no_grad():", *stage.births)
        left, text = ", ".join(self.local.variables[id(stage)]), call(self.program, self.local, stage, cut, self.net)
        marked = [self.local.name[spot] for spot in stage.results if spot in set(steep)]
        if marked == [left]:
            text = f"{atom(text)}.requires_grad_()"
        self._line(f"{left} = {text}", *stage.births, deeper=0 if graph else 1)
        for name in marked if marked != [left] else ():
            self._line(f"{name}.requires_grad_()", *stage.births)

    def _loss(self, figure: Figure, phase: Phase | None = None, slopes: Mapping[str, str] | None = None) -> None:
        spots = [use.spot for uses in figure.unit.inputs.values() for use in uses]
        cut = [spot for spot in spots if phase and self._is_border(spot, phase)]
        names = ported(figure.kind, self.local.expressions(figure, cut))
        if figure.slope:
            names["slope"] = (slopes or {}).get(figure.born) or self._slope(figure, graph=True)
        self._line(f"{self.local.loss[figure.born]} = {figure.kind.call('', names, figure.unit.values)}", figure.born)

    def _slope(self, figure: Figure, *, graph: bool) -> str:
        """The line that measures how one value changes with another; answers the name of the slope."""
        assert figure.slope is not None
        of, at = (self.local.name[use.spot] + use.select for use in figure.slope)
        name, onward = self.local.slope(figure), ", create_graph=True" if graph else ""
        self._line(f"({name},) = torch.autograd.grad({of}.sum(), {at}{onward})", figure.born)
        return name

    def look(self, stages: Iterable[Stage], figures: Iterable[Figure]) -> None:
        """Stages and losses within no_grad; what a slope is measured in has a graph for that moment."""
        chosen, losses = list(stages), list(figures)
        measured = [figure for figure in losses if figure.slope]
        at = frozenset(figure.slope[1].spot for figure in measured if figure.slope)
        steep = steep_stages(self.local.stages, at)
        for stage in chosen:
            if stage not in steep:
                self._compute(stage)
        if measured:
            self._line("with torch.enable_grad():", *(figure.born for figure in measured))
            self.indent += 1
            for name in leaves(self.local, at):
                self._line(f"{name} = {name}.detach().requires_grad_()")
            for stage in steep:
                self._compute(stage, steep=at)
            slopes = {figure.born: self._slope(figure, graph=False) for figure in measured}
            self.indent -= 1
        for figure in losses:
            self._loss(figure, slopes=slopes if measured else None)

    # --- moving the weights

    def _move(self, phase: Phase) -> None:
        """Slopes and step: in one go, or in a function that the optimizer calls as often as it likes."""
        through = bool(self._passed(phase))
        moving = Moving(self.program, self.local, self.attribute, phase, through=through)
        if phase.kind.closure:
            self._closure(phase, moving)
        else:
            self._lines([*moving.slopes(), f"{moving.optimizer}.step()"], phase)
        self._lines(moving.behind(), phase)

    def _closure(self, phase: Phase, moving: Moving) -> None:
        """The function computes everything anew each time; the figures are those of its first call."""
        seen, closure = self.local.take("seen"), self.local.take("closure")
        self._lines([f"{seen} = []", "", f"def {closure}():"], phase)
        self.indent += 1
        computed = [stage for stage in self.local.stages if stage.is_in(phase.needed) and self._touches(stage, phase)]
        for stage in computed:
            self._compute(stage, cut=self._cuts(stage, phase))
            self.held[id(stage)] = Held(True, only=self._lasting(phase))
        for term in phase.terms:
            self._loss(term.figure, phase)
        *slopes, answer = moving.slopes()
        names = self._wanted(computed, phase)
        self._lines([*slopes, f"{seen}.append({names})", answer], phase)
        self.indent -= 1
        self._lines(["", f"{moving.optimizer}.step({closure})", f"{names.strip('()')} = {seen}[0]"], phase)

    def _wanted(self, computed: Iterable[Stage], phase: Phase) -> str:
        """What figures need of what the function computes, as a tuple."""
        inner = {
            name.strip() for stage in computed for part in self.local.variables[id(stage)] for name in part.split(",")
        }
        inner |= {self.local.loss[term.figure.born] for term in phase.terms}
        names = [name for name in sums_arguments(self.program, self.local) if name in inner]
        return f"({', '.join(names)})" if len(names) > 1 else names[0]

    def _touches(self, stage: Stage, phase: Phase) -> bool:
        return stage.is_in(phase.touched) or len(self.program.phases) == 1

    def _lines(self, texts: Iterable[str], phase: Phase) -> None:
        for text in texts:
            self._line(text, phase.born) if text else self.writer.line()

    def _forget(self, phase: Phase) -> None:
        """What depends on moved weights is computed anew when needed; a phase of some steps hands on nothing."""
        for stage in self.local.stages:
            held = self.held.get(id(stage))
            if held and (stage.is_in(phase.touched) or held.only is phase):
                held.valid = False

    # --- figures

    def _rest(self) -> None:
        """What only figures need: computed without a graph."""
        missing, losses = self._missing(), self._only_seen()
        if not missing and not losses:
            return
        self.writer.line()
        self._line("# only to be looked at")
        self._line("with torch.no_grad():")
        self.indent += 1
        self.look(missing, losses)
        self.indent -= 1

    def _missing(self) -> list[Stage]:
        """The stages that figures still need, with all that is gone of what these take."""
        found: list[Stage] = []
        taken: set[Spot] = set()
        for stage in reversed(self.local.stages):
            held = self.held.get(id(stage))
            gone = held is not None and held.only is not None
            if held is None or (gone and (self._unsummed(stage) or taken & set(stage.results))):
                found.insert(0, stage)
                taken |= set(stage.takes)
        return found

    def _only_seen(self) -> list[Figure]:
        """The losses that nobody makes small."""
        return [figure for figure in self.local.losses if not self._of_phase(figure)]

    def _unsummed(self, stage: Stage) -> bool:
        """Whether a figure that is not summed yet takes a value of the stage."""
        return any(
            use.spot in stage.results
            for figure in self.program.figures
            if figure.born not in self.summed and not self._of_phase(figure)
            for uses in figure.unit.inputs.values()
            for use in uses
        )

    def _of_phase(self, figure: Figure) -> bool:
        return any(figure is term.figure for phase in self.program.phases for term in phase.terms)

    def _sum_within(self, phase: Phase) -> None:
        """Figures that can be told as soon as a phase is over, and perhaps only then."""
        for figure in self.program.figures:
            own = any(figure is term.figure for term in phase.terms)
            metric = not figure.is_loss and all(
                self._is_held(use, phase) for uses in figure.unit.inputs.values() for use in uses
            )
            if figure.born not in self.summed and (own or metric):
                self._sum(figure)

    def _is_held(self, use: Use, phase: Phase) -> bool:
        stage = next((stage for stage in self.local.stages if use.spot in stage.results), None)
        return stage is None or (id(stage) in self.held and self.held[id(stage)].only in (None, phase))

    def _sum(self, figure: Figure) -> None:
        top, bottom = self.local.entry(figure)
        top = f"{atom(top)}.detach()" if figure.keeps_graph else top
        self._line(f'sums["{figure.id}"] = ({top}, {bottom})', figure.born)
        self.summed.add(figure.born)

    def _return(self) -> None:
        if self.counted:
            for figure in self.program.figures:
                if figure.born not in self.summed:
                    self._sum(figure)
            self._line("return sums")
        else:
            self._line(sums_call(self.program, self.local, detached=self.local.with_graph()))


def is_counted(program: Program) -> bool:
    """Whether figures are told one by one, because a step may not have all of them, or has them in parts."""
    return program.run.accumulate > 1 or any(phase.every > 1 for phase in program.phases)


def write_look(program: Program, local: Locals) -> Writer:
    """The body of `evaluate`: every stage once, every loss, the figures."""
    step = StepWriter(program, local, {})
    step.net = "self.ema.module" if program.run.ema else "self.net"
    step._draw("self.chance")
    step.look(local.stages, local.losses)
    if step.counted and local.count():
        step._line(local.count())
    step._line(f"return {table(program, local)}" if step.counted else sums_call(program, local))
    return step.writer


def leaves(local: Locals, steep: Iterable[Spot]) -> list[str]:
    """The names of arguments and drawn numbers with respect to which slopes are measured."""
    given = [spot for spot in local.name if not any(spot in stage.results for stage in local.stages)]
    return [local.name[spot] for spot in given if spot in set(steep)]


def steep_stages(stages: Iterable[Stage], at: frozenset[Spot]) -> list[Stage]:
    """The stages that give values with respect to which slopes are measured, or that depend on them."""
    found: list[Stage] = []
    reached = set(at)
    for stage in stages:
        if not reached.isdisjoint([*stage.results, *stage.takes]):
            found.append(stage)
            reached |= set(stage.results)
    return found


def call(program: Program, local: Locals, stage: Stage, cut: Iterable[Spot] = (), net: str = "self.net") -> str:
    """The expression that computes a stage; values in `cut` enter it detached."""
    detached = set(cut)
    name = {spot: text + (".detach()" if spot in detached else "") for spot, text in local.name.items()}
    home = net if stage.home == "net" else "self.extras"
    if stage.whole:
        return f"{home}({', '.join(name[spot] for spot in program.net_arguments)})"
    if not stage.single:
        return f"{home}.{stage.method}({', '.join(name[spot] for spot in stage.takes)})"
    unit = stage.units[0]
    inputs = {port: [name[use.spot] + use.select for use in uses] for port, uses in unit.inputs.items()}
    owner = net if program.in_net(unit.holder) else "self.extras"
    return unit.call(f"{owner}.{unit.attribute}", inputs)


def table(program: Program, local: Locals, named: Mapping[str, str] | None = None) -> str:
    """All figures as a dict of sums and counts; sums that are `named` already by their names."""
    entries = {figure.id: ", ".join(local.entry(figure)) for figure in program.figures}
    for text, name in (named or {}).items():
        entries = {id: entry.replace(text, name) for id, entry in entries.items()}
    return "{" + ", ".join(f'"{id}": ({entry})' for id, entry in entries.items()) + "}"


def sums_call(program: Program, local: Locals, detached: Iterable[str] = ()) -> str:
    cut = set(detached)
    names = (f"{name}.detach()" if name in cut else name for name in sums_arguments(program, local))
    return f"return self.sums({', '.join(names)})"


def sums_arguments(program: Program, local: Locals) -> list[str]:
    """What `sums` takes: every value that its text speaks of."""
    return local.used(f"{local.count()} {table(program, local)}")


def _ordinal(number: int) -> str:
    ends = {1: "st", 2: "nd", 3: "rd"}
    return f"{number}{'th' if number % 100 in (11, 12, 13) else ends.get(number % 10, 'th')}"
