"""Losses: how wrong a prediction is, as one number to make small."""

from collections.abc import Mapping
from typing import Any

from graph.shape import Axis, Tensor, Unbroadcastable, broadcast, describe
from graph.spec import Advice, LossKind, Misfit, floats, param


def adapted(names: Mapping[str, Any], inputs: Mapping[str, Any]) -> tuple[str, str]:
    """Prediction and target as source: a column against numbers is squeezed, class numbers become floats."""
    prediction, target = inputs["prediction"], inputs["target"]
    squeezed = prediction.rank == 2 and target.rank == 1
    wanted = f"{names['target']}.float()" if target.dtype in ("index", "bool") else names["target"]
    return f"{names['prediction']}.squeeze(1)" if squeezed else names["prediction"], wanted


def alike(prediction: Tensor, target: Tensor) -> None:
    """Raises Misfit unless the two can be compared number by number."""
    floats(prediction, "prediction")
    given, wanted = prediction.known, target.known
    if prediction.rank == 2 and target.rank == 1 and given[1] in (1, None):
        given = given[:1]
    if len(given) != len(wanted):
        raise _unlike(prediction, target)
    for left, right in zip(given, wanted, strict=True):
        if left is not None and right is not None and left != right:
            if isinstance(left, Axis) and isinstance(right, Axis):
                raise Misfit(text="{node} compares rows of different data; {source} brings the others.", port="target",
                             code="rows-mixed")  # fmt: skip
            raise _unlike(prediction, target)


def _unlike(prediction: Tensor, target: Tensor) -> Misfit:
    width = 1 if target.rank == 1 else target.known[-1]
    advice = None
    if isinstance(width, int) and prediction.rank == 2:
        advice = Advice("set_source", f"Give {width} number{'s' if width > 1 else ''}", params={"out_features": width})
    return Misfit(
        f"compares number by number with {describe(target)}", "prediction", code="target-shape", advice=advice
    )


class _Elementwise(LossKind):
    """Compares number by number."""

    def check(self, prediction: Tensor, target: Tensor) -> None:
        alike(prediction, target)
        try:
            broadcast(prediction.known[:1], target.known[:1])
        except Unbroadcastable:
            raise _unlike(prediction, target) from None


class MSELoss(_Elementwise):
    """The mean of squared differences: the usual loss for predicting numbers."""

    title = "Mean squared error"
    words = ("mse", "l2", "regression", "quadratic")
    formula = "L = 1/n · Σ (ŷ − y)²"

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        return f"F.mse_loss({', '.join(adapted(names, inputs))})"


class L1Loss(_Elementwise):
    """The mean of absolute differences: single large errors count for less than in the squared error."""

    title = "Mean absolute error loss"
    words = ("mae", "l1", "regression", "robust")
    formula = "L = 1/n · Σ |ŷ − y|"

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        return f"F.l1_loss({', '.join(adapted(names, inputs))})"


class CrossEntropyLoss(LossKind):
    """How surprised the network is by the right class. Takes raw scores; the softmax is inside."""

    title = "Cross-entropy"
    words = ("log loss", "softmax loss", "classification", "nll")
    formula = "L = −log softmax(ŷ)[y]"
    telling = ()
    label_smoothing: float = param(0.0, "Part of the certainty that is spread over all classes.", min=0.0, max=1.0)

    def check(self, prediction: Tensor, target: Tensor) -> None:
        floats(prediction, "prediction")
        if prediction.rank < 2:
            raise Misfit(
                "wants a score for each class", "prediction", hint="one number per row goes to BCEWithLogitsLoss"
            )
        if target.dtype == "index":
            self._classes_fit(prediction, target)
        elif target.dtype is not None:
            raise Misfit(
                "wants class numbers as its target", "target", code="dtype", hint="numbers to predict go to MSELoss"
            )

    def _classes_fit(self, prediction: Tensor, target: Tensor) -> None:
        scores = prediction.known[1]
        if prediction.rank != target.rank + 1:
            raise Misfit(f"wants scores with one side more than the target, which is {describe(target)}", "prediction")
        if isinstance(scores, int) and target.classes and scores < target.classes:
            source = Advice("set_source", f"Give {target.classes} scores", params={"out_features": target.classes})
            raise Misfit(text=f"{{node}} gets {scores} score{'s' * (scores != 1)} from {{source}}, but there are {target.classes} "
                         "classes.", port="prediction", code="target-shape", advice=source)  # fmt: skip
        self._rows_fit(prediction, target)

    def _rows_fit(self, prediction: Tensor, target: Tensor) -> None:
        left, right = prediction.known[0], target.known[0]
        if isinstance(left, Axis) and isinstance(right, Axis) and left != right:
            raise Misfit(text="{node} compares rows of different data; {source} brings the others.", port="target",
                         code="rows-mixed")  # fmt: skip

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        smoothing = f", label_smoothing={self.label_smoothing!r}" if self.label_smoothing else ""
        return f"F.cross_entropy({names['prediction']}, {names['target']}{smoothing})"


class BCEWithLogitsLoss(_Elementwise):
    """Cross-entropy for yes or no. Takes raw scores; the sigmoid is inside."""

    title = "Binary cross-entropy"
    words = ("bce", "logistic loss", "yes no", "classification", "sigmoid")
    formula = "L = −y·log σ(ŷ) − (1 − y)·log(1 − σ(ŷ))"

    def check(self, prediction: Tensor, target: Tensor) -> None:
        if target.dtype == "index" and target.classes and target.classes > 2:
            raise Misfit(text=f"{{node}} tells two classes apart, but {{source}} has {target.classes}: use CrossEntropyLoss.",
                         port="target", code="target-shape")  # fmt: skip
        super().check(prediction, target)

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        return f"F.binary_cross_entropy_with_logits({', '.join(adapted(names, inputs))})"
