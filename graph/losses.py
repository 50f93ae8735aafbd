"""What losses of one sort have in common: what they accept, how they are printed, what an epoch's figure is."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from graph.adapting import expressions, numbers, same_rows, scores_come_second, signs
from graph.misfit import Advice, Misfit, floats
from graph.param import param
from graph.roles import LossKind
from graph.shape import Tensor
from graph.spec import Kind, atom, code

CONSTANT = '''
from functools import cache


@cache
def constant(numbers, device):
    """Numbers that never change, brought to the device once."""
    return torch.tensor(numbers, device=device)
'''

WEIGHED = '''
def weighed(target, weight, ignored):
    """How much the targets of a batch count: each the weight of its class, nothing where it is ignored."""
    counts = target != ignored
    return (weight[target * counts] * counts).sum()
'''


def constant(values: Sequence[float], near: str) -> str:
    """Source of a list of numbers on the device of another value."""
    return f"constant({code(tuple(float(value) for value in values))}, {atom(near)}.device)"


def keywords(made: Kind, **more: str) -> str:
    """The parameters that differ from torch's defaults, and further ones given as source, behind other arguments."""
    own = {name: code(value) for name, value in made.args().items() if made.params[name].type != "numbers"}
    return "".join(f", {name}={text}" for name, text in (own | more).items())


class NumberLoss(LossKind):
    """Compares number by number."""

    function: ClassVar[str] = ""
    shapes = "prediction (N, *), target (N, *) → one number; (N, 1) meets (N,)"

    def check(self, prediction: Tensor, target: Tensor) -> None:
        numbers(prediction, target)

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        prediction, target = expressions(names, inputs)
        return f"{self.function}({prediction}, {target}{keywords(self)})"


class SignLoss(NumberLoss):
    """Compares scores with −1 or 1; class numbers and truth values 0 and 1 are read as −1 and 1."""

    shapes = "prediction (N, *), target (N, *) of −1 and 1, or of classes 0 and 1 → one number"

    def check(self, prediction: Tensor, target: Tensor) -> None:
        two_classes(target)
        numbers(prediction, target)

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        prediction, _ = expressions(names, inputs)
        return f"{self.function}({prediction}, {signs(names['target'], inputs['target'])}{keywords(self)})"


def two_classes(target: Tensor) -> None:
    """Raises Misfit for a target that names more than two classes."""
    if target.dtype == "index" and target.classes and target.classes > 2:
        advice = Advice("become", "Make it a CrossEntropyLoss", "CrossEntropyLoss")
        hint = "several classes go with a CrossEntropyLoss"
        raise Misfit("tells two classes apart", "target", hint=hint, code="target-shape", advice=advice)


class ClassLoss(LossKind):
    """Compares what is answered for each class with the number of the right one."""

    function: ClassVar[str] = ""
    source = CONSTANT + "\n\n" + WEIGHED
    shapes = "prediction (N, C) or (N, C, *), target (N) or (N, *) of class numbers → one number"
    weight: Any = param(
        None, "How much each class counts, one number a class; left out, all count alike.",
        type="numbers", min=0.0, optional=True,
    )  # fmt: skip
    ignore_index: int = param(-100, "The class number that marks targets that do not count.")

    def check(self, prediction: Tensor, target: Tensor) -> None:
        same_rows(prediction, target)
        floats(prediction, "prediction")
        if target.dtype == "float":
            self.check_shares(prediction, target)
        elif target.dtype == "bool":
            advice = Advice("become", "Make it a BCEWithLogitsLoss", "BCEWithLogitsLoss")
            hint = "yes or no goes with a BCEWithLogitsLoss"
            raise Misfit("wants class numbers as its target", "target", hint=hint, code="dtype", advice=advice)
        else:
            classes_fit(prediction, target)
        weights_fit(self, prediction)

    def check_shares(self, prediction: Tensor, target: Tensor) -> None:
        """Raises Misfit where a target of numbers cannot be taken for the share of each class."""
        advice = Advice("become", "Make it an MSELoss", "MSELoss")
        raise Misfit("wants class numbers as its target", "target", hint="numbers go with an MSELoss", code="dtype",
                     advice=advice)  # fmt: skip

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        more = {"weight": constant(self.weight, names["prediction"])} if self.weight else {}
        return f"{self.function}({names['prediction']}, {names['target']}{keywords(self, **more)})"

    def sums(self, name: str, names: Mapping[str, Any], inputs: Mapping[str, Any], rows: str) -> tuple[str, str]:
        """torch divides by what counts: the weights of the targets that are not ignored, which may be none at all."""
        target = names["target"]
        if inputs["target"].dtype == "float" or not (self.weight or self.ignore_index != -100):
            return super().sums(name, names, inputs, rows)
        count = f"({target} != {self.ignore_index}).sum()"
        if self.weight:
            count = f"weighed({target}, {constant(self.weight, target)}, {self.ignore_index})"
        return f"({name}.detach() * {count}).where({count} > 0, 0.0)", count


def classes_fit(prediction: Tensor, target: Tensor) -> None:
    """Raises Misfit unless there is a score for each class of every target."""
    classes = target.classes
    wants = f"wants a score for each of {classes} classes" if classes else "wants a score for each class"
    single = prediction.rank == 1 or prediction.known[1] == 1
    if single and target.rank == 1 and classes != 1:
        raise Misfit(wants, "prediction", code="target-shape", advice=_more(classes, prediction))
    if prediction.rank != target.rank + 1:
        raise Misfit(wants, "prediction", code="target-shape")
    scores_come_second(prediction, target)
    scores = prediction.known[1]
    if classes and isinstance(scores, int) and scores < classes:
        raise Misfit(wants, "prediction", code="target-shape", advice=_more(classes, prediction))
    for left, right in zip(prediction.known[2:], target.known[1:], strict=True):
        if None not in (left, right) and left != right:
            raise Misfit(wants, "prediction", hint="scores and classes must have the same sides", code="target-shape")


def _more(classes: int | None, prediction: Tensor) -> Advice | None:
    """More scores where a Linear gives them; a single score is yes or no."""
    if classes and prediction.rank == 2:
        return Advice("set_source", f"Answer with {classes} scores", params={"out_features": classes})
    if classes in (2, None):
        return Advice("become", "Make it a BCEWithLogitsLoss", "BCEWithLogitsLoss")
    return None


def weights_fit(made: LossKind, prediction: Tensor, at: int = 1, *, one: bool = False) -> None:
    """Raises Misfit unless there is a weight for each class (or just `one`), if there are weights at all."""
    given: Sequence[float] | None = getattr(made, "weight", None)
    scores = prediction.known[at] if prediction.rank > 1 else 1
    if given and isinstance(scores, int) and len(given) not in ((1, scores) if one else (scores,)):
        text = f"{{node}} has {len(given)} weights, but {{source}} answers with {scores} scores: one weight a score."
        advice = Advice("set", "Let all classes count alike", params={"weight": None})
        raise Misfit(port="prediction", text=text, code="weight-count", advice=advice)
