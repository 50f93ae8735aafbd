"""`neuroloom trust FILE`: lets the code in a Python file run, after showing it; a changed file is locked again."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from runtime import trust
from runtime.commands.command import GOOD, WRONG_DRAWING, Stop, complain, emit, say, verb


def add(verbs: Any) -> None:
    parser = verb(verbs, "trust", "let a Python file run in drawings; a changed file is locked again", do)
    parser.add_argument("file", type=Path, metavar="FILE", help="the Python file that a PyTorchModule names")
    parser.add_argument("--yes", action="store_true", help="do not show it and ask; for scripts")
    parser.add_argument("--forget", action="store_true", help="lock it again")


def do(given: argparse.Namespace) -> int:
    """Shows the file and asks, unless `--yes`. Without somebody to ask nothing is trusted."""
    path: Path = given.file.absolute()
    try:
        content = trust.read(path)
    except trust.NotRead as error:
        raise Stop(WRONG_DRAWING, str(error)) from error
    if given.forget:
        trust.forget(content)
        return _tell(given, path, trusted=False)
    if not given.yes and not trust.is_trusted(content) and not _agreed(path, content):
        complain(f"{path.name} stays locked.")
        return WRONG_DRAWING
    trust.trust(content, path)
    return _tell(given, path, trusted=True)


def _agreed(path: Path, content: bytes) -> bool:
    if not sys.stdin.isatty():
        raise Stop(WRONG_DRAWING, f"Nobody can be asked whether to trust {path.name} here: read it, then add --yes.")
    say(trust.shown(content))
    say(f"This is all of {path}. It can do whatever you can do on this computer.")
    return input("Trust exactly this? Type yes: ").strip().casefold() == "yes"


def _tell(given: argparse.Namespace, path: Path, *, trusted: bool) -> int:
    if given.json:
        emit("trust", file=str(path), trusted=trusted)
    else:
        say(f"{path.name} is trusted as it is now." if trusted else f"{path.name} is locked.")
    return GOOD
