"""Concatenates that join single neurons and nothing else: together they are what a Linear answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from runtime.program.neuron_row import is_neuron
from runtime.program.units import NodeUnit, Spot, Unit, units_by_spot


@dataclass(frozen=True, slots=True)
class Joint:
    """`units`: the Concatenate that gives the row, then those before it; `neurons`: birth names in the row's order."""

    units: tuple[NodeUnit, ...]
    neurons: tuple[str, ...]


def joints_of(units: Sequence[Unit]) -> dict[str, Joint]:
    """The joint of each neuron that nothing but a Concatenate of neurons takes, by the neuron's birth name."""
    by_spot = units_by_spot(units)
    found: dict[str, Joint] = {}
    for unit in units:
        joint = _joint(unit, by_spot)
        if joint is not None:
            found |= dict.fromkeys(joint.neurons, joint)
    return found


def _joint(unit: Unit | None, by_spot: Mapping[Spot, Unit]) -> Joint | None:
    """A Concatenate as the joint of neurons, perhaps by way of Concatenates that it alone takes; else None."""
    if not isinstance(unit, NodeUnit) or unit.kind.name() != "Concatenate":
        return None
    inner, neurons = [unit], list[str]()
    for uses in unit.inputs.values():
        source = by_spot.get(uses[0].spot)
        if not isinstance(source, NodeUnit) or uses[0].select or source.takers != 1:
            return None
        before = _joint(source, by_spot)
        if before is None and not is_neuron(source):
            return None
        inner += before.units if before else ()
        neurons += before.neurons if before else (source.born,)
    return Joint(tuple(inner), tuple(neurons))
