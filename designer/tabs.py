"""The drawings that are open in one window: their order, which of them is shown, and how they come and go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from designer import parting, starting
from designer.front_page import front_page
from designer.panels.tab_bar import Label, TabBar
from designer.session import Session
from designer.tab import Tab

if TYPE_CHECKING:
    from designer.panels.start import StartPage
    from designer.window import Window


class Tabs(QObject):
    """Holds a window's tabs. `switched`: another is shown. `told`: something about the one shown reads otherwise."""

    switched = Signal()
    told = Signal()
    entered = Signal()
    watching = Signal(object)

    current: Tab

    def __init__(self, window: Window, first: Session | Tab) -> None:
        super().__init__(window)
        self._window = window
        self._tabs: list[Tab] = []
        self._start: StartPage | None = None
        self.bar = TabBar(window.shell.theme)
        self.stack = QStackedWidget()
        self.frame = QWidget()
        column = QVBoxLayout(self.frame)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.stack, 1)
        self._follow_bar()
        self.current = self._take_in(first, 0)
        self._bring()

    def __iter__(self) -> Iterator[Tab]:
        return iter(tuple(self._tabs))

    def __len__(self) -> int:
        return len(self._tabs)

    # --- coming

    @starting.hurried()
    def open(self, drawing: Session | Tab) -> Tab:
        """Show a drawing behind the present one; in the place of a blank one."""
        blank = self.current if self.current.session.blank else None
        tab = self._take_in(drawing, self._tabs.index(self.current) + 1)
        self.show(tab)
        if blank is not None:
            self.drop(blank)
        return tab

    @starting.hurried()
    def replace(self, old: Tab, session: Session) -> Tab:
        """Another drawing takes the place of one that nobody will miss."""
        tab = self._take_in(session, self._tabs.index(old))
        if old is self.current:
            self.show(tab)
        self.drop(old)
        return tab

    # --- going

    def close(self, tab: Tab) -> None:
        """Close a drawing, after a question if it was changed; with the last one the window goes."""
        if len(self._tabs) == 1:
            self._window.close()
        elif self._window.files.may_close(tab):
            self.drop(tab)

    def drop(self, tab: Tab) -> None:
        """Close a drawing without a question."""
        self._let_go(tab)
        tab.close()

    def part(self, tab: Tab, to: Window | None = None) -> None:
        """Move a drawing to another window; without one, to a window of its own."""
        last = len(self._tabs) == 1
        if last and to is None:
            return
        if last:
            self._window.panels.empty()
            self._release(tab)
            self._tabs.clear()
        else:
            self._let_go(tab)
        if to is None:
            self._window.shell.open_window(tab)
            return
        to.tabs.open(tab)
        if last:
            self._window.close()

    def end(self) -> None:
        """The window closes, and all its drawings with it."""
        for tab in self._tabs:
            tab.close()
        self._tabs.clear()

    # --- showing

    def show(self, tab: Tab) -> None:
        """Show a drawing, where it was left."""
        if tab is not self.current:
            left, self.current = self.current, tab
            self._bring()
            left.hide()
        self._retell()

    def go(self, by: int) -> None:
        """Show the drawing that is so many places further, round and round."""
        self.show(self._tabs[(self._tabs.index(self.current) + by) % len(self._tabs)])

    def move(self, start: int, end: int) -> None:
        """Put a tab elsewhere in the row."""
        self._tabs.insert(end, self._tabs.pop(start))

    def show_start(self) -> None:
        """The start page in front of the canvas."""
        self.current.starting = True
        self._show_front()
        if self._start is not None:
            self._start.setFocus()

    def show_canvas(self) -> None:
        """The canvas in front."""
        self.current.starting = False
        self._show_front()
        self.current.view.setFocus()

    @property
    def at_start(self) -> bool:
        """Whether the start page can be seen."""
        return self._start is not None

    def files(self) -> list[Path]:
        """The file that is shown, then all files in their order; drawings without a file are not among them."""
        files = [tab.session.path.absolute() for tab in self._tabs if tab.session.path]
        shown = self.current.session.path
        return [shown.absolute() if shown else files[0], *files] if files else []

    # --- inside

    def _take_in(self, drawing: Session | Tab, place: int) -> Tab:
        tab = drawing if isinstance(drawing, Tab) else Tab(drawing, self._window)
        tab.window = self._window
        self._tabs.insert(place, tab)
        self.stack.addWidget(tab.page)
        tab.told.connect(partial(self._tell, tab))
        tab.entered.connect(self.entered)
        tab.watching.connect(partial(self._watch, tab))
        return tab

    def _let_go(self, tab: Tab) -> None:
        """A drawing leaves the row; the one behind it is shown, else the one before."""
        place = self._tabs.index(tab)
        if tab is self.current:
            self.show(self._tabs[place + 1 if place + 1 < len(self._tabs) else place - 1])
        self._release(tab)
        self._tabs.remove(tab)
        self._retell()

    def _release(self, tab: Tab) -> None:
        tab.hide()
        for signal in (tab.told, tab.entered, tab.watching):
            signal.disconnect()
        self.stack.removeWidget(tab.page)

    def _bring(self) -> None:
        self._show_front()
        self.current.show()
        self.switched.emit()
        self.current.view.setFocus()

    def _show_front(self) -> None:
        """Put the start page or the canvas in front, and the panels away or back."""
        if self.current.starting and self._start is None:
            self._window.panels.hidden_behind_start(True)
            self._start = front_page(self._window)
            self.stack.addWidget(self._start)
        self.stack.setCurrentWidget(self._start if self._start and self.current.starting else self.current.page)
        if not self.current.starting and self._start is not None:
            self.stack.removeWidget(self._start)
            self._start.deleteLater()
            self._start = None
            self._window.panels.hidden_behind_start(False)

    def _tell(self, tab: Tab) -> None:
        self._retell()
        if tab is self.current:
            self.told.emit()

    def _watch(self, tab: Tab, run: object) -> None:
        self._retell()
        if tab is self.current:
            self.watching.emit(run)

    def _retell(self) -> None:
        others = [known for known in self._window.shell.windows if known is not self._window]
        labels = [_label(tab, self._tabs) for tab in self._tabs]
        self.bar.show_labels(labels, self._tabs.index(self.current), alone=not others)

    def windows_changed(self) -> None:
        """Another window has come or gone: a tab can be dragged there, or no more."""
        if self._tabs:
            self._retell()

    def _follow_bar(self) -> None:
        bar, files = self.bar, self._window.files
        bar.chosen.connect(lambda at: self.show(self._tabs[at]))
        bar.closing.connect(lambda at: self.close(self._tabs[at]))
        bar.moved.connect(self.move)
        bar.parted.connect(partial(parting.let_go, self._window))
        bar.wanted.connect(files.new)
        bar.row.landing = partial(parting.landing, self._window)


def _label(tab: Tab, tabs: Sequence[Tab]) -> Label:
    """What is said of a drawing; of those with the same name, in which folder they lie."""
    session = tab.session
    twins = [other for other in tabs if other.session.name == session.name]
    where = f" · {session.path.absolute().parent.name}" if len(twins) > 1 and session.path else ""
    path = str(session.path.absolute()) if session.path else ""
    return Label(session.name + where, tab.tip, session.modified, path)
