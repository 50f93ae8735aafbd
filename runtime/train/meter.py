"""Collects the figures of steps without waiting for the device: one copy brings many steps at once."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray

Sums: TypeAlias = Mapping[str, tuple[Any, Any]]
"""Of one batch: figure to (sum, count), each a number or a tensor that holds one."""


class Meter:
    """Figures of a pass as sums and counts: `add` keeps a step's, `drain` fetches them, `read` gives the figures.

    The sums are kept one by one and added exactly at the end (`math.fsum`), so that neither the moment of a drain nor a
    stop in between can change a digit.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self._new: list[Sums] = []
        self._held: list[NDArray[np.float64]] = []
        self.add = self._new.append
        """Takes the sums of one step."""

    def drain(self) -> NDArray[np.float64]:
        """The steps since the last drain: (steps, figures, 2), sums and counts; nan and 0 where a step has none."""
        rows = _fetch(self._new, self.names)
        self._new.clear()
        if len(rows):
            self._held.append(rows)
        return rows

    def read(self) -> dict[str, float]:
        """The figures of everything added, to double precision; a figure that nothing counted is left out."""
        self.drain()
        if not self._held:
            return {}
        rows = np.concatenate(self._held)
        return {name: _ratio(rows[:, at]) for at, name in enumerate(self.names) if rows[:, at, 1].any()}

    def clear(self) -> None:
        self._new.clear()
        self._held.clear()

    def state(self) -> NDArray[np.float64]:
        """Everything that was added, for a checkpoint."""
        self.drain()
        return np.concatenate(self._held) if self._held else np.zeros((0, len(self.names), 2))

    def restore(self, rows: NDArray[np.float64]) -> None:
        """Takes what `state` gave."""
        self.clear()
        if len(rows):
            self._held.append(rows)


def means(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """The figure of each step from its sum and count: (steps, figures)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        answer: NDArray[np.float64] = rows[:, :, 0] / rows[:, :, 1]
        return answer


def _ratio(rows: NDArray[np.float64]) -> float:
    counted = rows[rows[:, 1] != 0]
    if not np.isfinite(counted).all():
        return float(counted[:, 0].sum() / counted[:, 1].sum())
    return math.fsum(counted[:, 0]) / math.fsum(counted[:, 1])


def _fetch(steps: Sequence[Sums], names: Sequence[str]) -> NDArray[np.float64]:
    """Sums and counts of many steps by one copy from the device."""
    found = np.zeros((len(steps), len(names), 2))
    found[:, :, 0] = np.nan
    here: list[torch.Tensor] = []
    places: list[tuple[NDArray[np.intp], int, int]] = []
    for at, name in enumerate(names):
        rows = np.array([row for row, sums in enumerate(steps) if name in sums], dtype=np.intp)
        for side in (0, 1) if len(rows) else ():
            values = [steps[row][name][side] for row in rows]
            if isinstance(values[0], torch.Tensor):
                here.append(torch.stack(values))
                places.append((rows, at, side))
            else:
                found[rows, at, side] = values
    for (rows, at, side), numbers in zip(places, _together(here), strict=True):
        found[rows, at, side] = numbers
    return found


def _together(columns: list[torch.Tensor]) -> list[NDArray[np.float64]]:
    """Columns of any type as double precision on the host; from a device they come in one piece."""
    if not columns:
        return []
    if columns[0].device.type == "cpu":
        return [column.numpy().astype(np.float64) for column in columns]
    kind = torch.float32 if columns[0].device.type == "mps" else torch.float64
    flat = torch.cat([column.to(kind) for column in columns]).cpu().numpy().astype(np.float64)
    return np.split(flat, np.cumsum([len(column) for column in columns])[:-1])
