"""The list of what is wrong with the drawing: each entry leads to its node, each fix is one click and undoable."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from designer import icons
from designer.bridge import Bridge
from designer.selection import Selection
from designer.theme import Theme
from graph.diagnostic import Diagnostic
from graph.document import Document
from graph.history import History
from graph.reading import Reading

SHOWN = 200
"""Entries that are shown; who has more problems than this solves the first ones first."""

AHEAD = 300
"""Pixels below what can be seen of the list, down to which entries are made: each of them is several widgets."""

USUAL = 38
"""How tall an entry is taken to be until it is made."""


class Entry(QWidget):
    """One problem: its level as a mark with a shape of its own, the node, the sentence, the fix."""

    wanted = Signal()

    def __init__(self, found: Diagnostic, name: str, theme: Theme) -> None:
        super().__init__()
        self.sentence = QLabel(found.message)
        self.sentence.setWordWrap(True)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        mark = QLabel()
        mark.setPixmap(icons.pixmap(found.level, level_colour(found.level, theme), 16, self.devicePixelRatioF()))
        mark.setToolTip(found.level.capitalize())
        mark.setAccessibleName(found.level)
        self.name = QLabel(name)
        self.name.setFont(theme.font("name"))
        self.name.setFixedWidth(110)
        self.fix: QPushButton | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 12, 4)
        row.setSpacing(10)
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.name, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.sentence, 1)
        offer = found.fix or found.offer
        if offer:
            self.fix = QPushButton(offer.label)
            self.fix.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.fix.clicked.connect(self.wanted)
            row.addWidget(self.fix, 0, Qt.AlignmentFlag.AlignVCenter)

    def height_for(self, width: int) -> int:
        """How tall it is at a width, with its sentence wrapped."""
        if self.fix:
            self.fix.ensurePolished()
        button = self.fix.sizeHint() if self.fix else QSize(-10, 18)
        room = max(120, width - 110 - 16 - 40 - button.width() - 10)
        metrics = QFontMetrics(self.sentence.font())
        text = metrics.boundingRect(0, 0, room, 10_000, int(Qt.TextFlag.TextWordWrap), self.sentence.text())
        return max(text.height() + 16, button.height() + 14)  # the list and the row leave some room around them


class List(QListWidget):
    """The entries; Enter leads to the node, Ctrl+Enter or F presses the fix."""

    fixing = Signal(int)
    widened = Signal()
    scrolled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Problems")
        self.verticalScrollBar().valueChanged.connect(self.scrolled)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        held = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() == Qt.Key.Key_F or (enter and held):
            self.fixing.emit(self.currentRow())
        elif enter and self.currentItem():
            self.itemActivated.emit(self.currentItem())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.widened.emit()


class Problems(QWidget):
    """All diagnostics of the document. `jump` carries the birth name of a node to be shown; `counted` their number.

    `offered` carries an Offer that is taken up.
    """

    jump = Signal(str)
    offered = Signal(object)
    counted = Signal(int)

    def __init__(
        self,
        document: Document,
        reading: Reading,
        history: History,
        bridge: Bridge,
        selection: Selection,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._reading, self._history = document, reading, history
        self._selection, self._theme = selection, theme
        self.shown: list[Diagnostic] = []
        self.list = List()
        self.empty = QLabel("No problems. The drawing can be trained.")
        self.empty.setProperty("tone", "muted")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        box = QVBoxLayout(self)
        box.setContentsMargins(4, 4, 0, 0)
        box.addWidget(self.empty)
        box.addWidget(self.list)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFocusProxy(self.list)
        self.list.itemActivated.connect(self._jump)
        self.list.itemClicked.connect(self._jump)
        self.list.fixing.connect(self.fix)
        self.list.widened.connect(self._fit)
        self.list.scrolled.connect(self._fill)
        bridge.read.connect(self.refresh)
        bridge.waiting.connect(self.refresh)
        theme.changed.connect(self._rebuild)
        self.refresh()

    def refresh(self) -> None:
        """Show what the reading says now; nothing moves if it says what it said."""
        if self._reading.under_way:
            self._say()
            return  # the bridge tells when all is read
        found = self._reading.diagnostics()
        self.counted.emit(len(found))
        if found[:SHOWN] != self.shown:
            self.shown = found[:SHOWN]
            self._rebuild()
        else:
            self.shown = found[:SHOWN]
            self._say()

    def fix(self, at: int) -> None:
        """Press the fix of an entry: one step of the history."""
        if not 0 <= at < len(self.shown):
            return
        found = self.shown[at]
        if found.fix:
            with self._history.step(found.fix.label):
                found.fix.apply(self._document)
        elif found.offer:
            self.offered.emit(found.offer)

    def _rebuild(self) -> None:
        at = self.list.currentRow()
        if (focus := self.focusWidget()) is not None and focus.hasFocus():
            self.setFocus()  # the button that holds the keyboard goes; the panel keeps it
        self.list.clear()
        for found in self.shown:
            item = QListWidgetItem(self.list)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{found.level}: {found.message}")
            item.setSizeHint(QSize(0, USUAL))
        self._fill()
        self.list.setCurrentRow(min(at, len(self.shown) - 1))
        self._say()

    def _say(self) -> None:
        """What stands where no problem does."""
        self.list.setVisible(bool(self.shown))
        self.empty.setText(self._all_well())
        self.empty.setVisible(not self.shown)

    def _fill(self) -> None:
        """Make the entries that can be seen, or soon can."""
        room = self.list.viewport().height() + AHEAD
        for at in range(max(0, self.list.indexAt(QPoint(0, 0)).row()), self.list.count()):
            item = self.list.item(at)
            if self.list.visualItemRect(item).top() > room:
                break
            if self.list.itemWidget(item) is None:
                entry = Entry(self.shown[at], self._name(self.shown[at].born), self._theme)
                entry.wanted.connect(lambda at=at: self.fix(at))
                item.setSizeHint(QSize(0, entry.height_for(self.list.viewport().width())))
                self.list.setItemWidget(item, entry)

    def _all_well(self) -> str:
        if not self._document.size:
            return "Nothing is drawn yet. Drag a kind from the palette onto the canvas."
        if self._reading.under_way:
            return "Reading the drawing… What is wrong with it is listed here as soon as all is read."
        return "No problems. The drawing can be trained."

    def _fit(self) -> None:
        for at in range(self.list.count()):
            item = self.list.item(at)
            entry = self.list.itemWidget(item)
            if isinstance(entry, Entry):
                item.setSizeHint(QSize(0, entry.height_for(self.list.viewport().width())))
        self._fill()

    def _name(self, born: str) -> str:
        if self._document.has_node(born):
            return self._document.node(born).id
        return "Run settings" if born == "#run" else "File"

    def _jump(self, item: QListWidgetItem) -> None:
        born = self.shown[self.list.row(item)].born
        if self._document.has_node(born):
            self._selection.set([born])
            self.jump.emit(born)


def level_colour(level: str, theme: Theme) -> QColor:
    """The colour of a level's mark."""
    return {"error": theme.error, "warning": theme.warning}.get(level, theme.accent)
