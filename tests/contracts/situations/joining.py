"""Situations of kinds that take several tensors: related sides, some of them 1, now and then one that does not fit."""

import random
from collections.abc import Mapping
from functools import partial
from typing import Any

from graph.catalogue import standard
from graph.shape import Axis, Side, Tensor
from tests.contracts.situations import ROWS, Maker, N, Reason, Situation, settings, tensor

T = Axis("data", "T", ROWS)
INNER: tuple[tuple[Side, ...], ...] = ((), (5,), (4, 3), (T, 3), (T, 1, 4), (2, 4, 4), (2, 3, 4, 5))
TYPES = ("float", "float", "float", "float", "index", "bool")


def typed(sides: tuple[Side, ...], chance: random.Random, types: tuple[str, ...] = TYPES) -> Tensor:
    """A tensor of these sides, mostly of numbers with fractions."""
    dtype: Any = chance.choice(types)
    return Tensor(sides, dtype, chance.choice([None, 4]) if dtype == "index" else None)


def beside(inner: tuple[Side, ...], chance: random.Random) -> tuple[Side, ...]:
    """The sides of a tensor that mostly goes with another one of these inner sides."""
    batch: Side = 1 if chance.random() < 0.1 else N
    dice = chance.random()
    if dice < 0.6:
        return (batch, *(1 if chance.random() < 0.2 else at for at in inner))
    if dice < 0.75 and T in inner:
        return (batch, *(ROWS if at == T else at for at in inner))
    if dice < 0.85:
        return (batch, *inner[1:])
    return (batch, *(chance.choice([at, 2, 5]) for at in inner))


def joined(name: str, chance: random.Random) -> Situation:
    """Tensors number by number, on lettered ports or on the ports that the kind has."""
    kind = standard().get(name)
    assert kind is not None
    params, inner = settings(kind, chance), chance.choice(INNER)
    lettered = kind.inputs[0].lettered
    ports = list("abc"[: chance.randint(1, 3)]) if lettered else [port.name for port in kind.inputs]
    if not lettered and kind.inputs[-1].optional and chance.random() < 0.4:
        ports.pop()
    inputs = {port: typed(beside(inner, chance), chance) for port in ports}
    if "condition" in inputs and chance.random() < 0.85:
        inputs["condition"] = Tensor(inputs["condition"].sides, "bool")
    return params, inputs


def matmul(chance: random.Random) -> Situation:
    """Pairs of matrices, most of which can be multiplied."""
    lines, between, columns = chance.choice([2, 5, T]), chance.choice([1, 3, T]), chance.choice([2, 4])
    heads: tuple[Side, ...] = chance.choice([(), (), (2,)])
    types = ("float", "float", "float", "float", "float", "index", "bool")
    a = typed((N, *heads, lines, between), chance, types)
    height = between if chance.random() < 0.8 else chance.choice([1, 2, 3])
    alike = (a.dtype or "float", a.dtype or "float", "float")
    b = typed((chance.choice([N, N, N, 1]), *heads, height, columns), chance, alike)
    if chance.random() < 0.25:
        b = chance.choice([tensor(columns), tensor(), tensor(3, height, columns), Tensor((1, columns))])
    if chance.random() < 0.2:
        a = chance.choice([tensor(between), tensor(1), tensor()])
    return {}, {"a": a, "b": b}


def laid(name: str, chance: random.Random) -> Situation:
    """Tensors that are laid beside or onto each other: mostly equal, but perhaps for the side that grows."""
    inner = chance.choice(INNER)
    dim = chance.choice([1, 1, 1, -1, 2, 0, 5])
    at = (dim + len(inner) + 1 if dim < 0 else dim) - 1
    inputs = {}
    types = ("float", "float", "float", "index") if chance.random() < 0.7 else TYPES
    for port in "abc"[: chance.randint(1, 3)]:
        sides: list[Side] = list(inner) if name == "Stack" else [4 if side == T else side for side in inner]
        if name == "Concatenate" and 0 <= at < len(sides) and chance.random() < 0.6:
            sides[at] = chance.choice([1, 2, 7])
        if chance.random() < 0.08:
            sides = [*sides, 2]
        inputs[port] = typed((N, *sides), chance, types)
    return {"dim": dim}, inputs


def _beside(params: Mapping[str, Any], inputs: Mapping[str, Tensor]) -> bool:
    """Whether the batch would stand beside another side, counted from the last one as torch does."""
    most = max(value.rank for value in inputs.values())
    return _unlike_axes(inputs) or any(value.known[0] == N and value.rank < most for value in inputs.values())


def _unlike_axes(inputs: Mapping[str, Tensor]) -> bool:
    """Whether a batch or a time meets a number or another axis, which torch compares by length alone."""
    rank = max(value.rank for value in inputs.values())
    padded = [(1,) * (rank - value.rank) + value.known for value in inputs.values()]
    return any(len({at for at in column if at != 1}) > 1 and any(isinstance(at, Axis) for at in column)
               for column in zip(*padded, strict=True))  # fmt: skip


def _mixes(params: Mapping[str, Any], inputs: Mapping[str, Tensor]) -> bool:
    return params.get("dim") == 0 or _beside(params, inputs)


def _mixes_products(params: Mapping[str, Any], inputs: Mapping[str, Tensor]) -> bool:
    a, b = inputs["a"], inputs["b"]
    return min(a.rank, b.rank) < 3 or _unlike_axes({"a": Tensor(a.known[:-2]), "b": Tensor(b.known[:-2])}) or (
        a.known[-1] != b.known[-2] and any(isinstance(at, Axis) for at in (a.known[-1], b.known[-2])))  # fmt: skip


def _compares_rows(params: Mapping[str, Any], inputs: Mapping[str, Tensor]) -> bool:
    return any(value.rank < 2 for value in inputs.values()) or _mixes(params, inputs)


ELEMENTWISE = ("Add", "Multiply", "Maximum", "Minimum", "Subtract", "Divide", "Power", "Compare", "Where", "And", "Or")
SIMILAR = ("CosineSimilarity", "PairwiseDistance")
REASON = "rows of a batch would be taken for a side, or a side for the rows"

SITUATIONS: dict[str, Maker] = {name: partial(joined, name) for name in (*ELEMENTWISE, *SIMILAR)}
SITUATIONS |= {"MatMul": matmul, "Concatenate": partial(laid, "Concatenate"), "Stack": partial(laid, "Stack")}
MEANT: dict[str, Reason] = dict.fromkeys(ELEMENTWISE, (REASON, _beside))
MEANT |= dict.fromkeys(SIMILAR, (REASON, _compares_rows))
MEANT |= {"MatMul": (REASON, _mixes_products), "Concatenate": (REASON, _mixes), "Stack": (REASON, _mixes)}
