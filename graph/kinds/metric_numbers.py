"""Metrics for numbers and pictures: how far an answer is from the right one."""

from collections.abc import Mapping
from typing import Any, ClassVar

from graph.adapting import expressions, numbers
from graph.metrics import NumberMetric, answers
from graph.misfit import Misfit
from graph.param import param
from graph.shape import Tensor
from graph.spec import Port


class MeanAbsoluteError(NumberMetric):
    """How far predicted numbers are from the right ones, on average, in the units of the answer."""

    stem = "error"
    title = "Mean absolute error"
    common = True
    formula = "mean |ŷ − y|"
    use = "To say in the units of the answer how far off it is."
    avoid = "Where large errors matter most: RootMeanSquaredError."
    origin = "Textbook"
    words = ("mae", "regression", "error", "distance", "l1")

    def sums(self, names: Mapping[str, Any], inputs: Mapping[str, Any], rows: str) -> tuple[str, str]:
        prediction, target = expressions(names, inputs)
        return f"({prediction} - {target}).abs().sum()", answers(inputs["target"], names["target"], rows)


class MeanSquaredError(NumberMetric):
    """How far predicted numbers are from the right ones, squared: large errors count most."""

    stem = "mse"
    title = "Mean squared error of answers"
    formula = "mean (ŷ − y)²"
    use = "To compare models that were trained by it."
    avoid = "To tell people: its unit is the square of the answer's. RootMeanSquaredError."
    origin = "Textbook"
    words = ("mse", "regression", "error", "l2", "squared")

    def sums(self, names: Mapping[str, Any], inputs: Mapping[str, Any], rows: str) -> tuple[str, str]:
        prediction, target = expressions(names, inputs)
        return f"({prediction} - {target}).square().sum()", answers(inputs["target"], names["target"], rows)


class RootMeanSquaredError(MeanSquaredError):
    """The square root of the mean squared error, in the units of the answer: large errors count most."""

    stem = "rmse"
    title = "Root mean squared error"
    formula = "√ mean (ŷ − y)²"
    use = "To say in the units of the answer how far off it is, with weight on large errors."
    avoid = "With outliers that do not matter: MeanAbsoluteError."
    words = ("rmse", "regression", "error", "standard error", "root")

    def final(self, inputs: Mapping[str, Any]) -> str:
        return "(s / n).sqrt()"


SPREAD = '''
def spread(prediction, target):
    """Of each number of a row: squared errors, targets and squared targets, summed over rows."""
    wide = torch.float32 if target.device.type == "mps" else torch.float64
    rows = (target.shape[0], -1)
    prediction, target = prediction.to(wide).reshape(rows), target.to(wide).reshape(rows)
    errors = (prediction - target).square()
    return torch.stack([errors.sum(0), target.sum(0), target.square().sum(0)])


def explained(s, n):
    """One minus squared errors by the targets' spread, of each number of a row, and their mean."""
    return (1 - s[0] / (s[2] - s[1].square() / n)).mean()
'''


class R2(NumberMetric):
    """How much of the spread of the answers is explained: 1 is perfect, 0 is no better than always saying the mean."""

    title = "R²"
    source = SPREAD
    higher_is_better = True
    formula = "R² = 1 − Σ (y − ŷ)² / Σ (y − ȳ)²"
    use = "To compare how well different numbers are predicted, whatever their units."
    avoid = "On few rows, or where the answers hardly differ."
    origin = "S. Wright, Correlation and causation, 1921; textbook"
    words = ("r2", "r squared", "coefficient of determination", "explained variance", "regression")

    def sums(self, names: Mapping[str, Any], inputs: Mapping[str, Any], rows: str) -> tuple[str, str]:
        prediction, target = expressions(names, inputs, to_float=False)
        return f"spread({prediction}, {target})", rows

    def final(self, inputs: Mapping[str, Any]) -> str:
        return "explained(s, n)"


class _PictureMetric(NumberMetric):
    """Compares pictures; the figure is the mean over pictures."""

    higher_is_better = True
    shapes = "prediction (N, C, H, W), target (N, C, H, W) → one number"
    inputs: ClassVar[tuple[Port, ...]] = (Port("prediction"), Port("target"))
    data_range: float = param(1.0, "From the darkest to the brightest value that a picture may have.", above=0.0)

    def check(self, prediction: Tensor, target: Tensor) -> None:
        numbers(prediction, target)
        if target.dtype != "float" or target.rank != 4 or prediction.rank != 4:
            raise Misfit("compares pictures", "target", code="target-shape")


PSNR_SOURCE = '''
def psnr(prediction, target, brightest):
    """The brightest value squared by the mean squared error of each picture, in decibels."""
    return 10 * (brightest**2 / (prediction - target).square().flatten(1).mean(1)).log10()
'''


class PSNR(_PictureMetric):
    """How little noise there is between a picture and the right one, in decibels: 30 is good, 40 hard to tell apart."""

    title = "Peak signal-to-noise ratio"
    source = PSNR_SOURCE
    formula = "PSNR = mean 10·log₁₀ (range² / MSE)"
    use = "For denoising, compression and upsampling."
    avoid = "To say how a picture looks to people: SSIM comes closer."
    origin = "Textbook"
    words = ("psnr", "peak signal to noise", "decibel", "denoising", "super resolution", "image quality")

    def sums(self, names: Mapping[str, Any], inputs: Mapping[str, Any], rows: str) -> tuple[str, str]:
        return f"psnr({names['prediction']}, {names['target']}, {self.data_range!r}).sum()", rows


SSIM_SOURCE = '''
def ssim(prediction, target, size, sigma, brightest):
    """How alike pictures are in light, contrast and structure, one number for each."""
    place = torch.arange(size, dtype=prediction.dtype, device=prediction.device) - (size - 1) / 2
    bell = (-(place / sigma).square() / 2).exp()
    window = torch.outer(bell, bell) / bell.sum().square()
    window = window.expand(prediction.shape[1], 1, size, size)
    pairs = (prediction, target, prediction**2, target**2, prediction * target)
    a, b, aa, bb, ab = (F.conv2d(values, window, groups=values.shape[1]) for values in pairs)
    light, rest = (0.01 * brightest) ** 2, (0.03 * brightest) ** 2
    alike = (2 * a * b + light) * (2 * (ab - a * b) + rest)
    most = (a**2 + b**2 + light) * (aa - a**2 + bb - b**2 + rest)
    return (alike / most).flatten(1).mean(1)
'''


class SSIM(_PictureMetric):
    """How alike a picture and the right one look: light, contrast and structure in a small window, 1 being the same."""

    title = "Structural similarity"
    source = SSIM_SOURCE
    formula = "SSIM = (2·μₐ·μ_b + c₁)·(2·σ_ab + c₂) / ((μₐ² + μ_b² + c₁)·(σₐ² + σ_b² + c₂)), mean over windows"
    use = "For denoising, compression and upsampling, to judge as an eye does."
    avoid = "On pictures smaller than its window; where exact values count: PSNR."
    origin = "Z. Wang and others, Image quality assessment: from error visibility to structural similarity, 2004"
    words = ("ssim", "structural similarity", "image quality", "denoising", "super resolution")
    kernel_size: int = param(11, "Side of the window, in pixels.", min=1)
    sigma: float = param(1.5, "How wide the bell is by which the window weighs.", above=0.0)

    def check(self, prediction: Tensor, target: Tensor) -> None:
        super().check(prediction, target)
        if any(isinstance(side, int) and side < self.kernel_size for side in prediction.known[2:]):
            wants = f"looks through a window of {self.kernel_size}×{self.kernel_size}"
            raise Misfit(wants, "prediction", hint="pictures must not be smaller", code="target-shape")

    def sums(self, names: Mapping[str, Any], inputs: Mapping[str, Any], rows: str) -> tuple[str, str]:
        settings = f"{self.kernel_size}, {self.sigma!r}, {self.data_range!r}"
        return f"ssim({names['prediction']}, {names['target']}, {settings}).sum()", rows
