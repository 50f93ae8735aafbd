"""What an empty canvas says: what to do next."""

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter

from designer.theme import Theme

TITLE = "Nothing is drawn yet"
ADVICE = "Drag a kind from the palette, or {} and type its name"
LINE = 24.0


def advice(key: str) -> str:
    """How to begin; `key` opens the search, if any does."""
    return ADVICE.format(f"press {key}" if key else "double click")


def invite(painter: QPainter, port: QRect, theme: Theme, key: str) -> None:
    """Two quiet lines in the middle of the viewport."""
    painter.save()
    painter.resetTransform()
    middle = QRectF(port).center().y()
    for text, role, colour, top in (
        (TITLE, theme.font("title"), theme.muted, middle - LINE),
        (advice(key), theme.font("base"), theme.muted, middle + 2),
    ):
        painter.setFont(role)
        painter.setPen(colour)
        painter.drawText(QRectF(port.left(), top, port.width(), LINE), Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
