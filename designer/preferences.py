"""What the program remembers between starts: look, recent files, geometry of windows; each is declared here."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

Look = Literal["system", "dark", "light", "contrast"]
Motion = Literal["system", "full", "reduced"]
RECENT = 12


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its key in the store, its type and what it is before anybody chose."""

    key: str
    default: Any


SETTINGS = {
    "look": Setting("look", "system"),
    "motion": Setting("motion", "system"),
    "reopen": Setting("reopen", True),
    "open": Setting("window/open", "[]"),
    "recent": Setting("recent", ()),
    "geometry": Setting("window/geometry", QByteArray()),
    "docks": Setting("window/docks", QByteArray()),
    "folder": Setting("folder", ""),
    "closed_families": Setting("palette/closed", ()),
    "keys": Setting("keys", "{}"),
    "grid": Setting("canvas/grid", True),
    "guides": Setting("canvas/guides", True),
    "snap": Setting("canvas/snap", False),
    "emphasis": Setting("canvas/emphasis", True),
    "minimap": Setting("canvas/minimap", True),
    "rows": Setting("canvas/rows", True),
    "used": Setting("commands/used", ()),
}


class Preferences(QObject):
    """Reads and writes the settings; `changed` carries the name of the one that was written."""

    changed = Signal(str)

    def __init__(self, file: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = QSettings(str(file), QSettings.Format.IniFormat) if file else QSettings("Neuroloom", "Neuroloom")

    @property
    def look(self) -> Look:
        value = self._store.value(SETTINGS["look"].key, "system")
        return value if value in ("system", "dark", "light", "contrast") else "system"

    @look.setter
    def look(self, look: Look) -> None:
        self._write("look", look)

    @property
    def motion(self) -> Motion:
        """Whether things may move on screen."""
        value = self._store.value(SETTINGS["motion"].key, "system")
        return value if value in ("system", "full", "reduced") else "system"

    @motion.setter
    def motion(self, motion: Motion) -> None:
        self._write("motion", motion)

    @property
    def open_drawings(self) -> list[list[Path]]:
        """The files that were open when the program ended, those of each window in their order; the first is shown."""
        try:
            read = json.loads(str(self._store.value(SETTINGS["open"].key, "[]")))
        except ValueError:
            return []
        return (
            [[Path(str(path)) for path in row] for row in read if isinstance(row, list)]
            if isinstance(read, list)
            else []
        )

    @open_drawings.setter
    def open_drawings(self, value: Sequence[Sequence[Path]]) -> None:
        self._write("open", json.dumps([[str(path) for path in row] for row in value if row]))

    @property
    def geometry(self) -> QByteArray:
        return self._bytes("geometry")

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._write("geometry", value)

    @property
    def docks(self) -> QByteArray:
        return self._bytes("docks")

    @docks.setter
    def docks(self, value: QByteArray) -> None:
        self._write("docks", value)

    @property
    def folder(self) -> str:
        """The folder where files were last opened or saved."""
        return str(self._store.value(SETTINGS["folder"].key, ""))

    @folder.setter
    def folder(self, value: str) -> None:
        self._write("folder", value)

    @property
    def closed_families(self) -> set[str]:
        """Families of the palette that the user has folded."""
        return set(self._list("closed_families"))

    @closed_families.setter
    def closed_families(self, value: set[str]) -> None:
        self._write("closed_families", sorted(value))

    @property
    def keys(self) -> dict[str, tuple[str, ...]]:
        """Keys that the user has given to actions, by the action's id; what cannot be read is none."""
        try:
            read = json.loads(str(self._store.value(SETTINGS["keys"].key, "{}")))
        except ValueError:
            return {}
        found = read.items() if isinstance(read, dict) else ()
        return {id: tuple(str(key) for key in keys) for id, keys in found if isinstance(keys, list)}

    @keys.setter
    def keys(self, value: Mapping[str, Sequence[str]]) -> None:
        self._write("keys", json.dumps({id: list(keys) for id, keys in sorted(value.items())}))

    @property
    def recent(self) -> list[Path]:
        """Files that were open lately, the last one first."""
        return [Path(text) for text in self._list("recent")]

    def note_recent(self, path: Path) -> None:
        """Put a file at the head of the recent ones."""
        path = path.absolute()
        kept = [path, *(known for known in self.recent if known != path)][:RECENT]
        self._write("recent", [str(known) for known in kept])

    def forget_recent(self, path: Path) -> None:
        self._write("recent", [str(known) for known in self.recent if known != path])

    def flag(self, name: str) -> bool:
        """A setting that is on or off."""
        value = self._store.value(SETTINGS[name].key, SETTINGS[name].default)
        return value if isinstance(value, bool) else str(value).lower() == "true"

    def set_flag(self, name: str, on: bool) -> None:
        self._write(name, on)

    @property
    def used(self) -> list[str]:
        """What was lately done from the list of commands, the last one first."""
        return self._list("used")

    def note_used(self, command: str) -> None:
        self._write("used", [command, *(known for known in self.used if known != command)][:RECENT])

    def _list(self, name: str) -> list[str]:
        value = self._store.value(SETTINGS[name].key, [])
        if isinstance(value, str):
            return [value] if value else []
        return [str(item) for item in value] if isinstance(value, (list, tuple)) else []

    def _bytes(self, name: str) -> QByteArray:
        value = self._store.value(SETTINGS[name].key, QByteArray())
        return value if isinstance(value, QByteArray) else QByteArray()

    def _write(self, name: str, value: Any) -> None:
        self._store.setValue(SETTINGS[name].key, value)
        self.changed.emit(name)
