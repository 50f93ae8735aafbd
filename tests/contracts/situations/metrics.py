"""Situations for metrics: answers and targets that belong together, and some that do not."""

import random
from dataclasses import replace
from typing import Any

from tests.contracts.situations import Maker, Situation, tensor
from tests.contracts.situations.losses import classes, numbers


def answers(*, single: bool = True, maps: bool = True, **choices: list[Any]) -> Maker:
    """Scores or probabilities for several classes, or one score for yes or no."""

    def make(chance: random.Random) -> Situation:
        if single and chance.random() < 0.4:
            params, inputs = classes(maps=maps, **choices)(chance)
            sides = inputs["target"].inner
            inputs = {"prediction": tensor(*sides), "target": tensor(*sides, classes=2)}
        else:
            params, inputs = classes(maps=maps, **choices)(chance)
        sure = chance.random() < 0.3
        return params, {**inputs, "prediction": replace(inputs["prediction"], probability=sure)}

    return make


def pictures(**choices: list[Any]) -> Maker:
    def make(chance: random.Random) -> Situation:
        params = {name: chance.choice(values) for name, values in choices.items() if chance.random() < 0.5}
        sides = (chance.choice([1, 3]), chance.choice([8, 12, 12]), 12)
        other = sides if chance.random() < 0.9 else chance.choice([(), (3, 12), (1, 12, 12)])
        return params, {"prediction": tensor(*sides), "target": tensor(*other)}

    return make


AVERAGES: list[Any] = ["auto", "binary", "macro", "micro", "weighted"]

SITUATIONS: dict[str, Maker] = {
    "Accuracy": answers(ignore_index=[0, 1]),
    "TopKAccuracy": answers(single=False, k=[1, 2, 3], ignore_index=[0]),
    **dict.fromkeys(("Precision", "Recall", "F1", "IoU", "Dice"), answers(average=AVERAGES, ignore_index=[0, 1])),
    "ConfusionMatrix": answers(normalize=[True], ignore_index=[0]),
    "ROCAUC": answers(ignore_index=[1]),
    "Perplexity": answers(single=False, ignore_index=[0]),
    **dict.fromkeys(("MeanAbsoluteError", "MeanSquaredError", "RootMeanSquaredError", "R2"), numbers()),
    "PSNR": pictures(data_range=[2.0]),
    "SSIM": pictures(data_range=[2.0], kernel_size=[3, 7], sigma=[1.0]),
}
