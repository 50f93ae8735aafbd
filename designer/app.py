"""The program: knows all parts, and gives each what it needs."""

from __future__ import annotations

import sys
from pathlib import Path

from designer import starting  # before anything of PySide6

# isort: split
from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from designer import mishaps, styles
from designer import session as sessions
from designer.after_paint import AfterPaint
from designer.block_files import Library
from designer.manner import Manner
from designer.preferences import Preferences
from designer.session import Session
from designer.shortcuts import Shortcuts
from designer.theme import Theme
from designer.training import is_watched
from designer.window import Window
from graph import project
from graph.catalogue import Catalogue, plugins, standard
from graph.document import Document
from graph.journal import Lost, recoverable
from graph.project import ProjectError
from runtime import queue
from runtime.places import state_folder
from runtime.runs import Run, live_runs


class Application(QObject):
    """Everything that the windows share."""

    answered = Signal(object, object)

    def __init__(self, qt: QApplication, preferences: Preferences | None = None) -> None:
        super().__init__()
        self.qt = qt
        self.catalogue: Catalogue = standard()
        self.block_files = Library(self.catalogue)
        self.preferences = preferences or Preferences()
        self.shortcuts = Shortcuts(self.preferences, parent=self)
        self.manner = Manner(self.preferences, self)
        self.theme = Theme(dark=self._wants_dark())
        self.journals = state_folder() / "journals"
        self.windows: list[Window] = []
        self._facts: object | None = None
        self._attended: list[Session] = []
        styles.apply(qt, self.theme)
        self.theme.changed.connect(lambda: styles.apply(qt, self.theme))
        self.preferences.changed.connect(self._follow_preference)
        self.answered.connect(self._tell)
        qt.applicationStateChanged.connect(self._come_back)
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(lambda _: self.theme.set_dark(self._wants_dark()))

    # --- windows

    def open_window(self, session: Session) -> Window:
        window = Window(session, self)
        self.windows.append(window)
        if len(self.windows) > 1:
            window.move(self.windows[-2].pos().x() + 32, self.windows[-2].pos().y() + 32)
        window.show()
        return window

    def raise_window(self, path: Path) -> bool:
        """Bring the window of a file to the front; False if it is not open."""
        window = self._window_of(path)
        if window is None:
            return False
        window.raise_()
        window.activateWindow()
        return True

    def front(self) -> Window:
        """The window that was opened last."""
        return self.windows[-1]

    def closed(self, window: Window) -> None:
        self.windows = [known for known in self.windows if known is not window]
        self._attended = [session for session in self._attended if session is not window.session]

    def say(self, sentence: str) -> None:
        """Tell something in the window that was opened last."""
        if self.windows:
            self.front().banner.tell(sentence, "error")

    def quit(self) -> None:
        for window in list(self.windows):
            if not window.close():
                return

    # --- start

    def start(self, paths: list[Path]) -> None:
        """Open what was asked for, or what still trains, or the start page; then offer what a crash left behind."""
        for path in paths:
            self._open(path)
        for run in live_runs():
            if (not paths or self._window_of(_file(run))) and not is_watched(run):
                self._take_up(run)
        if not self.windows:
            self.open_window(sessions.empty(self.catalogue, self.journals))
        AfterPaint(self.front().view.viewport(), self._begun)
        QTimer.singleShot(0, self, self.offer_recovery)

    def _begun(self) -> None:
        """Say which plug-ins could not be used, and go on with what is queued: both wait until the window is seen."""
        starting.begun()
        queue.keep()
        if plugins().left_out and self.windows:
            self.front().banner.tell("\n".join(map(str, plugins().left_out)), "warning")

    def _open(self, path: Path) -> None:
        try:
            session = sessions.opened(path, self.catalogue, self.journals)
        except (ProjectError, OSError) as error:
            window = self.open_window(sessions.empty(self.catalogue, self.journals))
            window.files.tell("It could not be opened", str(error))
            return
        self.open_window(session).files.remember(path)

    def _take_up(self, run: Run) -> None:
        """Watch a run that was started earlier, with the drawing that it trains."""
        file = _file(run)
        window = self._window_of(file)
        if window is not None and window.training.run is None:
            window.training.watch(run)
            return
        try:
            if file is not None and file.exists() and window is None:
                session = sessions.opened(file, self.catalogue, self.journals)
            else:
                session = sessions.begun(run.project_text(), self.catalogue, self.journals, run.name)
        except (ProjectError, OSError):
            return
        self.open_window(session).training.watch(run)

    def offer_recovery(self) -> None:
        """Offer work that a crash left behind."""
        lost = recoverable(self.journals)
        if not lost:
            return
        from designer.dialogs.recovery import RecoveryDialog

        dialog = RecoveryDialog(lost, self.theme, self.windows[0] if self.windows else None)
        dialog.recovered.connect(self._recover)
        dialog.exec()

    def _recover(self, lost: object) -> None:
        assert isinstance(lost, Lost)
        try:
            document = lost.document(self.catalogue)
        except ProjectError:
            lost.release()
            return
        window = self._place_for(lost, document)
        run = window.training.run if window else None
        session = Session(document, self.journals, path=lost.path, dirty=True)
        if window is None:
            window = self.open_window(session)
        else:
            window.show_session(session)
        if run is not None:
            window.training.watch(run)
        if session.journal.trouble is None:
            lost.discard()
        else:
            lost.release()

    def _place_for(self, lost: Lost, document: Document) -> Window | None:
        """The window that recovered work belongs into: that of its file or of its training, else a blank one."""
        calm = [window for window in self.windows if not window.session.modified]
        own = self._window_of(lost.path)
        if own is not None:
            return own if own in calm else None
        drawn = project.write(document)
        for window in calm:
            run = window.training.run
            if run is not None and lost.path is None and run.job.project is None and run.project_text() == drawn:
                return window
        return next((window for window in calm if window.session.blank), None)

    def _window_of(self, path: Path | None) -> Window | None:
        """The window in which a file is open."""
        if path is None:
            return None
        return next((w for w in self.windows if w.session.path and w.session.path.absolute() == path.absolute()), None)

    # --- facts

    def attend(self, session: Session) -> None:
        """Answer what a drawing asks about its files."""
        self._attended.append(session)
        session.reading.asked.connect(self._ask)
        for question in session.reading.open_questions():
            self._ask(question)

    def _ask(self, question: object) -> None:
        from runtime.facts import Facts

        if self._facts is None:
            self._facts = Facts(lambda asked, found: self.answered.emit(asked, found))
        assert isinstance(self._facts, Facts)
        assert isinstance(question, dict)
        self._facts.ask(question)

    def look_again(self) -> None:
        """Ask all over again: a file may have changed, or be trusted now. What is as it was costs nothing."""
        for session in self._attended:
            for question in session.reading.questions():
                self._ask(question)

    def _come_back(self, state: Qt.ApplicationState) -> None:
        if state is Qt.ApplicationState.ApplicationActive and self._facts is not None:
            self.look_again()

    def _tell(self, question: dict[str, object], facts: dict[str, object]) -> None:
        for session in self._attended:
            session.reading.tell(question, facts)

    # --- look

    def set_dark(self, dark: bool) -> None:
        self.preferences.look = "dark" if dark else "light"

    def _wants_dark(self) -> bool:
        if self.preferences.look != "system":
            return self.preferences.look == "dark"
        return QGuiApplication.styleHints().colorScheme() != Qt.ColorScheme.Light

    def _follow_preference(self, name: str) -> None:
        if name == "look":
            self.theme.set_dark(self._wants_dark())


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
