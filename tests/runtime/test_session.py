"""What a run comes to: figures, early stopping, failures with their node, and what the folder says of it."""

import json
import math
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from runtime.build import build
from runtime.data.source import load
from runtime.drawing import open_text
from runtime.launch import go_on, pause, stop
from runtime.protocol import BEST, CHECKPOINTS, State
from runtime.runs import Run
from runtime.train.checkpoint import read
from tests.runtime.training import classifier, text_of, train


def test_epochs_repeat_the_generated_main(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The loop's figures are those of train.py, run by itself."""
    trained = train(tmp_path / "run", classifier({}))
    drawing = open_text(classifier({}), tmp_path)
    kind = drawing.document.make(drawing.document.node("moons"))
    parts = load(kind, tmp_path).parts
    torch.save({part: [held["x"], held["y"]] for part, held in parts.items()}, tmp_path / "data.pt")
    folder = trained.run.path
    module = build((folder / "model.py").read_text(), (folder / "train.py").read_text(), folder).train
    assert module is not None
    told: list[str] = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(module, "print", told.append, raising=False)
    module.main()
    epochs = [line for line in told if line.startswith("epoch")]
    assert len(epochs) == len(trained.run.epochs()) == 6
    for line, epoch in zip(epochs, trained.run.epochs(), strict=True):
        for figures in (epoch.train, epoch.validation):
            for value in figures.values():
                assert repr(value)[:10] in line
    weights = torch.load(tmp_path / "trained.pt", weights_only=True)
    held = read(folder / CHECKPOINTS / "last.safetensors").net
    assert all(torch.equal(weights[key], held[key]) for key in weights)


def test_the_record(tmp_path: Path) -> None:
    run = train(tmp_path / "run", classifier({})).run
    job, status = run.job, run.status()
    assert status.state is State.FINISHED
    assert (status.step, status.epochs, job.steps_per_epoch) == (66, 6, 11)
    assert job.columns == ("seconds", "loss", "accuracy")
    assert (job.device, job.threads, job.seed, job.watch) == ("cpu", 1, 0, "loss")
    assert np.isfinite(run.steps()).all()
    assert (np.diff(run.steps()[:, 0]) >= 0).all()
    assert [epoch.step for epoch in run.epochs()] == [11, 22, 33, 44, 55, 66]
    best = min(run.epochs(), key=lambda epoch: epoch.validation["loss"])
    assert [epoch.epoch for epoch in run.epochs() if epoch.best][-1] == best.epoch
    assert read(run.path / CHECKPOINTS / BEST).plain["epoch"] == best.epoch


def test_epoch_figures_are_means_over_rows(tmp_path: Path) -> None:
    """84 training rows in batches of 8: the last batch has 4, and counts as half."""
    run = train(tmp_path / "run", classifier({"epochs": 1}, {"drop": {"p": 0.0}})).run
    steps = run.steps().astype(np.float64)
    rows = np.array([8] * 10 + [4])
    (epoch,) = run.epochs()
    assert epoch.train["loss"] == pytest.approx((steps[:, 1] * rows).sum() / 84, rel=1e-6)
    assert epoch.train["accuracy"] == pytest.approx((steps[:, 2] * rows).sum() / 84, rel=1e-6)


def test_test_figures_are_those_of_the_final_weights(tmp_path: Path) -> None:
    run = train(tmp_path / "run", classifier({})).run
    net = build((run.path / "model.py").read_text()).net().eval()
    path = run.weights()
    assert path is not None
    net.load_state_dict(read(path).net)
    drawing = open_text(classifier({}), tmp_path)
    rows = load(drawing.document.make(drawing.document.node("moons")), tmp_path).parts["test"]
    with torch.no_grad():
        loss = F.cross_entropy(net(rows["x"]), rows["y"])
    assert run.metrics()["test"]["loss"] == pytest.approx(float(loss), rel=1e-5)


def test_early_stopping_puts_the_best_weights_back(tmp_path: Path) -> None:
    text = classifier({"epochs": 200, "early_stopping": 3}, {"adam": {"lr": 0.2}})
    run = train(tmp_path / "run", text).run
    epochs = run.epochs()
    best = min(epochs, key=lambda epoch: epoch.validation["loss"])
    assert len(epochs) == best.epoch + 3 < 200
    assert any(event.event == "early_stop" for event in run.events())
    assert run.metrics()["validation"]["loss"] == pytest.approx(best.validation["loss"], rel=1e-9)
    last, kept = read(run.path / CHECKPOINTS / "last.safetensors"), read(run.path / CHECKPOINTS / BEST)
    assert all(torch.equal(last.net[key], kept.net[key]) for key in kept.net)


def regression(lr: float, **run: float) -> str:
    nodes = {
        "data": ("Diabetes", {}),
        "fc1": ("Linear", {"out_features": 8}),
        "relu": ("LeakyReLU", {}),
        "fc2": ("Linear", {"out_features": 1}),
        "loss": ("MSELoss", {}),
        "sgd": ("SGD", {"lr": lr}),
    }
    chain = ["data.x -> fc1.x", "fc1.y -> relu.x", "relu.y -> fc2.x", "fc2.y -> loss.prediction"]
    return text_of(
        nodes, [*chain, "data.y -> loss.target", "loss.loss -> sgd.loss"], {"epochs": 20, "threads": 1, **run}
    )


def test_divergence_names_step_node_and_help(tmp_path: Path) -> None:
    trained = train(tmp_path / "run", regression(1.0))
    failure = trained.run.failure()
    assert trained.code == 3
    assert failure is not None
    assert trained.run.status().state is State.FAILED
    assert failure.message.startswith("loss became ")
    assert "at step " in failure.message
    assert "smaller learning rate in sgd (now 1)" in failure.message
    assert failure.node in {"fc1", "fc2", "loss", "relu"}
    losses = trained.run.steps()[:, 1]
    first = int(np.flatnonzero(~np.isfinite(losses))[0]) + 1
    assert f"at step {first} " in failure.message


def test_a_healthy_rate_does_not_diverge(tmp_path: Path) -> None:
    assert train(tmp_path / "run", regression(1e-6)).code == 0


def test_an_error_in_a_layer_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*given: object, **named: object) -> None:
        raise RuntimeError("something only torch knows")

    monkeypatch.setattr(torch.nn.Dropout, "forward", broken)
    failure = train(tmp_path / "run", classifier({})).run.failure()
    assert failure is not None
    assert "something only torch knows" in failure.message
    assert "Traceback" not in failure.message
    assert "Traceback" in failure.traceback


def test_full_memory_is_told_with_what_helps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*given: object, **named: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20 GiB")

    monkeypatch.setattr(torch.nn.Dropout, "forward", full)
    failure = train(tmp_path / "run", classifier({})).run.failure()
    assert failure is not None
    assert "A batch of 4 rows should fit (batch_size of moons is 8)" in failure.message
    assert failure.node in {"fc1", "relu", "drop"}


def test_a_device_that_is_not_there(tmp_path: Path) -> None:
    trained = train(tmp_path / "run", classifier({"device": "cuda:77"}))
    failure = trained.run.failure()
    assert failure is not None
    assert "Here are: cpu" in failure.message


def test_overrides_are_of_the_run_alone(tmp_path: Path) -> None:
    run = train(tmp_path / "run", classifier({}), overrides={"epochs": 2, "fc1.out_features": 5, "seed": 7}).run
    assert len(run.epochs()) == 2
    assert run.job.seed == 7
    path = run.weights()
    assert path is not None
    assert read(path).net["fc1.weight"].shape == (5, 2)


def test_pause_holds_the_training_and_its_clock(tmp_path: Path) -> None:
    """The wishes come from another thread, as from the window."""
    folder = tmp_path / "run"
    run = Run(folder)
    seen: dict[str, float] = {}

    def until(*states: State) -> None:
        give_up = time.monotonic() + 30
        while state_of(run) not in states and time.monotonic() < give_up:
            time.sleep(0.01)

    def wish() -> None:
        until(State.TRAINING)
        pause(run)
        until(State.PAUSED)
        seen["step"] = json.loads((folder / "status.json").read_text())["step"]
        time.sleep(0.4)
        seen["later"] = json.loads((folder / "status.json").read_text())["step"]
        go_on(run)
        until(State.TRAINING)
        stop(run)

    user = threading.Thread(target=wish)
    folder.mkdir()
    user.start()
    began = time.monotonic()
    trained = train(folder, classifier({"epochs": 100_000}))
    user.join()
    assert trained.code == 0
    assert seen["step"] == seen["later"] > 0
    status = run.status()
    assert status.state is State.STOPPED
    assert status.seconds < time.monotonic() - began - 0.35
    assert (np.diff(run.steps()[:, 0]) < 0.3).all()
    assert read(folder / CHECKPOINTS / "last.safetensors").plain["step"] == status.step == len(run.steps())
    assert not math.isnan(run.epochs()[-1].train["loss"])


def state_of(run: Run) -> State:
    held = json.loads((run.path / "status.json").read_text()) if (run.path / "status.json").exists() else {}
    return State(held.get("state", "starting"))
