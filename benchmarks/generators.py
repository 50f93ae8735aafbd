"""What generators of finished runs make, measured: heaps of points that are found, digits that can be recognised."""

from functools import cache
from typing import TYPE_CHECKING, Any

from runtime.data.gaussian_mixture import middles
from runtime.drawing import open_run
from runtime.exports.take import Take, make_net
from runtime.program import Program
from runtime.runs import Run
from runtime.train.checkpoint import read

if TYPE_CHECKING:
    from torch import Tensor, nn

MADE = 2000
"""How many rows a generator makes to be judged."""
FOUND = 0.02
"""The part of them that must lie at a heap, or show a digit, for it to count as made."""
NEAR = 4.0
"""How many spreads from its middle a point still belongs to a heap."""
SURE = 0.9


def modes_found(run: Run) -> float:
    """Heaps of a Gaussian mixture at which enough of the made points lie."""
    import torch

    rows, kind = made(run, "GaussianMixture")
    away, nearest = torch.cdist(rows, torch.tensor(middles(kind), dtype=torch.float32)).min(1)
    return _counted(nearest[away < NEAR * kind.noise], kind.modes)


def recognised(run: Run) -> float:
    """Classes of digits that a separately trained classifier is sure to see among the made pictures often enough."""
    import torch

    rows, _ = made(run, "Digits")
    rows = rows if rows.min() < 0 else 2 * rows - 1
    judge = classifier()
    with torch.no_grad():
        sure, classes = judge(rows).softmax(1).max(1)
    return _counted(classes[sure > SURE], 10)


def obeyed(run: Run) -> float:
    """The part of the made pictures that show the digit that was asked for, as a classifier trained apart sees them."""
    import torch

    judge = classifier()
    rows, _ = made(run, "Digits")
    with torch.no_grad():
        return float((judge(rows).argmax(1) == torch.arange(MADE) % 10).float().mean())


def _counted(found: "Tensor", classes: int) -> float:
    import torch

    return float((torch.bincount(found, minlength=classes) >= FOUND * MADE).sum())


def made(run: Run, data: str) -> tuple["Tensor", Any]:
    """Rows that the generator of a run makes, and its data node of this kind."""
    import torch

    drawing = open_run(run)
    weights = run.weights()
    assert weights is not None
    take = Take(drawing.document, drawing.reading, weights=read(weights).net)
    program = take.program()
    (kind,) = (source.kind for source in program.sources if source.kind.name() == data)
    with torch.no_grad():
        return make_net(take, program)(**asked(program)), kind


def asked(program: Program) -> dict[str, "Tensor"]:
    """What a generator makes its rows from, by the arguments of Net: noise, and classes in turn where it wants some."""
    import torch

    from runtime.noise import drawn

    noises = {(node.born, "x"): kind for node, kind in program.noises}
    found = {}
    for spot, name in program.net_arguments.items():
        value = program.tensor(spot)
        if spot in noises:
            found[name] = drawn(noises[spot], MADE)
        elif value is not None and value.classes:
            found[name] = torch.arange(MADE) % value.classes
    return found


@cache
def classifier() -> "nn.Module":
    """A convolutional network that tells digits of −1 to 1 apart, trained on all of them."""
    import torch
    from sklearn.datasets import load_digits
    from torch import nn
    from torch.nn import functional as F

    torch.manual_seed(1)
    digits = load_digits()
    x, y = torch.tensor(digits.images, dtype=torch.float32)[:, None] / 8 - 1, torch.tensor(digits.target)
    net = nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.Conv2d(32, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Dropout(0.3), nn.Linear(512, 64), nn.ReLU(), nn.Linear(64, 10),
    )  # fmt: skip
    adam = torch.optim.Adam(net.parameters(), lr=2e-3)
    for _ in range(12):
        for rows in torch.randperm(len(x)).split(32):
            adam.zero_grad()
            F.cross_entropy(net(x[rows]), y[rows]).backward()
            adam.step()
    return net.eval()
