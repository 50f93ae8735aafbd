"""What each template is to reach, stated once: for the table of docs/templates.md, and for the tests."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from benchmarks.against import above_bicubic, bound, by_components, more_recall, read_again
from benchmarks.generators import modes_found, obeyed, recognised
from benchmarks.sequences import primes_said, worst_of_three
from runtime.runs import Run


@dataclass(frozen=True, slots=True)
class Plan:
    """What a template is to reach: a figure of a part of its rows, or what `measure` finds in the run."""

    figure: str
    aim: float
    measure: Callable[[Run], float] | None = None
    low: bool = False
    """Whether less is better."""
    part: str = "test"
    """Whose figure: train, validation or test."""
    brief: int = 0
    """Epochs that the tests train, where all would take more than some seconds; what is stated is then not asked."""
    smaller: Mapping[str, Any] = field(default_factory=dict)
    """What the tests set besides, where that spares time."""
    falls: str | None = "loss"
    """The figure of the training part that must fall on the way; None where there is none, as between adversaries."""
    also: tuple["Plan", ...] = ()
    """What the same run is to reach besides."""

    def of(self, run: Run) -> float:
        return self.measure(run) if self.measure else float(run.metrics()[self.part][self.figure])

    def reached(self, value: float) -> bool:
        return value <= self.aim if self.low else value >= self.aim


PLANS: dict[str, Plan] = {
    "xor-neurons": Plan("accuracy", 1.0, part="train"),
    "perceptron": Plan("accuracy", 1.0, part="train", falls="rule"),
    "iris-mlp": Plan("accuracy", 0.9),
    "spirals-mlp": Plan("accuracy", 0.97),
    "expression": Plan("accuracy", 0.97),
    "imbalanced": Plan(
        "recall_weighted",
        0.82,
        falls="loss_plain",
        also=(Plan("mean recall of classes that weights add", 0.05, more_recall),),
    ),
    "diabetes-regression": Plan("loss", 0.7, low=True),  # always answering the mean gives about 1
    "digits-mlp": Plan("accuracy", 0.95),
    "digits-cnn": Plan("accuracy", 0.97),
    "digits-resnet": Plan("accuracy", 0.97),
    "lenet-digits": Plan("accuracy", 0.94),
    "autoencoder": Plan("error by that of as many principal components", 0.55, by_components, low=True),
    "unet-shapes": Plan("iou", 0.88, brief=3),
    "siamese-digits": Plan("accuracy", 0.96, brief=3),
    "transfer-mnist": Plan("accuracy", 0.93, brief=3, smaller={"larger.size": 32}),
    "rnn-from-gates": Plan("accuracy", 0.93),
    "chars-gru": Plan("accuracy", 0.5),
    "stateful-chars": Plan("accuracy", 0.48, brief=5),
    "lstm-forecast": Plan("r2", 0.8),
    "digits-recurrent": Plan("accuracy of the worst of three", 0.93, worst_of_three, brief=6, falls="lstm_loss"),
    "primes-gru": Plan("primes said, of 21", 21, primes_said),
    "words-bilstm": Plan("f1", 0.93, brief=2),
    "chars-transformer": Plan("perplexity", 4.5, low=True, brief=2),
    "transformer-classify": Plan("accuracy", 0.93, brief=4),
    "sentences-topic": Plan("accuracy", 0.75),
    "gan-ring": Plan("heaps found of 8", 7, modes_found, brief=60, falls=None),
    "gan-labels": Plan("pictures of the digit asked for", 0.9, obeyed, brief=16, falls=None),
    "gan-digits": Plan("classes of digits made, of 10", 9, recognised, brief=16, falls=None),
    "vae": Plan(
        "nats a picture, at most",
        23.0,
        bound,
        low=True,
        brief=30,
        falls="pixels",
        also=(Plan("classes of digits made, of 10", 9, recognised),),
    ),
    "srgan-digits": Plan(
        "decibels above bicubic",
        5.0,
        above_bicubic,
        brief=2,
        falls="content",
        also=(Plan("of digits that bicubic makes unreadable, read again", 0.5, read_again),),
    ),
}
