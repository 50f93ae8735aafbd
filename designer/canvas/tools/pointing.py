"""Decides which gesture a press begins, by what lies under the pointer."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt

from designer.canvas import bends
from designer.canvas.looks import PortAt
from designer.canvas.overlays.corner import OnCorner
from designer.canvas.tools.band import Band
from designer.canvas.tools.bending import Bending
from designer.canvas.tools.copying import Copying
from designer.canvas.tools.cut import Cut
from designer.canvas.tools.detach import Detach
from designer.canvas.tools.drag import Drag
from designer.canvas.tools.gesture import Gesture, Pointer
from designer.canvas.tools.grips import grip_under
from designer.canvas.tools.lasso import KEYS, Lasso
from designer.canvas.tools.pan import Pan
from designer.canvas.tools.resize import Resize
from designer.canvas.tools.wiring import Wiring
from graph.records import Wire

if TYPE_CHECKING:
    from designer.canvas.view import View

PORT_REACH = 9.0
WIRE_REACH = 7.0
END_REACH = 32.0
"""Pixels from a port within which a wire is taken by its end."""


class Click(Gesture):
    """A press that only selects."""


def gesture_for(view: "View", pointer: Pointer) -> Gesture | None:
    """The gesture that a press at `pointer` begins."""
    if pointer.button == Qt.MouseButton.MiddleButton or (pointer.button == Qt.MouseButton.LeftButton and view.space):
        return Pan(view, pointer)
    if pointer.button == Qt.MouseButton.RightButton and pointer.modifiers & Qt.KeyboardModifier.ControlModifier:
        return (Lasso if pointer.modifiers & KEYS == KEYS else Cut)(view, pointer)
    if pointer.button != Qt.MouseButton.LeftButton:
        return None
    corner = view.overlays.corners.at(pointer.view)
    if corner is not None:
        return OnCorner(view, pointer, corner)
    if pointer.modifiers & KEYS == KEYS:
        return Lasso(view, pointer)
    port = port_under(view, pointer.scene)
    if port is not None:
        return _from_port(view, pointer, port)
    bend = bends.under(view, pointer.scene)
    if bend is not None and not pointer.adds:
        view.drawing.selection.set([bend[0]])
        return Bending(view, pointer, *bend)
    born = view.drawing.plan.node_at(pointer.scene)
    if born is not None:
        return _on_piece(view, pointer, born)
    grip, key = grip_under(view, pointer.scene), wire_under(view, pointer.scene)
    if grip is not None and (key is None or grip.raised):
        return Resize(view, pointer, grip) if grip.sides else _on_piece(view, pointer, grip.key)
    if key is not None:
        return _on_wire(view, pointer, key)
    return Band(view, pointer)


def port_under(view: "View", point: QPointF) -> PortAt | None:
    """The port under the pointer, where ports are large enough to be seen."""
    if not view.drawing.near_by:
        return None
    reach = PORT_REACH / min(view.camera.scale, 1.5)
    return next(iter(view.drawing.plan.ports_near(point, reach)), None)


def wire_under(view: "View", point: QPointF) -> str | None:
    return view.drawing.plan.lines.at(point, WIRE_REACH / view.camera.scale)


def _from_port(view: "View", pointer: Pointer, port: PortAt) -> Gesture:
    """From an output, or a free input, a new wire; from a wired input the wire that is there."""
    if port.output:
        return Wiring(view, pointer, port)
    wires = view.drawing.document.wires_into(port.born, port.port)
    if not wires or pointer.modifiers & Qt.KeyboardModifier.AltModifier:
        return Wiring(view, pointer, port)
    chosen = next((wire for wire in wires if wire.key in view.drawing.selection), wires[-1])
    return _taken_off(view, pointer, chosen)


def _taken_off(view: "View", pointer: Pointer, wire: Wire, *, at_source: bool = False) -> Gesture:
    plan = view.drawing.plan
    if wire.source not in plan or wire.target not in plan:
        return Click(view, pointer)
    source, target = PortAt(wire.source, wire.source_port, True), PortAt(wire.target, wire.target_port, False)
    return Wiring(view, pointer, target if at_source else source, wire)


def _on_piece(view: "View", pointer: Pointer, born: str) -> Gesture:
    selection = view.drawing.selection
    if pointer.modifiers == Qt.KeyboardModifier.ControlModifier:
        return Copying(view, pointer, born)
    if pointer.adds:
        selection.toggle(born)
    elif born not in selection:
        selection.set([born])
    if born not in selection:
        return Click(view, pointer)
    pulls = pointer.modifiers & Qt.KeyboardModifier.AltModifier and born in view.drawing.plan
    return (Detach if pulls else Drag)(view, pointer, born)


def _on_wire(view: "View", pointer: Pointer, key: str) -> Gesture:
    selection, plan = view.drawing.selection, view.drawing.plan
    if pointer.adds:
        selection.toggle(key)
        return Click(view, pointer)
    selection.set([key])
    points, wire = plan.lines.of(key), view.drawing.document.wire(key)
    if points is None:
        return Click(view, pointer)
    reach = END_REACH / view.camera.scale
    to_start, to_end = ((point - pointer.scene).manhattanLength() for point in (points[0], points[-1]))
    if min(to_start, to_end) > reach:
        return Bending(view, pointer, key) if view.drawing.near_by else Click(view, pointer)
    return _taken_off(view, pointer, wire, at_source=to_start < to_end)
