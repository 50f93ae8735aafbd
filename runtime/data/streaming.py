"""Rows that are read when they are needed, for data that does not fit into memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from runtime.data.table import Array, DataError

if TYPE_CHECKING:
    import torch

READING = ("auto", "at once", "when needed")
"""What a source may be told of how its rows are read."""

SAMPLE = 1 << 28
"""Bytes of rows that are looked at where all rows would be too many: to fit a Standardize, say."""

GLANCE = 256
"""Rows that tell what numbers are like."""

PLACE = 64
"""Torch's tensors begin at multiples of so many bytes."""


class Reader(Protocol):
    """Reads rows by their numbers in the file; raises DataError that names file and row."""

    def __call__(self, rows: Array) -> Array: ...


@dataclass(frozen=True)
class Stream:
    """Some rows of a file. They look like an array as long as only their sides are asked for; an index reads them."""

    read: Reader
    rows: Array
    inner: tuple[int, ...]
    dtype: np.dtype[Any]

    @property
    def shape(self) -> tuple[int, ...]:
        return (len(self.rows), *self.inner)

    @property
    def ndim(self) -> int:
        return len(self.inner) + 1

    def __len__(self) -> int:
        return len(self.rows)

    def part(self, rows: Array) -> Stream:
        """The same for some of the rows."""
        return Stream(self.read, self.rows[rows], self.inner, self.dtype)

    def __getitem__(self, rows: torch.Tensor | slice) -> torch.Tensor:
        chosen = self.rows[rows] if isinstance(rows, slice) else self.rows[rows.numpy()]
        return placed(self.read(chosen).astype(self.dtype, copy=False))

    @property
    def sample(self) -> int:
        """How many of its first rows, which stand in no order, may be looked at together."""
        return min(len(self.rows), max(1, SAMPLE // max(1, int(np.prod(self.inner)) * self.dtype.itemsize)))


@dataclass(frozen=True)
class PictureReader:
    """Pictures from their files."""

    root: Path
    files: Sequence[Path]
    inner: tuple[int, int, int]
    fit: str

    def __call__(self, rows: Array) -> Array:
        from runtime.data.image_folder import picture

        x = np.empty((len(rows), *self.inner), dtype=np.float32)
        for at, row in enumerate(rows):
            file = self.files[row]
            x[at] = picture(file, self.inner, self.fit, file.relative_to(self.root).as_posix())
        return x


@dataclass(frozen=True)
class ArrayReader:
    """Rows of an .npy file, which is opened anew by each process that reads."""

    path: Path
    tokens: bool
    turned: bool

    def __call__(self, rows: Array) -> Array:
        held = np.load(self.path, mmap_mode="r", allow_pickle=False)
        values = np.asarray(held[rows])
        found = values if self.tokens else values.astype(np.float32)
        wrong = ~((found >= 0) & (found == np.rint(found))) if self.tokens else ~np.isfinite(found)
        if wrong.any():
            place = np.argwhere(wrong)[0]
            what, wanted = values[tuple(place)], "a whole number from 0 on" if self.tokens else "a number"
            text = f"{self.path.name}, row {rows[place[0]]:,} (counted from 0): here stands {what}, not {wanted}."
            raise DataError(text)
        return np.moveaxis(found, -1, 1) if self.turned else found


def placed(values: Array) -> torch.Tensor:
    """A tensor at a place in memory like those that torch chooses: elsewhere arithmetic can give other last digits."""
    import torch

    made = torch.from_numpy(np.ascontiguousarray(values))
    return made.clone() if made.data_ptr() % PLACE else made


def is_streamed(reading: str, wanted: float) -> bool:
    """Whether data of so many bytes is read when it is needed: as the source says, or where half the memory is less."""
    import psutil

    return reading == "when needed" or (reading == "auto" and 2 * wanted > psutil.virtual_memory().available)


def first_rows(values: Any) -> Any:
    """A tensor as it is; of a stream some rows, which stand in no order."""
    return values[: min(GLANCE, values.sample)] if isinstance(values, Stream) else values
