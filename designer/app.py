"""The program: knows all parts, and gives each what it needs."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from designer import starting  # before anything of PySide6

# isort: split
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from designer import mishaps, styles
from designer import session as sessions
from designer.after_paint import AfterPaint
from designer.block_files import Library
from designer.canvas import access
from designer.focus import follow_focus
from designer.habits import Habits
from designer.inquiry import Inquiry
from designer.manner import Manner
from designer.motion import Motion
from designer.preferences import Preferences
from designer.recovering import offer_recovery
from designer.session import Session
from designer.shortcuts import Shortcuts
from designer.tab import Tab
from designer.theme import Theme, Tone
from designer.training import is_watched
from designer.window import Window
from graph.catalogue import Catalogue, plugins, standard
from graph.project import ProjectError
from runtime import queue
from runtime.places import state_folder
from runtime.runs import Run, live_runs


class Application(QObject):
    """Everything that the windows share."""

    def __init__(self, qt: QApplication, preferences: Preferences | None = None) -> None:
        super().__init__()
        self.qt = qt
        self.catalogue: Catalogue = standard()
        self.block_files = Library(self.catalogue)
        self.preferences = preferences or Preferences()
        self.shortcuts = Shortcuts(self.preferences, parent=self)
        self.manner = Manner(self.preferences, self)
        self.theme = Theme(tone=self._wanted_tone())
        self.journals = state_folder() / "journals"
        self.habits = Habits(state_folder() / "usual.txt")
        self.windows: list[Window] = []
        self.inquiry = Inquiry(self)
        self.motion = Motion(self.preferences)
        follow_focus(qt, self.theme)
        self.motion.apply()
        styles.apply(qt, self.theme)
        self.theme.changed.connect(lambda: styles.apply(qt, self.theme))
        self.preferences.changed.connect(self._follow_preference)
        qt.applicationStateChanged.connect(self.inquiry.come_back)
        hints = QGuiApplication.styleHints()
        for told in (hints.colorSchemeChanged, hints.accessibility().contrastPreferenceChanged):
            told.connect(lambda _: self.theme.set_tone(self._wanted_tone()))

    # --- windows

    def open_window(self, drawing: Session | Tab) -> Window:
        window = Window(drawing, self)
        self.windows.append(window)
        self._tell_windows()
        if len(self.windows) > 1:
            window.move(self.windows[-2].pos().x() + 32, self.windows[-2].pos().y() + 32)
        window.show()
        return window

    @property
    def tabs(self) -> list[Tab]:
        """All drawings that are open."""
        return [tab for window in self.windows for tab in window.tabs]

    def raise_drawing(self, path: Path) -> bool:
        """Bring the drawing of a file to the front; False if it is not open."""
        tab = self.tab_of(path)
        if tab is None:
            return False
        tab.window.tabs.show(tab)
        tab.window.raise_()
        tab.window.activateWindow()
        return True

    def front(self) -> Window:
        """The window that was opened last."""
        return self.windows[-1]

    def closed(self, window: Window) -> None:
        self.windows = [known for known in self.windows if known is not window]
        self._tell_windows()
        if not self.windows:
            self.preferences.open_drawings = [window.tabs.files()]

    def _tell_windows(self) -> None:
        for window in self.windows:
            window.tabs.windows_changed()

    def say(self, sentence: str) -> None:
        """Tell something in the window that was opened last."""
        if self.windows:
            self.front().banner.tell(sentence, "error")

    def quit(self) -> None:
        drawings = [window.tabs.files() for window in self.windows]
        for window in list(self.windows):
            if not window.close():
                return
        self.preferences.open_drawings = drawings

    # --- start

    def start(self, paths: list[Path]) -> None:
        """Open what was asked for, or what still trains, or the start page; then offer what a crash left behind."""
        for path in paths:
            self._open(path)
        if not paths and self.preferences.flag("reopen"):
            self._reopen()
        for run in live_runs():
            if (not paths or self.tab_of(_file(run))) and not is_watched(run):
                self._take_up(run)
        if not self.windows:
            self.open_window(sessions.empty(self.catalogue, self.journals))
        AfterPaint(self.front().view.viewport(), self._begun)
        QTimer.singleShot(0, self, partial(offer_recovery, self))

    def _begun(self) -> None:
        """Say which plug-ins could not be used, and go on with what is queued: both wait until the window is seen."""
        starting.begun()
        access.install()
        queue.keep()
        if plugins().left_out and self.windows:
            self.front().banner.tell("\n".join(map(str, plugins().left_out)), "warning")

    def _reopen(self) -> None:
        """The drawings of last time, in the windows that they had; files that are gone stay away without a word."""
        for shown, *files in self.preferences.open_drawings:
            window: Window | None = None
            for path in files:
                try:
                    session = sessions.opened(path, self.catalogue, self.journals)
                except (ProjectError, OSError):
                    continue
                if window is None:
                    window = self.open_window(session)
                else:
                    window.tabs.open(session)
            self.raise_drawing(shown)

    def _open(self, path: Path) -> None:
        try:
            session = sessions.opened(path, self.catalogue, self.journals)
        except (ProjectError, OSError) as error:
            window = self.front() if self.windows else self.open_window(sessions.empty(self.catalogue, self.journals))
            window.files.tell("It could not be opened", str(error))
            return
        self.show(session).window.files.remember(path)

    def show(self, session: Session) -> Tab:
        """Show a drawing in the window that is there, else in one of its own."""
        return (self.front().tabs.open(session)) if self.windows else self.open_window(session).tabs.current

    def _take_up(self, run: Run) -> None:
        """Watch a run that was started earlier, with the drawing that it trains."""
        file = _file(run)
        tab = self.tab_of(file)
        if tab is not None and tab.training.run is None:
            tab.training.watch(run)
            return
        try:
            if file is not None and file.exists() and tab is None:
                session = sessions.opened(file, self.catalogue, self.journals)
            else:
                session = sessions.begun(run.project_text(), self.catalogue, self.journals, run.name)
        except (ProjectError, OSError):
            return
        self.show(session).training.watch(run)

    def tab_of(self, path: Path | None) -> Tab | None:
        """The tab in which a file is open."""
        if path is None:
            return None
        return next((t for t in self.tabs if t.session.path and t.session.path.absolute() == path.absolute()), None)

    # --- look

    def set_dark(self, dark: bool) -> None:
        self.preferences.look = "dark" if dark else "light"

    def _wanted_tone(self) -> Tone:
        if self.preferences.look != "system":
            return self.preferences.look
        hints = QGuiApplication.styleHints()
        if hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast:
            return "contrast"
        return "light" if hints.colorScheme() == Qt.ColorScheme.Light else "dark"

    def _follow_preference(self, name: str) -> None:
        if name == "look":
            self.theme.set_tone(self._wanted_tone())
        elif name == "motion":
            self.motion.apply()


def _file(run: Run) -> Path | None:
    """The file of the drawing that a run trains."""
    return Path(run.job.project) if run.job.project else None


def main(arguments: list[str]) -> int:
    """Open the designer with the files that are named; answers the exit code."""
    qt = QApplication.instance() or QApplication([sys.argv[0], *styles.ARGUMENTS])
    assert isinstance(qt, QApplication)
    qt.setApplicationName("Neuroloom")
    qt.setDesktopFileName("neuroloom")
    application = Application(qt)
    mishaps.catch(state_folder() / "errors.log", application.say)
    application.start([Path(argument) for argument in arguments])
    return qt.exec()
