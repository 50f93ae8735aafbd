"""One window: the drawings that are open in it, the panels around the one that is shown, the menus."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QChildEvent, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QIcon
from PySide6.QtWidgets import QMainWindow, QTabBar, QTabWidget

from designer import asking, icons
from designer.after_paint import AfterPaint
from designer.block_files import Library
from designer.canvas.scene import Scene
from designer.canvas.view import View
from designer.docks import Docks
from designer.dropping import Dropping
from designer.files import Files
from designer.focus import part_in_sight
from designer.habits import Habits
from designer.header import Header
from designer.inquiry import Inquiry
from designer.manner import Manner
from designer.page import Page
from designer.panels.banner import Banner
from designer.preferences import Preferences
from designer.reference import Reference
from designer.session import Session
from designer.shortcuts import Shortcuts
from designer.tab import Tab
from designer.tabs import Tabs
from designer.theme import Theme
from designer.training import Training
from graph.catalogue import Catalogue
from graph.diagnostic import Offer
from runtime.runs import Run

HIDDEN = 200
"""More widgets than can stand out of sight one after the other."""


class Shell(Protocol):
    """What a window needs of the program around it."""

    catalogue: Catalogue
    theme: Theme
    preferences: Preferences
    shortcuts: Shortcuts
    manner: Manner
    journals: Path
    block_files: Library
    habits: Habits
    inquiry: Inquiry
    windows: list[Window]

    def open_window(self, drawing: Session | Tab) -> Window: ...
    def raise_drawing(self, path: Path) -> bool: ...
    def front(self) -> Window: ...
    def set_dark(self, dark: bool) -> None: ...
    def closed(self, window: Window) -> None: ...
    def quit(self) -> None: ...


class Window(QMainWindow):
    """Composes the parts around the drawing that is shown: the present one of its `tabs`."""

    shell: Shell
    files: Files
    reference: Reference
    tabs: Tabs
    panels: Docks
    header: Header

    def __init__(self, drawing: Session | Tab, shell: Shell) -> None:
        super().__init__()
        self.shell = shell
        self.files = Files(self)
        self.reference = Reference(self)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setDockOptions(self.dockOptions() | QMainWindow.DockOption.GroupedDragging)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.setWindowIcon(QIcon(str(icons.FOLDER / "logo.svg")))
        self.resize(1440, 900)
        self.tabs = Tabs(self, drawing)
        self.setCentralWidget(self.tabs.frame)
        self.panels = Docks(self)
        self._restore_geometry()
        self.panels.fill()
        self.header = Header(self)
        self.setMenuWidget(self.header)
        self._follow_tabs()
        self._show_tab()
        Dropping(self)
        if self.session.blank:
            self.tabs.show_start()

    # --- the drawing that is shown

    @property
    def session(self) -> Session:
        return self.tabs.current.session

    @property
    def training(self) -> Training:
        return self.tabs.current.training

    @property
    def page(self) -> Page:
        return self.tabs.current.page

    @property
    def banner(self) -> Banner:
        return self.tabs.current.page.banner

    @property
    def view(self) -> View:
        return self.tabs.current.view

    @property
    def scene(self) -> Scene:
        return self.tabs.current.view.drawing

    def say(self, sentence: str) -> None:
        """A sentence that is worth reading, but needs no answer."""
        self.view.overlays.say(sentence)

    def take_up(self, offer: Offer) -> None:
        """Ask what helps with a problem and is no change of the drawing."""
        asking.trust(self, offer)

    def open_run(self, run: Run) -> None:
        """The drawing as it was when a run was started."""
        from designer import session as sessions

        session = sessions.begun(run.project_text(), self.shell.catalogue, self.shell.journals, run.name)
        self.tabs.open(session).training.watch(run)

    # --- following

    def _follow_tabs(self) -> None:
        tabs = self.tabs
        tabs.switched.connect(self._show_tab)
        tabs.entered.connect(self._show_level)
        tabs.told.connect(self._retell)
        tabs.watching.connect(self.panels.follow)
        tabs.watching.connect(lambda _: self.header.refresh())

    def _show_tab(self) -> None:
        """Another drawing is shown: everything around the canvas is about that one from now on."""
        self.panels.show_drawing()
        self.header.follow()
        self._retell()
        if not self.panels.whole:
            AfterPaint(self.view.viewport(), self._fill_below)

    def _fill_below(self) -> None:
        if self.panels.whole:  # another canvas was painted before this one, or the window has closed
            return
        self.panels.fill_below()
        QTimer.singleShot(0, self.view, self.view.camera.fit)  # the panels have taken their room by then

    def _show_level(self) -> None:
        self.panels.show_level()
        self.header.follow_level()

    def _retell(self) -> None:
        self.setWindowTitle(f"{self.session.name}[*] — Neuroloom")
        self.setWindowModified(self.session.modified)
        self.header.retitle()
        self.panels.show_runs_of_file()

    # --- Qt

    def childEvent(self, event: QChildEvent) -> None:
        """Qt makes the tabs of panels by itself, whenever some stand behind each other: they get a name."""
        super().childEvent(event)
        if event.polished() and isinstance(made := event.child(), QTabBar):
            made.setAccessibleName("Panels")

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab passes over what stands behind another panel's tab: nobody would see where the keyboard is."""
        for _ in range(HIDDEN):
            moved, focused = super().focusNextPrevChild(next), self.focusWidget()
            if not moved or focused is None or not part_in_sight(focused).isEmpty():
                return moved
        return True

    def closeEvent(self, event: QCloseEvent) -> None:
        if not all(self.files.may_close(tab) for tab in self.tabs):
            event.ignore()
            return
        if self.panels.only_canvas:
            self.panels.toggle_only_canvas()
        self.shell.preferences.geometry = self.saveGeometry()
        if not self.tabs.at_start:
            self.shell.preferences.docks = self.saveState()
        self.panels.empty()
        self.shell.closed(self)
        self.tabs.end()
        super().closeEvent(event)

    def _restore_geometry(self) -> None:
        preferences = self.shell.preferences
        if not preferences.geometry.isEmpty():
            self.restoreGeometry(preferences.geometry)
        if not preferences.docks.isEmpty():
            self.restoreState(preferences.docks)
