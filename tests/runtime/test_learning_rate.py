"""The range test: its curve is that of a loop written by hand, and afterwards everything is as it was."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from runtime import cli
from runtime.drawing import open_text
from runtime.protocol import CONTROL, JOB, Job, State, write_entry
from runtime.recorder import Recorder
from runtime.runs import Run
from runtime.studies.curve import Curve
from runtime.studies.learning_rate import RateStudy, chosen, climb, rates, without_schedules
from runtime.studies.plans import RatePlan
from runtime.train.setup import Setup, prepare
from runtime.train.state import collect, collect_random
from tests.runtime.training import classifier, text_of, train

PLAN = RatePlan(low=1e-5, high=1.0, steps=40)


def study(folder: Path, text: str, plan: RatePlan = PLAN, *, begin: str = "") -> Run:
    folder.mkdir()
    job = Job(key="k", name=folder.name, base=str(folder), study=plan.to_job(), begin=begin)
    write_entry(folder / JOB, job)
    (folder / CONTROL).write_text("run\n")
    with Recorder(folder) as recorder:
        RateStudy(recorder, lambda: open_text(text, folder), job).train(None)
    return Run(folder)


def prepared(folder: Path, text: str) -> Setup:
    folder.mkdir()
    with Recorder(folder) as recorder:
        return prepare(open_text(text, folder), Job(key="k", base=str(folder)), recorder)


def whole_state(setup: Setup) -> dict[str, Any]:
    """All that steps change, copied."""
    tensors, plain = collect(setup.loop.training)
    random, numbers = collect_random()
    copies = {key: tensor.clone() for key, tensor in {**tensors, **random}.items()}
    modes = [part.training for part in setup.loop.training.net.modules()]
    return {**copies, "plain": json.dumps([plain, numbers]), "modes": modes}


def differing(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    assert one.keys() == other.keys()
    same: Callable[[Any, Any], bool] = lambda a, b: torch.equal(a, b) if isinstance(a, torch.Tensor) else a == b  # noqa: E731
    return [key for key, value in one.items() if not same(value, other[key])]


def normed(run: dict[str, Any], **adam: Any) -> str:
    """With layers that have buffers and chance, a schedule that counts steps, and a layer with a rate of its own."""
    nodes = {
        "moons": ("Moons", {"samples": 120, "batch_size": 16}), "fc1": ("Linear", {"out_features": 12}),
        "norm": ("BatchNorm1d", {}), "drop": ("Dropout", {"p": 0.3}),
        "fc2": ("Linear", {"out_features": 2, "lr_factor": 0.5}), "loss": ("CrossEntropyLoss", {}),
        "adam": ("Adam", {"lr": 0.01, **adam}), "cycle": ("OneCycleLR", {}),
    }  # fmt: skip
    wires = ["moons.x -> fc1.x", "fc1.y -> norm.x", "norm.y -> drop.x", "drop.y -> fc2.x", "fc2.y -> loss.prediction",
             "moons.y -> loss.target", "loss.loss -> adam.loss", "cycle.schedule -> adam.schedule"]  # fmt: skip
    return text_of(nodes, wires, {"epochs": 20, "threads": 1, **run})


def test_the_curve_is_that_of_a_loop_by_hand(tmp_path: Path) -> None:
    text = classifier({"seed": 3}, {"drop": {"p": 0.0}})
    run = study(tmp_path / "s", text)
    assert run.status().state is State.FINISHED
    rows = run.steps()
    setup = prepared(tmp_path / "again", text)  # its data, its orders and its beginning, and nothing else of it
    net, data = setup.loop.training.net, setup.loop.data["train"]
    layers = nn.Sequential(nn.Linear(2, 12), nn.ReLU(), nn.Linear(12, 2))
    layers[0].load_state_dict(net.fc1.state_dict())
    layers[2].load_state_dict(net.fc2.state_dict())
    x = data[0].double()
    middle, spread = x.mean(0).float(), x.std(0, unbiased=False).float()
    adam, found, turn = torch.optim.Adam(layers.parameters(), lr=0.02), [], 0
    wanted = np.geomspace(1e-5, 1.0, 40)
    while len(found) < len(rows):
        for bx, by in setup.loop.batches(data, turn):
            adam.param_groups[0]["lr"] = float(wanted[len(found)])
            adam.zero_grad()
            loss = nn.functional.cross_entropy(layers((bx - middle) / spread), by)
            loss.backward()
            adam.step()
            found.append(loss.item())
            if len(found) == len(rows):
                break
        turn += 1
    assert len(rows) > 30
    assert np.allclose(rows[:, 1], wanted[: len(rows)], rtol=1e-6)
    assert np.allclose(rows[:, 2], found, rtol=2e-5)


@pytest.mark.parametrize("run", [{}, {"ema": 0.9}, {"accumulate": 2}], ids=str)
def test_everything_is_as_it_was(tmp_path: Path, run: dict[str, Any]) -> None:
    setup = prepared(tmp_path / "s", normed(run))
    loop, phase = setup.loop, setup.program.phases[0]
    for batch in loop.batches(loop.data["train"], 0):
        loop.training.step(*batch)  # the optimizer has a state of its own, and so has the schedule
    before = whole_state(setup)
    climbing, moved = climb(loop, "adam", phase, PLAN), list[str]()
    for at, _ in enumerate(climbing):
        if at == 20:
            moved = differing(before, whole_state(setup))
    assert {"net.fc1.weight", "net.norm.running_mean", "random.cpu", "plain"} <= set(moved)
    assert differing(before, whole_state(setup)) == []
    assert all(parameter.grad is None for parameter in loop.training.net.parameters())
    for at, _ in enumerate(climb(loop, "adam", phase, PLAN)):
        if at == 5:
            break  # stopped by the user
    assert differing(before, whole_state(setup)) == []


def test_a_training_after_the_test_is_one_without_it(tmp_path: Path) -> None:
    text = normed({})
    plain = train(tmp_path / "plain", text)
    setup = prepared(tmp_path / "s", text)
    assert len(list(climb(setup.loop, "adam", setup.program.phases[0], PLAN))) == 40
    (tmp_path / "s" / JOB).unlink(missing_ok=True)
    setup.loop.recorder = Recorder(tmp_path / "s")
    setup.loop.recorder.begin(setup.job)
    setup.loop.run()
    setup.loop.recorder.close()
    held = {f"net.{key}": tensor.numpy() for key, tensor in setup.loop.training.net.state_dict().items()}
    assert all(np.array_equal(value, plain.weights[key]) for key, value in held.items())


def test_schedules_are_out_and_groups_keep_their_proportion(tmp_path: Path) -> None:
    text = normed({})
    run = study(tmp_path / "s", text, RatePlan(low=1e-4, high=0.1, steps=10))
    assert "OneCycleLR" not in (run.path / "train.py").read_text()
    drawing = open_text(text, tmp_path)
    without_schedules(drawing.document)
    with Recorder(tmp_path / "s") as recorder:
        setup = prepare(drawing, Job(key="k", base=str(tmp_path)), recorder)
    seen = []
    groups = setup.loop.training.adam.param_groups
    for rate, _ in climb(setup.loop, "adam", setup.program.phases[0], RatePlan(low=1e-4, high=0.1, steps=10)):
        seen.append((rate, sorted(group["lr"] for group in groups)))
    assert all(lrs == pytest.approx([rate / 2, rate]) for rate, lrs in seen)


def test_one_of_several_optimizers_is_tested(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "assets" / "examples" / "gan-ring.loom").read_text()
    failed = study(tmp_path / "none", text).failure()
    assert failed is not None
    assert failed.message == "Say whose learning rate to test: opt_d or opt_g."
    drawing = open_text(text, tmp_path)
    setup = prepared(tmp_path / "s", text)
    plan = RatePlan(optimizer="opt_g", steps=12)
    phase = chosen(setup.program, plan)
    training, seen = setup.loop.training, []
    for rate, loss in climb(setup.loop, "opt_g", phase, plan):
        seen.append((training.opt_g.param_groups[0]["lr"], training.opt_d.param_groups[0]["lr"], math.isfinite(loss)))
        assert training.opt_g.param_groups[0]["lr"] == rate
    own = drawing.document.find("opt_d").params["lr"]
    assert {(other, fine) for _, other, fine in seen} == {(own, True)}


def test_it_begins_with_the_weights_of_a_run(tmp_path: Path) -> None:
    text = classifier({"epochs": 6})
    trained = train(tmp_path / "run", text)
    fresh, warm = study(tmp_path / "fresh", text), study(tmp_path / "warm", text, begin=str(trained.run.path))
    assert warm.steps()[:5, 2].mean() < 0.7 * fresh.steps()[:5, 2].mean()


def falling(noise: float = 0.0) -> Curve:
    """A made curve: it falls fastest at 10⁻³, is lowest at about 10⁻¹·⁵ and explodes behind 10⁻¹."""
    lr = np.geomspace(1e-7, 10, 150)
    at = np.log10(lr)
    loss = 0.3 + 2 / (1 + np.exp(3 * (at + 3))) + np.exp(8 * (at + 0.9))
    return Curve(lr, loss + noise * np.random.default_rng(0).standard_normal(150), 150)


def test_what_is_suggested_is_read_off_the_curve() -> None:
    curve = falling(0.02)
    found = curve.suggestion()
    assert found.steepest == pytest.approx(1e-3, rel=0.3)
    assert found.lowest is not None
    assert -1.9 < math.log10(found.lowest) < -1.2
    assert found.by == "steepest"
    assert found.rate == float(f"{found.steepest:.1e}")
    assert f"{found.rate:g}" in found.why
    flat = Curve(curve.rates, 2 + 0.1 * np.random.default_rng(1).standard_normal(150), 150).suggestion()
    assert flat.rate is None
    assert "falls at no rate" in flat.why


def test_smoothing_is_a_weighted_mean_that_moves_nothing() -> None:
    curve, at = falling(0.05), 60
    weights = np.exp(-0.5 * ((np.arange(150) - at) / 5.0) ** 2) * (abs(np.arange(150) - at) <= 15)
    assert curve.smooth[at] == pytest.approx((curve.losses * weights).sum() / weights.sum())
    even = Curve(curve.rates, 3.0 - np.linspace(0, 2, 150), 150)
    assert np.allclose(even.smooth[15:-15], even.losses[15:-15])


def test_it_ends_where_the_loss_explodes() -> None:
    curve = falling()
    ends = [Curve(curve.rates[:n], curve.losses[:n], 150).exploded for n in range(1, 151)]
    first = ends.index(True)
    assert curve.smooth[:first].min() < 0.5
    assert 3 * 0.3 < curve.losses[first] < 40
    below_zero = Curve(curve.rates, -np.linspace(0, 5, 150), 150)
    assert not below_zero.exploded


def test_rates_rise_evenly_on_a_logarithmic_scale() -> None:
    assert rates(PLAN) == pytest.approx(np.geomspace(1e-5, 1.0, 40).tolist())


def test_the_command_says_one_rate(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("m.loom").write_text(classifier({}))
    assert cli.main(["rate", "m.loom", "--low", "1", "--high", "0.1"]) == 2
    assert cli.main(["rate", "m.loom", "--steps", "60", "--set", "moons.batch_size=32", "--json"]) == 0
    *steps, last = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    curve = Curve([step["lr"] for step in steps], [step["loss"] for step in steps], 60)
    assert last["event"] == "finished"
    assert last["optimizer"] == "adam"
    assert last["rate"] == curve.suggestion().rate
    assert 1e-4 < last["rate"] < 0.3
    assert last["run"] == str(tmp_path / "studies" / "m-rate-001")
    assert not (tmp_path / "runs").exists()
    assert cli.main(["rate", "m.loom", "--optimizer", "sgd"]) == 1
    assert "no optimizer called sgd" in capsys.readouterr().err


def test_a_test_needs_one_process_alone(tmp_path: Path) -> None:
    plan = RatePlan(low=1e-4, high=0.1, steps=12)
    one, two = (study(tmp_path / str(n), classifier({"processes": n}), plan) for n in (1, 2))
    assert len(one.steps()) == 12
    assert np.array_equal(one.steps()[:, 1:], two.steps()[:, 1:])
    assert "distributed" not in (two.path / "train.py").read_text()
