"""What a figure of an architecture shows: the main way through a network by stages, and what leaps over them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from graph.blocks import Placement
from graph.document import Document
from graph.reading import Reading
from graph.roles import LossKind
from graph.shape import Axis, Side, Tensor, text

QUIET = ("activation", "normalization", "regularization", "data")
"""Families that change no size where something comes in: they are said beside the stage before them."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What leaves one node of the main way: `sides` behind the batch, None where one is not known.

    `words` say what made it: the node's own line, then what follows without changing the size.
    """

    born: str
    name: str
    words: tuple[str, ...]
    size: str
    sides: tuple[int | None, ...]
    family: str
    copies: int = 1


@dataclass(frozen=True, slots=True)
class Way:
    """The stages in their order; `skips` leap from one to a later one, `joins` come in from beside the way."""

    stages: tuple[Stage, ...]
    skips: tuple[tuple[int, int], ...] = ()
    joins: tuple[tuple[str, int], ...] = ()


def main_way(document: Document, reading: Reading) -> Way:
    """The longest way from data to what the losses judge; empty where no size is known."""
    net = _Net(document, reading)
    stages: list[Stage] = []
    stage_of: dict[str, int] = {}
    for born in net.longest():
        _add(stages, net.stage(born), quiet=bool(stages) and net.is_quiet(born))
        stage_of[born] = len(stages) - 1
    return Way(tuple(stages), tuple(sorted(net.skips(stage_of))), tuple(sorted(net.joins(stage_of))))


def _add(stages: list[Stage], new: Stage, *, quiet: bool) -> None:
    """One more stage: what changes no size is said beside the last, what equals the last is counted with it."""
    last = stages[-1] if stages else None
    if last and quiet:
        stages[-1] = replace(last, words=(*last.words, *new.words))
    elif last and (last.words, last.size) == (new.words, new.size):
        stages[-1] = replace(last, copies=last.copies + new.copies)
    else:
        stages.append(new)


class _Net:
    """The nodes that a network is made of, and the tensors between them."""

    def __init__(self, document: Document, reading: Reading) -> None:
        self._document, self._reading = document, reading
        self._given: dict[str, Tensor] = {}
        self._before: dict[str, list[str]] = defaultdict(list)
        self._after: dict[str, list[str]] = defaultdict(list)
        self._judged: list[str] = []
        place = reading.order.place
        for wire in document.wires():
            value = reading.value(wire.source, wire.source_port) if document.has_node(wire.source) else None
            kind = document.kind(document.node(wire.target)) if document.has_node(wire.target) else None
            if kind is None or not isinstance(value, Tensor) or value.sides is None:
                continue
            forward = place.get(wire.source, -1) < place.get(wire.target, -1)
            if (issubclass(kind, LossKind) and wire.target_port != "target") or kind.family == "output":
                self._judged.append(wire.source)
            elif kind.outputs and not issubclass(kind, LossKind) and forward:
                self._before[wire.target].append(wire.source)
                self._after[wire.source].append(wire.target)
            self._given.setdefault(wire.source, value)

    def longest(self) -> list[str]:
        """The births along the longest way that ends where it is judged, else wherever it ends.

        What learns counts twice: the way through a generator comes before one through as many plain nodes.
        """
        behind: dict[str, tuple[int, str]] = {}
        for born in self._reading.order:
            if born in self._given:
                steps = [(behind[one][0], one) for one in self._before[born] if one in behind]
                length, last = max(steps, default=(0, ""), key=lambda step: step[0])
                behind[born] = length + (2 if self._reading.cost(born).parameters else 1), last
        ends = [born for born in self._judged if born in behind] or list(behind)
        born = max(ends, key=lambda one: behind[one][0], default="")
        way: list[str] = []
        while born:
            way.append(born)
            born = behind[born][1]
        return way[::-1]

    def stage(self, born: str) -> Stage:
        node, value = self._document.node(born), self._given[born]
        kind, made = self._document.kind(node), self._reading.drawn.make(node)
        copies = made.repeat if isinstance(made, Placement) else 1
        sides = tuple(_number(side) for side in value.inner)
        family = kind.family if kind else ""
        return Stage(born, node.id, (made.summary(),), text(value), sides, family, copies)

    def is_quiet(self, born: str) -> bool:
        """Whether a node only follows another, and leaves its size as it was."""
        kind = self._document.kind(self._document.node(born))
        before = [self._given[one] for one in self._before[born] if one in self._given]
        same = len(before) == 1 and before[0].sides == self._given[born].sides
        return same and kind is not None and kind.family in QUIET

    def skips(self, stage_of: dict[str, int]) -> set[tuple[int, int]]:
        """From which stage to which wires lead beside the way, over one stage at least."""
        found: set[tuple[int, int]] = set()
        for born, start in stage_of.items():
            for met in self._reached(born, stage_of):
                if stage_of[met] > start + 1:
                    found.add((start, stage_of[met]))
        return found

    def joins(self, stage_of: dict[str, int]) -> set[tuple[str, int]]:
        """What else comes in, and at which stage."""
        beginnings = [born for born in self._given if not self._before[born] and born not in stage_of]
        return {
            (self._document.node(born).id, stage_of[met])
            for born in beginnings
            for met in self._reached(born, stage_of)
        }

    def _reached(self, born: str, stage_of: dict[str, int]) -> Iterator[str]:
        """The nodes of the way that a node leads to through others that are not on it."""
        seen: set[str] = set()
        waiting = list(self._after[born])
        while waiting:
            one = waiting.pop()
            if one in seen:
                continue
            seen.add(one)
            if one in stage_of:
                yield one
            else:
                waiting += self._after[one]


def _number(side: Side) -> int | None:
    return side.length if isinstance(side, Axis) else side
