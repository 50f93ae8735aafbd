"""The items of the scene: a node, a wire, a wire's pill. They hold nothing but what the plan and the reading say."""

from math import ceil

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from designer.canvas import curves
from designer.canvas.looks import Look
from designer.canvas.paint import (
    PLAIN,
    Brushes,
    Marks,
    Pill,
    paint_node,
    paint_pill,
    paint_wire,
    wire_pen,
)
from graph.spec import PortType

LARGEST_KEPT = 2.5
"""Beyond this zoom few nodes are in sight, and their pixels would take much memory."""


class NodeItem(QGraphicsItem):
    """One node. What it looks like is drawn once for a zoom and kept: a pan only copies pixels."""

    def __init__(self, look: Look, brushes: Brushes) -> None:
        super().__init__()
        self.look, self.marks = look, PLAIN
        self._brushes = brushes
        self._area = _around(look)
        self._kept: QImage | None = None
        self._kept_at: tuple[float, float] = (0, 0)
        self.setZValue(2)

    def set_look(self, look: Look) -> None:
        if look != self.look:
            self.prepareGeometryChange()
            self.look = look
            self._area = _around(look)
            self._redraw()

    def set_marks(self, marks: Marks) -> None:
        if marks != self.marks:
            self.marks = marks
            self.setZValue(3 if marks.selected or marks.hovered else 2)
            self._redraw()

    def set_brushes(self, brushes: Brushes) -> None:
        self._brushes = brushes
        self._redraw()

    def _redraw(self) -> None:
        self._kept = None
        self.update()

    def boundingRect(self) -> QRectF:
        return self._area

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        transform, ratio = painter.worldTransform(), painter.device().devicePixelRatio()
        scale = transform.m11()
        if scale > LARGEST_KEPT:
            paint_node(painter, self.look, self.marks, self._brushes)
            return
        if self._kept is None or self._kept_at != (scale, ratio):
            self._kept, self._kept_at = self._drawn(scale, ratio), (scale, ratio)
        corner = transform.map(self._area.topLeft())
        painter.resetTransform()
        painter.drawImage(QPointF(round(corner.x() * ratio), round(corner.y() * ratio)) / ratio, self._kept)
        painter.setWorldTransform(transform)

    def _drawn(self, scale: float, ratio: float) -> QImage:
        size = self._area.size() * (scale * ratio)
        made = QImage(ceil(size.width()) + 1, ceil(size.height()) + 1, QImage.Format.Format_ARGB32_Premultiplied)
        made.setDevicePixelRatio(ratio)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        painter.scale(scale, scale)
        painter.translate(-self._area.topLeft())
        paint_node(painter, self.look, self.marks, self._brushes)
        painter.end()
        return made


def _around(look: Look) -> QRectF:
    """What a node covers, with its ports, its badge and the outline of a selection."""
    return look.rect.adjusted(-8, -14, 14, 8)


class WireItem(QGraphicsItem):
    """One wire."""

    def __init__(self, points: tuple[QPointF, ...], type: PortType, brushes: Brushes) -> None:
        super().__init__()
        self.brushes, self.marks, self.carries = brushes, PLAIN, type
        self.points = points
        self._path = curves.path(points)
        self._area = self._path.boundingRect().adjusted(-12, -12, 12, 12)

    @property
    def path(self) -> QPainterPath:
        return self._path

    def set_brushes(self, brushes: Brushes) -> None:
        self.brushes = brushes
        self.update()

    def set_points(self, points: tuple[QPointF, ...]) -> None:
        if points != self.points:
            self.prepareGeometryChange()
            self.points = points
            self._path = curves.path(points)
            self._area = self._path.boundingRect().adjusted(-12, -12, 12, 12)

    def set_state(self, marks: Marks, type: PortType) -> None:
        if (marks, type) != (self.marks, self.carries):
            self.marks, self.carries = marks, type
            self.setZValue(0.5 if marks.selected or marks.near else 0)
            self.update()

    def boundingRect(self) -> QRectF:
        return self._area

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        paint_wire(painter, self._path, wire_pen(self.carries, self.marks, self.brushes))


class PillItem(QGraphicsItem):
    """The pill of a wire, above all wires."""

    def __init__(self, brushes: Brushes) -> None:
        super().__init__()
        self.brushes, self.marks, self.pill = brushes, PLAIN, Pill()
        self.setZValue(1)

    def set_brushes(self, brushes: Brushes) -> None:
        self.brushes = brushes
        self.update()

    def set_state(self, pill: Pill, marks: Marks) -> None:
        self.setVisible(pill.fits or marks.selected or marks.hovered)
        if (pill, marks) != (self.pill, self.marks):
            self.prepareGeometryChange()
            self.pill, self.marks = pill, marks
            self.setZValue(4 if marks.selected or marks.hovered else 1)
            self.update()

    def boundingRect(self) -> QRectF:
        return self.pill.rect.adjusted(-2, -2, 2, 2)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        paint_pill(painter, self.pill, self.marks, self.brushes)
