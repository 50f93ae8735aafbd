"""What the canvas keeps of a node, a wire and a pill that are near: how each is drawn now, and pixels to draw it with.

They are no items of Qt, which would ask each of them for its outline at each paint: `near.py` draws them in one pass.
They hold nothing but what the plan and the reading say.
"""

from math import ceil

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen

from designer.canvas import curves
from designer.canvas.looks import Look
from designer.canvas.paint import PLAIN, Brushes, Marks, Pill, paint_node
from graph.spec import PortType

Scale = tuple[float, float]
"""A zoom, and the pixels of the screen for each of the window's."""


class NodeItem:
    """One node. What it looks like is drawn once for a zoom and kept: a pan only copies pixels."""

    __slots__ = ("area", "at", "corner", "kept", "kept_at", "look", "marks", "raised", "rank")

    def __init__(self, look: Look, at: QPointF, rank: int) -> None:
        self.look, self.at, self.rank, self.marks = look, at, rank, PLAIN
        self.raised = False
        self.kept: QImage | None = None
        self.kept_at: Scale = (0, 0)
        self._place()

    def _place(self) -> None:
        self.area = around(self.look).translated(self.at)
        self.corner = (self.area.x(), self.area.y())

    def pos(self) -> QPointF:
        return self.at

    def show(self, look: Look, at: QPointF, marks: Marks) -> bool:
        """Be drawn so from now on; whether that is another picture, or another place."""
        if look is not self.look and look != self.look:
            self.kept = None
        elif at == self.at and marks == self.marks:
            return False
        if marks != self.marks:
            self.kept = None
        self.look, self.at, self.marks, self.raised = look, at, marks, marks.selected or marks.hovered
        self._place()
        return True

    def fits(self, scale: Scale) -> bool:
        """Whether the pixels that are kept are just right."""
        return self.kept is not None and self.kept_at == scale

    def draw(self, scale: Scale, brushes: Brushes) -> QImage:
        """Draw the pixels that are kept."""
        zoom, ratio = scale
        size = self.area.size() * (zoom * ratio)
        made = QImage(ceil(size.width()) + 1, ceil(size.height()) + 1, QImage.Format.Format_ARGB32_Premultiplied)
        made.setDevicePixelRatio(ratio)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        painter.scale(zoom, zoom)
        painter.translate(self.at - self.area.topLeft())
        paint_node(painter, self.look, self.marks, brushes)
        painter.end()
        self.kept, self.kept_at = made, scale
        return made


def around(look: Look) -> QRectF:
    """What a node covers, with its ports, its badge and the outline of a selection."""
    return look.rect.adjusted(-8, -14, 14, 8)


class WireItem:
    """One wire. Its curve is worked out when it is drawn for the first time."""

    __slots__ = ("_path", "area", "carries", "marks", "pen", "points", "visible")

    def __init__(self, points: tuple[QPointF, ...], area: QRectF, type: PortType) -> None:
        self.points, self.area, self.carries = points, area, type
        self.marks, self.visible = PLAIN, True
        self._path: QPainterPath | None = None
        self.pen: QPen | None = None
        """How it is stroked; None until that is asked for."""

    def isVisible(self) -> bool:
        return self.visible

    @property
    def path(self) -> QPainterPath:
        if self._path is None:
            self._path = curves.path(self.points)
        return self._path

    def show(self, points: tuple[QPointF, ...], area: QRectF, type: PortType, marks: Marks, visible: bool) -> bool:
        """Be drawn so from now on; whether that differs."""
        if points != self.points:
            self._path = None
        elif (type, marks, visible) == (self.carries, self.marks, self.visible):
            return False
        self.points, self.area, self.carries, self.marks, self.visible = points, area, type, marks, visible
        self.pen = None
        return True


class PillItem:
    """The pill of a wire, above all wires."""

    __slots__ = ("area", "marks", "pill", "raised", "visible")

    def __init__(self) -> None:
        self.pill, self.marks, self.area = Pill(), PLAIN, QRectF()
        self.visible = self.raised = False

    def isVisible(self) -> bool:
        return self.visible

    def show(self, pill: Pill, marks: Marks) -> bool:
        """Be drawn so from now on; whether that differs."""
        if (pill, marks) == (self.pill, self.marks):
            return False
        self.pill, self.marks, self.area = pill, marks, pill.rect.adjusted(-2, -2, 2, 2)
        self.raised = marks.selected or marks.hovered
        self.visible = pill.fits or self.raised
        return True
