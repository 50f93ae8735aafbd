"""Writes a step whose batch goes through in parts, perhaps in several processes: slopes add up, weights move once."""

from collections.abc import Mapping

from runtime.emit.calls import leaves
from runtime.emit.locals import WORD
from runtime.emit.moving import Moving
from runtime.emit.precision import autocast, told
from runtime.emit.processes import is_shared
from runtime.emit.step import StepWriter
from runtime.program import Figure, Phase, Program, Stage

TELL = '''
def tell(self, sums, name, value, count):
    """Adds what a part of the batch says of a figure."""
    old, rows = sums.get(name, (0, 0))
    sums[name] = (old + value, rows + count)
'''

KEEP = '''
def tell(self, sums, name, value, count):
    """Adds what a part of the batch says of a figure, or keeps it."""
    old, rows = sums.get(name, (value[:0] if name in KEPT else 0, 0))
    sums[name] = (torch.cat([old, value]) if name in KEPT else old + value, rows + count)
'''


def write_tell(program: Program) -> str:
    """The method that adds up figures over parts."""
    return KEEP if any(figure.is_kept for figure in program.figures) else TELL


class PartsWriter(StepWriter):
    """Each phase goes through all parts; nothing that was computed of one is kept for another phase."""

    def _begin_counted(self) -> None:
        if any(phase.every > 1 for phase in self.program.phases):
            self._line("self.steps += 1")
        self._line("sums = {}")

    def _draw(self, generator: str = "") -> None:
        super()._draw(generator)
        self._line(f"whole = [{', '.join(self._names)}]")
        firsts = {born: name for born, _, name in reversed(self.program.arguments)}
        least = ", ".join(f"{name}.shape[0]" for name in reversed(firsts.values()))
        self._line(f"parts = min({self._most}, {least})")

    @property
    def _most(self) -> str:
        """Into how many parts a batch goes, if it has rows enough."""
        run = self.program.run
        return " * ".join(
            (["PARTS"] if run.accumulate > 1 else []) + (["PROCESSES"] if is_shared(self.program) else [])
        )

    @property
    def _names(self) -> list[str]:
        """The values that are cut into parts: arguments and what was drawn."""
        drawn = [self.local.name[node.born, "x"] for node, _ in self.program.drawn]
        return [*self.local.given.values(), *drawn]

    def _loop(self) -> None:
        """The head of the loop over parts, or over those of this process, within which the next lines stand."""
        own = "[RANK::PROCESSES]" if is_shared(self.program) else ""
        names = ", ".join(self._names) + ("," if len(self._names) == 1 else "")
        self._line(f"for {names} in zip(*(values.tensor_split(parts){own} for values in whole)):")
        self.indent += 1

    def _lasting(self, phase: Phase) -> Phase | None:
        return phase

    def _wanted_later(self, stage: Stage, phase: Phase) -> bool:
        return False

    def _phase(self, phase: Phase) -> None:
        self._line(self._comment(phase), phase.born)
        if phase.every > 1:
            self._line(f"if self.steps % {phase.every} == 0:", phase.born)
            self.indent += 1
        moving = Moving(self.program, self.local, self.attribute, phase, through=bool(self._passed(phase)))
        self._line(moving.begin, phase.born)
        self._loop()
        for name in leaves(self.local, phase.steep):
            self._line(f"{name} = {name}.detach().requires_grad_()", phase.born)
        with self._cast(phase.born):
            for stage in self.local.stages:
                if stage.is_in(phase.needed):
                    self._provide(stage, phase)
        self._losses((term.figure for term in phase.terms), phase)
        self._lines(moving.added(self._share(phase)), phase)
        self._count()
        self._sum_within(phase)
        self.indent -= 1
        if is_shared(self.program):
            self._line(f"add_up({moving.owned})", phase.born)
        self._lines([*moving.clips(), moving.scaler.step(), *moving.behind()], phase)
        self._forget(phase)
        if phase.every > 1:
            self.indent -= 1

    def _share(self, phase: Phase) -> str:
        """How much a part counts among all: by what its losses are means over, where only targets decide it."""
        figure = phase.terms[0].figure
        counted = self.local.entry(figure)[1]
        named = {name: f"whole[{at}]" for at, name in enumerate(self._names)}
        if counted == "n" or not set(WORD.findall(counted)) & set(named):
            counted = self.local.count().partition(" = ")[2] or f"{self._names[0]}.shape[0]"
        return f"{counted} / {_renamed(counted, named)}"

    def _count(self) -> None:
        if self.local.count():
            self._line(self.local.count())

    # --- figures

    def _sum(self, figure: Figure) -> None:
        top, bottom = self.local.entry(figure, exact=bool(autocast(self.program)))
        top = f"({top}).detach()" if figure.keeps_graph else top
        self._line(f'self.tell(sums, "{figure.id}", {top}, {bottom})', figure.born)
        self.summed.add(figure.born)

    def _rest(self) -> None:
        left = [figure for figure in self.program.figures if figure.born not in self.summed]
        if not left:
            return
        self.writer.line()
        self._line("# only to be looked at")
        self._line("with torch.no_grad():")
        self.indent += 1
        self._loop()
        self.look(self._missing(), self._only_seen())
        self._count()
        for figure in left:
            self._sum(figure)
        self.indent -= 2

    def _return(self) -> None:
        self._line(told(self.program, "sums"))


def _renamed(text: str, names: Mapping[str, str]) -> str:
    """A text in which names stand for others."""
    return WORD.sub(lambda found: names.get(found[0], found[0]), text)
