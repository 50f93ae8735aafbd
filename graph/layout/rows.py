"""Orders the nodes within each layer so that few wires cross: barycentres, layer by layer, there and back."""

import itertools

from graph.layout.layers import Layered

ROUNDS = 12
PATIENCE = 3
"""Rounds without a better order after which the search ends."""

LARGE = 20_000
"""A drawing with more wires between neighbouring layers than this gets fewer rounds."""


def ordered(part: Layered) -> list[list[int]]:
    """The nodes of each layer from top to bottom; document order wherever the wires do not care."""
    rows = _first_rows(part)
    best, fewest = [list(row) for row in rows], crossings(part, rows)
    wires = sum(map(len, part.out))
    waited = 0
    for turn in range(ROUNDS if wires < LARGE else 4):
        _sweep(part, rows, downwards=turn % 2 == 0)
        count = crossings(part, rows)
        if count < fewest:
            best, fewest, waited = [list(row) for row in rows], count, 0
        else:
            waited += 1
        if not fewest or waited == PATIENCE:
            break
    return best


def _first_rows(part: Layered) -> list[list[int]]:
    """Nodes by document order; a stand-in beside the node whose wires it carries."""
    origin = list(range(len(part.layer)))
    for i in range(part.count, len(part.layer)):
        origin[i] = origin[part.into[i][0]]
    rows: list[list[int]] = [[] for _ in range(max(part.layer) + 1)]
    for i, place in enumerate(part.layer):
        rows[place].append(i)
    for row in rows:
        row.sort(key=lambda i: (origin[i], i))
    return rows


def _sweep(part: Layered, rows: list[list[int]], *, downwards: bool) -> None:
    """Sort each layer by the mean place of what its nodes hang on in the layer before."""
    beside = part.into if downwards else part.out
    places = [0.0] * len(part.layer)
    for row in rows if downwards else reversed(rows):
        centre: dict[int, float] = {}
        for k, i in enumerate(row):
            near = beside[i]
            centre[i] = sum(places[j] for j in near) / len(near) if near else _free_place(k, len(row))
        row.sort(key=centre.__getitem__)
        for k, i in enumerate(row):
            places[i] = _free_place(k, len(row))


def _free_place(k: int, length: int) -> float:
    """Places are counted from the middle of a layer, so that layers of different length agree."""
    return k - (length - 1) / 2


def crossings(part: Layered, rows: list[list[int]]) -> int:
    """How often wires between neighbouring layers cross (Barth, Jünger and Mutzel's accumulator tree, 2002)."""
    place = [0] * len(part.layer)
    for row in rows:
        for k, i in enumerate(row):
            place[i] = k
    return sum(_between(part, row, place, len(below)) for row, below in itertools.pairwise(rows))


def _between(part: Layered, row: list[int], place: list[int], width: int) -> int:
    ends = [end for i in row for end in sorted(place[j] for j in part.out[i])]
    first = 1
    while first < width:
        first *= 2
    tree = [0] * (2 * first)
    count = 0
    for end in ends:
        leaf = end + first
        tree[leaf] += 1
        while leaf > 1:
            if not leaf & 1:
                count += tree[leaf + 1]
            leaf >>= 1
            tree[leaf] += 1
    return count
