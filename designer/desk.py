"""What all windows share: look, preferences, the vocabulary, questions to files; and the list of windows itself."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication

from designer import session as sessions
from designer import styles
from designer.preferences import Look, Preferences
from designer.session import Session
from designer.theme import Theme
from graph.catalogue import Catalogue
from graph.project import ProjectError

if TYPE_CHECKING:
    from designer.window import Window
    from runtime.facts import Facts


class Desk(QObject):
    """Opens, lists and closes windows."""

    answered = Signal(object, object)

    def __init__(self, catalogue: Catalogue, preferences: Preferences, journals: Path) -> None:
        super().__init__()
        self.catalogue, self.preferences, self.journals = catalogue, preferences, journals
        self.theme = Theme(self._dark(), self)
        self.windows: list[Window] = []
        self._facts: Facts | None = None
        self.answered.connect(self._tell, Qt.ConnectionType.QueuedConnection)
        self.theme.changed.connect(self._dress)
        self._dress()
        application().styleHints().colorSchemeChanged.connect(self._follow_system)

    # --- windows

    def new(self, window: Window | None = None) -> Window:
        """A new, empty drawing; in a window that shows nothing, there."""
        if window is not None and window.session.blank:
            window.show_canvas()
            return window
        fresh = self._show(sessions.empty(self.catalogue, self.journals))
        fresh.show_canvas()
        return fresh

    def begin_blank(self) -> Window:
        """A window with nothing on it, which greets with templates and recent files."""
        return self._show(sessions.empty(self.catalogue, self.journals))

    def open(self, path: Path, window: Window | None = None) -> str:
        """Open a file; answers the sentence that says why not, or nothing. An open one comes to the front."""
        path = path.absolute()
        known = next((one for one in self.windows if one.session.path == path), None)
        if known is not None:
            known.activateWindow()
            known.raise_()
            return ""
        try:
            session = sessions.opened(path, self.catalogue, self.journals)
        except ProjectError as error:
            return str(error)
        self.preferences.note_recent(path)
        self.preferences.folder = str(path.parent)
        self._show(session, window)
        return ""

    def begin(self, text: str, name: str, window: Window | None = None) -> Window:
        """A new drawing without a file, from the text of a project."""
        return self._show(sessions.begun(text, self.catalogue, self.journals, name), window)

    def recover(self, session: Session, window: Window | None = None) -> Window:
        """A window for a session that was put together again after a crash."""
        return self._show(session, window)

    def forget(self, window: Window) -> None:
        """A window was closed."""
        if window in self.windows:
            self.windows.remove(window)
        if not self.windows:
            self.close()

    def quit(self) -> None:
        """Close every window; one that says no keeps the program going."""
        for window in list(self.windows):
            if not window.close():
                return

    def close(self) -> None:
        """The last window is gone."""
        if self._facts is not None:
            self._facts.close()
            self._facts = None

    def _show(self, session: Session, window: Window | None = None) -> Window:
        from designer.window import Window

        session.reading.asked.connect(self.ask)
        for question in session.reading.open_questions():
            self.ask(question)
        if window is not None and window.session.blank:
            window.take(session)
            return window
        fresh = Window(self, session)
        self.windows.append(fresh)
        if len(self.windows) > 1:
            fresh.move(self.windows[-2].pos() + fresh.rect().topLeft())
        fresh.show()
        return fresh

    # --- facts

    def ask(self, question: Mapping[str, Any]) -> None:
        """Have the helper process look at a file; the answer reaches every drawing."""
        from runtime.facts import Facts

        if self._facts is None:
            self._facts = Facts(self.answered.emit)
        self._facts.ask(question)

    def _tell(self, question: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        for window in self.windows:
            window.session.reading.tell(question, answer)

    # --- look

    def set_look(self, look: Look) -> None:
        self.preferences.look = look
        self.theme.set_dark(self._dark())

    def _follow_system(self, _: Qt.ColorScheme) -> None:
        if self.preferences.look == "system":
            self.theme.set_dark(self._dark())

    def _dark(self) -> bool:
        look = self.preferences.look
        if look == "system":
            return application().styleHints().colorScheme() != Qt.ColorScheme.Light
        return look == "dark"

    def _dress(self) -> None:
        styles.apply(application(), self.theme)


def application() -> QApplication:
    """The running program."""
    found = QApplication.instance()
    assert isinstance(found, QApplication)
    return found
