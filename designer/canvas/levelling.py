"""Puts what was just added level with what it is wired to, as a part of the same step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

from designer.canvas.looks import PortAt
from graph import edits

if TYPE_CHECKING:
    from designer.canvas.view import View

NEAR = 20.0
"""Something added is moved so far at most: beyond, its place was meant."""


def step_of(view: View, label: str) -> str:
    """A name for the step that comes now, which what belongs to it can be told."""
    return f"{label}, at {view.drawing.history.position}"


def level(view: View, born: str, label: str, step: str, within: float = NEAR) -> None:
    """Let the first wire of a node run straight, the one into it before those out of it."""
    scene, plan = view.drawing, view.drawing.plan
    wires = [wire for wire in scene.document.wires_at(born) if plan.lines.of(wire.key) is not None]
    wire = min(wires, key=lambda one: one.target != born, default=None)
    if wire is None:
        return
    start = plan.point(PortAt(wire.source, wire.source_port, True))
    end = plan.point(PortAt(wire.target, wire.target_port, False))
    way = start - end if wire.target == born else end - start
    by = QPointF(way.x(), 0.0) if plan.down else QPointF(0.0, way.y())
    if 0.1 < by.manhattanLength() <= within:
        at = plan.at(born) + by
        scene.attempt(label, lambda: edits.move(scene.document, {born: (at.x(), at.y())}), step)
