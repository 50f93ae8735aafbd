"""Goes with the keyboard from one part of a window to the next: canvas, inspector, what is below, the list of kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget

from designer.panels.palette import Palette

if TYPE_CHECKING:
    from designer.window import Window

ORDER = ("inspector", "curves", "samples", "problems", "code", "runs", "history", "palette")
"""The docks in the order in which they are gone through, behind what stands in the middle."""
BY_TAB = Qt.FocusPolicy.TabFocus
REASON = Qt.FocusReason.TabFocusReason


def step(window: Window, by: int) -> None:
    """Go on by so many parts, those that can be seen; within a part, to where one was the last time."""
    panes = _panes(window)
    focused = QApplication.focusWidget()
    holding = (at for at, pane in enumerate(panes) if focused and (pane is focused or pane.isAncestorOf(focused)))
    here = next(holding, -by % len(panes))
    for away in range(1, len(panes) + 1):
        if _enter(window, panes[(here + by * away) % len(panes)]):
            return


def _panes(window: Window) -> list[QWidget]:
    """The parts that can be seen. A dock behind another's tab is no part by itself."""
    middle = window.tabs.stack.currentWidget()
    docks = [window.panels.docks[name] for name in ORDER]
    seen = [dock.widget() for dock in docks if dock.isVisible() and (dock.isFloating() or _lies_in(window, dock))]
    return [pane for pane in (middle, *seen, window.header) if pane is not None]


def _lies_in(window: Window, dock: QWidget) -> bool:
    """Qt puts what is behind another tab far outside of the window."""
    return window.rect().intersects(dock.geometry())


def _enter(window: Window, pane: QWidget) -> bool:
    """Put the keyboard into a part; False if nothing there takes it."""
    if pane is window.page:
        window.view.setFocus(REASON)
        return True
    if isinstance(pane, Palette):
        pane.focus_search()
        return True
    before = pane.focusWidget()
    found = before if before is not None and before is not pane and _takes(before) else _first(pane)
    if found is None:
        return False
    found.setFocus(REASON)
    return True


def _first(pane: QWidget) -> QWidget | None:
    """What stands first in a part of all that Tab reaches there; the part itself if nothing in it does."""
    found = [widget for widget in pane.findChildren(QWidget) if _takes(widget)]
    return min(found, key=lambda widget: _place(widget, pane), default=pane if _takes(pane) else None)


def _place(widget: QWidget, pane: QWidget) -> tuple[int, int]:
    at = widget.mapTo(pane, QPoint())
    return at.y(), at.x()


def _takes(widget: QWidget) -> bool:
    by_tab = widget.focusPolicy() & BY_TAB == BY_TAB
    return by_tab and widget.isVisible() and widget.isEnabled() and widget.focusProxy() is None
