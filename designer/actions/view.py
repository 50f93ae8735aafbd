"""The View menu."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence

from designer import asking, panes
from designer.actions.action import Action, drawn, pieces_chosen

if TYPE_CHECKING:
    from designer.window import Window

Key = QKeySequence.StandardKey


def _to_canvas(window: Window) -> None:
    """Put the keyboard there; on the canvas already, open the selected block."""
    if not window.view.hasFocus() or not window.view.blocks.enter():
        window.view.setFocus()


def _to_map(window: Window) -> None:
    """Put the keyboard on the map, if it can be seen."""
    if window.view.overlays.minimap.isVisible():
        window.view.overlays.minimap.setFocus()


def turning(name: str) -> Callable[[Window], object]:
    """Turns a switch of the canvas."""
    return lambda window: window.shell.manner.turn(name)


def turned(name: str) -> Callable[[Window], bool]:
    """Whether a switch of the canvas is on."""
    return lambda window: window.shell.manner.on(name)


def _turn_contrast(window: Window) -> None:
    """High contrast, or the look of the system again."""
    preferences = window.shell.preferences
    preferences.look = "system" if window.shell.theme.tone == "contrast" else "contrast"


def several(window: Window) -> bool:
    """More than one drawing is open in the window."""
    return len(window.tabs) > 1


ACTIONS = (
    Action("zoom-in", "Zoom &in", lambda window: window.view.camera.zoom_in(), (Key.ZoomIn, "Ctrl+=")),
    Action("zoom-out", "Zoom &out", lambda window: window.view.camera.zoom_out(), (Key.ZoomOut,)),
    Action("actual-size", "&Actual size", lambda window: window.view.camera.actual_size(), ("Ctrl+1",)),
    Action("fit", "&Fit all", lambda window: window.view.camera.fit(), ("Ctrl+0", "F"), drawn),
    Action(
        "fit-selection", "Fit &selection", lambda window: window.view.camera.fit_selection(), ("Ctrl+2", "Shift+F"),
        pieces_chosen,
    ),
    None,
    Action("commands", "All co&mmands…", asking.commands, ("Ctrl+Shift+P",)),
    Action("find-kind", "&Find a kind", lambda window: window.panels.find_kind(), ("Ctrl+K",)),
    Action("show-curves", "&Curves", lambda window: window.panels.show("curves"), ("Alt+1",)),
    Action("show-samples", "P&ictures", lambda window: window.panels.show("samples"), ("Alt+5",)),
    Action("show-problems", "&Problems", lambda window: window.panels.show("problems"), ("Alt+2",)),
    Action("show-code", "Co&de", lambda window: window.panels.show("code"), ("Alt+3",)),
    Action("show-runs", "&Runs", lambda window: window.panels.show("runs"), ("Alt+4",)),
    Action("show-history", "Histor&y", lambda window: window.panels.show("history"), ("Alt+6",)),
    Action("canvas", "&Go to the canvas", _to_canvas, ("Ctrl+Return",)),
    Action("next-part", "Ne&xt part of the window", lambda window: panes.step(window, 1), ("F6",)),
    Action("last-part", "Last part of the &window", lambda window: panes.step(window, -1), ("Shift+F6",)),
    None,
    Action("next-drawing", "&Next drawing", lambda window: window.tabs.go(1), ("Ctrl+Tab", "Ctrl+PgDown"), several),
    Action(
        "previous-drawing", "Previous dra&wing", lambda window: window.tabs.go(-1), ("Ctrl+Shift+Tab", "Ctrl+PgUp"),
        several,
    ),
    Action(
        "part", "&Move to a window of its own", lambda window: window.tabs.part(window.tabs.current), when=several
    ),
    None,
    Action(
        "only-canvas", "Only the can&vas", lambda window: window.panels.toggle_only_canvas(), ("F11",),
        checked=lambda window: window.panels.only_canvas,
    ),
    Action("show-grid", "Show the &grid", turning("grid"), ("Ctrl+'",), checked=turned("grid")),
    Action("snap", "S&nap to the grid", turning("snap"), ("Ctrl+Shift+'",), checked=turned("snap")),
    Action("guides", "Snap to other no&des", turning("guides"), checked=turned("guides")),
    Action("emphasis", "Highlight what is up- and do&wnstream", turning("emphasis"), checked=turned("emphasis")),
    Action("minimap", "&Map of the drawing", turning("minimap"), ("M",), checked=turned("minimap"), canvas=True),
    Action("to-minimap", "Go to the ma&p", _to_map, ("Shift+M",), canvas=True),
    None,
    Action("restore", "Restore all pane&ls", lambda window: window.panels.restore()),
    Action(
        "dark", "Dar&k", lambda window: window.shell.set_dark(not window.shell.theme.dark), ("Ctrl+Shift+D",),
        checked=lambda window: window.shell.theme.tone == "dark",
    ),
    Action("contrast", "High c&ontrast", _turn_contrast, checked=lambda window: window.shell.theme.tone == "contrast"),
)  # fmt: skip
