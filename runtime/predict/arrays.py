"""Arrays of numpy that a network is asked about; they stay on the disk until their rows are wanted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from runtime.data.table import Array, DataError
from runtime.predict.argument import Argument


class Arrays:
    """The rows of an .npy file, or of the arrays of an .npz file that have the names of the arguments."""

    head: tuple[str, ...] = ()

    def __init__(self, path: Path, arguments: Sequence[Argument]) -> None:
        self.messages: list[str] = []
        self._path, self._arguments = path, list(arguments)
        self._held = _npy(path, arguments) if path.suffix.lower() == ".npy" else _npz(path, arguments)
        counts = {name: array.shape[0] if array.ndim else 0 for name, array in self._held.items()}
        if len(set(counts.values())) > 1:
            told = " and ".join(f"{count:,} of {name}" for name, count in counts.items())
            raise DataError(f"{path.name} must have as many rows in each array, but there are {told}.")
        self.rows = next(iter(counts.values()))
        if any(not array.ndim for array in self._held.values()):
            raise DataError(f"{path.name} holds a single number, not rows of them.")
        if not self.rows:
            raise DataError(f"{path.name} holds no rows.")
        self.batch(0, 1)

    def batch(self, first: int, last: int) -> dict[str, Array]:
        return {
            one.name: one.accept(np.asarray(self._held[one.name][first:last]), self._where(one), first)
            for one in self._arguments
        }

    def told(self, row: int) -> list[Any]:
        return []

    def _where(self, argument: Argument) -> str:
        return self._path.name if len(self._arguments) == 1 else f"{argument.name} of {self._path.name}"


def _npy(path: Path, arguments: Sequence[Argument]) -> dict[str, Array]:
    if len(arguments) > 1:
        names = " and ".join(argument.name for argument in arguments)
        raise DataError(f"The network takes {names}: give an .npz file with arrays of these names.")
    return {arguments[0].name: _load(path)}


def _npz(path: Path, arguments: Sequence[Argument]) -> dict[str, Array]:
    with _load(path) as held:
        names = list(held)
        if len(arguments) == 1 and arguments[0].name not in names and len(names) == 1:
            return {arguments[0].name: held[names[0]]}
        missing = [argument.name for argument in arguments if argument.name not in names]
        if missing:
            raise DataError(f"{path.name} has no array {' or '.join(missing)}. It has {', '.join(names) or 'none'}.")
        try:
            return {argument.name: held[argument.name] for argument in arguments}
        except (ValueError, OSError, EOFError, BadZipFile) as error:
            raise DataError(f"{path.name} cannot be read: {error}.") from None


def _load(path: Path) -> Any:
    try:
        return np.load(path, mmap_mode="r" if path.suffix.lower() == ".npy" else None, allow_pickle=False)
    except (ValueError, OSError, EOFError, BadZipFile) as error:
        raise DataError(f"{path.name} cannot be read: {getattr(error, 'strerror', None) or error}.") from None
