"""The program: knows all parts, and gives each what it needs."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from designer import session as sessions
from designer import styles
from designer.preferences import Preferences
from designer.session import Session
from designer.theme import Theme
from designer.window import Window
from graph.catalogue import Catalogue, standard
from graph.project import ProjectError
from runtime.places import state_folder
from runtime.protocol import State
from runtime.runs import Run, live_runs

EXAMPLES = Path(__file__).resolve().parent.parent / "assets" / "examples"


class Application(QObject):
    """Everything that the windows share."""

    answered = Signal(object, object)

    def __init__(self, qt: QApplication, preferences: Preferences | None = None) -> None:
        super().__init__()
        self.qt = qt
        self.catalogue: Catalogue = standard()
        self.preferences = preferences or Preferences()
        self.theme = Theme(dark=self._wants_dark())
        self.journals = state_folder() / "journals"
        self.examples = EXAMPLES
        self.windows: list[Window] = []
        self._facts: object | None = None
        self._attended: list[Session] = []
        styles.apply(qt, self.theme)
        self.theme.changed.connect(lambda: styles.apply(qt, self.theme))
        self.preferences.changed.connect(self._follow_preference)
        self.answered.connect(self._tell)
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
        for window in self.windows:
            if window.session.path and window.session.path.absolute() == path.absolute():
                window.raise_()
                window.activateWindow()
                return True
        return False

    def front(self) -> Window:
        """The window that was opened last."""
        return self.windows[-1]

    def closed(self, window: Window) -> None:
        self.windows = [known for known in self.windows if known is not window]
        self._attended = [session for session in self._attended if session is not window.session]

    def quit(self) -> None:
        for window in list(self.windows):
            if not window.close():
                return

    # --- start

    def start(self, paths: list[Path]) -> None:
        """Open what was asked for, or what still trains, or the start page; then offer what a crash left behind."""
        runs = [] if paths else [run for run in live_runs() if run.status().state is not State.LOST] or live_runs()
        for path in paths:
            self._open(path)
        for run in runs:
            self._take_up(run)
        if not self.windows:
            self.open_window(sessions.empty(self.catalogue, self.journals))
        QTimer.singleShot(0, self, self.offer_recovery)

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
        file = Path(run.job.project) if run.job.project else None
        try:
            if file is not None and file.exists():
                session = sessions.opened(file, self.catalogue, self.journals)
            else:
                session = sessions.begun(run.project_text(), self.catalogue, self.journals, run.name)
        except (ProjectError, OSError):
            return
        self.open_window(session).training.watch(run)

    def offer_recovery(self) -> None:
        """Offer work that a crash left behind."""
        from graph.journal import recoverable

        lost = recoverable(self.journals)
        if not lost:
            return
        from designer.dialogs.recovery import RecoveryDialog

        dialog = RecoveryDialog(lost, self.theme, self.windows[0] if self.windows else None)
        dialog.recovered.connect(self._recover)
        dialog.exec()

    def _recover(self, lost: object) -> None:
        from graph.journal import Lost

        assert isinstance(lost, Lost)
        document = lost.document(self.catalogue)
        session = Session(document, self.journals, path=lost.path, dirty=True)
        window = next((w for w in self.windows if w.session.blank), None)
        if window is not None:
            window.show_session(session)
        else:
            self.open_window(session)

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

    def _tell(self, question: dict[str, object], facts: dict[str, object]) -> None:
        for session in self._attended:
            session.reading.tell(question, facts)

    # --- look

    def set_dark(self, dark: bool) -> None:
        self.preferences.look = "dark" if dark else "light"

    def _wants_dark(self) -> bool:
        from PySide6.QtCore import Qt

        if self.preferences.look != "system":
            return self.preferences.look == "dark"
        return QGuiApplication.styleHints().colorScheme() != Qt.ColorScheme.Light

    def _follow_preference(self, name: str) -> None:
        if name == "look":
            self.theme.set_dark(self._wants_dark())


def main(arguments: list[str]) -> int:
    """Open the designer with the files that are named; answers the exit code."""
    qt = QApplication.instance() or QApplication([sys.argv[0]])
    assert isinstance(qt, QApplication)
    qt.setApplicationName("Neuroloom")
    qt.setDesktopFileName("neuroloom")
    application = Application(qt)
    application.start([Path(argument) for argument in arguments])
    return qt.exec()
