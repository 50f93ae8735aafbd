"""What a drawing needs besides layers: where the model ends, and how it is run."""

from collections.abc import Mapping
from typing import Any

from graph.param import param
from graph.shape import Value
from graph.spec import Kind, Place, Port

SPEED = "speed and precision"
"""The group of run settings that the inspector folds away."""


class Output(Kind):
    """Names what the model gives: everything upstream of it is what you take away."""

    common = True
    shapes = "(N, *)  anything"
    use = "At the end of what you want to take away; several name several answers."
    avoid = "Behind a loss or a metric: they belong to the training, not to the model."
    origin = "Our own"
    numbered = False
    family = "output"
    words = ("result", "export", "answer", "end")
    inputs = (Port("x"),)

    def read(self, inputs: Mapping[str, Any], place: Place) -> dict[str, Value]:
        return {}


class Run(Kind):
    """How the drawing is trained."""

    epochs: int = param(10, "How often to go through all rows.", min=1, max=10_000_000)
    seed: int = param(0, "Chooses the random numbers; the same seed gives the same run.", min=0, max=2**31 - 1)
    device: str = param("auto", "Where to train: auto, cpu, cuda, cuda:0, mps.")
    threads: int = param(0, "Processor threads; 0 chooses.", min=0, max=1024)
    processes: int = param(
        1, "Processes that share each batch, on as many graphics cards; 0 takes all cards.", min=0, max=64
    )
    accumulate: int = param(
        1, "Batches whose slopes are added up before the weights move: as one batch so many times as large.",
        min=1, max=100_000,
    )  # fmt: skip
    clip_norm: float = param(0.0, "Shorten gradients to this length; 0 leaves them.", min=0.0)
    clip_value: float = param(0.0, "Cut each slope at this size; 0 leaves them.", min=0.0)
    l1: float = param(0.0, "Adds this times the sum of the sizes of all weights to the losses; 0 leaves them.", min=0.0)
    l2: float = param(
        0.0, "Adds this times the sum of the squares of all weights to the losses; 0 leaves them.", min=0.0
    )
    max_norm: float = param(0.0, "Shorten what leads to any unit to this length after each step; 0 never.", min=0.0)
    ema: float = param(
        0.0, "How much of its mean each weight keeps at a step; the mean is what is used then (0.999). 0: no means.",
        min=0.0, below=1.0,
    )  # fmt: skip
    early_stopping: int = param(0, "Stop after so many epochs without progress; 0 never.", min=0)
    monitor: str = param("", "The loss or metric that tells progress; left out: the loss.")
    restore_best: bool = param(True, "End with the weights of the best epoch when stopping early.")
    checkpoint_minutes: float = param(
        5.0, "Write a checkpoint at least this often, besides each epoch's end.", above=0.0, unit="min"
    )
    precision: str = param(
        "float32",
        "How exactly is computed: bf16 and fp16 are fast on graphics cards, float64 is for checks.",
        choices=("float32", "bf16", "fp16", "float64"), group=SPEED,
    )  # fmt: skip
    compile: str = param(
        "off",
        "Make steps faster: compile the network first, or record a whole step as a CUDA graph (NVIDIA cards).",
        choices=("off", "compile", "graphs"), group=SPEED,
    )  # fmt: skip
    deterministic: bool = param(
        False, "Only ways to compute that give the same digits each time on this device; some are slower.", group=SPEED
    )
