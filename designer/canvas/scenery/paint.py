"""Draws a frame and a note with a painter; the screen, the view from afar and pictures in files share these strokes."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QLinearGradient, QPainter, QPen

from designer.canvas.paint import PLAIN, Marks
from designer.canvas.scenery.texts import NoteText
from designer.frame_colours import colour_of
from designer.theme import SIZES, Theme, mixed
from graph.framing import HEAD

CORNER = 12.0
NOTE_CORNER = 10.0
LEAST = 9.5
"""Pixels that the letters of a frame's title measure at least, however far away it is."""

NARROWEST = 36.0
"""A frame that is narrower on screen has no room for a title."""

HANDLE = 7.0
FADE = 22.0
"""Over this height the text of a note that is cut off grows fainter."""


@dataclass(frozen=True, slots=True)
class Title:
    """The title of a frame as it is drawn at a zoom: elided, in its own place."""

    text: str
    font: QFont
    area: QRectF


def title_of(text: str, rect: QRectF, scale: float, theme: Theme) -> Title | None:
    """How a title is drawn within a frame at a zoom; None where there is no room for it."""
    if not text or rect.width() * scale < NARROWEST or rect.height() * scale < LEAST * 1.5:
        return None
    font, larger = theme.font("name"), max(1.0, LEAST / (SIZES["name"] * scale))
    font.setPointSizeF(font.pointSizeF() * larger)
    margin = min(14.0, 8.0 / scale)
    room = QFontMetricsF(font)
    elided = room.elidedText(text, Qt.TextElideMode.ElideRight, rect.width() - 2 * margin)
    height = max(HEAD, room.height() * 1.3)
    width = min(room.horizontalAdvance(elided) + 2, rect.width() - 2 * margin)
    return Title(elided, font, QRectF(rect.left() + margin, rect.top(), width, height))


def paint_frame(
    painter: QPainter, rect: QRectF, colour: str, title: Title | None, theme: Theme, marks: Marks = PLAIN
) -> None:
    """A frame: a tinted ground, a fine border, its title in the title row."""
    tone = colour_of(colour, theme)
    ground = QColor(tone)
    ground.setAlphaF(0.10 if theme.dark else 0.08)
    painter.setPen(frame_pen(colour, theme, marks))
    painter.setBrush(ground)
    painter.drawRoundedRect(rect, CORNER, CORNER)
    if title is not None:
        paint_title(painter, title, colour, theme)


def frame_pen(colour: str, theme: Theme, marks: Marks = PLAIN) -> QPen:
    tone = mixed(colour_of(colour, theme), theme.canvas, 0.75 if marks.hovered else 0.5)
    pen = QPen(theme.accent if marks.selected else tone, 2 if marks.selected else 1)
    pen.setCosmetic(True)
    return pen


def paint_title(painter: QPainter, title: Title, colour: str, theme: Theme, *, ground: bool = False) -> None:
    """The title alone; on a `ground` of its own it can be read above nodes."""
    tone = colour_of(colour, theme)
    if ground:
        side = title.area.height() * 0.22
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mixed(tone, theme.canvas, 0.16))
        painter.drawRoundedRect(title.area.adjusted(-side, side / 2, side, -side / 2), side, side)
    painter.setPen(mixed(tone, theme.text, 0.25))
    painter.setFont(title.font)
    painter.drawText(title.area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, title.text)


def paint_handles(painter: QPainter, rect: QRectF, scale: float, theme: Theme) -> None:
    """The corners by which something selected is made larger, of one size on screen at every zoom."""
    half = HANDLE / scale / 2
    pen = QPen(theme.accent, 1.5)
    pen.setCosmetic(True)
    painter.setPen(pen)
    painter.setBrush(theme.node)
    for corner in (rect.topLeft(), rect.topRight(), rect.bottomLeft(), rect.bottomRight()):
        painter.drawRect(QRectF(corner - QPointF(half, half), corner + QPointF(half, half)))


def paint_note(painter: QPainter, rect: QRectF, text: NoteText, theme: Theme, marks: Marks = PLAIN) -> None:
    """A note: a card with its text; where the text is longer than the card, its last lines fade."""
    ground = note_ground(theme)
    outline = QPen(theme.accent, 2) if marks.selected else QPen(theme.muted if marks.hovered else theme.line, 1)
    inset = outline.widthF() / 2
    painter.setPen(outline)
    painter.setBrush(ground)
    painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), NOTE_CORNER, NOTE_CORNER)
    text.paint(painter, rect)
    if text.size.height() > rect.height() + 1:
        _fade(painter, rect.adjusted(2, 0, -2, -2), ground)


def note_ground(theme: Theme) -> QColor:
    """A hint of yellow: a note is told from a node at a glance."""
    return mixed(theme.family("optimizer"), theme.node, 0.10 if theme.dark else 0.09)


def _fade(painter: QPainter, rect: QRectF, ground: QColor) -> None:
    top = max(rect.bottom() - FADE, rect.top())
    shade, clear = QLinearGradient(0, top, 0, rect.bottom() - FADE / 4), QColor(ground)
    clear.setAlpha(0)
    shade.setColorAt(0, clear)
    shade.setColorAt(1, ground)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(shade)
    painter.drawRoundedRect(QRectF(rect.left(), top, rect.width(), rect.bottom() - top), 6, 6)
