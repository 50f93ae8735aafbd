"""The shape of wires: smooth curves that leave and arrive level, around the nodes that stand between their ends."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

LONG, LONG_DOWN = 240.0, 168.0
"""Only a wire longer than this, to the right or down, can have a node between its ends."""

CLEAR = 10.0
LANE_GAP = 12.0
TURN = 56.0
TRIES = 8
BOW = 22.0
SAMPLES = 16
FAR, HIGH = 160.0, 88.0
"""How far at most the handles of a stretch lie that goes back, and of one that goes up or down between two nodes."""
STRAIGHT = 48.0
"""The handles of a stretch that is longer than this meet in its middle, and so lie between its ends."""


class Downward(tuple[QPointF, ...]):
    """The points of a curve that leaves and arrives downwards; any other sequence of points is one to the right."""

    __slots__ = ()


def turned(point: QPointF) -> QPointF:
    """A point with its sides exchanged: what runs to the right runs down then."""
    return QPointF(point.y(), point.x())


def path(points: Sequence[QPointF]) -> QPainterPath:
    """A smooth curve through points, level at each of them."""
    drawn = QPainterPath(points[0])
    for _, first, second, end in _stretches(points):
        drawn.cubicTo(first, second, end)
    return drawn


def _stretches(points: Sequence[QPointF]) -> Iterator[tuple[QPointF, QPointF, QPointF, QPointF]]:
    """Start, both handles and end of each stretch between two points."""
    if isinstance(points, Downward):
        for first, second, third, last in _stretches([turned(point) for point in points]):
            yield turned(first), turned(second), turned(third), turned(last)
        return
    for (start, out), (end, into) in itertools.pairwise(zip(points, _ways(points), strict=True)):
        reach = _reach(start, end, out, into)
        yield start, QPointF(start.x() + out * reach, start.y()), QPointF(end.x() - into * reach, end.y()), end


def _ways(points: Sequence[QPointF]) -> list[int]:
    """To the right (1) or to the left (−1): how a curve passes each point. It leaves and arrives to the right."""
    inner = [1 if after.x() >= before.x() else -1 for before, after in zip(points, points[2:], strict=False)]
    return [1, *inner, 1]


def _reach(start: QPointF, end: QPointF, out: int, into: int) -> float:
    """How far the handles of a stretch lie from its ends."""
    across, along = end.y() - start.y(), end.x() - start.x()
    if out == into and along * out > STRAIGHT:
        return along * out / 2
    return max(24.0, min(abs(along) / 2 + 24, FAR), min(abs(across) / 3, HIGH))


def samples(points: Sequence[QPointF]) -> list[QPointF]:
    """Points along the curve, close enough to tell what it touches."""
    found = [points[0]]
    for start, first, second, end in _stretches(points):
        for k in range(1, SAMPLES + 1):
            t = k / SAMPLES
            u = 1 - t
            found.append(start * (u * u * u) + first * (3 * u * u * t) + second * (3 * u * t * t) + end * (t * t * t))
    return found


def middle(points: Sequence[QPointF]) -> QPointF:
    """Where a pill sits: the middle of the longest stretch."""
    if len(points) == 2:
        return (points[0] + points[1]) / 2
    down = isinstance(points, Downward)
    start, end = max(
        itertools.pairwise(points), key=lambda pair: abs((pair[1] - pair[0]).y() if down else (pair[1] - pair[0]).x())
    )
    return (start + end) / 2


def along(points: Sequence[QPointF], share: float) -> QPointF:
    """A point on the longest stretch, at a share of it."""
    steps = [end - start for start, end in itertools.pairwise(points)]
    lengths = [abs(step.y() if isinstance(points, Downward) else step.x()) for step in steps]
    longest = lengths.index(max(lengths))
    return samples(points)[longest * SAMPLES + round(share * SAMPLES)]


def late(points: Sequence[QPointF]) -> QPointF:
    """Where something about one wire of many stands: nearer to the end, where wires that cross are apart again."""
    if len(points) == 3:
        return points[1]
    line = samples(points)
    return line[round(0.62 * (len(line) - 1))]


def bowed(start: QPointF, end: QPointF, place: int, count: int, *, down: bool = False) -> tuple[QPointF, ...]:
    """Sets wires between the same two ports apart: the point that number `place` of `count` runs through."""
    if count < 2:
        return ()
    middle = start + (end - start) * 0.6
    aside = (place - (count - 1) / 2) * BOW
    return (middle + (QPointF(aside, 0) if down else QPointF(0, aside)),)


def stretch_at(points: Sequence[QPointF], to: QPointF) -> int:
    """On which of its stretches a curve comes nearest to a point."""
    line = samples(points)
    steps = list(itertools.pairwise(line))
    return min(range(len(steps)), key=lambda k: _to_segment(to, *steps[k])) // SAMPLES


def distance(points: Sequence[QPointF], to: QPointF) -> float:
    """How far a point is from the curve."""
    line = samples(points)
    return min(_to_segment(to, a, b) for a, b in itertools.pairwise(line))


def _to_segment(point: QPointF, a: QPointF, b: QPointF) -> float:
    along = b - a
    length = QPointF.dotProduct(along, along)
    t = min(max(QPointF.dotProduct(point - a, along) / length, 0.0), 1.0) if length else 0.0
    away = point - (a + along * t)
    return float(QPointF.dotProduct(away, away) ** 0.5)


def hull(points: Sequence[QPointF]) -> QRectF:
    """A rectangle that holds the whole curve."""
    plain = len(points) == 2 and not isinstance(points, Downward)
    if plain and points[1].x() - points[0].x() > STRAIGHT:  # by far most wires
        start, end = points
        top, bottom = sorted((start.y(), end.y()))
        return QRectF(start.x() - 8, top - 14, end.x() - start.x() + 16, bottom - top + 28)
    xs, ys = [p.x() for p in points], [p.y() for p in points]
    for _, first, second, _ in _stretches(points):
        xs += [first.x(), second.x()]
        ys += [first.y(), second.y()]
    return QRectF(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)).adjusted(-8, -14, 8, 14)


def around_down(start: QPointF, end: QPointF, obstacles: Callable[[QRectF], Iterable[QRectF]]) -> tuple[QPointF, ...]:
    """The same as `around` for a wire that runs down."""
    return tuple(
        turned(point)
        for point in around(turned(start), turned(end), lambda area: map(_turned, obstacles(_turned(area))), LONG_DOWN)
    )


def _turned(rect: QRectF) -> QRectF:
    return QRectF(rect.y(), rect.x(), rect.height(), rect.width())


def around(
    start: QPointF, end: QPointF, obstacles: Callable[[QRectF], Iterable[QRectF]], long: float = LONG
) -> tuple[QPointF, ...]:
    """Points that lead a wire around what stands between its ends; none if the way is free or it is not as long.

    `obstacles` gives the rectangles of nodes that meet a rectangle, the wire's own ends left out.
    """
    if end.x() - start.x() < long:
        return ()
    band = QRectF(start, end).normalized().adjusted(CLEAR, -CLEAR, -CLEAR, CLEAR)
    blocks = [rect.adjusted(-CLEAR, -CLEAR, CLEAR, CLEAR) for rect in obstacles(band)]
    if not blocks or not any(rect.contains(point) for rect in blocks for point in samples((start, end))):
        return ()
    lanes = [_lane(start, end, obstacles, down) for down in (True, False)]
    found = [lane for lane in lanes if lane is not None]
    if not found:
        return ()
    lane = min(found, key=lambda y: abs(y - start.y()) + abs(y - end.y()))
    return QPointF(start.x() + TURN, lane), QPointF(end.x() - TURN, lane)


def _lane(start: QPointF, end: QPointF, obstacles: Callable[[QRectF], Iterable[QRectF]], down: bool) -> float | None:
    """The height of a free lane below or above both ends."""
    lane = max(start.y(), end.y()) if down else min(start.y(), end.y())
    for _ in range(TRIES):
        strip = QRectF(start.x() + TURN / 2, lane - CLEAR, end.x() - start.x() - TURN, 2 * CLEAR)
        blocks = list(obstacles(strip))
        if not blocks:
            return lane
        lane = max(r.bottom() for r in blocks) + LANE_GAP if down else min(r.top() for r in blocks) - LANE_GAP
    return None
