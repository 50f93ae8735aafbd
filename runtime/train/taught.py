"""What perceptron's rules train, found in a program, and whether the labels are answers that a Step can give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch

from runtime.program import Phase, Program
from runtime.program.perceptrons import is_rule, perceptron


@dataclass(frozen=True, slots=True)
class Taught:
    """What one rule trains: its figure, its node, the key of the layer (`net.fc1`), the answers that its Step gives.

    `labels` is where among the tensors of a batch the labels are, as far as they come straight from the data.
    """

    figure: str
    born: str
    layer: str
    low: float
    labels: int | None


def taught(program: Program) -> list[Taught]:
    """One for each phase that learns by mistakes."""
    return [_taught(program, phase) for phase in program.phases if is_rule(phase)]


def _taught(program: Program, phase: Phase) -> Taught:
    unit, figure = perceptron(program, phase), phase.terms[0].figure
    (target,) = figure.unit.inputs["target"][:1]
    spots = [(born, port) for born, port, _ in program.arguments]
    plain = target.spot in spots and not target.select and len(program.sources) == 1
    home = "net" if program.in_net(unit.born) else "extras"
    low = float(getattr(figure.kind, "low", 0.0))
    place = spots.index(target.spot) if plain else None
    return Taught(figure.id, phase.born, f"{home}.{unit.attribute}", low, place)


def strange_label(one: Taught, data: Mapping[str, Sequence[torch.Tensor]]) -> str | None:
    """A sentence about labels that are no answers of the Step; None where all of them are."""
    if one.labels is None or not data["train"][one.labels].is_floating_point():
        return None
    strange = next((label for label in set(data["train"][one.labels].flatten().tolist()) - {one.low, 1.0}), None)
    if strange is None:
        return None
    return f"{one.figure} compares labels with answers {one.low:g} and 1, but there is a label {strange:g}."
