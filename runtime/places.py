"""Where run folders lie: beside the project, or, for a drawing without a file, in the user's own state folder."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

STATE_VARIABLE = "NEUROLOOM_STATE"
"""An environment variable that moves everything the program keeps for itself."""


def state_folder() -> Path:
    """Where the program keeps what belongs to this user and machine; it need not exist yet."""
    moved = os.environ.get(STATE_VARIABLE)
    if moved:
        return Path(moved)
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "Neuroloom"
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "Neuroloom"
    return Path(os.environ.get("XDG_STATE_HOME") or home / ".local" / "state") / "neuroloom"


def runs_folder(project: Path | None) -> Path:
    """The folder that holds the runs of a project; of None: those of drawings that have no file."""
    return (project.absolute().parent if project else state_folder()) / "runs"


def new_run_folder(project: Path | None, stem: str | None = None) -> Path:
    """Makes the next free `runs/<stem>-<NNN>` beside the project or, where that is read-only, in the state folder."""
    name = _safe(stem or (project.stem if project else "untitled"))
    try:
        return _next(runs_folder(project), name)
    except PermissionError:
        return _next(runs_folder(None), name)


def _next(parent: Path, stem: str) -> Path:
    parent.mkdir(parents=True, exist_ok=True)
    number = 1 + max((_number(entry.name, stem) for entry in parent.iterdir()), default=0)
    while True:
        folder = parent / f"{stem}-{number:03d}"
        try:
            folder.mkdir()
            return folder
        except FileExistsError:
            number += 1


def _number(entry: str, stem: str) -> int:
    found = re.fullmatch(re.escape(stem) + r"-(\d{1,9})", entry)
    return int(found[1]) if found else 0


def _safe(stem: str) -> str:
    """A name that every file system takes."""
    return re.sub(r"[^\w.-]+", "-", stem).strip("-.")[:80] or "untitled"
