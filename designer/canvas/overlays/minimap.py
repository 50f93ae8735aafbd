"""The map in the corner: the whole level, and which part of it is seen; it moves the view."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from designer.canvas.overlays.corner import AWAY, RADIUS, fits
from designer.canvas.overlays.sketch import Sketch

if TYPE_CHECKING:
    from designer.canvas.view import View

SIZE = QSize(184, 120)

STEP = 0.25
"""Of what is seen, how far an arrow moves."""

Key = Qt.Key


class Minimap(QWidget):
    """A corner, shown while a part of the drawing cannot be seen, unless the user has turned it off.

    The widget has no size: it takes keys and speaks to screen readers, and the canvas paints it.
    """

    def __init__(self, view: "View") -> None:
        super().__init__(view)
        self._view, self._scene = view, view.drawing
        self.sketch = Sketch(view.drawing, self)
        self.place = QRect()
        self._grip = QPointF()
        self.setFixedSize(0, 0)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Map of the drawing")
        self.hide()
        self._scene.followed.connect(self.sketch.renew)
        self._scene.findings.changed.connect(self.sketch.renew)
        self._scene.theme.changed.connect(self.sketch.renew)

    def follow(self) -> None:
        port, wanted = self._view.viewport(), self._scene.manner.on("minimap")
        if wanted:
            self.sketch.want(SIZE, self.devicePixelRatioF())
        bounds, seen = self.sketch.bounds, self._view.camera.area
        shown = wanted and fits(self._view) and not bounds.isEmpty() and not seen.contains(bounds)
        if not shown and self.hasFocus():
            self._view.setFocus()
        corner = QPoint(port.width() - AWAY - SIZE.width(), port.height() - AWAY - SIZE.height())
        self.place = QRect(corner, SIZE) if shown else QRect()
        self.setVisible(shown)
        told = f"{round(100 * _share(seen & bounds, bounds))} % of the drawing can be seen. The arrows move over it."
        if told != self.accessibleDescription():
            self.setAccessibleDescription(told)

    @property
    def seen(self) -> QRectF:
        """The part that is seen, on the map."""
        return self.sketch.map().mapRect(self._view.camera.area)

    # --- hands

    def press(self, at: QPointF) -> None:
        self._grip = at - self.seen.center() if self.seen.contains(at) else QPointF()
        self.move_to(at)

    def move_to(self, at: QPointF) -> None:
        """Let the middle of what is seen be where a place of the map is, but for how it was taken hold of."""
        back, _ = self.sketch.map().inverted()
        self._view.centerOn(back.map(at - self._grip))

    def release(self, at: QPointF) -> None:
        """The view stays where it is."""

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
        self._view.viewport().update(self.place)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._view.viewport().update(self.place)

    # --- painting

    def paint(self, painter: QPainter) -> None:
        theme, width = self._scene.theme, 2.0 if self.hasFocus() else 1.0
        painter.setPen(QPen(theme.accent if self.hasFocus() else theme.line, width))
        painter.setBrush(theme.panel)
        frame = QRectF(QPointF(0, 0), SIZE).adjusted(width / 2, width / 2, -width / 2, -width / 2)
        painter.drawRoundedRect(frame, RADIUS, RADIUS)
        painter.drawImage(0, 0, self.sketch.image)
        fill = QColor(theme.accent)
        fill.setAlphaF(0.10)
        painter.setPen(QPen(theme.accent, 1.25))
        painter.setBrush(fill)
        painter.drawRoundedRect(self.seen & frame.adjusted(2, 2, -2, -2), 3, 3)


def _share(part: QRectF, whole: QRectF) -> float:
    return part.width() * part.height() / max(whole.width() * whole.height(), 1.0)
