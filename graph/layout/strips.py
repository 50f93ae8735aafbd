"""Sets a long chain of layers in several rows, as lines of a text, so that a whole network can be read at once."""

from graph.layout.layers import Layered

SLENDER = 4.0
"""A drawing so many times longer than wide is set in rows, if it is also longer than `READABLE`."""

READABLE = 1600.0
"""A drawing up to this length can be read when all of it is in sight."""

ASPECT = 2.0
"""How much longer than wide a drawing in rows is to be."""

MOST_LED_ON = 3
"""A row ends only where at most so many wires lead on: each runs back to the beginning of the next row."""

TURN_GAP = 64.0
"""Free space between two rows, for the wires that lead on."""


def strips(part: Layered, rows: list[list[int]], long: float, across: float) -> list[range]:
    """Which layers stand in which row; one row if the drawing is better left in one."""
    whole = [range(len(rows))]
    if long < READABLE or long < SLENDER * across or part.back:
        return whole
    count = min(round((long / (ASPECT * (across + TURN_GAP))) ** 0.5), len(rows) // 3)
    cuts = sorted({cut for k in range(1, count) if (cut := _cut(part, rows, k, count))})
    return [range(a, b) for a, b in zip([0, *cuts], [*cuts, len(rows)], strict=True)]


def _cut(part: Layered, rows: list[list[int]], k: int, count: int) -> int | None:
    """The layer at which row `k` of `count` begins: near its share, where few wires lead on."""
    share = len(rows) / count
    ideal, reach = round(k * share), int(share / 3)
    best: tuple[int, int, int] | None = None
    for cut in range(ideal - reach, ideal + reach + 1):
        led = sum(len(part.out[i]) for i in rows[cut - 1])
        if led <= MOST_LED_ON and (best is None or (led, abs(cut - ideal)) < best[:2]):
            best = led, abs(cut - ideal), cut
    return best[2] if best else None
