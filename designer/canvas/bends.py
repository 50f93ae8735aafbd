"""The bends of wires: where they are, and what menus, keys and clicks do with them."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from designer.canvas import curves
from designer.canvas.paint import paint_bends
from graph import edits
from graph.records import Wire

if TYPE_CHECKING:
    from designer.canvas.view import View

Bend = tuple[str, int]
"""A bend: the key of its wire, and its number on it."""

REACH = 8.0
MOST_SHOWN = 100
"""Of more selected wires than this the first show their bends: nobody takes hold of one of so many."""


def under(view: "View", point: QPointF) -> Bend | None:
    """The bend under the pointer, of a wire that shows its bends or is about to."""
    scene, reach = view.drawing, REACH / min(view.camera.scale, 1.5)
    if not scene.near_by:
        return None
    near = scene.plan.lines.at(point, reach) if scene.plan.node_at(point) is None else None
    for key in dict.fromkeys([*scene.selection.wires, *([near] if near else [])]):
        away = [(place - point).manhattanLength() for place in scene.plan.lines.bends(key)]
        if away and min(away) <= 1.4 * reach:
            return key, away.index(min(away))
    return None


def paint(view: "View", painter: QPainter) -> None:
    """What hands take hold of, on the wires that are looked at."""
    scene = view.drawing
    if not scene.near_by:
        return
    looked_at = [key for key in scene.selection.wires if key != scene.marked.hidden]
    if scene.marked.hovered is not None and scene.marked.hovered != scene.marked.hidden:
        looked_at.append(scene.marked.hovered)
    for key in looked_at[:MOST_SHOWN]:
        chosen = scene.marked.bend[1] if scene.marked.bend and scene.marked.bend[0] == key else None
        paint_bends(painter, scene.plan.lines.bends(key), chosen, scene.brushes)


def inserted(view: "View", key: str, point: QPointF) -> tuple[list[QPointF], int]:
    """The way of a wire over one more point, and the number of that point; how it runs now stays."""
    points = view.drawing.plan.lines.of(key) or ()
    number = curves.stretch_at(points, point)
    inner = list(points[1:-1])
    return [*inner[:number], point, *inner[number:]], number


def write(view: "View", key: str, way: list[QPointF], label: str) -> None:
    """Lead a wire over these points, as one step."""
    document = view.drawing.document
    via = [(round(at.x()), round(at.y())) for at in way]
    if list(document.wire(key).via) != via:
        view.drawing.attempt(label, lambda: edits.set_wire(document, key, via=via))


def add(view: "View", key: str, point: QPointF) -> None:
    """Give a wire a bend at a place, and choose it."""
    way, number = inserted(view, key, point)
    write(view, key, way, "Add a bend")
    view.drawing.selection.set([key])
    view.drawing.choose_bend((key, number))


def add_in_the_middle(view: "View") -> None:
    """Give the selected wire a bend where it is longest."""
    wires = view.drawing.selection.wires
    points = view.drawing.plan.lines.of(wires[0]) if len(wires) == 1 else None
    if points is not None:
        add(view, wires[0], curves.middle(points))


def remove(view: "View", bend: Bend) -> None:
    """Take one bend out."""
    key, number = bend
    way = list(view.drawing.plan.lines.bends(key))
    if number < len(way):
        write(view, key, way[:number] + way[number + 1 :], "Remove a bend")
    view.drawing.choose_bend(None)


def nudge(view: "View", bend: Bend, across: float, down: float) -> None:
    """Move a bend a little; one row of nudges is one step."""
    (key, number), scene = bend, view.drawing
    way = list(scene.plan.lines.bends(key))
    if number < len(way):
        way[number] += QPointF(across, down)
        with scene.history.step("Move a bend", merge=f"nudge {key} {number}"):
            edits.set_wire(scene.document, key, via=[(at.x(), at.y()) for at in way])


def bent(view: "View") -> list[str]:
    """The selected wires that have bends."""
    records = view.drawing.document.records
    chosen = [records.get(key) for key in view.drawing.selection.wires]
    return [wire.key for wire in chosen if isinstance(wire, Wire) and wire.via]


def straighten(view: "View") -> None:
    """Take all bends out of the selected wires."""
    keys = bent(view)
    if keys:
        scene = view.drawing
        scene.attempt("Take out the bends", partial(edits.unbend, scene.document, keys))
        scene.choose_bend(None)
