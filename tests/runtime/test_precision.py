"""What is computed in another precision equals a loop of autocast written by hand, to the last digit."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

import runtime.train.loop as loop_module
from graph.catalogue import standard
from graph.project import parse
from graph.reading import Reading
from runtime.protocol import Epoch
from runtime.train.followers.best import Best
from runtime.train.followers.finite import LOWEST, Finite
from runtime.train.loop import Diverged
from tests.runtime import adversaries
from tests.runtime.drawings import SOURCES, built, drawn, program_of
from tests.runtime.test_accumulating import CLASSES, WIRES, moons, pictures, points
from tests.runtime.training import classifier, text_of, train

STEPS = 20
LOWER = {"bf16": torch.bfloat16, "fp16": torch.float16}
PRECISIONS = pytest.mark.parametrize("precision", LOWER)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def training_of(document: Any) -> Any:
    torch.manual_seed(0)
    return built(program_of(document), train=True).training()


def same(ours: nn.Module, theirs: nn.Module) -> None:
    for (key, value), other in zip(ours.state_dict().items(), theirs.state_dict().values(), strict=True):
        assert torch.equal(value, other), key


class Hand:
    """An optimizer with the scaler that fp16 needs, as torch's own recipe has them."""

    def __init__(self, optimizer: torch.optim.Optimizer, precision: str) -> None:
        self.optimizer = optimizer
        self.scaler = torch.amp.GradScaler("cpu", enabled=precision == "fp16")

    def backward(self, loss: torch.Tensor, inputs: Any = None) -> None:
        self.scaler.scale(loss).backward(inputs=inputs)  # type: ignore[no-untyped-call]  # torch declares none

    def step(self, clipped: Any = (), norm: float = 0.0) -> None:
        if norm:
            self.scaler.unscale_(self.optimizer)
            nn.utils.clip_grad_norm_(list(clipped), norm)
        self.scaler.step(self.optimizer)
        self.scaler.update()


@PRECISIONS
@pytest.mark.parametrize("norm", [0.0, 0.05])
def test_rows_of_numbers(precision: str, norm: float) -> None:
    ours = training_of(drawn(CLASSES, WIRES, {"precision": precision, "clip_norm": norm}))
    theirs = training_of(drawn(CLASSES, WIRES))
    hand = Hand(torch.optim.SGD(theirs.net.parameters(), lr=0.1, momentum=0.9, fused=True), precision)
    weight = torch.tensor([1.0, 5.0])
    for at in range(STEPS):
        x, y = moons(at)
        sums = ours.step(x, y)
        with torch.autocast("cpu", dtype=LOWER[precision]):
            scores = theirs.net(x)
            loss = F.cross_entropy(scores, y, weight=weight)
        assert scores.dtype == LOWER[precision]
        hand.optimizer.zero_grad()
        hand.backward(loss + 0.01 * theirs.net.fc2.weight.square().sum())
        hand.step(theirs.net.parameters(), norm)
        value, count = sums["loss"]
        assert torch.equal(value, loss.detach() * weight[y].sum()) and torch.equal(count, weight[y].sum())
        right = (scores.float().argmax(1) == y).sum()
        assert torch.equal(sums["accuracy"][0], right)
    same(ours.net, theirs.net)
    look, count = ours.evaluate(*moons(99))["loss"]
    with torch.no_grad(), torch.autocast("cpu", dtype=LOWER[precision]):
        loss = F.cross_entropy(theirs.net(moons(99)[0]), moons(99)[1], weight=weight)
    assert torch.equal(look / count, loss)


@PRECISIONS
def test_a_batch_in_parts(precision: str) -> None:
    run = {"precision": precision, "accumulate": 3, "clip_value": 0.02}
    ours, theirs = training_of(drawn(CLASSES, WIRES, run)), training_of(drawn(CLASSES, WIRES))
    hand = Hand(torch.optim.SGD(theirs.net.parameters(), lr=0.1, momentum=0.9, fused=True), precision)
    weight = torch.tensor([1.0, 5.0])
    for at in range(STEPS):
        whole = moons(at)
        ours.step(*whole)
        hand.optimizer.zero_grad()
        for x, y in zip(*(values.tensor_split(3) for values in whole), strict=True):
            with torch.autocast("cpu", dtype=LOWER[precision]):
                loss = F.cross_entropy(theirs.net(x), y, weight=weight)
            share = weight[y].sum() / weight[whole[1]].sum()
            hand.backward(share * (loss + 0.01 * theirs.net.fc2.weight.square().sum()))
        hand.scaler.unscale_(hand.optimizer)
        nn.utils.clip_grad_value_(theirs.net.parameters(), 0.02)
        hand.step()
    same(ours.net, theirs.net)


@PRECISIONS
def test_pictures(precision: str) -> None:
    text = json.loads((SOURCES / "digits_cnn.loom").read_text())
    text["run"] = {**text.get("run", {}), "precision": precision}
    ours = training_of(parse(json.dumps(text), standard()))
    theirs = training_of(parse((SOURCES / "digits_cnn.loom").read_text(), standard()))
    (made,) = [value for value in vars(theirs).values() if isinstance(value, torch.optim.Optimizer)]
    hand = Hand(type(made)(theirs.net.parameters(), **made.defaults), precision)
    for training in (ours, theirs):
        if hasattr(training, "fit"):
            training.fit(*pictures(0))
    for at in range(STEPS):
        x, y = pictures(at)
        torch.manual_seed(at)
        sums = ours.step(x, y)
        torch.manual_seed(at)
        with torch.autocast("cpu", dtype=LOWER[precision]):
            loss = F.cross_entropy(theirs.net(x), y)
        hand.optimizer.zero_grad()
        hand.backward(loss)
        hand.step()
        assert torch.equal(sums["loss"][0], loss.detach() * len(x))
    same(ours.net, theirs.net)


@PRECISIONS
def test_a_generator_and_its_judge(precision: str) -> None:
    ours = training_of(parse(adversaries.digits_gan({"precision": precision}), standard()))
    theirs = training_of(parse(adversaries.digits_gan(), standard()))
    net, judge = theirs.net, theirs.extras.d
    adam = {"lr": 1e-3, "betas": (0.5, 0.9), "fused": True}
    hand_d = Hand(torch.optim.Adam(judge.parameters(), **adam), precision)
    hand_g = Hand(torch.optim.Adam(net.parameters(), **adam), precision)
    score = F.binary_cross_entropy_with_logits
    for at in range(STEPS):
        x = pictures(at)[0]
        torch.manual_seed(at)
        ours.step(x)
        torch.manual_seed(at)
        z = torch.randn(len(x), 6)
        with torch.autocast("cpu", dtype=LOWER[precision]):
            g = net(z)
            real, fake = judge(x), judge(g.detach())
            loss = score(real, torch.ones_like(real)) + score(fake, torch.zeros_like(fake))
        hand_d.optimizer.zero_grad()
        hand_d.backward(loss)
        hand_d.step()
        with torch.autocast("cpu", dtype=LOWER[precision]):
            fake = judge(g)
            loss = score(fake, torch.ones_like(fake))
        hand_g.optimizer.zero_grad()
        hand_g.backward(loss, inputs=list(net.parameters()))
        hand_g.step()
    same(ours.net, net)
    same(ours.extras, theirs.extras)


@PRECISIONS
def test_the_slope_that_is_a_loss(precision: str) -> None:
    ours = training_of(parse(adversaries.ring_wgan({"precision": precision}, every=1), standard()))
    theirs = training_of(parse(adversaries.ring_wgan(every=1), standard()))
    net, critic = theirs.net, theirs.extras.c
    adam = {"lr": 1e-3, "betas": (0.5, 0.9), "fused": True}
    hand_c = Hand(torch.optim.Adam(critic.parameters(), **adam), precision)
    hand_g = Hand(torch.optim.Adam(net.parameters(), **adam), precision)
    for at in range(STEPS):
        (x,) = points(at)
        torch.manual_seed(at)
        sums = ours.step(x)
        torch.manual_seed(at)
        z, eps = torch.randn(len(x), 3), torch.rand(len(x), 1)
        with torch.autocast("cpu", dtype=LOWER[precision]):
            g = net(z)
            real, fake = critic(x), critic(g.detach())
            mix = torch.lerp(g.detach().float(), x, eps).requires_grad_()
            between, losses = critic(mix), (-real.mean(), fake.mean())
        (slope,) = torch.autograd.grad(hand_c.scaler.scale(between.sum()), mix, create_graph=True)
        slope = slope / hand_c.scaler.get_scale()
        penalty = (slope.norm(dim=1) - 1).square().mean()
        if at == STEPS - 1:
            assert penalty.isfinite()
            assert float(sums["penalty"][0] / sums["penalty"][1]) == pytest.approx(penalty.item(), rel=1e-6)
        hand_c.optimizer.zero_grad()
        hand_c.backward(sum(losses) + 0.3 * penalty)
        hand_c.step()
        with torch.autocast("cpu", dtype=LOWER[precision]):
            loss = -critic(g).mean()
        hand_g.optimizer.zero_grad()
        hand_g.backward(loss, inputs=list(net.parameters()))
        hand_g.step()
    same(ours.net, net)
    same(ours.extras, theirs.extras)


def test_a_step_that_overflows_moves_nothing_and_counts_for_nothing() -> None:
    nodes = CLASSES | {"onecycle": ("OneCycleLR", {})}
    wires = [*WIRES, "onecycle.schedule -> opt.schedule"]
    torch.manual_seed(0)
    made = built(program_of(drawn(nodes, wires, {"precision": "fp16"})), train=True).training
    ours = made(30)
    x, y = moons(0)
    ours.step(x, y)
    before, rate = [value.clone() for value in ours.net.parameters()], ours.opt.param_groups[0]["lr"]
    sums = ours.step(torch.full_like(x, 1e9), y)
    assert all(torch.equal(one, other) for one, other in zip(ours.net.parameters(), before, strict=True))
    assert ours.opt.param_groups[0]["lr"] == rate and ours.scaler.get_scale() == 2.0**15
    assert [float(part) for part in sums["loss"]] == [0, 0]
    ours.step(x, y)
    assert ours.opt.param_groups[0]["lr"] > rate
    assert not torch.equal(ours.net.fc1.weight, before[0])


def test_overflow_that_never_ends_is_said() -> None:
    class Loop:
        step = 60

        class meter:
            names = ("loss",)

    follower, loop = Finite(["loss"]), Loop()
    loop.fresh = np.zeros((LOWEST, 1, 2))  # type: ignore[attr-defined]  # what a follower looks at
    follower.tick(loop)  # type: ignore[arg-type]  # a stand-in
    loop.fresh = np.ones((1, 1, 2))  # type: ignore[attr-defined]  # as above
    follower.tick(loop)  # type: ignore[arg-type]  # as above
    loop.fresh = np.zeros((LOWEST + 1, 1, 2))  # type: ignore[attr-defined]  # as above
    with pytest.raises(Diverged):
        follower.tick(loop)  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize("run", [{"precision": "fp16", "ema": 0.9, "early_stopping": 5},
                                 {"precision": "float64", "deterministic": True}])  # fmt: skip
def test_a_stopped_run_goes_on_and_train_py_repeats_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: dict[str, Any]
) -> None:
    monkeypatch.setattr(loop_module, "FLUSH_SECONDS", 0.0)
    project = classifier({"epochs": 3, "clip_norm": 1.0, **run})
    whole = train(tmp_path / "whole", project)
    assert whole.code == 0, whole.run.failure()
    train(tmp_path / "run", project, stop_at=8)
    again = train(tmp_path / "run", project, resume=True)
    for key, tensor in whole.weights.items():
        assert np.array_equal(tensor, again.weights[key]), key
    assert torch.get_default_dtype() == torch.float32 and not torch.are_deterministic_algorithms_enabled()
    if run["precision"] == "fp16":
        assert "scaler" in whole.session.setup.loop.checkpoint().plain["training"]  # type: ignore[union-attr]
    kind = np.float64 if run["precision"] == "float64" else np.float32
    assert whole.weights["net.fc1.weight"].dtype == kind
    data = torch.load(repeated(whole, tmp_path / "whole"), weights_only=True)
    start = "ema.module" if "ema" in run else "net"
    for key, tensor in data.items():
        assert np.array_equal(tensor.numpy(), whole.weights[f"{start}.{key}"]), key


def repeated(whole: Any, folder: Path) -> Path:
    """Runs train.py on its own; what it has trained."""
    data = {part: [t.float() if t.is_floating_point() else t for t in tensors]
            for part, tensors in whole.session.setup.loop.data.items()}  # fmt: skip
    torch.save(data, folder / "data.pt")
    command = "import sys, runpy; sys.path.insert(0, '.'); runpy.run_path('train.py', run_name='__main__')"
    subprocess.run([sys.executable, "-I", "-c", command], cwd=folder, check=True, timeout=120, capture_output=True)
    return folder / "trained.pt"


def test_what_cannot_be_scaled_says_so() -> None:
    document = drawn(CLASSES | {"opt": ("LBFGS", {})}, WIRES, {"precision": "fp16"})
    (found,) = [one for one in Reading(document).diagnostics() if one.code == "precision"]
    assert found.message == (
        "opt computes its loss several times a step, which cannot be scaled for fp16: choose bf16 or float32."
    )
    assert found.fix is not None
    found.fix.apply(document)
    assert not [one for one in Reading(document).diagnostics() if one.code == "precision"]
    ours = training_of(drawn(CLASSES | {"opt": ("LBFGS", {})}, WIRES, {"precision": "bf16"}))
    losses = [float(value / count) for value, count in (ours.step(*moons(0))["loss"] for _ in range(5))]
    assert losses[-1] < losses[0]


def test_probabilities_are_compared_in_float32() -> None:
    nodes = CLASSES | {"fc2": ("Linear", {"out_features": 1}), "sure": ("Sigmoid", {}), "loss": ("BCELoss", {})}
    wires = [wire for wire in WIRES if not wire.startswith("fc2.y -> loss")]
    wires += ["fc2.y -> sure.x", "sure.y -> loss.prediction"]
    ours, theirs = training_of(drawn(nodes, wires, {"precision": "bf16"})), training_of(drawn(nodes, wires))
    x, y = moons(0)
    value, count = ours.evaluate(x, y)["loss"]
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        sure = theirs.net(x) if not hasattr(theirs, "extras") else theirs.extras.sure(theirs.net(x))
    loss = F.binary_cross_entropy(sure.float().squeeze(1), y.float())
    assert torch.equal(value / count, loss)


def test_what_has_no_single_order_is_named(tmp_path: Path) -> None:
    nodes: dict[str, tuple[str, dict[str, Any]]] = {
        "digits": ("Digits", {"batch_size": 200}), "pool": ("MaxPool2d", {"return_indices": True}),
        "unpool": ("MaxUnpool2d", {}), "flat": ("Flatten", {}), "fc": ("Linear", {"out_features": 10}),
        "loss": ("CrossEntropyLoss", {}), "adam": ("Adam", {}),
    }  # fmt: skip
    wires = [
        "digits.x -> pool.x", "pool.y -> unpool.x", "pool.indices -> unpool.indices", "unpool.y -> flat.x",
        "flat.y -> fc.x", "fc.y -> loss.prediction", "digits.y -> loss.target", "loss.loss -> adam.loss",
    ]  # fmt: skip
    done = train(tmp_path / "run", text_of(nodes, wires, {"epochs": 1, "threads": 1, "deterministic": True}))
    failure = done.run.failure()
    assert done.code and failure and failure.node == "unpool"
    assert failure.message.startswith("unpool cannot be computed to the same digits each time on cpu (max_unpooling2d")
    assert "turn deterministic off" in failure.message


def test_a_figure_that_is_no_number_is_never_the_best() -> None:
    class Loop:
        training = nn.Linear(1, 1)

    best = Best("auc", "high")
    for at, value in enumerate([float("nan"), 0.5, float("nan"), 0.4, 0.7], 1):
        best.epoch(Loop(), Epoch(epoch=at, step=at, train={"auc": value}))  # type: ignore[arg-type]  # a stand-in
    assert (best.at, best.value) == (5, 0.7)
