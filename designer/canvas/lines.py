"""Where the wires of a plan run: their curves, and an index to find them by place."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

from designer.canvas import curves
from designer.canvas.grid import Grid
from designer.canvas.looks import PortAt
from graph.records import Wire

if TYPE_CHECKING:
    from designer.canvas.plan import Plan


class Lines:
    """The wires of one plan. A wire to nothing has no line."""

    def __init__(self, plan: "Plan") -> None:
        self._plan = plan
        self._lines: dict[str, tuple[QPointF, ...]] = {}
        self.grid = Grid()

    def clear(self) -> None:
        self._lines.clear()
        self.grid.clear()

    def of(self, key: str) -> tuple[QPointF, ...] | None:
        """The points a wire's curve runs through; None for a wire to nothing."""
        return self._lines.get(key)

    def at(self, point: QPointF, radius: float) -> str | None:
        """The wire nearest to a point, if it is within a radius."""
        area = QRectF(point.x() - radius, point.y() - radius, 2 * radius, 2 * radius)
        near = [(curves.distance(self._lines[key], point), key) for key in self.grid.within(area)]
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
        start = self._plan.point(PortAt(wire.source, wire.source_port, True))
        end = self._plan.point(PortAt(wire.target, wire.target_port, False))
        via = [QPointF(*point) for point in wire.via] or self._way(wire, start, end)
        self._lines[wire.key] = (start, *via, end)
        self.grid.put(wire.key, curves.hull(self._lines[wire.key]))

    def _way(self, wire: Wire, start: QPointF, end: QPointF) -> tuple[QPointF, ...]:
        ends = {wire.source, wire.target}
        beside = [w.key for w in self._plan.document.wires_into(wire.target, wire.target_port) if _same_ends(w, wire)]
        if len(beside) > 1:
            return curves.bowed(start, end, beside.index(wire.key), len(beside))
        return curves.around(
            start,
            end,
            lambda area: [self._plan.rect(born) for born in self._plan.nodes.within(area) if born not in ends],
        )

    def _erase(self, key: str) -> None:
        self._lines.pop(key, None)
        self.grid.drop(key)


def _same_ends(one: Wire, other: Wire) -> bool:
    return one.source == other.source and one.source_port == other.source_port
