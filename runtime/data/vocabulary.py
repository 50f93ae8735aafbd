"""Texts as whole numbers: how a text is cut into tokens, and which number each has."""

from __future__ import annotations

import importlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from runtime.data.table import DataError

SHIPPED = Path(__file__).resolve().parents[2] / "assets" / "texts"
"""Texts that come with the program, with their licence beside them."""

WORD = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")
"""A word with what an apostrophe joins to it, or a single mark."""

UNKNOWN = "unknown"
MOST_BYTES = 50_000_000


def open_text(path: Path) -> str:
    """The text of a file; line ends are one character. Raises DataError that names the file, and the line."""
    if path.is_dir():
        raise DataError(f"{path.name} is a folder, not a text.")
    try:
        if path.stat().st_size > MOST_BYTES:
            raise DataError(f"{path.name} has more than {MOST_BYTES // 1_000_000} MB: train on a part of it.")
        raw = path.read_bytes()
    except FileNotFoundError:
        raise DataError(f"There is no file {path}.") from None
    except (OSError, ValueError) as error:
        raise DataError(f"{path.name} cannot be read: {getattr(error, 'strerror', None) or error}.") from error
    text = _decode(path, raw).replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise DataError(f"{path.name} is empty.")
    return text


def text_of(kind: Any, base: Path) -> str:
    """The text of a kind: its file, or one of those that need none. Raises DataError."""
    if kind.path:
        text = open_text(base / kind.path)
    elif kind.shipped == "manual":
        topics = importlib.import_module("pydoc_data.topics").topics
        text = "\n\n".join(topics[name].strip() for name in sorted(topics))
    else:
        text = open_text(SHIPPED / "stories.txt")
    return text.lower() if kind.lower else text


def _decode(path: Path, raw: bytes) -> str:
    encoding = "utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise DataError(
            f"{path.name} is no readable text: line {line} has a byte (0x{raw[error.start]:02x}) that is not UTF-8. "
            "Save the file as UTF-8."
        ) from error


def words_of(text: str) -> list[str]:
    """Words and marks in their order, in small letters."""
    return WORD.findall(text.lower())


def chosen(tokens: Iterable[str], most: int, reserved: Sequence[str]) -> tuple[str, ...]:
    """The vocabulary: reserved names first, then the most frequent tokens; those equally frequent by alphabet."""
    ranked = sorted(Counter(tokens).items(), key=lambda item: (-item[1], item[0]))
    return (*reserved, *(token for token, _ in ranked[: most - len(reserved)]))


def numbered(vocabulary: Sequence[str], first: int) -> Mapping[str, int]:
    """Each token's number; the `first` ones are reserved and stand for no token of a text."""
    return {token: number for number, token in enumerate(vocabulary) if number >= first}


def said(error: DataError) -> dict[str, Any]:
    """An error as the answer to a question."""
    return {"error": str(error)}
