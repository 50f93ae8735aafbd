"""Regularization: what keeps a network from learning its rows by heart."""

from graph.misfit import floats
from graph.param import param
from graph.roles import Layer
from graph.shape import Tensor


class Dropout(Layer):
    """Sets numbers to zero by chance while the network learns, so that it does not rely on any one of them."""

    family = "regularization"
    torch = "nn.Dropout"
    formula = "y = x·m / (1 − p),  m ~ Bernoulli(1 − p)"
    words = ("drop", "overfitting", "noise", "regularize")
    positional = ("p",)
    telling = ("p",)
    p: float = param(0.5, "Part of the numbers that are dropped.", min=0.0, max=1.0)

    def shape(self, x: Tensor) -> Tensor:
        floats(x)
        return Tensor(x.sides, columns=x.columns)
