"""What this user wires to what: counted in a file of the state folder, which stays on this machine."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from graph.counts import Counts, End
from graph.files import FileError, replace_file
from runtime.assets import FOLDER

MOST = 20_000
"""Wires beyond which older habits fade: all counts are halved."""


class Habits:
    """Counts of this user (`own`) and of the drawings that come along (`often`), read when they are first asked for."""

    def __init__(self, path: Path | None = None) -> None:
        """Without a path nothing is kept beyond this object."""
        self.path = path

    @cached_property
    def often(self) -> Counts:
        return _read(FOLDER / "usual.txt")

    @cached_property
    def own(self) -> Counts:
        return _read(self.path) if self.path is not None else Counts()

    def add(self, source: End, target: End) -> None:
        """The user has drawn such a wire."""
        self.own.add(source, target)
        if self.own.wires.total() > MOST:
            halved = {pair: times // 2 for pair, times in self.own.wires.items() if times > 1}
            self.own.wires.clear()
            self.own.wires.update(halved)
        if self.path is None:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(self.path, self.own.text().encode())
        except (OSError, FileError):
            pass  # a habit that is not kept is no reason to stop anyone


def _read(path: Path) -> Counts:
    try:
        return Counts.parse(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return Counts()
