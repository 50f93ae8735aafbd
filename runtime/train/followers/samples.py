"""Keeps what the network makes of the same few rows while it learns: pictures, masks, points of a plane."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import torch

from graph.shape import Tensor
from runtime.exports.take import as_tuple
from runtime.noise import drawn
from runtime.program import Figure, Program, Spot
from runtime.samples import Samples, Shown
from runtime.train.followers.follower import Follower
from runtime.train.loop import Loop

ROWS, POINTS = 16, 512
"""How many pictures, and how many points, are made."""
MOST = 96
"""Epochs kept; beyond it every second one goes."""
REST_SECONDS, SHARE = 1.0, 0.01
"""Short epochs are not all kept, and keeping them may take this part of the time at most."""

Batch = Sequence[torch.Tensor]


class SampleKeeper(Follower):
    """Lets the network answer between two epochs, as it answers in use, and takes no random number for it."""

    name = "samples"

    def __init__(self, program: Program, folder: Samples) -> None:
        self.program, self.folder = program, folder
        self.shown = seen(program)
        self.every = 1
        self._given: list[torch.Tensor] = []
        self._written, self._took, self._kept = 0.0, 0.0, 0

    def begin(self, loop: Loop) -> None:
        if not self.shown:
            return
        part = loop.data.get("validation") or loop.data["train"]
        rows = POINTS if any(one.form == "points" for one in self.shown.values()) else ROWS
        given = [self._argument(spot, part, rows, loop.device) for spot in self.program.net_arguments]
        rows = min([rows, *map(len, given)])
        self._given = [values[:rows] for values in given]
        self.folder.drop([epoch for epoch in self.folder.epochs() if epoch > loop.epoch])
        self.shown, held = beside(self.program, self.shown, part, rows)
        self.folder.begin(list(self.shown.values()), held)

    def done(self, loop: Loop) -> None:
        rested = time.monotonic() - self._written > max(REST_SECONDS, self._took / SHARE)
        if self.shown and loop.epoch % self.every == 0 and (rested or loop.epoch == 1):
            self._keep(loop)

    def finish(self, loop: Loop) -> None:
        if self.shown and 0 < loop.epoch != self._kept:
            self._keep(loop)

    def _keep(self, loop: Loop) -> None:
        began = time.monotonic()
        net = loop.training.ema.module if hasattr(loop.training, "ema") else loop.training.net
        learning = net.training
        net.eval()
        with torch.no_grad():
            came = as_tuple(net(*self._given))
        net.train(learning)
        self.folder.keep(loop.epoch, {one.name: _small(came[at], one) for at, one in self.shown.items()})
        self._kept = loop.epoch
        self._thin(loop.epoch)
        self._written = time.monotonic()
        self._took = self._written - began

    def _thin(self, last: int) -> None:
        kept = self.folder.epochs()
        if len(kept) > MOST:
            self.every *= 2
            self.folder.drop([epoch for epoch in kept if epoch % self.every and epoch not in (1, last)])

    def _argument(self, spot: Spot, part: Batch, rows: int, device: str) -> torch.Tensor:
        """What goes in for an argument of Net: numbers drawn once, classes in turn beside those, else rows of data."""
        noises = {node.born: kind for node, kind in self.program.noises}
        if spot[0] in noises:
            return drawn(noises[spot[0]], rows, device)
        value = self.program.tensor(spot)
        if noises and value is not None and value.dtype == "index" and value.classes and value.rank == 1:
            return (torch.arange(rows, device=device) % value.classes).to(torch.int64)
        return _of(self.program, spot, part)[:rows]

    def state(self) -> dict[str, Any]:
        return {"every": self.every}

    def restore(self, state: dict[str, Any]) -> None:
        self.every = state["every"]


def seen(program: Program) -> dict[int, Shown]:
    """The outputs of Net that can be seen, by their place."""
    found: dict[int, Shown] = {}
    for at, use in enumerate(program.outputs):
        value = use.value if isinstance(use.value, Tensor) else program.tensor(use.spot)
        form = _form(program, value, _target(program, use.spot)) if value is not None else None
        if form:
            found[at] = Shown(program.id_of(use.spot), **form)
    return found


def _form(program: Program, value: Tensor, target: Tensor | None) -> dict[str, Any] | None:
    sides = value.inner if value.sides is not None else ()
    if len(sides) == 3 and all(isinstance(side, int) for side in sides):
        if target is not None and target.dtype in ("index", "bool"):
            return {"form": "masks", "classes": target.classes or 2}
        return {"form": "pictures"} if sides[0] in (1, 3) else None
    return {"form": "points"} if sides == (2,) and program.noises else None


def _target(program: Program, spot: Spot) -> Tensor | None:
    """What a loss compares a value with."""
    found = _compared(program, spot)
    return program.tensor(found) if found else None


def _compared(program: Program, spot: Spot) -> Spot | None:
    for figure in program.figures:
        if figure.is_loss and any(use.spot == spot for port in figure.answers for use in _uses(figure, port)):
            return next((use.spot for use in _uses(figure, "target") if not use.select), None)
    return None


def _uses(figure: Figure, port: str) -> Sequence[Any]:
    return figure.unit.inputs.get(port, ())


def beside(
    program: Program, shown: Mapping[int, Shown], part: Batch, rows: int
) -> tuple[dict[int, Shown], dict[str, Any]]:
    """What goes in and what should come out, where the data give that; and the outputs, told of it."""
    found, held = {}, {}
    data = [(born, port) for born, port, _ in program.arguments]
    for at, one in shown.items():
        spots = [spot for spot in data if _alike(program, spot, one)]
        given = next((spot for spot in program.net_arguments if spot in spots), None)
        wanted = next(iter(spots), None) if one.form == "points" else _compared(program, program.outputs[at].spot)
        wanted = wanted if wanted in data and wanted != given else None
        if given:
            held[f"{one.name}.given"] = _of(program, given, part)[:rows].float().cpu().numpy()
        if wanted:
            held[f"{one.name}.wanted"] = _small(_of(program, wanted, part)[:rows], one)
        found[at] = replace(one, given=bool(given), wanted=bool(wanted))
    return found, held


def _alike(program: Program, spot: Spot, one: Shown) -> bool:
    """Whether a value can be seen beside an output."""
    value = program.tensor(spot)
    sides = value.inner if value is not None and value.sides is not None else ()
    return sides == (2,) if one.form == "points" else len(sides) == 3 and sides[0] in (1, 3)


def _of(program: Program, spot: Spot, part: Batch) -> torch.Tensor:
    """The rows of a data node that a step gets."""
    return part[[(born, port) for born, port, _ in program.arguments].index(spot)]


def _small(came: torch.Tensor, one: Shown) -> Any:
    """An output as it is kept: a mask says only which class is likeliest."""
    if one.form == "masks" and came.is_floating_point():
        came = came.argmax(1) if came.shape[1] > 1 else (came[:, 0] > 0)
    elif one.form == "masks" and came.ndim == 4:
        came = came[:, 0]
    return came.to(torch.uint8).cpu().numpy() if one.form == "masks" else came.float().cpu().numpy()
