"""Draws a node and a wire with a painter; items on screen and pictures in files share these strokes."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from designer import icons
from designer.canvas import aside, curves
from designer.canvas.looks import NAMES, RADIUS, Look, Spot
from designer.theme import Theme, mixed
from graph.spec import PortType

PORT = 4.5
BEND = 4.5
BADGE = 8.0
PILL_ROOM = 14.0
PILL_ROOM_DOWN = 40.0
STACK = 4.0
"""How far each further copy of a block looks out behind the one before it."""
NAME_GAP = 11.0


@dataclass(frozen=True, slots=True)
class Marks:
    """The state in which something is drawn: `level` of the worst finding, `near` what is selected along the wires.

    `quiet` is a wire that brings nothing, since an end of it is muted.
    """

    selected: bool = False
    hovered: bool = False
    near: bool = False
    level: str = ""
    target: bool = False
    quiet: bool = False

    def but(self, **change: object) -> "Marks":
        return replace(self, **change)  # type: ignore[arg-type]


PLAIN = Marks()


class Brushes:
    """Colours and fonts of a theme, looked up once and not for each stroke."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.name: QFont = theme.font("name")
        self.line: QFont = theme.font("secondary")
        self.pill: QFont = theme.font("number")
        self.pill.setPointSizeF(self.line.pointSizeF() * 0.94)
        self.pill_metrics = QFontMetricsF(self.pill)
        self.rest = mixed(theme.muted, theme.node, 0.8 if theme.tone == "contrast" else 0.28 if theme.dark else 0.36)
        self.near = mixed(theme.accent, theme.node, 0.6)
        self._family = lru_cache(None)(theme.family)
        self._tile = lru_cache(None)(theme.tile)
        self._icon = lru_cache(None)(icons.family_icon)

    def family(self, name: str) -> QColor:
        return self._family(name or "metric")

    def tile(self, name: str) -> QColor:
        return self._tile(name or "metric")

    def icon(self, name: str) -> str:
        """The name of a family's icon; a hint for a kind that nobody knows."""
        return self._icon(name) if name else "hint"

    def port(self, type: PortType) -> QColor:
        return self.family({"tensor": "layers", "loss": "loss", "schedule": "optimizer"}[type])

    def wire(self, type: PortType) -> QColor:
        return self.theme.wire if type == "tensor" else self.family("loss" if type == "loss" else "optimizer")

    def outline(self, marks: Marks) -> QPen:
        theme = self.theme
        if marks.level == "error":
            return QPen(theme.error, 2)
        if marks.selected or marks.target:
            return QPen(theme.accent, 2)
        if marks.level == "warning":
            return QPen(theme.warning, 1.5)
        if marks.near:
            return QPen(self.near, 1.25)
        return QPen(theme.muted if marks.hovered else self.rest, theme.border)


def paint_node(painter: QPainter, look: Look, marks: Marks, brushes: Brushes) -> None:
    """A node at the painter's origin: body, tile, words, ports, badge. One that takes no part is faint."""
    if not look.state:
        _paint_whole(painter, look, marks, brushes)
    else:
        aside.paint_node(painter, look, marks, brushes, _paint_whole)
    if marks.level in ("error", "warning"):
        _paint_badge(painter, QPointF(look.width - 2, 2), marks.level, brushes)


def _paint_whole(painter: QPainter, look: Look, marks: Marks, brushes: Brushes) -> None:
    theme = brushes.theme
    pen = brushes.outline(marks)
    inset = pen.widthF() / 2
    if marks.selected and marks.level == "error":
        painter.setPen(QPen(theme.accent, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(look.rect.adjusted(-3, -3, 3, 3), RADIUS + 3, RADIUS + 3)
    if look.copies > 1:
        _paint_stack(painter, look, pen, brushes)
    painter.setPen(pen)
    painter.setBrush(theme.node)
    painter.drawRoundedRect(look.rect.adjusted(inset, inset, -inset, -inset), RADIUS, RADIUS)
    _paint_tile(painter, look, brushes)
    if look.block:
        _paint_names(painter, look, brushes)
    painter.setPen(theme.text)
    painter.setFont(brushes.name)
    painter.drawText(look.title_rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, look.title)
    painter.setPen(theme.muted)
    painter.setFont(brushes.line)
    painter.drawText(look.subtitle_rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, look.subtitle)
    if look.badge:
        _paint_repeat(painter, look, brushes)
    for spot in (*look.inputs, *look.outputs):
        paint_port(painter, spot, brushes)


def _paint_stack(painter: QPainter, look: Look, pen: QPen, brushes: Brushes) -> None:
    """The edges of further copies behind a block that stands several times."""
    painter.setPen(QPen(brushes.outline(PLAIN) if pen.widthF() > 1 else pen))
    painter.setBrush(brushes.theme.node)
    for away in (2 * STACK, STACK) if look.copies > 2 else (STACK,):
        painter.drawRoundedRect(look.rect.translated(away, -away).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)


def _paint_repeat(painter: QPainter, look: Look, brushes: Brushes) -> None:
    """How often a block stands one after the other."""
    rect = look.badge_rect
    painter.setPen(QPen(brushes.theme.line, 1))
    painter.setBrush(brushes.theme.raised)
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
    painter.setPen(brushes.theme.text)
    painter.setFont(brushes.line)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, look.badge)


def _paint_names(painter: QPainter, look: Look, brushes: Brushes) -> None:
    """The names of a block's ports beside them, apart from its head by a line."""
    painter.setPen(QPen(brushes.theme.line, 1))
    for y in _seams(look):
        painter.drawLine(QPointF(1, y), QPointF(look.width - 1, y))
    painter.setFont(brushes.line)
    painter.setPen(brushes.theme.muted)
    metrics = QFontMetricsF(brushes.line)
    for spots in (look.inputs, look.outputs):
        for spot in spots:
            rect, side = _name_place(look, spot, len(spots))
            name = metrics.elidedText(spot.name, Qt.TextElideMode.ElideRight, rect.width())
            painter.drawText(rect, side | Qt.AlignmentFlag.AlignVCenter, name)


def _seams(look: Look) -> list[float]:
    """The heights of the lines between the head of a block and the names of its ports."""
    if not look.down:
        return [look.head] if look.inputs or look.outputs else []
    seams = [look.above] if look.above else []
    return [*seams, look.above + look.head] if look.below else seams


def _name_place(look: Look, spot: Spot, count: int) -> tuple[QRectF, Qt.AlignmentFlag]:
    if look.down:
        room = look.width / count - 4 if count > 1 else 0.0
        y = look.above + look.head + 1 if spot.output else PORT + 1.5
        return QRectF(spot.point.x() - room / 2, y, room, NAMES - PORT - 2.5), Qt.AlignmentFlag.AlignHCenter
    both = bool(look.inputs and look.outputs)
    room = look.width / 2 - NAME_GAP if both else look.width - 2 * NAME_GAP
    left = look.width - NAME_GAP - room if spot.output else NAME_GAP
    side = Qt.AlignmentFlag.AlignRight if spot.output else Qt.AlignmentFlag.AlignLeft
    return QRectF(left, spot.point.y() - 8, room, 16), side


def _paint_tile(painter: QPainter, look: Look, brushes: Brushes) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brushes.tile(look.family))
    painter.drawRoundedRect(look.tile, 7, 7)
    area = look.tile.adjusted(5, 5, -5, -5)
    icons.paint(painter, brushes.icon(look.family), brushes.family(look.family), area)


def paint_port(painter: QPainter, spot: Spot, brushes: Brushes, *, size: float = PORT, ring: bool = False) -> None:
    """A port: circle for tensors, diamond for losses, square for schedules; hollow where nobody declared it."""
    colour = brushes.port(spot.type) if spot.declared else brushes.theme.error
    painter.setPen(QPen(brushes.theme.accent, 2) if ring else QPen(brushes.theme.canvas, 1.5))
    painter.setBrush(colour if spot.declared else brushes.theme.node)
    if not spot.declared:
        painter.setPen(QPen(colour, 1.5))
    draw_sign(painter, spot.point, spot.type, size)


def draw_sign(painter: QPainter, at: QPointF, type: PortType, size: float) -> None:
    if type == "tensor":
        painter.drawEllipse(at, size, size)
    elif type == "loss":
        far = size * 1.3
        painter.drawPolygon(QPolygonF([at + QPointF(*p) for p in ((0, -far), (far, 0), (0, far), (-far, 0))]))
    else:
        side = size * 0.95
        painter.drawRect(QRectF(at.x() - side, at.y() - side, 2 * side, 2 * side))


def _paint_badge(painter: QPainter, at: QPointF, level: str, brushes: Brushes) -> None:
    """A disc for errors, a triangle for warnings: told apart without colour, too."""
    theme = brushes.theme
    colour = theme.error if level == "error" else theme.warning
    painter.setPen(QPen(theme.canvas, 1.5))
    painter.setBrush(colour)
    if level == "error":
        painter.drawEllipse(at, BADGE, BADGE)
    else:
        top = at + QPointF(0, 1)
        corners = ((0, -BADGE - 1.5), (BADGE + 1.5, BADGE - 1), (-BADGE - 1.5, BADGE - 1))
        painter.drawPolygon(QPolygonF([top + QPointF(*corner) for corner in corners]))
    painter.setPen(QPen(theme.on_accent, 1.8, c=Qt.PenCapStyle.RoundCap))
    low = 0.0 if level == "error" else 1.5
    painter.drawLine(at + QPointF(0, -3.6 + low), at + QPointF(0, 0.8 + low))
    painter.drawPoint(at + QPointF(0, 3.8 + low))


def wire_pen(type: PortType, marks: Marks, brushes: Brushes) -> QPen:
    """How a wire is stroked in a state."""
    theme = brushes.theme
    colour, width = brushes.wire(type), 1.75
    if marks.level == "error":
        colour, width = theme.error, 2.0
    if marks.quiet:
        colour, width = mixed(colour, theme.canvas, 0.4), 1.25
    if marks.near and marks.level != "error":
        colour, width = mixed(theme.accent, theme.canvas, 0.7), 2.0
    if marks.selected or marks.target:
        colour, width = theme.accent, 2.5
    elif marks.hovered:
        width += 0.75
    pen = QPen(colour, width, c=Qt.PenCapStyle.RoundCap)
    if marks.level == "error":
        pen.setDashPattern([3, 2.5])
    elif marks.quiet:
        pen.setDashPattern([2, 3.5])
    return pen


def paint_wire(painter: QPainter, path: QPainterPath, pen: QPen) -> None:
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)


def paint_bends(painter: QPainter, bends: Sequence[QPointF], chosen: int | None, brushes: Brushes) -> None:
    """What hands take hold of to lead a wire elsewhere."""
    painter.setPen(QPen(brushes.theme.accent, 1.5))
    for number, at in enumerate(bends):
        painter.setBrush(brushes.theme.accent if number == chosen else brushes.theme.canvas)
        painter.drawEllipse(at, BEND, BEND)


@dataclass(frozen=True, slots=True)
class Pill:
    """A pill with its place. `fits`: there is room for it between the ends of its wire."""

    text: str = ""
    rect: QRectF = field(default_factory=QRectF)
    fits: bool = False
    fixed: bool = False


def pill_on(points: Sequence[QPointF], centre: QPointF, texts: Sequence[str], brushes: Brushes, *, fixed: bool) -> Pill:
    """The first of some texts that has room on a wire, else the last, about a point on it."""
    across, along = abs(points[-1].x() - points[0].x()), abs(points[-1].y() - points[0].y())
    down = isinstance(points, curves.Downward) and along >= PILL_ROOM_DOWN
    room = max(across, 0.7 * along)
    found = Pill()
    for text in texts:
        width = max(brushes.pill_metrics.horizontalAdvance(text) + 12, 20)
        rect = QRectF(centre.x() - width / 2, centre.y() - 8.5, width, 17)
        found = Pill(text, rect, down or width + PILL_ROOM <= room, fixed)
        if found.fits:
            break
    return found


def paint_pill(painter: QPainter, pill: Pill, marks: Marks, brushes: Brushes) -> None:
    """The shape of what flows, or a wire's own selection and weight; a weight that stays fixed is underlined."""
    theme = brushes.theme
    painter.setPen(QPen(theme.accent if marks.selected else theme.error if marks.level == "error" else theme.line, 1))
    painter.setBrush(theme.raised)
    painter.drawRoundedRect(pill.rect, 8.5, 8.5)
    painter.setPen(theme.text if marks.selected else theme.muted)
    painter.setFont(brushes.pill)
    painter.drawText(pill.rect, Qt.AlignmentFlag.AlignCenter, pill.text)
    if pill.fixed:
        low = pill.rect.bottom() - 3
        painter.drawLine(QPointF(pill.rect.left() + 6, low), QPointF(pill.rect.right() - 6, low))
