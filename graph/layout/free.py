"""Finds free places: the nearest ones at which a rectangle, or several together, meet none of those that stay."""

from collections.abc import Sequence

from graph.layout.outline import Point

Rect = tuple[float, float, float, float]
Way = tuple[int, int]

APART = 48.0
"""Free space between what is put somewhere and what stays."""

WAYS: tuple[Way, ...] = ((0, 1), (1, 0), (0, -1), (-1, 0))


def free_place(
    start: Point, inner: Sequence[Rect], others: Sequence[Rect], ways: Sequence[Way] = WAYS, apart: float = APART
) -> Point:
    """Where rectangles can begin that lie about (0, 0): at the start, or at the nearest free place some way from it."""
    if not _any_meet(start, inner, others):
        return start
    found = [_pushed(start, around(inner), others, way, apart) for way in ways]
    return min(found, key=lambda at: abs(at[0] - start[0]) + abs(at[1] - start[1]))


def around(rects: Sequence[Rect]) -> Rect:
    """The smallest rectangle around some."""
    left, top = min(rect[0] for rect in rects), min(rect[1] for rect in rects)
    right, bottom = (max(rect[side] + rect[side + 2] for rect in rects) for side in (0, 1))
    return left, top, right - left, bottom - top


def meet(one: Rect, other: Rect) -> bool:
    """Whether two rectangles have more than a border in common."""
    return (
        one[0] < other[0] + other[2]
        and other[0] < one[0] + one[2]
        and one[1] < other[1] + other[3]
        and other[1] < one[1] + one[3]
    )


def shifted(rect: Rect, by: Point) -> Rect:
    return rect[0] + by[0], rect[1] + by[1], rect[2], rect[3]


def _any_meet(at: Point, inner: Sequence[Rect], others: Sequence[Rect]) -> bool:
    if not inner:
        return False
    whole = shifted(around(inner), at)
    near = [other for other in others if meet(whole, other)]
    return any(meet(shifted(rect, at), other) for rect in inner for other in near)


def _pushed(at: Point, whole: Rect, others: Sequence[Rect], way: Way, apart: float) -> Point:
    """A corner, moved one way until the whole of what begins there keeps clear of all others."""
    x, y = at
    left, top, width, height = whole
    for a, b, w, h in sorted(others, key=lambda rect: _when_met(rect, way)):
        if not meet((x + left - apart, y + top - apart, width + 2 * apart, height + 2 * apart), (a, b, w, h)):
            continue
        if way[0]:
            x = (a + w + apart if way[0] > 0 else a - apart - width) - left
        else:
            y = (b + h + apart if way[1] > 0 else b - apart - height) - top
    return x, y


def _when_met(rect: Rect, way: Way) -> float:
    """How early one comes upon a rectangle that way."""
    a, b, w, h = rect
    return way[0] * a + way[1] * b if sum(way) > 0 else way[0] * (a + w) + way[1] * (b + h)
