"""How a canvas behaves by the user's choice: what it snaps to, what it shows beside the drawing."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from designer.preferences import SETTINGS, Preferences

SWITCHES = ("grid", "guides", "snap", "emphasis", "minimap", "rows")
"""Dots of the grid, lines between level nodes, snapping to the grid, what is up- and downstream is lit, the map; a
layout sets long chains in rows."""


class Manner(QObject):
    """Switches that all canvases share; `changed` tells that one was turned. Without preferences nothing is kept."""

    changed = Signal()

    def __init__(self, preferences: Preferences | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._on = {name: preferences.flag(name) if preferences else bool(SETTINGS[name].default) for name in SWITCHES}

    def on(self, name: str) -> bool:
        """Whether a switch is on."""
        return self._on[name]

    def turn(self, name: str, on: bool | None = None) -> None:
        """Turn a switch on or off; left out: the other way."""
        wanted = not self._on[name] if on is None else on
        if wanted == self._on[name]:
            return
        self._on[name] = wanted
        if self._preferences is not None:
            self._preferences.set_flag(name, wanted)
        self.changed.emit()
