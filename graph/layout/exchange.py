"""Exchanges neighbours in the layers of a drawing until fewer wires cross: the fine work after the sweeps.

Two steps of the literature: neighbours that cross less the other way around change places (Gansner and others, 1993),
and each node tries the places around its own (sifting: Matuszewski, Schönfeld and Molitor, 1999).
"""

from collections.abc import Iterator

from graph.layout.layers import Layered

PASSES = 6
"""Rounds of sifting after which the search ends, whatever is still to be won."""

WINDOW = 10
"""How many places to either side a node tries: with more, twice the time finds one crossing in a hundred."""

Ends = dict[int, list[int]]


def transposed(part: Layered, rows: list[list[int]], rounds: int) -> None:
    """Let neighbours change places while that takes crossings away; at most some rounds over all layers."""
    place = _places(part, rows)
    stirred = set(range(bool(part.wishes), len(rows)))
    for _ in range(rounds):
        moved = {layer for layer in sorted(stirred) if _transpose(part, rows[layer], place)}
        stirred = {
            near for layer in moved for near in (layer - 1, layer, layer + 1) if bool(part.wishes) <= near < len(rows)
        }
        if not stirred:
            return


def _transpose(part: Layered, row: list[int], place: list[int]) -> bool:
    before, after = _ends(part.into, row, place), _ends(part.out, row, place)
    moved, k = False, 0
    while k < len(row) - 1:
        one, other = row[k], row[k + 1]
        if saved(before[one], before[other]) + saved(after[one], after[other]) > 0:
            row[k], row[k + 1] = other, one
            moved, k = True, max(k - 1, 0)
        else:
            k += 1
    if moved:
        _enter(row, place)
    return moved


def sifted(part: Layered, rows: list[list[int]]) -> Iterator[float]:
    """Let each node take the best place near its own, as long as that helps; yields how far it is."""
    place = _places(part, rows)
    stirred = set(range(bool(part.wishes), len(rows)))
    for turn in range(PASSES):
        moved = set()
        for done, layer in enumerate(sorted(stirred, reverse=turn % 2 == 1)):
            if _sift(part, rows[layer], place):
                moved.add(layer)
            yield (turn + done / len(stirred)) / PASSES
        stirred = {
            near for layer in moved for near in (layer - 1, layer, layer + 1) if bool(part.wishes) <= near < len(rows)
        }
        if not stirred:
            return


def _sift(part: Layered, row: list[int], place: list[int]) -> bool:
    if len(row) < 2:
        return False
    before, after = _ends(part.into, row, place), _ends(part.out, row, place)
    moved = False
    for node in list(row):
        at = row.index(node)
        best = _best(row, at, before, after)
        if best != at:
            row.insert(best, row.pop(at))
            moved = True
    if moved:
        _enter(row, place)
    return moved


def _best(row: list[int], at: int, before: Ends, after: Ends) -> int:
    """Where in its row a node crosses least; its own place if no other is better."""
    into, out = before[row[at]], after[row[at]]
    best = least = change = 0
    for k in range(at + 1, min(len(row), at + WINDOW + 1)):
        other = row[k]
        change -= saved(into, before[other]) + saved(out, after[other])
        if change < least:
            least, best = change, k - at
    change = 0
    for k in range(at - 1, max(-1, at - WINDOW - 1), -1):
        other = row[k]
        change -= saved(before[other], into) + saved(after[other], out)
        if change < least:
            least, best = change, k - at
    return at + best


def saved(above: list[int], below: list[int]) -> int:
    """How many crossings fewer there are when two neighbours change places; their ends in the next layer are sorted."""
    if len(above) == 1 == len(below):
        return (above[0] > below[0]) - (above[0] < below[0])
    if not above or not below or above[-1] < below[0]:
        return -len(above) * len(below)
    if above[0] > below[-1]:
        return len(above) * len(below)
    count = 0
    for one in above:
        for other in below:
            if one > other:
                count += 1
            elif one < other:
                count -= 1
    return count


def _ends(beside: list[list[int]], row: list[int], place: list[int]) -> Ends:
    return {i: sorted([place[j] for j in beside[i]]) for i in row}


def _places(part: Layered, rows: list[list[int]]) -> list[int]:
    place = [0] * len(part.layer)
    for row in rows:
        _enter(row, place)
    return place


def _enter(row: list[int], place: list[int]) -> None:
    for k, i in enumerate(row):
        place[i] = k
