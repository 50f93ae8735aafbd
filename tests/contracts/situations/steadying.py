"""Normalization and regularization: channels that split evenly and not, rows, sequences, pictures, volumes."""

import random
from collections.abc import Mapping
from typing import Any

from graph.catalogue import standard
from graph.shape import Tensor
from tests.contracts.situations import Maker, Reason, Situation, settings, tensor


def sides(chance: random.Random, rank: int) -> tuple[int, ...]:
    """Sides behind the batch for a tensor of so many sides in all."""
    return tuple(chance.choice([1, 2, 3, 4, 6, 8]) for _ in range(rank - 1))


def ranks(name: str, *usual: int) -> Maker:
    """Mostly what a kind is for, sometimes another number of sides."""

    def make(chance: random.Random) -> Situation:
        kind = standard().get(name)
        assert kind is not None
        rank = chance.choice(usual) if chance.random() < 0.75 else chance.randint(1, 6)
        return settings(kind, chance), {"x": tensor(*sides(chance, rank))}

    return make


def groups(chance: random.Random) -> Situation:
    inner = sides(chance, chance.choice([1, 2, 3, 4, 5]))
    made = {"num_groups": chance.choice([1, 2, 3, 4]), "affine": chance.random() < 0.7, "bias": chance.random() < 0.7}
    return made, {"x": tensor(*inner)}


def last_sides(name: str) -> Maker:
    """The sides that come, fewer, more, or others."""

    def make(chance: random.Random) -> Situation:
        kind = standard().get(name)
        assert kind is not None
        inner = sides(chance, chance.choice([1, 2, 3, 4]))
        params = {key: value for key, value in settings(kind, chance).items() if key != "normalized_shape"}
        wanted = list(inner[-chance.randint(1, 3) :])
        if wanted and chance.random() < 0.2:
            wanted[chance.randrange(len(wanted))] += 1
        if wanted and chance.random() < 0.6:
            params["normalized_shape"] = wanted
        return params, {"x": tensor(*inner)}

    return make


USUAL: dict[str, tuple[int, ...]] = {
    "BatchNorm1d": (2, 3), "BatchNorm2d": (4,), "BatchNorm3d": (5,),
    "InstanceNorm1d": (3,), "InstanceNorm2d": (4,), "InstanceNorm3d": (5,),
    "LocalResponseNorm": (3, 4, 5),
    "Dropout": (1, 2, 3, 4), "AlphaDropout": (1, 2, 3, 4), "GaussianNoise": (1, 2, 3, 4), "DropPath": (1, 2, 3, 4),
    "Dropout1d": (3,), "Dropout2d": (4,), "Dropout3d": (5,), "FeatureAlphaDropout": (2, 3, 4),
}  # fmt: skip


def bells(chance: random.Random) -> Situation:
    """Means and logarithms of variances, mostly of the same sides."""
    inner = sides(chance, chance.choice([1, 2, 3, 4]))
    other = inner if chance.random() < 0.8 else sides(chance, chance.choice([1, 2, 3]))
    return {}, {"mean": tensor(*inner), "logvar": tensor(*other)}


SITUATIONS: dict[str, Maker] = {
    "Sample": bells,
    **{name: ranks(name, *usual) for name, usual in USUAL.items()},
    "GroupNorm": groups,
    **{name: last_sides(name) for name in ("LayerNorm", "RMSNorm")},
}


def without_batch(rank: int) -> Reason:
    """Torch takes a batch of this many sides for one row with as many channels as the batch has rows."""

    def test(params: Mapping[str, Any], inputs: Mapping[str, Tensor]) -> bool:
        return inputs["x"].rank == rank

    return "torch takes the rows of the batch for channels of one row", test


def of_the_batch(params: Mapping[str, Any], inputs: Mapping[str, Tensor]) -> bool:
    return inputs["x"].rank == 1


def other_rank(rank: int) -> Reason:
    """What torch warns of, and will not take in a later release."""

    def test(params: Mapping[str, Any], inputs: Mapping[str, Tensor]) -> bool:
        return inputs["x"].rank != rank

    return "torch warns that this will be an error, or will take the rows of the batch for channels", test


MEANT: dict[str, Reason] = {
    "Sample": ("a mean has a variance of its own: torch would stretch one over several", lambda params, inputs: True),
    "InstanceNorm1d": without_batch(2),
    "InstanceNorm2d": without_batch(3),
    "InstanceNorm3d": without_batch(4),
    "Dropout1d": without_batch(2),
    "Dropout2d": other_rank(4),
    "Dropout3d": other_rank(5),
    "LayerNorm": ("over single numbers torch would normalize the batch", of_the_batch),
    "RMSNorm": ("over single numbers torch would normalize the batch", of_the_batch),
}
