"""Texts that a network is asked about: a sentence typed, a file with one in each line, or a column of a table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from runtime.data.table import Array, DataError
from runtime.data.textfile import open_table
from runtime.data.vocabulary import open_text
from runtime.predict.argument import Argument
from runtime.predict.wording import Wording, strange, told_strange, wording
from runtime.words import amount

TABLES = (".csv", ".tsv")
COLUMNS = ("text", "sentence")
"""What the column with the texts may be called where there are several."""


class Texts:
    """Each text is a row. They go out again as they came, with what was predicted beside them."""

    def __init__(self, texts: Sequence[str], argument: Argument, known: Wording) -> None:
        self.texts, self.known, self._name = list(texts), known, argument.name
        self.pieces = [known.pieces(text) for text in self.texts]
        empty = next((number for number, pieces in enumerate(self.pieces, 1) if not pieces), None)
        if empty is not None:
            raise DataError(f"Text {empty} is empty: there is nothing to answer about.")
        self.messages = told_strange(strange(known, [piece for pieces in self.pieces for piece in pieces]))
        cut = sum(len(pieces) > (known.span or len(pieces)) for pieces in self.pieces) if known.filled else 0
        if cut:
            self.messages.append(f"{amount(cut, 'text')} of more than {known.span} words: what is behind was cut.")

    @property
    def head(self) -> Sequence[str]:
        return ("text",)

    @property
    def rows(self) -> int:
        return len(self.texts)

    def batch(self, first: int, last: int) -> dict[str, Array]:
        rows = [self.known.row(pieces) for pieces in self.pieces[first:last]]
        lengths = {len(row) for row in rows}
        if len(lengths) > 1:
            raise DataError("These texts have different lengths: ask about them one by one.")
        return {self._name: np.stack(rows)}

    def told(self, row: int) -> list[Any]:
        return [self.texts[row]]


def texts(data: str, argument: Argument) -> Texts | None:
    """The texts in a file, or the one that was typed; None where the network takes none. Raises DataError."""
    known = wording(argument)
    if known is None:
        return None
    path = Path(data)
    is_file = len(data) < 1000 and "\n" not in data and path.is_file()
    return Texts(_lines(path) if is_file else [data], argument, known)


def _lines(path: Path) -> list[str]:
    if path.suffix.lower() in TABLES:
        return _column(path)
    found = [line.strip() for line in open_text(path).split("\n")]
    return [line for line in found if line]


def _column(path: Path) -> list[str]:
    """The texts of a table: of its column that is called so, or of its only one."""
    frame = open_table(path, as_written=True).frame
    names = {str(name).lower(): name for name in frame.columns}
    chosen = next((names[name] for name in COLUMNS if name in names), None)
    if chosen is None and len(names) > 1:
        raise DataError(f'{path.name} has several columns: call the one with the texts "text".')
    cells = frame[next(iter(frame.columns)) if chosen is None else chosen]
    return [str(cell) for cell in cells]
