"""Opening and saving from a window: dialogs, sentences for what goes wrong, and the question before work is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QMessageBox

if TYPE_CHECKING:
    from designer.window import Window

FILTER = "Neuroloom drawings (*.loom)"
SUFFIX = ".loom"


class Files:
    """The file commands of one window. The questions are attributes, so that a test can answer them."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self.ask_open: Callable[[], list[Path]] = self._ask_open
        self.ask_save: Callable[[Path], Path | None] = self._ask_save
        self.ask_lose: Callable[[str], str] = self._ask_lose
        self.tell: Callable[[str, str], object] = self._tell

    def open(self) -> None:
        """Ask for files and open each."""
        for path in self.ask_open():
            self.open_path(path)

    def open_path(self, path: Path) -> bool:
        """Open one file, here if nothing is drawn here, else in a window of its own."""
        wrong = self._window.desk.open(path, self._window)
        if wrong:
            self.tell("This file cannot be opened", wrong)
        return not wrong

    def save(self) -> bool:
        """Write the drawing to its file; asks for one where it has none."""
        path = self._window.session.path
        return self.save_as() if path is None else self._save(path)

    def save_as(self) -> bool:
        session = self._window.session
        folder = session.base or Path(self._window.desk.preferences.folder or Path.home())
        path = self.ask_save(folder / f"{session.name}{SUFFIX}")
        return path is not None and self._save(path)

    def may_close(self) -> bool:
        """Whether the window may go: asks if there is work that no file holds."""
        if not self._window.session.modified:
            return True
        match self.ask_lose(self._window.session.name):
            case "save":
                return self.save()
            case "discard":
                return True
        return False

    def _save(self, path: Path) -> bool:
        desk = self._window.desk
        try:
            self._window.session.save(path)
        except OSError as error:
            self.tell("The drawing could not be saved", f"{path} could not be written: {error.strerror or error}.")
            return False
        desk.preferences.note_recent(path)
        desk.preferences.folder = str(path.parent)
        return True

    # --- the questions themselves

    def _ask_open(self) -> list[Path]:
        folder = self._window.desk.preferences.folder or str(Path.home())
        chosen, _ = QFileDialog.getOpenFileNames(self._window, "Open", folder, f"{FILTER};;All files (*)")
        return [Path(name) for name in chosen]

    def _ask_save(self, proposed: Path) -> Path | None:
        chosen, _ = QFileDialog.getSaveFileName(self._window, "Save as", str(proposed), FILTER)
        if not chosen:
            return None
        path = Path(chosen)
        return path if path.suffix else path.with_suffix(SUFFIX)

    def _ask_lose(self, name: str) -> str:
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.NoIcon)
        box.setWindowTitle("Neuroloom")
        box.setText(f"Save the changes to {name}?")
        box.setInformativeText("Without saving, what you changed since the last save is lost.")
        button = QMessageBox.StandardButton
        box.setStandardButtons(button.Save | button.Discard | button.Cancel)
        box.setDefaultButton(button.Save)
        return {button.Save: "save", button.Discard: "discard"}.get(button(box.exec()), "cancel")

    def _tell(self, title: str, sentence: str) -> None:
        box = QMessageBox(self._window)
        box.setWindowTitle("Neuroloom")
        box.setText(title)
        box.setInformativeText(sentence)
        box.exec()
