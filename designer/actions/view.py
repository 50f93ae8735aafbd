"""The View menu."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence

from designer.actions.action import Action

if TYPE_CHECKING:
    from designer.window import Window

KEY = QKeySequence.StandardKey
PANELS = (
    ("palette", "Palette"),
    ("inspector", "Inspector"),
    ("curves", "Curves"),
    ("problems", "Problems"),
    ("code", "Code"),
    ("runs", "Runs"),
)


def _shows(name: str) -> Callable[[Window], bool]:
    return lambda window: window.docks.shows(name)


def _toggles(name: str) -> Callable[[Window], object]:
    return lambda window: window.docks.toggle(name)


def _look(name: str) -> Callable[[Window], object]:
    return lambda window: window.desk.set_look(name)


def _looks(name: str) -> Callable[[Window], bool]:
    return lambda window: window.desk.preferences.look == name


VIEW = (
    Action("zoom_in", "Zoom in", lambda window: window.view.camera.zoom_in(), (KEY.ZoomIn, "Ctrl+=")),
    Action("zoom_out", "Zoom out", lambda window: window.view.camera.zoom_out(), (KEY.ZoomOut,)),
    Action("actual_size", "Actual size", lambda window: window.view.camera.actual_size(), ("Ctrl+1",)),
    Action("fit", "Fit everything", lambda window: window.view.camera.fit(), ("Ctrl+0",)),
    Action("fit_selection", "Zoom to selection", lambda window: window.view.camera.fit_selection(), ("Ctrl+2",),
           when=lambda window: window.selected),
    *(
        Action(f"show_{name}", title, _toggles(name), (f"Alt+{at}",), checked=_shows(name), begins=at == 1)
        for at, (name, title) in enumerate(PANELS, 1)
    ),
    Action("restore", "Restore panels", lambda window: window.docks.restore()),
    Action("canvas_only", "Canvas only", lambda window: window.docks.toggle_alone(), ("F11",),
           checked=lambda window: window.docks.alone),
    Action("look_system", "Look of the system", _look("system"), checked=_looks("system"), begins=True),
    Action("look_dark", "Dark", _look("dark"), checked=_looks("dark")),
    Action("look_light", "Light", _look("light"), checked=_looks("light")),
)  # fmt: skip
