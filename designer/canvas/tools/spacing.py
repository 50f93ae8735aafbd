"""Equal gaps while something is dragged: in the middle between two neighbours, or as far on as those before it are."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QLineF, QRectF

LEAST = 4.0
"""Gaps that are smaller are no gaps that one would want to repeat."""

EQUAL = 0.5
"""Gaps that differ by less are equal: what is centred may lie on half a pixel."""

Span = tuple[float, float]
Gap = tuple[QRectF, QRectF]


def span(rect: QRectF, side: int) -> Span:
    """From where to where a rectangle reaches, across (0) or down (1)."""
    return (rect.left(), rect.right()) if side == 0 else (rect.top(), rect.bottom())


def shifts(rect: QRectF, near: Sequence[QRectF], side: int) -> Iterator[float]:
    """How much further along a side a rectangle would have to be for the gaps beside it to be equal."""
    before, after = _row(rect, near, side)
    low, high = span(rect, side)
    if before and after:
        yield (_gap(rect, after[0], side) - _gap(before[0], rect, side)) / 2
    if len(before) > 1 and (gap := _gap(before[1], before[0], side)) > LEAST:
        yield span(before[0], side)[1] + gap - low
    if len(after) > 1 and (gap := _gap(after[0], after[1], side)) > LEAST:
        yield span(after[0], side)[0] - gap - high


def equal(rect: QRectF, near: Sequence[QRectF], side: int) -> list[QLineF]:
    """Lines through the gaps beside a rectangle that are equal now."""
    before, after = _row(rect, near, side)
    gaps: list[Gap] = [*((one, rect) for one in before[:1]), *((rect, one) for one in after[:1])]
    gaps += [*((before[1], before[0]) for _ in before[1:2]), *((after[0], after[1]) for _ in after[1:2])]
    beside = [_gap(*gap, side) for gap in gaps if rect in gap]
    found = [
        gap for gap in gaps
        if (wide := _gap(*gap, side)) > LEAST
        and any(abs(wide - _gap(*other, side)) < EQUAL for other in gaps if other is not gap)
        and any(abs(wide - one) < EQUAL for one in beside)
    ]  # fmt: skip
    return [_line(*gap, side) for gap in found]


def _row(rect: QRectF, near: Sequence[QRectF], side: int) -> tuple[list[QRectF], list[QRectF]]:
    """The two nearest in the same row, or column, before and after a rectangle, each behind the other."""
    low, high = span(rect, side)
    row = [other for other in near if _meet(rect, other, 1 - side)]
    before = sorted((one for one in row if span(one, side)[1] <= low), key=lambda one: -span(one, side)[1])
    after = sorted((one for one in row if span(one, side)[0] >= high), key=lambda one: span(one, side)[0])
    far_before = [one for one in before[1:] if before and span(one, side)[1] <= span(before[0], side)[0]]
    far_after = [one for one in after[1:] if after and span(one, side)[0] >= span(after[0], side)[1]]
    return before[:1] + far_before[:1], after[:1] + far_after[:1]


def _meet(one: QRectF, other: QRectF, side: int) -> bool:
    (low, high), (least, most) = span(one, side), span(other, side)
    return low < most and least < high


def _gap(one: QRectF, other: QRectF, side: int) -> float:
    return span(other, side)[0] - span(one, side)[1]


def _line(one: QRectF, other: QRectF, side: int) -> QLineF:
    """From the end of one to the beginning of the other, in the middle of what they have in common across."""
    low = max(span(one, 1 - side)[0], span(other, 1 - side)[0])
    high = min(span(one, 1 - side)[1], span(other, 1 - side)[1])
    at, start, end = (low + high) / 2, span(one, side)[1], span(other, side)[0]
    return QLineF(start, at, end, at) if side == 0 else QLineF(at, start, at, end)
