"""Every optimizer and schedule is made as torch makes it, with its numbers, and survives a checkpoint."""

import json
from typing import Any

import pytest
import torch
from torch import nn

from graph.catalogue import standard
from graph.misfit import Misfit
from graph.param import Param
from graph.roles import Course, Optimizer, ScheduleKind
from graph.shape import Loss, Schedule
from graph.spec import Place
from runtime.train.state import collect, restore

OPTIMIZERS = [kind for kind in standard() if issubclass(kind, Optimizer) and kind.torch]
COURSES = [kind for kind in standard() if issubclass(kind, Course)]
SCOPE = vars(torch.optim.lr_scheduler) | {"torch": torch}
FUSED = {"SGD", "Adam", "AdamW"}
"""Those that torch runs in one kernel on the CPU, on CUDA and on MPS alike."""


def optimizer_of(kind: type[Optimizer], params: dict[str, Any], weights: Any) -> torch.optim.Optimizer:
    made: torch.optim.Optimizer = eval(kind(params).create("weights"), SCOPE | {"weights": weights})
    return made


class Tiny:
    """A training of one optimizer and perhaps one schedule, as the generated class holds them."""

    def __init__(self, kind: type[Optimizer], schedule: ScheduleKind | None = None) -> None:
        torch.manual_seed(0)
        self.net = nn.Linear(3, 2, bias=False)
        self.opt = optimizer_of(kind, {"lr": 0.05}, self.net.parameters())
        if schedule is not None:
            self.schedule = eval(schedule.create("self.opt", "12"), SCOPE | {"self": self})
        self.watches = schedule is not None and schedule.watches

    def step(self, at: int) -> None:
        x = torch.randn(8, 3, generator=torch.Generator().manual_seed(at))

        def closure() -> torch.Tensor:
            self.opt.zero_grad()
            loss = (self.net(x) - x[:, :2].sin()).square().mean()
            loss.backward()
            return loss

        if type(self.opt) is torch.optim.LBFGS:
            loss = self.opt.step(closure)
        else:
            loss = closure()
            self.opt.step()
        if hasattr(self, "schedule"):
            self.schedule.step(*([float(loss.detach())] if self.watches else []))


def taken_up(make: Any) -> None:
    """Six steps at once equal three, a checkpoint as JSON and tensors, and three more, to the last bit."""
    whole, first, other = make(), make(), make()
    for at in range(6):
        whole.step(at)
    for at in range(3):
        first.step(at)
    tensors, plain = collect(first)
    restore(other, {key: tensor.clone() for key, tensor in tensors.items()}, json.loads(json.dumps(plain)))
    for at in range(3, 6):
        other.step(at)
    assert torch.equal(whole.net.weight, other.net.weight)
    left, right = collect(whole), collect(other)
    assert json.dumps(left[1]) == json.dumps(right[1])
    assert left[0].keys() == right[0].keys()
    assert all(torch.equal(left[0][key], right[0][key]) for key in left[0])


@pytest.mark.parametrize("kind", OPTIMIZERS, ids=lambda kind: kind.__name__)
class TestEveryOptimizer:
    def test_is_made_with_what_was_typed(self, kind: type[Optimizer]) -> None:
        weights = [nn.Parameter(torch.ones(3, 3))]
        typed = {name: other(declared) for name, declared in kind.params.items() if declared.printed}
        typed |= {"nesterov": False, "momentum": 0.5} if "nesterov" in kind.params else {}
        assert all(kind.params[name].wrong(value) is None for name, value in typed.items())
        typed = {name: value for name, value in typed.items() if name in kind.params}
        made = optimizer_of(kind, typed, weights)
        for name, value in typed.items():
            assert made.defaults[name] == value, name

    def test_its_defaults_are_those_of_torch(self, kind: type[Optimizer]) -> None:
        weights = [nn.Parameter(torch.ones(3, 3))]
        constructor = getattr(torch.optim, kind.__name__)
        ours, theirs = optimizer_of(kind, {}, weights).defaults, constructor(weights).defaults
        assert {**ours, "fused": None} == {**theirs, "fused": None}

    def test_is_fused_where_torch_can(self, kind: type[Optimizer]) -> None:
        made = optimizer_of(kind, {}, [nn.Parameter(torch.ones(3, 3))])
        assert bool(made.defaults.get("fused")) is (kind.__name__ in FUSED)

    def test_takes_any_schedule_or_says_why_not(self, kind: type[Optimizer]) -> None:
        assert kind({}).read({"loss": [Loss()]}, Place("node")) == {}
        swinging = {"loss": [Loss()], "schedule": Schedule("step", momentum=True)}
        optimizer = optimizer_of(kind, {}, [nn.Parameter(torch.ones(3, 3))])
        try:
            torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps=5)
        except ValueError:
            with pytest.raises(Misfit, match="momentum"):
                kind({}).read(swinging, Place("node"))
        else:
            assert kind({}).read(swinging, Place("node")) == {}

    def test_goes_on_after_a_checkpoint(self, kind: type[Optimizer]) -> None:
        taken_up(lambda: Tiny(kind))

    def test_has_words(self, kind: type[Optimizer]) -> None:
        assert kind.use
        assert kind.avoid
        assert kind.origin


def other(declared: Param) -> Any:
    """A good value of a parameter that is not its default."""
    default = declared.default
    match declared.type:
        case "bool":
            return not default
        case "choice":
            return next(choice for choice in declared.choices if choice != default)
        case "floats":
            return tuple(value * 0.9 for value in default)
        case "int":
            return 3 if default is None else default + 1
    if declared.max == 0:
        return default - 0.125
    return default * (2.0 if declared.min == default else 0.5) if default else 0.25


def test_no_optimizer_of_torch_was_forgotten() -> None:
    known = {name for name, value in vars(torch.optim).items() if isinstance(value, type)}
    assert known - {"Optimizer", "SparseAdam"} == {kind.__name__ for kind in OPTIMIZERS}


def by_hand(kind: type[Course], optimizer: torch.optim.Optimizer, params: dict[str, Any]) -> Any:
    """Torch's own schedule over twelve epochs or steps, from typed parameters."""
    given = {name: value for name, value in params.items() if name not in ("unit", "monitor")}
    match kind.__name__:
        case "CosineAnnealingLR":
            given = {"T_max": 12, **given}
        case "OneCycleLR":
            given = {"max_lr": 0.5, "total_steps": 12, **given}
    return getattr(torch.optim.lr_scheduler, kind.__name__)(optimizer, **given)


TYPED: dict[str, list[dict[str, Any]]] = {
    "ConstantLR": [{"factor": 0.5, "total_iters": 3}],
    "LinearLR": [{"start_factor": 0.25, "end_factor": 0.5, "total_iters": 6}],
    "StepLR": [{"step_size": 3, "gamma": 0.5}],
    "MultiStepLR": [{"milestones": (2, 7), "gamma": 0.5}],
    "ExponentialLR": [{"gamma": 0.75}],
    "PolynomialLR": [{"total_iters": 9, "power": 2.0}],
    "CosineAnnealingLR": [{}, {"T_max": 5, "eta_min": 0.1}],
    "CosineAnnealingWarmRestarts": [{"T_0": 3, "T_mult": 2, "eta_min": 0.01}],
    "ReduceLROnPlateau": [{"patience": 1, "factor": 0.5, "threshold": 0.5, "threshold_mode": "abs", "min_lr": 0.01}],
    "OneCycleLR": [{}, {"max_lr": 0.25, "anneal_strategy": "linear", "three_phase": True, "cycle_momentum": False}],
    "CyclicLR": [
        {"base_lr": 0.1, "max_lr": 0.9, "step_size_up": 2, "step_size_down": 3},
        {"base_lr": 0.1, "max_lr": 0.9, "step_size_up": 2, "mode": "exp_range", "gamma": 0.9},
    ],
}
SITUATIONS = [(kind, params) for kind in COURSES for params in TYPED[kind.__name__]]


@pytest.mark.parametrize(("kind", "params"), SITUATIONS, ids=lambda value: getattr(value, "__name__", ""))
class TestEverySchedule:
    def test_goes_the_way_of_torch(self, kind: type[Course], params: dict[str, Any]) -> None:
        made = kind(params)
        courses = []
        for ours in (True, False):
            optimizer = torch.optim.SGD([nn.Parameter(torch.ones(3))], lr=0.5, momentum=0.9)
            if ours:
                schedule = eval(made.create("optimizer", "12"), SCOPE | {"optimizer": optimizer})
            else:
                schedule = by_hand(kind, optimizer, params)
            course = []
            for at in range(12):
                course.append((optimizer.param_groups[0]["lr"], optimizer.param_groups[0]["momentum"]))
                optimizer.step()
                schedule.step(*([float(at % 5)] if made.watches else []))
            courses.append(course)
        assert courses[0] == courses[1]
        assert len(set(courses[0])) > 1

    def test_goes_on_after_a_checkpoint(self, kind: type[Course], params: dict[str, Any]) -> None:
        taken_up(lambda: Tiny(standard().get("SGD"), kind(params)))  # type: ignore[arg-type]
        taken_up(lambda: Tiny(standard().get("Adam"), kind(params)))  # type: ignore[arg-type]

    def test_tells_what_it_counts(self, kind: type[Course], params: dict[str, Any]) -> None:
        found = kind(params).read({}, Place("node"))["schedule"]
        assert isinstance(found, Schedule)
        assert found.unit == kind({}).unit
        wrong = kind({**params, "unit": "step" if found.unit == "epoch" else "epoch"})
        if kind.own_unit:
            with pytest.raises(Misfit) as caught:
                wrong.read({}, Place("node"))
            assert caught.value.code == "schedule-unit"
            assert caught.value.advice.params == {"unit": kind.own_unit}
        else:
            assert wrong.read({}, Place("node"))["schedule"].unit != found.unit

    def test_has_words(self, kind: type[Course], params: dict[str, Any]) -> None:
        assert kind.use
        assert kind.avoid
        assert kind.origin


def test_no_schedule_of_torch_was_forgotten() -> None:
    base = torch.optim.lr_scheduler.LRScheduler
    known = {
        name
        for name, value in vars(torch.optim.lr_scheduler).items()
        if isinstance(value, type) and issubclass(value, base) and name[0] != "_"
    }
    ours = {kind.__name__ for kind in standard() if issubclass(kind, ScheduleKind)}
    assert known - {"LRScheduler", "LambdaLR", "MultiplicativeLR"} == ours - {"Warmup"}


# --- schedules made of others


def test_parts_of_a_schedule_count_the_same() -> None:
    joined = standard().get("ChainedScheduler")({})  # type: ignore[misc]
    assert joined.read({"a": Schedule("step"), "c": Schedule("step", momentum=True)}, Place("node")) == {
        "schedule": Schedule("step", momentum=True)
    }
    with pytest.raises(Misfit) as caught:
        joined.read({"a": Schedule("step"), "c": Schedule("epoch")}, Place("node"))
    assert (caught.value.code, caught.value.port) == ("schedule-unit", "c")
    with pytest.raises(Misfit, match="watches a figure"):
        joined.read({"a": Schedule("epoch", watches=True)}, Place("node"))


@pytest.mark.parametrize("milestones", [(3,), (3, 2), (2, 2), (1, 2, 3)])
def test_a_sequence_has_a_milestone_between_two_parts(milestones: tuple[int, ...]) -> None:
    joined = standard().get("SequentialLR")({"milestones": milestones})  # type: ignore[misc]
    with pytest.raises(Misfit):
        joined.read({"a": Schedule(), "b": Schedule(), "c": Schedule()}, Place("node"))
