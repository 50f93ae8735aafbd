"""What a screen reader is told of a canvas: each node by name, with its ports, and which one is selected.

Qt asks for these only while a screen reader listens. They are kept here as long as Qt knows them by their numbers, and
taken from it before they go: it would otherwise ask what is no more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRect, QRectF, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent, QAccessibleInterface, QWindow
from PySide6.QtWidgets import QAccessibleWidget

from designer.canvas import captions
from designer.canvas.looks import PortAt

if TYPE_CHECKING:
    from designer.canvas.view import View

Role = QAccessible.Role
REACH = 6.0
"""Half the side of the square that stands for a port."""


class Piece(QAccessibleInterface):
    """A part of the canvas that is no widget."""

    def __init__(self, view: View, role: QAccessible.Role) -> None:
        super().__init__()
        self._view, self._role = view, role
        self.number = QAccessible.registerAccessibleInterface(self)
        self.pieces: list[Piece] = []

    def called(self) -> str:
        raise NotImplementedError  # each piece says both

    def area(self) -> QRectF:
        """Where it is in the scene."""
        raise NotImplementedError  # as above

    # --- what Qt asks

    def isValid(self) -> bool:
        return True

    def object(self) -> Any:
        return None

    def window(self) -> QWindow:
        return self._view.window().windowHandle()

    def role(self) -> QAccessible.Role:
        return self._role

    def text(self, which: QAccessible.Text) -> str:
        return self.called() if which == QAccessible.Text.Name else ""

    def setText(self, which: QAccessible.Text, text: str) -> None:
        """Nothing is renamed this way."""

    def rect(self) -> QRect:
        seen = self._view.mapFromScene(self.area()).boundingRect()
        return QRect(self._view.viewport().mapToGlobal(seen.topLeft()), seen.size())

    def state(self) -> QAccessible.State:
        return QAccessible.State()

    def childCount(self) -> int:
        return len(self.pieces)

    def child(self, at: int) -> Any:
        return self.pieces[at] if 0 <= at < len(self.pieces) else None

    def childAt(self, x: int, y: int) -> Any:
        return next((piece for piece in self.pieces if piece.rect().contains(x, y)), None)

    def indexOfChild(self, piece: Any) -> int:
        return self.pieces.index(piece) if piece in self.pieces else -1

    def parent(self) -> Any:
        return QAccessible.queryAccessibleInterface(self._view)

    def focusChild(self) -> Any:
        return None

    def interface_cast(self, kind: QAccessible.InterfaceType) -> Any:
        return None


class NodePiece(Piece):
    """A node, whose ports are its pieces."""

    def __init__(self, view: View, born: str) -> None:
        super().__init__(view, Role.ListItem)
        self.born = born
        look = view.drawing.plan.look(born)
        sides = ((look.inputs, False), (look.outputs, True))
        ports = [PortAt(born, spot.name, output) for spots, output in sides for spot in spots]
        self.pieces = [PortPiece(view, port, self) for port in ports]

    def called(self) -> str:
        return captions.node_name(self._view.drawing.document, self._view.drawing.reading, self.born)

    def area(self) -> QRectF:
        return self._view.drawing.plan.rect(self.born)

    def state(self) -> QAccessible.State:
        said = super().state()
        said.selectable = said.focusable = True
        said.selected = self.born in self._view.drawing.selection
        said.focused = self._view.hasFocus() and self.born == self._view.drawing.selection.single
        return said


class PortPiece(Piece):
    """A port of a node."""

    def __init__(self, view: View, port: PortAt, node: NodePiece) -> None:
        super().__init__(view, Role.Graphic)
        self._port, self._node = port, node

    def called(self) -> str:
        return captions.port_name(self._view.drawing.document, self._view.drawing.reading, self._port)

    def area(self) -> QRectF:
        at = self._view.drawing.plan.point(self._port)
        return QRectF(at.x() - REACH, at.y() - REACH, 2 * REACH, 2 * REACH)

    def parent(self) -> Any:
        return self._node


class CanvasPiece(QAccessibleWidget):
    """The canvas as a list of its nodes in document order."""

    def __init__(self, view: View) -> None:
        super().__init__(view, Role.List, "Canvas")
        self._view = view

    def childCount(self) -> int:
        return len(self._view.drawing.document.nodes())

    def child(self, at: int) -> Any:
        nodes = self._view.drawing.document.nodes()
        return self._view.voices.of(nodes[at].born) if 0 <= at < len(nodes) else None

    def childAt(self, x: int, y: int) -> Any:
        view = self._view
        born = view.drawing.plan.node_at(view.mapToScene(view.viewport().mapFromGlobal(QRect(x, y, 1, 1).topLeft())))
        return view.voices.of(born) if born is not None else None

    def indexOfChild(self, piece: Any) -> int:
        births = [node.born for node in self._view.drawing.document.nodes()]
        return births.index(piece.born) if isinstance(piece, NodePiece) and piece.born in births else -1

    def focusChild(self) -> Any:
        born = self._view.drawing.selection.single
        return self._view.voices.of(born) if born is not None else None


class Voices:
    """The nodes of one canvas that a screen reader has asked for."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._nodes: dict[str, NodePiece] = {}
        self._said = ""

    def of(self, born: str) -> NodePiece | None:
        """A node as it is told; made anew where its ports have become others."""
        plan = self._view.drawing.plan
        if born not in plan:
            return None
        look, known = plan.look(born), self._nodes.get(born)
        if known is None or len(known.pieces) != len(look.inputs) + len(look.outputs):
            self._drop(born)
            self._nodes[born] = NodePiece(self._view, born)
        return self._nodes[born]

    def say(self, words: str, *, led: bool = False) -> None:
        """Something else is selected, or it means something else now; or a gesture that is led by keys says so."""
        self._view.setAccessibleDescription(words)
        if words == self._said:
            return
        self._said = words
        if QAccessible.isActive():
            self.forget(born for born in list(self._nodes) if born not in self._view.drawing.plan)
            tell(self._view, None if led else self.of(self._view.drawing.selection.single or ""), words)

    def come_back(self) -> None:
        """The keyboard is on the canvas again, which Qt tells next: then the focus is on the selected node there."""
        if QAccessible.isActive():
            QTimer.singleShot(0, self._view, self._tell_selected)

    def _tell_selected(self) -> None:
        node = self.of(self._view.drawing.selection.single or "")
        if node is not None and self._view.hasFocus():
            tell(self._view, node, self._said)

    def forget(self, births: Any = None) -> None:
        """Some nodes are gone; without any named, the canvas is."""
        for born in list(self._nodes) if births is None else births:
            self._drop(born)

    def _drop(self, born: str) -> None:
        known = self._nodes.pop(born, None)
        for piece in (*known.pieces, known) if known is not None else ():
            QAccessible.deleteAccessibleInterface(piece.number)


def tell(view: View, node: NodePiece | None, words: str) -> None:
    """Tell the screen reader: the focus is on a node, or what is said of the canvas as a whole."""
    if node is not None and view.hasFocus():
        QAccessible.updateAccessibility(QAccessibleEvent(node, QAccessible.Event.Focus))
    else:
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(view, words))


_kept: list[CanvasPiece] = []


def interface(key: str, asked: Any) -> CanvasPiece | None:
    """What Qt calls for each object that a screen reader meets."""
    from designer.canvas.view import View

    if not isinstance(asked, View):
        return None
    made = CanvasPiece(asked)
    _kept.append(made)
    asked.destroyed.connect(lambda: _kept.remove(made) if made in _kept else None)
    return made


def install() -> None:
    """From now on Qt asks here for what a canvas says."""
    QAccessible.installFactory(interface)
