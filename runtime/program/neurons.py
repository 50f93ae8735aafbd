"""Gathers single neurons: a plain Linear where a whole level takes the same values, else a table of neurons."""

from collections.abc import Iterator, Sequence
from itertools import takewhile

from runtime.names import Names
from runtime.program.columns import columns_of
from runtime.program.joints import Joint, joints_of
from runtime.program.neuron_row import NeuronRow, has_fixed_bias, has_no_bias, is_neuron, uses_of
from runtime.program.neuron_table import NeuronTable
from runtime.program.units import NodeUnit, Unit, sorted_units

FEW = 4
"""Neurons that share their sources with no other become rows of their own up to this number, a table beyond it."""

Level = dict[str, int]


def gather(units: Sequence[Unit]) -> list[Unit]:
    """The units with neurons joined where one matrix product computes them."""
    neurons = [unit for unit in units if is_neuron(unit)]
    if not neurons:
        return list(units)
    names = Names(unit.id for unit in units)
    joints = joints_of(units)
    rows, others = _rows(neurons, units, joints)
    made: list[Unit] = [_row(row, names, joints) for row in rows]
    made += [NeuronTable(some, names.take("neurons")) for some in _tables(others, units)]
    widths = {spot: len(unit.births) for unit in made for spot in unit.spots if len(unit.spots) > 1}
    for unit in made:
        if isinstance(unit, NeuronRow):
            unit.widths |= {use.spot: widths[use.spot] for use in unit.inputs["x"] if use.spot in widths}
    inside = {born for unit in made for born in unit.births}
    rest = [unit for unit in units if unit.born not in inside]
    place = {unit.born: at for at, unit in enumerate(units)}
    ordered = sorted([*rest, *made], key=lambda unit: place[unit.births[0]])
    return sorted_units(ordered)


def _row(row: list[NodeUnit], names: Names, joints: dict[str, Joint]) -> NeuronRow:
    """A row under a name of its own; neurons that one Concatenate joins, and nothing else takes, have its name."""
    joint = joints.get(row[0].born)
    if joint is None or set(joint.neurons) != {unit.born for unit in row}:
        return NeuronRow(row, _name(row, names))
    in_order = sorted(row, key=lambda unit: joint.neurons.index(unit.born))
    return NeuronRow(in_order, joint.units[0].id, joint.units)


def _rows(
    neurons: Sequence[Unit], units: Sequence[Unit], joints: dict[str, Joint]
) -> tuple[list[list[NodeUnit]], list[NodeUnit]]:
    """Neurons in rows with the same sources and activation, and those that belong into a table."""
    levels = _levels(units)
    groups: dict[object, list[NodeUnit]] = {}
    single: list[NodeUnit] = []
    for unit in neurons:
        assert isinstance(unit, NodeUnit)
        bare, joint = has_no_bias(unit), joints.get(unit.born)
        if any(use.fixed for use in uses_of(unit)) or (has_fixed_bias(unit) and not bare) or _repeats(unit):
            single.append(unit)
            continue
        sources = frozenset((use.spot, use.select) for use in uses_of(unit))
        key = (levels[unit.born], sources, unit.kind.activation, bare, joint and joint.units[0].born)  # type: ignore[attr-defined]
        groups.setdefault(key, []).append(unit)
    rows = [row for row in groups.values() if len(row) > 1 or _is_whole(row, joints)]
    alone = [row[0] for row in groups.values() if len(row) == 1 and not _is_whole(row, joints)]
    if not single and len(alone) <= FEW:
        return [*rows, *([unit] for unit in alone)], []
    place = {unit.born: at for at, unit in enumerate(neurons)}
    return rows, sorted([*single, *alone], key=lambda unit: place[unit.born])


def _is_whole(row: Sequence[NodeUnit], joints: dict[str, Joint]) -> bool:
    """Whether a row is all that a Concatenate joins."""
    joint = joints.get(row[0].born)
    return joint is not None and set(joint.neurons) == {unit.born for unit in row}


def _repeats(unit: NodeUnit) -> bool:
    """Whether a value enters twice: then it is no plain row of a matrix."""
    taken = [column for use in uses_of(unit) for column in columns_of(use)]
    return len(taken) != len(set(taken))


def _levels(units: Sequence[Unit]) -> Level:
    """For each unit the number of neurons on the longest way to it, itself included."""
    found: Level = {}
    by_spot = {spot: unit for unit in units for spot in unit.spots}
    for unit in units:
        before = [found[by_spot[spot].born] for spot in unit.sources if spot in by_spot]
        found[unit.born] = max(before, default=0) + is_neuron(unit)
    return found


def _tables(single: Sequence[NodeUnit], units: Sequence[Unit]) -> list[list[NodeUnit]]:
    """Neurons that can be computed in one go: no unit outside of them stands between."""
    inside = {unit.born for unit in single}
    by_spot = {spot: unit for unit in units for spot in unit.spots}
    leaves: dict[str, int] = {}
    groups: dict[int, list[NodeUnit]] = {}
    for unit in units:
        before = [by_spot[spot] for spot in unit.sources if spot in by_spot]
        steps = [leaves[other.born] + (other.born in inside and unit.born not in inside) for other in before]
        leaves[unit.born] = max(steps, default=0)
        if unit.born in inside and isinstance(unit, NodeUnit):
            groups.setdefault(leaves[unit.born], []).append(unit)
    return list(groups.values())


def _name(row: Sequence[NodeUnit], names: Names) -> str:
    """The common beginning of the neurons' names, or the first one's."""
    if len(row) == 1:
        return row[0].id
    common = "".join(same[0] for same in takewhile(lambda letters: len(set(letters)) == 1, _letters(row)))
    common = common.rstrip("_0123456789")
    return names.take(common or f"{row[0].id}_to_{row[-1].id}")


def _letters(row: Sequence[NodeUnit]) -> Iterator[tuple[str, ...]]:
    """The first letters of all names, the second letters, and so on."""
    return zip(*(unit.id for unit in row), strict=False)
