"""What a figure adds up that is more than a sum and a count: a tensor of sums, or rows that are kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray

Formula: TypeAlias = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
"""The figure from all that was added up (or kept) and all that was counted; generated source."""


class Total:
    """One figure over a pass. Sums are in double precision, rows that are kept as they come.

    Sums are added step by step in their order, so that the moment at which they are fetched changes no digit.
    """

    def __init__(self, formula: Formula, *, kept: bool, table: bool) -> None:
        self.formula, self.kept, self.table = formula, kept, table
        self.count = 0.0
        self._sum: torch.Tensor | None = None
        self._rows: list[torch.Tensor] = []

    def take(self, steps: Sequence[tuple[Any, Any] | None], *, each: bool = True) -> NDArray[np.float64]:
        """Takes the sums of some steps. The figure of each; nan where it has none, is a table, or needs all rows.

        Without `each` nobody asks for the figures of single steps: nan for all.
        """
        told = np.full(len(steps), np.nan)
        places = [at for at, step in enumerate(steps) if step is not None]
        held = [step for step in steps if step is not None]
        if not held:
            return told
        counts = _numbers([count for _, count in held])
        self.count = sum(counts.tolist(), self.count)
        if self.kept:
            self._rows.append(torch.cat([rows for rows, _ in held]).detach().cpu())
            return told
        sums = on_host(torch.stack([value for value, _ in held]))
        for value in sums:
            self._sum = value.clone() if self._sum is None else self._sum.add_(value)
        if each and not self.table:
            told[places] = torch.vmap(self.formula)(sums, counts).numpy()
        return told

    def read(self) -> Any:
        """The figure of everything taken: a number, or rows of numbers."""
        return self.formula(self._all(), torch.tensor(self.count, dtype=torch.float64)).tolist()

    def clear(self) -> None:
        self.count, self._sum = 0.0, None
        self._rows.clear()

    def state(self) -> dict[str, torch.Tensor]:
        """Everything taken, for a checkpoint; nothing where nothing was taken."""
        return {"all": self._all(), "count": torch.tensor(self.count, dtype=torch.float64)} if self.count else {}

    def restore(self, tensors: Mapping[str, torch.Tensor]) -> None:
        """Takes what `state` gave."""
        self.clear()
        if "all" not in tensors:
            return
        self.count = tensors["count"].item()
        if self.kept:
            self._rows.append(tensors["all"])
        else:
            self._sum = tensors["all"].clone()

    def _all(self) -> torch.Tensor:
        if not self.kept:
            assert self._sum is not None
            return self._sum
        self._rows[:] = [torch.cat(self._rows)]
        return self._rows[0]


def _numbers(counts: Sequence[Any]) -> torch.Tensor:
    """Counts in double precision here; those that are plain numbers need no tensor each."""
    if any(isinstance(count, torch.Tensor) for count in counts):
        return on_host(torch.stack([torch.as_tensor(count) for count in counts]))
    return torch.tensor(counts, dtype=torch.float64)


def on_host(values: torch.Tensor) -> torch.Tensor:
    """Values in double precision in this machine's own memory."""
    return values.detach().cpu().double() if values.device.type == "mps" else values.detach().double().cpu()
