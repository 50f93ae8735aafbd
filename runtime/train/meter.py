"""Collects the figures of steps without waiting for the device: one copy brings many steps at once."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray

from runtime.train.totals import Formula, Total, on_host

if TYPE_CHECKING:
    from runtime.train.processes import Team

Sums: TypeAlias = Mapping[str, tuple[Any, Any]]
"""Of one batch: figure to what is added up (or kept) and what it counts, each a number or a tensor."""

LARGE = 10_000
"""A table of more numbers is written at the end of a run only, not at every epoch."""


class Meter:
    """Figures of a pass as sums and counts: `add` keeps a step's, `drain` fetches them, `read` gives the figures.

    The sums are kept one by one and added exactly at the end (`math.fsum`), so that neither the moment of a drain nor a
    stop in between can change a digit. A figure that has a formula adds up a tensor, or keeps rows; see `Total`.
    """

    def __init__(
        self,
        names: Sequence[str],
        *,
        formulas: Mapping[str, Formula] | None = None,
        kept: Collection[str] = (),
        tables: Collection[str] = (),
    ) -> None:
        self.names = tuple(names)
        self._form: dict[str, Any] = {"formulas": formulas or {}, "kept": kept, "tables": tables}
        self._totals = {
            name: Total(formula, kept=name in kept, table=name in tables) for name, formula in (formulas or {}).items()
        }
        self._plain = [name for name in names if name not in self._totals]
        self._new: list[Sums] = []
        self._held: list[NDArray[np.float64]] = []
        self.team: Team | None = None
        """The processes whose figures are added up, if there are several."""
        self.add = self._new.append
        """Takes the sums of one step."""

    def blank(self) -> Meter:
        """A meter of the same figures that has seen nothing."""
        return Meter(self.names, **self._form)

    def is_stepwise(self, name: str) -> bool:
        """Whether a single step has the figure; one that is made of all rows is told by epochs only."""
        return name not in self._form["kept"]

    def drain(self) -> NDArray[np.float64]:
        """The steps since the last drain: (steps, figures, 2), sums and counts; nan and 0 where a step has none.

        Of a figure with a formula it is the figure of that step and 1.
        """
        return self._fetch_new(each=True)

    def _fetch_new(self, *, each: bool) -> NDArray[np.float64]:
        """What `drain` gives; where nobody asks for `each` step, a figure with a formula has nan and 0."""
        rows = _blank(len(self._new), len(self.names))
        if not self._new and self.team is None:
            return rows
        own = _fetch(self._new, self._plain)
        own = self.team.add(own) if self.team else own
        rows[:, [at for at, name in enumerate(self.names) if name not in self._totals]] = own
        for name, total in self._totals.items():
            steps: list[Any] = [sums.get(name) for sums in self._new]
            told = total.take(self.team.merge(steps, kept=total.kept) if self.team else steps, each=each)
            if name in self.names:
                at = self.names.index(name)
                rows[:, at, 0], rows[:, at, 1] = told, np.isfinite(told)
        self._new.clear()
        if len(own):
            self._held.append(own)
        return rows

    def read(self) -> dict[str, Any]:
        """The figures of everything added, to double precision, and the tables; what nothing counted is left out."""
        self._fetch_new(each=False)
        rows = np.concatenate(self._held) if self._held else _blank(0, len(self._plain))
        plain = {name: _ratio(rows[:, at]) for at, name in enumerate(self._plain) if rows[:, at, 1].any()}
        found = plain | {name: total.read() for name, total in self._totals.items() if total.count}
        return {name: found[name] for name in dict.fromkeys([*self.names, *self._totals]) if name in found}

    def clear(self) -> None:
        self._new.clear()
        self._held.clear()
        for total in self._totals.values():
            total.clear()

    def state(self) -> dict[str, torch.Tensor]:
        """Everything that was added, for a checkpoint."""
        self._fetch_new(each=False)
        rows = np.concatenate(self._held) if self._held else _blank(0, len(self._plain))
        own = {f"meter.{name}.{key}": t for name, total in self._totals.items() for key, t in total.state().items()}
        return {"meter": torch.from_numpy(rows), **own}

    def restore(self, tensors: Mapping[str, torch.Tensor]) -> None:
        """Takes what `state` gave; other tensors are passed over."""
        self.clear()
        if len(tensors["meter"]):
            self._held.append(tensors["meter"].numpy())
        for name, total in self._totals.items():
            start = f"meter.{name}."
            total.restore({key.removeprefix(start): t for key, t in tensors.items() if key.startswith(start)})


def numbers_and_tables(figures: Mapping[str, Any]) -> tuple[dict[str, float], dict[str, Any]]:
    """What a meter read, in two: figures that are numbers, and those that are rows of numbers."""
    numbers = {name: value for name, value in figures.items() if not isinstance(value, list)}
    return numbers, {name: value for name, value in figures.items() if isinstance(value, list)}


def small(tables: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Of tables by part those that are small enough for the record of every epoch."""
    found = {part: {name: rows for name, rows in held.items() if _size(rows) <= LARGE} for part, held in tables.items()}
    return {part: held for part, held in found.items() if held}


def _size(rows: Sequence[Sequence[float]]) -> int:
    return sum(map(len, rows))


def means(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """The figure of each step from its sum and count: (steps, figures)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        answer: NDArray[np.float64] = rows[:, :, 0] / rows[:, :, 1]
        return answer


def _blank(steps: int, figures: int) -> NDArray[np.float64]:
    """Rows of steps in which no figure is counted."""
    found = np.zeros((steps, figures, 2))
    found[:, :, 0] = np.nan
    return found


def _ratio(rows: NDArray[np.float64]) -> float:
    counted = rows[rows[:, 1] != 0]
    if not np.isfinite(counted).all():
        return float(counted[:, 0].sum() / counted[:, 1].sum())
    return math.fsum(counted[:, 0]) / math.fsum(counted[:, 1])


def _fetch(steps: Sequence[Sums], names: Sequence[str]) -> NDArray[np.float64]:
    """Sums and counts of many steps by one copy from the device."""
    found = _blank(len(steps), len(names))
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
    flat = on_host(torch.cat([column.to(kind) for column in columns])).numpy()
    return np.split(flat, np.cumsum([len(column) for column in columns])[:-1])
