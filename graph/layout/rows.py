"""Orders the nodes within each layer so that few wires cross: medians, there and back; then exchanges."""

import itertools
import random
from collections.abc import Generator

from graph.layout.exchange import sifted, transposed
from graph.layout.layers import Layered

ROUNDS = 24
PATIENCE = 4
"""Rounds without a better order after which the search ends."""

LARGE = 60_000
"""A drawing with more wires between neighbouring layers than this gets fewer rounds."""

Rows = list[list[int]]


def ordered(
    part: Layered, beginning: int = 0, *, quick: bool = False, patience: int = PATIENCE
) -> Generator[float, None, Rows]:
    """The nodes of each layer from top to bottom; document order wherever the wires do not care.

    Yields how far it is, from 0 to 1. Another `beginning` than the first, which is document order, may lead to another
    end. `quick` is a rough order, for a drawing that somebody waits to see.
    """
    rows = _shuffled(part, beginning) if beginning else _first_rows(part)
    _grant(part, rows)
    best, fewest = [list(row) for row in rows], crossings(part, rows)
    rounds = 2 if quick else ROUNDS if sum(map(len, part.out)) < LARGE else 6
    waited = 0
    for turn in range(rounds):
        if not fewest or waited == patience:
            break
        yield turn / rounds / 2
        _sweep(part, rows, downwards=turn % 2 == 0)
        _grant(part, rows)
        if not quick:
            transposed(part, rows, 2)
        count = crossings(part, rows)
        waited += 1
        if count < fewest:
            best, fewest, waited = [list(row) for row in rows], count, 0
    if fewest and not quick:
        for done in sifted(part, best):
            yield 0.5 + done / 2
    return best


def _first_rows(part: Layered) -> Rows:
    """Nodes by document order; a stand-in beside the node whose wires it carries."""
    origin = list(range(len(part.layer)))
    for i in range(part.count, len(part.layer)):
        origin[i] = origin[part.into[i][0]]
    rows: Rows = [[] for _ in range(max(part.layer) + 1)]
    for i, place in enumerate(part.layer):
        rows[place].append(i)
    for row in rows:
        row.sort(key=lambda i: (origin[i], i))
    return rows


def _shuffled(part: Layered, turn: int) -> Rows:
    """Another beginning, the same each time."""
    chance, rows = random.Random(turn), _first_rows(part)
    for row in rows:
        chance.shuffle(row)
    return rows


def _grant(part: Layered, rows: Rows) -> None:
    """Put those of the first layer in order whose order is settled, at the places that they have together."""
    if part.wishes:
        places = [k for k, i in enumerate(rows[0]) if i in part.wishes]
        for k, i in zip(places, sorted((rows[0][k] for k in places), key=lambda i: (part.wishes[i], i)), strict=True):
            rows[0][k] = i


def _sweep(part: Layered, rows: Rows, *, downwards: bool) -> None:
    """Sort each layer by the middle of what its nodes hang on in the layer before; those that hang on none stay."""
    beside = part.into if downwards else part.out
    place = [0] * len(part.layer)
    for row in rows if downwards else reversed(rows):
        hanging = [(_middle([place[j] for j in beside[i]]), k) for k, i in enumerate(row) if beside[i]]
        hanging.sort()
        sorted_row = [row[k] for _, k in hanging]
        for k, i in enumerate(row):
            if not beside[i]:
                sorted_row.insert(k, i)
        row[:] = sorted_row
        for k, i in enumerate(row):
            place[i] = k


def _middle(ends: list[int]) -> float:
    """The median; of an even number of ends a point between the middle two, nearer to where more ends lie close."""
    count = len(ends)
    if count == 1:
        return ends[0]
    if count == 2:
        return (ends[0] + ends[1]) / 2
    ends.sort()
    half = count // 2
    if count % 2:
        return ends[half]
    low, high = ends[half - 1] - ends[0], ends[-1] - ends[half]
    if low + high == 0:
        return (ends[half - 1] + ends[half]) / 2
    return (ends[half - 1] * high + ends[half] * low) / (low + high)


def crossings(part: Layered, rows: Rows) -> int:
    """How often wires between neighbouring layers cross (Barth, Jünger and Mutzel's accumulator tree, 2002)."""
    place = [0] * len(part.layer)
    for row in rows:
        for k, i in enumerate(row):
            place[i] = k
    return sum(_between(part, row, place, len(below)) for row, below in itertools.pairwise(rows))


def _between(part: Layered, row: list[int], place: list[int], width: int) -> int:
    ends = [end for i in row for end in sorted([place[j] for j in part.out[i]])]
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
