"""Metrics: how good a prediction is, in words that people use."""

from collections.abc import Mapping
from typing import Any

from graph.kinds.loss import adapted, alike
from graph.shape import Tensor, describe
from graph.spec import Metric, Misfit, floats


class Accuracy(Metric):
    """The part of the rows whose class is right."""

    words = ("correct", "hit rate", "classification")
    formula = "correct / all"

    def check(self, prediction: Tensor, target: Tensor) -> None:
        floats(prediction, "prediction")
        if target.dtype == "float":
            raise Misfit(
                "wants class numbers as its target",
                "target",
                code="dtype",
                hint="numbers are measured by MeanAbsoluteError",
            )
        if self._by_class(prediction, target):
            return
        if prediction.rank != target.rank and not (prediction.rank == 2 and prediction.known[1] in (1, None)):
            raise Misfit(f"wants a score for each class, to compare with {describe(target)}", "prediction")

    def _by_class(self, prediction: Tensor, target: Tensor) -> bool:
        return prediction.rank == target.rank + 1 and prediction.known[1] != 1

    def sums(self, names: Mapping[str, Any], inputs: Mapping[str, Any], rows: str) -> tuple[str, str]:
        prediction, target = inputs["prediction"], inputs["target"]
        if self._by_class(prediction, target):
            return f"({names['prediction']}.argmax(1) == {names['target']}).sum()", _numbers(target, names, rows)
        given = f"{names['prediction']}.squeeze(1)" if prediction.rank > target.rank else names["prediction"]
        bound = "0.5" if prediction.probability else "0"
        return f"(({given} > {bound}) == {names['target']}).sum()", _numbers(target, names, rows)


class MeanAbsoluteError(Metric):
    """How far predictions are from the target on average, in the target's own unit."""

    words = ("mae", "l1", "regression", "error")
    formula = "1/n · Σ |ŷ − y|"
    higher_is_better = False

    def check(self, prediction: Tensor, target: Tensor) -> None:
        alike(prediction, target)

    def sums(self, names: Mapping[str, Any], inputs: Mapping[str, Any], rows: str) -> tuple[str, str]:
        given, wanted = adapted(names, inputs)
        return f"({given} - {wanted}).abs().sum()", _numbers(inputs["target"], names, rows)


def _numbers(target: Tensor, names: Mapping[str, Any], rows: str) -> str:
    """How many numbers are compared in a batch."""
    return rows if target.rank == 1 else f"{names['target']}.numel()"
