"""Cuts Net and Extras into the pieces that a training step calls."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from runtime.program.keeping import Keeping
from runtime.program.parts import Phase
from runtime.program.units import Spot, Unit, Use, sorted_units, units_by_spot


@dataclass(frozen=True, slots=True)
class Stage:
    """Units that are always computed together. `results` are the values that others take.

    `home` is "net" or "extras"; `whole` if it is all of Net and gives just what `forward` returns.
    """

    home: str
    units: tuple[Unit, ...]
    results: tuple[Spot, ...]
    whole: bool = False

    @property
    def births(self) -> frozenset[str]:
        return frozenset(born for unit in self.units for born in unit.births)

    @property
    def takes(self) -> tuple[Spot, ...]:
        """The values that enter it, in the order in which they are needed."""
        own = {spot for unit in self.units for spot in unit.spots}
        return tuple(dict.fromkeys(spot for unit in self.units for spot in unit.sources if spot not in own))

    @property
    def single(self) -> bool:
        """Whether it is one unit, which a step can call by itself."""
        return len(self.units) == 1 and not self.units[0].statement and not self.units[0].kept

    @property
    def keeping(self) -> Keeping:
        """What it hands on from one window of a stream to the next."""
        return Keeping(self.units)

    @property
    def method(self) -> str:
        """The name of the method that computes it, where it is neither all of Net nor a single unit."""
        return f"to_{self.units[-1].id}"

    def is_in(self, births: Iterable[str]) -> bool:
        """Whether it holds one of these units; of what a phase needs or touches it holds all or nothing."""
        return not self.births.isdisjoint(births)


def staged(
    net: Sequence[Unit],
    extras: Sequence[Unit],
    phases: Sequence[Phase],
    outputs: Sequence[Use],
    wanted: Iterable[Spot],
    steep: frozenset[Spot] = frozenset(),
    once: frozenset[str] = frozenset(),
) -> list[Stage]:
    """The stages in the order of computation. `wanted` are values that losses and metrics take.

    A value in `steep`, with respect to which a slope is measured, must have a name before anything takes it.
    Of the units in `once` a step computes nothing.
    """
    inside = {id(unit) for unit in net}
    units = sorted_units([*net, *extras])
    keys = _keys(units, inside, phases, steep, once)
    groups: dict[tuple[object, ...], list[Unit]] = {}
    for unit in units:
        groups.setdefault(keys[id(unit)], []).append(unit)
    taken = set(wanted)
    stages = [_stage(group, inside, units, taken, outputs) for group in groups.values()]
    stages = [_whole(stage, outputs) if _is_whole(stage, net, outputs) else _plain(stage, outputs) for stage in stages]
    return _in_order(stages)


def _keys(
    units: Sequence[Unit], inside: set[int], phases: Sequence[Phase], steep: frozenset[Spot], once: frozenset[str]
) -> dict[int, tuple[object, ...]]:
    """Where a unit stands, what each phase does with it, and how often these change on the way to it."""
    by_spot = units_by_spot(units)
    homes = {home: {unit.born for unit in units if (id(unit) in inside) is home} for home in (True, False)}
    found: dict[int, tuple[object, ...]] = {}
    for unit in units:
        base: tuple[object, ...] = (
            id(unit) in inside,
            unit.born in once,
            *(_status(unit, phase, len(phases)) for phase in phases),
        )
        elsewhere = unit.holder not in homes[id(unit) in inside]
        if elsewhere or not steep.isdisjoint(unit.spots):
            base = (*base, id(unit))  # the step calls it by itself, as it does where its module is in the other class
        changes = 0
        for spot in unit.sources:
            if spot in by_spot:
                *before, count = found[id(by_spot[spot])]
                assert isinstance(count, int)
                changes = max(changes, count + (tuple(before) != base))
        found[id(unit)] = (*base, changes)
    return found


def _status(unit: Unit, phase: Phase, phases: int) -> str:
    if unit.born not in phase.needed:
        return "absent"
    return "touched" if phases == 1 or unit.born in phase.touched else "untouched"


def _stage(
    group: list[Unit], inside: set[int], units: Sequence[Unit], taken: set[Spot], outputs: Sequence[Use]
) -> Stage:
    own = {id(unit) for unit in group}
    elsewhere = {spot for unit in units if id(unit) not in own for spot in unit.sources} | taken
    results = [spot for unit in group for spot in unit.spots if spot in elsewhere]
    home = "net" if id(group[0]) in inside else "extras"
    return Stage(home, tuple(group), tuple(results))


def _is_whole(stage: Stage, net: Sequence[Unit], outputs: Sequence[Use]) -> bool:
    """Whether a stage is all of Net and nothing but Net's outputs is taken from it."""
    returned = [use.spot for use in outputs]
    plain = all(not use.select for use in outputs) and len(set(returned)) == len(returned)
    return stage.home == "net" and len(stage.units) == len(net) and plain and set(stage.results) <= set(returned)


def _whole(stage: Stage, outputs: Sequence[Use]) -> Stage:
    return Stage(stage.home, stage.units, tuple(use.spot for use in outputs), whole=True)


def _plain(stage: Stage, outputs: Sequence[Use]) -> Stage:
    """A stage that is not all of Net also hands out what Net returns."""
    own = {spot for unit in stage.units for spot in unit.spots}
    returned = [use.spot for use in outputs if use.spot in own]
    results = dict.fromkeys([*stage.results, *returned])
    ordered = [spot for unit in stage.units for spot in unit.spots if spot in results]
    return Stage(stage.home, stage.units, tuple(ordered))


def _in_order(stages: list[Stage]) -> list[Stage]:
    """Stages with those first from which they take."""
    gives = {spot: stage for stage in stages for unit in stage.units for spot in unit.spots}
    ready: list[Stage] = []
    rest = list(stages)
    while rest:
        at = next(s for s in rest if all(gives.get(spot) in (None, s) or gives[spot] in ready for spot in s.takes))
        ready.append(at)
        rest.remove(at)
    return ready
