"""Find in the drawing: nodes, frames, notes, bookmarks, in blocks too; the canvas marks what is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListWidgetItem, QToolButton

from designer import icons
from designer.canvas import bookmarking
from designer.canvas.overlays.chooser import ASIDE, DATA, Chooser
from designer.canvas.overlays.floating import GAP
from designer.found_rows import row
from graph.searching import Hit, search

if TYPE_CHECKING:
    from designer.window import Window

WIDTH, MOST_SEEN = 360, 12
LISTED = 400
"""So many rows the list has at most; all that was found is gone through and marked."""
SLICE = 0.006
"""Seconds that are searched in one go, so that nothing waits: neither the next letter nor the canvas."""
CALM = 200
"""Milliseconds after an edit until what is found is looked for again."""
EXAMPLE = "A name, a kind, a title, or lr<0.01"


def open_find(window: Window) -> None:
    """Open the field, with what was looked for the last time."""
    window.tabs.show_canvas()
    bar(window).ask()


def step(window: Window, by: int) -> None:
    """Go to the next thing found, or to the one before it."""
    found = bar(window)
    if found.field.text().strip():
        found.step(by)
    else:
        open_find(window)


def bar(window: Window) -> FindBar:
    """The field over the canvas of a window; made when it is wanted first."""
    return window.page.findChild(FindBar) or FindBar(window)


class FindBar(Chooser):
    """A field, how much was found, and the list of it. It stays while one works on the canvas; Escape closes it."""

    def __init__(self, window: Window) -> None:
        super().__init__(window.page, window.shell.theme, "find", f"Find in the drawing: {EXAMPLE}", "What was found")
        self.field.setPlaceholderText(EXAMPLE)
        self._window, self._session = window, window.session
        self.hits: list[Hit] = []
        self._at = -1
        self._rest: Iterator[Hit | None] = iter(())
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._go_on)
        self._again = QTimer(self, singleShot=True, interval=CALM)
        self._again.timeout.connect(self._look_again)
        self._session.bridge.patched.connect(self._edited)
        self._session.entered.connect(self._mark)
        self.closed.connect(self._closed)
        self._lay_out()
        window.page.installEventFilter(self)

    def _lay_out(self) -> None:
        self.count = QLabel(self)
        self.count.setProperty("quiet", True)
        self.count.setFont(self.theme.font("secondary"))
        self.before, self.behind = (self._button(name, by) for name, by in (("up", -1), ("down", 1)))
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(self.field, 1)
        row.addSpacing(4)
        row.addWidget(self.count)
        row.addWidget(self.before)
        row.addWidget(self.behind)
        self.column.insertLayout(0, row)
        self.setFixedWidth(WIDTH)

    def _button(self, way: str, by: int) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icons.icon(f"chevron-{way}", self.theme.muted))
        button.setIconSize(QSize(16, 16))
        button.setAccessibleName("Next found" if by > 0 else "Found before")
        button.setToolTip(button.accessibleName())
        button.clicked.connect(partial(self.step, by))
        return button

    # --- searching

    def ask(self) -> None:
        self._mark()
        self._show()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()
        self.fill(self.field.text())

    def fill(self, words: str) -> None:
        """Begin to look for something else. What is on screen stays until there is something to show."""
        self._at, self.hits = -1, []
        self._rest = search(self._session.document, words)
        self._go_on()

    def _go_on(self) -> None:
        """Search for a few milliseconds; what is left is searched when nothing else waits."""
        until, many = perf_counter() + SLICE, len(self.hits)
        whole = True
        for found in self._rest:
            if found is not None:
                self.hits.append(found)
            if perf_counter() > until:
                whole = False
                break
        self._list(many if many else 0)
        if whole:
            self._mark()
            self._tell()
        else:
            self._timer.start()

    @property
    def searching(self) -> bool:
        """Whether not everything has been looked at yet."""
        return self._timer.isActive()

    def _edited(self) -> None:
        if not self.isHidden():
            self._again.start()

    def _look_again(self) -> None:
        here = self.hits[self._at].born if 0 <= self._at < len(self.hits) else ""
        self.fill(self.field.text())
        self._at = next((at for at, hit in enumerate(self.hits) if hit.born == here), -1)
        self._tell()

    # --- going

    def step(self, by: int) -> None:
        """Go to the next one, round and round; from the node that is selected, if it was found."""
        self.hits = [hit for hit in self.hits if row(self._session.document, hit) is not None]
        if not self.hits:
            self.fill(self.field.text())
        if not self.hits:
            self._show()
            return
        self._at = (self._at + by) % len(self.hits) if self._at >= 0 else (0 if by > 0 else len(self.hits) - 1)
        self._go()

    def take(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self._at = item.data(DATA)
            self._go()

    def _go(self) -> None:
        """Select it and bring it into sight, in its block if it stands in one."""
        hit, session = self.hits[self._at], self._session
        session.enter_level_of(hit.born)
        if hit.bookmark:
            bookmarking.go(self._window.view, bookmarking.called(self._window.view, hit.bookmark))
        else:
            session.selection.set([hit.born])
            self._window.view.camera.reveal([hit.born])
        self._tell()

    # --- showing

    def _list(self, since: int) -> None:
        if not since:
            self.list.clear()
        for at, hit in enumerate(self.hits[since:LISTED], since):
            self.list.addItem(self._item(at, hit))
        rows = min(self.list.count(), MOST_SEEN)
        self.list.setVisible(rows > 0)
        self.list.setFixedHeight(rows * max(self.list.sizeHintForRow(0), 1) + 4)
        self._tell()

    def _item(self, at: int, hit: Hit) -> QListWidgetItem:
        document = self._session.document
        block, found = document.the_block(hit.block), row(document, hit)
        assert found is not None
        item = QListWidgetItem(found.text)
        if found.icon:
            colour = self.theme.family(found.family) if found.family else self.theme.muted
            item.setIcon(icons.icon(found.icon, colour))
        told = [hit.why or found.sort, f"in {block.id}" if block else ""]
        item.setData(ASIDE, " ".join(filter(None, told)))
        item.setData(DATA, at)
        return item

    def _tell(self) -> None:
        many, typed = len(self.hits), self.field.text().strip()
        if not typed:
            count = ""
        elif many:
            count = f"{self._at + 1:,} of {many:,}" if self._at >= 0 else f"{many:,}"
        else:
            count = "…" if self.searching else "none"
        self.count.setText(count)
        for button in (self.before, self.behind):
            button.setEnabled(many > 0)
        self.list.setCurrentRow(self._at if self._at < self.list.count() else -1)
        more = many - LISTED
        self.note.setText(f"and {more:,} more" if more > 0 else "")
        self.note.setVisible(more > 0)
        self.field.setAccessibleDescription(f"{many} found" if typed else "")
        if not self.isHidden():
            self._show()

    def _show(self) -> None:
        """At the upper right of the canvas."""
        self.adjustSize()
        top = self._window.view.y() if self._window.view.isVisible() else 0
        self.place(QPoint(self._window.page.width() - self.width() - GAP, top + GAP))

    def _mark(self) -> None:
        """The canvas marks what was found on the level that it shows."""
        if self._window.session is self._session:
            self._window.view.found.show(() if self.isHidden() else (hit.born for hit in self.hits))

    def _closed(self, had: bool) -> None:
        self._mark()
        if had:
            self._window.view.setFocus()

    # --- keys

    def left(self) -> None:
        """It stays while the canvas is worked on."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self.field and event.type() == QEvent.Type.Resize and not self.isHidden():
            self._show()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.give_up()
        else:
            super().keyPressEvent(event)

    def _key(self, event: QKeyEvent) -> bool:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
            return True
        return super()._key(event)

    def _ways(self) -> dict[Qt.Key, Callable[[], object]]:
        Key = Qt.Key
        return {
            Key.Key_Escape: self.give_up,
            Key.Key_Down: partial(self.step, 1), Key.Key_Up: partial(self.step, -1),
        }  # fmt: skip
