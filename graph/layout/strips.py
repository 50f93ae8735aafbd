"""Sets a long chain of layers in several rows, as lines of a text, so that a whole network can be read at once."""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from graph.layout.layers import Layered

SLENDER = 4.0
"""A drawing so many times longer than wide is set in rows, if it cannot be read at once otherwise."""


class Sight(NamedTuple):
    """What can be read when all of it is in sight: how long a drawing, and how much longer than wide if in rows."""

    long: float
    aspect: float


RIGHT, DOWN = Sight(1600.0, 1.25), Sight(1100.0, 0.6)

MOST_LED_ON = 3
"""A row ends only where at most so many wires lead on, each from its last nodes to the first ones of the next row."""

WORTH = 0.7
"""The longest row must be so much shorter than the whole, or the drawing is left in one."""

TURN_GAP = 64.0
"""Free space between two rows, for the wires that lead on."""


def strips(part: Layered, rows: list[list[int]], steps: Sequence[float], across: float, sight: Sight) -> list[range]:
    """Which layers stand in which row; one row if the drawing is better left in one.

    `steps` is how far each layer reaches along the flow, with the space behind it.
    """
    whole, long = [range(len(rows))], sum(steps)
    if long < sight.long or long < SLENDER * across or part.back:
        return whole
    count = min(round((long / (sight.aspect * (across + TURN_GAP))) ** 0.5), len(rows) // 3)
    starts = list(accumulate(steps, initial=0.0))
    cuts = sorted({cut for k in range(1, count) if (cut := _cut(part, rows, starts, k / count, 1 / count))})
    found = [range(a, b) for a, b in pairwise([0, *cuts, len(rows)])]
    return found if max(starts[run.stop] - starts[run.start] for run in found) < WORTH * long else whole


def _cut(part: Layered, rows: list[list[int]], starts: Sequence[float], share: float, row: float) -> int | None:
    """The layer with which a row begins: near its share of the length, where few wires lead on."""
    long = starts[-1]
    best: tuple[int, float, int] | None = None
    for cut in range(1, len(rows)):
        away = abs(starts[cut] / long - share)
        if away > row / 3:
            continue
        led = sum(len(part.out[i]) for i in rows[cut - 1])
        passing = any(i >= part.count for i in (*rows[cut - 1], *rows[cut]))
        if not passing and led <= MOST_LED_ON and (best is None or (led, away) < best[:2]):
            best = led, away, cut
    return best[2] if best else None
