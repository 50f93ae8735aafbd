"""Draws the numbers of a drawing's noise where no training draws them: to look at what a network makes of them."""

from __future__ import annotations

import torch

from graph.roles import Drawn


def drawn(kind: Drawn, rows: int, device: str = "cpu", seed: int = 0) -> torch.Tensor:
    """So many rows from a generator of its own. The text is the one that the kind writes into the source."""
    chance = torch.Generator(device).manual_seed(seed)
    made: torch.Tensor = eval(kind.draw(str(rows), repr(device), "chance"), {"torch": torch, "chance": chance})
    return made
