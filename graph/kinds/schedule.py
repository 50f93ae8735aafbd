"""Schedules: how the learning rate changes while the network learns."""

from typing import Any

from graph.param import param
from graph.roles import ScheduleKind


class StepLR(ScheduleKind):
    """Makes the learning rate smaller by a factor at every so many epochs."""

    torch = "StepLR"
    title = "StepLR"
    words = ("decay", "drop", "learning rate schedule")
    formula = "lr[e] = lr · γ^⌊e / step_size⌋"
    positional = ("step_size",)
    telling = ("step_size",)
    step_size: int = param(10, "Epochs between two drops.", min=1, always=True)
    gamma: float = param(0.1, "The factor of each drop.", above=0.0)


class CosineAnnealingLR(ScheduleKind):
    """Lets the learning rate fall along half a cosine: slowly, then fast, then slowly."""

    torch = "CosineAnnealingLR"
    title = "Cosine annealing"
    words = ("cosine decay", "learning rate schedule", "warm")
    formula = "lr[e] = min + (lr − min) · (1 + cos(π·e / T)) / 2"
    telling = ()
    T_max: Any = param(
        None, "Epochs until the lowest point; left out: the whole run.", type="int", min=1, optional=True, printed=False
    )
    eta_min: float = param(0.0, "The lowest learning rate.", min=0.0)

    def create(self, optimizer: str, epochs: str) -> str:
        rest = self.arguments()
        return f"{self.torch}({optimizer}, T_max={self.T_max or epochs}{', ' + rest if rest else ''})"


class ReduceLROnPlateau(ScheduleKind):
    """Makes the learning rate smaller when the watched figure has stopped getting better."""

    torch = "ReduceLROnPlateau"
    title = "Reduce on plateau"
    words = ("plateau", "patience", "learning rate schedule")
    formula = "lr ← lr · factor after patience epochs without progress"
    watches = True
    telling = ("factor",)
    factor: float = param(0.1, "The factor of each drop.", above=0.0, below=1.0)
    patience: int = param(10, "Epochs without progress before a drop.", min=0)
    threshold: float = param(0.0001, "Progress smaller than this part of the best does not count.", min=0.0)
    cooldown: int = param(0, "Epochs after a drop in which nothing is counted.", min=0)
    min_lr: float = param(0.0, "The lowest learning rate.", min=0.0)
