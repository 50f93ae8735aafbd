"""Where the pill of a wire sits: on its wire, beside nodes and the pills of the wires that run along."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF

from designer.canvas import captions, curves
from designer.canvas.paint import Brushes, Pill, pill_on
from designer.canvas.plan import Plan
from graph.records import Wire

SHARES = (0.34, 0.66, 0.2, 0.8, 0.1, 0.9)
"""Where else along its wire a pill goes that has no room where it would sit."""

WIDE, HIGH = 76.0, 18.0
"""Pills whose middles are nearer to each other than this, across and down, would lie on each other."""

MOST = 24
"""Of more wires than this that run so close nobody reads all pills."""


def placed(plan: Plan, wire: Wire, texts: Sequence[str], brushes: Brushes) -> Pill:
    """The pill of a wire, at the first place where it lies on nothing else; it does not fit where there is none."""
    points = plan.lines.of(wire.key) or ()
    taken = () if captions.says_own(wire) else _taken(plan, wire, points)
    for centre in _centres(wire, points):
        if not _near(centre, taken):
            pill = pill_on(points, centre, texts, brushes, fixed=wire.fixed)
            if not pill.fits or _free(plan, pill.rect):
                return pill
    return replace(pill_on(points, curves.middle(points), texts, brushes, fixed=wire.fixed), fits=False)


def _centres(wire: Wire, points: Sequence[QPointF]) -> Iterator[QPointF]:
    if captions.says_own(wire):
        yield curves.along(points, 0.6) if len(wire.via) == 1 else curves.late(points)
    else:
        yield curves.middle(points)
    for share in SHARES:
        yield curves.along(points, share)


def _free(plan: Plan, rect: QRectF) -> bool:
    return not plan.nodes.within(rect)


def _near(centre: QPointF, others: Iterable[QPointF]) -> bool:
    x, y = centre.x(), centre.y()
    return any(abs(y - other.y()) < HIGH and abs(x - other.x()) < WIDE for other in others)


def _taken(plan: Plan, wire: Wire, points: Sequence[QPointF]) -> list[QPointF]:
    """Where the pills of wires sit that run close and come first: the order of the drawing settles who makes way."""
    found, todo = {wire.key: (wire, points)}, [points]
    while todo and len(found) <= MOST:
        for one, line in _close(plan, curves.middle(todo.pop())):
            if one.key not in found:
                found[one.key] = one, line
                todo.append(line)
    taken: list[QPointF] = []
    for one, line in sorted(found.values(), key=lambda pair: (pair[0].rank, pair[0].key)):
        if one is wire:
            break
        centre = next((place for place in _centres(one, line) if not _near(place, taken)), None)
        if centre is not None:
            taken.append(centre)
    return taken


def _close(plan: Plan, middle: QPointF) -> Iterator[tuple[Wire, Sequence[QPointF]]]:
    """The wires whose pills would sit near a place, of each port the one that speaks."""
    document = plan.document
    area = QRectF(middle.x() - WIDE, middle.y() - HIGH, 2 * WIDE, 2 * HIGH)
    for key in plan.lines.grid.within(area):
        points = plan.lines.of(key)
        if points is not None and _near(curves.middle(points), (middle,)):
            wire = document.records.get(key)  # one that was just taken away may still have its line
            if not isinstance(wire, Wire) or captions.says_own(wire):
                continue
            if document.wires_from(wire.source, wire.source_port)[0] is wire:
                yield wire, points
