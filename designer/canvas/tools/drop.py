"""Takes a kind that is dragged from the palette: onto the canvas, or into a wire."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent

from graph import edits

if TYPE_CHECKING:
    from designer.canvas.view import View

MIME = "application/x-neuroloom-kind"
REACH = 16.0


class Drop:
    """What hangs on the pointer while it comes from outside."""

    def __init__(self, view: "View") -> None:
        self.view, self.scene = view, view.drawing
        self._wire: str | None = None
        self._node: str | None = None
        self._kind: str | None = None

    def takes(self, event: QEvent) -> bool:
        """Handle an event of dragging and dropping; False for any other."""
        if isinstance(event, QDragEnterEvent):
            self._kind = self.kind(event.mimeData())
            event.setAccepted(self._kind is not None)
        elif isinstance(event, QDragLeaveEvent):
            self.leave()
        elif isinstance(event, QDropEvent):
            self._hover_or_drop(event)
        else:
            return False
        return True

    def _hover_or_drop(self, event: QDropEvent) -> None:
        """A move is a drop that may go on."""
        event.setAccepted(self._kind is not None)
        if self._kind is None:
            return
        self.view.pointer = event.position()
        point = self.view.mapToScene(event.position().toPoint())
        if isinstance(event, QDragMoveEvent):
            self.over(self._kind, point, swaps=_swaps(event))
        else:
            self.drop(self._kind, point, swaps=_swaps(event))
            self.view.setFocus()

    def kind(self, data: QMimeData) -> str | None:
        """The name of the kind that is dragged, if it is one that we know."""
        if not data.hasFormat(MIME):
            return None
        name = bytes(data.data(MIME).data()).decode("utf-8", "replace")
        return name if self.view.overlays.search.catalogue.get(name) else None

    def over(self, kind: str, point: QPointF, *, swaps: bool = False) -> None:
        """The pointer is over a place: light the wire that the kind would go into, or the node that it would replace.

        That is with Control (`swaps`), over a node.
        """
        self._node = self.scene.plan.node_at(point) if swaps else None
        if self._node is not None:
            self._wire = None
            self.scene.mark(targets=[self._node])
            return
        key = self.scene.plan.lines.at(point, REACH / self.view.camera.scale)
        self._wire = key if key is not None and self._fits(key, kind) else None
        self.scene.mark(targets=[self._wire] if self._wire else [])

    def leave(self) -> None:
        self._wire = self._node = None
        self.scene.mark(targets=[])

    def drop(self, kind: str, point: QPointF, *, swaps: bool = False) -> str | None:
        """Let go: the birth name of the new node, or of the one that is of another kind now."""
        self.over(kind, point, swaps=swaps)
        wire, node = self._wire, self._node
        self.leave()
        if node is not None:
            self.view.commands.change_kind(node, kind)
            self.scene.selection.set([node])
            return node
        return self.view.commands.insert(wire, kind) if wire else self.view.commands.add(kind, point)

    def _fits(self, key: str, kind: str) -> bool:
        try:
            self.scene.document.draft(lambda document: self.view.commands.inserted(document, key, kind))
        except edits.Refused:
            return False
        return True


def _swaps(event: QDropEvent) -> bool:
    return bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
