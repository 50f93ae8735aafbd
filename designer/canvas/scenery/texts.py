"""The text of a note, laid out: Markdown by Qt's own document, in the fonts and colours of a theme."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, QUrl
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QFont,
    QPainter,
    QPalette,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFragment,
)

from designer.theme import Theme, mixed

PAD = QPointF(14, 11)
"""Free space between the border of a note and its text."""

WIDEST, NARROWEST, LOWEST = 280.0, 96.0, 40.0
"""What a note measures that is as large as its text."""

HEADINGS = (1.0, 1.36, 1.18, 1.08, 1.0, 1.0, 1.0)
"""How much larger the letters of a heading are, by its level."""

INDENT = 20.0
"""How far the entries of a list are set in."""

EMPTY = "Empty note"
FEATURES = QTextDocument.MarkdownFeature
HALF = 0.5


class _Words(QTextDocument):
    """A document that fetches nothing: a note shows text and no pictures of files."""

    def loadResource(self, type: int, name: QUrl | str) -> Any:
        return None


class NoteText:
    """One text at one width; `size` is what a note around it measures."""

    def __init__(self, text: str, width: float | None, theme: Theme) -> None:
        self.source, self._theme = text, theme
        self._document = _Words()
        self._document.setDocumentMargin(0)
        self._document.setIndentWidth(INDENT)
        self._document.setDefaultFont(theme.font("base"))
        if text.strip():
            self._document.setMarkdown(text, FEATURES.MarkdownDialectGitHub | FEATURES.MarkdownNoHTML)
            self._dress()
        else:
            self._document.setPlainText(EMPTY)
        self._document.setTextWidth((WIDEST if width is None else width) - 2 * PAD.x())
        if width is None:
            self._document.setTextWidth(min(self._document.idealWidth() + 1, self._document.textWidth()))

    @property
    def size(self) -> QSizeF:
        """As large as the text, in steps of whole pixels."""
        found = self._document.size()
        width = max(round(found.width() + HALF) + 2 * PAD.x(), NARROWEST)
        return QSizeF(width, max(round(found.height() + HALF) + 2 * PAD.y(), LOWEST))

    def link(self, at: QPointF) -> str:
        """The address that a link leads to, at a place counted from the corner of the note; empty without one."""
        return self._document.documentLayout().anchorAt(at - PAD)

    def paint(self, painter: QPainter, rect: QRectF) -> None:
        """Within a note; what does not fit is not drawn."""
        inner = rect.adjusted(PAD.x(), PAD.y(), -PAD.x(), -min(PAD.y(), 4))
        painter.save()
        painter.setClipRect(inner, Qt.ClipOperation.IntersectClip)
        painter.translate(inner.topLeft())
        context = QAbstractTextDocumentLayout.PaintContext()
        tone = self._theme.text if self.source.strip() else self._theme.muted
        context.palette.setColor(QPalette.ColorRole.Text, tone)
        context.clip = QRectF(QPointF(), inner.size())
        self._document.documentLayout().draw(painter, context)
        painter.restore()

    def _dress(self) -> None:
        """Headings, links and code in the theme's own fonts and colours."""
        block = self._document.begin()
        while block.isValid():
            self._dress_block(block)
            block = block.next()

    def _dress_block(self, block: QTextBlock) -> None:
        cursor, level = QTextCursor(block), block.blockFormat().headingLevel()
        shape = block.blockFormat()
        shape.setTopMargin(0 if block.blockNumber() == 0 else 6 if not block.textList() else 2)
        shape.setBottomMargin(2)
        cursor.setBlockFormat(shape)
        pieces: Iterable[QTextBlock.iterator] = block  # type: ignore[assignment]  # the stubs know no way through it
        for fragment in [piece.fragment() for piece in pieces]:
            chosen = self._format(fragment, level)
            cursor.setPosition(fragment.position())
            cursor.setPosition(fragment.position() + fragment.length(), QTextCursor.MoveMode.KeepAnchor)
            cursor.setCharFormat(chosen)

    def _format(self, fragment: QTextFragment, level: int) -> QTextCharFormat:
        given, theme, found = fragment.charFormat(), self._theme, QTextCharFormat(fragment.charFormat())
        font = theme.font("base")
        if level:
            found.clearProperty(QTextFormat.Property.FontSizeAdjustment)  # Qt's own, which goes before a size
            found.setFontPointSize(font.pointSizeF() * HEADINGS[min(level, len(HEADINGS) - 1)])
            found.setFontWeight(QFont.Weight.DemiBold)
        if given.fontFixedPitch() or _is_code(given):
            code = theme.font("code")
            found.setFontFamilies([code.family()])
            found.setFontPointSize(code.pointSizeF())
            found.setBackground(mixed(theme.muted, theme.node, 0.14))
        if given.isAnchor():
            found.setForeground(theme.accent)
            found.setFontUnderline(True)
        return found


def _is_code(given: QTextCharFormat) -> bool:
    families = given.fontFamilies() or []
    return any("mono" in str(family).lower() for family in families)
