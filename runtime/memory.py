"""How much memory a training will take, estimated from the drawing: weights, slopes, optimizers, data, and what a batch
leaves behind for the way back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graph.reading import Reading
from graph.roles import Data
from graph.shape import Axis, Tensor, product
from runtime.program import BlockUnit, NodeUnit, Program, Spot, Unit
from runtime.program.units import parts_of

NUMBER = 4
"""Bytes of a number."""

SPARE = 0.9
"""The part of free memory that is reckoned with: the rest is for what torch needs besides."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Bytes. `kept`: what a batch of so many `rows` leaves behind for the way back, by node of the drawing."""

    weights: int = 0
    slopes: int = 0
    optimizers: int = 0
    data: int = 0
    kept: Mapping[str, int] = field(default_factory=dict)
    rows: int = 1

    @property
    def fixed(self) -> int:
        """What is there whatever the batch."""
        return self.weights + self.slopes + self.optimizers + self.data

    @property
    def batch(self) -> int:
        """What is there only while a step goes on: what is kept, and two of the largest pieces on the way back."""
        return sum(self.kept.values()) + 2 * max(self.kept.values(), default=0)

    @property
    def total(self) -> int:
        return self.fixed + self.batch

    @property
    def largest(self) -> str | None:
        """The node that leaves most behind."""
        return max(self.kept, key=lambda born: self.kept[born], default=None)

    def fits(self, free: float) -> int:
        """The largest batch for which so many bytes are enough; 0 if none is."""
        left = SPARE * free - self.fixed
        return max(0, int(left / max(1.0, self.batch / self.rows))) if left > 0 else 0


def estimate(reading: Reading, program: Program, data: int | None = None) -> Estimate:
    """What training takes; `data` are the bytes of all rows, where they are known already."""
    owned = [(unit, phase) for phase in program.phases for unit in parts_of(program.units) if unit.born in phase.owned]
    moved = {unit.born: _weights(unit) for unit, _ in owned}
    weights = sum(_weights(unit) for unit in parts_of(program.units) if unit.holder == unit.born)
    means = weights if program.run.ema else 0
    return Estimate(
        weights=NUMBER * (weights + means),
        slopes=NUMBER * sum(moved.values()),
        optimizers=NUMBER * sum(_weights(unit) * phase.kind.remembers() for unit, phase in owned),
        data=_data(reading, program) if data is None else data,
        kept=_Keeping(reading, program).found(),
        rows=max((source.batch_size for source in program.sources), default=1),
    )


def _weights(unit: Unit) -> int:
    return sum(product(shape) or 0 for shape in unit.weights().values())


def _data(reading: Reading, program: Program) -> int:
    """The bytes of all rows of all sources, as far as they are known."""
    found = 0
    for source in program.sources:
        rows = source.kind.rows(reading.facts(source.born)) if isinstance(source.kind, Data) else 0
        found += sum((rows or 0) * _bytes(reading.value(*spot), lambda axis: 1) for spot in source.spots)
    return found


def _bytes(value: Any, rows: Callable[[Axis], int | None]) -> int:
    """The bytes of a value; 0 where they are not known."""
    if not isinstance(value, Tensor) or value.sides is None:
        return 0
    sides = [
        (rows(side) if side.letter == "N" else side.length) if isinstance(side, Axis) else side for side in value.known
    ]
    return (product(sides) or 0) * {"bool": 1, "index": 8}.get(value.dtype or "", NUMBER)


class _Keeping:
    """Walks through units and notes which values are kept for the way back, each once."""

    def __init__(self, reading: Reading, program: Program) -> None:
        self.reading, self.units = reading, program.units
        self.kept: dict[str, int] = {}
        touched = {born for phase in program.phases for born in phase.touched}
        self.learns = {born for unit in program.units if touched & set(unit.births) for born in unit.births}
        self.losses = [term.figure for phase in program.phases for term in phase.terms]

    def found(self) -> dict[str, int]:
        self._level(self.units, self.reading, self.learns, "", 1)
        for figure in self.losses:  # what comes in, and as much again of what the loss makes of it
            size = sum(self._size(self.reading, spot) for spot in figure.unit.sources)
            self.kept[figure.born] = 2 * size
        return {born: size for born, size in self.kept.items() if size}

    def _level(self, units: Iterable[Unit], reading: Reading, learns: set[str] | None, around: str, times: int) -> None:
        """One drawing, or the inside of a block; `learns` are the nodes that slopes go through (None: all)."""
        seen: set[Spot] = set()
        for unit in parts_of(units):
            if learns is not None and not learns & set(unit.births):
                continue
            if isinstance(unit, BlockUnit):
                inner = unit.body
                self._level(inner.units, inner.interior.reading, None, around or unit.born, times * unit.times)
                continue
            saves = getattr(unit.kind, "saves", "input") if isinstance(unit, NodeUnit) else "input"
            spots = {"input": unit.sources, "output": unit.spots[:1], "nothing": []}[saves]
            fresh = [spot for spot in dict.fromkeys(spots) if spot not in seen]
            seen |= set(fresh)
            size = sum(self._size(reading, spot) for spot in fresh) + self._inside(unit, reading)
            if size:
                key = around or unit.born
                self.kept[key] = self.kept.get(key, 0) + times * size

    def _size(self, reading: Reading, spot: Spot) -> int:
        """The bytes of a value for a batch, all steps of a loop together."""
        value = reading.value(*spot)
        size = _bytes(value, self.reading.rows)
        loop = reading.loops.of(spot[0])
        length = reading.lengths.of(loop) if loop is not None else None
        steps = length.length if isinstance(length, Axis) else length
        return size * (steps if isinstance(steps, int) else 1)

    def _inside(self, unit: Unit, reading: Reading) -> int:
        """The bytes that are kept within a node."""
        inside = getattr(unit.kind, "inside", None) if isinstance(unit, NodeUnit) else None
        if inside is None or not isinstance(unit, NodeUnit):
            return 0
        values = [*unit.kind.in_order(unit.values), reading.value(*unit.spots[0])]
        if any(isinstance(value, Tensor) and value.sides is None for value in values):
            return 0
        numbers = inside(*values) or 0
        axes = [value.known[0] for value in values if isinstance(value, Tensor) and value.sides]
        rows = next((self.reading.rows(axis) for axis in axes if isinstance(axis, Axis)), None)
        return NUMBER * numbers * (rows or 1)
