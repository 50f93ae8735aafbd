"""Losses of adversaries: a judge tells real rows from made ones, and a generator wants to be taken for real."""

from collections.abc import Mapping
from typing import Any, ClassVar

from graph.misfit import floats
from graph.param import param
from graph.roles import LossKind
from graph.shape import Tensor
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
