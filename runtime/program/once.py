"""What lies before everything that learns and is the same in every step: it is computed once, for all rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.roles import Fitted
from graph.shape import Axis, Tensor, product
from runtime.program.perceptrons import is_rule
from runtime.program.units import NodeUnit, Spot, Unit

if TYPE_CHECKING:
    from runtime.program.program import Program

STEADY = frozenset(("resampling", "reshape", "arithmetic", "padding"))
"""Families of layers that compute the same in training as in use; what has weights must be frozen for that."""

WORTH = 1_000_000
"""Multiply-accumulates for a row, below which computing is no more work than keeping."""

LARGEST = 2_000_000_000
"""Bytes that may be kept for all rows."""


@dataclass(frozen=True, slots=True)
class Once:
    """Units that are computed once, the value of theirs that is kept, and the value of a source that it replaces."""

    births: frozenset[str]
    spot: Spot
    source: Spot


def once(program: Program) -> Once | None:
    """None where it would not be the same in every step, is not worth it, or more than one value would be kept."""
    run = program.run
    plain = run.accumulate == 1 and run.processes == 1 and run.precision == "float32" and run.compile == "off"
    alone = len(program.phases) == 1 and not is_rule(program.phases[0]) and not program.phases[0].steep
    if not (plain and alone and len(program.sources) == 1) or program.noises or _remembers(program):
        return None
    if getattr(program.sources[0].kind, "reading", "") == "when needed":
        return None
    still = _still(program)
    births = frozenset(unit.born for unit in still)
    rest = [unit for unit in program.units if unit.born not in births]
    wanted = {spot for unit in rest for spot in unit.sources}
    wanted |= {use.spot for figure in program.figures for uses in figure.unit.inputs.values() for use in uses}
    wanted |= {use.spot for use in program.outputs}
    kept = [spot for unit in still for spot in unit.spots if spot in wanted]
    entering = {spot for unit in still for spot in unit.sources if program.unit(spot) is None}
    if len(kept) != 1 or len(entering) != 1 or entering & wanted:
        return None
    found = Once(births, kept[0], *entering)
    fits = all(_is_small(program.tensor(spot)) for spot in (found.spot, found.source))
    macs = sum(program.macs(born) for unit in still for born in unit.births)
    return found if fits and macs >= WORTH else None


def _remembers(program: Program) -> bool:
    """Whether something keeps a state from one batch to the next."""
    return any(getattr(unit.kind, "stateful", False) for unit in program.units if isinstance(unit, NodeUnit))


def _still(program: Program) -> list[Unit]:
    """The units of Net that depend on nothing that moves, and draw no numbers."""
    given = {(born, port) for born, port, _ in program.arguments}
    found: list[Unit] = []
    for unit in program.net:
        if unit.born not in program.phases[0].touched and given.issuperset(unit.sources) and _is_steady(unit):
            found.append(unit)
            given |= set(unit.spots)
    return found


def _is_steady(unit: Unit) -> bool:
    """Whether it computes the same in training as in use."""
    if unit.frozen or type(unit) is not NodeUnit or unit.weights():
        return unit.frozen
    return unit.kind.family in STEADY or isinstance(unit.kind, Fitted)


def _is_small(tensor: Tensor | None) -> bool:
    """Whether a value can be kept for all rows, as far as their number is known."""
    if tensor is None or not tensor.sides or not isinstance(tensor.sides[0], Axis):
        return False
    count = product((tensor.sides[0].length, *tensor.inner))
    return count is not None and 4 * count <= LARGEST
