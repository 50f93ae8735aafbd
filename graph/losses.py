"""What losses of one sort have in common: what they accept, how they are printed, what an epoch's figure is."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from graph.adapting import expressions, numbers, same_rows, scores_come_second, signs
from graph.misfit import Advice, Misfit, floats
from graph.param import param
from graph.roles import BALANCE, LossKind
from graph.shape import Tensor, Value
from graph.spec import Kind, Place, Port, atom, code

CONSTANT = '''
from functools import cache


@cache
def constant(numbers, device):
    """Numbers that never change, brought to the device once."""
    return torch.tensor(numbers, device=device)
'''

WEIGHED = '''
def weighed(target, weight, ignored):
    """How much the targets of a batch count: the weight of each class, nothing if ignored."""
    counts = target != ignored
    return (weight[target * counts] * counts).sum()
'''

BALANCED = '''
def balanced(target, classes, ignored=-100):
    """A weight for each class by which all count alike: rows / (classes * rows of the class)."""
    rows = torch.bincount(target[target != ignored].flatten(), minlength=classes).cpu().double()
    weights = rows.sum() / ((rows > 0).sum() * rows.clamp(min=1))
    return tuple((weights * (rows > 0)).tolist())
'''

ROWS = '''
def row_total(weights, values):
    """All values, each as often as the weight of its row says."""
    return (weights.view(-1, *[1] * (values.dim() - 1)) * values).sum()


def row_mean(losses, weights, counts=None):
    """The mean of losses in which each row counts as much as its weight; `counts` is how much each place does."""
    counts = torch.ones_like(losses) if counts is None else counts
    return row_total(weights, losses) / row_total(weights, counts).clamp(min=1e-30)
'''

PLACES = '''
def places(target, ignored, weight=None):
    """How much each target counts: the weight of its class, or 1; nothing where it is ignored."""
    counts = target != ignored
    return counts.float() if weight is None else weight[target * counts] * counts
'''


def constant(values: Sequence[float], near: str) -> str:
    """Source of a list of numbers on the device of another value."""
    return f"constant({code(tuple(float(value) for value in values))}, {atom(near)}.device)"


def keywords(made: Kind, **more: str) -> str:
    """The parameters that differ from torch's defaults, and further ones given as source, behind other arguments."""
    own = {name: code(value) for name, value in made.args().items() if made.params[name].type != "numbers"}
    return "".join(f", {name}={text}" for name, text in (own | more).items())


class RowLoss(LossKind):
    """A mean over rows, which may come with weights: then over all that counts, each row as much as its weight."""

    inputs: ClassVar[tuple[Port, ...]] = (
        Port("prediction"),
        Port("target"),
        Port("weights", optional=True, help="How much each row counts, one number a row; left out, all count alike."),
    )

    def read(self, inputs: Mapping[str, Any], place: Place) -> dict[str, Value]:
        given = dict(inputs)
        weights, prediction = given.pop("weights", None), given.get("prediction")
        found = super().read(given, place)
        if isinstance(weights, Tensor) and weights.sides is not None:
            _one_a_row(weights, prediction)
        return found

    def each(self, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        """Source of the losses before their mean."""
        raise NotImplementedError  # every concrete loss says both; a contract test computes them

    def mean(self, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        """Source of their mean, where no rows have weights."""
        return f"{self.each(names, inputs)}.mean()"

    def counts(self, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        """Source of how much each of the losses counts besides, if not all alike."""
        return ""

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        if "weights" not in names:
            return self.mean(names, inputs)
        given = (self.each(names, inputs), row_weights(names, inputs), self.counts(names, inputs))
        return f"row_mean({', '.join(text for text in given if text)})"

    def sums(self, name: str, names: Mapping[str, Any], inputs: Mapping[str, Any], rows: str) -> tuple[str, str]:
        if "weights" not in names:
            return super().sums(name, names, inputs, rows)
        weights, counts = row_weights(names, inputs), self.counts(names, inputs)
        count = f"row_total({weights}, {counts})" if counts else f"{atom(weights)}.sum()"
        return f"{name}.detach() * {count}", count


def row_weights(names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
    """Source of what each row counts."""
    plain = inputs["weights"].dtype == "float"
    return str(names["weights"]) if plain else f"{atom(names['weights'])}.float()"


def _one_a_row(weights: Tensor, prediction: Any) -> None:
    """Raises Misfit unless weights are one number for each row of a prediction."""
    if weights.rank != 1:
        raise Misfit("wants one weight for each row", "weights", hint="select a single column", code="row-weights")
    if isinstance(prediction, Tensor) and prediction.sides is not None:
        same_rows(prediction, weights, "weights")


class NumberLoss(RowLoss):
    """Compares number by number."""

    function: ClassVar[str] = ""
    source = ROWS
    shapes = "prediction (N, *), target (N, *) → one number; (N, 1) meets (N,)"

    def check(self, prediction: Tensor, target: Tensor) -> None:
        numbers(prediction, target)

    def given(self, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        """Source of the arguments of its function."""
        prediction, target = expressions(names, inputs)
        return f"{prediction}, {target}{keywords(self)}"

    def each(self, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        return f'{self.function}({self.given(names, inputs)}, reduction="none")'

    def mean(self, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        return f"{self.function}({self.given(names, inputs)})" if self.function else super().mean(names, inputs)


class SignLoss(NumberLoss):
    """Compares scores with −1 or 1; class numbers and truth values 0 and 1 are read as −1 and 1."""

    shapes = "prediction (N, *), target (N, *) of −1 and 1, or of classes 0 and 1 → one number"

    def check(self, prediction: Tensor, target: Tensor) -> None:
        two_classes(target)
        numbers(prediction, target)

    def given(self, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        prediction, _ = expressions(names, inputs)
        return f"{prediction}, {signs(names['target'], inputs['target'])}{keywords(self)}"


def two_classes(target: Tensor) -> None:
    """Raises Misfit for a target that names more than two classes."""
    if target.dtype == "index" and target.classes and target.classes > 2:
        advice = Advice("become", "Make it a CrossEntropyLoss", "CrossEntropyLoss")
        hint = "several classes go with a CrossEntropyLoss"
        raise Misfit("tells two classes apart", "target", hint=hint, code="target-shape", advice=advice)


class ClassLoss(RowLoss):
    """Compares what is answered for each class with the number of the right one."""

    function: ClassVar[str] = ""
    source = "\n\n".join((CONSTANT, WEIGHED, BALANCED, ROWS, PLACES))
    balances = "weight"
    shapes = "prediction (N, C) or (N, C, *), target (N) or (N, *) of class numbers → one number"
    weight: Any = param(
        None, "How much each class counts: one number a class, or balanced, the rarer the more; left out, all alike.",
        type="numbers", min=0.0, optional=True, choices=("balanced",),
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
        classes_counted(self, prediction, target)

    def check_shares(self, prediction: Tensor, target: Tensor) -> None:
        """Raises Misfit where a target of numbers cannot be taken for the share of each class."""
        advice = Advice("become", "Make it an MSELoss", "MSELoss")
        raise Misfit("wants class numbers as its target", "target", hint="numbers go with an MSELoss", code="dtype",
                     advice=advice)  # fmt: skip

    def given(self, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        """Source of the arguments of its function."""
        more = {"weight": of_classes(self, names, "prediction")} if self.weight else {}
        return f"{names['prediction']}, {names['target']}{keywords(self, **more)}"

    def each(self, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        return f'{self.function}({self.given(names, inputs)}, reduction="none")'

    def mean(self, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        return f"{self.function}({self.given(names, inputs)})"

    def balance(self, target: str, inputs: Mapping[str, Any]) -> str:
        ignored = f", {self.ignore_index}" if self.ignore_index != -100 else ""
        return f"balanced({target}, {scored(inputs)}{ignored})"

    def _is_plain(self, inputs: Mapping[str, Any]) -> bool:
        """Whether all targets count alike."""
        return inputs["target"].dtype == "float" or not (self.weight or self.ignore_index != -100)

    def counts(self, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        if self._is_plain(inputs):
            return ""
        weight = f", {of_classes(self, names, 'target')}" if self.weight else ""
        return f"places({names['target']}, {self.ignore_index}{weight})"

    def sums(self, name: str, names: Mapping[str, Any], inputs: Mapping[str, Any], rows: str) -> tuple[str, str]:
        """torch divides by what counts: the weights of the targets that are not ignored, which may be none at all."""
        target = names["target"]
        if "weights" in names or self._is_plain(inputs):
            return super().sums(name, names, inputs, rows)
        count = f"({target} != {self.ignore_index}).sum()"
        if self.weight:
            count = f"weighed({target}, {of_classes(self, names, 'target')}, {self.ignore_index})"
        return f"({name}.detach() * {count}).where({count} > 0, 0.0)", count


def scored(inputs: Mapping[str, Any]) -> int | None:
    """How many classes have a score."""
    scores = inputs["prediction"].known[1] if inputs["prediction"].rank > 1 else None
    return scores if isinstance(scores, int) else inputs["target"].classes


def classes_counted(made: LossKind, prediction: Tensor, target: Tensor) -> None:
    """Raises Misfit where a loss is to count how often each class occurs, but the target has no classes."""
    if made.is_balanced and (target.dtype == "float" or not scored({"prediction": prediction, "target": target})):
        text = "{node} is to count how often each class occurs, but {source} gives no class numbers."
        advice = Advice("set", "Let all classes count alike", params={made.balances: None})
        raise Misfit(port="target", text=text, code="balance", advice=advice)


def of_classes(made: LossKind, names: Mapping[str, Any], near: str) -> str:
    """Source of the weights of the classes on the device of the value at a port: typed ones, or those that balance."""
    given = getattr(made, made.balances)
    if given == BALANCE:
        return f"constant({names['balanced']}, {atom(names[near])}.device)"
    return constant(given, names[near])


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
    given: Sequence[float] | None = None if made.is_balanced else getattr(made, "weight", None)
    scores = prediction.known[at] if prediction.rank > 1 else 1
    if given and isinstance(scores, int) and len(given) not in ((1, scores) if one else (scores,)):
        text = f"{{node}} has {len(given)} weights, but {{source}} answers with {scores} scores: one weight a score."
        advice = Advice("set", "Let all classes count alike", params={"weight": None})
        raise Misfit(port="prediction", text=text, code="weight-count", advice=advice)
