"""All units of a program, those inside its blocks among them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from runtime.program.definitions import BlockUnit
from runtime.program.program import Program
from runtime.program.units import Unit, parts_of


@dataclass(frozen=True, slots=True)
class Found:
    """A unit where it stands. `path` are the names of the placements around it, `born` the node of the drawing itself
    that it is, or is inside of; `frozen` whether it, or what is around it, stays as it is; `times` how many there are.
    """

    unit: Unit
    born: str
    path: tuple[str, ...] = ()
    frozen: bool = False
    times: int = 1

    @property
    def name(self) -> str:
        """`body.first.conv`"""
        return ".".join((*self.path, self.unit.id))


def walk(program: Program) -> Iterator[Found]:
    """Every unit with what is inside it, in the order of computation; a repeated block once, `times` how often."""
    yield from _within([Found(unit, unit.born) for unit in parts_of(program.units)])


def _within(level: Iterable[Found]) -> Iterator[Found]:
    for found in level:
        unit, frozen = found.unit, found.frozen or found.unit.frozen
        yield Found(unit, found.born, found.path, frozen, found.times)
        if isinstance(unit, BlockUnit):
            path, times = (*found.path, unit.id), found.times * unit.times
            yield from _within(Found(part, found.born, path, frozen, times) for part in parts_of(unit.body.units))
