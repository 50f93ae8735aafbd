"""Schedules: how the learning rate changes while the network learns."""

from typing import Any

from graph.param import param
from graph.roles import Course

_FACTOR = "The factor of each drop."


class ConstantLR(Course):
    """Holds the learning rate at a part of itself for a while, then lets it jump to its full size."""

    torch = "ConstantLR"
    title = "ConstantLR"
    words = ("warmup", "hold", "learning rate schedule")
    formula = "lr[e] = lr · factor while e < total_iters, then lr"
    use = "As the first or the last part of a SequentialLR: a stretch in which nothing changes."
    avoid = "As a warm-up by itself: the jump at its end is what a warm-up should avoid; LinearLR has none."
    origin = "Textbook"
    telling = ("factor", "total_iters")
    factor: float = param(1 / 3, "The part of the learning rate that is used at first.", min=0.0, max=1.0)
    total_iters: int = param(5, "How long it lasts, in epochs or steps.", min=0)


class LinearLR(Course):
    """Leads the learning rate in a straight line from one part of itself to another: the usual warm-up."""

    torch = "LinearLR"
    title = "LinearLR"
    words = ("warmup", "linear", "ramp", "linear decay", "learning rate schedule")
    formula = "lr[e] = lr · (start + (end − start) · min(e, total_iters) / total_iters)"
    use = "As a warm-up of some hundred steps before another schedule, or as a straight decay to zero."
    avoid = "For decay over a run whose length you do not know yet."
    origin = "P. Goyal et al.: Accurate, Large Minibatch SGD, 2017 (the warm-up)"
    telling = ("total_iters",)
    start_factor: float = param(1 / 3, "The part of the learning rate at the beginning.", above=0.0, max=1.0)
    end_factor: float = param(1.0, "The part of the learning rate at the end.", min=0.0, max=1.0)
    total_iters: int = param(5, "How long it lasts, in epochs or steps.", min=1)


class StepLR(Course):
    """Makes the learning rate smaller by a factor at every so many epochs."""

    torch = "StepLR"
    title = "StepLR"
    common = True
    words = ("decay", "drop", "learning rate schedule")
    formula = "lr[e] = lr · γ^⌊e / step_size⌋"
    use = "For long runs of plain SGD: a drop each time the loss has settled."
    avoid = "When you do not know yet when the loss settles: ReduceLROnPlateau sees it for itself."
    origin = "Textbook"
    positional = ("step_size",)
    telling = ("step_size",)
    step_size: int = param(10, "Epochs (or steps) between two drops.", min=1, always=True)
    gamma: float = param(0.1, _FACTOR, above=0.0)


class MultiStepLR(Course):
    """Makes the learning rate smaller by a factor at epochs that you name."""

    torch = "MultiStepLR"
    title = "MultiStepLR"
    words = ("decay", "milestones", "drops", "learning rate schedule")
    formula = "lr[e] = lr · γ^(number of milestones ≤ e)"
    use = "To repeat a published recipe, such as drops at epochs 30, 60 and 80."
    avoid = "With a run of another length than the recipe's: scale the milestones with it."
    origin = "K. He et al.: Deep Residual Learning, 2016 (its recipe)"
    positional = ("milestones",)
    telling = ()
    milestones: tuple[int, ...] = param((30, 60), "The epochs (or steps) of the drops.", min=1, always=True)
    gamma: float = param(0.1, _FACTOR, above=0.0)


class ExponentialLR(Course):
    """Makes the learning rate smaller by the same factor after every epoch."""

    torch = "ExponentialLR"
    title = "ExponentialLR"
    words = ("decay", "exponential", "learning rate schedule")
    formula = "lr[e] = lr · γ^e"
    use = "For a smooth decay with one number to choose."
    avoid = "With a factor that is good for another length of run: 0.9 is a ten-thousandth after 90 epochs."
    origin = "Textbook"
    positional = ("gamma",)
    telling = ("gamma",)
    gamma: float = param(0.95, "The factor after each epoch (or step).", above=0.0, always=True)


class PolynomialLR(Course):
    """Lets the learning rate fall to zero along a power of the time that is left."""

    torch = "PolynomialLR"
    title = "PolynomialLR"
    words = ("poly", "linear decay", "learning rate schedule")
    formula = "lr[e] = lr · (1 − min(e, total_iters) / total_iters)^power"
    use = "For segmentation and for fine-tuning: 1 is a straight line to zero, 0.9 the recipe of DeepLab."
    avoid = "When the run goes on behind its end: the learning rate is zero then."
    origin = "L.-C. Chen et al.: DeepLab, 2018"
    telling = ("total_iters",)
    total_iters: int = param(5, "How long it lasts, in epochs or steps.", min=1)
    power: float = param(1.0, "The power: 1 falls in a straight line, more falls faster at first.", min=0.0)


class CosineAnnealingLR(Course):
    """Lets the learning rate fall along half a cosine: slowly, then fast, then slowly."""

    torch = "CosineAnnealingLR"
    title = "Cosine annealing"
    common = True
    words = ("cosine decay", "learning rate schedule", "warm")
    formula = "lr[e] = min + (lr − min) · (1 + cos(π·e / T)) / 2"
    use = "For nearly every run whose length is known: there is nothing to choose."
    avoid = "When training may end early: the small learning rates at its end are where the gain is."
    origin = "I. Loshchilov, F. Hutter: SGDR, Stochastic Gradient Descent with Warm Restarts, 2017"
    telling = ()
    T_max: Any = param(
        None, "Epochs (or steps) until the lowest point; left out: the whole run.", type="int", min=1, optional=True,
        printed=False,
    )  # fmt: skip
    eta_min: float = param(0.0, "The lowest learning rate.", min=0.0)

    def arguments(self, *inputs: Any) -> str:
        return ""

    def rest(self, optimizer: str, total: str) -> str:
        given = super().arguments()
        return f"T_max={self.T_max or total}{', ' + given if given else ''}"


class CosineAnnealingWarmRestarts(Course):
    """Lets the learning rate fall along half a cosine, then jump back and fall again, each time for longer."""

    torch = "CosineAnnealingWarmRestarts"
    title = "Cosine warm restarts"
    words = ("sgdr", "restarts", "cosine", "learning rate schedule")
    formula = "lr[e] = min + (lr − min) · (1 + cos(π·t / Tᵢ)) / 2,  Tᵢ₊₁ = T_mult · Tᵢ"
    use = "To have several good moments to stop in one run, or snapshots to average."
    avoid = "When the run should end at its best: end it where a fall ends, or take cosine annealing."
    origin = "I. Loshchilov, F. Hutter: SGDR, Stochastic Gradient Descent with Warm Restarts, 2017"
    positional = ("T_0",)
    telling = ("T_0",)
    T_0: int = param(10, "Epochs (or steps) of the first fall.", min=1, always=True)
    T_mult: int = param(1, "The factor by which each fall is longer than the one before.", min=1)
    eta_min: float = param(0.0, "The lowest learning rate.", min=0.0)


class ReduceLROnPlateau(Course):
    """Makes the learning rate smaller when the watched figure has stopped getting better."""

    torch = "ReduceLROnPlateau"
    title = "Reduce on plateau"
    words = ("plateau", "patience", "learning rate schedule")
    formula = "lr ← lr · factor after patience epochs without progress"
    use = "When you do not know how long to train: it follows what it sees on the validation rows."
    avoid = "With very few validation rows: their figure jumps, and progress is counted that is none."
    origin = "Textbook"
    watches = True
    own_unit = "epoch"
    telling = ("factor",)
    monitor: str = param("", "The loss or metric it watches; left out: that of the run settings.", printed=False)
    factor: float = param(0.1, _FACTOR, above=0.0, below=1.0)
    patience: int = param(10, "Epochs without progress before a drop.", min=0)
    threshold: float = param(0.0001, "Progress smaller than this does not count.", min=0.0)
    threshold_mode: str = param(
        "rel", "Whether that is a part of the best figure or an amount.", choices=("rel", "abs")
    )
    cooldown: int = param(0, "Epochs after a drop in which nothing is counted.", min=0)
    min_lr: float = param(0.0, "The lowest learning rate.", min=0.0)
    eps: float = param(1e-08, "A drop by less than this is left out.", min=0.0)
