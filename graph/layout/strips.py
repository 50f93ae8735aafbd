"""Sets a long chain of layers in several rows, as lines of a text, so that a whole network can be read at once."""

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

TURN_GAP = 64.0
"""Free space between two rows, for the wires that lead on."""


def strips(part: Layered, rows: list[list[int]], long: float, across: float, sight: Sight) -> list[range]:
    """Which layers stand in which row; one row if the drawing is better left in one."""
    whole = [range(len(rows))]
    if long < sight.long or long < SLENDER * across or part.back:
        return whole
    count = min(round((long / (sight.aspect * (across + TURN_GAP))) ** 0.5), len(rows) // 3)
    cuts = sorted({cut for k in range(1, count) if (cut := _cut(part, rows, k, count))})
    return [range(a, b) for a, b in zip([0, *cuts], [*cuts, len(rows)], strict=True)]


def _cut(part: Layered, rows: list[list[int]], k: int, count: int) -> int | None:
    """The layer at which row `k` of `count` begins: near its share, where few wires lead on."""
    share = len(rows) / count
    ideal, reach = round(k * share), int(share / 3)
    best: tuple[int, int, int] | None = None
    for cut in range(ideal - reach, ideal + reach + 1):
        led = sum(len(part.out[i]) for i in rows[cut - 1])
        passing = any(i >= part.count for i in (*rows[cut - 1], *rows[cut]))
        if not passing and led <= MOST_LED_ON and (best is None or (led, abs(cut - ideal)) < best[:2]):
            best = led, abs(cut - ideal), cut
    return best[2] if best else None
