"""Draws a node that takes no part: a muted one as a ghost, a bypassed one faint, with the wire drawn through it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from designer.canvas.looks import RADIUS, Look
from designer.theme import mixed
from graph.records import BYPASSED

if TYPE_CHECKING:
    from designer.canvas.paint import Brushes, Marks

GHOST, FAINT = 0.38, 0.5
"""How much of a muted, and of a bypassed node is seen."""

SIGN = 8.0
"""The radius of the sign at the upper left corner."""


def paint_node(
    painter: QPainter, look: Look, marks: Marks, brushes: Brushes, whole: Callable[..., None]
) -> None:  # fmt: skip
    """A node that is muted or bypassed; `whole` draws it as if it took part."""
    before = painter.opacity()
    painter.setOpacity(before * (FAINT if look.state == BYPASSED else GHOST))
    whole(painter, look, marks.but(level="", selected=False, target=False), brushes)
    painter.setOpacity(before)
    _paint_edge(painter, look, marks, brushes)
    if look.state == BYPASSED and look.inputs and look.outputs:
        _paint_through(painter, look, brushes)
    _paint_sign(painter, look, brushes)


def _paint_edge(painter: QPainter, look: Look, marks: Marks, brushes: Brushes) -> None:
    """A broken outline, in full strength where the node is selected or wrong."""
    pen = QPen(brushes.outline(marks))
    pen.setDashPattern([4 / pen.widthF(), 3 / pen.widthF()])
    inset = pen.widthF() / 2
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(look.rect.adjusted(inset, inset, -inset, -inset), RADIUS, RADIUS)


def _paint_through(painter: QPainter, look: Look, brushes: Brushes) -> None:
    """The bare wire that stands for the node, along an edge so that it hides no words."""
    start, end = look.inputs[0].point, look.outputs[0].point
    path = QPainterPath(start)
    if look.down:
        right = look.width - 6.0
        path.cubicTo(QPointF(start.x(), 10), QPointF(right, 2), QPointF(right, look.height / 2))
        path.cubicTo(QPointF(right, look.height - 2), QPointF(end.x(), look.height - 10), end)
    else:
        low = look.head - 6.0 if look.block else look.height - 6.0
        path.cubicTo(QPointF(14, start.y()), QPointF(8, low), QPointF(28, low))
        path.lineTo(look.width - 28, low)
        path.cubicTo(QPointF(look.width - 8, low), QPointF(look.width - 14, end.y()), end)
    painter.setPen(QPen(brushes.wire(look.outputs[0].type), 1.75, c=Qt.PenCapStyle.RoundCap))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)


def _paint_sign(painter: QPainter, look: Look, brushes: Brushes) -> None:
    """A disc at the corner: a bar across for what is muted, an arrow for what is passed by."""
    theme, at = brushes.theme, QPointF(2, 2)
    painter.setPen(QPen(theme.canvas, 1.5))
    painter.setBrush(mixed(theme.muted, theme.node, 0.85))
    painter.drawEllipse(at, SIGN, SIGN)
    painter.setPen(QPen(theme.node, 1.6, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin))
    if look.state == BYPASSED:
        painter.drawLine(at + QPointF(-4, 0), at + QPointF(4, 0))
        painter.drawPolyline([at + QPointF(1, -3), at + QPointF(4, 0), at + QPointF(1, 3)])
    else:
        painter.drawLine(at + QPointF(-3, 3), at + QPointF(3, -3))
