"""The composition root: puts preferences, vocabulary, recovery and windows together, and runs the program."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from designer import icons
from designer.desk import Desk
from designer.preferences import Preferences
from graph.catalogue import standard
from runtime.places import state_folder


def main(argv: Sequence[str]) -> int:
    """Open the designer with the files that are named; answers the exit code."""
    application = QApplication.instance() or QApplication([sys.argv[0]])
    assert isinstance(application, QApplication)
    application.setApplicationName("Neuroloom")
    application.setOrganizationName("Neuroloom")
    application.setApplicationDisplayName("")
    desk = open_desk(state_folder())
    application.setWindowIcon(icons.icon("logo", desk.theme.accent))
    wrong = open_files(desk, [Path(name) for name in argv])
    QTimer.singleShot(0, desk, lambda: after_start(desk, wrong))
    return application.exec()


def open_desk(folder: Path) -> Desk:
    """A desk that keeps its preferences and journals in a folder."""
    return Desk(standard(), Preferences(folder / "preferences.ini"), folder / "journals")


def open_files(desk: Desk, paths: Sequence[Path]) -> list[str]:
    """A window for each file, or an empty one; answers the sentences for files that cannot be opened."""
    wrong = [sentence for path in paths if (sentence := desk.open(path))]
    if not desk.windows:
        desk.begin_blank()
    return wrong


def after_start(desk: Desk, wrong: Sequence[str]) -> None:
    """What can wait until something is to be seen: bad news, and work that a crash left behind."""
    from designer.recovery import offer

    for sentence in wrong:
        QMessageBox.warning(desk.windows[0], "Neuroloom", sentence)
    offer(desk)
