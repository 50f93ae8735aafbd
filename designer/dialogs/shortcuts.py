"""An overlay that lists every key."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from designer.theme import Theme

Rows = Sequence[tuple[str, str, Sequence[str]]]

CANVAS: Rows = (
    ("On the canvas", "Add a node under the pointer", ("Tab",)),
    ("On the canvas", "Go along a wire to the next node", ("Alt+Arrow",)),
    ("On the canvas", "Move the selected nodes", ("Arrow",)),
    ("On the canvas", "Move them far", ("Shift+Arrow",)),
    ("On the canvas", "Pan", ("Space+Drag",)),
    ("On the canvas", "Break off a gesture, select nothing", ("Esc",)),
)
"""Keys of the canvas that no menu names."""


class Cap(QLabel):
    """One key combination, framed like a key."""

    def __init__(self, text: str, theme: Theme) -> None:
        super().__init__(text)
        self._theme = theme
        self.setFont(theme.font("number"))
        self.setContentsMargins(7, 2, 7, 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.line, 1))
        painter.setBrush(self._theme.raised)
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        painter.end()
        super().paintEvent(event)


class ShortcutsDialog(QDialog):
    """Commands and their keys, by menu; typing narrows them down. A row is menu, command, keys."""

    def __init__(self, rows: Rows, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._theme = theme
        self._groups: list[tuple[QLabel, list[tuple[str, QWidget, QWidget]]]] = []
        self.search = QLineEdit(placeholderText="Search commands and keys")
        self.search.setAccessibleName("Search commands and keys")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._narrow)
        self.none = QLabel("No command and no key is called that.")
        self.none.setProperty("tone", "muted")
        self.none.hide()
        self._lay_out([*rows, *CANVAS])

    def shown(self) -> list[str]:
        """The commands that fit what was typed."""
        return [text for _, rows in self._groups for text, name, _ in rows if not name.isHidden()]

    def _lay_out(self, rows: Rows) -> None:
        sheet = QWidget()
        sheet.setProperty("role", "sheet")
        self._grid = QGridLayout(sheet)
        self._grid.setContentsMargins(0, 0, 16, 8)
        self._grid.setColumnStretch(0, 1)
        self._grid.setVerticalSpacing(5)
        for title in dict.fromkeys(menu for menu, _, _ in rows):
            self._add(title, [(text, keys) for menu, text, keys in rows if menu == title and keys])
        self._grid.setRowStretch(self._grid.rowCount(), 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(sheet)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 6, 10)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 16, 0)
        head.addWidget(self.search)
        column.addLayout(head)
        column.addWidget(self.none)
        column.addWidget(area, 1)
        self.resize(max(520, sheet.sizeHint().width() + 48), 640)

    def _add(self, title: str, rows: list[tuple[str, Sequence[str]]]) -> None:
        if not rows:
            return
        head = QLabel(title)
        head.setFont(self._theme.font("name"))
        head.setContentsMargins(0, 12, 0, 2)
        self._grid.addWidget(head, self._grid.rowCount(), 0)
        made = [self._row(text, keys) for text, keys in rows]
        self._groups.append((head, made))

    def _row(self, text: str, keys: Sequence[str]) -> tuple[str, QWidget, QWidget]:
        name, caps = QLabel(text.removesuffix("…")), QWidget()
        name.setMinimumHeight(QFontMetrics(self._theme.font("number")).height() + 8)
        name.setProperty("search", f"{text} {' '.join(keys)}".casefold())
        line = QHBoxLayout(caps)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        for key in keys:
            line.addWidget(Cap(key, self._theme))
        row = self._grid.rowCount()
        self._grid.addWidget(name, row, 0)
        self._grid.addWidget(caps, row, 1, Qt.AlignmentFlag.AlignRight)
        return name.text(), name, caps

    def _narrow(self, typed: str) -> None:
        parts = typed.casefold().split()
        for head, rows in self._groups:
            for _, name, caps in rows:
                searched = f"{head.text().casefold()} {name.property('search')}"
                for widget in (name, caps):
                    widget.setVisible(all(part in searched for part in parts))
            head.setVisible(any(not name.isHidden() for _, name, _ in rows))
        self.none.setVisible(not self.shown())
