"""What metrics of one sort have in common: what they can measure, and what they add up over many batches."""

from collections.abc import Mapping
from typing import Any, ClassVar

from graph.adapting import expressions, numbers, same_rows, scores_come_second
from graph.misfit import Advice, Misfit, floats
from graph.param import param
from graph.roles import Metric
from graph.shape import Tensor
from graph.spec import atom

COUNTED = '''
def counted(answer, right, classes, ignored=-100):
    """For each class: how often answered rightly, how often answered, how often right."""
    counts = (right != ignored).long().flatten()
    answer, right = answer.long().flatten(), right.long().flatten() * counts
    found = torch.zeros(3, classes, dtype=torch.int64, device=right.device)
    found[0].index_add_(0, right, counts * (answer == right))
    found[1].index_add_(0, answer, counts)
    found[2].index_add_(0, right, counts)
    return found
'''

AVERAGED = '''
def averaged(top, bottom, weights):
    """The mean of top / bottom over the classes, each with its weight."""
    return (top / bottom.clamp(min=1) * weights).sum() / weights.sum()
'''


class ClassMetric(Metric):
    """Compares what is answered with the number of the right class."""

    counts = True
    shapes = "prediction (N, C, *) with classes (N, *), or one score (N, *) for yes or no → one number"
    ignore_index: int = param(-100, "The class number that marks targets that do not count.")

    def check(self, prediction: Tensor, target: Tensor) -> None:
        same_rows(prediction, target)
        floats(prediction, "prediction")
        if target.dtype == "float":
            advice = Advice("become", "Make it a MeanAbsoluteError", "MeanAbsoluteError")
            hint = "numbers go with a MeanAbsoluteError"
            raise Misfit("wants class numbers as its target", "target", hint=hint, code="dtype", advice=advice)
        if one_score(prediction, target):
            self.check_single(prediction, target)
        elif prediction.rank != target.rank + 1:
            raise Misfit("wants a score for each class", "prediction", code="target-shape")
        else:
            _check_scores(prediction, target)

    def check_single(self, prediction: Tensor, target: Tensor) -> None:
        """Raises Misfit where one score cannot answer."""
        if target.classes and target.classes > 2:
            raise Misfit(f"wants a score for each of {target.classes} classes", "prediction", code="target-shape",
                         advice=_more(target.classes) if prediction.rank == 2 else None)  # fmt: skip
        numbers(prediction, target)

    def answer(self, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        """Source of the class that is answered: the highest score, or the side of the threshold."""
        if one_score(inputs["prediction"], inputs["target"]):
            score, _ = expressions(names, inputs, to_float=False)
            return f"({atom(score)} > {0.5 if inputs['prediction'].probability else 0})"
        return f"{atom(names['prediction'])}.argmax(1)"

    def hits(self, equal: str, names: Mapping[str, Any]) -> str:
        """Source of how many answers are right, from that of where they are."""
        if self.ignore_index != -100:
            equal = f"({equal}) & ({names['target']} != {self.ignore_index})"
        return f"({equal}).sum()"

    def count(self, names: Mapping[str, Any], inputs: Mapping[str, Any], rows: str) -> str:
        """Source of how many targets there are in a batch, without those that are ignored."""
        if self.ignore_index != -100:
            return f"({names['target']} != {self.ignore_index}).sum()"
        return answers(inputs["target"], names["target"], rows)


class CountMetric(ClassMetric):
    """Is told by how often each class was answered rightly, answered, and right: `s[0]`, `s[1]` and `s[2]`."""

    source = COUNTED + "\n\n" + AVERAGED
    top: ClassVar[str] = ""
    bottom: ClassVar[str] = ""
    """Of one class, with an @ behind what may be told of class 1 alone."""
    average: str = param(
        "auto", "Over classes: yes alone with one score, else each alike; or as chosen here.",
        choices=("auto", "binary", "macro", "micro", "weighted"),
    )  # fmt: skip

    def check(self, prediction: Tensor, target: Tensor) -> None:
        super().check(prediction, target)
        classes = 2 if one_score(prediction, target) else prediction.known[1]
        if self.average == "binary" and isinstance(classes, int) and classes != 2:
            advice = Advice("set", "Count each class alike", params={"average": "macro"})
            text = f"{{node}} is set to tell yes from no, but {{source}} answers for {classes} classes."
            raise Misfit(port="prediction", text=text, code="average", advice=advice)

    def sums(self, names: Mapping[str, Any], inputs: Mapping[str, Any], rows: str) -> tuple[str, str]:
        single = one_score(inputs["prediction"], inputs["target"])
        classes = "2" if single else f"{atom(names['prediction'])}.shape[1]"
        ignored = f", {self.ignore_index}" if self.ignore_index != -100 else ""
        found = f"counted({self.answer(names, inputs)}, {names['target']}, {classes}{ignored})"
        return found, self.count(names, inputs, rows)

    def final(self, inputs: Mapping[str, Any]) -> str:
        average = self.average
        if average == "auto":
            average = "binary" if one_score(inputs["prediction"], inputs["target"]) else "macro"
        if average == "binary":
            top, bottom = (text.replace("@", ", 1") for text in (self.top, self.bottom))
            return f"{top} / {atom(bottom)}.clamp(min=1)"
        top, bottom = (text.replace("@", "") for text in (self.top, self.bottom))
        if average == "micro":
            return f"{atom(top)}.sum() / {atom(bottom)}.sum()"
        return f"averaged({top}, {bottom}, {'s[2]' if average == 'weighted' else 's[1] + s[2] > 0'})"


class NumberMetric(Metric):
    """Compares number by number."""

    shapes = "prediction (N, *), target (N, *) → one number"
    higher_is_better = False

    def check(self, prediction: Tensor, target: Tensor) -> None:
        numbers(prediction, target)


def one_score(prediction: Tensor, target: Tensor) -> bool:
    """Whether a single score answers, rather than one for each class."""
    if prediction.sides is None or target.sides is None:
        return False
    return prediction.rank == target.rank or (prediction.rank == target.rank + 1 and prediction.known[1] == 1)


def answers(target: Tensor, name: str, rows: str) -> str:
    """Source of how many answers there are in a batch."""
    return f"{atom(name)}.numel()" if target.sides is not None and target.rank > 1 else rows


def _check_scores(prediction: Tensor, target: Tensor) -> None:
    scores_come_second(prediction, target)
    scores, classes = prediction.known[1], target.classes
    if classes and isinstance(scores, int) and scores < classes:
        raise Misfit(
            f"wants a score for each of {classes} classes", "prediction", code="target-shape", advice=_more(classes)
        )
    for left, right in zip(prediction.known[2:], target.known[1:], strict=True):
        if None not in (left, right) and left != right:
            raise Misfit("wants a score for each class of a target", "prediction", code="target-shape")


def _more(classes: int) -> Advice:
    return Advice("set_source", f"Answer with {classes} scores", params={"out_features": classes})
