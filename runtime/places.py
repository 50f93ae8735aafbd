"""Where run folders lie: beside the project, or, for a drawing without a file, in the user's own state folder."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
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


def studies_folder(project: Path | None) -> Path:
    """The folder that holds the studies of a project, beside its runs."""
    return runs_folder(project).with_name("studies")


def new_run_folder(project: Path | None, stem: str | None = None) -> Path:
    """Makes the next free `runs/<stem>-<NNN>` beside the project or, where that is read-only, in the state folder."""
    return _made(runs_folder, project, stem or _stem(project))


def new_study_folder(project: Path | None, study: str) -> Path:
    """Makes the next free `studies/<stem>-<study>-<NNN>`, likewise."""
    return _made(studies_folder, project, f"{_stem(project)}-{study}")


def _stem(project: Path | None) -> str:
    return project.stem if project else "untitled"


def _made(folder: Callable[[Path | None], Path], project: Path | None, stem: str) -> Path:
    try:
        return _next(folder(project), _safe(stem))
    except PermissionError:
        return _next(folder(None), _safe(stem))


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
