"""Metrics for classes: how often an answer is right, of which class, and how sure it was."""

from collections.abc import Mapping
from typing import Any

from graph.adapting import expressions
from graph.metrics import ClassMetric, CountMetric, one_score
from graph.misfit import Advice, Misfit
from graph.param import param
from graph.shape import Tensor
from graph.spec import atom


class Accuracy(ClassMetric):
    """The part of the rows that are answered right: the highest score, or the right side of the threshold."""

    common = True
    formula = "correct / all"
    use = "To say in one number how often a classifier is right."
    avoid = "Where one class is rare: answering the common one always looks good. Take F1 or ROCAUC."
    origin = "Textbook"
    words = ("correct", "right", "hit rate", "classification", "score", "percent")

    def sums(self, names: Mapping[str, Any], inputs: Mapping[str, Any], rows: str) -> tuple[str, str]:
        equal = f"{self.answer(names, inputs)} == {names['target']}"
        return self.hits(equal, names), self.count(names, inputs, rows)


class TopKAccuracy(ClassMetric):
    """The part of the rows whose right class is among the k highest scores."""

    title = "Top-k accuracy"
    formula = "rows whose class is among the k highest scores / all rows"
    shapes = "prediction (N, C, *), target (N, *) of class numbers → one number"
    use = "With many classes, some of them hard to tell apart: a list of five guesses is often good enough."
    avoid = "With as few classes as guesses."
    origin = "O. Russakovsky and others, ImageNet large scale visual recognition challenge, 2015"
    words = ("top5", "top-5", "correct", "imagenet", "classification", "hit rate")
    telling = ("k",)
    k: int = param(5, "How many guesses a row has.", min=1)

    def check_single(self, prediction: Tensor, target: Tensor) -> None:
        raise Misfit("wants a score for each class", "prediction", code="target-shape")

    def check(self, prediction: Tensor, target: Tensor) -> None:
        super().check(prediction, target)
        scores = prediction.known[1]
        if isinstance(scores, int) and scores < self.k:
            advice = Advice("set", f"Guess {scores} times", params={"k": scores})
            text = f"{{node}} takes the {self.k} highest scores, but {{source}} gives only {scores}."
            raise Misfit(port="prediction", text=text, code="top-k", advice=advice)

    def sums(self, names: Mapping[str, Any], inputs: Mapping[str, Any], rows: str) -> tuple[str, str]:
        guesses = f"{atom(names['prediction'])}.topk({self.k}, 1).indices"
        found = f"({guesses} == {atom(names['target'])}.unsqueeze(1)).any(1)"
        return self.hits(found, names), self.count(names, inputs, rows)


class Precision(CountMetric):
    """Of the rows that were given a class, the part that are of that class."""

    formula = "P = true positives / (true positives + false positives)"
    use = "Where a false alarm is costly."
    avoid = "Alone: saying yes only once, and rightly, gives 1. Look at Recall too, or at F1."
    origin = "C. Cleverdon, The Cranfield tests, 1967; textbook"
    words = ("positive predictive value", "false positives", "classification", "imbalanced", "retrieval")
    top = "s[0@]"
    bottom = "s[1@]"


class Recall(CountMetric):
    """Of the rows that are of a class, the part that was found."""

    formula = "R = true positives / (true positives + false negatives)"
    use = "Where a miss is costly, as in finding diseases."
    avoid = "Alone: saying yes always gives 1. Look at Precision too, or at F1."
    origin = "C. Cleverdon, The Cranfield tests, 1967; textbook"
    words = ("sensitivity", "true positive rate", "false negatives", "balanced accuracy", "classification", "retrieval")
    top = "s[0@]"
    bottom = "s[2@]"


class F1(CountMetric):
    """The harmonic mean of precision and recall: high only where both are."""

    title = "F1 score"
    formula = "F₁ = 2·P·R / (P + R)"
    use = "Where one class is rare and both misses and false alarms count."
    avoid = "Where rows that are rightly answered no matter as well: Accuracy, ROCAUC."
    origin = "C. J. van Rijsbergen, Information retrieval, 1979"
    words = ("f-score", "f measure", "dice", "precision", "recall", "imbalanced", "classification")
    top = "2 * s[0@]"
    bottom = "s[1@] + s[2@]"


class IoU(CountMetric):
    """How much of a region is shared: what was marked rightly by what was marked or is right, over all places."""

    title = "Intersection over union"
    formula = "IoU = |A ∩ B| / |A ∪ B|"
    use = "For masks of pictures, the mean over classes: how well outlines are met."
    avoid = "For single rows: F1."
    origin = "P. Jaccard, Étude comparative de la distribution florale, 1901"
    words = ("jaccard", "miou", "mean iou", "overlap", "segmentation", "mask")
    top = "s[0@]"
    bottom = "s[1@] + s[2@] - s[0@]"


class Dice(CountMetric):
    """How much of a region is shared: twice what was marked rightly by what was marked and what is right together."""

    title = "Dice score"
    formula = "D = 2·|A ∩ B| / (|A| + |B|)"
    use = "For masks of pictures, in medicine above all."
    avoid = "As a loss, since it counts places: DiceLoss has a slope. For single rows: F1, which is the same number."
    origin = "L. R. Dice, Measures of the amount of ecologic association between species, 1945"
    words = ("sorensen", "f1", "overlap", "segmentation", "mask", "medical")
    top = "2 * s[0@]"
    bottom = "s[1@] + s[2@]"


CONFUSION = '''
def confused(answer, right, classes, ignored=-100):
    """How often each class (a row) was answered as which (a column)."""
    counts = (right != ignored).long().flatten()
    place = right.long().flatten() * counts * classes + answer.long().flatten()
    found = torch.zeros(classes * classes, dtype=torch.int64, device=right.device)
    return found.index_add_(0, place, counts).view(classes, classes)
'''


class ConfusionMatrix(ClassMetric):
    """A table of how often each class (a row) was answered as which (a column): it shows what is mixed up with what."""

    source = CONFUSION
    table = True
    stem = "confusion"
    formula = "C[i, j] = rows of class i that were answered as j"
    shapes = "prediction (N, C, *) with classes (N, *), or one score (N, *) for yes or no → a table (C, C)"
    use = (
        "To see where a classifier goes wrong. The table of a run's end is told by the command line and by its record."
    )
    avoid = "As a figure to be watched: it is no single number. With thousands of classes."
    origin = "K. Pearson, On the theory of contingency, 1904; textbook"
    words = ("errors", "mistakes", "contingency", "table", "classes", "true positives", "false negatives")
    normalize: bool = param(False, "Give the shares of each row instead of counts.")

    def sums(self, names: Mapping[str, Any], inputs: Mapping[str, Any], rows: str) -> tuple[str, str]:
        single = one_score(inputs["prediction"], inputs["target"])
        classes = "2" if single else f"{atom(names['prediction'])}.shape[1]"
        ignored = f", {self.ignore_index}" if self.ignore_index != -100 else ""
        found = f"confused({self.answer(names, inputs)}, {names['target']}, {classes}{ignored})"
        return found, self.count(names, inputs, rows)

    def final(self, inputs: Mapping[str, Any]) -> str:
        return "s / s.sum(1, keepdim=True).clamp(min=1)" if self.normalize else "s"


AREA = '''
def area(scores, right):
    """The area below the ROC curve: how often a row of the class scores above another."""
    _, place, count = scores.unique(return_inverse=True, return_counts=True)
    rank = (count.cumsum(0) - (count - 1).double() / 2)[place]
    inside = right.sum().double()
    return (rank[right].sum() - inside * (inside + 1) / 2) / (inside * (right.numel() - inside))


def areas(rows):
    """The area of each class against all others, averaged; the last column holds the right class."""
    columns = range(rows.shape[1] - 1)
    return torch.stack([area(rows[:, at], rows[:, -1] == at) for at in columns]).nanmean()
'''


class ROCAUC(ClassMetric):
    """How well scores sort rows of a class before others, whatever the threshold; 0.5 is chance, 1 is perfect."""

    title = "ROC-AUC"
    source = AREA
    keeps = True
    formula = "AUC = P(score of a yes > score of a no) + ½·P(equal)"
    shapes = "prediction (N, *) of scores, or (N, C) with a score for each class → one number"
    use = "For two classes of unequal size, or to compare models before a threshold is chosen."
    avoid = "On endless data: all scores of an epoch are kept. Where yes is very rare, look at F1 too."
    origin = "J. A. Hanley and B. J. McNeil, The meaning and use of the area under a ROC curve, 1982"
    words = ("auc", "roc", "receiver operating characteristic", "area under curve", "ranking", "imbalanced")

    def check(self, prediction: Tensor, target: Tensor) -> None:
        super().check(prediction, target)
        if not one_score(prediction, target) and prediction.rank != 2:
            raise Misfit("wants one score, or a row with a score for each class", "prediction", code="target-shape")

    def sums(self, names: Mapping[str, Any], inputs: Mapping[str, Any], rows: str) -> tuple[str, str]:
        target, count = names["target"], self.count(names, inputs, rows)
        if one_score(inputs["prediction"], inputs["target"]):
            score, _ = expressions(names, inputs, to_float=False)
            kept = f"torch.stack([{atom(score)}.flatten(), {atom(target)}.flatten()], 1)"
        else:
            shares = atom(names["prediction"]) + ("" if inputs["prediction"].probability else ".softmax(1)")
            kept = f"torch.cat([{shares}, {atom(target)}.unsqueeze(1)], 1)"
        if self.ignore_index != -100:
            kept = f"{kept}[{atom(target)}.flatten() != {self.ignore_index}]"
        return kept, count

    def final(self, inputs: Mapping[str, Any]) -> str:
        single = one_score(inputs["prediction"], inputs["target"])
        return "area(s[:, 0], s[:, 1] == 1)" if single else "areas(s)"


class Perplexity(ClassMetric):
    """Among how many words a language model hesitates on average: the exponential of its cross-entropy."""

    formula = "PPL = exp (−mean log p(y))"
    shapes = "prediction (N, C, *), target (N, *) of class numbers → one number"
    use = "For language models: a model that guesses evenly among k words has k."
    avoid = "To compare models with different vocabularies."
    origin = "F. Jelinek and others, Perplexity: a measure of the difficulty of speech recognition tasks, 1977"
    words = ("language model", "cross entropy", "tokens", "bits", "surprise")
    higher_is_better = False
    counts = False

    def check(self, prediction: Tensor, target: Tensor) -> None:
        super().check(prediction, target)
        if target.dtype == "bool":
            raise Misfit("wants class numbers as its target", "target", code="dtype")

    def check_single(self, prediction: Tensor, target: Tensor) -> None:
        raise Misfit("wants a score for each class", "prediction", code="target-shape")

    def sums(self, names: Mapping[str, Any], inputs: Mapping[str, Any], rows: str) -> tuple[str, str]:
        scores, ignored = names["prediction"], ""
        if self.ignore_index != -100:
            ignored = f", ignore_index={self.ignore_index}"
        called = f"F.cross_entropy({scores}"
        if inputs["prediction"].probability:
            called = f"F.nll_loss({atom(scores)}.log()"
        return f'{called}, {names["target"]}{ignored}, reduction="sum")', self.count(names, inputs, rows)

    def final(self, inputs: Mapping[str, Any]) -> str:
        return "(s / n).exp()"
