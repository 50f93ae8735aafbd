"""A small catalogue for tests: one kind of each role, without torch code that matters."""

from graph.catalogue import Catalogue
from graph.document import Document
from graph.param import param
from graph.roles import Activation, Data, Layer, LossKind, Merge, Optimizer, ScheduleKind
from graph.spec import Kind, Port


class Digits(Data):
    """Rows."""


class Linear(Layer):
    """A level."""

    stem = "fc"
    out_features: int = param(10, "How many.", min=1)
    bias: bool = param(True, "Whether it has one.")
    note: float | None = param(0.5, "May be left out.", type="float", optional=True)


class ReLU(Activation):
    """Bends."""


class Tanh(Activation):
    """Bends too."""


class Add(Merge):
    """Joins."""


class Bilinear(Layer):
    """Two inputs with names."""

    inputs = (Port("x1"), Port("x2"))
    out_features: int = param(10, "How many.", min=1)


class Neuron(Layer):
    """Gathers."""

    inputs = (Port("x", gathers=True),)


class Delay(Layer):
    """Closes loops."""


class Conv2d(Layer):
    """A window."""


class CrossEntropyLoss(LossKind):
    """How wrong."""


class Adam(Optimizer):
    """Moves."""


class StepLR(ScheduleKind):
    """Slows."""


class Run(Kind):
    """Settings."""

    epochs: int = param(10, "Turns.", min=1)


CATALOGUE = Catalogue(
    [Digits, Linear, ReLU, Tanh, Add, Bilinear, Neuron, Delay, Conv2d, CrossEntropyLoss, Adam, StepLR, Run]
)


def document() -> Document:
    return Document(CATALOGUE)
