"""Every schedule, trained by the real loop over three epochs, gives torch's own sequence of learning rates."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from torch.optim import lr_scheduler

import runtime.train.session as session_module
from graph.reading import Reading
from runtime.train.followers.follower import Follower
from runtime.train.loop import Loop
from tests.runtime.drawings import drawn, program_of
from tests.runtime.test_accumulating import CLASSES, WIRES
from tests.runtime.training import Trained, text_of, train

EPOCHS, STEPS = 3, 5
TOTAL = EPOCHS * STEPS
"""70 of 100 rows are trained on, 16 in a step: 5 steps an epoch."""

OPTIMIZER = {"lr": 0.1, "momentum": 0.9}
Make = Callable[[Any], Any]


class Rates(Follower):
    """Notes the learning rate with which each step was made, by standing where the step is taken."""

    def __init__(self) -> None:
        self.noted: list[float] = []

    def begin(self, loop: Loop) -> None:
        plain = loop.training.step

        def step(*batch: torch.Tensor) -> Any:
            self.noted.append(float(loop.training.opt.param_groups[0]["lr"]))
            return plain(*batch)

        loop.quick = step


def ran(folder: Path, nodes: dict[str, Any], wires: list[str], monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Trains through a whole session; the rate of each step."""
    rates, run = Rates(), session_module.Session._run
    monkeypatch.setattr(
        session_module.Session, "_run", lambda session, loop: (loop.followers.append(rates), run(session, loop))[1]
    )
    base = {**CLASSES, "moons": ("Moons", {"samples": 100, "batch_size": 16}), "opt": ("SGD", OPTIMIZER)}
    text = text_of({**base, **nodes}, [*WIRES, *wires], {"epochs": EPOCHS, "threads": 1})
    done: Trained = train(folder, text)
    assert done.code == 0, done.run.failure()
    assert len(rates.noted) == TOTAL
    ends = [epoch.lr["opt"] for epoch in done.run.epochs()]
    assert ends == [pytest.approx(rates.noted[at]) for at in (STEPS - 1, 2 * STEPS - 1, TOTAL - 1)] or nodes_step(nodes)
    return rates.noted


def nodes_step(nodes: dict[str, Any]) -> bool:
    """Whether a schedule moves behind the last step, so that the record of an epoch holds the next rate."""
    return any(params.get("unit", "step") == "step" for _, params in nodes.values())


def by_torch(make: Make, *, step: bool) -> list[float]:
    """torch's sequence: the rate of each step where a schedule moves behind each step, or behind each epoch."""
    optimizer = torch.optim.SGD([nn.Parameter(torch.ones(1))], **OPTIMIZER)  # type: ignore[arg-type]  # numbers
    schedule, found = make(optimizer), list[float]()
    for _ in range(EPOCHS):
        for _ in range(STEPS):
            found.append(float(optimizer.param_groups[0]["lr"]))
            optimizer.step()
            if step:
                schedule.step()
        if not step:
            schedule.step()
    return found


EITHER: dict[str, tuple[dict[str, Any], Callable[[Any, int], Any]]] = {
    "ConstantLR": ({"total_iters": 2}, lambda o, n: lr_scheduler.ConstantLR(o, total_iters=2)),
    "LinearLR": ({"total_iters": 2}, lambda o, n: lr_scheduler.LinearLR(o, total_iters=2)),
    "StepLR": ({"step_size": 2}, lambda o, n: lr_scheduler.StepLR(o, 2)),
    "MultiStepLR": ({"milestones": [1, 2]}, lambda o, n: lr_scheduler.MultiStepLR(o, [1, 2])),
    "ExponentialLR": ({"gamma": 0.7}, lambda o, n: lr_scheduler.ExponentialLR(o, 0.7)),
    "PolynomialLR": ({"total_iters": 2}, lambda o, n: lr_scheduler.PolynomialLR(o, total_iters=2)),
    "CosineAnnealingLR": ({}, lambda o, n: lr_scheduler.CosineAnnealingLR(o, T_max=n)),
    "CosineAnnealingWarmRestarts": ({"T_0": 2}, lambda o, n: lr_scheduler.CosineAnnealingWarmRestarts(o, 2)),
    "Warmup": ({"length": 2}, lambda o, n: lr_scheduler.LinearLR(o, start_factor=0.01, total_iters=2)),
}
STEPWISE: dict[str, tuple[dict[str, Any], Make]] = {
    "OneCycleLR": ({}, lambda o: lr_scheduler.OneCycleLR(o, max_lr=0.1, total_steps=TOTAL)),
    "CyclicLR": (
        {"base_lr": 0.01, "max_lr": 0.2, "step_size_up": 4},
        lambda o: lr_scheduler.CyclicLR(o, 0.01, 0.2, step_size_up=4),
    ),
}
SINGLE = ["schedule.schedule -> opt.schedule"]


@pytest.mark.parametrize("unit", ["step", "epoch"])
@pytest.mark.parametrize("kind", EITHER)
def test_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, unit: str) -> None:
    params, make = EITHER[kind]
    ours = ran(tmp_path, {"schedule": (kind, {**params, "unit": unit})}, SINGLE, monkeypatch)
    total = TOTAL if unit == "step" else EPOCHS
    assert ours == by_torch(lambda o: make(o, total), step=unit == "step")
    assert len(set(ours)) > 1


@pytest.mark.parametrize("kind", STEPWISE)
def test_with_every_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    params, make = STEPWISE[kind]
    ours = ran(tmp_path, {"schedule": (kind, params)}, SINGLE, monkeypatch)
    assert ours == by_torch(make, step=True)
    assert len(set(ours)) > 4


@pytest.mark.parametrize("unit", ["step", "epoch"])
def test_joined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unit: str) -> None:
    count = {"unit": unit}
    nodes = {
        "warm": ("LinearLR", {**count, "total_iters": 2}), "fall": ("CosineAnnealingLR", count),
        "schedule": ("SequentialLR", {"milestones": [2]}),
    }  # fmt: skip
    wires = [*SINGLE, "warm.schedule -> schedule.a", "fall.schedule -> schedule.b"]
    total = TOTAL if unit == "step" else EPOCHS

    def make(o: Any) -> Any:
        parts = [lr_scheduler.LinearLR(o, total_iters=2), lr_scheduler.CosineAnnealingLR(o, T_max=total - 2)]
        return lr_scheduler.SequentialLR(o, parts, milestones=[2])

    assert ran(tmp_path, nodes, wires, monkeypatch) == by_torch(make, step=unit == "step")


def test_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nodes = {
        "warm": ("LinearLR", {"unit": "step"}), "fall": ("ExponentialLR", {"unit": "step"}),
        "schedule": ("ChainedScheduler", {}),
    }  # fmt: skip
    wires = [*SINGLE, "warm.schedule -> schedule.a", "fall.schedule -> schedule.b"]

    def make(o: Any) -> Any:
        return lr_scheduler.ChainedScheduler([lr_scheduler.LinearLR(o), lr_scheduler.ExponentialLR(o, 0.95)], o)

    assert ran(tmp_path, nodes, wires, monkeypatch) == by_torch(make, step=True)


@pytest.mark.parametrize("unit", ["step", "epoch"])
def test_a_warm_up_leads_into_another_schedule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unit: str) -> None:
    length = 6 if unit == "step" else 1
    nodes = {
        "schedule": ("Warmup", {"unit": unit, "length": length, "start": 0.1}),
        "fall": ("CosineAnnealingLR", {"unit": unit}),
    }
    total = TOTAL if unit == "step" else EPOCHS

    def make(o: Any) -> Any:
        rise = lr_scheduler.LinearLR(o, start_factor=0.1, total_iters=length)
        fall = lr_scheduler.CosineAnnealingLR(o, T_max=total - length)
        return lr_scheduler.SequentialLR(o, [rise, fall], milestones=[length])

    ours = ran(tmp_path, nodes, [*SINGLE, "fall.schedule -> schedule.then"], monkeypatch)
    assert ours == by_torch(make, step=unit == "step")
    assert ours[0] == pytest.approx(0.01) and max(ours) == pytest.approx(0.1)


def test_on_a_plateau(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nodes = {"schedule": ("ReduceLROnPlateau", {"patience": 0, "threshold": 1e6, "unit": "epoch"})}
    ours = ran(tmp_path, nodes, SINGLE, monkeypatch)
    optimizer = torch.optim.SGD([nn.Parameter(torch.ones(1))], **OPTIMIZER)  # type: ignore[arg-type]  # numbers
    schedule, theirs = lr_scheduler.ReduceLROnPlateau(optimizer, patience=0, threshold=1e6), list[float]()
    for _ in range(EPOCHS):
        theirs += [float(optimizer.param_groups[0]["lr"])] * STEPS
        schedule.step(1.0)
    assert ours == theirs and len(set(ours)) == 3


def test_wrong_pairings_are_said() -> None:
    nodes = {**CLASSES, "warm": ("Warmup", {}), "fall": ("CosineAnnealingLR", {}), "flat": ("ReduceLROnPlateau", {})}
    wires = [*WIRES, "warm.schedule -> opt.schedule"]
    document = drawn(nodes, [*wires, "fall.schedule -> warm.then"])
    (found,) = [one for one in Reading(document).diagnostics("warm") if one.code == "schedule-unit"]
    assert found.message == "fall counts epochs, but warm, which it follows, counts steps."
    assert found.fix is not None
    found.fix.apply(document)
    assert not [one for one in Reading(document).diagnostics() if one.level == "error"]
    document = drawn(nodes, [*wires, "flat.schedule -> warm.then"])
    (found,) = [one for one in Reading(document).diagnostics("warm") if one.code == "schedule-part"]
    assert found.message == "flat watches a figure, so it cannot follow warm: wire it into the optimizer itself."


def test_the_length_of_the_run_is_never_asked() -> None:
    nodes = {**CLASSES, "schedule": ("OneCycleLR", {})}
    program = program_of(drawn(nodes, [*WIRES, *SINGLE]))
    (phase,) = program.phases
    (schedule,) = phase.schedules
    assert not {"total_steps", "epochs", "steps_per_epoch"} & schedule.kind.params.keys()
