"""An overlay that lists every key, and what the mouse does on the canvas."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from designer.dialogs import gestures
from designer.dialogs.gestures import Rows
from designer.theme import Theme

COLUMNS, COLUMN = 3, 372
LARGEST = (1216, 668)
"""Fits a screen of 1280 by 720 with its bars."""
NOTHING = "No command and no key is called that."


class Cap(QLabel):
    """One key combination, framed like a key."""

    def __init__(self, text: str, theme: Theme) -> None:
        super().__init__(text)
        self._theme = theme
        self.setFont(theme.font("secondary"))
        self.setContentsMargins(6, 1, 6, 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.line, 1))
        painter.setBrush(self._theme.raised)
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        painter.end()
        super().paintEvent(event)


class Group(QWidget):
    """The rows of one menu under its title."""

    def __init__(self, title: str, rows: Sequence[tuple[str, Sequence[str]]], theme: Theme) -> None:
        super().__init__()
        self.title = title
        self._theme = theme
        self.rows: list[tuple[QLabel, QWidget]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 14)
        self._grid.setColumnStretch(0, 1)
        self._grid.setVerticalSpacing(2)
        head = QLabel(title)
        head.setFont(theme.font("name"))
        head.setContentsMargins(0, 0, 0, 2)
        self._grid.addWidget(head, 0, 0, 1, 2)
        for text, keys in rows:
            self._add(text.removesuffix("…"), keys)
        self.setFixedWidth(COLUMN)

    def narrow(self, parts: list[str]) -> bool:
        """Show what holds all parts; False if nothing does."""
        for name, caps in self.rows:
            searched = f"{self.title} {name.property('search')}".casefold()
            fits = all(part in searched for part in parts)
            name.setVisible(fits)
            caps.setVisible(fits)
        return any(not name.isHidden() for name, _ in self.rows)

    def _add(self, text: str, keys: Sequence[str]) -> None:
        name, caps = QLabel(), QWidget()
        name.setMinimumHeight(QFontMetrics(self._theme.font("secondary")).height() + 6)
        name.setProperty("search", f"{text} {' '.join(keys)}")
        line = QHBoxLayout(caps)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        for key in keys:
            line.addWidget(Cap(key, self._theme))
        room = COLUMN - caps.sizeHint().width() - 12
        name.setText(QFontMetrics(self._theme.font()).elidedText(text, Qt.TextElideMode.ElideRight, room))
        name.setToolTip("" if name.text() == text else text)
        name.setAccessibleName(f"{text}: {', '.join(keys)}")
        name.setProperty("text", name.text())
        row = self._grid.rowCount()
        self._grid.addWidget(name, row, 0)
        self._grid.addWidget(caps, row, 1, Qt.AlignmentFlag.AlignRight)
        self.rows.append((name, caps))


class ShortcutsDialog(QDialog):
    """Commands and their keys, by menu; typing narrows them down. A row is menu, command, keys.

    `change_wanted`: the user wants other keys.
    """

    change_wanted = Signal()

    def __init__(self, rows: Rows, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._theme = theme
        self.search = QLineEdit(placeholderText="Search commands and keys")
        self.search.setAccessibleName("Search commands and keys")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._narrow)
        self.change = QPushButton("Change keys…")
        self.change.setAutoDefault(False)
        self.change.clicked.connect(self._change)
        self.none = QLabel(NOTHING)
        self.none.setProperty("tone", "muted")
        self.none.hide()
        self._lay_out([*rows, *gestures.rows()])

    def shown(self) -> list[str]:
        """The commands that fit what was typed."""
        groups = [group for group in self._groups if not group.isHidden()]
        return [name.text() for group in groups for name, _ in group.rows if not name.isHidden()]

    def _lay_out(self, rows: Rows) -> None:
        titles = dict.fromkeys(menu for menu, _, keys in rows if keys)
        self._groups = [
            Group(title, [(text, keys) for menu, text, keys in rows if menu == title and keys], self._theme)
            for title in titles
        ]
        sheet = QWidget()
        sheet.setProperty("role", "sheet")
        side = QHBoxLayout(sheet)
        side.setContentsMargins(0, 0, 12, 0)
        side.setSpacing(24)
        self._columns = [QVBoxLayout() for _ in range(COLUMNS)]
        for column in self._columns:
            column.setSpacing(0)
            side.addLayout(column)
        self._spread()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setAccessibleName("Commands and their keys")
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(sheet)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 16, 0)
        head.addWidget(self.search)
        head.addWidget(self.change)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 16, 6, 8)
        whole.setSpacing(12)
        whole.addLayout(head)
        whole.addWidget(self.none)
        whole.addWidget(area, 1)
        self.resize(*LARGEST)

    def _spread(self) -> None:
        """Put the groups side by side, each column about as long as the others."""
        seen = [group for group in self._groups if not group.isHidden() or not self.isVisible()]
        seen = [group for group in seen if group.property("narrowed") is not True]
        for column in self._columns:
            while column.takeAt(0) is not None:
                pass
        left = sum(_length(group) for group in seen)
        at, filled = 0, 0
        for group in seen:
            length = _length(group)
            share = left / (COLUMNS - at)
            if at < COLUMNS - 1 and filled and filled + length / 2 > share:
                left -= filled
                at, filled = at + 1, 0
            self._columns[at].addWidget(group)
            filled += length
        for column in self._columns:
            column.addStretch(1)

    def _narrow(self, typed: str) -> None:
        parts = typed.casefold().split()
        for group in self._groups:
            fits = group.narrow(parts)
            group.setProperty("narrowed", not fits)
            group.setVisible(fits)
        self._spread()
        self.none.setVisible(not self.shown())

    def _change(self) -> None:
        self.accept()
        self.change_wanted.emit()


def _length(group: Group) -> int:
    return sum(not name.isHidden() for name, _ in group.rows) + 2
