"""The start page: templates, each with a picture of its graph, recent files, and an empty canvas."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from designer import pictures
from designer.preferences import Preferences
from designer.theme import Theme
from graph import project
from graph.catalogue import Catalogue
from runtime.assets import Template, templates

CARD = QSize(296, 214)
PICTURE = QSize(272, 104)
GAP = 14
MARGIN = 36


class Card(QPushButton):
    """One template as a button: its picture, its title, its paragraph of help."""

    def __init__(self, template: Template, theme: Theme) -> None:
        super().__init__()
        self.template = template
        self.setProperty("role", "card")
        self.setFixedSize(CARD)
        self.setAccessibleName(template.title)
        self.setAccessibleDescription(template.help)
        self.setToolTip(template.help)
        self.picture = QLabel()
        self.picture.setFixedSize(PICTURE)
        title, help = QLabel(template.title), QLabel(first_sentence(template.help))
        title.setFont(theme.font("name"))
        help.setWordWrap(True)
        help.setFont(theme.font("secondary"))
        help.setProperty("tone", "muted")
        help.setAlignment(Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 10)
        column.setSpacing(5)
        for widget in (self.picture, title, help):
            widget.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            column.addWidget(widget)
        column.setStretch(2, 1)

    def draw(self, catalogue: Catalogue, theme: Theme) -> None:
        """Draw the picture from the template's own graph."""
        document = project.parse(self.template.text(), catalogue)
        image = pictures.thumbnail(document, PICTURE, theme=theme, ratio=self.devicePixelRatioF())
        self.picture.setPixmap(QPixmap.fromImage(image))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)


class Start(QScrollArea):
    """Where a new window begins."""

    new = Signal()
    open = Signal()
    closed = Signal()
    template = Signal(object)
    recent = Signal(object)

    def __init__(
        self, catalogue: Catalogue, theme: Theme, preferences: Preferences, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._catalogue, self._theme, self._preferences = catalogue, theme, preferences
        self.setWidgetResizable(True)
        self.cards = [Card(one, theme) for one in templates()]
        self._grid = QGridLayout()
        self._grid.setSpacing(GAP)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(2)
        self._columns = 0
        self._build()
        self._undrawn = list(self.cards)
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._draw_next)
        self._timer.start()
        theme.changed.connect(self._redraw)
        preferences.changed.connect(self._fill_recent)
        self._fill_recent()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.viewport().width() - 2 * MARGIN
        columns = max(1, (room + GAP) // (CARD.width() + GAP))
        if columns != self._columns:
            self._columns = columns
            for at, card in enumerate(self.cards):
                self._grid.addWidget(card, at // columns, at % columns)
            for column in range(columns + 1):
                self._grid.setColumnStretch(column, int(column == columns))

    def _build(self) -> None:
        sheet = QWidget()
        sheet.setProperty("role", "sheet")
        column = QVBoxLayout(sheet)
        column.setContentsMargins(MARGIN, 28, MARGIN, 28)
        column.setSpacing(16)
        head = QHBoxLayout()
        title = QLabel("Start with a template")
        title.setFont(self._theme.font("title"))
        head.addWidget(title)
        head.addStretch(1)
        for text, signal in (("Empty canvas", self.new), ("Open a file…", self.open)):
            button = QPushButton(text)
            button.clicked.connect(signal)
            head.addWidget(button)
        column.addLayout(head)
        for at, card in enumerate(self.cards):
            card.clicked.connect(lambda _=False, card=card: self.template.emit(card.template))
            self._grid.addWidget(card, at, 0)
        column.addLayout(self._grid)
        self._heading = QLabel("Recent files")
        self._heading.setFont(self._theme.font("title"))
        column.addWidget(self._heading)
        column.addLayout(self._recent)
        column.addStretch(1)
        self.setWidget(sheet)

    def _fill_recent(self) -> None:
        while self._recent.count():
            item = self._recent.takeAt(0)
            if item is not None and (widget := item.widget()):
                widget.deleteLater()
        known = [path for path in self._preferences.recent if path.exists()]
        for path in known:
            button = QPushButton(f"{path.stem}    {shortened(path.parent)}")
            button.setProperty("role", "link")
            button.setToolTip(str(path))
            button.clicked.connect(lambda _=False, path=path: self.recent.emit(path))
            self._recent.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self._heading.setVisible(bool(known))

    def _draw_next(self) -> None:
        if self._undrawn:
            self._undrawn.pop(0).draw(self._catalogue, self._theme)
        else:
            self._timer.stop()

    def _redraw(self) -> None:
        self._undrawn = list(self.cards)
        self._timer.start()


def first_sentence(text: str) -> str:
    """The first sentence of a paragraph."""
    return text.partition(". ")[0].removesuffix(".") + "." if text else ""


def shortened(path: Path) -> str:
    """A folder, from the user's home where it lies below it."""
    home = Path.home()
    return f"~/{path.relative_to(home).as_posix()}" if path.is_relative_to(home) else str(path)
