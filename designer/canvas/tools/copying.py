"""Drags copies out of nodes: shown live, made where they are let go, as one step."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPen

from designer.canvas import captions, curves
from designer.canvas.ordering import place_all
from designer.canvas.paint import Marks, paint_node, wire_pen
from designer.canvas.tools.drag import Drag
from designer.canvas.tools.gesture import Pointer
from designer.canvas.tools.guides import Guides
from graph import edits, queries

MOST_DRAWN = 60
"""Of more copies than this only the outlines are shown."""

EDGE = 16.0


class Copying(Drag):
    """With Control a drag leaves the selected nodes where they are; a mere click selects, or does so no longer."""

    cursor = Qt.CursorShape.DragCopyCursor

    def begin(self) -> None:
        if self.born not in self.scene.selection:
            self.scene.selection.set([self.born])
        super().begin()
        self._covered = self.scene.plan.bounds(self._keys).adjusted(-EDGE, -EDGE, EDGE, EDGE)
        self.guides = Guides(self.view, self.scene.plan.bounds(self._keys), ())
        self._wires = queries.among(self.scene.document, set(self._births)) if self._drawn else []

    def drag(self, pointer: Pointer) -> None:
        self.scene.update(self._covered.translated(self._delta))
        pressed_since = pointer.modifiers & ~self.start.modifiers
        self._delta = self.guides.pull(pointer.scene - self.start.scene, pressed_since)
        self.scene.update(self._covered.translated(self._delta))

    def end(self, pointer: Pointer) -> None:
        self._made: list[str] = []
        super().end(pointer)
        if self._made:
            self.scene.selection.set(self._made)

    def paint(self, painter: QPainter) -> None:
        super().paint(painter)
        if not self.begun:
            return
        painter.save()
        painter.setOpacity(0.7)
        painter.translate(self._delta)
        if self._drawn:
            self._paint_whole(painter)
        self._paint_outlines(painter)
        painter.restore()

    @property
    def label(self) -> str:
        return "Duplicate"

    @property
    def _drawn(self) -> bool:
        return len(self._births) <= MOST_DRAWN and self.scene.near_by

    def _paint_outlines(self, painter: QPainter) -> None:
        """Of frames and notes, and of nodes that are too many."""
        pen, plan = QPen(self.scene.theme.accent, 1), self.scene.plan
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRects([plan.bounds([key]) for key in self._keys if not self._drawn or key not in plan])

    def _paint_whole(self, painter: QPainter) -> None:
        plan, brushes, marks = self.scene.plan, self.scene.brushes, Marks(selected=True)
        for wire in self._wires:
            painter.setPen(wire_pen(captions.port_type(self.scene.document, wire), marks, brushes))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(curves.path(plan.lines.of(wire.key) or ()))
        for born in self._births:
            painter.translate(plan.at(born))
            paint_node(painter, plan.look(born), marks, brushes)
            painter.translate(-plan.at(born))

    def _leave(self) -> None:
        super()._leave()
        self.scene.update(self._covered.translated(self._delta))

    def _click(self) -> None:
        self.scene.selection.toggle(self.born)

    def _write(self) -> None:
        place_all(self.view)
        self._made = edits.duplicate(self.scene.document, self._keys, (self._delta.x(), self._delta.y()))
