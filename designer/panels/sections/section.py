"""What every part of the inspector is: a piece of the document on screen that can be brought up to date."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from designer.level import Level
from designer.theme import Theme


class Section(QWidget):
    """A part that shows a node (or the run settings). `refresh` brings it in line with the document."""

    def __init__(self, level: Level, theme: Theme, born: str = "") -> None:
        super().__init__()
        self.level, self.theme, self.born = level, theme, born
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(0, 0, 0, 0)
        self.box.setSpacing(8)

    def refresh(self) -> None:
        raise NotImplementedError(type(self).__name__)

    @property
    def present(self) -> bool:
        """Whether the node is still there."""
        return self.level.document.has_node(self.born)


class Table(QWidget):
    """Names at the left, numbers at the right; rows are added once and their texts change in place."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: dict[str, tuple[QLabel, QLabel]] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)

    def show_rows(self, rows: dict[str, str]) -> None:
        """Show these rows; others vanish."""
        for name, text in rows.items():
            if name not in self._rows:
                self._add(name)
            self._rows[name][1].setText(text)
        for name, pair in self._rows.items():
            for label in pair:
                label.setVisible(name in rows)

    def text(self, name: str) -> str:
        """What a row says, or nothing."""
        return self._rows[name][1].text() if name in self._rows else ""

    def _add(self, name: str) -> None:
        title, value = QLabel(name), QLabel()
        title.setProperty("tone", "muted")
        value.setFont(self._theme.font("number"))
        value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = len(self._rows)
        self._grid.addWidget(title, row, 0)
        self._grid.addWidget(value, row, 1)
        self._rows[name] = (title, value)


def rule() -> QFrame:
    """A line between two parts."""
    line = QFrame()
    line.setProperty("role", "rule")
    return line


def words(text: str = "", tone: str = "") -> QLabel:
    """A text that wraps and cannot be mistaken for markup."""
    label = QLabel(text)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if tone:
        label.setProperty("tone", tone)
    return label
