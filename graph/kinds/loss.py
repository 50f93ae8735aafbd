"""Losses: how wrong a prediction is, as one number to make small."""

from collections.abc import Mapping
from typing import Any

from graph.adapting import expressions, numbers, same_rows
from graph.misfit import Advice, Misfit, floats
from graph.param import param
from graph.roles import LossKind
from graph.shape import Tensor


class _Pairwise(LossKind):
    """Compares number by number."""

    function = ""

    def check(self, prediction: Tensor, target: Tensor) -> None:
        numbers(prediction, target)

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        prediction, target = expressions(names, inputs)
        return f"{self.function}({prediction}, {target})"


class MSELoss(_Pairwise):
    """The mean of the squared differences: the usual loss for predicting numbers. Large errors count most."""

    title = "Mean squared error"
    torch = "nn.MSELoss"
    function = "F.mse_loss"
    formula = "L = mean (ŷ − y)²"
    words = ("mse", "mean squared error", "l2", "regression", "least squares")


class L1Loss(_Pairwise):
    """The mean of the differences without their sign: for numbers with outliers, which do not count too much."""

    title = "Mean absolute error loss"
    torch = "nn.L1Loss"
    function = "F.l1_loss"
    formula = "L = mean |ŷ − y|"
    words = ("l1", "mean absolute error", "mae", "regression", "robust")


class BCEWithLogitsLoss(_Pairwise):
    """For yes or no: how surprised a raw score is by the right answer. It applies the sigmoid itself."""

    title = "Binary cross-entropy"
    torch = "nn.BCEWithLogitsLoss"
    function = "F.binary_cross_entropy_with_logits"
    formula = "L = −mean [y·log σ(ŷ) + (1 − y)·log(1 − σ(ŷ))]"
    words = ("bce", "binary cross entropy", "log loss", "logistic", "two classes", "yes no")

    def check(self, prediction: Tensor, target: Tensor) -> None:
        if target.dtype == "index" and target.classes and target.classes > 2:
            advice = Advice("become", "Make it a CrossEntropyLoss", "CrossEntropyLoss")
            hint = "several classes go with a CrossEntropyLoss"
            raise Misfit("tells two classes apart", "target", hint=hint, code="target-shape", advice=advice)
        numbers(prediction, target)


class CrossEntropyLoss(LossKind):
    """For one class out of several: how surprised raw scores are by the right class. It applies the softmax itself."""

    title = "Cross-entropy"
    torch = "nn.CrossEntropyLoss"
    formula = "L = −mean log (e^ŷ[y] / Σⱼ e^ŷ[j])"
    words = ("log loss", "classification", "classes", "softmax", "nll", "cross entropy")
    label_smoothing: float = param(0.0, "How much of each answer is spread over all classes.", min=0.0, max=1.0)

    def check(self, prediction: Tensor, target: Tensor) -> None:
        same_rows(prediction, target)
        floats(prediction, "prediction")
        if target.dtype == "float":
            self._check_shares(prediction, target)
        elif target.dtype == "bool":
            advice = Advice("become", "Make it a BCEWithLogitsLoss", "BCEWithLogitsLoss")
            hint = "yes or no goes with a BCEWithLogitsLoss"
            raise Misfit("wants class numbers as its target", "target", hint=hint, code="dtype", advice=advice)
        else:
            self._check_classes(prediction, target)

    def _check_shares(self, prediction: Tensor, target: Tensor) -> None:
        """A target of probabilities: as many as scores."""
        if prediction.rank == target.rank > 1:
            numbers(prediction, target)
            return
        raise Misfit("wants class numbers as its target", "target", hint="numbers go with an MSELoss", code="dtype",
                     advice=Advice("become", "Make it an MSELoss", "MSELoss"))  # fmt: skip

    def _check_classes(self, prediction: Tensor, target: Tensor) -> None:
        classes = target.classes
        wants = f"wants a score for each of {classes} classes" if classes else "wants a score for each class"
        single = prediction.rank == 1 or prediction.known[1] == 1
        if single and target.rank == 1 and classes != 1:
            raise Misfit(wants, "prediction", code="target-shape", advice=self._more(classes, prediction))
        if prediction.rank != target.rank + 1:
            raise Misfit(wants, "prediction", code="target-shape")
        scores = prediction.known[1]
        if classes and isinstance(scores, int) and scores < classes:
            raise Misfit(wants, "prediction", code="target-shape", advice=self._more(classes, prediction))
        for left, right in zip(prediction.known[2:], target.known[1:], strict=True):
            if None not in (left, right) and left != right:
                raise Misfit(
                    wants, "prediction", hint="scores and classes must have the same sides", code="target-shape"
                )

    def _more(self, classes: int | None, prediction: Tensor) -> Advice | None:
        """More scores where a Linear gives them; a single score is yes or no."""
        if classes and prediction.rank == 2:
            return Advice("set_source", f"Answer with {classes} scores", params={"out_features": classes})
        if classes in (2, None):
            return Advice("become", "Make it a BCEWithLogitsLoss", "BCEWithLogitsLoss")
        return None

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        rest = "".join(f", {name}={value!r}" for name, value in self.args().items())
        return f"F.cross_entropy({names['prediction']}, {names['target']}{rest})"
