"""The live source: `model.py` as it would be written now, with the lines of the selected nodes marked."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPaintEvent, QShowEvent, QTextCursor, QTextFormat
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QTextEdit, QVBoxLayout, QWidget

from designer import icons
from designer.panels.highlight import Highlighter
from designer.selection import Selection
from designer.source import LiveSource
from designer.theme import Theme, mixed


class Listing(QPlainTextEdit):
    """Source that can be read and copied, with numbered lines."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFont(theme.font("code"))
        self.setAccessibleName("Source of the model")
        self.gutter = Gutter(self, theme)
        self.blockCountChanged.connect(self._make_room)
        self.updateRequest.connect(lambda rect, dy: self.gutter.update())
        self._make_room()

    def numbers_width(self) -> int:
        digits = max(3, len(str(self.blockCount())))
        return 20 + digits * self.fontMetrics().horizontalAdvance("9")

    def _make_room(self) -> None:
        self.setViewportMargins(self.numbers_width(), 0, 0, 0)

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        area = self.contentsRect()
        self.gutter.setGeometry(QRect(area.left(), area.top(), self.numbers_width(), area.height()))

    def paint_numbers(self, painter: QPainter) -> None:
        painter.setFont(self.font())
        painter.setPen(self._theme.faint)
        block = self.firstVisibleBlock()
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        while block.isValid() and top < self.viewport().height():
            height = self.blockBoundingRect(block).height()
            area = QRect(0, round(top), self.numbers_width() - 10, round(height))
            painter.drawText(area, Qt.AlignmentFlag.AlignRight, str(block.blockNumber() + 1))
            top += height
            block = block.next()


class Gutter(QWidget):
    """The numbers beside the lines."""

    def __init__(self, listing: Listing, theme: Theme) -> None:
        super().__init__(listing)
        self._listing, self._theme = listing, theme

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._theme.panel)
        self._listing.paint_numbers(painter)
        painter.end()


class Code(QWidget):
    """The panel: the listing, or the sentence that says what must be mended before there is a source."""

    def __init__(self, source: LiveSource, selection: Selection, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source, self._selection, self._theme = source, selection, theme
        self._block = ""
        self.listing = Listing(theme)
        self._highlighter = Highlighter(self.listing.document(), theme)
        self.name = QLabel("model.py")
        self.name.setFont(theme.font("secondary"))
        self.name.setProperty("tone", "muted")
        self.copy = QPushButton("Copy")
        self.copy.clicked.connect(self._copy)
        self.reason = QLabel()
        self.reason.setWordWrap(True)
        self.reason.setTextFormat(Qt.TextFormat.PlainText)
        self._lay_out()
        source.changed.connect(self.refresh)
        source.looked_at = lambda: not self.visibleRegion().isEmpty()
        selection.changed.connect(self.mark)
        theme.changed.connect(self._dress)
        self._dress()

    def follow(self, selection: Selection, block: str = "") -> None:
        """Mark what is selected there from now on; with nothing selected, show the class of a block."""
        if selection is not self._selection:
            self._selection.changed.disconnect(self.mark)
            selection.changed.connect(self.mark)
        self._selection, self._block = selection, block
        self.mark()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._source.watch()

    def refresh(self) -> None:
        """Show the source as it is now, at the place where one was reading."""
        source = self._source.source
        self.reason.setText("" if source else f"There is no source yet. {self._source.reason}")
        self.reason.setVisible(source is None)
        self.copy.setEnabled(source is not None)
        text = source.text if source else ""
        if text != self.listing.toPlainText():
            bar = self.listing.verticalScrollBar()
            at = bar.value()
            self.listing.setPlainText(text)
            bar.setValue(at)
        self.mark()

    def mark(self) -> None:
        """Mark the lines of the selected nodes, and bring the first of them into view."""
        source = self._source.source
        rows = [row for born in self._selection.births for row in (source.lines.get(born, ()) if source else ())]
        rows = rows or (self._class_rows() if not self._selection.births else [])
        colour = mixed(self._theme.accent, self._theme.panel, 0.22)
        marks = [self._band(number, colour) for first, last in rows for number in range(first, last + 1)]
        self.listing.setExtraSelections(marks)
        if rows:
            self._bring(min(first for first, _ in rows))

    def _class_rows(self) -> list[tuple[int, int]]:
        """Where the class of the block begins that is looked into."""
        lines = self.listing.toPlainText().splitlines() if self._block else []
        return [(at, at) for at, line in enumerate(lines, 1) if line.startswith(f"class {self._block}(")]

    def _band(self, number: int, colour: QColor) -> QTextEdit.ExtraSelection:
        band = QTextEdit.ExtraSelection()
        band.cursor = QTextCursor(self.listing.document().findBlockByNumber(number - 1))
        band.format.setBackground(colour)
        band.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
        return band

    def _bring(self, number: int) -> None:
        bar = self.listing.verticalScrollBar()
        if not bar.value() < number <= bar.value() + bar.pageStep():
            bar.setValue(max(0, number - 1 - bar.pageStep() // 3))

    def _copy(self) -> None:
        if self._source.source:
            QGuiApplication.clipboard().setText(self._source.source.text)

    def _dress(self) -> None:
        self.copy.setIcon(icons.icon("copy", self._theme.muted, self._theme.faint))
        self.mark()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(12, 6, 12, 0)
        head.addWidget(self.name)
        head.addStretch()
        head.addWidget(self.copy)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        box.addLayout(head)
        self.reason.setContentsMargins(12, 0, 12, 0)
        box.addWidget(self.reason)
        box.addWidget(self.listing, 1)
