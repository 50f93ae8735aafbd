"""What the signs of a drawing mean, in a row or several below it: ports by their shape, nodes by their family."""

from collections.abc import Iterable, Iterator

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from designer import icons
from designer.canvas.looks import Look, Spot
from designer.canvas.paint import Brushes, draw_sign
from graph.spec import PortType

ROW = 24.0
GAP = 20.0
SIGN = 20.0
NARROWEST = 320.0

PORTS: dict[PortType, str] = {"tensor": "Tensor", "loss": "Loss", "schedule": "Learning rate over time"}


class Legend:
    """The entries that some nodes need, laid out from the upper left corner of `place` in rows as wide as it."""

    def __init__(self, looks: Iterable[Look], brushes: Brushes, place: QRectF) -> None:
        self._brushes = brushes
        nodes = list(looks)
        self._ports = [type for type in PORTS if any(type == spot.type for look in nodes for spot in _spots(look))]
        self._families = list(dict.fromkeys(look.family for look in nodes if look.family))
        self._entries = list(self._lay_out(place, QFontMetricsF(brushes.line)))
        self.area = QRectF(place.topLeft(), place.topLeft())
        for _, _, at, width in self._entries:
            self.area = self.area.united(QRectF(at.x(), at.y(), width, ROW))

    def paint(self, painter: QPainter) -> None:
        for sort, words, at, width in self._entries:
            middle = QPointF(at.x() + 7, at.y() + ROW / 2)
            if sort in PORTS:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self._brushes.port(sort))
                draw_sign(painter, middle, sort, 4.5)
            else:
                self._paint_family(painter, sort, middle)
            painter.setPen(QPen(self._brushes.theme.muted))
            painter.setFont(self._brushes.line)
            words_area = QRectF(at.x() + SIGN, at.y(), width - SIGN, ROW)
            painter.drawText(words_area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)

    def _paint_family(self, painter: QPainter, family: str, middle: QPointF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._brushes.tile(family))
        tile = QRectF(middle.x() - 8, middle.y() - 8, 16, 16)
        painter.drawRoundedRect(tile, 4, 4)
        icon = self._brushes.icon(family)
        icons.paint(painter, icon, self._brushes.family(family), tile.adjusted(3, 3, -3, -3))

    def _lay_out(self, place: QRectF, metrics: QFontMetricsF) -> Iterator[tuple[str, str, QPointF, float]]:
        right = place.left() + max(place.width(), NARROWEST)
        at = place.topLeft()
        named = [(type, PORTS[type]) for type in self._ports] + [
            (name, name[:1].upper() + name[1:]) for name in self._families
        ]
        for sort, words in named:
            width = SIGN + metrics.horizontalAdvance(words) + 2
            if at.x() > place.left() and at.x() + width > right:
                at = QPointF(place.left(), at.y() + ROW)
            yield sort, words, at, width
            at = at + QPointF(width + GAP, 0)


def _spots(look: Look) -> Iterator[Spot]:
    yield from (*look.inputs, *look.outputs)
