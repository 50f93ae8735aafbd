"""Gives the nodes of ordered layers their heights, so that wires run straight and nothing overlaps.

Each layer asks to stand at the height of its neighbours and is answered by the closest heights that keep the order and
the distances: an isotonic regression, solved exactly by pooling adjacent violators (Barlow and others, 1972).
"""

from dataclasses import dataclass
from typing import Literal

from graph.layout.layers import Layered

SWEEPS = 8

Level = Literal["chains", "bundles", "all"]
"""What a node with several neighbours stands level with: its chain, its long wires, or the middle of all."""

STAND_IN_ROOM = 4.0
"""How much room the wires of a bundle take to either side when they pass a layer."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How far each node and stand-in reaches above and below the line on which it stands; `gap` lies between two."""

    above: list[float]
    below: list[float]
    gap: float


def lines(part: Layered, rows: list[list[int]], extent: Extent, level: Level = "chains") -> list[float]:
    """The height of the line of each node and stand-in."""
    found = [0.0] * len(part.layer)
    for row in rows:
        _settle(row, [0.0] * len(row), [1.0] * len(row), found, extent)
    for turn in range(SWEEPS):
        _sweep(part, rows, found, extent, level, downwards=turn % 2 == 0)
    return found


def _sweep(
    part: Layered, rows: list[list[int]], found: list[float], extent: Extent, level: Level, *, downwards: bool
) -> None:
    beside, other = (part.into, part.out) if downwards else (part.out, part.into)
    for row in rows if downwards else rows[::-1]:
        wishes, weights = [], []
        for i in row:
            near = beside[i] or other[i]
            near = _mattering(part, i, near, level)
            wishes.append(_median(_wanted(part, i, near, found), found[i]))
            weights.append(_weight(part, near, i) if beside[i] else 0.05)
        _settle(row, wishes, weights, found, extent)


def _wanted(part: Layered, i: int, near: list[int], found: list[float]) -> list[float]:
    """Where each neighbour would have this one stand, for a straight wire from port to port."""
    if not part.lean:
        return [found[j] for j in near]
    return [found[j] + _lean(part, j, i) for j in near]


def _lean(part: Layered, j: int, i: int) -> float:
    """How much lower than `j` one must stand for the link between them to be level."""
    leaves, arrives = part.lean.get((j, i), (0.0, 0.0))
    if leaves or arrives:
        return leaves - arrives
    leaves, arrives = part.lean.get((i, j), (0.0, 0.0))
    return arrives - leaves


def _mattering(part: Layered, i: int, near: list[int], level: Level) -> list[int]:
    """Whom to stand level with: a node of a chain looks at the next one alone, or at its long wires alone."""
    if i >= part.count or len(near) < 2 or level == "all":
        return near
    if level == "bundles":
        return [j for j in near if j >= part.count] or near
    nodes = [j for j in near if j < part.count]
    return nodes if len(nodes) == 1 else near


def _weight(part: Layered, near: list[int], i: int) -> float:
    """How much it matters that this one stands where it wishes: long wires and plain chains are to be straight."""
    if len(near) == 1 and i >= part.count and near[0] >= part.count:
        return 8.0
    if len(near) == 1:
        alone = len(part.out[near[0]]) == 1 or len(part.into[near[0]]) == 1
        return 4.0 if alone else 2.0
    return 1.0


def _median(values: list[float], otherwise: float) -> float:
    if not values:
        return otherwise
    if len(values) == 1:
        return values[0]
    values.sort()
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def _settle(row: list[int], wishes: list[float], weights: list[float], found: list[float], extent: Extent) -> None:
    """Write the heights closest to the wishes (least weighted squares) that keep order and distance."""
    shift = [0.0] * len(row)
    for k in range(1, len(row)):
        shift[k] = shift[k - 1] + extent.below[row[k - 1]] + extent.gap + extent.above[row[k]]
    blocks: list[tuple[float, float, int]] = []  # mean wish, weight, how many
    for wish, weight, offset in zip(wishes, weights, shift, strict=True):
        mean, count = wish - offset, 1
        while blocks and blocks[-1][0] >= mean:
            before, mass, more = blocks.pop()
            mean = (before * mass + mean * weight) / (mass + weight)
            weight, count = weight + mass, count + more
        blocks.append((mean, weight, count))
    k = 0
    for mean, _, count in blocks:
        for _ in range(count):
            found[row[k]] = mean + shift[k]
            k += 1
