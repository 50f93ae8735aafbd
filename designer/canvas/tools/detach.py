"""Pulls nodes out of their line: what fed them feeds what they fed, and they come along with the pointer."""

from PySide6.QtGui import QPainter

from designer.canvas import curves
from designer.canvas.looks import PortAt
from designer.canvas.paint import Marks, wire_pen
from designer.canvas.tools.drag import Drag
from designer.canvas.tools.gesture import Pointer
from graph import edits
from graph.document import Document
from graph.records import Wire


class Detach(Drag):
    """A drag that takes the wires off first; let go on another wire, a lone node goes into that."""

    def begin(self) -> None:
        super().begin()
        self._lost: set[str] = set()
        self._bridges: list[Wire] = []
        try:
            patch = self.scene.document.draft(self._take_off)
        except edits.Refused:
            return
        for key, (before, after) in patch.items():
            if before is not None and after is None:
                self._lost.add(key)
            elif isinstance(after, Wire):
                self._bridges.append(after)
        self._ties = []
        self.scene.mark(doomed=self._lost)

    def _leave(self) -> None:
        self.scene.mark(doomed=())
        super()._leave()

    def paint(self, painter: QPainter) -> None:
        """The wires that close the gap."""
        super().paint(painter)
        plan = self.scene.plan
        for wire in self._bridges if self.begun else ():
            ends = (PortAt(wire.source, wire.source_port, True), PortAt(wire.target, wire.target_port, False))
            painter.setPen(wire_pen("tensor", Marks(selected=True), self.scene.brushes))
            painter.drawPath(curves.path(plan.way(plan.point(end) for end in ends)))

    @property
    def label(self) -> str:
        return "Detach" if self._lost else super().label

    def _write(self) -> None:
        if self._lost:
            self._take_off(self.scene.document)
        super()._write()

    def _take_off(self, document: Document) -> None:
        edits.detach(document, self._births)

    def _under(self, pointer: Pointer) -> str | None:
        if len(self._births) != 1:
            return None
        key = self.scene.plan.lines.at(pointer.scene, 12 / self.view.camera.scale)
        return key if key is not None and key not in self._lost and self._fits(key) else None

    def _inserted(self, document: Document, key: str) -> None:
        if self._lost:
            self._take_off(document)
        super()._inserted(document, key)
