"""What the numbers mean that a network gives: scores of classes, yes or no, or numbers. It is read off the drawing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from graph.adapting import squeezes
from graph.kinds.preprocessing import MinMax, Standardize
from graph.losses import SignLoss
from graph.roles import LossKind
from graph.shape import Axis, Tensor
from runtime.predict.known import Known
from runtime.program import Program
from runtime.program.parts import Figure
from runtime.program.units import NodeUnit, Spot, Use

Turn = Literal["softmax", "sigmoid", "exp", ""]

Reads = Literal["classes", "yes", "labels", "numbers"]

SHARES = ("Softmax", "Sigmoid", "LogSoftmax", "LogSigmoid", "Dropout", "Identity")
"""What may stand between the scores that a loss takes and what the model gives."""

LOGARITHMS = ("LogSoftmax", "LogSigmoid")


@dataclass(frozen=True, slots=True)
class Scale:
    """What scaled the targets: the key of its node in a checkpoint, and the two numbers that undo it."""

    key: str
    factor: str
    offset: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one output of Net says.

    `reads`: a score for each of several `classes`, one score for yes or no, one for each of several labels, or plain
    numbers. `turn` makes probabilities of scores; `sure` says whether there are any. Above `border` one score is yes.
    `target` is the value of the data that it should equal. `undo` are the scales of the targets, the last one first.
    `steps` is the length along which there is a label for each step. `why` says in a sentence what was done.
    """

    name: str
    reads: Reads = "numbers"
    turn: Turn = ""
    sure: bool = False
    classes: tuple[str, ...] = ()
    border: float = 0.5
    squeeze: bool = False
    undo: tuple[Scale, ...] = ()
    columns: tuple[str, ...] = ()
    target: Spot | None = None
    steps: Axis | None = None
    why: str = ""


def meanings(program: Program, known: Known) -> list[Meaning]:
    """One for each output of Net."""
    return [_meaning(program, known, use) for use in program.outputs]


def _meaning(program: Program, known: Known, use: Use) -> Meaning:
    name = program.id_of(use.spot)
    judged = _judge(program, use)
    if judged is None:
        return Meaning(name, why=f"No loss says what {name} means: its numbers are given as they are.")
    figure, between = judged
    prediction, target = (figure.unit.values.get(port) for port in (_port(figure, use, between), "target"))
    if not isinstance(prediction, Tensor) or not isinstance(target, Tensor) or target.sides is None:
        return Meaning(name, why=f"{name} gives numbers.")
    reads = _reads(figure, prediction, target)
    squeeze = reads != "classes" and squeezes(prediction, target)
    if reads == "numbers":
        undo = tuple(_scales(program, figure))
        scaled = f", in the unit of the data: what {figure.id} compares was scaled" if undo else ""
        why = f"{name} gives numbers{scaled}."
        columns = target.columns or ()
        return Meaning(name, squeeze=squeeze, undo=undo, columns=columns, target=_right(program, figure), why=why)
    turn, sure, words = _turn(figure, prediction, reads, between)
    count = prediction.known[1] if reads == "classes" else 2
    names = _names(program, known, figure, count if isinstance(count, int) else len(_kept(program, known, figure)))
    border = _border(figure, turn, prediction)
    right = _right(program, figure)
    step = target.known[1] if target.rank == 2 else None
    return Meaning(
        name, reads, turn, sure, names, border, squeeze, target=right, steps=step if isinstance(step, Axis) else None,
        why=f"{name} gives {words}",
    )  # fmt: skip


def _judge(program: Program, use: Use) -> tuple[Figure, tuple[str, ...]] | None:
    """The loss (else the metric) that compares an output with what is right, and the kinds that stand between."""
    between: tuple[str, ...] = ()
    at: Use | None = use
    while at is not None:
        for figure in sorted(program.figures, key=lambda figure: not figure.is_loss):
            if any(found == at for port in figure.answers for found in figure.unit.inputs.get(port, ())[:1]):
                return figure, between
        unit = program.unit(at.spot)
        if not isinstance(unit, NodeUnit) or unit.kind.name() not in SHARES or at.select:
            return None
        between = (unit.kind.name(), *between)
        at = next(iter(unit.inputs.get("x", ())), None)
    return None


def _port(figure: Figure, use: Use, between: Sequence[str]) -> str:
    ports = [port for port in figure.answers if use in figure.unit.inputs.get(port, ())[:1]]
    return ports[0] if ports and not between else figure.answers[0]


def _reads(figure: Figure, prediction: Tensor, target: Tensor) -> Reads:
    name, takes = figure.kind.name(), getattr(figure.kind, "takes", "")
    labelled = target.dtype in ("index", "bool")
    if labelled and prediction.rank == target.rank + 1 and not squeezes(prediction, target):
        return "classes"
    if name in ("CrossEntropyLoss", "OneHotCrossEntropy") and prediction.rank == target.rank > 1:
        return "classes"
    if name == "HingeEmbeddingLoss":  # its prediction is a distance
        return "numbers"
    single = squeezes(prediction, target) or prediction.rank == 1 or prediction.known[1:] == (1,)
    if takes in ("scores", "probabilities") or isinstance(figure.kind, SignLoss) or labelled:
        return "yes" if single else "labels"
    return "numbers"


def _turn(figure: Figure, prediction: Tensor, reads: Reads, between: Sequence[str]) -> tuple[Turn, bool, str]:
    """How scores become probabilities, whether they do, and the words for it."""
    kind = figure.kind
    takes = kind.takes if isinstance(kind, LossKind) else ""
    if any(name in LOGARITHMS for name in between) or takes == "logarithms":
        return "exp", True, "logarithms of probabilities; they were turned back."
    if prediction.probability or takes == "probabilities" or {"Softmax", "Sigmoid"} & set(between):
        return "", True, "probabilities."
    if takes == "scores" or kind.name() == "DiceLoss":
        turn: Turn = "softmax" if reads == "classes" else "sigmoid"
        return (
            turn,
            True,
            f"raw scores, as {figure.id} ({kind.title}) takes them: the {turn} makes probabilities of them.",
        )
    return "", False, f"scores; {figure.id} ({kind.title}) makes no probabilities of them."


def _border(figure: Figure, turn: Turn, prediction: Tensor) -> float:
    """Above which one number is yes, after it was turned."""
    if turn or prediction.probability or getattr(figure.kind, "takes", "") == "probabilities":
        return 0.5
    low = getattr(figure.kind, "low", None)
    if low is not None:
        return (float(low) + 1) / 2
    return 0.0 if isinstance(figure.kind, SignLoss) or not figure.is_loss else 0.5


def _kept(program: Program, known: Known, figure: Figure) -> tuple[str, ...]:
    """The names of the classes where the targets come straight from data."""
    use = next(iter(figure.unit.inputs.get("target", ())), None)
    if use is None or program.unit(use.spot) is not None or use.select:
        return ()
    return known.of(use.spot[0]).classes


def _names(program: Program, known: Known, figure: Figure, count: int) -> tuple[str, ...]:
    names = _kept(program, known, figure)[:count]
    return (*names, *(str(number) for number in range(len(names), count)))


def _scales(program: Program, figure: Figure) -> Iterator[Scale]:
    """What scaled the targets on their way to the loss, the last one first."""
    for unit in _scalers(program, figure):
        key = f"{'net' if program.in_net(unit.born) else 'extras'}.{unit.attribute}"
        names = ("std", "mean") if isinstance(unit.kind, Standardize) else ("span", "low")
        yield Scale(key, *names)


def _scalers(program: Program, figure: Figure) -> Iterator[NodeUnit]:
    """The nodes that scale the targets, the last one first."""
    use = next(iter(figure.unit.inputs.get("target", ())), None)
    while use is not None and not use.select:
        unit = program.unit(use.spot)
        if not isinstance(unit, NodeUnit) or not isinstance(unit.kind, (Standardize, MinMax)):
            return
        yield unit
        use = next(iter(unit.inputs.get("x", ())), None)


def _right(program: Program, figure: Figure) -> Spot | None:
    """The value of the data that the targets are, before they were scaled; None where they are made of more."""
    uses = [figure.unit.inputs.get("target", ()), *(unit.inputs.get("x", ()) for unit in _scalers(program, figure))]
    use = next(iter(uses[-1]), None)
    return use.spot if use is not None and not use.select and program.unit(use.spot) is None else None
