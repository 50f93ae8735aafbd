"""Writes what follows the losses of a phase: slopes, the step, and what comes behind it."""

from runtime.emit.locals import Locals
from runtime.emit.owned import parameters
from runtime.emit.precision import Scaler
from runtime.emit.schedules import SCALER, Attributes
from runtime.emit.weights import penalties, shortenings
from runtime.program import Phase, Program


class Moving:
    """The lines that move the weights of a phase; `through`: the gradient also passes weights of other phases."""

    def __init__(self, program: Program, local: Locals, attribute: Attributes, phase: Phase, *, through: bool) -> None:
        self.program, self.local, self.attribute, self.phase = program, local, attribute, phase
        self.optimizer = f"self.{attribute[phase.born]}"
        self.scaler = Scaler(self.optimizer, attribute.get((phase.born, SCALER)))
        self.owned = parameters(program, phase.owned)
        self._only = f"inputs={_listed(self.owned)}" if through else ""

    def slopes(self) -> list[str]:
        """The lines up to the clipped gradients."""
        lines, total = self._total()
        lines += [self.begin, f"{self.scaler.scaled(total)}.backward({self._only})", *self.clips()]
        if self.phase.kind.closure:
            lines.append(f"return {total}")
        return lines

    @property
    def begin(self) -> str:
        """The line that forgets former slopes."""
        return f"{self.optimizer}.zero_grad()"

    def added(self, share: str) -> list[str]:
        """The lines that add the slopes of a part of the batch, which counts as much as `share` says."""
        lines, total = self._total()
        return [*lines, f"{self.scaler.scaled(f'({share} * {total})')}.backward({self._only})"]

    def clips(self) -> list[str]:
        """The lines that keep slopes from being too large."""
        run, lines = self.program.run, []
        if run.clip_value:
            lines.append(f"torch.nn.utils.clip_grad_value_({self.owned}, {run.clip_value!r})")
        if run.clip_norm:
            lines.append(f"torch.nn.utils.clip_grad_norm_({self.owned}, {run.clip_norm!r})")
        return self.scaler.clipped(lines)

    def _total(self) -> tuple[list[str], str]:
        """What is made small: lines that come before, and the expression."""
        terms = [_weighted(self.local.loss[term.figure.born], term.weight) for term in self.phase.terms]
        lines, held = [], penalties(self.program, self.phase)
        if held:
            terms.append(self.local.take("penalty"))
            lines += [f"{terms[-1]} {'+=' if at else '='} {summand}" for at, summand in enumerate(held)]
        total = " + ".join(terms)
        if self.phase.kind.closure and len(terms) > 1:
            name = self.local.take("total")
            return [*lines, f"{name} = {total}"], name
        plain = len(terms) == 1 and " " not in total
        return lines, total if plain else f"({total})"

    def behind(self) -> list[str]:
        """The lines behind the step: weights that have grown too long, schedules that count steps."""
        shorter = shortenings(self.program, self.phase)
        lines = ["with torch.no_grad():", *(f"    {line}" for line in shorter)] if shorter else []
        steps = [schedule for schedule in self.phase.schedules if schedule.unit == "step"]
        stepped = [f"self.{self.attribute[self.phase.born, schedule.node.born]}.step()" for schedule in steps]
        return [*lines, *self.scaler.behind(stepped, self.local.take)]


def _weighted(name: str, weight: float) -> str:
    return name if weight == 1 else f"{weight!r} * {name}"


def _listed(text: str) -> str:
    return text if text.startswith("[") else f"list({text})"
