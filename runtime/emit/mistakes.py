"""Writes how the perceptron's rule moves weights: w ← w + lr·Σ(y − ŷ)·x, over the rows of a batch."""

from graph.kinds.perceptron import PerceptronRule, labels
from graph.shape import Tensor
from graph.spec import atom
from runtime.emit.locals import Locals
from runtime.program import Phase, Program
from runtime.program.perceptrons import perceptron
from runtime.program.units import names_of


def corrections(program: Program, local: Locals, phase: Phase) -> list[str]:
    """The lines that follow once the perceptron has answered; no gradient is recorded around them."""
    assert isinstance(phase.kind, PerceptronRule)
    unit, (term,) = perceptron(program, phase), phase.terms
    names = {port: listed[0] for port, listed in local.expressions(term.figure).items()}
    prediction, target = (term.figure.unit.values[port] for port in ("prediction", "target"))
    right = labels(names["target"], target, getattr(term.figure.kind, "low", 0.0))
    sides = [len(value.known) if isinstance(value, Tensor) else 0 for value in (prediction, target)]
    error, lr = local.take("error"), phase.kind.lr
    home = f"self.{'net' if program.in_net(unit.born) else 'extras'}.{unit.attribute}"
    answer = names["prediction"]
    if sides[0] > sides[1]:
        lines = [f"{error} = {atom(right)}.unsqueeze(1) - {answer}"]
    elif sides[0] == 1:
        lines = [f"{error} = ({right} - {answer}).unsqueeze(1)"]
    else:
        lines = [f"{error} = {right} - {answer}"]
    lines.append(f"{home}.weight += {lr!r} * {error}.t() @ {atom(unit.taken(names_of(unit, local.name)))}")
    return [*lines, f"{home}.bias += {lr!r} * {error}.sum(0)"] if "bias" in unit.weights() else lines
