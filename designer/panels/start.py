"""The start page: begin anew, with a template, or with a file that was open lately."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from designer import icons
from designer.panels.shelf import Shelf
from designer.panels.tiles import Card, Draw, FileRow, Tile, neighbour
from designer.preferences import Preferences
from designer.theme import Theme
from runtime.assets import Template

WIDEST = 1360
NARROW = 760
"""Below this width the recent files stand below the templates, not beside them."""

CARD = 250
"""The least width of a card."""

BEGIN = "Begin with a template"
"""The heading of the templates that are in no group."""

NOTHING_RECENT = "Drawings that you open or save are listed here."


class StartPage(QWidget):
    """What a window shows while nothing is drawn. `draw` makes the pictures, once the page has been seen."""

    new_wanted = Signal()
    open_wanted = Signal(object)
    """The `Path` of a recent file; None: the user wants to look for one."""
    template_wanted = Signal(str)
    """The name of a template."""

    def __init__(
        self,
        templates: Sequence[Template],
        preferences: Preferences,
        theme: Theme,
        draw: Draw,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._preferences, self._theme = preferences, theme
        self.shelves = [
            Shelf(group or BEGIN, [Card(template, theme, draw) for template in templates if template.group == group])
            for group in dict.fromkeys(template.group for template in templates)
        ]
        self.cards = [card for shelf in self.shelves for card in shelf.cards]
        self.rows: list[FileRow] = []
        self._drawing = QTimer(self, interval=0)
        self._drawing.timeout.connect(self._draw_next)
        self._build()
        for card in self.cards:
            self._follow(card)
            card.clicked.connect(lambda _=False, name=card.template.name: self.template_wanted.emit(name))
        preferences.changed.connect(self._preferred)
        theme.changed.connect(self._dress)
        self._dress()
        self.refresh()

    def refresh(self) -> None:
        """List the recent files as they are now."""
        held = next((at for at, row in enumerate(self.rows) if row.hasFocus()), None)
        for row in self.rows:
            self._recent.removeWidget(row)
            row.deleteLater()
        self.rows = [self._row(path) for path in self._preferences.recent]
        for row in self.rows:
            self._recent.addWidget(row)
        self._nothing.setVisible(not self.rows)
        if held is not None and self.rows:
            self.rows[min(held, len(self.rows) - 1)].setFocus()

    def _row(self, path: Path) -> FileRow:
        row = FileRow(path, self._theme)
        self._follow(row)
        row.clicked.connect(lambda: self.open_wanted.emit(path))
        row.forgotten.connect(lambda: self._preferences.forget_recent(path), Qt.ConnectionType.QueuedConnection)
        return row

    def _follow(self, tile: Tile) -> None:
        tile.moved.connect(lambda key: self._move(tile, key))
        tile.focused.connect(lambda: self._area.ensureWidgetVisible(tile, 0, 24))

    def _move(self, tile: Tile, key: Qt.Key) -> None:
        if (other := neighbour([*self.cards, *self.rows], tile, key)) is not None:
            other.setFocus(Qt.FocusReason.TabFocusReason)

    def _preferred(self, name: str) -> None:
        if name == "recent":
            self.refresh()

    def _build(self) -> None:
        self._sheet = QWidget()
        self._sheet.setMaximumWidth(WIDEST)
        column = QVBoxLayout(self._sheet)
        column.setContentsMargins(32, 32, 32, 32)
        column.setSpacing(28)
        column.addLayout(self._head())
        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._body.setSpacing(32)
        self._body.addLayout(self._templates(), 1)
        self._side = self._recents()
        self._body.addWidget(self._side, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(self._body)
        column.addStretch()
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        middle = QWidget()
        middle.setProperty("role", "sheet")
        center = QHBoxLayout(middle)
        center.setContentsMargins(0, 0, 0, 0)
        center.addStretch(1)
        center.addWidget(self._sheet, 1000)
        center.addStretch(1)
        self._area.setWidget(middle)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._area)

    def _head(self) -> QHBoxLayout:
        self._logo = QLabel()
        self._name = QLabel("Neuroloom")
        self._line = QLabel("Draw a neural network, watch it learn, take it away as PyTorch.")
        self._line.setProperty("tone", "muted")
        self._line.setWordWrap(True)
        self._line.setMinimumWidth(96)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._name)
        words.addWidget(self._line)
        self.new = QPushButton("New drawing")
        self.new.setProperty("role", "primary")
        self.new.clicked.connect(self.new_wanted)
        self.open = QPushButton("Open…")
        self.open.clicked.connect(lambda: self.open_wanted.emit(None))
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._logo)
        row.addLayout(words, 1)
        row.addWidget(self.new)
        row.addWidget(self.open)
        return row

    def _templates(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(32)
        for shelf in self.shelves:
            column.addWidget(shelf)
        column.addStretch()
        return column

    def _recents(self) -> QWidget:
        self._recent_head = QLabel("Recent drawings")
        self._nothing = QLabel(NOTHING_RECENT, wordWrap=True)
        self._nothing.setProperty("tone", "muted")
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._recent_head)
        column.addWidget(self._nothing)
        column.addLayout(self._recent)
        return side

    def _dress(self) -> None:
        """Colours and letters of the present theme."""
        theme = self._theme
        self._logo.setPixmap(icons.pixmap("logo", theme.accent, 36, self.devicePixelRatioF()))
        large = theme.font("title")
        large.setPointSizeF(large.pointSizeF() * 1.4)
        self._name.setFont(large)
        self._recent_head.setFont(theme.font("title"))
        for shelf in self.shelves:
            shelf.dress(theme)
        self._drawing.start()
        for tile in (*self.cards, *self.rows):
            tile.update()

    def _arrange(self) -> None:
        """As many columns of cards as there is room for."""
        width = min(self.width(), WIDEST) - 64
        narrow = width < NARROW
        ways = QBoxLayout.Direction
        self._body.setDirection(ways.TopToBottom if narrow else ways.LeftToRight)
        self._side.setFixedWidth(width if narrow else 256)
        columns = max(1, ((width if narrow else width - 256 - 32) + 16) // (CARD + 16))
        for shelf in self.shelves:
            shelf.arrange(columns)

    def _draw_next(self) -> None:
        """One picture a turn, so that the page stays alive meanwhile."""
        if not self.isVisible() or not any(card.draw() for card in self.cards):
            self._drawing.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
        self._drawing.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()
        self._drawing.start()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange and self.isVisible():
            self._drawing.start()
