"""The view of a scene: turns what hands do into gestures and commands."""

from typing import cast

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsView, QToolTip, QWidget

from designer.canvas import bends, keys, menus
from designer.canvas.access import Voices
from designer.canvas.arranging import Arranging
from designer.canvas.blocks import Blocks
from designer.canvas.camera import Camera
from designer.canvas.commands import Commands
from designer.canvas.empty import invite
from designer.canvas.found import Found
from designer.canvas.hands import Hands
from designer.canvas.overlays.overlays import Overlays
from designer.canvas.scene import Scene
from designer.canvas.tools.drop import Drop
from designer.canvas.tools.edge import Edge
from designer.canvas.tools.gesture import Gesture, Pointer
from designer.canvas.tools.grips import cursor_at
from designer.canvas.tools.pointing import port_under
from designer.canvas.touch import Touch
from designer.canvas.wheel import turn


class View(QGraphicsView):
    """Shows a scene. `camera` moves over it, `commands` are what menus and keys do, `overlays` floats above."""

    weight_typed = Signal(str)
    """The first sign of a number that is typed for the selected wire."""
    looking = Signal()
    """The values of the selected node are wanted."""
    entering = Signal(str)
    """The birth name of a block that is to be looked into."""
    leaving = Signal()
    """What is around the block is to be looked at."""

    _whole = False  # Qt sends events while the view is still being made

    def __init__(self, scene: Scene, parent: QWidget | None = None) -> None:
        super().__init__(scene, parent)
        self.drawing = scene
        self.space = False
        self.gesture: Gesture | None = None
        self.pointer: QPointF | None = None
        self.fitted = False
        _prepare(self)
        self.keymap = keys.Keymap()
        self.camera = Camera(self, scene)
        self.commands = Commands(self)
        self.blocks = Blocks(self)
        self.found = Found(self)
        self.voices = Voices(self)
        self.arranging = Arranging(self)
        self.overlays = Overlays(self)
        self._drop = Drop(self)
        self._hands = Hands(self)
        self._touch = Touch(self, self._hands)
        self.edge = Edge(self)
        self._whole = True
        scene.lost.connect(self.cancel_quietly)

    def cancel(self) -> None:
        """Break off the gesture, or close what floats; with neither, select nothing."""
        if self.gesture is not None:
            gesture, self.gesture = self.gesture, None
            gesture.cancel()
            self.show_cursor()
        elif not self.overlays.close() and not self.arranging.cancel():
            self.drawing.selection.clear()

    # --- mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._hands.press(self._read(event))
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hands.move(self._read(event))
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._hands.release(self._read(event))
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._hands.double(self._read(event))
        event.accept()

    def finish(self) -> None:
        """The gesture is over: what it leaves is its own affair."""
        self.gesture = None
        self.show_cursor()

    def cancel_quietly(self) -> None:
        """Break off a gesture, if there is one."""
        if self.gesture is not None:
            self.cancel()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn(self.camera, event, about_middle=self.overlays.corners.at(event.position()) is not None)

    def _read(self, event: QMouseEvent) -> Pointer:
        self.pointer = event.position()
        return Pointer(self.mapToScene(event.position().toPoint()), event.position(), event.button(), event.modifiers())

    def show_cursor(self) -> None:
        """The pointer in the form that its gesture has; without one, nothing moves by itself."""
        if self.gesture is None:
            self.edge.rest()
        resting = Qt.CursorShape.OpenHandCursor if self.space else Qt.CursorShape.ArrowCursor
        if self.gesture is None and not self.space and self.pointer is not None and len(self.drawing.plan.places):
            resting = cursor_at(self, self.mapToScene(self.pointer.toPoint())) or resting
        self.viewport().setCursor((self.gesture.cursor if self.gesture else None) or resting)

    # --- keys

    def event(self, event: QEvent) -> bool:
        if self._whole and event.type() == QEvent.Type.ShortcutOverride and keys.takes(self, cast(QKeyEvent, event)):
            event.accept()
            return True
        return super().event(event)

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
        self.show_cursor()

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab searches here; Shift and Tab leaves the canvas."""
        return False if next or self.gesture is not None else super().focusNextPrevChild(next)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.voices.come_back()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.hold_space(False)
        super().focusOutEvent(event)

    # --- showing

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        if self.drawing.plan.is_empty:
            invite(painter, self.viewport().rect(), self.drawing.theme, self.keymap.of("add-node"))
        if not self.camera.zooming.paint(painter, QRectF(rect)):
            self.drawing.paint_drawing(painter, QRectF(rect))
        self.found.paint(painter, QRectF(rect))
        bends.paint(self, painter)
        if self.gesture is not None:
            self.gesture.paint(painter)
        self.overlays.corners.paint(painter)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.camera.zooming.end()
        if not self.fitted and not self.drawing.plan.is_empty:
            self.fitted = True
            self.camera.fit()
        self.camera.told()
        self.overlays.follow()

    def moved(self) -> None:
        """Another part of the drawing is seen."""
        self.camera.told()
        self.overlays.follow()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        if self._whole and not self.camera.turning:
            self.moved()
            self.overlays.corners.scrolled(dx, dy)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        if by_mouse and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return  # the stroke that cuts asks by itself
        self.cancel_quietly()
        at = event.pos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard and (births := self.drawing.selection.births):
            at = self.mapFromScene(self.drawing.plan.rect(births[-1]).center())
        self.ask(QPointF(at))

    def ask(self, at: QPointF) -> None:
        """Open the menu of what lies at a place of the viewport."""
        menus.open_menu(self, at, self.viewport().mapToGlobal(at.toPoint()))

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            port = port_under(self, self.mapToScene(event.pos()))
            QToolTip.showText(event.globalPos(), self.overlays.tip(port, self.mapToScene(event.pos())), self)
            return True
        if self._whole and self._drop.takes(event):
            return True
        if self._whole and self._touch.takes(event):
            return True
        return super().viewportEvent(event)


def _prepare(view: QGraphicsView) -> None:
    """Set up a view whose pointer, zoom and scrolling are all its own affair."""
    view.setFrameShape(QFrame.Shape.NoFrame)
    view.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    view.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.SmartViewportUpdate)
    view.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
    view.setResizeAnchor(QGraphicsView.ViewportAnchor.AnchorViewCenter)
    for set_policy in (view.setHorizontalScrollBarPolicy, view.setVerticalScrollBarPolicy):
        set_policy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
    view.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # a pan then paints what comes in alone
    view.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    view.setMouseTracking(True)
    view.setAcceptDrops(True)
    view.viewport().setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
    view.setAccessibleName("Canvas")
