"""What is told of a loss that is no number any more: where it was lost, and what to try."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from runtime.failures import Account
from runtime.program.walk import walk

if TYPE_CHECKING:
    from runtime.train.diagnose import Finding
    from runtime.train.loop import Diverged
    from runtime.train.setup import Setup
    from runtime.train.tracing import Sighting

REMEDIES = {
    "Log": "A logarithm wants numbers above 0: put a Clamp or an Exp before it",
    "Sqrt": "A square root wants numbers above 0, where its slope is finite: put a Clamp with a small min before it",
    "Exp": "Exp of more than 88 is beyond all numbers: put a Clamp before it",
    "Divide": "Nothing can be divided by 0: put a Clamp with a small min before what it divides by",
    "Reciprocal": "Nothing can be divided by 0: put a Clamp with a small min before it",
    "Power": "Broken powers want numbers above 0, and large ones grow beyond all numbers: put a Clamp before it",
    "Expression": "Look whether its formula divides by 0, or takes a logarithm or root of what is not above 0",
    "BCELoss": "It wants probabilities from 0 to 1: put a Sigmoid before it, or take BCEWithLogitsLoss in its place",
}
"""What to do about kinds that lose numbers by themselves."""


def diverged(lost: Diverged, finding: Finding, setup: Setup, told: Account) -> Account:
    """The sentence for a loss that is no number any more; `told` is what would be said otherwise."""
    names = _Names(setup, finding.place)
    figure = setup.program.figure(lost.figure)
    born = names.born or (figure.born if figure else None)
    kind = names.kind or (type(figure.kind).__name__ if figure and not names.name else "")
    epoch = (lost.step - 1) // setup.job.steps_per_epoch + 1
    start = f"{lost.figure or 'A loss'} became {_number(lost.value)} at step {lost.step} (epoch {epoch})"
    if math.isnan(lost.value) and finding.place is None and "between 0 and 1" in told.message:
        start = f"{lost.figure or 'A loss'} gets what is no probability at step {lost.step} (epoch {epoch})"
    message = f"{start}: {_where(lost, finding, names.name)}. {_advice(setup, kind)}"
    return Account(message, "diverged", born, told.traceback)


class _Names:
    """What stands at a place: its name with the blocks around it, its kind, and the node of the drawing itself."""

    def __init__(self, setup: Setup, place: Sighting | None) -> None:
        self.name = self.kind = ""
        self.born: str | None = None
        if place is None:
            return
        units = {born: found for found in walk(setup.program) for born in found.unit.births}
        figures = {figure.born: figure for figure in setup.program.figures}
        found, figure = units.get(place.born), figures.get(place.born)
        self.name = place.path
        if found is not None:
            self.name = f"{place.path}.{found.unit.id}" if place.path else found.unit.id
            self.kind = type(getattr(found.unit, "kind", None)).__name__
            self.born = found.born
        elif figure is not None:
            self.name, self.kind, self.born = figure.id, type(figure.kind).__name__, figure.born
        if place.path:
            head = place.path.partition(".")[0]
            self.born = next((one.unit.born for one in units.values() if one.name == head), self.born)


def _where(lost: Diverged, finding: Finding, name: str) -> str:
    if finding.part == "unknown":
        return "where it arose could not be found again"
    if not name or finding.place is None:
        return f"the network's answers are still numbers, but {lost.figure or 'the loss'} of them is none"
    place, time = finding.place, f" at step {finding.place.time} of the sequence" if finding.place.time else ""
    if finding.part == "forward":
        return f"{name} gave the first number that is not finite{time}{_given(place)}"
    if finding.part == "gradient":
        return (
            f"on the way back the slope through {name} was the first number that is not finite{time}, "
            f"at step {finding.step}{_given(place)}"
        )
    return f"the weights of {name} left the range of numbers when they were moved at step {finding.step}"


def _given(place: Sighting) -> str:
    """Between what the numbers lay that came in."""
    if place.low is None or place.high is None or not (math.isfinite(place.low) and math.isfinite(place.high)):
        return ""
    return f" (from numbers between {place.low:.4g} and {place.high:.4g})"


def _number(value: float) -> str:
    return "not a number (nan)" if value != value else "infinite"


def _advice(setup: Setup, kind: str) -> str:
    rates = [(phase.id, getattr(phase.kind, "lr", None)) for phase in setup.program.phases]
    told = " and ".join(f"{id} (now {lr:g})" for id, lr in rates if lr)
    clip = "" if setup.program.run.clip_norm else ", shorten the gradients (clip_norm in the run settings)"
    rate = f"smaller learning rate in {told or 'the optimizer'}{clip}"
    if setup.program.run.precision == "fp16":
        return f"Numbers of fp16 end at 65,504: try another precision (bf16), or a {rate}."
    if kind in REMEDIES:
        return f"{REMEDIES[kind]}; or try a {rate}."
    return f"Try a {rate}, or put a Standardize behind the data."
