"""Where the pill of a wire sits: on its wire, beside nodes and the pills of the wires that run along."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF

from designer.canvas import captions, curves
from designer.canvas.paint import Brushes, Pill, pill_on
from designer.canvas.plan import Plan
from graph.records import Wire

SHARES = (0.34, 0.66, 0.2, 0.8, 0.1, 0.9)
"""Where else along its wire a pill goes that has no room where it would sit."""

HIGH = 18.0
"""Wires nearer to each other than so many pixels have no room for two pills one below the other."""

APART = 64.0
"""How far from the pill of a wire so close the next one sits."""

MOST_ASKED = 64
"""Of a node with more wires than this nobody reads them all."""


def placed(plan: Plan, wire: Wire, texts: Sequence[str], brushes: Brushes) -> Pill:
    """The pill of a wire, at the first place where it lies on nothing else; it does not fit where there is none."""
    points = plan.lines.of(wire.key) or ()
    own = captions.says_own(wire)
    for centre in _centres(plan, wire, points, own):
        pill = pill_on(points, centre, texts, brushes, fixed=wire.fixed)
        if not pill.fits or _free(plan, pill.rect):
            return pill
    return replace(pill_on(points, curves.middle(points), texts, brushes, fixed=wire.fixed), fits=False)


def _centres(plan: Plan, wire: Wire, points: Sequence[QPointF], own: bool) -> Iterator[QPointF]:
    middle, apart = curves.middle(points), 0.0
    if own:
        yield curves.along(points, 0.6) if len(wire.via) == 1 else curves.late(points)
    else:
        apart = APART if _crowded(plan, wire, middle) else 0.0
        if not apart:
            yield middle
    for share in SHARES:
        place = curves.along(points, share)
        if not apart or (place - middle).manhattanLength() >= apart:
            yield place


def _free(plan: Plan, rect: QRectF) -> bool:
    return not plan.nodes.within(rect)


def _crowded(plan: Plan, wire: Wire, middle: QPointF) -> bool:
    """Whether the wire of a port above runs so close that its pill sits there."""
    ends = plan.document.ends(wire.source)
    for key in ends if len(ends) <= MOST_ASKED else ():
        other = plan.document.wire(key)
        points = plan.lines.of(key)
        if other.source != wire.source or points is None or captions.says_own(other):
            continue
        away = curves.middle(points) - middle
        if plan.down:
            away = curves.turned(away)
        if -HIGH < away.y() < 0 and abs(away.x()) < 2 * HIGH and other.source_port != wire.source_port:
            return True
    return False
