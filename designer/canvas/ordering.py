"""What menus and keys do to put the selected nodes in order."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from designer.canvas.looks import PortAt
from graph import edits, queries
from graph.edits.aligning import Edge, Way
from graph.records import Point

if TYPE_CHECKING:
    from designer.canvas.view import View

LABELS: dict[Edge, str] = {
    "left": "Align left", "centre": "Align centres", "right": "Align right",
    "top": "Align top", "middle": "Align middles", "bottom": "Align bottom",
}  # fmt: skip


def align(view: "View", edge: Edge) -> None:
    """Put the selected nodes on one line."""
    _attempt(view, LABELS[edge], lambda births, sizes: edits.align(view.drawing.document, births, sizes, edge))


def distribute(view: "View", way: Way) -> None:
    """Make the gaps between the selected nodes equal."""
    document = view.drawing.document
    _attempt(view, f"Distribute {way}", lambda births, sizes: edits.distribute(document, births, sizes, way))


def straighten(view: "View") -> None:
    """Let the wires between the selected nodes run level."""
    document = view.drawing.document
    way: Way = "down" if view.drawing.plan.down else "across"
    _attempt(
        view, "Straighten", lambda births, sizes: edits.straighten(document, births, sizes, _ends(view, births), way)
    )


def place_all(view: "View") -> None:
    """Nodes that are only placed for show get those places for good, so that nothing jumps when others move."""
    plan, document = view.drawing.plan, view.drawing.document
    places = {node.born: plan.at(node.born) for node in document.nodes() if node.at is None}
    edits.move(document, {born: (at.x(), at.y()) for born, at in places.items()})


def _attempt(view: "View", label: str, verb: Callable[[list[str], dict[str, tuple[float, float]]], None]) -> None:
    births, plan = view.drawing.selection.births, view.drawing.plan
    sizes = plan.sizes(births)

    def whole() -> None:
        place_all(view)
        verb(births, sizes)

    view.drawing.attempt(label, whole)


def _ends(view: "View", births: list[str]) -> dict[str, tuple[Point, Point]]:
    """Where the wires between nodes begin and end, counted from the corners of these."""
    plan, found = view.drawing.plan, {}
    for wire in queries.among(view.drawing.document, set(births)):
        if plan.lines.of(wire.key) is not None:
            start = plan.point(PortAt(wire.source, wire.source_port, True)) - plan.at(wire.source)
            end = plan.point(PortAt(wire.target, wire.target_port, False)) - plan.at(wire.target)
            found[wire.key] = ((start.x(), start.y()), (end.x(), end.y()))
    return found
