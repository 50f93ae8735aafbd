"""Writes the bodies of `step` and `evaluate`: the phases in their order, and the figures."""

from collections.abc import Iterable

from graph.spec import atom
from runtime.emit.calls import leaves, sums_arguments, sums_call, table
from runtime.emit.computing import Computing, Held
from runtime.emit.locals import Locals
from runtime.emit.mistakes import corrections
from runtime.emit.moving import Moving
from runtime.emit.owned import owned_text
from runtime.emit.precision import autocast, told
from runtime.emit.source import Writer
from runtime.program import Figure, Phase, Program, Spot, Stage, Use
from runtime.program.perceptrons import is_rule


class StepWriter(Computing):
    """Writes one step. Source of the rules: docs/semantics.md, "A step"."""

    def write(self) -> Writer:
        if self.counted:
            self._begin_counted()
        self._draw()
        for at, phase in enumerate(self.program.phases):
            if at or self.counted or self.program.drawn:
                self.writer.line()
            self._phase(phase)
        if self.program.run.ema:
            self.writer.line()
            self._line("self.ema.update_parameters(self.net)")
        self._rest()
        self._keep()
        self._return()
        return self.writer

    def _keep(self) -> None:
        """What the next window of a stream begins with; no slope goes back behind it."""
        stage = self.program.keeping
        if stage and stage in self.local.stages:
            births = [unit.born for unit in stage.keeping.units]
            one = "state.detach()" if stage.keeping.lone else "tuple(part.detach() for part in state)"
            self._line(f"self.state = {one}", *births)

    def _begin_counted(self) -> None:
        self._line("self.steps += 1")
        self._line("sums = {}")
        if self.local.count():
            self._line(self.local.count())

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
        with self._cast(phase.born):
            for stage in self.local.stages if not is_rule(phase) else ():
                if stage.is_in(phase.needed) and not (phase.kind.closure and self._touches(stage, phase)):
                    self._provide(stage, phase)
        if not (phase.kind.closure or is_rule(phase)):
            self._losses((term.figure for term in phase.terms), phase)
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

    # --- moving the weights

    def _move(self, phase: Phase) -> None:
        """Slopes and step: in one go, or in a function that the optimizer calls as often as it likes."""
        through = bool(self._passed(phase))
        moving = Moving(self.program, self.local, self.attribute, phase, through=through)
        if phase.kind.closure:
            self._closure(phase, moving)
        else:
            self._lines([*moving.slopes(), moving.scaler.step()], phase)
        self._lines(moving.behind(), phase)

    def _closure(self, phase: Phase, moving: Moving) -> None:
        """The function computes everything anew each time; the figures are those of its first call."""
        seen, closure = self.local.take("seen"), self.local.take("closure")
        self._lines([f"{seen} = []", "", f"def {closure}():"], phase)
        self.indent += 1
        computed = [stage for stage in self.local.stages if stage.is_in(phase.needed) and self._touches(stage, phase)]
        with self._cast(phase.born):
            for stage in computed:
                self._compute(stage, cut=self._cuts(stage, phase))
                self.held[id(stage)] = Held(True, only=self._lasting(phase))
        self._losses((term.figure for term in phase.terms), phase)
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
        names += ["state"] if any(stage.keeping for stage in computed) else []
        return f"({', '.join(names)})" if len(names) > 1 else names[0]

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
        top, bottom = self.local.entry(figure, exact=bool(autocast(self.program)))
        top = f"{atom(top)}.detach()" if figure.keeps_graph else top
        self._line(f'sums["{figure.id}"] = ({top}, {bottom})', figure.born)
        self.summed.add(figure.born)

    def _return(self) -> None:
        if self.counted:
            for figure in self.program.figures:
                if figure.born not in self.summed:
                    self._sum(figure)
            self._line(told(self.program, "sums"))
        else:
            sums = sums_call(self.program, self.local, detached=self.local.with_graph())
            self._line(told(self.program, sums))


def write_look(program: Program, local: Locals) -> Writer:
    """The body of `evaluate`: every stage once, every loss, the figures."""
    step = StepWriter(program, local, {})
    step.net = "self.ema.module" if program.run.ema else "self.net"
    step.state = "self.state"
    step._draw("self.chance")
    step.look(local.stages, local.losses)
    if step.counted and local.count():
        step._line(local.count())
    exact = bool(autocast(program))
    step._line(f"return {table(program, local, exact=exact) if step.counted else sums_call(program, local)}")
    return step.writer


def _ordinal(number: int) -> str:
    ends = {1: "st", 2: "nd", 3: "rd"}
    return f"{number}{'th' if number % 100 in (11, 12, 13) else ends.get(number % 10, 'th')}"
