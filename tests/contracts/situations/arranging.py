"""Situations of kinds that arrange, take parts, repeat or reduce: dims that are there, and some that are not."""

import random
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from graph.catalogue import standard
from graph.shape import Axis, Side, Tensor, product
from tests.contracts.situations import ROWS, Maker, N, Reason, Situation, settings, tensor
from tests.contracts.situations.joining import typed

T = Axis("data", "T", ROWS)
INNER: tuple[tuple[Side, ...], ...] = ((6,), (1,), (T, 4), (4, 6), (1, 3), (3, 4, 4), (2, 1, 4), (2, 3, 4, 5), ())


TIMELESS = [inner for inner in INNER if T not in inner]
"""Sides for kinds that make another length of a time, which is then not known."""


def one(chance: random.Random, inner: Sequence[tuple[Side, ...]] = INNER) -> Tensor:
    return typed((N, *chance.choice(inner)), chance)


def dim(x: Tensor, chance: random.Random, more: int = 0) -> int:
    """A side that is mostly there and mostly not the batch."""
    rank = x.rank + more
    if chance.random() < 0.1 or rank == 1:
        return chance.choice([0, rank, -rank])
    return chance.choice([*range(1, rank), -1])


def dims(x: Tensor, chance: random.Random) -> int | list[int]:
    several = [dim(x, chance) for _ in range(chance.choice([1, 2]))]
    return several[0] if chance.random() < 0.6 else several


def along(name: str, chance: random.Random) -> Situation:
    """Any parameters, with sides that fit the tensor."""
    kind, x = standard().get(name), one(chance, TIMELESS if name in ("Flatten", "RepeatInterleave") else INNER)
    assert kind is not None
    params = settings(kind, chance)
    for param in ("dim", "dims", "dim0", "dim1"):
        if param in kind.params:
            several = kind.params[param].type == "sizes"
            params[param] = dims(x, chance) if several else dim(x, chance, name == "Unsqueeze")
    if name == "Roll":
        params["shifts"] = chance.choice([-7, -1, 0, 2])
    return params, {"x": x}


def ranged(name: str, chance: random.Random) -> Situation:
    x = one(chance, TIMELESS if name == "Slice" else INNER)
    place = [-9, -2, -1, 0, 0, 1, 2, 5]
    params: dict[str, Any] = {"dim": dim(x, chance)}
    if name == "Select":
        return params | {"index": chance.choice(place)}, {"x": x}
    params |= {"start": chance.choice(place), "step": chance.choice([1, 1, 2, 3])}
    return params | ({"stop": chance.choice(place)} if chance.random() < 0.5 else {}), {"x": x}


def parted(name: str, chance: random.Random) -> Situation:
    x = one(chance, TIMELESS)
    at = dim(x, chance)
    length = x.known[at] if -x.rank <= at < x.rank else 3
    if name == "Chunk":
        return {"dim": at, "chunks": chance.choice([1, 2, 2, 3, 4])}, {"x": x}
    first = chance.randint(0, length) if isinstance(length, int) else 2
    rest = (length if isinstance(length, int) else ROWS) - first + (chance.random() < 0.2)
    sizes = chance.choice([[first, rest], [rest, first], [first + rest]])
    return {"dim": at, "split_size_or_sections": sizes}, {"x": x}


def sized(name: str, chance: random.Random) -> Situation:
    """New sides of as many numbers, or nearly."""
    x = one(chance, TIMELESS)
    at = dim(x, chance) if name == "Unflatten" else 1
    count = (x.known[at] if -x.rank <= at < x.rank else 1) if name == "Unflatten" else product(x.inner)
    whole = count if isinstance(count, int) else 4
    part = chance.choice([divisor for divisor in range(1, whole + 1) if whole % divisor == 0])
    wrong = chance.random() < 0.1
    sizes = chance.choice([[part, whole // part], [-1, part], [part, -1], [whole], [1, -1], [-1, -1, part]])
    if count == whole and wrong:
        sizes = [sizes[0], 7]
    return ({"dim": at, "unflattened_size": sizes} if name == "Unflatten" else {"sides": sizes}), {"x": x}


def permuted(chance: random.Random) -> Situation:
    x = one(chance)
    order = chance.sample(range(1, x.rank), x.rank - 1)
    order = [0, *(at - x.rank if chance.random() < 0.2 else at for at in order)]
    if chance.random() < 0.15:
        chance.shuffle(order)
    return {"dims": order if chance.random() < 0.85 else order[:-1]}, {"x": x}


def repeated(name: str, chance: random.Random) -> Situation:
    x = one(chance, TIMELESS if name == "Repeat" else INNER)
    if name == "Expand":
        sizes = [chance.choice([-1, 3, 5]) if at == 1 else chance.choice([-1, -1, -1, 4]) for at in x.inner]
    else:
        sizes = [chance.choice([1, 2, 3]) for _ in x.inner]
    if chance.random() < 0.1:
        sizes = [*sizes, 2]
    return {"sizes" if name == "Expand" else "times": sizes}, {"x": x}


def clamped(chance: random.Random) -> Situation:
    bounds = {"min": -0.5, "max": 0.5}
    return {name: value for name, value in bounds.items() if chance.random() < 0.7}, {"x": one(chance)}


def numbered(name: str, chance: random.Random) -> Situation:
    """Whole numbers below something, mostly."""
    inner = chance.choice(INNER)
    x = tensor(*inner, classes=5) if chance.random() < 0.8 else typed((N, *inner), chance)
    return {"num_classes": chance.choice([5, 7, 3])} if chance.random() < 0.6 else {"num_classes": 9}, {"x": x}


def _asks_for_batch(params: Mapping[str, Any], inputs: Mapping[str, Tensor]) -> bool:
    """Whether a side is the batch (typed, or by default where there is no other)."""
    rank = inputs["x"].rank
    found = [params.get(name, 1) for name in ("dim", "dims", "dim0", "dim1")]
    listed = [at for item in found for at in (item if isinstance(item, (list, tuple)) else [item])]
    return any(at in (0, -rank) for at in listed)


def _takes_nothing(params: Mapping[str, Any], inputs: Mapping[str, Tensor]) -> bool:
    """Whether the range is empty: torch gives a side of length zero."""
    at, x = params["dim"], inputs["x"]
    if _asks_for_batch(params, inputs):
        return True
    there = x.known[at] if -x.rank <= at < x.rank else None
    chosen = slice(params["start"], params.get("stop"), params["step"])
    return isinstance(there, int) and not range(there)[chosen]


def _moves_batch(params: Mapping[str, Any], inputs: Mapping[str, Tensor]) -> bool:
    return bool(params["dims"]) and params["dims"][0] not in (0, -inputs["x"].rank)


def _lacks_classes(params: Mapping[str, Any], inputs: Mapping[str, Tensor]) -> bool:
    return params["num_classes"] < (inputs["x"].classes or 0)


def _adds_sides(params: Mapping[str, Any], inputs: Mapping[str, Tensor]) -> bool:
    return len(params["times"]) > inputs["x"].rank - 1


def _has_none(params: Mapping[str, Any], inputs: Mapping[str, Tensor]) -> bool:
    return inputs["x"].rank == 1


REDUCING = ("Mean", "Sum", "Max", "Min", "Prod", "Std", "Var", "LogSumExp", "Norm", "ArgMax", "ArgMin")
ALONG = (*REDUCING, "Normalize", "Squeeze", "Unsqueeze", "Transpose", "Flip", "Roll", "RepeatInterleave", "Flatten")
FUNCTIONS = ("Abs", "Square", "Sqrt", "Exp", "Log", "Reciprocal", "Sin", "Cos", "Sign", "Scale", "Negate", "Not")
MIXED = "a side that is asked for is the batch, whose rows stay apart"

SITUATIONS: dict[str, Maker] = {name: partial(along, name) for name in (*ALONG, *FUNCTIONS, "Cast")}
SITUATIONS |= {"Select": partial(ranged, "Select"), "Slice": partial(ranged, "Slice"), "Clamp": clamped}
SITUATIONS |= {name: partial(parted, name) for name in ("Split", "Chunk")}
SITUATIONS |= {name: partial(sized, name) for name in ("Reshape", "Unflatten")}
SITUATIONS |= {name: partial(repeated, name) for name in ("Expand", "Repeat")}
SITUATIONS |= {"Permute": permuted, "OneHot": partial(numbered, "OneHot")}
MEANT: dict[str, Reason] = dict.fromkeys((*ALONG, "Select", "Split", "Chunk", "Unflatten"), (MIXED, _asks_for_batch))
MEANT["Permute"] = ("the batch must stay first", _moves_batch)
MEANT["OneHot"] = ("a class may come that has no place", _lacks_classes)
MEANT["Slice"] = ("a part that holds nothing is never meant, nor is a part of the batch", _takes_nothing)
MEANT["Repeat"] = ("new sides would stand before the batch", _adds_sides)
MEANT["Flatten"] = ("a number per row has nothing to flatten", _has_none)
