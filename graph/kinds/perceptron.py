"""The perceptron's own rule of learning, which needs no slope."""

from collections.abc import Mapping
from typing import Any

from graph.misfit import Misfit
from graph.param import param
from graph.roles import Metric, Optimizer
from graph.shape import Tensor, Value
from graph.spec import Place, Port


class PerceptronRule(Optimizer):
    """Learns from mistakes alone: a row that is answered wrong pulls the weights towards it, or pushes them away.

    It trains one Linear, or one row of Neurons, that stands right behind the data and ends in a Step. Where a straight
    line can part the classes it comes to rest without a mistake; where none can, it never does.
    """

    title = "Perceptron rule"
    stem = "rule"
    formula = "w ← w + lr · (y − ŷ) · x,  b ← b + lr · (y − ŷ)"
    use = "To see how the first learning machine learned, on classes that a straight line can part."
    avoid = "Where classes lie around or between each other, as in XOR: there hidden layers and an Adam help."
    origin = "F. Rosenblatt: The Perceptron, 1958; that it comes to rest: A. B. Novikoff, 1962"
    words = ("perceptron", "rosenblatt", "delta rule", "hebb", "step", "linear separable", "optimizer")
    inputs = (Port("prediction", help="What the Step answers."), Port("target", help="What it should have answered."))
    lr: float = param(0.1, "Learning rate: how far one mistake moves the weights.", above=0.0)

    def read(self, inputs: Mapping[str, Any], place: Place) -> dict[str, Value]:
        prediction, target = inputs["prediction"], inputs["target"]
        if prediction.sides is not None and target.sides is not None:
            _check(prediction, target)
        return {}


del PerceptronRule.params["trains"]  # it trains what answers


class _Mistakes(Metric):
    """The share of answers that are wrong, counted while the perceptron's rule learns."""

    counts = True
    higher_is_better = False

    def __init__(self, low: float) -> None:
        super().__init__()
        self.low = low

    @classmethod
    def name(cls) -> str:
        """The figure bears the name of its rule's kind wherever figures are shown."""
        return PerceptronRule.name()

    def sums(self, names: Mapping[str, Any], inputs: Mapping[str, Any], rows: str) -> tuple[str, str]:
        prediction, target = answers(names, inputs), labels(names["target"], inputs["target"], self.low)
        count = rows if inputs["target"].rank == 1 else f"{names['target']}.numel()"
        return f"({prediction} != {target}).sum()", count


def mistakes(low: float) -> Metric:
    """The figure of a perceptron's rule; `low` is what its Step answers below zero."""
    return _Mistakes(low)


def answers(names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
    """The prediction with as many sides as the target."""
    single = inputs["prediction"].rank > inputs["target"].rank
    return f"{names['prediction']}.squeeze(1)" if single else str(names["prediction"])


def labels(name: str, target: Tensor, low: float) -> str:
    """The target in the answers of the Step: class 0 is `low`."""
    if target.dtype == "float" or (low == 0 and target.dtype == "index"):
        return name
    as_numbers = f"{name}.float()" if target.dtype == "bool" else name
    return as_numbers if low == 0 else f"torch.where({as_numbers} > 0, 1.0, {low!r})"


def _check(prediction: Tensor, target: Tensor) -> None:
    """Raises Misfit unless there is one answer for each label."""
    if target.dtype == "index" and target.classes and target.classes > 2:
        raise Misfit("parts two classes", "target", hint=f"{target.classes} classes need scores and a CrossEntropyLoss",
                     code="target-shape")  # fmt: skip
    inner = prediction.inner[1:] if target.rank == 1 and prediction.inner == (1,) else prediction.inner
    if prediction.rank > 2 or len(inner) != len(target.inner) or not all(map(_agree, inner, target.inner)):
        raise Misfit("wants one answer for each label", "prediction", code="target-shape")


def _agree(one: Any, other: Any) -> bool:
    return one is None or other is None or one == other
