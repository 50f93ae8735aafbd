"""What a network is asked about, opened by what it is: a table, a series, texts, arrays, pictures, or rows typed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from runtime.data.table import Array, DataError
from runtime.predict.argument import Argument
from runtime.predict.arrays import Arrays
from runtime.predict.pictures import Pictures, is_picture
from runtime.predict.series import Series, takes_series
from runtime.predict.tables import Table
from runtime.predict.texts import texts
from runtime.predict.typed import typed

FILES = (".txt", ".csv", ".tsv")
NAMES = (("file",), ("text",), ("line", "step", "token"))
"""The heads of rows that are named by what was given."""


class Inputs(Protocol):
    """Rows to ask about. `head` names what `told` gives of each row: its cells, or the file it came from."""

    messages: list[str]

    @property
    def head(self) -> Sequence[str]: ...

    @property
    def rows(self) -> int: ...

    def batch(self, first: int, last: int) -> dict[str, Array]:
        """Some rows, by the names of Net's arguments. Raises DataError."""
        ...

    def told(self, row: int) -> list[Any]:
        """What is said of a row beside its answer."""
        ...


def open_inputs(data: str, arguments: Sequence[Argument], *, invert: bool = False) -> Inputs:
    """The rows in a file or a folder, or in a text that is JSON. Raises DataError."""
    if data.lstrip()[:1] in ("[", "{"):
        return typed(data, arguments)
    path = Path(data)
    suffix = path.suffix.lower()
    if len(arguments) == 1 and suffix not in (".npy", ".npz", ".json") and (path.is_file() or suffix not in FILES):
        found = texts(data, arguments[0])
        if found is not None:
            return found
    if not path.exists():
        raise DataError(f"There is no file {data}. Rows can be typed as well, such as [[1, 2, 3]].")
    if suffix in (".npy", ".npz"):
        return Arrays(path, arguments)
    if suffix == ".json":
        return typed(_text(path), arguments, path.name)
    if len(arguments) > 1:
        names = " and ".join(argument.name for argument in arguments)
        raise DataError(f"The network takes {names}: give an .npz file, or JSON with rows for each of them.")
    if path.is_dir() or is_picture(path):
        return Pictures(path, arguments[0], invert=invert)
    return Series(path, arguments[0]) if takes_series(arguments[0]) else Table(path, arguments[0])


def named(inputs: Inputs) -> bool:
    """Whether rows have names of their own, rather than a number: a file, a text, a step of one."""
    return tuple(inputs.head) in NAMES


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise DataError(f"{path.name} cannot be read: {getattr(error, 'strerror', None) or error}.") from error
