"""Layers with a learning rate or a weight decay of their own: as torch's groups of parameters, whatever they lie in."""

import json
from typing import Any

import pytest
import torch
from torch.nn import functional as F

from graph.catalogue import standard
from graph.project import parse
from graph.reading import Reading
from runtime import emit
from tests.runtime import adversaries
from tests.runtime.drawings import built, drawn, program_of

NODES: dict[str, tuple[str, dict[str, Any]]] = {
    "moons": ("Moons", {"batch_size": 8}),
    "fc1": ("Linear", {"out_features": 6}),
    "tanh": ("Tanh", {}),
    "fc2": ("Linear", {"out_features": 5}),
    "relu": ("ReLU", {}),
    "fc3": ("Linear", {"out_features": 2}),
    "loss": ("CrossEntropyLoss", {}),
    "opt": ("AdamW", {"lr": 0.01, "weight_decay": 0.1}),
}
WIRES = [
    "moons.x -> fc1.x", "fc1.y -> tanh.x", "tanh.y -> fc2.x", "fc2.y -> relu.x", "relu.y -> fc3.x",
    "fc3.y -> loss.prediction", "moons.y -> loss.target", "loss.loss -> opt.loss",
]  # fmt: skip


def told(**params: dict[str, Any]) -> dict[str, tuple[str, dict[str, Any]]]:
    return {id: (kind, {**own, **params.get(id, {})}) for id, (kind, own) in NODES.items()}


def batch(at: int) -> tuple[torch.Tensor, torch.Tensor]:
    chance = torch.Generator().manual_seed(at)
    return torch.randn(8, 2, generator=chance), torch.randint(0, 2, (8,), generator=chance)


def test_they_equal_groups_by_hand() -> None:
    nodes = told(fc1={"lr_factor": 0.1}, fc2={"lr_factor": 0.1, "decay": 0.0}, fc3={"decay": 0.5})
    program = program_of(drawn(nodes, WIRES))
    torch.manual_seed(0)
    training = built(program, train=True).training()
    torch.manual_seed(0)
    net = built(program).net()
    groups = [
        {"params": net.fc1.parameters(), "lr": 0.001},
        {"params": net.fc2.parameters(), "lr": 0.001, "weight_decay": 0.0},
        {"params": net.fc3.parameters(), "weight_decay": 0.5},
    ]
    by_hand = torch.optim.AdamW(groups, lr=0.01, weight_decay=0.1)
    for at in range(20):
        x, y = batch(at)
        training.step(x, y)
        by_hand.zero_grad()
        F.cross_entropy(net(x), y).backward()
        by_hand.step()
    for key, value in net.state_dict().items():
        torch.testing.assert_close(training.net.state_dict()[key], value, rtol=0, atol=1e-6)


def test_nothing_changes_where_nobody_has_its_own() -> None:
    assert "AdamW(self.net.parameters(), lr=0.01" in emit.train(program_of(drawn(NODES, WIRES))).text


def test_a_block_hands_its_pace_on_to_what_is_inside() -> None:
    inside = adversaries.chain(
        ("a", "Linear", {"out_features": 3, "lr_factor": 0.5}), ("b", "Linear", {"out_features": 3})
    )
    nodes = [
        ("moons", "Moons"), ("first", "Linear", {"out_features": 3}),
        ("body", "Body", {"lr_factor": 0.1, "decay": 0.0, "repeat": 2}), ("last", "Linear", {"out_features": 2}),
        ("loss", "CrossEntropyLoss"), ("opt", "AdamW", {"lr": 0.01}),
    ]  # fmt: skip
    wires = [
        "moons.x -> first.x", "first.y -> body.x", "body.y -> last.x", "last.y -> loss.prediction",
        "moons.y -> loss.target", "loss.loss -> opt.loss",
    ]  # fmt: skip
    training = built(
        adversaries.program(adversaries.text_of(nodes, wires, {"Body": inside}, {})), train=True
    ).training()
    names = {id(weight): name for name, weight in training.net.named_parameters()}
    found = {
        names[id(weight)]: (round(group["lr"], 9), group["weight_decay"])
        for group in training.opt.param_groups
        for weight in group["params"]
    }
    assert len(found) == len(names)
    assert found["first.weight"] == found["last.bias"] == (0.01, 0.01)
    for copy in range(2):
        assert found[f"body.{copy}.a.weight"] == (0.0005, 0.0)
        assert found[f"body.{copy}.b.bias"] == (0.001, 0.0)


def test_one_cycle_takes_each_group_to_its_own_peak() -> None:
    nodes = told(fc1={"lr_factor": 0.1}) | {"cycle": ("OneCycleLR", {"unit": "step"})}
    training = built(program_of(drawn(nodes, [*WIRES, "cycle.schedule -> opt.schedule"])), train=True).training(20)
    rates = []
    for at in range(19):
        training.step(*batch(at))
        rates.append([group["lr"] for group in training.opt.param_groups])
    assert max(plain for plain, _ in rates) == pytest.approx(0.01, rel=0.05)
    assert all(slow == pytest.approx(0.1 * plain) for plain, slow in rates)


@pytest.mark.parametrize(
    ("optimizer", "params", "message"),
    [
        ("LBFGS", {"lr_factor": 0.1}, "opt moves all weights with one learning rate: fc1 cannot have its own."),
        ("Rprop", {"decay": 0.1}, "opt has no weight decay: fc1 cannot have its own."),
    ],
)
def test_what_an_optimizer_cannot_do_is_said(optimizer: str, params: dict[str, Any], message: str) -> None:
    doc = drawn(told(fc1=params) | {"opt": (optimizer, {})}, WIRES)
    (found,) = [one for one in Reading(doc).diagnostics() if one.code == "own-pace"]
    assert found.message == message
    assert found.fix is not None
    found.fix.apply(doc)
    assert not [one for one in Reading(doc).diagnostics() if one.code == "own-pace"]


def test_a_schedule_that_names_rates_leaves_no_room_for_factors() -> None:
    nodes = told(fc1={"lr_factor": 0.1}) | {"cycle": ("CyclicLR", {"unit": "step", "cycle_momentum": False})}
    doc = parse(json.dumps({"nodes": [{"id": id, "kind": kind, "params": own} for id, (kind, own) in nodes.items()],
                            "wires": [*WIRES, "cycle.schedule -> opt.schedule"]}), standard())  # fmt: skip
    assert [one.code for one in Reading(doc).diagnostics() if one.level == "error"] == ["own-pace"]
