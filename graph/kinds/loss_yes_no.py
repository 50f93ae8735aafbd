"""Losses for yes or no, once a row or for each of several labels, and for distributions."""

from collections.abc import Mapping
from typing import Any, ClassVar

from graph.adapting import expressions, numbers, signs
from graph.losses import CONSTANT, ROWS, NumberLoss, SignLoss, constant, keywords, of_classes, two_classes, weights_fit
from graph.misfit import Advice, Misfit
from graph.param import param
from graph.roles import LossKind
from graph.shape import Tensor

BALANCED_YES = '''
def balanced_yes(target):
    """How many times as often no is right as yes, of each label if there are several."""
    rows = target.reshape(target.shape[0], -1) if target.dim() == 2 else target.reshape(-1, 1)
    yes = rows.cpu().double().sum(0)
    return tuple(((rows.shape[0] - yes) / yes.clamp(min=1)).tolist())
'''


class BCEWithLogitsLoss(NumberLoss):
    """For yes or no: how surprised a raw score is by the right answer. It applies the sigmoid itself."""

    title = "Binary cross-entropy"
    torch = "nn.BCEWithLogitsLoss"
    common = True
    function = "F.binary_cross_entropy_with_logits"
    source = "\n\n".join((CONSTANT, BALANCED_YES, ROWS))
    takes = "scores"
    formula = "L = −mean [y·log σ(ŷ) + (1 − y)·log(1 − σ(ŷ))]"
    use = "For two classes with one score, or for several labels that may hold at once."
    avoid = "Behind a Sigmoid; for one class out of several: CrossEntropyLoss."
    origin = "Textbook: the likelihood of a logistic regression (D. R. Cox, 1958)"
    words = ("bce", "binary cross entropy", "log loss", "logistic", "two classes", "yes no", "multilabel")
    balances = "pos_weight"
    pos_weight: Any = param(
        None, "How much yes counts against no: a number, one a label, or balanced: as often as no per yes.",
        type="numbers", min=0.0, optional=True, choices=("balanced",),
    )  # fmt: skip

    def check(self, prediction: Tensor, target: Tensor) -> None:
        two_classes(target)
        numbers(prediction, target)
        labels = prediction.known[-1] if target.rank > 1 else 1
        given = self.pos_weight
        if given and not self.is_balanced and len(given) > 1 and isinstance(labels, int) and labels != len(given):
            text = f"{{node}} has {len(given)} weights for yes, but {{source}} answers with {labels}: one, or as many."
            advice = Advice("set", "Let yes count as much as no", params={"pos_weight": None})
            raise Misfit(port="prediction", text=text, code="weight-count", advice=advice)

    def given(self, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        prediction, target = expressions(names, inputs)
        near = {**names, "prediction": prediction}
        more = {"pos_weight": of_classes(self, near, "prediction")} if self.pos_weight else {}
        return f"{prediction}, {target}{keywords(self, **more)}"

    def balance(self, target: str, inputs: Mapping[str, Any]) -> str:
        return f"balanced_yes({target})"


class BCELoss(NumberLoss):
    """For yes or no: how surprised a probability is by the right answer. It wants a Sigmoid before it."""

    title = "Binary cross-entropy of probabilities"
    torch = "nn.BCELoss"
    function = "F.binary_cross_entropy"
    takes = "probabilities"
    formula = "L = −mean [y·log ŷ + (1 − y)·log(1 − ŷ)]"
    use = "Where the model must answer with a probability, behind a Sigmoid."
    avoid = "Behind raw scores: BCEWithLogitsLoss does both in one step, with fewer roundings."
    origin = "Textbook"
    words = ("bce", "binary cross entropy", "log loss", "sigmoid", "two classes", "autoencoder")

    def check(self, prediction: Tensor, target: Tensor) -> None:
        two_classes(target)
        numbers(prediction, target)


class MultiLabelSoftMarginLoss(NumberLoss):
    """For several labels that may hold at once: a yes-or-no cross-entropy of each raw score, then their mean."""

    title = "Multi-label cross-entropy"
    torch = "nn.MultiLabelSoftMarginLoss"
    function = "F.multilabel_soft_margin_loss"
    source = CONSTANT
    inputs = LossKind.inputs
    takes = "scores"
    formula = "L = −mean [y·log σ(ŷ) + (1 − y)·log(1 − σ(ŷ))]"
    use = "For tags of a picture or a text; each label can have a weight."
    avoid = "For one right class out of several: CrossEntropyLoss."
    origin = "Textbook"
    words = ("multilabel", "tags", "binary cross entropy", "several labels")
    weight: Any = param(None, "How much each label counts, one number a label.", type="numbers", min=0.0, optional=True)

    def check(self, prediction: Tensor, target: Tensor) -> None:
        two_classes(target)
        numbers(prediction, target)
        weights_fit(self, prediction, at=-1, one=True)

    def given(self, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        prediction, target = expressions(names, inputs)
        more = {"weight": constant(self.weight, prediction)} if self.weight else {}
        return f"{prediction}, {target}{keywords(self, **more)}"


class SoftMarginLoss(SignLoss):
    """For −1 or 1: the logistic loss of a raw score, which never quite ends even where the answer is right."""

    title = "Soft margin"
    torch = "nn.SoftMarginLoss"
    function = "F.soft_margin_loss"
    formula = "L = mean ln(1 + e^(−y·ŷ)),  y = ±1"
    use = "For two classes called −1 and 1."
    avoid = "For classes 0 and 1 it is the same as BCEWithLogitsLoss, which more people know."
    origin = "Textbook"
    words = ("logistic", "two classes", "margin", "signs", "plus minus one")


class HingeLoss(SignLoss):
    """The loss of support vector machines: a score shall be on the right side of zero, by a margin; then it is done."""

    title = "Hinge"
    formula = "L = mean max(0, m − y·ŷ),  y = ±1"
    use = "For two classes where only the side counts, as in a support vector machine."
    avoid = "Where probabilities are wanted: BCEWithLogitsLoss. For several classes: MultiMarginLoss."
    origin = "C. Cortes and V. Vapnik, Support-vector networks, 1995"
    words = ("svm", "support vector machine", "margin", "two classes", "max margin", "squared hinge")
    margin: float = param(1.0, "How far on the right side a score shall be.", above=0.0)
    squared: bool = param(False, "Square what is missing, so that large misses count more.")
    labels: str = param(
        "-1/1", "What a target of numbers calls the two classes; class numbers are always 0 and 1.",
        choices=("-1/1", "0/1"),
    )  # fmt: skip

    def each(self, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        prediction, _ = expressions(names, inputs)
        target = signs(names["target"], inputs["target"])
        if self.labels == "0/1" and inputs["target"].dtype not in ("index", "bool"):
            target = f"2 * {names['target']} - 1"
        sign = f"({target})" if " " in target else target
        missing = f"F.relu({self.margin!r} - {sign} * {prediction})"
        return f"{missing}.square()" if self.squared else missing


class HingeEmbeddingLoss(SignLoss):
    """For distances: those of like pairs (1) shall be small, those of unlike ones (−1) beyond a margin."""

    title = "Hinge of distances"
    torch = "nn.HingeEmbeddingLoss"
    function = "F.hinge_embedding_loss"
    formula = "L = mean (d if y = 1, else max(0, m − d))"
    use = "Behind a distance of two embeddings, to learn what is alike."
    avoid = "For scores of classes: HingeLoss."
    origin = "R. Hadsell, S. Chopra and Y. LeCun, Dimensionality reduction by learning an invariant mapping, 2006"
    words = ("contrastive", "siamese", "distance", "similarity", "pairs", "embedding")
    margin: float = param(1.0, "How far apart unlike pairs shall be.")


class KLDivLoss(NumberLoss):
    """How far a distribution, given by logarithms, is from the right one. The sum over classes, the mean over rows."""

    title = "Kullback-Leibler divergence"
    torch = "nn.KLDivLoss"
    takes = "logarithms"
    formula = "L = mean over rows Σ y·(ln y − ŷ),  ŷ = ln p"
    shapes = "prediction (N, *) of log-probabilities, target (N, *) of probabilities → one number"
    use = "To bring one distribution close to another: distillation, a posterior to its prior."
    avoid = "For class numbers: CrossEntropyLoss."
    origin = "S. Kullback and R. A. Leibler, On information and sufficiency, 1951"
    words = ("kl", "divergence", "distribution", "distillation", "relative entropy")
    inputs = LossKind.inputs
    log_target: bool = param(False, "Whether the target holds logarithms of probabilities too.")
    function: ClassVar[str] = "F.kl_div"

    def check(self, prediction: Tensor, target: Tensor) -> None:
        if target.dtype in ("index", "bool"):
            advice = Advice("become", "Make it a CrossEntropyLoss", "CrossEntropyLoss")
            raise Misfit("wants probabilities as its target", "target", code="dtype", advice=advice)
        numbers(prediction, target)

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        prediction, target = expressions(names, inputs)
        return f'{self.function}({prediction}, {target}, reduction="batchmean"{keywords(self)})'
