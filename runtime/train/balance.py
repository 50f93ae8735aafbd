"""Says how much each class counts where a loss weighs classes by how rare they are."""

from collections.abc import Iterator, Mapping
from typing import Any

from runtime.data.source import Source
from runtime.emit.balancing import balancing, held_as
from runtime.program import Program
from runtime.words import listed

MOST = 12
"""So many classes are told at most."""


def told(program: Program, training: Any, sources: Mapping[str, Source]) -> Iterator[str]:
    """A sentence for each such loss."""
    for figure in balancing(program):
        weights = getattr(training, held_as(figure))
        (use,) = figure.unit.inputs["target"]
        classes = sources[use.spot[0]].classes
        if figure.kind.balances == "pos_weight":  # type: ignore[attr-defined]  # what balances is a loss
            yield f"{figure.id}: yes counts {listed([f'{weight:.4g}' for weight in weights])} times as much as no."
            continue
        names = classes if len(classes) == len(weights) else tuple(map(str, range(len(weights))))
        each = [f"{name} {weight:.4g}" for name, weight in zip(names, weights, strict=True)]
        yield f"{figure.id}: the rarer a class, the more it counts: {listed(each, most=MOST)}."
