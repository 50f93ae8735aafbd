"""Preprocessing that is fitted once, on the training part, and then belongs to the network."""

from typing import Any

from graph.misfit import floats
from graph.roles import Fitted
from graph.sequences import steps
from graph.shape import Axis, Side, Tensor, product
from graph.spec import code


class _Scaler(Fitted):
    """Moves and stretches each number of a row by itself, those of a sequence alike at all its steps."""

    def shape(self, x: Tensor) -> Tensor:
        floats(x)
        return Tensor(x.sides, columns=x.columns)

    def module(self, *inputs: Any) -> str:
        return f"{self.name()}({code(_alone(inputs[0]))})"

    def macs(self, x: Tensor, y: Tensor) -> int | None:
        return product(map(steps, x.inner))


def _alone(x: Tensor) -> tuple[Side, ...]:
    """The sides of what is scaled by itself: those behind the time, where there is a time."""
    times = [at for at, side in enumerate(x.inner) if isinstance(side, Axis)]
    return x.inner[times[-1] + 1 :] if times else x.inner


class Standardize(_Scaler):
    """Shifts and scales each number so that, over the training rows, its mean is 0 and its standard deviation is 1."""

    common = True
    shapes = "(N, *) → (N, *)  any sides, which stay as they are; of (N, T, F) each of the F numbers over all steps"
    use = "Right behind the data, unless all columns are alike already: networks learn faster from numbers of one size."
    avoid = "Behind anything that learns: it is fitted once, before the first step."
    origin = "Textbook"
    stem = "scale"
    formula = "y = (x − μ) / σ"
    words = ("scale", "normalize", "z-score", "preprocessing", "mean", "StandardScaler")
    source = '''\
class Standardize(nn.Module):
    """(x - mean) / std; mean and std are fitted on the training part before the first step."""

    def __init__(self, shape):
        super().__init__()
        self.register_buffer("mean", torch.zeros(shape))
        self.register_buffer("std", torch.ones(shape))

    def fit(self, x):
        rows = x.double().flatten(0, -1 - self.mean.dim())
        std, mean = torch.std_mean(rows, dim=0, correction=0)
        self.mean.copy_(mean)
        self.std.copy_(torch.where(std > 0, std, 1.0))

    def forward(self, x):
        return (x - self.mean) / self.std
'''

    def buffers(self, x: Tensor) -> dict[str, tuple[Side, ...]]:
        return {"mean": _alone(x), "std": _alone(x)}


class MinMax(_Scaler):
    """Shifts and scales each number so that, over the training rows, it runs from 0 to 1."""

    shapes = "(N, *) → (N, *)  any sides, which stay as they are; of (N, T, F) each of the F numbers over all steps"
    use = "For numbers with fixed ends, such as grey values, and where 0 should stay the least."
    avoid = "Where single rows lie far outside: they press all others together. Standardize suffers less."
    origin = "Textbook"
    stem = "scale"
    title = "Min–max"
    formula = "y = (x − min) / (max − min)"
    words = ("scale", "normalize", "range", "preprocessing", "MinMaxScaler")
    source = '''\
class MinMax(nn.Module):
    """(x - low) / span; low and span are fitted on the training part before the first step."""

    def __init__(self, shape):
        super().__init__()
        self.register_buffer("low", torch.zeros(shape))
        self.register_buffer("span", torch.ones(shape))

    def fit(self, x):
        rows = x.double().flatten(0, -1 - self.low.dim())
        low, high = torch.aminmax(rows, dim=0)
        self.low.copy_(low)
        self.span.copy_(torch.where(high > low, high - low, 1.0))

    def forward(self, x):
        return (x - self.low) / self.span
'''

    def buffers(self, x: Tensor) -> dict[str, tuple[Side, ...]]:
        return {"low": _alone(x), "span": _alone(x)}
