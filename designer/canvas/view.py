"""The view of a scene: turns what hands do into gestures and commands."""

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsView, QToolTip, QWidget

from designer.canvas import keys, menus
from designer.canvas.camera import Camera
from designer.canvas.commands import Commands
from designer.canvas.empty import invite
from designer.canvas.looks import PortAt
from designer.canvas.overlays.overlays import Overlays
from designer.canvas.scene import Scene
from designer.canvas.tools.drop import Drop
from designer.canvas.tools.edge import Edge
from designer.canvas.tools.gesture import Gesture, Pointer
from designer.canvas.tools.pointing import gesture_for, port_under
from designer.canvas.wheel import turn


class View(QGraphicsView):
    """Shows a scene. `camera` moves over it, `commands` are what menus and keys do, `overlays` floats above."""

    def __init__(self, scene: Scene, parent: QWidget | None = None) -> None:
        super().__init__(scene, parent)
        self.drawing = scene
        self.space = False
        self.gesture: Gesture | None = None
        self._pointer: QPointF | None = None
        self._fitted = False
        self._prepare()
        self.camera = Camera(self, scene)
        self.commands = Commands(self)
        self.overlays = Overlays(self)
        self._drop = Drop(self)
        self._edge = Edge(self)
        self._dragged: str | None = None
        scene.lost.connect(self.cancel_quietly)

    def _prepare(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.SmartViewportUpdate)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.AnchorViewCenter)
        for set_policy in (self.setHorizontalScrollBarPolicy, self.setVerticalScrollBarPolicy):
            set_policy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setAccessibleName("Canvas")

    # --- what gestures need

    def say(self, sentence: str, at: QPointF | None = None, *, linger: bool = False) -> None:
        """Say a sentence at the pointer; an empty one says nothing any more."""
        place = at or self._pointer or QPointF(self.viewport().rect().center())
        self.overlays.hint.say(sentence, place.toPoint(), linger=linger)

    def place(self) -> QPointF:
        """Where something new goes: under the pointer if it is over the canvas, else in the middle."""
        port = self.viewport().rect()
        at = self._pointer if self._pointer and port.contains(self._pointer.toPoint()) else QPointF(port.center())
        return self.mapToScene(at.toPoint())

    def search_for(self, anchor: PortAt, pointer: Pointer) -> None:
        """Offer the kinds that a wire from `anchor`, let go over nothing, could end at."""
        self.overlays.search_from(anchor, pointer.scene)

    def cancel(self) -> None:
        """Break off the gesture, or close what floats; with neither, select nothing."""
        if self.gesture is not None:
            gesture, self.gesture = self.gesture, None
            gesture.cancel()
            self._show_cursor()
        elif not self.overlays.close():
            self.drawing.selection.clear()

    # --- mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.overlays.close()
        pointer = self._read(event)
        if self.gesture is None:
            self.gesture = gesture_for(self, pointer)
            self._show_cursor()
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        pointer = self._read(event)
        if self.gesture is not None:
            self.gesture.move(pointer)
            if self.gesture.begun:
                self.overlays.card.close_up()
            self._edge.follow(pointer)
        else:
            self.overlays.hover(pointer)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.gesture is not None and event.button() == self.gesture.start.button:
            gesture, self.gesture = self.gesture, None
            gesture.end(self._read(event))
            self._show_cursor()
            self.overlays.refresh()
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.cancel_quietly()
            self.overlays.double_click(self._read(event))
        event.accept()

    def cancel_quietly(self) -> None:
        """Break off a gesture, if there is one."""
        if self.gesture is not None:
            self.cancel()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn(self.camera, event)

    def _read(self, event: QMouseEvent) -> Pointer:
        self._pointer = event.position()
        return Pointer(self.mapToScene(event.position().toPoint()), event.position(), event.button(), event.modifiers())

    def _show_cursor(self) -> None:
        """The pointer in the form that its gesture has; without one, nothing moves by itself."""
        if self.gesture is None:
            self._edge.rest()
        resting = Qt.CursorShape.OpenHandCursor if self.space else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor((self.gesture.cursor if self.gesture else None) or resting)

    # --- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.hold_space(True)
        elif keys.press(self, event):
            event.accept()
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.hold_space(False)

    def hold_space(self, held: bool) -> None:
        """While space is held, the left button moves the drawing."""
        self.space = held
        self._show_cursor()

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab searches here; Shift and Tab leaves the canvas."""
        return False if next else super().focusNextPrevChild(next)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.hold_space(False)
        super().focusOutEvent(event)

    # --- dropping from outside

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._dragged = self._drop.kind(event.mimeData())
        event.setAccepted(self._dragged is not None)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if self._dragged is not None:
            self._pointer = event.position()
            self._drop.over(self._dragged, self.mapToScene(event.position().toPoint()))
        event.setAccepted(self._dragged is not None)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._dragged = None
        self._drop.leave()

    def dropEvent(self, event: QDropEvent) -> None:
        if self._dragged is not None:
            self._drop.drop(self._dragged, self.mapToScene(event.position().toPoint()))
            event.acceptProposedAction()
            self.setFocus()
        self._dragged = None

    # --- showing

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        if not self.drawing.plan.births():
            invite(painter, self.viewport().rect(), self.drawing.theme)
        if not self.drawing.near_by:
            self.drawing.paint_far(painter)
        if self.gesture is not None:
            self.gesture.paint(painter)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._fitted and self.drawing.plan.births():
            self._fitted = True
            self.camera.fit()
        self.camera.told()
        self.overlays.follow()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        if hasattr(self, "overlays"):
            self.camera.told()
            self.overlays.follow()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.cancel_quietly()
        at = event.pos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard and (births := self.drawing.selection.births):
            at = self.mapFromScene(self.drawing.plan.rect(births[-1]).center())
        menus.open_menu(self, QPointF(at), self.viewport().mapToGlobal(at))

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            port = port_under(self, self.mapToScene(event.pos()))
            QToolTip.showText(event.globalPos(), self.overlays.tip(port, self.mapToScene(event.pos())), self)
            return True
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.camera.zoom(1 + event.value(), event.position())
            return True
        return super().viewportEvent(event)
