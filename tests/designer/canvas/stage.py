"""A stage for gestures: it presses, drags and types on the real view, in the words of the drawing."""

from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from designer.actions import ALL, Action
from designer.canvas.looks import PortAt
from designer.canvas.scene import Scene
from designer.canvas.view import View
from designer.selection import Selection
from designer.shortcuts import defaults
from designer.theme import Theme
from graph import edits
from graph.catalogue import Catalogue
from graph.document import Document
from graph.framing import scenery
from graph.history import History
from graph.reading import Reading
from graph.records import Wire

LEFT = Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier
Place = str | tuple[float, float] | QPointF


class Alone:
    """What actions of the canvas need of a window, for a canvas by itself: it tells the canvas their keys."""

    def __init__(self, view: View) -> None:
        self.view, self.scene = view, view.drawing
        self.session = self.level = self
        self.document, self.history, self.selection = self.scene.document, self.scene.history, self.scene.selection
        self.undo, self.redo, self.path = self.history.undo, self.history.redo, self.document.block
        for action in ALL:
            view.keymap.tell(action.id, defaults(action), partial(self._do, action))

    def _do(self, action: Action) -> bool:
        window: Any = self
        try:
            usable = action.when(window)
            if usable:
                action.do(window)
        except AttributeError as error:  # it needs more of a window than there is
            if error.obj is not self:
                raise
            return False
        return usable


class Stage:
    """One drawing on one view. A place is a node (`"conv1"`), a port (`"conv1.y"`), a wire's key or a point."""

    def __init__(self, view: View) -> None:
        self.view, self.scene = view, view.drawing
        self.document, self.reading, self.history = self.scene.document, self.scene.reading, self.scene.history
        self.selection, self.theme = self.scene.selection, self.scene.theme
        self._here = QPoint(600, 650)
        self._held = LEFT
        self._modifiers = PLAIN

    @classmethod
    def bare(cls, catalogue: Catalogue, dark: bool = True) -> "Stage":
        """An empty drawing on a view of its own, of 1200 by 700."""
        document = Document(catalogue)
        scene = Scene(document, Reading(document), History(document), Selection(document), Theme(dark))
        view = View(scene)
        Alone(view)
        view.resize(1200, 700)
        view.camera.actual_size()
        return cls(view)

    def close(self) -> None:
        self.scene.close()
        self.view.close()
        self.view.deleteLater()
        self.scene.deleteLater()
        QApplication.sendPostedEvents(None, 52)

    # --- setting the stage

    def add(self, kind: str, at: tuple[float, float] | None = None, **params: object) -> str:
        born = edits.add(self.document, kind, at=at, params=params)
        return born

    def wire(self, *pairs: str) -> None:
        """`"digits.x -> conv1.x"`"""
        for pair in pairs:
            (source, source_port), (target, target_port) = (end.split(".") for end in pair.split(" -> "))
            edits.connect(self.document, source, source_port, target, target_port)

    def show(self) -> "Stage":
        self.view.show()
        QTest.qWaitForWindowExposed(self.view)
        self.view.camera.show(self.scene.plan.bounds())
        self.view.setFocus()
        self.settle()
        return self

    def settle(self) -> None:
        self.scene.findings.flush()
        QApplication.processEvents()

    # --- gestures

    def at(self, place: Place) -> QPoint:
        """Where a place is, in pixels of the viewport."""
        return self.view.mapFromScene(self._point(place))

    def _point(self, place: Place) -> QPointF:
        if isinstance(place, QPointF):
            return place
        if isinstance(place, tuple):
            return QPointF(*place)
        if isinstance(self.document.records.get(place), Wire):
            points = self.scene.plan.lines.of(place)
            assert points is not None
            return (points[0] + points[1]) / 2
        born, _, port = place.partition(".")
        if not port:
            rect = self.scene.plan.rect(born)
            return QPointF(rect.center().x(), rect.bottom() - 4)
        output = self.scene.plan.look(born).spot(port, True) is not None
        return self.scene.plan.point(PortAt(born, port, output))

    def press(self, place: Place, button: Qt.MouseButton = LEFT, modifiers: Qt.KeyboardModifier = PLAIN) -> "Stage":
        self._held, self._modifiers = button, modifiers
        self._here = self.at(place)
        self._mouse(QMouseEvent.Type.MouseMove, Qt.MouseButton.NoButton, Qt.MouseButton.NoButton)
        self._mouse(QMouseEvent.Type.MouseButtonPress, button, button)
        return self

    def held(self, modifiers: Qt.KeyboardModifier) -> "Stage":
        """Other keys are held from now on."""
        self._modifiers = modifiers
        return self

    def drag_to(self, place: Place) -> "Stage":
        """Move there in three steps, as a hand does."""
        start, end = QPointF(self._here), QPointF(self.at(place))
        for share in (0.3, 0.8, 1.0):
            self._here = (start + (end - start) * share).toPoint()
            self._mouse(QMouseEvent.Type.MouseMove, Qt.MouseButton.NoButton, self._held)
        return self

    def drag_by(self, across: float, down: float) -> "Stage":
        return self.drag_to(self.view.mapToScene(self._here) + QPointF(across, down))

    def release(self) -> "Stage":
        self._mouse(QMouseEvent.Type.MouseButtonRelease, self._held, Qt.MouseButton.NoButton)
        self.settle()
        return self

    def click(self, place: Place, modifiers: Qt.KeyboardModifier = PLAIN) -> "Stage":
        return self.press(place, modifiers=modifiers).release()

    def double_click(self, place: Place) -> "Stage":
        self.click(place)
        QTest.mouseDClick(self.view.viewport(), LEFT, PLAIN, self.at(place))
        self.settle()
        return self

    def hover(self, place: Place) -> "Stage":
        self._here = self.at(place)
        self._mouse(QMouseEvent.Type.MouseMove, Qt.MouseButton.NoButton, Qt.MouseButton.NoButton)
        return self

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = PLAIN) -> "Stage":
        QTest.keyClick(self.view, key, modifiers)
        self.settle()
        return self

    def type(self, text: str) -> "Stage":
        """Type into whatever has the focus on the canvas."""
        target = self.view.focusWidget() or self.view
        QTest.keyClicks(target, text)
        return self

    def _mouse(self, type: QMouseEvent.Type, button: Qt.MouseButton, buttons: Qt.MouseButton) -> None:
        port = self.view.viewport()
        here = QPointF(self._here)
        event = QMouseEvent(type, here, QPointF(port.mapToGlobal(self._here)), button, buttons, self._modifiers)
        QApplication.sendEvent(port, event)

    # --- looking

    def wires(self) -> list[str]:
        return [wire.key for wire in self.document.wires()]

    def births(self) -> list[str]:
        return [node.born for node in self.document.nodes()]

    def mirrors(self) -> None:
        """Assert that the scene shows what the document says: places, looks, wires, and nothing else."""
        plan = self.scene.plan
        assert set(plan.births()) == set(self.births())
        for node in self.document.nodes():
            assert plan.look(node.born).name == node.id
            if node.at is not None:
                assert (plan.at(node.born).x(), plan.at(node.born).y()) == node.at
        for wire in self.document.wires():
            whole = self.document.has_node(wire.source) and self.document.has_node(wire.target)
            assert (plan.lines.of(wire.key) is not None) == whole
        places = plan.places
        assert set(places.keys()) == {record.key for record in scenery(self.document)}
        for frame in self.document.frames():
            assert places.rect(frame.key).getRect() == frame.rect
        for note in self.document.notes():
            assert places.rect(note.key).topLeft().toTuple() == note.at
        self._items_mirror()

    def _items_mirror(self) -> None:
        self.view.camera.zooming.end()
        scene, plan = self.scene, self.scene.plan
        assert scene.stock.nodes.keys() <= set(self.births())
        assert scene.stock.wires.keys() <= set(self.wires())
        assert scene.stock.pills.keys() <= scene.stock.wires.keys()
        if scene.near_by:
            area = self.view.camera.area
            assert plan.nodes.within(area) <= scene.stock.nodes.keys()
            assert set(plan.lines.grid.within(area)) <= scene.stock.wires.keys()
        for born, item in scene.stock.nodes.items():
            assert item.pos() == plan.at(born)
            assert item.look == plan.look(born)
            assert item.marks.selected == (born in self.selection)
        for key, wire in scene.stock.wires.items():
            assert wire.points == plan.lines.of(key)
