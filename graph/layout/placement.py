"""Gives the nodes of ordered layers their heights, so that wires run straight and nothing overlaps.

Each layer asks to stand at the height of its neighbours and is answered by the closest heights that keep the order and
the distances: an isotonic regression, solved exactly by pooling adjacent violators (Barlow and others, 1972).
"""

from graph.layout.layers import Layered

SWEEPS = 8
STAND_IN_HEIGHT = 8.0
"""How much room the wires of a bundle take when they pass a layer."""


def heights(part: Layered, rows: list[list[int]], tall: list[float], gap: float) -> list[float]:
    """The middle of each node and stand-in; `tall` are heights (0 for a stand-in), `gap` the room between nodes."""
    half = [(size or STAND_IN_HEIGHT) / 2 for size in tall]
    middles = [0.0] * len(tall)
    for row in rows:
        _settle(row, [0.0] * len(row), [1.0] * len(row), middles, half, gap)
    for turn in range(SWEEPS):
        beside, there = (part.into, rows) if turn % 2 == 0 else (part.out, rows[::-1])
        other = part.out if turn % 2 == 0 else part.into
        for row in there:
            near = [_mattering(part, i, beside[i] or other[i]) for i in row]
            wishes = [_median([middles[j] for j in those], middles[i]) for i, those in zip(row, near, strict=True)]
            weights = [_weight(part, i, those) if beside[i] else 0.05 for i, those in zip(row, near, strict=True)]
            _settle(row, wishes, weights, middles, half, gap)
    return middles


def _mattering(part: Layered, i: int, near: list[int]) -> list[int]:
    """Whom to stand level with: a node looks at nodes, and at bundles only where it has no other neighbours."""
    if i >= part.count or len(near) < 2:
        return near
    return [j for j in near if j < part.count] or near


def _weight(part: Layered, i: int, near: list[int]) -> float:
    """How much it matters that this one stands where it wishes: long wires and plain chains are to be straight."""
    if len(near) == 1:
        alone = len(part.out[near[0]]) == 1 or len(part.into[near[0]]) == 1
        return 4.0 if alone or (i >= part.count and near[0] >= part.count) else 2.0
    return 1.0


def _median(values: list[float], otherwise: float) -> float:
    if not values:
        return otherwise
    if len(values) == 1:
        return values[0]
    values.sort()
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def _settle(
    row: list[int], wishes: list[float], weights: list[float], middles: list[float], half: list[float], gap: float
) -> None:
    """Write the heights closest to the wishes (least weighted squares) that keep order and distance."""
    shift = [0.0] * len(row)
    for k in range(1, len(row)):
        shift[k] = shift[k - 1] + half[row[k - 1]] + gap + half[row[k]]
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
            middles[row[k]] = mean + shift[k]
            k += 1
