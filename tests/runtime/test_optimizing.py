"""What the generated training does to weights, against loops of torch written by hand: equal to the last bit."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils import parametrizations
from torch.optim import lr_scheduler

import runtime.train.loop as loop_module
from graph.catalogue import standard
from graph.project import parse
from graph.reading import Reading
from runtime import emit
from runtime.program import Program, ProgramError
from tests.runtime.drawings import Nodes, built, drawn, program_of
from tests.runtime.training import Trained, text_of, train

EPOCHS, STEPS = 3, 8
NODES: dict[str, tuple[str, dict[str, Any]]] = {
    "moons": ("Moons", {}),
    "fc1": ("Linear", {"out_features": 6}),
    "tanh": ("Tanh", {}),
    "fc2": ("Linear", {"out_features": 2}),
    "loss": ("CrossEntropyLoss", {}),
}
WIRES = [
    "moons.x -> fc1.x", "fc1.y -> tanh.x", "tanh.y -> fc2.x", "fc2.y -> loss.prediction", "moons.y -> loss.target",
    "loss.loss -> opt.loss",
]  # fmt: skip


def nodes(changed: Mapping[str, Mapping[str, Any]] | None = None, **more: tuple[str, dict[str, Any]]) -> Nodes:
    found = {id: (kind, {**params, **(changed or {}).get(id, {})}) for id, (kind, params) in NODES.items()}
    return {"opt": ("SGD", {"lr": 0.1}), **found, **more}


def training_of(drawing: Nodes, run: Mapping[str, Any] | None = None, wires: Sequence[str] = ()) -> Any:
    """An executed Training, begun with a fixed seed."""
    made = built(program_of(drawn(drawing, [*WIRES, *wires], {"epochs": EPOCHS, **(run or {})})), train=True)
    torch.manual_seed(3)
    try:
        return made.training()
    except TypeError:
        torch.manual_seed(3)
        return made.training(EPOCHS * STEPS)


def batches() -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    chance = torch.Generator().manual_seed(5)
    for _ in range(STEPS):
        yield torch.randn(16, 2, generator=chance), torch.randint(2, (16,), generator=chance)


class Hand(nn.Module):
    """The same net, written by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Linear(2, 6)
        self.tanh = nn.Tanh()
        self.fc2 = nn.Linear(6, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        answer: torch.Tensor = self.fc2(self.tanh(self.fc1(x)))
        return answer


def hand(change: Callable[[Hand], None] | None = None) -> Hand:
    torch.manual_seed(3)
    net = Hand()
    if change:
        change(net)
    return net


def same(one: nn.Module, other: nn.Module) -> None:
    left, right = one.state_dict(), other.state_dict()
    assert left.keys() == right.keys()
    for key in left:
        assert torch.equal(left[key], right[key]), key


# --- optimizers

BY_HAND: dict[str, tuple[dict[str, Any], Callable[[Any], torch.optim.Optimizer]]] = {
    "NAdam": ({"lr": 0.01}, lambda w: torch.optim.NAdam(w, lr=0.01)),
    "RAdam": ({"lr": 0.01, "weight_decay": 0.1}, lambda w: torch.optim.RAdam(w, lr=0.01, weight_decay=0.1)),
    "Adamax": ({"lr": 0.01}, lambda w: torch.optim.Adamax(w, lr=0.01)),
    "Adafactor": ({"lr": 0.05}, lambda w: torch.optim.Adafactor(w, lr=0.05)),
    "Adagrad": ({"lr": 0.1}, lambda w: torch.optim.Adagrad(w, lr=0.1)),
    "Adadelta": ({"rho": 0.8}, lambda w: torch.optim.Adadelta(w, rho=0.8)),
    "RMSprop": ({"momentum": 0.9}, lambda w: torch.optim.RMSprop(w, momentum=0.9)),
    "Rprop": ({"lr": 0.02}, lambda w: torch.optim.Rprop(w, lr=0.02)),
    "ASGD": ({"lr": 0.1, "t0": 3.0}, lambda w: torch.optim.ASGD(w, lr=0.1, t0=3.0)),
}


@pytest.mark.parametrize("kind", list(BY_HAND))
def test_an_optimizer_moves_as_in_a_loop_by_hand(kind: str) -> None:
    params, make = BY_HAND[kind]
    training, net = training_of(nodes(opt=(kind, params))), hand()
    optimizer = make(net.parameters())
    for x, y in batches():
        training.step(x, y)
        loss = F.cross_entropy(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    same(training.net, net)


@pytest.mark.parametrize("search", [None, "strong_wolfe"])
def test_lbfgs_computes_its_loss_in_a_function(search: str | None) -> None:
    params = {"lr": 0.5, "max_iter": 4} | ({"line_search_fn": search} if search else {})
    training, net = training_of(nodes(opt=("LBFGS", params)), {"clip_norm": 5.0}), hand()
    optimizer = torch.optim.LBFGS(net.parameters(), lr=0.5, max_iter=4, line_search_fn=search)
    for x, y in batches():
        told = training.step(x, y)["loss"]

        def closure(x: torch.Tensor = x, y: torch.Tensor = y) -> torch.Tensor:
            optimizer.zero_grad()
            loss = F.cross_entropy(net(x), y)
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 5.0)
            return loss

        first = optimizer.step(closure)
        assert torch.equal(told[0] / told[1], first.detach() * len(x) / len(x))
    same(training.net, net)


def test_a_closure_is_a_phase_among_others() -> None:
    more = {
        "fc3": ("Linear", {"out_features": 2}),
        "other": ("CrossEntropyLoss", {}),
        "second": ("LBFGS", {"lr": 0.4, "max_iter": 3, "every": 2}),
    }
    ends = ["moons.x -> fc3.x", "fc3.y -> other.prediction", "moons.y -> other.target", "other.loss -> second.loss"]
    training = training_of(nodes(**more), wires=ends)
    layer = nn.Linear(2, 2)
    layer.load_state_dict(training.net.fc3.state_dict())
    optimizer = torch.optim.LBFGS(layer.parameters(), lr=0.4, max_iter=3)
    for at, (x, y) in enumerate(batches(), 1):
        told = training.step(x, y)
        assert ("other" in told) is (at % 2 == 0)

        def closure(x: torch.Tensor = x, y: torch.Tensor = y) -> torch.Tensor:
            optimizer.zero_grad()
            loss = F.cross_entropy(layer(x), y)
            loss.backward()
            return loss

        if at % 2 == 0:
            first = optimizer.step(closure)
            assert torch.equal(told["other"][0], first.detach() * 16)
    same(training.net.fc3, layer)


def test_muon_moves_tables_and_refuses_biases_while_editing() -> None:
    document = drawn(nodes(opt=("Muon", {"lr": 0.02})), WIRES)
    (found, *_) = [d for d in Reading(document).diagnostics("opt") if d.level == "error"]
    assert found.code == "weights-sides"
    assert "bias of fc1" in found.message
    with pytest.raises(ProgramError, match="bias of fc1"):
        program_of(document)
    for _ in range(2):
        reading = Reading(document)
        (found, *_) = [d for d in reading.diagnostics("opt") if d.level == "error"]
        found.fix.apply(document)
    assert not [d for d in Reading(document).diagnostics("opt") if d.level == "error"]
    torch.manual_seed(3)
    training = built(Program(Reading(document)), train=True).training()
    torch.manual_seed(3)
    one, two = nn.Linear(2, 6, bias=False), nn.Linear(6, 2, bias=False)
    optimizer = torch.optim.Muon([one.weight, two.weight], lr=0.02)
    for x, y in batches():
        training.step(x, y)
        loss = F.cross_entropy(two(one(x).tanh()), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert torch.equal(training.net.fc1.weight, one.weight)
    assert torch.equal(training.net.fc2.weight, two.weight)


# --- schedules

SCHEDULES: dict[str, tuple[dict[str, Any], Callable[[Any], Any]]] = {
    "OneCycleLR": ({"max_lr": 0.4}, lambda o: lr_scheduler.OneCycleLR(o, max_lr=0.4, total_steps=EPOCHS * STEPS)),
    "CosineAnnealingLR": ({"unit": "step"}, lambda o: lr_scheduler.CosineAnnealingLR(o, T_max=EPOCHS * STEPS)),
    "PolynomialLR": ({"unit": "step", "total_iters": 9}, lambda o: lr_scheduler.PolynomialLR(o, total_iters=9)),
    "CyclicLR": (
        {"base_lr": 0.01, "max_lr": 0.2, "step_size_up": 5},
        lambda o: lr_scheduler.CyclicLR(o, 0.01, 0.2, step_size_up=5),
    ),
}


@pytest.mark.parametrize("kind", list(SCHEDULES))
def test_a_schedule_moves_with_every_step(kind: str) -> None:
    params, make = SCHEDULES[kind]
    drawing = nodes(opt=("SGD", {"lr": 0.1, "momentum": 0.9}), schedule=(kind, params))
    training, net = training_of(drawing, wires=["schedule.schedule -> opt.schedule"]), hand()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9, fused=True)
    schedule = make(optimizer)
    for _ in range(EPOCHS):
        for x, y in batches():
            training.step(x, y)
            loss = F.cross_entropy(net(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            assert training.opt.param_groups[0]["lr"] == optimizer.param_groups[0]["lr"]
    same(training.net, net)


@pytest.mark.parametrize("joined", ["SequentialLR", "ChainedScheduler"])
def test_schedules_are_joined(joined: str) -> None:
    params = {"milestones": [6]} if joined == "SequentialLR" else {}
    parts = {
        "warm": ("LinearLR", {"unit": "step", "total_iters": 6, "start_factor": 0.1}),
        "fall": ("CosineAnnealingLR", {"unit": "step"}),
    }
    drawing = nodes(opt=("Adam", {"lr": 0.1}), both=(joined, params), **parts)
    ends = ["warm.schedule -> both.a", "fall.schedule -> both.b", "both.schedule -> opt.schedule"]
    training = training_of(drawing, wires=ends)
    optimizer = torch.optim.Adam([nn.Parameter(torch.ones(1))], lr=0.1)
    warm = lr_scheduler.LinearLR(optimizer, start_factor=0.1, total_iters=6)
    if joined == "SequentialLR":
        fall = lr_scheduler.CosineAnnealingLR(optimizer, T_max=EPOCHS * STEPS - 6)
        schedule: Any = lr_scheduler.SequentialLR(optimizer, [warm, fall], milestones=[6])
    else:
        fall = lr_scheduler.CosineAnnealingLR(optimizer, T_max=EPOCHS * STEPS)
        schedule = lr_scheduler.ChainedScheduler([warm, fall], optimizer=optimizer)
    for _ in range(EPOCHS):
        for x, y in batches():
            assert training.opt.param_groups[0]["lr"] == optimizer.param_groups[0]["lr"]
            training.step(x, y)
            optimizer.step()
            schedule.step()


def test_a_schedule_within_a_schedule_within_itself_ends() -> None:
    drawing = nodes(one=("ChainedScheduler", {}), two=("ChainedScheduler", {}))
    ends = ["one.schedule -> two.a", "two.schedule -> one.a", "one.schedule -> opt.schedule"]
    with pytest.raises(ProgramError):
        program_of(drawn(drawing, [*WIRES, *ends])).refuse_training()


def test_a_plateau_watches_a_figure_of_its_own() -> None:
    drawing = nodes(accuracy=("Accuracy", {}), plateau=("ReduceLROnPlateau", {"monitor": "accuracy", "patience": 0}))
    ends = ["fc2.y -> accuracy.prediction", "moons.y -> accuracy.target", "plateau.schedule -> opt.schedule"]
    training = training_of(drawing, wires=ends)
    for accuracy, rate in ((0.5, 0.1), (0.6, 0.1), (0.55, 0.01)):
        training.end_epoch({"accuracy": accuracy, "loss": -accuracy})
        assert training.opt.param_groups[0]["lr"] == pytest.approx(rate)
    drawing["plateau"][1]["monitor"] = "nothing"
    found = Reading(drawn(drawing, [*WIRES, *ends])).diagnostics("plateau")
    assert [(d.code, d.level) for d in found] == [("monitor", "error")]


def test_a_cycle_of_momentum_wants_a_momentum() -> None:
    drawing = nodes(opt=("Adagrad", {}), cycle=("OneCycleLR", {}))
    document = drawn(drawing, [*WIRES, "cycle.schedule -> opt.schedule"])
    (found,) = [d for d in Reading(document).diagnostics() if d.level == "error"]
    assert found.code == "schedule-momentum"
    found.fix.apply(document)
    assert not [d for d in Reading(document).diagnostics() if d.level == "error"]
    assert built(Program(Reading(document)), train=True).training(5)


def test_units_that_do_not_fit_are_said_and_fixed() -> None:
    parts = {"warm": ("LinearLR", {"unit": "step"}), "fall": ("StepLR", {})}
    drawing = nodes(both=("ChainedScheduler", {}), **parts)
    ends = ["warm.schedule -> both.a", "fall.schedule -> both.b", "both.schedule -> opt.schedule"]
    document = drawn(drawing, [*WIRES, *ends])
    (found,) = [d for d in Reading(document).diagnostics() if d.level == "error"]
    assert (found.code, found.message) == (
        "schedule-unit",
        "fall counts epochs, but the first part of both counts steps.",
    )
    found.fix.apply(document)
    assert document.find("fall").params == {"unit": "step"}


@pytest.mark.parametrize(
    ("kind", "params", "epochs", "idle"),
    [
        ("StepLR", {}, 10, True),
        ("StepLR", {"step_size": 9}, 10, False),
        ("StepLR", {"unit": "step"}, 10, False),
        ("MultiStepLR", {"milestones": [12, 60]}, 12, True),
        ("MultiStepLR", {"milestones": [11, 60]}, 12, False),
    ],
)
def test_a_schedule_that_changes_nothing_says_so(kind: str, params: dict[str, Any], epochs: int, idle: bool) -> None:
    ends = [*WIRES, "schedule.schedule -> opt.schedule"]
    document = drawn(nodes(schedule=(kind, params)), ends, {"epochs": epochs})
    found = [d for d in Reading(document).diagnostics("schedule") if d.code == "schedule-idle"]
    assert bool(found) is idle
    if idle and kind == "StepLR":
        assert found[0].message == "schedule changes nothing: it drops first after 10, and the run has 10 epochs."
        found[0].fix.apply(document)
        assert document.find("schedule").params == {"step_size": 3}
        assert not [d for d in Reading(document).diagnostics("schedule") if d.code == "schedule-idle"]


def test_one_schedule_moves_the_rates_of_two_optimizers() -> None:
    more = {
        "fc3": ("Linear", {"out_features": 2}),
        "other": ("CrossEntropyLoss", {}),
        "second": ("SGD", {"lr": 0.4}),
        "step": ("ExponentialLR", {"gamma": 0.5}),
    }
    ends = [
        "moons.x -> fc3.x", "fc3.y -> other.prediction", "moons.y -> other.target", "other.loss -> second.loss",
        "step.schedule -> opt.schedule", "step.schedule -> second.schedule",
    ]  # fmt: skip
    training = training_of(nodes(**more), wires=ends)
    for x, y in batches():
        training.step(x, y)
    training.end_epoch({})
    assert training.opt.param_groups[0]["lr"] == 0.05
    assert training.second.param_groups[0]["lr"] == 0.2


# --- how weights begin

INITS: list[tuple[dict[str, Any], Callable[[torch.Tensor], Any]]] = [
    ({"init": "zeros"}, nn.init.zeros_),
    ({"init": "ones"}, nn.init.ones_),
    ({"init": "constant", "init_value": 0.25}, lambda w: nn.init.constant_(w, 0.25)),
    ({"init": "uniform", "init_low": -0.5, "init_high": 0.25}, lambda w: nn.init.uniform_(w, -0.5, 0.25)),
    ({"init": "normal", "init_mean": 1.0, "init_std": 0.5}, lambda w: nn.init.normal_(w, 1.0, 0.5)),
    ({"init": "trunc_normal", "init_std": 0.5}, lambda w: nn.init.trunc_normal_(w, 0.0, 0.5, -1.0, 1.0)),
    ({"init": "xavier_uniform", "init_gain": 2.0}, lambda w: nn.init.xavier_uniform_(w, gain=2.0)),
    ({"init": "xavier_normal"}, nn.init.xavier_normal_),
    ({"init": "kaiming_uniform"}, lambda w: nn.init.kaiming_uniform_(w, nonlinearity="relu")),
    ({"init": "kaiming_normal", "init_mode": "fan_out", "init_nonlinearity": "tanh"},
     lambda w: nn.init.kaiming_normal_(w, mode="fan_out", nonlinearity="tanh")),
    ({"init": "kaiming_normal", "init_nonlinearity": "leaky_relu", "init_slope": 0.2},
     lambda w: nn.init.kaiming_normal_(w, a=0.2, nonlinearity="leaky_relu")),
    ({"init": "orthogonal", "init_gain": 0.5}, lambda w: nn.init.orthogonal_(w, gain=0.5)),
    ({"init": "eye"}, nn.init.eye_),
    ({"init": "sparse", "init_sparsity": 0.5}, lambda w: nn.init.sparse_(w, 0.5, std=0.02)),
]  # fmt: skip


@pytest.mark.parametrize(("params", "begin"), INITS, ids=lambda value: value["init"] if type(value) is dict else "")
def test_weights_begin_as_asked(params: dict[str, Any], begin: Callable[[torch.Tensor], Any]) -> None:
    training = training_of(nodes({"fc1": {**params, "bias_init": "constant", "bias_value": 0.5}}))
    net = hand(lambda net: (begin(net.fc1.weight), nn.init.constant_(net.fc1.bias, 0.5)))  # type: ignore[arg-type]
    same(training.net, net)


IMAGES = {"digits": ("Digits", {})}


def test_filters_and_gates_begin_as_asked() -> None:
    conv = {"digits": ("Digits", {}), "conv": ("Conv2d", {"out_channels": 4, "init": "dirac"}), "out": ("Output", {})}
    net = built(program_of(drawn(conv, ["digits.x -> conv.x", "conv.y -> out.x"]))).net()
    assert torch.equal(net.conv.weight, nn.init.dirac_(torch.empty_like(net.conv.weight)))
    rows = {
        "words": ("Input", {"shape": [5, 3]}),
        "lstm": ("LSTM", {"hidden_size": 4, "init": "orthogonal", "bias_init": "zeros"}),
        "out": ("Output", {}),
    }
    torch.manual_seed(1)
    made = built(program_of(drawn(rows, ["words.x -> lstm.x", "lstm.y -> out.x"]))).net()
    torch.manual_seed(1)
    lstm = nn.LSTM(3, 4, batch_first=True)
    for name, weight in lstm.named_parameters():
        if "weight" in name:
            nn.init.orthogonal_(weight)
        else:
            nn.init.zeros_(weight)
    same(made.lstm, lstm)


@pytest.mark.parametrize(
    ("params", "named"),
    [
        ({"init": "dirac"}, "filters"),
        ({"init": "uniform", "init_low": 1.0, "init_high": 0.0}, "init_low"),
        ({"parametrization": "weight_norm", "max_norm": 1.0}, "max_norm"),
    ],
)
def test_what_cannot_be_is_said_and_can_be_reset(params: dict[str, Any], named: str) -> None:
    document = drawn(nodes({"fc1": params}), WIRES)
    (found,) = [d for d in Reading(document).diagnostics("fc1") if d.level == "error"]
    assert found.code == "weights"
    assert named in found.message
    found.fix.apply(document)
    assert not [d for d in Reading(document).diagnostics("fc1") if d.level == "error"]


@pytest.mark.parametrize("params", [{"init": "xavier_normal"}, {"parametrization": "spectral_norm"}])
def test_scales_of_a_norm_are_no_table(params: dict[str, Any]) -> None:
    drawing = {"x": ("Input", {"shape": [4]}), "norm": ("BatchNorm1d", params), "out": ("Output", {})}
    document = drawn(drawing, ["x.x -> norm.x", "norm.y -> out.x"])
    assert [d.code for d in Reading(document).diagnostics("norm") if d.level == "error"] == ["weights"]


# --- penalties, lengths, parametrizations, freezing


@pytest.mark.parametrize("overall", [True, False])
def test_penalties_are_part_of_what_is_made_small_but_not_of_the_loss(overall: bool) -> None:
    both = {"l1": 0.01, "l2": 0.125}
    training = training_of(nodes() if overall else nodes({"fc1": both}), both if overall else {})
    net = hand()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, fused=True)
    for x, y in batches():
        told, rows = training.step(x, y)["loss"]
        loss = F.cross_entropy(net(x), y)
        listed = [net.fc1.weight, net.fc2.weight] if overall else [net.fc1.weight]
        penalty = 0.01 * sum(w.abs().sum() for w in listed) + 0.125 * sum(w.square().sum() for w in listed)
        optimizer.zero_grad()
        (loss + penalty).backward()
        optimizer.step()
        assert told / rows == pytest.approx(loss.item(), rel=1e-6)
    for key, weight in net.state_dict().items():
        torch.testing.assert_close(training.net.state_dict()[key], weight, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("overall", [True, False])
def test_what_leads_to_a_unit_is_never_longer(overall: bool) -> None:
    training = training_of(
        nodes() if overall else nodes({"fc1": {"max_norm": 0.5}}), {"max_norm": 0.5} if overall else {}
    )
    net = hand()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, fused=True)
    for x, y in batches():
        training.step(x, y)
        loss = F.cross_entropy(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            for layer in (net.fc1, net.fc2) if overall else (net.fc1,):
                layer.weight.copy_(torch.renorm(layer.weight, 2, 0, 0.5))
    same(training.net, net)
    assert training.net.fc1.weight.norm(dim=1).max() <= 0.5 + 1e-6
    assert overall or training.net.fc2.weight.norm(dim=1).max() > 0.5


@pytest.mark.parametrize("name", ["weight_norm", "spectral_norm"])
def test_a_parametrization_is_that_of_torch_and_is_counted(name: str) -> None:
    drawing = nodes({"fc1": {"parametrization": name, "init": "xavier_normal"}})
    training = training_of(drawing)

    def change(net: Hand) -> None:
        nn.init.xavier_normal_(net.fc1.weight)
        getattr(parametrizations, name)(net.fc1)

    net = hand(change)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, fused=True)
    for x, y in batches():
        training.step(x, y)
        loss = F.cross_entropy(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    same(training.net, net)
    reading = Reading(drawn(drawing, WIRES))
    assert reading.cost("fc1").parameters == sum(weight.numel() for weight in net.fc1.parameters())


def test_a_frozen_layer_stays_and_behaves_as_in_use() -> None:
    more = {"norm": ("BatchNorm1d", {"frozen": True})}
    drawing = nodes({"fc1": {"frozen": True}}, **more)
    wires = [wire.replace("fc1.y -> tanh.x", "fc1.y -> norm.x") for wire in WIRES] + ["norm.y -> tanh.x"]
    program = program_of(drawn(drawing, wires))
    torch.manual_seed(3)
    training = built(program, train=True).training()
    before = {key: value.clone() for key, value in training.net.state_dict().items()}
    training.net.train()
    for x, y in batches():
        training.step(x, y)
    after = training.net.state_dict()
    moved = {key for key in before if not torch.equal(before[key], after[key])}
    assert moved == {"fc2.weight", "fc2.bias"}
    assert not training.net.norm.training
    assert training.net.fc2.training
    assert [weight.requires_grad for weight in training.net.fc1.parameters()] == [False, False]


def deep(changed: Mapping[str, Mapping[str, Any]]) -> tuple[Nodes, list[str]]:
    """A chain of nine layers."""
    names = [f"fc{at}" for at in range(9)]
    drawing: dict[str, tuple[str, dict[str, Any]]] = {
        "opt": ("SGD", {"lr": 0.1}),
        "moons": ("Moons", {}),
        **{name: ("Linear", {"out_features": 2, **changed.get(name, {})}) for name in names},
        "loss": ("CrossEntropyLoss", {}),
    }
    chain = [f"{one}.y -> {two}.x" for one, two in pairwise(names)]
    ends = ["moons.x -> fc0.x", "fc8.y -> loss.prediction", "moons.y -> loss.target", "loss.loss -> opt.loss"]
    return drawing, [*chain, *ends]


@pytest.mark.parametrize("frozen", [False, True])
def test_many_weights_are_named_at_once(frozen: bool) -> None:
    program = program_of(drawn(*deep({"fc3": {"frozen": frozen}}), {"l2": 0.25}))
    text = emit.train(program).text
    if frozen:
        assert "trains all but fc3" in text
        assert "(w for w in self.net.parameters() if w.requires_grad), lr=0.1" in text
    else:
        assert "penalty = 0.25 * sum(w.square().sum() for w in self.net.parameters() if w.dim() > 1)" in text
    training = built(program, train=True).training()
    by_hand = built(program).net()
    by_hand.load_state_dict(training.net.state_dict())
    layers = [getattr(by_hand, f"fc{at}") for at in range(9) if at != 3 or not frozen]
    weights = [weight for layer in layers for weight in layer.parameters()]
    optimizer = torch.optim.SGD(weights, lr=0.1)
    for x, y in batches():
        training.step(x, y)
        loss = F.cross_entropy(by_hand(x), y) + 0.25 * sum(layer.weight.square().sum() for layer in layers)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    for key, weight in by_hand.state_dict().items():
        torch.testing.assert_close(training.net.state_dict()[key], weight, rtol=1e-5, atol=1e-6)


def test_with_everything_frozen_nothing_can_be_trained() -> None:
    document = drawn(nodes({"fc1": {"frozen": True}, "fc2": {"frozen": True}}), WIRES)
    reading = Reading(document)
    assert "trains-nothing" in [d.code for d in reading.diagnostics("opt")]
    with document.change():
        node = document.find("fc2")
        document.put(type(node)(**{**{f: getattr(node, f) for f in node.__dataclass_fields__}, "params": {}}))
    assert "trains-nothing" not in [d.code for d in reading.diagnostics("opt")]


# --- resume, with everything at once


@pytest.fixture
def look_at_each_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop_module, "FLUSH_SECONDS", 0.0)


def whole_run(optimizer: tuple[str, dict[str, Any]], schedule: tuple[str, dict[str, Any]]) -> str:
    drawing = {
        "moons": ("Moons", {"samples": 60, "batch_size": 8}),
        "fc1": ("Linear", {"out_features": 6, "parametrization": "weight_norm", "init": "orthogonal", "l1": 0.001}),
        "drop": ("Dropout", {"p": 0.2}),
        "fc2": ("Linear", {"out_features": 2, "parametrization": "spectral_norm"}),
        "loss": ("CrossEntropyLoss", {}),
        "opt": optimizer,
        "schedule": schedule,
    }
    wires = [
        "moons.x -> fc1.x", "fc1.y -> drop.x", "drop.y -> fc2.x", "fc2.y -> loss.prediction", "moons.y -> loss.target",
        "loss.loss -> opt.loss", "schedule.schedule -> opt.schedule",
    ]  # fmt: skip
    return text_of(drawing, wires, {"epochs": 4, "threads": 1, "max_norm": 2.0})


RUNS = [
    (("SGD", {"momentum": 0.9}), ("OneCycleLR", {"max_lr": 0.2})),
    (("Adamax", {}), ("CosineAnnealingLR", {"unit": "step"})),
    (("LBFGS", {"lr": 0.1, "max_iter": 3}), ("ExponentialLR", {})),
    (("Rprop", {}), ("CosineAnnealingWarmRestarts", {"T_0": 2})),
]


@pytest.mark.usefixtures("look_at_each_step")
@pytest.mark.parametrize(("optimizer", "schedule"), RUNS, ids=lambda value: value[0])
def test_a_stopped_run_goes_on_to_the_last_bit(tmp_path: Path, optimizer: Any, schedule: Any) -> None:
    text = whole_run(optimizer, schedule)
    whole = train(tmp_path / "whole", text)
    assert whole.code == 0, whole.run.failure()
    train(tmp_path / "run", text, stop_at=9)
    again: Trained = train(tmp_path / "run", text, resume=True)
    assert again.code == 0, again.run.failure()
    assert np.array_equal(whole.run.steps()[:, 1:], again.run.steps()[:, 1:])
    assert [epoch.lr for epoch in whole.run.epochs()] == [epoch.lr for epoch in again.run.epochs()]
    assert whole.weights.keys() == again.weights.keys()
    for key, tensor in whole.weights.items():
        assert np.array_equal(tensor, again.weights[key]), key
    assert json.loads((tmp_path / "run" / "job.json").read_text())["steps_per_epoch"] == 6


# --- within blocks


def block_drawing(inner: Mapping[str, Any], placed: Mapping[str, Any]) -> str:
    return json.dumps(
        {
            "format": "neuroloom",
            "version": 1,
            "nodes": [
                {"id": "moons", "kind": "Moons", "params": {"samples": 60, "batch_size": 8}},
                {"id": "fc1", "kind": "Linear", "params": {"out_features": 6}},
                {"id": "body", "kind": "Stretch", "params": placed},
                {"id": "fc2", "kind": "Linear", "params": {"out_features": 2}},
                {"id": "loss", "kind": "CrossEntropyLoss"},
                {"id": "opt", "kind": "SGD", "params": {"lr": 0.1}},
            ],
            "wires": [
                "moons.x -> fc1.x", "fc1.y -> body.x", "body.y -> fc2.x", "fc2.y -> loss.prediction",
                "moons.y -> loss.target", "loss.loss -> opt.loss",
            ],
            "blocks": {
                "Stretch": {
                    "params": {"start": 0.5},
                    "nodes": [
                        {"id": "x", "kind": "Input"},
                        {"id": "inner", "kind": "Linear", "params": {"out_features": 6, **inner}},
                        {"id": "norm", "kind": "BatchNorm1d", "params": {"frozen": True}},
                        {"id": "y", "kind": "Output"},
                    ],
                    "wires": ["x.x -> inner.x", "inner.y -> norm.x", "norm.y -> y.x"],
                }
            },
        }
    )  # fmt: skip


def test_what_layers_in_blocks_are_told_holds_for_every_copy() -> None:
    inner = {"init": "constant", "init_value": "=start", "l2": 0.25, "max_norm": 0.75, "bias_init": "zeros"}
    document = parse(block_drawing(inner, {"repeat": 2}), standard())
    training = built(Program(Reading(document)), train=True).training()
    training.net.train()
    first = [copy.inner.weight.detach().clone() for copy in training.net.body]
    assert all(torch.equal(weight, torch.full((6, 6), 0.5)) for weight in first)
    assert not any(copy.norm.training or copy.norm.weight.requires_grad for copy in training.net.body)
    for x, y in batches():
        training.step(x, y)
    for copy, before in zip(training.net.body, first, strict=True):
        assert not torch.equal(copy.inner.weight, before)
        assert copy.inner.weight.norm(dim=1).max() <= 0.75 + 1e-6
        assert torch.equal(copy.norm.weight, torch.ones(6))


def test_a_block_is_frozen_as_a_whole() -> None:
    document = parse(block_drawing({"parametrization": "weight_norm"}, {"frozen": True}), standard())
    reading = Reading(document)
    training = built(Program(reading), train=True).training()
    training.net.train()
    before = {key: value.clone() for key, value in training.net.state_dict().items()}
    for x, y in batches():
        training.step(x, y)
    moved = {key for key, value in training.net.state_dict().items() if not torch.equal(value, before[key])}
    assert moved == {"fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"}
    assert not training.net.body.training
    assert reading.cost("body").parameters == sum(weight.numel() for weight in training.net.body.parameters())
