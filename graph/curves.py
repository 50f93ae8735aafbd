"""Curves of activations in plain Python: functions of one number that several are made of, and lines through them."""

import math
from collections.abc import Callable
from typing import TypeAlias

Curve: TypeAlias = Callable[[float], float | None]
Point: TypeAlias = tuple[float, float]

LIMIT = 700.0
"""The exponential of more than this is too large for a float."""


def sigmoid(x: float) -> float:
    """1 / (1 + e⁻ˣ), without an overflow far from zero."""
    if x >= 0:
        return 1 / (1 + math.exp(-min(x, LIMIT)))
    grown = math.exp(max(x, -LIMIT))
    return grown / (1 + grown)


def softplus(x: float) -> float:
    """log(1 + eˣ), which is x where x is large."""
    return max(x, 0.0) + math.log1p(math.exp(-min(abs(x), LIMIT)))


def clamp(x: float, low: float, high: float) -> float:
    """The nearest number to x between two others."""
    return min(max(x, low), high)


def strokes(curve: Curve, low: float, high: float, count: int) -> list[list[Point]]:
    """Lines through a curve at `count` + 1 places, broken where it jumps and where it has no finite value."""
    xs = [low + (high - low) * at / count for at in range(count + 1)]
    points = [(x, y) for x in xs if (y := _value(curve, x)) is not None]
    ys = [y for _, y in points]
    leap = (max(ys) - min(ys)) / 20 if ys else 0.0
    lines: list[list[Point]] = []
    for x, y in points:
        last = lines[-1][-1] if lines else None
        if last is None or x - last[0] > 1.5 * (high - low) / count:
            lines.append([(x, y)])
        elif abs(y - last[1]) > leap and (at := _jump(curve, last, (x, y))) is not None:
            lines[-1].append((at, last[1]))
            lines.append([(at, y), (x, y)])
        else:
            lines[-1].append((x, y))
    return lines


def _value(curve: Curve, x: float) -> float | None:
    """The value at a place; None where there is none that is finite."""
    try:
        found = curve(x)
    except (ArithmeticError, ValueError):
        return None
    return found if found is not None and math.isfinite(found) else None


def _jump(curve: Curve, one: Point, other: Point) -> float | None:
    """Where a curve jumps between two points, found by halving; None where it is only steep."""
    whole = abs(other[1] - one[1])
    for _ in range(40):
        middle = (one[0] + other[0]) / 2
        y = _value(curve, middle)
        if y is None:
            return middle
        if abs(y - one[1]) > abs(other[1] - y):
            other = (middle, y)
        else:
            one = (middle, y)
    return one[0] if abs(other[1] - one[1]) > whole / 2 else None
