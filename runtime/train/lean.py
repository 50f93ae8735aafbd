"""Takes out of torch's optimizers what only profilers and hooks need; the numbers stay the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from runtime.train.state import optimizers


def make_lean(training: Any) -> None:
    """Lets the optimizers of a training step without a record for profilers. One with hooks stays as it is."""
    for optimizer in optimizers(training).values():
        hooked = optimizer._optimizer_step_pre_hooks or optimizer._optimizer_step_post_hooks
        plain = getattr(type(optimizer).step, "__wrapped__", None)
        if plain is not None and not hooked and getattr(type(optimizer).step, "hooked", False):
            setattr(optimizer, "step", _step(optimizer, plain))  # noqa: B010 (a method of this one alone)
        setattr(optimizer, "zero_grad", _zero_grad(optimizer))  # noqa: B010


def _step(optimizer: torch.optim.Optimizer, plain: Callable[..., Any]) -> Callable[..., None]:
    """The optimizer's own arithmetic. Schedules want to know that it was called."""

    def step(closure: Callable[[], Any] | None = None) -> None:
        optimizer._opt_called = True  # type: ignore[attr-defined]
        plain(optimizer, closure) if closure else plain(optimizer)

    setattr(step, "_wrapped_by_lr_sched", True)  # noqa: B010 (schedules look for this mark of theirs)
    return step


def _zero_grad(optimizer: torch.optim.Optimizer) -> Callable[[], None]:
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]

    def zero_grad() -> None:
        for parameter in parameters:
            parameter.grad = None

    return zero_grad
