"""Situations for losses: predictions and targets that belong together, and some that do not."""

import random
from typing import Any

from graph.shape import Tensor
from tests.contracts.situations import Maker, Reason, Situation, tensor

MAPS: tuple[tuple[int, ...], ...] = ((), (), (), (5,), (2, 3))
ROWS_OF: tuple[tuple[int, ...], ...] = ((), (1,), (3,), (3, 2), (2, 4, 4))


def _own(chance: random.Random, **choices: list[Any]) -> dict[str, Any]:
    """Some of the parameters, each with one of its values."""
    return {name: chance.choice(values) for name, values in choices.items() if chance.random() < 0.5}


def _target(chance: random.Random, sides: tuple[int, ...], classes: int = 2) -> Tensor:
    """A target of numbers, of truth values or of class numbers."""
    dtype = chance.choice(["float", "float", "bool", "index"])
    return tensor(*sides, classes=classes) if dtype == "index" else tensor(*sides, dtype=dtype)  # type: ignore[arg-type]


def weighted(chance: random.Random, inputs: dict[str, Tensor], often: float = 0.3) -> dict[str, Tensor]:
    """Now and then with a weight for each row."""
    return {**inputs, "weights": tensor()} if chance.random() < often else inputs


def numbers(classes: tuple[int, ...] = (2, 5), *, rows: bool = True, **choices: list[Any]) -> Maker:
    """Number against number, mostly of the same sides."""

    def make(chance: random.Random) -> Situation:
        sides = chance.choice(ROWS_OF)
        other = sides if chance.random() < 0.8 else chance.choice(ROWS_OF)
        answers = tensor(*sides) if sides != () or chance.random() < 0.5 else tensor(1)
        return _own(chance, **choices), weighted(chance, {
            "prediction": answers if chance.random() < 0.95 else tensor(*sides, classes=3),
            "target": _target(chance, other, chance.choice(classes)),
        }, often=0.3 if rows else 0.0)  # fmt: skip

    return make


def classes(*, maps: bool = True, floats: bool = False, rows: bool = True, **choices: list[Any]) -> Maker:
    """A score for each class against class numbers, now and then one too few."""

    def make(chance: random.Random) -> Situation:
        count, sides = chance.choice([2, 3, 4]), chance.choice(MAPS) if maps else ()
        scores = tensor(count if chance.random() < 0.9 else 1, *sides)
        target = tensor(*sides, classes=count)
        if chance.random() < 0.15:
            target = tensor(count, *sides) if floats or chance.random() < 0.5 else tensor(*sides, dtype="bool")
        params = _own(chance, **choices)
        if "weight" in params:
            params["weight"] = [round(0.5 + chance.random(), 2) for _ in range(count + (chance.random() < 0.15))]
        inputs = {"prediction": scores, "target": target}
        return params, weighted(chance, inputs) if rows else inputs

    return make


def variances(chance: random.Random) -> Situation:
    params, inputs = numbers(rows=False, full=[True], eps=[1e-3])(chance)
    sides = inputs["prediction"].inner if chance.random() < 0.85 else chance.choice(ROWS_OF)
    return params, {**inputs, "var": tensor(*sides)}


def label_numbers(chance: random.Random) -> Situation:
    sides = chance.choice([(4,), (4,), (4,), (4,), (1,), (), (4, 2)])
    target = tensor(*sides, classes=4) if chance.random() < 0.8 else tensor(*sides)
    return {}, {"prediction": tensor(*sides), "target": target}


def masks(chance: random.Random) -> Situation:
    if chance.random() < 0.5:
        params, inputs = classes(maps=True, rows=False, smooth=[0.5])(chance)
        return params, inputs
    return numbers((2,), rows=False, smooth=[0.5])(chance)


def focal(chance: random.Random) -> Situation:
    own: dict[str, list[Any]] = {"gamma": [0.0, 0.5, 1.0], "alpha": [0.5, 1.0]}
    return classes(weight=[1], **own)(chance) if chance.random() < 0.5 else numbers((2,), **own)(chance)


def one_hot(chance: random.Random) -> Situation:
    sides = (chance.choice([2, 3]), *chance.choice(MAPS))
    other = sides if chance.random() < 0.8 else chance.choice([(), (5,), sides[:1]])
    target = _target(chance, other)
    return _own(chance, label_smoothing=[0.1]), {"prediction": tensor(*sides), "target": target}


def pairs(*, rows: bool, **choices: list[Any]) -> Maker:
    """Two answers and what is right of them."""

    def make(chance: random.Random) -> Situation:
        sides = chance.choice([(4,), (4,), (4,), (1,), ()]) if rows else chance.choice([(), (1,), (3,)])
        other = sides if chance.random() < 0.9 else (5,)
        target = _target(chance, () if rows or sides == (1,) else sides, chance.choice([2, 2, 3]))
        return _own(chance, **choices), {"input1": tensor(*sides), "input2": tensor(*other), "target": target}

    return make


def triplets(**choices: list[Any]) -> Maker:
    def make(chance: random.Random) -> Situation:
        sides = chance.choice([(4,), (4,), (2, 4), ()])
        ports = ("anchor", "positive", "negative")
        inputs = {port: tensor(*(sides if chance.random() < 0.95 else (3,))) for port in ports}
        return _own(chance, **choices), inputs

    return make


def bells(chance: random.Random) -> Situation:
    """A mean and the logarithm of a variance, of the same sides now and then not."""
    sides = chance.choice(ROWS_OF)
    other = sides if chance.random() < 0.8 else chance.choice(ROWS_OF)
    inputs = {"mean": tensor(*sides), "logvar": tensor(*other)}
    return {}, inputs if chance.random() < 0.9 else {**inputs, "mean": tensor(*sides, classes=3)}


def aligned(chance: random.Random) -> Situation:
    labels, count = chance.choice([2, 3]), chance.choice([4, 5])
    scores = tensor(8, count) if chance.random() < 0.9 else tensor(8)
    target = tensor(labels, classes=count) if chance.random() < 0.9 else tensor(labels)
    return _own(chance, blank=[0, 1, 9], zero_infinity=[True]), {"prediction": scores, "target": target}


def judged(**choices: list[Any]) -> Maker:
    def make(chance: random.Random) -> Situation:
        scores = tensor(*chance.choice(ROWS_OF)) if chance.random() < 0.9 else tensor(classes=3)
        return _own(chance, target=["real", "fake"], **choices), {"prediction": scores}

    return make


def sloping(chance: random.Random) -> Situation:
    """A score, or several, of rows of whatever sides."""
    x = tensor(*chance.choice(ROWS_OF)) if chance.random() < 0.9 else tensor(4, classes=3)
    scores = tensor(*chance.choice([(), (1,), (3,)])) if chance.random() < 0.9 else tensor(classes=3)
    return _own(chance, length=[0.0, 2.0], above=[True]), {"prediction": scores, "x": x}


SITUATIONS: dict[str, Maker] = {
    **dict.fromkeys(("MSELoss", "L1Loss", "LogCoshLoss", "BCELoss", "SoftMarginLoss"), numbers()),
    "SmoothL1Loss": numbers(beta=[0.0, 0.5, 2.0]),
    "HuberLoss": numbers(delta=[0.5, 2.0]),
    "QuantileLoss": numbers(quantile=[0.1, 0.9]),
    "PoissonNLLLoss": numbers(log_input=[False], full=[True], eps=[1e-4]),
    "GaussianNLLLoss": variances,
    "HingeLoss": numbers(margin=[0.5], squared=[True], labels=["0/1"]),
    "HingeEmbeddingLoss": numbers(margin=[0.5, 2.0]),
    "KLDivLoss": numbers(rows=False, log_target=[True]),
    "BCEWithLogitsLoss": numbers(pos_weight=[[2.0], [1.0, 2.0, 3.0], [1.0, 0.5]]),
    "MultiLabelSoftMarginLoss": numbers(rows=False, weight=[[1.0, 2.0, 0.5], [2.0]]),
    "MultiLabelMarginLoss": label_numbers,
    "CrossEntropyLoss": classes(floats=True, weight=[1], ignore_index=[0, 1], label_smoothing=[0.1]),
    "NLLLoss": classes(weight=[1], ignore_index=[0, 1]),
    "MultiMarginLoss": classes(maps=False, rows=False, weight=[1], p=[1, 2], margin=[0.5]),
    "OneHotCrossEntropy": one_hot,
    "FocalLoss": focal,
    "DiceLoss": masks,
    "CosineEmbeddingLoss": pairs(rows=True, margin=[0.3]),
    "ContrastiveLoss": pairs(rows=True, margin=[0.3, 2.0]),
    "GaussianKLLoss": bells,
    "MarginRankingLoss": pairs(rows=False, margin=[0.3]),
    "TripletMarginLoss": triplets(margin=[0.5], p=[1.0, 3.0], swap=[True]),
    "TripletMarginWithDistanceLoss": triplets(distance_function=["cosine", "manhattan"], swap=[True]),
    "CTCLoss": aligned,
    "AdversarialLoss": judged(smoothing=[0.1]),
    "GradientPenalty": sloping,
    **dict.fromkeys(("LeastSquaresAdversarialLoss", "WassersteinLoss", "HingeAdversarialLoss"), judged()),
}


def _unlike(params: Any, inputs: Any) -> bool:
    """Sides that torch would stretch over each other, class numbers taken for numbers, or more classes than two."""
    values = list(inputs.values())
    stretched = any(value.inner != values[0].inner for port, value in inputs.items() if port != "weights")
    return stretched or values[0].dtype == "index" or any((value.classes or 0) > 2 for value in values)


STRETCHED: Reason = (
    "numbers are compared one by one: torch would stretch rows over rows, or take class numbers for amounts", _unlike,
)  # fmt: skip


def _labelled(params: Any, inputs: Any) -> bool:
    return inputs["target"].dtype != "index" or inputs["prediction"].inner[:1] in ((), (1,))


MEANT: dict[str, Reason] = {
    **dict.fromkeys((
        "MSELoss", "L1Loss", "SmoothL1Loss", "HuberLoss", "LogCoshLoss", "QuantileLoss", "PoissonNLLLoss", "BCELoss",
        "GaussianNLLLoss", "SoftMarginLoss", "HingeLoss", "HingeEmbeddingLoss", "BCEWithLogitsLoss", "FocalLoss",
        "OneHotCrossEntropy", "MarginRankingLoss", "CosineEmbeddingLoss", "GaussianKLLoss",
    ), STRETCHED),
    **dict.fromkeys(("TripletMarginLoss", "TripletMarginWithDistanceLoss"), (
        "one number a row is no embedding: torch would take the batch for one",
        lambda params, inputs: _unlike(params, inputs) or inputs["anchor"].inner == (),
    )),
    "ContrastiveLoss": (
        "one number a row is no embedding, and a pair has one answer: torch would take the batch for one row",
        lambda params, inputs: _unlike(params, inputs) or len(inputs["input1"].inner) != 1,
    ),
    "MultiLabelSoftMarginLoss": (
        "several weights for one label: torch would stretch it",
        lambda params, inputs: _unlike(params, inputs) or inputs["prediction"].inner in ((), (1,)),
    ),
    "KLDivLoss": ("a target of classes or truth values is no distribution",
                  lambda params, inputs: inputs["target"].dtype != "float" or _unlike(params, inputs)),
    "DiceLoss": ("rows without places have no overlap", lambda params, inputs: True),
    "MultiLabelMarginLoss": ("one score a row is no list of labels", _labelled),
    "CrossEntropyLoss": ("one score answers for one class alone", _labelled),
    "NLLLoss": ("one score answers for one class alone", _labelled),
    "MultiMarginLoss": ("one score answers for one class alone", _labelled),
    "AdversarialLoss": ("class numbers are no scores", lambda params, inputs: True),
    "GradientPenalty": ("class numbers have no slope", lambda params, inputs: True),
    "LeastSquaresAdversarialLoss": ("class numbers are no scores", lambda params, inputs: True),
    "HingeAdversarialLoss": ("class numbers are no scores", lambda params, inputs: True),
}  # fmt: skip
