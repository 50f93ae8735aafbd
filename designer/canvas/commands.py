"""What menus and keys do on the canvas; each is one verb on the document and one step to undo."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QMimeData, QPointF, QRectF
from PySide6.QtGui import QGuiApplication

from designer.canvas import bends, pasting
from designer.canvas.looks import HEIGHT
from graph import edits, queries
from graph.document import Document
from graph.edits.clipboard import OFFSET
from graph.records import Wire

if TYPE_CHECKING:
    from designer.canvas.view import View

Direction = Literal["left", "right", "up", "down"]
NUDGE = 8.0
NEW_SIZE = QPointF(144, HEIGHT)
BESIDE = 72.0
"""Free space between a node and one that is put behind it."""


class Commands:
    """The commands of one canvas."""

    def __init__(self, view: "View") -> None:
        self.view, self.scene = view, view.drawing
        self.document, self.history, self.selection = self.scene.document, self.scene.history, self.scene.selection
        self._cascade = pasting.Cascade()
        self._walked_from: str | None = None
        self.bring: Callable[[Document, str], str] = lambda document, kind: kind
        """Makes sure that a kind is in the drawing, and answers its name there: blocks of a library are brought."""

    # --- selection

    def select_all(self) -> None:
        self.selection.set([*(node.born for node in self.document.nodes()), *self.scene.plan.places.keys()])

    def select_upstream(self) -> None:
        self.selection.add(sorted(queries.upstream(self.document, self.selection.births)))

    def select_downstream(self) -> None:
        self.selection.add(sorted(queries.downstream(self.document, self.selection.births)))

    def walk(self, direction: Direction) -> None:
        """Select the node that lies over a wire, along the flow, or beside."""
        from designer.canvas.walking import neighbour

        wire = self._lone_wire()
        if wire is not None:
            found: str | None = wire.source if direction in ("left", "up") else wire.target
        else:
            found = neighbour(self.scene.plan, self.selection.births, direction)
        if found is not None:
            self.selection.set([found])
            self.view.camera.reveal([found])

    def step_wires(self, step: int) -> None:
        """Select the next wire of the selected node, or of the one that the selected wire was reached from."""
        from designer.canvas.walking import next_wire

        wire = self._lone_wire()
        if wire is not None and self._walked_from not in (wire.source, wire.target):
            self._walked_from = wire.source
        born = self._walked_from if wire is not None else self.selection.single
        found = next_wire(self.scene.plan, born, wire.key if wire else None, step) if born is not None else None
        if found is not None:
            self._walked_from = born
            self.selection.set([found])
            reached = self.document.wire(found)
            self.view.camera.reveal([reached.source, reached.target])

    def _lone_wire(self) -> Wire | None:
        """The one wire that is selected, if nothing else is and it has both ends."""
        wires = self.selection.wires
        wire = self.document.wire(wires[0]) if len(wires) == 1 and not self.selection.births else None
        return wire if wire is not None and self.scene.plan.lines.of(wire.key) is not None else None

    # --- changing

    def delete(self) -> None:
        bend = self.scene.marked.bend
        if bend is not None:
            bends.remove(self.view, bend)
            return
        keys = [*self.selection.pieces, *self.selection.wires]
        if keys:
            self.scene.attempt("Delete", partial(edits.remove, self.document, keys))

    def delete_and_reconnect(self) -> None:
        """Delete nodes and join what stood before them to what stood behind."""
        births, scenery = self.selection.births, self.selection.scenery

        def verb() -> None:
            edits.remove_and_reconnect(self.document, births)
            edits.remove(self.document, scenery)

        if births:
            self.scene.attempt("Delete and reconnect", verb)

    def detach(self) -> None:
        """Take nodes off their wires, and join what stood before them to what stood behind."""
        births = self.selection.births
        if births:
            self.scene.attempt("Detach", partial(edits.detach, self.document, births))

    def copy(self) -> None:
        if self.selection.pieces:
            QGuiApplication.clipboard().setText(queries.copy(self.document, self.taken()))

    def cut(self) -> None:
        if self.selection.pieces:
            self.copy()
            self.scene.attempt("Cut", partial(edits.remove, self.document, self.taken()))

    def taken(self) -> list[str]:
        """What is selected; frames that are selected without nodes bring what they hold."""
        pieces = self.selection.pieces
        return pieces if self.selection.births else self.scene.plan.places.with_held(pieces)

    def paste(self, at: QPointF | None = None, *, incoming: bool = False) -> None:
        """Put what the clipboard holds under the pointer; with `incoming` fed by what fed the originals."""
        held = QGuiApplication.clipboard().mimeData() or QMimeData()  # some platforms have none while it is empty
        text = held.text() if held.hasText() and not held.hasUrls() else ""
        if not text.strip():
            self.scene.refused.emit(pasting.why_nothing(held))
            return
        place = at if at is not None else self._cascade.place(self.view)
        whole = partial(edits.paste, self.document, text, at=(place.x(), place.y()), incoming=incoming)
        births = self.scene.attempt("Paste with wires" if incoming else "Paste", whole)
        if births:
            self.selection.set(births)

    def duplicate(self) -> None:
        keys = self.taken()
        if keys:
            shift = self._beside(keys)
            made = self.scene.attempt("Duplicate", lambda: edits.duplicate(self.document, keys, shift))
            self.selection.set(made or keys)

    def _beside(self, keys: list[str]) -> tuple[float, float]:
        """How far a copy lies from its original: a copied frame must not go around what the first one holds."""
        area = self.scene.plan.bounds(keys)
        frames = any(self.scene.plan.places.frame(key) for key in keys)
        return (0.0, round(area.height() + OFFSET[1])) if frames else OFFSET

    def undo(self) -> None:
        self.history.undo()

    def redo(self) -> None:
        self.history.redo()

    def nudge(self, across: float, down: float) -> None:
        """Move what is selected a little; one row of nudges is one step."""
        if self.scene.marked.bend is not None:
            bends.nudge(self.view, self.scene.marked.bend, across, down)
            return
        plan = self.scene.plan
        keys = plan.places.with_held(self.selection.pieces)
        corners = {key: plan.at(key) if key in plan else plan.places.rect(key).topLeft() for key in keys}
        places = {key: corner + QPointF(across, down) for key, corner in corners.items()}
        if places:
            with self.history.step("Move", merge="nudge " + " ".join(keys)):
                edits.move(self.document, {born: (at.x(), at.y()) for born, at in places.items()})

    def arrange(self) -> None:
        """Lay out the selected nodes, what the selected frames hold, or all."""
        births = [key for key in self.taken() if self.document.has_node(key)]
        some = len(births) > 1 or (births and not self.selection.births)
        self.view.arranging.start(births if some else None)

    def set_flow(self, flow: str) -> None:
        """Let data flow to the right or down, and lay out anew."""
        if flow != self.document.flow:
            self.view.arranging.start(None, "Flow down" if flow == "down" else "Flow to the right", flow)

    # --- adding

    def add(
        self, kind: str, at: QPointF | None = None, then: Callable[[str], object] | None = None, step: str | None = None
    ) -> str | None:
        """Add a node whose middle is at a place, else where nothing stands yet; `then` is part of the same step, and so
        is what comes later under the name of the `step`."""
        middle = self._free(self.view.camera.pointed(self.view.pointer)) if at is None else at
        corner = middle - NEW_SIZE / 2

        def verb() -> str:
            name = self.bring(self.document, kind)
            born = edits.add(self.document, name, at=(round(corner.x()), round(corner.y())))
            if then is not None:
                then(born)
            return born

        born = self.scene.attempt(f"Add {kind}", verb, step)
        if born is not None:
            self.selection.set([born])
        return born

    def change_kind(self, born: str, kind: str) -> None:
        """Make a node one of another kind; parameters of the same name stay, and the wires that fit."""
        self.scene.attempt(f"Change to {kind}", lambda: self.changed_kind(self.document, born, kind))

    def changed_kind(self, document: Document, born: str, kind: str) -> None:
        """The verb that makes a node one of another kind."""
        edits.change_kind(document, born, self.bring(document, kind))

    def insert(self, wire: str, kind: str) -> str | None:
        """Put a new node on a wire."""
        born = self.scene.attempt(f"Insert {kind}", lambda: self.inserted(self.document, wire, kind))
        if born is not None:
            self.selection.set([born])
        return born

    def inserted(self, document: Document, wire: str, kind: str) -> str:
        """The verb that puts a new node on a wire."""
        return edits.insert(document, wire, self.bring(document, kind))

    def behind(self, born: str) -> QPointF:
        """The middle of a free place behind a node, as data flow."""
        rect = self.scene.plan.rect(born)
        if self.scene.plan.down:
            return self._free(QPointF(rect.center().x(), rect.bottom() + BESIDE + NEW_SIZE.y() / 2))
        middle = QPointF(rect.right() + BESIDE + NEW_SIZE.x() / 2, rect.center().y())
        return self._free(middle)

    def _free(self, middle: QPointF) -> QPointF:
        """A place on which nothing stands: this one, or below."""
        while self.scene.plan.nodes.within(self._around(middle)):
            middle = middle + (QPointF(NEW_SIZE.x() + 24, 0) if self.scene.plan.down else QPointF(0, HEIGHT + 24))
        return middle

    def _around(self, middle: QPointF) -> QRectF:
        return QRectF(middle - NEW_SIZE / 2, middle + NEW_SIZE / 2)
