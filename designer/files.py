"""Opening, saving and closing the drawings of a window, with the questions that this takes."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QMessageBox

from designer import session as sessions
from designer.session import Session
from graph.project import ProjectError
from runtime.assets import template

if TYPE_CHECKING:
    from designer.tab import Tab
    from designer.window import Window

FILTER = "Neuroloom drawings (*.loom)"
SUFFIX = ".loom"


class Files:
    """What the File menu does in one window. The `ask_…` methods open dialogs; the others need none."""

    def __init__(self, window: Window) -> None:
        self.window, self.shell = window, window.shell

    @property
    def session(self) -> Session:
        return self.window.session

    # --- opening

    def new(self) -> None:
        """An empty canvas."""
        self.window.tabs.open(self._empty())
        self.window.tabs.show_canvas()

    def new_window(self) -> None:
        """An empty canvas in a window of its own."""
        self.shell.open_window(self._empty()).tabs.show_canvas()

    def show_start(self) -> None:
        """The start page, with templates and recent files."""
        if not self.session.blank:
            self.window.tabs.open(self._empty())
        self.window.tabs.show_start()

    def _empty(self) -> Session:
        return sessions.empty(self.shell.catalogue, self.shell.journals, self._unused("Untitled"))

    def _unused(self, name: str) -> str:
        """A name that no other drawing here has: `Untitled`, `Untitled 2`, …"""
        taken = {tab.session.name for window in self.shell.windows for tab in window.tabs if not tab.session.blank}
        names = (name if at == 1 else f"{name} {at}" for at in count(1))
        return next(candidate for candidate in names if candidate not in taken)

    def from_template(self, name: str) -> None:
        """A new drawing that begins as a template."""
        found = template(name)
        if found is not None:
            self.window.tabs.open(sessions.begun(found.text(), self.shell.catalogue, self.shell.journals, name))

    def ask_open(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self.window, "Open a drawing", self.shell.preferences.folder, FILTER)
        if chosen:
            self.open(Path(chosen))

    def open(self, path: Path, *, instead: bool = False) -> bool:
        """Open a file, perhaps in the place of the present drawing; one that is open already comes to the front.

        False, after a sentence, if it cannot be read.
        """
        if self.shell.raise_drawing(path):
            return True
        try:
            opened = sessions.opened(path, self.shell.catalogue, self.shell.journals)
        except (ProjectError, OSError) as error:
            self.tell("It could not be opened", str(error))
            self.shell.preferences.forget_recent(path)
            return False
        self.remember(path)
        present = self.window.tabs.current
        if not instead:
            self.window.tabs.open(opened)
        elif self.may_close(present):
            self.window.tabs.replace(present, opened)
        else:
            opened.close()
        return True

    # --- saving

    def save(self) -> bool:
        """Write the drawing to its file; asks for one where there is none."""
        return self._save(self.session.path) if self.session.path else self.save_as()

    def save_as(self) -> bool:
        start = self.session.path or Path(self.shell.preferences.folder or Path.home()) / f"{self.session.name}{SUFFIX}"
        chosen, _ = QFileDialog.getSaveFileName(self.window, "Save the drawing", str(start), FILTER)
        return bool(chosen) and self._save(Path(chosen).with_suffix(SUFFIX))

    def _save(self, path: Path) -> bool:
        try:
            self.session.save(path)
        except (ProjectError, OSError) as error:
            self.tell("It could not be saved", str(error))
            return False
        self.remember(path)
        return True

    def remember(self, path: Path) -> None:
        self.shell.preferences.note_recent(path.absolute())
        self.shell.preferences.folder = str(path.absolute().parent)

    # --- closing

    def may_close(self, tab: Tab) -> bool:
        """Whether a drawing may go: everything is saved, or the user does not want it."""
        if not tab.session.modified:
            return True
        self.window.tabs.show(tab)
        Button = QMessageBox.StandardButton
        answer = QMessageBox.question(
            self.window,
            "Save the drawing?",
            f"{tab.session.name} has changes that are not saved.{_training(tab)}",
            Button.Save | Button.Discard | Button.Cancel,
            Button.Save,
        )
        return self.save() if answer == Button.Save else answer == Button.Discard

    def tell(self, title: str, sentence: str) -> None:
        """Say what went wrong."""
        QMessageBox.warning(self.window, title, sentence)


def _training(tab: Tab) -> str:
    """What becomes of a training whose drawing is closed."""
    goes_on = "\n\nIts training goes on without the window, and the next start of Neuroloom takes it up again."
    return goes_on if tab.training.lives else ""
