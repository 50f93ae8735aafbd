"""Losses for predicting numbers: how far an answer is from the right one."""

from collections.abc import Mapping
from typing import Any

from graph.adapting import expressions, numbers
from graph.losses import ROWS, NumberLoss, keywords
from graph.misfit import Misfit
from graph.param import param
from graph.shape import Tensor
from graph.spec import Port


class MSELoss(NumberLoss):
    """The mean of the squared differences: the usual loss for predicting numbers. Large errors count most."""

    title = "Mean squared error"
    torch = "nn.MSELoss"
    common = True
    function = "F.mse_loss"
    formula = "L = mean (ŷ − y)²"
    use = "To predict numbers whose errors are spread evenly around zero."
    avoid = "With outliers, which it lets pull hardest: HuberLoss or L1Loss. For classes: CrossEntropyLoss."
    origin = "A. M. Legendre, Nouvelles méthodes pour la détermination des orbites des comètes, 1805"
    words = ("mse", "mean squared error", "l2", "regression", "least squares")


class L1Loss(NumberLoss):
    """The mean of the differences without their sign: for numbers with outliers, which do not count too much."""

    title = "Mean absolute error loss"
    torch = "nn.L1Loss"
    function = "F.l1_loss"
    formula = "L = mean |ŷ − y|"
    use = "To predict numbers where some targets are far off; it aims at the median."
    avoid = "Where the last bit of precision counts: its slope never gets smaller near the answer."
    origin = "P.-S. Laplace, Mémoire sur la probabilité des causes par les événements, 1774"
    words = ("l1", "mean absolute error", "mae", "regression", "robust")


class SmoothL1Loss(NumberLoss):
    """Squared differences where they are smaller than beta, plain differences beyond: smooth at zero, calm far away."""

    title = "Smooth L1"
    torch = "nn.SmoothL1Loss"
    function = "F.smooth_l1_loss"
    formula = "L = mean (½·e²/β if |e| < β, else |e| − ½·β),  e = ŷ − y"
    use = "For the corners of boxes in object detection, and for numbers with outliers."
    avoid = "Where targets of very different size stand side by side: scale them first, beta is one for all."
    origin = "R. Girshick, Fast R-CNN, 2015"
    words = ("huber", "robust", "box regression", "detection", "regression")
    beta: float = param(1.0, "Below this difference it is a square.", min=0.0)


class HuberLoss(NumberLoss):
    """Squared differences up to delta, straight lines beyond: outliers pull, but no harder than others."""

    title = "Huber"
    torch = "nn.HuberLoss"
    function = "F.huber_loss"
    formula = "L = mean (½·e² if |e| < δ, else δ·(|e| − ½·δ)),  e = ŷ − y"
    use = "To predict numbers with outliers, delta being about the size of an honest error."
    avoid = "Where outliers are what matters: MSELoss."
    origin = "P. J. Huber, Robust estimation of a location parameter, 1964"
    words = ("robust", "outliers", "smooth", "regression")
    delta: float = param(1.0, "Beyond this difference it is a straight line.", above=0.0)


LOG_COSH = '''
def log_cosh(error):
    """ln cosh of each number, which does not overflow."""
    return error + F.softplus(-2 * error) - 0.6931471805599453
'''


class LogCoshLoss(NumberLoss):
    """The logarithm of the hyperbolic cosine of the differences: a square near zero, a straight line far away."""

    title = "Log-cosh"
    source = ROWS + "\n\n" + LOG_COSH
    formula = "L = mean ln cosh (ŷ − y)"
    use = "As a HuberLoss that is smooth everywhere and has nothing to set."
    avoid = "Where the change from square to line should lie elsewhere than at 1: HuberLoss."
    origin = "Textbook"
    words = ("logcosh", "robust", "smooth", "regression")

    def each(self, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        prediction, target = expressions(names, inputs)
        return f"log_cosh({prediction} - {target})"


PINBALL = '''
def quantile_loss(prediction, target, quantile):
    """Too low costs `quantile`, too high the rest of 1, for each unit of difference."""
    error = target - prediction
    return torch.maximum(quantile * error, (quantile - 1) * error)
'''


class QuantileLoss(NumberLoss):
    """Makes the model answer with a quantile: with 0.9 it learns what is exceeded only in one case out of ten."""

    title = "Quantile loss"
    source = ROWS + "\n\n" + PINBALL
    formula = "L = mean max(q·(y − ŷ), (q − 1)·(y − ŷ))"
    use = "For the lower and upper end of what may happen: two of them, with 0.05 and 0.95, give an interval."
    avoid = "For the mean: at 0.5 it aims at the median."
    origin = "R. Koenker and G. Bassett, Regression quantiles, 1978"
    words = ("pinball", "interval", "percentile", "median", "uncertainty", "regression")
    quantile: float = param(0.5, "The share of targets that shall lie below the answer.", above=0.0, below=1.0)

    def each(self, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        prediction, target = expressions(names, inputs)
        return f"quantile_loss({prediction}, {target}, {self.quantile!r})"


class PoissonNLLLoss(NumberLoss):
    """For counts: how surprised a predicted rate is by how often something happened."""

    title = "Poisson likelihood"
    torch = "nn.PoissonNLLLoss"
    function = "F.poisson_nll_loss"
    formula = "L = mean (e^ŷ − y·ŷ);  with log_input off: mean (ŷ − y·ln ŷ)"
    use = "To predict counts per time or place: visits, photons, goals."
    avoid = "Where counts scatter far more than their mean says, or for numbers that are no counts."
    origin = "S. D. Poisson, Recherches sur la probabilité des jugements, 1837; textbook"
    words = ("counts", "rate", "poisson regression", "negative log likelihood", "events")
    log_input: bool = param(True, "Whether the prediction is the logarithm of the rate, which can be any number.")
    full: bool = param(False, "Add the part that does not depend on the prediction (Stirling's formula).")
    eps: float = param(1e-8, "Keeps the logarithm of zero away where log_input is off.", above=0.0)


class GaussianNLLLoss(NumberLoss):
    """For numbers with a spread of their own: the model answers with a mean and a variance for each."""

    title = "Gaussian likelihood"
    torch = "nn.GaussianNLLLoss"
    formula = "L = mean ½·(ln max(σ², ε) + (ŷ − y)² / max(σ², ε))"
    shapes = "prediction (N, *), target (N, *), var (N, *) → one number"
    use = "Where the model should say how sure it is: noisy measurements, forecasts."
    avoid = "With a variance that can be negative: put a Softplus before var."
    origin = "D. Nix and A. Weigend, Estimating the mean and variance of the target distribution, 1994"
    words = ("uncertainty", "heteroscedastic", "variance", "normal", "negative log likelihood", "regression")
    inputs = (Port("prediction"), Port("target"), Port("var", help="The variance of each answer, above zero."))
    predictions = ("prediction", "var")
    positive = ("var",)
    full: bool = param(False, "Add the part that is always the same, ½·ln 2π.")
    eps: float = param(1e-6, "The smallest variance that is believed.", above=0.0)

    def check(self, prediction: Tensor, target: Tensor, var: Tensor | None = None) -> None:
        numbers(prediction, target)
        if var is not None:
            try:
                numbers(var, target)
            except Misfit as misfit:
                raise Misfit("wants a variance for each number", "var", hint=misfit.hint, code=misfit.code) from None

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        prediction, target = expressions(names, inputs)
        var, _ = expressions({**names, "prediction": names["var"]}, {**inputs, "prediction": inputs["var"]})
        return f"F.gaussian_nll_loss({prediction}, {target}, {var}{keywords(self)})"
