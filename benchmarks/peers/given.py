"""What a peer is given, read from the folder that was handed over, and what it tells in the end."""

from __future__ import annotations

import json
import time
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F
from torch.optim.lr_scheduler import CosineAnnealingLR, OneCycleLR
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.peers.task import DATA, MODEL, TASK, Task
from runtime.build import build


class Given:
    """The net with its first weights, the rows (scaled beforehand), and the clock of a training.

    The numbers with which Neuroloom's net scales its input at every step are applied once here, for every peer.
    """

    def __init__(self, folder: Path) -> None:
        self.task = task = Task(**json.loads((folder / TASK).read_text(encoding="utf-8")))
        torch.set_num_threads(task.threads)
        torch.manual_seed(task.seed)
        model = build((folder / MODEL).read_text(encoding="utf-8")).model
        self.net: Any = model.Net()
        data = torch.load(folder / DATA, weights_only=True)
        self.train, self.held = _scaled(self.net, model, data["train"], data["validation"])
        self.net.to(task.device)
        self.classes = task.figure != "r2"
        self.steps = -(-len(self.train[0]) // task.batch)
        self.ends: list[float] = []
        """When each epoch ended."""

    def optimizer(self, *, fused: bool) -> torch.optim.Optimizer:
        kind = getattr(torch.optim, self.task.optimizer)
        made: torch.optim.Optimizer = kind(self.net.parameters(), lr=self.task.rate, fused=fused or None)
        return made

    def schedule(self, optimizer: torch.optim.Optimizer) -> tuple[Any, str]:
        """What moves the rate, and when: at each step, at each epoch, or never ("")."""
        if self.task.schedule == "OneCycleLR":
            return OneCycleLR(optimizer, self.task.rate, total_steps=self.task.epochs * self.steps), "step"
        if self.task.schedule == "CosineAnnealingLR":
            return CosineAnnealingLR(optimizer, T_max=self.task.epochs), "epoch"
        if self.task.schedule:
            raise ValueError(f"The peers know no schedule {self.task.schedule}.")
        return None, ""

    def loss(self, scores: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return F.cross_entropy(scores, y) if self.classes else F.mse_loss(scores.squeeze(1), y)

    def autocast(self) -> AbstractContextManager[Any]:
        if self.task.precision != "bf16":
            return nullcontext()
        return torch.autocast(self.task.device.partition(":")[0], dtype=torch.bfloat16)

    def loaders(self) -> tuple[DataLoader[Any], DataLoader[Any]]:
        train = DataLoader(TensorDataset(*self.train), batch_size=self.task.batch, shuffle=True)
        return train, DataLoader(TensorDataset(*self.held), batch_size=4 * self.task.batch)

    def end_epoch(self) -> None:
        self.ends.append(time.perf_counter())

    def told(self, loss: float, accuracy: float) -> dict[str, float]:
        """Microseconds a step from the second epoch on, and the figure of the validation rows after the last."""
        figures = {"accuracy": accuracy, "perplexity": float(torch.tensor(loss).exp())}
        if not self.classes:
            figures["r2"] = 1 - loss / float(self.held[1].double().var(correction=0))
        seconds = (self.ends[-1] - self.ends[0]) / (self.task.epochs - 1) / self.steps
        return {"microseconds": seconds * 1e6, "figure": figures[self.task.figure]}


def _scaled(net: Any, model: Any, *parts: list[torch.Tensor]) -> list[list[torch.Tensor]]:
    """The parts as the net's first node, and that of the answers, would make them; the net's is taken out."""
    if hasattr(net, "scale"):
        net.scale.fit(parts[0][0])
        parts = tuple([net.scale(x), y] for x, y in parts)
        net.scale = nn.Identity()
    if hasattr(model, "Extras"):
        scale = model.Extras().scale_y
        scale.fit(parts[0][1])
        parts = tuple([x, scale(y)] for x, y in parts)
    return list(parts)
