"""A tab that is dragged out of its row: into another window, or into one of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication

from designer.panels.tab_bar import OWN

if TYPE_CHECKING:
    from designer.window import Window


def let_go(window: Window, at: int, place: QPoint) -> None:
    """A tab was let go outside of its row: over another window it joins that one."""
    window.tabs.part(list(window.tabs)[at], _other_at(window, place))


def landing(window: Window, place: QPoint) -> str:
    """What letting a tab go at a place of the screen would do."""
    other = _other_at(window, place)
    if other is not None:
        return f"Let go: into the window of {other.session.name}"
    return OWN if len(window.tabs) > 1 else "Let go over another window to move it there"


def _other_at(window: Window, place: QPoint) -> Window | None:
    """Another window of the program at a place of the screen."""
    under = QApplication.widgetAt(place)
    found = under.window() if under is not None else None
    return next((known for known in window.shell.windows if known is not window and known is found), None)
