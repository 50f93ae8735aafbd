"""The map in the corner: the whole level, and which part of it is seen; it moves the view."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from designer.canvas.overlays.sketch import Sketch
from designer.canvas.wheel import NOTCH, PER_NOTCH

if TYPE_CHECKING:
    from designer.canvas.view import View

SIZE = QSize(184, 120)
AWAY = 12
"""Pixels from the corner of the canvas."""

ROOM = QSize(480, 320)
"""On a canvas that is smaller than this there is no map."""

STEP = 0.25
"""Of what is seen, how far an arrow moves."""

RADIUS = 8.0
Key = Qt.Key


class Minimap(QWidget):
    """Shown while a part of the drawing cannot be seen, unless the user has turned it off."""

    def __init__(self, view: "View") -> None:
        super().__init__(view)
        self._view, self._scene = view, view.drawing
        self._sketch = Sketch(view.drawing, self)
        self._grip: QPointF | None = None
        self.setFixedSize(SIZE)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Map of the drawing")
        self.setToolTip("Click or drag to move over the drawing, turn the wheel to zoom")
        self.hide()
        self._sketch.drawn.connect(self.follow)
        self._sketch.drawn.connect(self.update)
        self._scene.followed.connect(self._sketch.renew)
        self._scene.findings.changed.connect(self._sketch.renew)
        self._scene.theme.changed.connect(self._sketch.renew)
        self._scene.manner.changed.connect(self.follow)

    def follow(self) -> None:
        """Another part is seen, or the canvas has another size."""
        port, wanted = self._view.viewport(), self._scene.manner.on("minimap")
        if wanted:
            self._sketch.want(SIZE, self.devicePixelRatioF())
        bounds, seen = self._sketch.bounds, self._view.camera.area
        fits = port.width() >= ROOM.width() and port.height() >= ROOM.height()
        shown = wanted and fits and not bounds.isEmpty() and not seen.contains(bounds)
        if not shown and self.hasFocus():
            self._view.setFocus()
        self.setVisible(shown)
        if shown:
            self.move(port.geometry().right() - AWAY - self.width(), port.geometry().bottom() - AWAY - self.height())
            share = round(100 * _share(seen & bounds, bounds))
            self.setAccessibleDescription(f"{share} % of the drawing can be seen. The arrows move over it.")
            self.update()

    @property
    def seen(self) -> QRectF:
        """The part that is seen, on the map."""
        return self._sketch.map().mapRect(self._view.camera.area)

    # --- hands

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._grip = event.position() - self.seen.center() if self.seen.contains(event.position()) else QPointF()
            self._go(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            self._go(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grip = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta()
        self._view.camera.zoom(PER_NOTCH ** ((turned.y() or turned.x()) / NOTCH))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        camera, seen = self._view.camera, self._view.viewport().size() * STEP
        ways = {
            Key.Key_Left: QPointF(seen.width(), 0), Key.Key_Right: QPointF(-seen.width(), 0),
            Key.Key_Up: QPointF(0, seen.height()), Key.Key_Down: QPointF(0, -seen.height()),
        }  # fmt: skip
        key = Key(event.key())
        if key in ways:
            camera.pan(ways[key])
        elif key in (Key.Key_Plus, Key.Key_Equal):
            camera.zoom_in()
        elif key == Key.Key_Minus:
            camera.zoom_out()
        elif key == Key.Key_Home:
            camera.fit()
        elif key in (Key.Key_Escape, Key.Key_Return):
            self._view.setFocus()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()

    def _go(self, at: QPointF) -> None:
        """Let the middle of what is seen be where a place of the map is, but for how it was taken hold of."""
        back, _ = self._sketch.map().inverted()
        self._view.centerOn(back.map(at - (self._grip or QPointF())))
        self._view.camera.told()
        self.follow()

    # --- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = self._scene.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = 2.0 if self.hasFocus() else 1.0
        painter.setPen(QPen(theme.accent if self.hasFocus() else theme.line, width))
        painter.setBrush(theme.raised)
        frame = QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2)
        painter.drawRoundedRect(frame, RADIUS, RADIUS)
        painter.drawImage(0, 0, self._sketch.image)
        fill = QColor(theme.accent)
        fill.setAlphaF(0.10)
        painter.setPen(QPen(theme.accent, 1.25))
        painter.setBrush(fill)
        painter.drawRoundedRect(self.seen & frame.adjusted(2, 2, -2, -2), 3, 3)
        painter.end()


def _share(part: QRectF, whole: QRectF) -> float:
    return part.width() * part.height() / max(whole.width() * whole.height(), 1.0)
