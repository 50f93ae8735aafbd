"""Counts how often the wires of a drawing cross when each is a straight line: what layouts are judged by."""

from collections.abc import Mapping, Sequence

from graph.layout.outline import Edge, Point


def straight_crossings(middles: Mapping[str, Point], edges: Sequence[Edge]) -> int:
    """How many pairs of wires without a common end cross, each drawn from the middle of a node to that of another."""
    lines = sorted(_line(middles[a], middles[b], a, b) for a, b in dict.fromkeys(edges) if a != b)
    count = 0
    open_lines: list[_Line] = []
    for line in lines:
        left, low, right, end, a, b = line
        open_lines = [other for other in open_lines if other[2] > left]
        for other in open_lines:
            if other[4] not in (a, b) and other[5] not in (a, b) and _cross(other, left, low, right, end):
                count += 1
        open_lines.append(line)
    return count


_Line = tuple[float, float, float, float, str, str]


def _line(one: Point, other: Point, a: str, b: str) -> _Line:
    """A line from left to right, with the names of its ends."""
    (left, low), (right, end) = sorted((one, other))
    return left, low, right, end, a, b


def _cross(line: _Line, x: float, y: float, u: float, v: float) -> bool:
    """Whether two lines have a point in common that is inside both."""
    p, q, r, s = line[0], line[1], line[2], line[3]
    if max(q, s) <= min(y, v) or max(y, v) <= min(q, s):
        return False
    one = (r - p) * (y - q) - (s - q) * (x - p)
    other = (r - p) * (v - q) - (s - q) * (u - p)
    if one * other >= 0:
        return False
    one = (u - x) * (q - y) - (v - y) * (p - x)
    other = (u - x) * (s - y) - (v - y) * (r - x)
    return one * other < 0
