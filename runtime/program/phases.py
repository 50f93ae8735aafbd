"""Who trains what: what each phase owns, needs and touches."""

from collections.abc import Iterable, Mapping, Sequence

from runtime.program.parts import Phase
from runtime.program.units import ProgramError, Spot, Unit, parts_of


def settle(phases: Sequence[Phase], units: Sequence[Unit], by_spot: Mapping[Spot, Unit]) -> None:
    """Writes into each phase what it owns, needs and touches (first births of units)."""
    needs = [_needed(phase, by_spot) for phase in phases]
    holders = {unit.born: unit for unit in parts_of(units) if unit.weights() and not unit.frozen}
    listed = {born for phase in phases for born in phase.listed or ()}
    owner: dict[str, Phase] = {}
    for phase, needed in zip(phases, needs, strict=True):
        with_weights = list({u.holder: holders[u.holder] for u in parts_of(needed) if u.holder in holders}.values())
        if phase.listed is not None:
            own = [unit for unit in with_weights if phase.listed & set(unit.births)]
        else:
            own = [unit for unit in with_weights if not listed & set(unit.births)]
            _refuse_two_owners(phase, own, owner)
        phase.owned = frozenset(unit.born for unit in own)
        phase.needed = frozenset(unit.born for unit in needed)
        phase.touched = _touched(phase, needed, by_spot)


def _refuse_two_owners(phase: Phase, own: Iterable[Unit], owner: dict[str, Phase]) -> None:
    """Two optimizers that list nothing may not both train a node."""
    for unit in own:
        other = owner.setdefault(unit.born, phase)
        if other is not phase:
            raise ProgramError(f"{other.id} and {phase.id} both train {unit.id} by default.", phase.born)


def _needed(phase: Phase, by_spot: Mapping[Spot, Unit]) -> list[Unit]:
    """The units that a phase's losses depend on."""
    todo = [use.spot for term in phase.terms for uses in term.figure.unit.inputs.values() for use in uses]
    found: dict[int, Unit] = {}
    while todo:
        unit = by_spot.get(todo.pop())
        if unit is not None and id(unit) not in found:
            found[id(unit)] = unit
            todo += unit.sources
    places = {id(unit): place for place, unit in enumerate(dict.fromkeys(by_spot.values()))}
    return sorted(found.values(), key=lambda unit: places[id(unit)])


def _touched(phase: Phase, needed: Iterable[Unit], by_spot: Mapping[Spot, Unit]) -> frozenset[str]:
    """Of the needed units, in order, those whose values depend on owned weights, or whose slope is measured."""
    found: set[str] = set()
    for unit in needed:
        before = (by_spot.get(spot) for spot in unit.sources)
        moved = any(part.holder in phase.owned for part in unit.parts)
        moved = moved or not phase.steep.isdisjoint([*unit.spots, *unit.sources])
        if moved or any(other is not None and other.born in found for other in before):
            found.add(unit.born)
    return frozenset(found)
