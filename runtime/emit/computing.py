"""Computes the values of a step: each once as long as it holds, with a graph or without, and losses of them."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

from graph.spec import atom
from runtime.emit.calls import call, is_counted, leaves, steep_stages
from runtime.emit.locals import Locals
from runtime.emit.precision import Scaler, autocast
from runtime.emit.schedules import SCALER, Attributes
from runtime.emit.source import Writer
from runtime.program import Figure, Phase, Program, Spot, Stage


@dataclass(slots=True)
class Held:
    """A value that has a name now.

    `graph`: gradients can pass; `valid`: no weights behind it have moved; `only`: the phase that
    computes it, if that is not at every step.
    """

    graph: bool
    valid: bool = True
    only: Phase | None = None


class Computing:
    """Knows which values there are. Source of the rules: docs/semantics.md, "Boundaries"."""

    def __init__(self, program: Program, local: Locals, attribute: Attributes) -> None:
        self.program, self.local, self.attribute = program, local, attribute
        self.writer = Writer()
        self.held: dict[int, Held] = {}
        self.counted = is_counted(program)
        self.indent = 2
        self.summed: set[str] = set()
        self._ended = (0, 0)
        """Where the last block in the precision of the run ended: behind which row, at which depth."""
        self.net = "self.net"
        """The network that stages are parts of: itself, or, to be looked at, the means of its weights."""
        self.state = "state"
        """What takes the state for the next window."""

    def _line(self, text: str, *births: str, deeper: int = 0) -> None:
        self.writer.line(text, *births, indent=self.indent + deeper)

    def _lines(self, texts: Iterable[str], phase: Phase) -> None:
        for text in texts:
            self._line(text, phase.born) if text else self.writer.line()

    @contextmanager
    def _cast(self, *births: str) -> Iterator[None]:
        """Within it, lines are computed in the precision of the run; a block goes on where one has just ended."""
        header, rows = autocast(self.program), self.writer.rows
        if not header:
            yield
            return
        goes_on = self._ended == (len(rows), self.indent)
        if not goes_on:
            self._line(header, *births)
        begun = len(rows)
        self.indent += 1
        yield
        self.indent -= 1
        if len(rows) == begun and not goes_on:
            rows.pop()
        else:
            self._ended = (len(rows), self.indent)

    def _draw(self, generator: str = "") -> None:
        for born, line in self.local.drawn(generator):
            self._line(line, born)

    def _provide(self, stage: Stage, phase: Phase) -> None:
        """Computes a stage unless what is there will do."""
        touched = self._touches(stage, phase)
        held = self.held.get(id(stage))
        if held and held.valid and (held.graph and phase.every == 1 if touched else True):
            return
        graph = touched or self._wanted_later(stage, phase)
        self._compute(stage, graph=graph, cut=self._cuts(stage, phase) if touched else (), steep=phase.steep)
        self.held[id(stage)] = Held(graph, only=self._lasting(phase))

    def _touches(self, stage: Stage, phase: Phase) -> bool:
        return stage.is_in(phase.touched) or len(self.program.phases) == 1

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
        variables = [*self.local.variables[id(stage)], *([self.state] if stage.keeping else [])]
        left, text = ", ".join(variables), call(self.program, self.local, stage, cut, self.net)
        marked = [self.local.name[spot] for spot in stage.results if spot in set(steep)]
        if marked == [left]:
            text = f"{atom(text)}.requires_grad_()"
        self._line(f"{left} = {text}", *stage.births, deeper=0 if graph else 1)
        for name in marked if marked != [left] else ():
            self._line(f"{name}.requires_grad_()", *stage.births)

    def _losses(self, figures: Iterable[Figure], phase: Phase | None = None) -> None:
        """Losses in the precision of the run; those of probabilities, which it would round to 0 or 1, outside of it."""
        for figure in figures:
            if figure.slope and phase:
                self._slope(figure, phase)
            exact = bool(autocast(self.program)) and getattr(figure.kind, "takes", "") == "probabilities"
            with nullcontext() if exact else self._cast(figure.born):
                self._loss(figure, phase, exact=exact)

    def _loss(self, figure: Figure, phase: Phase | None = None, *, exact: bool = False) -> None:
        spots = [use.spot for uses in figure.unit.inputs.values() for use in uses]
        cut = [spot for spot in spots if phase and self._is_border(spot, phase)]
        names = self.local.ported(figure, cut, exact=exact)
        if figure.slope:
            names["slope"] = self.local.slope(figure)
        self._line(f"{self.local.loss[figure.born]} = {figure.kind.call('', names, figure.unit.values)}", figure.born)

    def _slope(self, figure: Figure, phase: Phase | None) -> None:
        """The line that measures how one value changes with another; with a graph where a phase learns from it."""
        assert figure.slope is not None
        of, at = (self.local.name[use.spot] + use.select for use in figure.slope)
        name, onward = self.local.slope(figure), ", create_graph=True" if phase else ""
        scaler = Scaler("", self.attribute.get((phase.born, SCALER)) if phase else None)
        self._line(f"({name},) = torch.autograd.grad({scaler.scaled(f'{of}.sum()')}, {at}{onward})", figure.born)
        if scaler.on:
            self._line(f"{name} = {name} / {scaler.name}.get_scale()", figure.born)

    def look(self, stages: Iterable[Stage], figures: Iterable[Figure]) -> None:
        """Stages and losses within no_grad; what a slope is measured in has a graph for that moment."""
        chosen, losses = list(stages), list(figures)
        measured = [figure for figure in losses if figure.slope]
        at = frozenset(figure.slope[1].spot for figure in measured if figure.slope)
        steep = steep_stages(self.local.stages, at)
        with self._cast():
            for stage in chosen:
                if stage not in steep:
                    self._compute(stage)
        if measured:
            self._line("with torch.enable_grad():", *(figure.born for figure in measured))
            self.indent += 1
            for name in leaves(self.local, at):
                self._line(f"{name} = {name}.detach().requires_grad_()")
            with self._cast():
                for stage in steep:
                    self._compute(stage, steep=at)
            for figure in measured:
                self._slope(figure, None)
            self.indent -= 1
        self._losses(losses)
