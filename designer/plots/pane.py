"""One chart on screen: painting, reading out, zooming and dragging."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from designer.plots.chart import Chart
from designer.plots.frame import Frame, whole_span

ZOOM = 1.25
"""How much one notch of the wheel, or one press of a key, zooms."""


class Pane(QWidget):
    """Shows a chart. The wheel zooms the steps (with Ctrl the values), dragging moves them, a double click fits."""

    viewed = Signal()
    """The view has changed: all panes that share it repaint."""

    def __init__(self, chart: Chart, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chart = chart
        self._grabbed: tuple[QPointF, Frame] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(220, 140)
        self.setAccessibleName(f"Curves of {chart.figure.id}")

    def sizeHint(self) -> QSize:
        return QSize(460, 240)

    def frame(self) -> Frame:
        """The axes as they lie now."""
        return self.chart.frame(QRectF(self.rect()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), self.chart.theme.panel)
        self.chart.paint(painter, QRectF(self.rect()))
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None:
            self._drag(event.position(), *self._grabbed)
        frame = self.frame()
        inside = frame.plot.left() <= event.position().x() <= frame.plot.right()
        self.chart.view.hover = frame.x.value(event.position().x()) if inside else None
        self.viewed.emit()

    def leaveEvent(self, event: QEvent) -> None:
        self.chart.view.hover = None
        self.viewed.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._grabbed = (event.position(), self.frame())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grabbed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = (event.angleDelta().y() or event.angleDelta().x()) / 120
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._zoom_height(event.position().y(), ZOOM**-notches)
        else:
            self.zoom(event.position().x(), ZOOM**-notches)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, middle = event.key(), self.frame().plot.center().x()
        moves = {Qt.Key.Key_Left: -0.15, Qt.Key.Key_Right: 0.15}
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(middle, 1 / ZOOM)
        elif key == Qt.Key.Key_Minus:
            self.zoom(middle, ZOOM)
        elif key == Qt.Key.Key_Home:
            self.fit()
        elif key in moves:
            frame = self.frame()
            self._set_span(*self._moved(frame, moves[Qt.Key(key)] * (frame.x.high - frame.x.low)))
        else:
            super().keyPressEvent(event)

    def fit(self) -> None:
        """Follows the data again."""
        self.chart.view.span = None
        self.chart.view.heights.clear()
        self.viewed.emit()

    def zoom(self, pixel: float, factor: float) -> None:
        """Shows `factor` times as many steps; what lies under the pixel stays there."""
        frame = self.frame()
        fixed = frame.x.value(pixel)
        self._set_span(fixed - (fixed - frame.x.low) * factor, fixed + (frame.x.high - fixed) * factor)

    def _zoom_height(self, pixel: float, factor: float) -> None:
        frame = self.frame()
        ends = [frame.y.value(pixel + (end - pixel) * factor) for end in (frame.y.start, frame.y.end)]
        if ends[1] - ends[0] > 1e-12 * max(1.0, abs(ends[1])):
            self.chart.view.heights[self.chart.figure.id] = (ends[0], ends[1])
            self.viewed.emit()

    def _drag(self, position: QPointF, start: QPointF, frame: Frame) -> None:
        moved = position - start
        if not moved.isNull() and (self.chart.view.span or abs(moved.x()) > 4):
            self._set_span(*self._moved(frame, frame.x.value(0) - frame.x.value(moved.x())))
        held = self.chart.view.heights.get(self.chart.figure.id)
        if held is not None:
            ends = (frame.y.value(frame.y.start - moved.y()), frame.y.value(frame.y.end - moved.y()))
            self.chart.view.heights[self.chart.figure.id] = ends

    def _moved(self, frame: Frame, by: float) -> tuple[float, float]:
        """The range moved along, as far as there is data."""
        first, last = whole_span(self.chart.runs, self.chart.view.unit)
        by = max(first - frame.x.low, min(by, last - frame.x.high))
        return frame.x.low + by, frame.x.high + by

    def _set_span(self, low: float, high: float) -> None:
        first, last = whole_span(self.chart.runs, self.chart.view.unit)
        low, high = max(first, low), min(last, high)
        if high - low < (last - first) * 1e-7:
            return
        whole = low <= first and high >= last
        self.chart.view.span = None if whole else (low, high)
        self.viewed.emit()
