"""Reads a table out of a text file: finds its encoding and separator, and says in a sentence where it cannot."""

from __future__ import annotations

import csv
import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from runtime.data.table import DataError
from runtime.words import size

SEPARATORS = ",;\t|"
HEAD = 65536
"""Bytes that are looked at to find the separator."""

MISSING = ["?"]
"""Marks of a missing cell, besides those that pandas knows (empty, NA, nan, null, …)."""

ROOM = 4
"""Times its size on the disk that a table may take in memory while it is read."""


@dataclass(frozen=True, slots=True)
class TextTable:
    """A table as it was found. `first` is the line of the file on which row 0 stands."""

    name: str
    frame: Any
    first: int
    messages: tuple[str, ...]

    def line(self, row: int) -> int:
        """The line of the file on which a row begins, lines inside of quoted cells counted."""
        words = self.frame.iloc[:row].select_dtypes(include=["object", "string"])
        inside = sum(int(words[name].astype(str).str.count("\n").sum()) for name in words)
        return self.first + row + inside


def open_table(path: Path, *, as_written: bool = False) -> TextTable:
    """The table in a file; its cells as texts, just as they stand there, if asked so. Raises DataError."""
    head = _head(path)
    encoding, messages = _encoding(path, head)
    text = head.decode(encoding, "ignore").removeprefix("\ufeff")
    blank = len(text) - len(text.lstrip("\r\n"))
    before = text[:blank].count("\n")
    separator = _separator(text[blank:])
    _check_header(path, text[blank:], separator)
    frame = _parse(path, encoding, separator, before, as_written=as_written)
    return _clean(path, frame, before + 2, messages)


def _head(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise DataError(f"{path.name} is a folder, not a table.")
        length = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(HEAD)
    except FileNotFoundError:
        raise DataError(f"There is no file {path}.") from None
    except (OSError, ValueError) as error:
        raise DataError(f"{path.name} cannot be read: {getattr(error, 'strerror', None) or error}.") from error
    if not head.strip():
        raise DataError(f"{path.name} is empty.")
    _check_room(path, length)
    return head


def _check_room(path: Path, length: int) -> None:
    import psutil

    free = psutil.virtual_memory().available
    if length * ROOM > free:
        raise DataError(
            f"{path.name} has {size(length)}, which is too much to read into the {size(free)} of memory that are free: "
            "train on a part of it."
        )


def _encoding(path: Path, head: bytes) -> tuple[str, tuple[str, ...]]:
    """UTF-8 where the whole file is, UTF-16 by its mark, else Windows-1252, which is said."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16", ()
    if b"\0" in head:
        raise DataError(f"{path.name} is not a text file.")
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                return _other_encoding(path, number, line, error)
    return "utf-8-sig", ()


def _other_encoding(path: Path, number: int, line: bytes, error: UnicodeDecodeError) -> tuple[str, tuple[str, ...]]:
    try:
        line.decode("cp1252")
    except UnicodeDecodeError:
        byte = line[error.start]
        raise DataError(
            f"{path.name} is no readable text: line {number} has a byte (0x{byte:02x}) that is neither UTF-8 nor "
            "Windows-1252. Save the file as UTF-8."
        ) from None
    return "cp1252", (f"Line {number} is not UTF-8, so the file was read as Windows-1252.",)


def _separator(text: str) -> str:
    """The sign that splits the first lines into the same number of cells, the more the better."""
    lines = [line for line in text.splitlines()[:50] if line.strip()]
    if len(text) >= HEAD // 2 and len(lines) > 1:
        lines = lines[:-1]
    best, most = ",", 1
    for sign in SEPARATORS:
        counts = [len(row) for row in csv.reader(lines, delimiter=sign)]
        same = sum(count == counts[0] for count in counts) / len(counts)
        if counts[0] > most and same > 0.5:
            best, most = sign, counts[0]
    return best


def _check_header(path: Path, text: str, separator: str) -> None:
    names = next(csv.reader(text.splitlines(), delimiter=separator), [])
    if names and all(re.fullmatch(r"\s*[-+]?[\d.,]+(e[-+]?\d+)?\s*", name) for name in names):
        raise DataError(f"{path.name} has no names of columns: its first line must hold them, but it holds numbers.")


def _parse(path: Path, encoding: str, separator: str, before: int, *, as_written: bool) -> Any:
    settings: dict[str, Any] = {
        "sep": separator, "encoding": encoding, "skiprows": before, "low_memory": False, "skip_blank_lines": False,
        "na_values": MISSING, "skipinitialspace": True, "index_col": False,
    }  # fmt: skip
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)  # cells without a name would be lost
            return _parsed(path, separator, settings, as_written=as_written)
    except pd.errors.ParserWarning:
        raise DataError(f"{path.name} has more cells in its rows than its first line names columns.") from None
    except UnicodeDecodeError as error:
        raise DataError(f"{path.name} is no readable text at byte {error.start}: save the file as UTF-8.") from error
    except pd.errors.EmptyDataError:
        raise DataError(f"{path.name} is empty.") from None
    except pd.errors.ParserError as error:
        raise DataError(f"{path.name} {_parser_words(str(error))}") from error
    except MemoryError as error:
        raise DataError(f"{path.name} does not fit into memory: train on a part of it.") from error


def _parsed(path: Path, separator: str, settings: dict[str, Any], *, as_written: bool) -> Any:
    if as_written:
        return pd.read_csv(path, **{**settings, "dtype": str, "keep_default_na": False, "na_values": []})
    frame = pd.read_csv(path, **settings)
    if separator != "," and _has_decimal_commas(frame):
        frame = pd.read_csv(path, decimal=",", **settings)
    return frame


def _parser_words(words: str) -> str:
    found = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", words)
    if found:
        wanted, line, saw = found.groups()
        return f"has {saw} cells in line {line}, but its first line names {wanted} columns."
    found = re.search(r"EOF inside string starting at row (\d+)", words)
    if found:
        return f'has a quotation mark (") in line {int(found[1]) + 1} that is never closed.'
    return f"is no readable table: {words.rstrip('.')}."


def _has_decimal_commas(frame: Any) -> bool:
    """Whether a column of words is in truth one of numbers written 1,5."""
    for name in frame.select_dtypes(include=["object", "string"]):
        cells = frame[name].dropna().astype(str).head(200)
        if len(cells) and cells.str.fullmatch(r"\s*[-+]?\d+,\d+\s*").mean() > 0.5:
            return True
    return False


def _clean(path: Path, frame: Any, first: int, messages: tuple[str, ...]) -> TextTable:
    frame.columns = [str(name).strip() for name in frame.columns]
    unnamed = [name for name in frame.columns if name.startswith("Unnamed: ") and frame[name].isna().all()]
    frame = frame.drop(columns=unnamed)
    while len(frame) and frame.iloc[-1].isna().all():
        frame = frame.iloc[:-1]
    if not len(frame):
        raise DataError(f"{path.name} has names of columns, but no rows.")
    return TextTable(path.name, frame, first, messages)
