"""The items of the scene: a node, a wire, a wire's pill. They hold nothing but what the plan and the reading say."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from designer.canvas import curves
from designer.canvas.looks import Look
from designer.canvas.paint import (
    PLAIN,
    Brushes,
    Marks,
    paint_node,
    paint_pill,
    paint_weight,
    paint_wire,
    pill_rect,
    wire_pen,
)
from graph.spec import PortType

PILL_ROOM = 14.0


class NodeItem(QGraphicsItem):
    """One node."""

    def __init__(self, look: Look, brushes: Brushes) -> None:
        super().__init__()
        self.look, self.brushes, self.marks = look, brushes, PLAIN
        self.setZValue(2)

    def set_look(self, look: Look) -> None:
        if look != self.look:
            self.prepareGeometryChange()
            self.look = look
            self.update()

    def set_marks(self, marks: Marks) -> None:
        if marks != self.marks:
            self.marks = marks
            self.setZValue(3 if marks.selected or marks.hovered else 2)
            self.update()

    def boundingRect(self) -> QRectF:
        return self.look.rect.adjusted(-8, -14, 14, 8)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        paint_node(painter, self.look, self.marks, self.brushes)


class WireItem(QGraphicsItem):
    """One wire, with its weight."""

    def __init__(self, points: tuple[QPointF, ...], type: PortType, brushes: Brushes) -> None:
        super().__init__()
        self.brushes, self.marks, self.carries = brushes, PLAIN, type
        self.points = points
        self.weight, self.fixed = "", False
        self._path = curves.path(points)
        self._area = self._path.boundingRect().adjusted(-12, -12, 12, 12)

    @property
    def path(self) -> QPainterPath:
        return self._path

    def set_points(self, points: tuple[QPointF, ...]) -> None:
        if points != self.points:
            self.prepareGeometryChange()
            self.points = points
            self._path = curves.path(points)
            self._area = self._path.boundingRect().adjusted(-12, -12, 12, 12)

    def set_state(self, marks: Marks, type: PortType, weight: str, fixed: bool) -> None:
        if (marks, type, weight, fixed) != (self.marks, self.carries, self.weight, self.fixed):
            self.marks, self.carries, self.weight, self.fixed = marks, type, weight, fixed
            self.setZValue(0.5 if marks.selected or marks.near else 0)
            self.update()

    def boundingRect(self) -> QRectF:
        return self._area

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        paint_wire(painter, self._path, wire_pen(self.carries, self.marks, self.brushes))
        if self.weight:
            paint_weight(painter, weight_point(self.points), self.weight, self.fixed, self.brushes)


class PillItem(QGraphicsItem):
    """The pill of a wire, above all wires."""

    def __init__(self, brushes: Brushes) -> None:
        super().__init__()
        self.brushes, self.marks, self.text = brushes, PLAIN, ""
        self.rect = QRectF()
        self.setZValue(1)

    def set_state(self, points: tuple[QPointF, ...], text: str, marks: Marks) -> None:
        """Say `text` on the wire, if there is room for it or the wire is looked at."""
        rect = pill_place(points, text, self.brushes)
        self.setVisible(pill_fits(points, text, rect) or marks.selected or marks.hovered)
        if (rect, text, marks) != (self.rect, self.text, self.marks):
            self.prepareGeometryChange()
            self.rect, self.text, self.marks = rect, text, marks
            self.setZValue(4 if marks.selected or marks.hovered else 1)
            self.update()

    def boundingRect(self) -> QRectF:
        return self.rect.adjusted(-2, -2, 2, 2)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        paint_pill(painter, self.rect, self.text, self.marks, self.brushes)


def pill_place(points: tuple[QPointF, ...], text: str, brushes: Brushes) -> QRectF:
    return pill_rect(curves.middle(points), text, brushes)


def pill_fits(points: tuple[QPointF, ...], text: str, rect: QRectF) -> bool:
    """Whether a pill has room between the two ends of its wire."""
    start, end = points[0], points[-1]
    across = max(abs(end.x() - start.x()), 0.7 * abs(end.y() - start.y()))
    return bool(text) and rect.width() + PILL_ROOM <= across


def weight_point(points: tuple[QPointF, ...]) -> QPointF:
    """Where a weight stands: nearer to the neuron, so that the weights of wires that part stay apart."""
    line = curves.samples(points)
    return line[round(0.62 * (len(line) - 1))]
