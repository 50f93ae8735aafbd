"""The numbers that come out at a node for some rows of the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from graph.roles import Fitted
from runtime import emit, own_code
from runtime.build import build
from runtime.data.source import Source
from runtime.drawing import open_text
from runtime.exports.take import Take, as_tuple, make_net
from runtime.exports.weights import packing
from runtime.looking.cut import Cut, NothingThere, cut
from runtime.noise import drawn
from runtime.program import NodeUnit, Program, ProgramError, Spot
from runtime.train import warm
from runtime.train.rows import load_sources
from runtime.train.state import Tensors

BINS = 48


@dataclass(frozen=True, slots=True)
class Values:
    """What came out. `at` is the first of its rows in the part; `told` what there is to say of the weights."""

    name: str
    array: NDArray[Any]
    part: str
    at: int
    rows: int
    told: tuple[str, ...]

    def figures(self) -> dict[str, Any]:
        """Mean, spread, least, greatest, share of zeros, and how many are not finite; of whole numbers too."""
        numbers = self.array.astype(np.float64).reshape(-1)
        kept = numbers[np.isfinite(numbers)]
        if not len(kept):
            return {"not_finite": len(numbers)}
        counts, edges = np.histogram(kept, BINS)
        return {
            "mean": float(kept.mean()), "spread": float(kept.std()), "least": float(kept.min()),
            "greatest": float(kept.max()), "zeros": float((kept == 0).mean()), "not_finite": len(numbers) - len(kept),
            "counts": counts.tolist(), "edges": [float(edges[0]), float(edges[-1])],
        }  # fmt: skip


class Look:
    """A network up to one value, with the weights of a run, or as a training would begin with them."""

    def __init__(self, text: str, base: Path, path: Sequence[str], born: str, port: str = "", start: str = "") -> None:
        """Raises NothingThere, ProjectError, ProgramError, NodeError, NoBeginning."""
        self.cut = cut(text, base, path, born, port)
        drawing = self.cut.drawing
        self.program = program = Program(drawing.reading)
        self.sources = load_sources(program, base)
        self.net = make_net(Take(drawing.document, drawing.reading, base=base), program)
        self.told = (*_weigh(self.net, program, self.cut, start, text, base), *_copies(self.cut))
        if not start:
            _fit(self.net, program, self._rows("train", 0, None))

    @property
    def batch_size(self) -> int:
        return min((source.batch_size for source in self.program.sources), default=32)

    def values(self, part: str = "train", at: int = 0, count: int | None = None) -> Values:
        """What comes out for `count` rows (a batch) of a part, from row `at` on."""
        most = min((source.rows(part) for source in self.sources.values()), default=self.batch_size)
        if not most:
            raise NothingThere(f"The data have no rows in the {part} part.")
        at %= most
        count = min(most - at, count or self.batch_size)
        with torch.no_grad():
            came = as_tuple(self.net(*self._rows(part, at, count)))[0]
        return Values(self.cut.name, came.detach().cpu().numpy(), part, at, most, self.told)

    def _rows(self, part: str, at: int, count: int | None) -> list[torch.Tensor]:
        return [self._argument(spot, part, at, count) for spot in self.program.net_arguments]

    def _argument(self, spot: Spot, part: str, at: int, count: int | None) -> torch.Tensor:
        for node, kind in self.program.noises:
            if node.born == spot[0]:
                return drawn(kind, count or 1)
        source: Source = self.sources[spot[0]]
        rows = source.parts[part][spot[1]]
        return rows if count is None else rows[at : at + count]


def _weigh(net: nn.Module, program: Program, done: Cut, start: str, text: str, base: Path) -> list[str]:
    """Gives the weights of a run, or those that a training of the whole drawing begins with; what there is to say."""
    if not net.state_dict():
        return []
    given = warm.given(Path(start)) if start else _beginning(text, base)
    if given is None:
        return ["With weights that were drawn for it alone: the whole drawing cannot be made yet."]
    whole = replace(given, tensors=_first_copies(given.tensors, program, done))
    told = warm.take(SimpleNamespace(net=net), warm.births(program), whole, packing(program))
    name = f"the weights of {given.name}" if start else "the weights that a training would begin with"
    return [f"With {name}.", *(sentence for sentence, level in told.items() if level != "good")]


def _first_copies(tensors: Tensors, program: Program, done: Cut) -> Tensors:
    """The weights with those of a first copy (`body.0.fc`) under the name that it has alone (`body.fc`)."""
    paths = [path for path, births in warm.births(program).items() if births[-1] in done.firsts]
    for path in sorted(paths, key=len):
        name = path.partition(".")[2]
        starts = {f"{home}.{name}.0.": f"{home}.{name}." for home in ("net", "extras")}
        tensors = {_renamed(key, starts): tensor for key, tensor in tensors.items()}
    return tensors


def _renamed(key: str, starts: Mapping[str, str]) -> str:
    return next((new + key[len(old) :] for old, new in starts.items() if key.startswith(old)), key)


def _beginning(text: str, base: Path) -> warm.Given | None:
    """The weights that the seed gives the whole drawing; None while it cannot be compiled."""
    drawing = open_text(text, base)
    try:
        program = Program(drawing.reading)
        model = emit.model(program).text
    except ProgramError:
        return None
    with own_code.importable(own_code.files(drawing.document, base)):
        module = build(model).model
        torch.manual_seed(program.run.seed)
        homes = {"net": module.Net()} | ({"extras": module.Extras()} if program.has_extras else {})
    tensors = {f"{home}.{key}": value for home, made in homes.items() for key, value in made.state_dict().items()}
    return warm.Given("the beginning", tensors, warm.births(program), packing(program))


def _copies(done: Cut) -> list[str]:
    document = done.drawing.document
    names = [document.node(born).id for born in done.firsts if document.has_node(born)]
    return [f"Of the copies of {name} the first is looked at." for name in names]


class _Fitted(Exception):
    """Ends a pass that was only for fitting."""


def _fit(net: nn.Module, program: Program, rows: list[torch.Tensor]) -> None:
    """Fits what is fitted to the training rows, each on what the ones before it give, as `Training.fit` does."""
    names = [unit.id for unit in program.net if isinstance(unit, NodeUnit) and isinstance(unit.kind, Fitted)]
    waiting = list(names)

    def fit(module: nn.Module, given: tuple[torch.Tensor, ...], name: str) -> None:
        module.fit(given[0])  # type: ignore[operator]  # the source of fitted kinds has it
        waiting.remove(name)

    hooks = [
        net.get_submodule(name).register_forward_pre_hook(lambda module, given, name=name: fit(module, given, name))
        for name in names
    ]
    hooks += [net.get_submodule(name).register_forward_hook(_end) for name in names[-1:]]
    if names:
        try:
            with torch.no_grad():
                net(*rows)
        except _Fitted:
            pass
        finally:
            for hook in hooks:
                hook.remove()


def _end(*_: Any) -> None:
    raise _Fitted
