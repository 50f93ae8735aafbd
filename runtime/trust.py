"""Which files of Python code the user has said to trust, by their very content; kept outside of all drawings."""

from __future__ import annotations

import hashlib
import io
import json
import stat
import time
import tokenize
from pathlib import Path

from runtime.places import state_folder
from runtime.protocol import read_json, write_text

LARGEST = 1_000_000
"""Bytes that a file of own code may have."""


class NotRead(Exception):
    """A file that cannot be read, as a sentence."""


def read(path: Path) -> bytes:
    """The content of a file of Python code. Raises NotRead."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # opening a pipe would wait for ever
            raise NotRead(f"{path.name} is no file.")
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise NotRead(f"There is no file {path.name} in {path.parent}.") from None
    except (OSError, ValueError) as error:
        raise NotRead(f"{path.name} cannot be read: {getattr(error, 'strerror', None) or error}.") from None
    if len(content) > LARGEST:
        raise NotRead(f"{path.name} is larger than {LARGEST:,} bytes, which is no code that somebody has read.")
    if not _is_utf8(content):
        raise NotRead(f"{path.name} is no text in UTF-8, so it cannot be shown as what it is.")
    return content


def _is_utf8(content: bytes) -> bool:
    """Whether Python would read it as UTF-8: a comment in it can name another encoding, which would hide code."""
    try:
        named, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        content.decode("utf-8")
    except (SyntaxError, UnicodeDecodeError):
        return False
    return named in ("utf-8", "utf-8-sig")


def text(content: bytes) -> str:
    """The text that is shown and that is run."""
    return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")


def shown(content: bytes) -> str:
    """The text with every sign that cannot be seen, or that turns the direction of others, written out."""
    return "".join(sign if sign.isprintable() or sign in "\n\t" else f"\\u{ord(sign):04x}" for sign in text(content))


def digest(content: bytes) -> str:
    """What stands for a content: any change makes it another one."""
    return hashlib.sha256(content).hexdigest()


def is_trusted(content: bytes) -> bool:
    """Whether the user has said that exactly this content may run."""
    return _note(content).exists()


def trust(content: bytes, path: Path) -> None:
    """Remember that this content may run; `path` is where it was seen. Raises OSError."""
    _folder().mkdir(parents=True, exist_ok=True)
    note = {"path": str(path), "when": time.strftime("%Y-%m-%d %H:%M:%S")}
    write_text(_note(content), json.dumps(note) + "\n", durable=True)


def forget(content: bytes) -> bool:
    """Lock a content again; False if it was not trusted. Raises OSError."""
    was = is_trusted(content)
    _note(content).unlink(missing_ok=True)
    return was


def was_trusted_before(path: Path) -> bool:
    """Whether another content of a file at this path was trusted: the file has changed since."""
    folder = _folder()
    notes = folder.iterdir() if folder.is_dir() else ()
    return any(isinstance(found := read_json(note), dict) and found.get("path") == str(path) for note in notes)


def locked(path: Path) -> str:
    """The sentence for a file that is not trusted."""
    why = "has changed since it was trusted" if was_trusted_before(path) else "holds code that could do anything"
    return f"{path.name} is locked, because it {why}: read it, and trust it if you know what it does."


def _folder() -> Path:
    return state_folder() / "trusted"


def _note(content: bytes) -> Path:
    return _folder() / digest(content)
