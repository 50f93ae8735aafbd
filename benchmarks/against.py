"""What networks have learned, against what does without: principal components, bicubic, a loss without weights."""

from typing import TYPE_CHECKING, Any

from benchmarks.generators import classifier
from runtime.data.source import load
from runtime.drawing import open_run
from runtime.exports.take import Take, make_net
from runtime.program import Program
from runtime.runs import Run
from runtime.train.checkpoint import read

if TYPE_CHECKING:
    from torch import Tensor


def by_components(run: Run) -> float:
    """The error of an autoencoder on test pictures by that of as many principal components, fitted on the others."""
    from sklearn.decomposition import PCA

    program, parts = opened(run)
    pictures = {part: rows["x"].flatten(1).numpy() / 16 for part, rows in parts.items()}
    (width,) = {program.tensor(use.spot).inner[0] for unit in program.units if unit.id == "decoder"  # type: ignore[union-attr]
                for uses in unit.inputs.values() for use in uses}  # fmt: skip
    components = PCA(width).fit(pictures["train"])
    again = components.inverse_transform(components.transform(pictures["test"]))
    plain = float(((again - pictures["test"]) ** 2).mean())
    return float(run.metrics()["test"]["loss"]) / plain


def bound(run: Run) -> float:
    """What a VAE's bound says of test pictures: 64 times the entropy of a pixel, and the divergence, in nats."""
    figures = run.metrics()["test"]
    return 64 * float(figures["pixels"]) + float(figures["kl"])


def above_bicubic(run: Run) -> float:
    """By how many decibels a generator's test pictures are nearer to the fine ones than bicubic interpolation."""
    coarse, fine, made = upscaled(run)
    return decibels(made, fine) - decibels(bicubic(coarse, fine), fine)


def read_again(run: Run) -> float:
    """Of test pictures that a classifier reads when they are fine, but not out of bicubic: the part it reads again."""
    coarse, fine, made = upscaled(run)
    right, smooth, ours = (digits(pictures) for pictures in (fine, bicubic(coarse, fine), made))
    lost = smooth != right
    return float((ours == right)[lost].float().mean())


def upscaled(run: Run) -> tuple["Tensor", "Tensor", "Tensor"]:
    """The test part of a run on coarse and fine pictures, and what its generator makes of the coarse ones."""
    import torch

    drawing, weights = open_run(run), run.weights()
    assert weights is not None
    take = Take(drawing.document, drawing.reading, weights=read(weights).net)
    _, parts = opened(run)
    coarse, fine = parts["test"]["x"], parts["test"]["y"]
    with torch.no_grad():
        return coarse, fine, make_net(take, take.program())(coarse)


def opened(run: Run) -> tuple[Program, dict[str, Any]]:
    """What a run trained, and the rows of its only data by part."""
    drawing = open_run(run)
    program = Program(drawing.reading)
    (source,) = program.sources
    return program, load(source.kind, run.path).parts


def bicubic(coarse: "Tensor", fine: "Tensor") -> "Tensor":
    from torch.nn import functional as F

    return F.interpolate(coarse, size=fine.shape[2:], mode="bicubic", align_corners=False).clamp(0, 1)


def decibels(made: "Tensor", fine: "Tensor") -> float:
    return float(-10 * (made - fine).square().flatten(1).mean(1).log10().mean())


def digits(pictures: "Tensor") -> "Tensor":
    """What a classifier reads, trained apart on all fine pictures."""
    import torch

    judge = classifier()
    with torch.no_grad():
        return judge(2 * pictures - 1).argmax(1)


def more_recall(run: Run) -> float:
    """By how much the mean recall of both classes is better with a weighted loss than with a plain one."""
    figures = run.metrics()["test"]
    return float(figures["recall_weighted"]) - float(figures["recall_plain"])
