"""Losses of adversaries: a judge tells real rows from made ones, and a generator wants to be taken for real."""

from collections.abc import Mapping
from typing import Any, ClassVar

from graph.misfit import Misfit, floats
from graph.param import param
from graph.roles import LossKind
from graph.shape import Axis, Tensor
from graph.spec import Port, atom

AVOID = "Where rows have right answers of their own: this loss knows only real and made."


class _Judged(LossKind):
    """Takes the judge's scores alone; whether the rows count as real is a parameter."""

    shapes = "prediction (N, *) → one number"
    inputs = (Port("prediction", help="What the judge says."),)
    avoid = AVOID
    telling: ClassVar[tuple[str, ...]] = ("target",)
    target: str = param(
        "real", "What the judge should say: real, also for a generator that wants to deceive; or fake.",
        choices=("real", "fake"),
    )  # fmt: skip

    def check(self, prediction: Tensor) -> None:
        floats(prediction, "prediction")

    def real(self, scores: str) -> str:
        """Source of the loss where the rows shall be taken for real."""
        raise NotImplementedError  # every concrete loss says both; a test runs them

    def fake(self, scores: str) -> str:
        """Source of the loss where they shall be taken for made."""
        raise NotImplementedError  # as above

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        scores = names["prediction"]
        return self.real(scores) if self.target == "real" else self.fake(scores)


class AdversarialLoss(_Judged):
    """The loss of the first adversaries: a cross-entropy of raw scores with real (1) or fake (0) for all rows."""

    title = "Adversarial"
    takes = "scores"
    formula = "L = −mean log σ(d) if real, else −mean log(1 − σ(d))"
    use = "Twice for a discriminator (data real, made rows fake), once for a generator (made rows real)."
    origin = "I. Goodfellow and others, Generative adversarial nets, 2014"
    words = ("gan", "discriminator", "generator", "bce", "real fake", "non-saturating")
    smoothing: float = param(0.0, "How much less than 1 real counts, so that the judge stays unsure.", min=0.0, max=0.5)

    def real(self, scores: str) -> str:
        wanted = (
            f"torch.full_like({scores}, {1 - self.smoothing!r})" if self.smoothing else f"torch.ones_like({scores})"
        )
        return f"F.binary_cross_entropy_with_logits({scores}, {wanted})"

    def fake(self, scores: str) -> str:
        return f"F.binary_cross_entropy_with_logits({scores}, torch.zeros_like({scores}))"


class LeastSquaresAdversarialLoss(_Judged):
    """Adversaries by squares: the judge's score shall be 1 for real rows and 0 for made ones."""

    title = "Least-squares adversarial"
    formula = "L = ½·mean (d − 1)² if real, else ½·mean d²"
    use = "As AdversarialLoss; slopes do not fade where the judge is sure, so it trains more steadily."
    origin = "X. Mao and others, Least squares generative adversarial networks, 2017"
    words = ("lsgan", "gan", "discriminator", "generator", "least squares", "real fake")

    def real(self, scores: str) -> str:
        return f"0.5 * ({scores} - 1).square().mean()"

    def fake(self, scores: str) -> str:
        return f"0.5 * {atom(scores)}.square().mean()"


class WassersteinLoss(_Judged):
    """The critic's loss: its scores shall be high for real rows and low for made ones, as far apart as they can."""

    title = "Wasserstein"
    formula = "L = −mean c if real, else mean c"
    use = "For a critic whose slope is kept bounded (clipped weights or a gradient penalty), and for its generator."
    origin = "M. Arjovsky, S. Chintala and L. Bottou, Wasserstein GAN, 2017"
    words = ("wgan", "gan", "critic", "earth mover", "generator", "real fake")

    def real(self, scores: str) -> str:
        return f"-{atom(scores)}.mean()"

    def fake(self, scores: str) -> str:
        return f"{atom(scores)}.mean()"


class HingeAdversarialLoss(_Judged):
    """The judge's hinge: scores above 1 for real rows and below −1 for made ones are good enough."""

    title = "Hinge adversarial"
    formula = "L = mean max(0, 1 − d) if real, else mean max(0, 1 + d)"
    use = "For a discriminator of pictures; its generator takes a WassersteinLoss with target real."
    origin = "J. H. Lim and J. C. Ye, Geometric GAN, 2017; D. Tran and others, 2017"
    words = ("gan", "discriminator", "hinge", "biggan", "sagan", "real fake")

    def real(self, scores: str) -> str:
        return f"F.relu(1 - {scores}).mean()"

    def fake(self, scores: str) -> str:
        return f"F.relu(1 + {scores}).mean()"


class GradientPenalty(LossKind):
    """Keeps a critic from being steep: at each row, its score shall change by as much as the row moves, or not at all.

    The slope is measured by a gradient within the step; what the critic learns from it is a gradient of that gradient.
    """

    title = "Gradient penalty"
    formula = "L = mean (|∂c/∂x| − length)²"
    shapes = "prediction (N, *), x (N, *) → one number"
    use = "With a WassersteinLoss: x a Lerp of real and made rows, prediction the critic's score of it, weight 1 to 10."
    avoid = "Behind a critic with BatchNorm: rows then share their scores, and a slope for each row means nothing."
    origin = (
        "I. Gulrajani and others, Improved training of Wasserstein GANs, 2017; length 0: L. Mescheder and others, 2018"
    )
    words = ("wgan-gp", "lipschitz", "critic", "gan", "r1", "regularization", "slope", "jacobian")
    inputs = (Port("prediction", help="What the critic says of x."), Port("x", help="What it says it of."))
    slope = ("prediction", "x")
    telling: ClassVar[tuple[str, ...]] = ("length",)
    length: float = param(1.0, "How long the slope of each row shall be; 0 keeps scores flat (R1, R2).", min=0.0)
    above: bool = param(False, "Only slopes that are longer count.")

    def check(self, prediction: Tensor, x: Tensor) -> None:
        if isinstance(x.known[0], Axis) and isinstance(prediction.known[0], Axis) and x.known[0] != prediction.known[0]:
            text = "{node} wants a score for each row of x, but {source} gives rows of other data."
            raise Misfit(port="x", text=text, code="rows-mixed")
        floats(prediction, "prediction")
        floats(x, "x")

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        rows = names["slope"] if inputs["x"].rank == 2 else f"{names['slope']}.flatten(1)"
        if inputs["x"].rank == 1:
            rows = f"{names['slope']}.unsqueeze(1)"
        if self.length == 0:
            return f"{rows}.square().sum(dim=1).mean()"
        apart = f"({rows}.norm(dim=1) - {self.length:g})"
        return f"F.relu{apart}.square().mean()" if self.above else f"{apart}.square().mean()"
