"""Metrics: how good a prediction is, in numbers that people read."""

from collections.abc import Mapping
from typing import Any

from graph.adapting import expressions, numbers, same_rows
from graph.misfit import Advice, Misfit
from graph.roles import Metric
from graph.shape import Tensor
from graph.spec import atom


class Accuracy(Metric):
    """The part of the rows that are answered right: the highest score, or the right side of the threshold."""

    formula = "correct / all"
    counts = True
    words = ("correct", "right", "hit rate", "classification", "score", "percent")

    def check(self, prediction: Tensor, target: Tensor) -> None:
        same_rows(prediction, target)
        if target.dtype == "float":
            advice = Advice("become", "Make it a MeanAbsoluteError", "MeanAbsoluteError")
            hint = "numbers go with a MeanAbsoluteError"
            raise Misfit("wants class numbers as its target", "target", hint=hint, code="dtype", advice=advice)
        if one_score(prediction, target):
            self._check_single(prediction, target)
        elif prediction.rank != target.rank + 1:
            raise Misfit("wants a score for each class", "prediction", code="target-shape")
        else:
            self._check_scores(prediction, target)

    def _check_single(self, prediction: Tensor, target: Tensor) -> None:
        if target.classes and target.classes > 2:
            raise Misfit(f"wants a score for each of {target.classes} classes", "prediction", code="target-shape",
                         advice=_more(target.classes) if prediction.rank == 2 else None)  # fmt: skip
        numbers(prediction, target)

    def _check_scores(self, prediction: Tensor, target: Tensor) -> None:
        scores, classes = prediction.known[1], target.classes
        if classes and isinstance(scores, int) and scores < classes:
            raise Misfit(
                f"wants a score for each of {classes} classes", "prediction", code="target-shape", advice=_more(classes)
            )
        for left, right in zip(prediction.known[2:], target.known[1:], strict=True):
            if None not in (left, right) and left != right:
                raise Misfit("wants a score for each class of a target", "prediction", code="target-shape")

    def sums(self, names: Mapping[str, Any], inputs: Mapping[str, Any], rows: str) -> tuple[str, str]:
        prediction, target = inputs["prediction"], inputs["target"]
        answer = f"{atom(names['prediction'])}.argmax(1)"
        right = names["target"]
        if one_score(prediction, target):
            score, _ = expressions(names, inputs, to_float=False)
            answer = f"({atom(score)} > {0.5 if prediction.probability else 0})"
        return f"({answer} == {right}).sum()", _count(target, names["target"], rows)


class MeanAbsoluteError(Metric):
    """How far predicted numbers are from the right ones, on average, in the units of the answer."""

    stem = "error"
    title = "Mean absolute error"
    formula = "mean |ŷ − y|"
    words = ("mae", "regression", "error", "distance", "l1")
    higher_is_better = False

    def check(self, prediction: Tensor, target: Tensor) -> None:
        numbers(prediction, target)

    def sums(self, names: Mapping[str, Any], inputs: Mapping[str, Any], rows: str) -> tuple[str, str]:
        prediction, target = expressions(names, inputs)
        return f"({prediction} - {target}).abs().sum()", _count(inputs["target"], names["target"], rows)


def one_score(prediction: Tensor, target: Tensor) -> bool:
    """Whether a single score answers, rather than one for each class."""
    if prediction.sides is None or target.sides is None:
        return False
    return prediction.rank == target.rank or (prediction.rank == target.rank + 1 and prediction.known[1] == 1)


def _count(target: Tensor, name: str, rows: str) -> str:
    """How many answers there are in a batch."""
    return f"{atom(name)}.numel()" if target.sides is not None and target.rank > 1 else rows


def _more(classes: int) -> Advice:
    return Advice("set_source", f"Answer with {classes} scores", params={"out_features": classes})
