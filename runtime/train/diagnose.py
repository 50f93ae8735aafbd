"""Finds where a training lost its numbers: goes back to the last checkpoint and looks closely when it happens again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from runtime.train.checkpoint import Checkpoint
from runtime.train.loop import Diverged, Loop
from runtime.train.state import modules, weights

PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Finding:
    """Where it arose: the attribute path of a module (or None: in the loss itself), in which part of the step."""

    where: str | None
    part: str
    """`forward`, `gradient`, `update`, or `unknown`."""
    step: int


class _Done(Exception):
    """Ends the second run."""


def find(loop: Loop, diverged: Diverged, held: Checkpoint) -> Finding:
    """Trains again from a checkpoint up to the step that failed; the loop cannot be used afterwards."""
    replay = _Replay(loop, diverged.step)
    loop.followers = []
    try:
        loop.restore(held)
        loop.training.step = replay.step
        replay.at = loop.step
        loop.run()
    except _Done:
        pass
    except RuntimeError:
        return Finding(None, "unknown", diverged.step)
    return replay.finding or Finding(None, "forward", diverged.step)


class _Replay:
    """Stands in for the training's step; looks closely at the step that failed and at the one before it."""

    def __init__(self, loop: Loop, target: int) -> None:
        self.training, self.target = loop.training, target
        self.plain_step: Callable[..., Any] = loop.training.step
        self.finding: Finding | None = None
        self.at = 0
        self._give_up = time.monotonic() + PATIENCE_SECONDS

    def step(self, *batch: torch.Tensor) -> Any:
        self.at += 1
        if time.monotonic() > self._give_up:
            self.finding = Finding(None, "unknown", self.target)
            raise _Done
        if self.at < self.target - 1:
            return self.plain_step(*batch)
        with _looking(self.training) as seen:
            sums = self.plain_step(*batch)
        self.finding = self._judge(seen)
        if self.finding or self.at >= self.target:
            raise _Done
        return sums

    def _judge(self, seen: dict[str, str | None]) -> Finding | None:
        if seen["forward"] or seen["gradient"]:
            part = "forward" if seen["forward"] else "gradient"
            return Finding(seen[part], part, self.at)
        if self.at >= self.target:
            return Finding(None, "forward", self.at)
        broken = next((key for key, tensor in weights(self.training).items() if not _finite(tensor)), None)
        return Finding(broken.split(".", 1)[1].rpartition(".")[0], "update", self.at) if broken else None


@contextmanager
def _looking(training: Any) -> Iterator[dict[str, str | None]]:
    """Notes the first module whose output, and the first one whose output's gradient, is not finite."""
    seen: dict[str, str | None] = {"forward": None, "gradient": None}
    named = [pair for module in modules(training).values() for pair in module.named_modules() if pair[0]]
    handles = [module.register_forward_hook(_hook(path, seen)) for path, module in named]
    try:
        yield seen
    finally:
        for handle in handles:
            handle.remove()


def _hook(path: str, seen: dict[str, str | None]) -> Callable[[nn.Module, Any, Any], None]:
    def check_gradient(gradient: torch.Tensor) -> None:
        if seen["gradient"] is None and not _finite(gradient):
            seen["gradient"] = path

    def check(module: nn.Module, inputs: Any, output: Any) -> None:
        first = output[0] if isinstance(output, tuple) else output
        if not isinstance(first, torch.Tensor):
            return
        if seen["forward"] is None and not _finite(first):
            seen["forward"] = path
        if first.requires_grad:
            with suppress(RuntimeError):
                first.register_hook(check_gradient)  # type: ignore[no-untyped-call]  # torch declares none

    return check


def _finite(tensor: torch.Tensor) -> bool:
    return not tensor.is_floating_point() or bool(torch.isfinite(tensor).all())
