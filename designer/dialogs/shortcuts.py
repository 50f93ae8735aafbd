"""An overlay that lists every key."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from designer.theme import Theme

CANVAS = (
    ("Add a node under the pointer", "Tab"),
    ("Rename the selected node", "F2"),
    ("Fit everything", "F"),
    ("Zoom to selection", "Shift+F"),
    ("Go to the next node along a wire", "Alt+arrow"),
    ("Move the selected nodes", "Arrow"),
    ("Move them far", "Shift+arrow"),
    ("Move over the canvas", "Space+drag"),
    ("Break off a gesture, select nothing", "Esc"),
)


class ShortcutsDialog(QDialog):
    """Commands and their keys, by menu; typing narrows them down. A row is menu, command, keys."""

    def __init__(
        self, rows: Sequence[tuple[str, str, Sequence[str]]], theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(480, 600)
        self._theme = theme
        self._rows: list[tuple[str, QLabel, QLabel]] = []
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search commands and keys")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._narrow)
        sheet = QWidget()
        sheet.setProperty("role", "sheet")
        self._grid = QGridLayout(sheet)
        self._grid.setColumnStretch(0, 1)
        self._grid.setVerticalSpacing(7)
        for title in dict.fromkeys(menu for menu, _, _ in rows):
            self._add(title, [(text, "  or  ".join(keys)) for menu, text, keys in rows if menu == title])
        self._add("Canvas", list(CANVAS))
        self._grid.setRowStretch(self._grid.rowCount(), 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(sheet)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 8, 8)
        column.addWidget(self.search)
        column.addWidget(area)

    def _add(self, title: str, rows: list[tuple[str, str]]) -> None:
        if not rows:
            return
        head = QLabel(title)
        head.setFont(self._theme.font("name"))
        head.setContentsMargins(0, 10, 0, 0)
        self._grid.addWidget(head, self._grid.rowCount(), 0)
        for text, key in rows:
            name, keys = QLabel(text.removesuffix("…")), QLabel(key)
            keys.setFont(self._theme.font("number"))
            keys.setProperty("tone", "muted")
            row = self._grid.rowCount()
            self._grid.addWidget(name, row, 0)
            self._grid.addWidget(keys, row, 1, Qt.AlignmentFlag.AlignRight)
            self._rows.append((f"{text} {key} {title}".casefold(), name, keys))

    def _narrow(self, typed: str) -> None:
        for text, name, keys in self._rows:
            shown = all(word in text for word in typed.casefold().split())
            name.setVisible(shown)
            keys.setVisible(shown)
