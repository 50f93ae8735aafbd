"""Pictures that a network is asked about, one or a folder of them, brought to the size and colours it learned from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from runtime.data.image_folder import PACKAGE, SUFFIXES, picture
from runtime.data.packages import bring
from runtime.data.table import Array, DataError
from runtime.predict.argument import Argument

DARKEST = 255.0
"""The largest number of a pixel in data that count so, rather than from 0 to 1."""


class Pictures:
    """Rows made of picture files, each opened when it is wanted. `invert`: dark on light becomes light on dark."""

    head = ("file",)

    def __init__(self, path: Path, argument: Argument, *, invert: bool = False) -> None:
        bring(*PACKAGE)
        self._argument, self._invert = argument, invert
        self._folder = path if path.is_dir() else path.parent
        self._files = _found(path) if path.is_dir() else [path]
        self._channels, self._sides = _wanted(argument)
        self._high = highest(argument)
        self.rows = len(self._files)
        colours = "grey" if self._channels == 1 else "coloured"
        height, width = self._sides
        self.messages = [
            f"Pictures become {colours}, {width} by {height} pixels, with values from 0 to {self._high:g}."
        ]

    def batch(self, first: int, last: int) -> dict[str, Array]:
        rows = np.stack([self._read(file) for file in self._files[first:last]])
        return {self._argument.name: self._argument.accept(rows, "A picture", first)}

    def told(self, row: int) -> list[Any]:
        return [self._files[row].relative_to(self._folder).as_posix()]

    def _read(self, file: Path) -> Array:
        """(C, H, W) of a picture, or (H, W) where rows have no channels."""
        inner, fit = (self._channels, *self._sides), getattr(self._argument.kind, "fit", "crop")
        pixels = picture(file, inner, fit, file.name) * np.float32(self._high)
        pixels = self._high - pixels if self._invert else pixels
        return pixels[0] if len(self._argument.inner) == 2 else pixels


def is_picture(path: Path) -> bool:
    """Whether a file is named like a picture."""
    return path.suffix.lower() in SUFFIXES


def takes_pictures(argument: Argument) -> bool:
    """Whether the rows of an argument have the form of pictures."""
    try:
        _wanted(argument)
    except DataError:
        return False
    return True


def highest(argument: Argument) -> float:
    """The number of the lightest pixel in the data that were learned from."""
    kind = argument.kind.name()
    if kind == "Digits" or (kind == "Pairs" and getattr(argument.kind, "source", "") == "Digits"):
        return 16.0
    return DARKEST if argument.learned.high > 1.5 else 1.0


def _wanted(argument: Argument) -> tuple[int, tuple[int, int]]:
    """Channels, and height and width, of the pictures that an argument takes. Raises DataError."""
    inner: Sequence[Any] = argument.inner
    channels, sides = (inner[0], inner[1:]) if len(inner) == 3 else (1, inner)
    fixed = len(sides) == 2 and all(isinstance(side, int) for side in sides)
    if argument.tensor.dtype != "float" or not fixed or channels not in (1, 3):
        raise DataError(f"The network takes no pictures: {argument.source} gives it something else.")
    return channels, (sides[0], sides[1])


def _found(folder: Path) -> list[Path]:
    files = sorted(file for file in folder.rglob("*") if is_picture(file) and file.is_file())
    if not files:
        raise DataError(f"{folder.name} holds no pictures ({', '.join(suffix[1:] for suffix in sorted(SUFFIXES))}).")
    return files
