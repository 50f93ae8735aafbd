"""Fingers and pens: one finger points, two move the drawing, a long press asks; a pen points, its other end cuts."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QLineF, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QEventPoint, QInputDevice, QNativeGestureEvent, QPointingDevice, QTabletEvent, QTouchEvent

from designer.canvas.hands import Hands
from designer.canvas.tools.cut import Cut
from designer.canvas.tools.gesture import FAR_ENOUGH, Pointer

if TYPE_CHECKING:
    from designer.canvas.view import View

LONG = 550
"""Milliseconds that a finger rests before it asks what can be done."""

CLOSEST = 12.0
"""Fingers nearer to each other than so many pixels zoom no further."""

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


class Touch(QObject):
    """Takes what a touch screen, a touchpad's gestures and a pen send to a view."""

    def __init__(self, view: "View", hands: Hands) -> None:
        super().__init__(view)
        self.view, self.hands = view, hands
        self._pair: tuple[QPointF, float] | None = None
        self._resting: QPointF | None = None
        self._over = False
        self._timer = QTimer(self, singleShot=True, interval=LONG)
        self._timer.timeout.connect(self._ask)

    def takes(self, event: QEvent) -> bool:
        """Handle an event of these devices; False for any other."""
        if isinstance(event, QTouchEvent):
            return self._touched(event)
        if isinstance(event, QTabletEvent):
            return self._drawn(event)
        if isinstance(event, QNativeGestureEvent):
            return self._gestured(event)
        return False

    # --- fingers

    def _touched(self, event: QTouchEvent) -> bool:
        if event.device().type() == QInputDevice.DeviceType.TouchPad:
            return False  # its two fingers scroll; they are no fingers on the canvas
        event.accept()
        if event.type() == QEvent.Type.TouchCancel:
            self._rest()
            self.view.cancel_quietly()
            return True
        down = [point for point in event.points() if point.state() != QEventPoint.State.Released]
        if len(down) > 1:
            self._two(down[0].position(), down[1].position())
        elif event.type() == QEvent.Type.TouchBegin:
            self._first(down[0].position())
        elif event.type() == QEvent.Type.TouchEnd:
            self._last(event.points()[0].position())
        elif down and not self._over:
            self._moved(down[0].position())
        return True

    def _first(self, at: QPointF) -> None:
        self._rest()
        self._resting = at
        self._timer.start()
        self.hands.tap(self._pointer(at, LEFT))

    def _moved(self, at: QPointF) -> None:
        if self._resting is not None and (at - self._resting).manhattanLength() > 2 * FAR_ENOUGH:
            self._resting = None
            self._timer.stop()
        if self._resting is None:
            self.hands.move(self._pointer(at, LEFT))

    def _last(self, at: QPointF) -> None:
        if not self._over:
            self.hands.release(self._pointer(at, LEFT))
        self._rest()

    def _two(self, one: QPointF, other: QPointF) -> None:
        """Two fingers: the drawing stays under both."""
        middle, apart = (one + other) / 2, max(QLineF(one, other).length(), CLOSEST)
        if self._pair is None:
            self._timer.stop()
            self.view.cancel_quietly()
            self._over = True
        else:
            before, was = self._pair
            self.view.camera.pan(middle - before)
            self.view.camera.turn(apart / was, middle)
        self._pair = (middle, apart)

    def _ask(self) -> None:
        """The finger rests where it was put down."""
        at, self._over = self._resting, True
        self.view.cancel_quietly()
        if at is not None:
            self.view.ask(at)

    def _rest(self) -> None:
        self._timer.stop()
        self._pair, self._resting, self._over = None, None, False

    # --- pens and touchpads

    def _drawn(self, event: QTabletEvent) -> bool:
        event.accept()
        pointer = self._pointer(event.position(), event.button(), event.modifiers())
        self.view.pointer = pointer.view
        if event.type() == QEvent.Type.TabletMove:
            self.hands.move(pointer)
        elif event.type() == QEvent.Type.TabletRelease:
            self.hands.release(pointer)
        elif event.pointerType() == QPointingDevice.PointerType.Eraser:
            self.hands.press(pointer, Cut(self.view, pointer))
        elif event.button() == RIGHT and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.view.ask(pointer.view)
        else:
            self.hands.tap(pointer)
        return True

    def _gestured(self, event: QNativeGestureEvent) -> bool:
        camera, kinds = self.view.camera, Qt.NativeGestureType
        if event.gestureType() == kinds.ZoomNativeGesture:
            camera.turn(max(1 + event.value(), 0.1), event.position())
        elif event.gestureType() == kinds.PanNativeGesture:
            camera.pan(event.delta())
        elif event.gestureType() == kinds.SmartZoomNativeGesture:
            camera.fit_selection()
        return True

    def _pointer(
        self, at: QPointF, button: Qt.MouseButton, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> Pointer:
        return Pointer(self.view.mapToScene(at.toPoint()), at, button, held)
