"""Where the wires of a plan run: their curves, and an index to find them by place."""

import itertools
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF

from designer.canvas import curves
from designer.canvas.grid import Grid
from graph.records import Wire

if TYPE_CHECKING:
    from designer.canvas.plan import Plan


class Lines:
    """The wires of one plan. A wire to nothing has no line."""

    def __init__(self, plan: "Plan") -> None:
        self._plan = plan
        self._lines: dict[str, QLineF] = {}
        self._inner: dict[str, tuple[QPointF, ...]] = {}
        """The points between the two ends; few wires have any."""
        self._shown: dict[str, tuple[QPointF, ...]] = {}
        self.grid = Grid()

    def clear(self) -> None:
        self._lines.clear()
        self._inner.clear()
        self._shown.clear()
        self.grid.clear()

    def of(self, key: str) -> tuple[QPointF, ...] | None:
        """The points a wire's curve runs through; None for a wire to nothing."""
        line = self._lines.get(key)
        return self._plan.way((line.p1(), *self._inner.get(key, ()), line.p2())) if line is not None else None

    def straight(self, key: str) -> list[QLineF]:
        """Straight lines over the points of a wire's curve."""
        if key in self._inner:
            return [QLineF(start, end) for start, end in itertools.pairwise(self.of(key) or ())]
        return [self._lines[key]] if key in self._lines else []

    def bends(self, key: str) -> tuple[QPointF, ...]:
        """The points that somebody chose for a wire; not those that lead it around nodes by itself."""
        wire = self._plan.document.records.get(key)
        chosen = bool(self._shown[key]) if key in self._shown else isinstance(wire, Wire) and bool(wire.via)
        return self._inner.get(key, ()) if chosen else ()

    def show(self, key: str, bends: Sequence[QPointF]) -> None:
        """Show a wire with other bends, while the document stays as it is."""
        self._shown[key] = tuple(bends)
        self.redraw([key])

    def settle(self) -> set[str]:
        """Show all wires with the bends that the document has; answers those that had others."""
        shown = set(self._shown)
        self._shown.clear()
        self.redraw(shown)
        return shown

    def at(self, point: QPointF, radius: float) -> str | None:
        """The wire nearest to a point, if it is within a radius."""
        area = QRectF(point.x() - radius, point.y() - radius, 2 * radius, 2 * radius)
        lines = ((self.of(key), key) for key in self.grid.within(area))
        near = [(curves.distance(points, point), key) for points, key in lines if points is not None]
        best = min(near, default=None)
        return best[1] if best and best[0] <= radius else None

    def redraw(self, keys: Iterable[str]) -> None:
        """Wires that are new, run elsewhere, or are gone."""
        for key in keys:
            record = self._plan.document.records.get(key)
            if isinstance(record, Wire):
                self.draw(record)
            else:
                self._erase(key)

    def draw(self, wire: Wire) -> None:
        if wire.source not in self._plan or wire.target not in self._plan:
            self._erase(wire.key)
            return
        start = self._plan.end(wire.source, wire.source_port, True)
        end = self._plan.end(wire.target, wire.target_port, False)
        chosen = self._shown[wire.key] if wire.key in self._shown else self._via(wire)
        inner = chosen or self._way(wire, start, end)
        if inner:
            self._inner[wire.key] = inner
        else:
            self._inner.pop(wire.key, None)
        self._lines[wire.key] = QLineF(start, end)
        self.grid.put(wire.key, curves.hull(self._plan.way((start, *inner, end))))

    def _via(self, wire: Wire) -> tuple[QPointF, ...]:
        """The bends of a wire, moved along where both its ends are shown elsewhere, as `edits.move` will do it."""
        if not wire.via:
            return ()
        one, other = self._plan.shifted(wire.source), self._plan.shifted(wire.target)
        step = (one + other) / 2 if not (one.isNull() or other.isNull()) else QPointF()
        return tuple(QPointF(*point) + step for point in wire.via)

    def _way(self, wire: Wire, start: QPointF, end: QPointF) -> tuple[QPointF, ...]:
        document, ends = self._plan.document, {wire.source, wire.target}
        several = len(document.ends(wire.target) & document.ends(wire.source)) > 1
        into = document.wires_into(wire.target, wire.target_port) if several else []
        beside = [other.key for other in into if _same_ends(other, wire)]
        if len(beside) > 1:
            return curves.bowed(start, end, beside.index(wire.key), len(beside), down=self._plan.down)
        around = curves.around_down if self._plan.down else curves.around
        return around(
            start,
            end,
            lambda area: [self._plan.rect(born) for born in self._plan.nodes.within(area) if born not in ends],
        )

    def _erase(self, key: str) -> None:
        self._lines.pop(key, None)
        self._inner.pop(key, None)
        self.grid.drop(key)


def _same_ends(one: Wire, other: Wire) -> bool:
    return one.source == other.source and one.source_port == other.source_port
