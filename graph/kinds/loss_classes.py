"""Losses for one class out of several: how surprised an answer is by the right class."""

from collections.abc import Mapping
from typing import Any

from graph.adapting import expressions, numbers, same_rows, squeezes
from graph.losses import (
    ClassLoss,
    RowLoss,
    classes_counted,
    classes_fit,
    constant,
    keywords,
    of_classes,
    scored,
    two_classes,
    weights_fit,
)
from graph.misfit import Advice, Misfit, floats
from graph.param import param
from graph.roles import LossKind
from graph.shape import Tensor
from graph.spec import atom


class CrossEntropyLoss(ClassLoss):
    """For one class out of several: how surprised raw scores are by the right class. It applies the softmax itself."""

    title = "Cross-entropy"
    torch = "nn.CrossEntropyLoss"
    common = True
    function = "F.cross_entropy"
    takes = "scores"
    formula = "L = −mean log (e^ŷ[y] / Σⱼ e^ŷ[j])"
    use = "To tell classes apart, one right answer each: the usual loss of a classifier and of a language model."
    avoid = "Behind a Softmax; where several answers can be right at once (BCEWithLogitsLoss); for numbers (MSELoss)."
    origin = "Textbook: the likelihood of a multinomial logistic regression (D. R. Cox, 1966; D. McFadden, 1973)"
    words = ("log loss", "classification", "classes", "softmax", "nll", "cross entropy", "weighted cross-entropy",
             "class weights", "imbalanced", "label smoothing")  # fmt: skip
    label_smoothing: float = param(0.0, "How much of each answer is spread over all classes.", min=0.0, max=1.0)

    def check_shares(self, prediction: Tensor, target: Tensor) -> None:
        if self.ignore_index >= 0:
            text = "{node} is set to ignore a class, but its target gives the share of each class."
            advice = Advice("set", "Ignore none", params={"ignore_index": -100})
            raise Misfit(port="target", text=text, code="ignore-index", advice=advice)
        if prediction.rank == target.rank > 1:
            numbers(prediction, target)
            return
        super().check_shares(prediction, target)


class NLLLoss(ClassLoss):
    """How surprised logarithms of probabilities are by the right class: the second half of a cross-entropy."""

    title = "Negative log-likelihood"
    torch = "nn.NLLLoss"
    function = "F.nll_loss"
    takes = "logarithms"
    formula = "L = −mean ŷ[y],  ŷ = ln p"
    use = "Behind a LogSoftmax, where the model itself should answer with logarithms of probabilities."
    avoid = "Behind raw scores, which CrossEntropyLoss takes in one step and with fewer roundings."
    origin = "Textbook"
    words = ("nll", "log likelihood", "logsoftmax", "classification", "classes")


class OneHotCrossEntropy(LossKind):
    """Cross-entropy for targets that give the share of each class: one 1 among zeros, or probabilities."""

    title = "One-hot cross-entropy"
    takes = "scores"
    formula = "L = −mean Σⱼ y[j]·log (e^ŷ[j] / Σₖ e^ŷ[k])"
    shapes = "prediction (N, C) or (N, C, *), target of the same sides → one number"
    use = "Where the targets are columns of zeros with one 1, mixed labels (mixup), or another model's probabilities."
    avoid = "For class numbers: CrossEntropyLoss. For several right answers at once: BCEWithLogitsLoss."
    origin = "Textbook"
    words = ("categorical crossentropy", "soft labels", "distillation", "one hot", "classification", "probabilities")
    label_smoothing: float = param(0.0, "How much of each answer is spread over all classes.", min=0.0, max=1.0)

    def check(self, prediction: Tensor, target: Tensor) -> None:
        same_rows(prediction, target)
        if target.dtype == "index" and prediction.rank == target.rank + 1:
            advice = Advice("become", "Make it a CrossEntropyLoss", "CrossEntropyLoss")
            hint = "class numbers go with a CrossEntropyLoss"
            raise Misfit("wants the share of each class", "target", hint=hint, code="target-shape", advice=advice)
        if prediction.rank == 1:
            raise Misfit("wants a score for each class", "prediction", code="target-shape")
        numbers(prediction, target)

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        target = names["target"]
        target = target if inputs["target"].dtype == "float" else f"{atom(target)}.float()"
        return f"F.cross_entropy({names['prediction']}, {target}{keywords(self)})"


FOCAL = '''
def focal_loss(scores, target, gamma, weight=None):
    """Cross-entropy in which a target counts the less, the surer the right answer is already."""
    surprise = F.cross_entropy(scores, target, reduction="none")
    counts = (-torch.expm1(-surprise)).clamp(min=1e-12) ** gamma
    return counts * surprise if weight is None else weight[target] * counts * surprise


def binary_focal_loss(scores, target, gamma, alpha=0.5):
    """The same for yes or no; yes counts `alpha`, no counts the rest of 1."""
    surprise = F.binary_cross_entropy_with_logits(scores, target, reduction="none")
    counts = (-torch.expm1(-surprise)).clamp(min=1e-12) ** gamma
    return (alpha * target + (1 - alpha) * (1 - target)) * counts * surprise
'''


class FocalLoss(RowLoss):
    """Cross-entropy that looks at what is hard: rows that are right already hardly count. One score means yes or no."""

    title = "Focal loss"
    source = ClassLoss.source + "\n\n" + FOCAL
    takes = "scores"
    formula = "L = −mean α·(1 − p)^γ·log p,  p the probability of the right class"
    shapes = "prediction (N, C, *) with classes (N, *), or prediction and target (N, *) → one number"
    use = "Where one class is rare and most rows are easy: finding objects, defects, diseases."
    avoid = "With wrong labels, which are the hardest rows of all."
    origin = "T.-Y. Lin and others, Focal loss for dense object detection, 2017"
    words = ("imbalanced", "hard examples", "detection", "retinanet", "classification", "rare")
    balances = "weight"
    gamma: float = param(2.0, "How fast easy rows stop counting; at 0 it is a cross-entropy.", min=0.0)
    alpha: float = param(0.25, "With one score: how much yes counts; no counts the rest of 1.", min=0.0, max=1.0)
    weight: Any = param(
        None, "Where there is a score for each class: how much each counts, or balanced, the rarer the more.",
        type="numbers", min=0.0, optional=True, choices=("balanced",),
    )  # fmt: skip

    def check(self, prediction: Tensor, target: Tensor) -> None:
        same_rows(prediction, target)
        floats(prediction, "prediction")
        if by_class(prediction, target):
            classes_fit(prediction, target)
            weights_fit(self, prediction)
            classes_counted(self, prediction, target)
        else:
            two_classes(target)
            numbers(prediction, target)

    def each(self, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        if by_class(inputs["prediction"], inputs["target"]):
            rest = f", {of_classes(self, names, 'prediction')}" if self.weight else ""
            return f"focal_loss({names['prediction']}, {names['target']}, {self.gamma!r}{rest})"
        prediction, target = expressions(names, inputs)
        return f"binary_focal_loss({prediction}, {target}, {self.gamma!r}, {self.alpha!r})"

    def balance(self, target: str, inputs: Mapping[str, Any]) -> str:
        return f"balanced({target}, {scored(inputs)})"


def by_class(prediction: Tensor, target: Tensor) -> bool:
    """Whether there is a score for each class, rather than one for yes or no."""
    return target.dtype == "index" and prediction.rank == target.rank + 1 and not squeezes(prediction, target)


DICE = '''
def dice_loss(shares, target, smooth):
    """One minus twice the overlap by the sum of both, of each row and class: (N, *, places)."""
    overlap, both = (shares * target).sum(-1), shares.sum(-1) + target.sum(-1)
    return 1 - ((2 * overlap + smooth) / (both + smooth)).mean()
'''


class DiceLoss(LossKind):
    """How little a drawn region and the right one overlap: for finding the outlines of things in pictures."""

    title = "Dice loss"
    source = DICE
    formula = "L = 1 − mean (2·Σ p·y + s) / (Σ p + Σ y + s),  sums over the places of a picture"
    shapes = "prediction (N, C, *) with classes (N, *), or prediction and target (N, *) → one number"
    use = "To mark small regions in large pictures; often added to a cross-entropy."
    avoid = "For whole pictures or rows: CrossEntropyLoss. It applies softmax or sigmoid itself to raw scores."
    origin = "F. Milletari, N. Navab and S.-A. Ahmadi, V-Net, 2016; L. R. Dice, 1945"
    words = ("segmentation", "overlap", "f1", "sorensen", "medical", "mask", "u-net")
    smooth: float = param(1.0, "Keeps the fraction calm where a class is absent.", above=0.0)

    def check(self, prediction: Tensor, target: Tensor) -> None:
        same_rows(prediction, target)
        floats(prediction, "prediction")
        if target.rank < 2:
            raise Misfit("wants a target with places, such as a mask of a picture", "target", code="target-shape")
        if by_class(prediction, target) and prediction.known[1] != 1:
            classes_fit(prediction, target)
        else:
            two_classes(target)
            numbers(*self._unsqueezed(prediction, target))

    def _unsqueezed(self, prediction: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
        if prediction.rank == target.rank + 1 and prediction.known[1] == 1:
            return prediction, Tensor((target.known[0], 1, *target.known[1:]), target.dtype, target.classes)
        return prediction, target

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        prediction, target = inputs["prediction"], inputs["target"]
        scores, right = atom(names["prediction"]), atom(names["target"])
        if by_class(prediction, target) and prediction.known[1] != 1:
            shares = scores if prediction.probability else f"{scores}.softmax(1)"
            right = f"F.one_hot({right}.flatten(1), {scores}.shape[1]).mT"
            return f"dice_loss({shares}.flatten(2), {right}, {self.smooth!r})"
        shares = scores if prediction.probability else f"{scores}.sigmoid()"
        right = right if target.dtype == "float" else f"{right}.float()"
        return f"dice_loss({shares}.flatten(1), {right}.flatten(1), {self.smooth!r})"


class MultiMarginLoss(LossKind):
    """The hinge for several classes: the right score shall be above every other by a margin."""

    title = "Multi-class hinge"
    torch = "nn.MultiMarginLoss"
    source = ClassLoss.source
    formula = "L = mean Σⱼ≠y max(0, m − ŷ[y] + ŷ[j])^p / C"
    shapes = "prediction (N, C), target (N) of class numbers → one number"
    use = "For a support vector machine of several classes on top of a network."
    avoid = "Where probabilities are wanted: CrossEntropyLoss."
    origin = "K. Crammer and Y. Singer, On the algorithmic implementation of multiclass vector machines, 2001"
    words = ("hinge", "svm", "margin", "classification", "several classes")
    p: int = param(1, "One for plain differences, two for their squares.", min=1, max=2)
    margin: float = param(1.0, "How far the right score shall be above the others.")
    weight: Any = param(None, "How much each class counts, one number a class.", type="numbers", min=0.0, optional=True)

    def check(self, prediction: Tensor, target: Tensor) -> None:
        same_rows(prediction, target)
        floats(prediction, "prediction")
        if target.dtype != "index" or target.rank != 1:
            raise Misfit("wants one class number per row as its target", "target", code="target-shape")
        classes_fit(prediction, target)
        weights_fit(self, prediction)

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        more = {"weight": constant(self.weight, names["prediction"])} if self.weight else {}
        return f"F.multi_margin_loss({names['prediction']}, {names['target']}{keywords(self, **more)})"


class MultiLabelMarginLoss(LossKind):
    """The hinge where several classes are right at once: each right score shall be above each wrong one by 1."""

    title = "Multi-label hinge"
    torch = "nn.MultiLabelMarginLoss"
    formula = "L = mean Σᵢⱼ max(0, 1 − (ŷ[yⱼ] − ŷ[i])) / C,  j over right classes, i over wrong ones"
    shapes = "prediction (N, C), target (N, C): the right classes first, then −1 → one number"
    use = "To rank several right answers above all others."
    avoid = "For targets of zeros and ones: MultiLabelSoftMarginLoss or BCEWithLogitsLoss."
    origin = "J. Weston and C. Watkins, Support vector machines for multi-class pattern recognition, 1999"
    words = ("multilabel", "hinge", "margin", "ranking", "tags")

    def check(self, prediction: Tensor, target: Tensor) -> None:
        if target.dtype != "index":
            advice = Advice("become", "Make it a MultiLabelSoftMarginLoss", "MultiLabelSoftMarginLoss")
            hint = "zeros and ones go with a MultiLabelSoftMarginLoss"
            raise Misfit("wants the numbers of the right classes", "target", hint=hint, code="dtype", advice=advice)
        numbers(prediction, target)
        scores = prediction.known[1] if prediction.rank == 2 else 0
        if isinstance(scores, int) and scores < (target.classes or 1):
            raise Misfit("wants a score for each class", "prediction", code="target-shape")

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        return f"F.multilabel_margin_loss({names['prediction']}, {names['target']})"
