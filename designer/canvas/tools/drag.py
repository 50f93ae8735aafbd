"""Drags nodes: shown live, written to the document when they are let go, as one step."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter

from designer.canvas import annotating
from designer.canvas.looks import PortAt
from designer.canvas.tools.gesture import Gesture, Pointer
from designer.canvas.tools.guides import Guides
from graph import edits
from graph.document import Document

if TYPE_CHECKING:
    from designer.canvas.view import View


class Drag(Gesture):
    """Moves what is selected, frames with what they hold; a node without wires goes into the wire it is let go on."""

    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, view: "View", start: Pointer, born: str) -> None:
        super().__init__(view, start)
        self.born = born
        self._delta = QPointF()
        self._wire: str | None = None

    def begin(self) -> None:
        plan = self.scene.plan
        self._keys = plan.places.with_held(self.scene.selection.pieces)
        self._births = [key for key in self._keys if key in plan]
        self._home = {born: QPointF(plan.at(born)) for born in self._births}
        self._home |= {key: plan.places.rect(key).topLeft() for key in self._keys if key in plan.places}
        self._ties = self._straight() if self._keys == [self.born] and self.born in plan else []
        self.guides = Guides(self.view, plan.bounds(self._keys), self._keys)

    def drag(self, pointer: Pointer) -> None:
        pressed_since = pointer.modifiers & ~self.start.modifiers
        self._delta = self.guides.pull(pointer.scene - self.start.scene, pressed_since, self._ties)
        self.scene.preview(self._keys, self._delta)
        self._wire = self._under(pointer)
        self.scene.mark(targets=[self._wire] if self._wire else [])

    def end(self, pointer: Pointer) -> None:
        if not self.begun:
            self._click()
            return
        self._leave()
        if not self._delta.isNull():
            self.scene.attempt(self.label, self._write)

    def cancel(self) -> None:
        if self.begun:
            self._leave()

    @property
    def label(self) -> str:
        """What the step is called."""
        return "Insert" if self._wire else "Move"

    def paint(self, painter: QPainter) -> None:
        if self.begun:
            self.guides.paint(painter)

    def _leave(self) -> None:
        """Show everything as the document has it."""
        self.guides.end()
        self.scene.end_preview()
        self.scene.mark(targets=[])

    def _click(self) -> None:
        """A click on one of several selected nodes selects that one; on the link of a note it leads there."""
        if not self.start.adds:
            self.scene.selection.set([self.born])
            annotating.follow_link(self.view, self.born, self.start.scene)

    def _write(self) -> None:
        """Write all places; what was only placed for show gets its place for good, so that nothing jumps."""
        plan, document = self.scene.plan, self.scene.document
        places = {node.born: plan.at(node.born) for node in document.nodes() if node.at is None}
        places |= {born: at + self._delta for born, at in self._home.items()}
        edits.move(document, {born: (at.x(), at.y()) for born, at in places.items()})
        if self._wire:
            edits.insert_node(document, self._wire, self.born)

    def _straight(self) -> list[float]:
        """How far across the flow the node would have to go for each of its wires to be straight."""
        plan, ties = self.scene.plan, []
        for wire in self.scene.document.wires_at(self.born):
            if plan.lines.of(wire.key) is not None:
                start = plan.point(PortAt(wire.source, wire.source_port, True))
                end = plan.point(PortAt(wire.target, wire.target_port, False))
                way = end - start if wire.source == self.born else start - end
                ties.append(way.x() if plan.down else way.y())
        return ties

    def _under(self, pointer: Pointer) -> str | None:
        """The wire that a lone node would be inserted into."""
        if self._keys != [self.born] or self.born not in self.scene.plan or self.scene.document.wires_at(self.born):
            return None
        key = self.scene.plan.lines.at(pointer.scene, 12 / self.view.camera.scale)
        if key is None or not self._fits(key):
            return None
        return key

    def _fits(self, key: str) -> bool:
        try:
            self.scene.document.draft(lambda document: self._inserted(document, key))
        except edits.Refused:
            return False
        return True

    def _inserted(self, document: Document, key: str) -> None:
        edits.insert_node(document, key, self.born)
