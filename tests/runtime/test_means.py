"""Means of weights: kept at each step, looked at, kept as best, taken away, and put back by a checkpoint."""

import subprocess
import sys
from copy import deepcopy
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional as F

import runtime.train.loop as loop_module
from graph.catalogue import standard
from graph.project import parse
from runtime import emit
from runtime.train import checkpoint, warm
from tests.runtime import adversaries
from tests.runtime.drawings import built, program_of
from tests.runtime.training import classifier, train

DECAY = 0.8


def test_they_equal_means_by_hand() -> None:
    program = program_of(parse(classifier({"ema": DECAY}, {"drop": {"p": 0.0}}), standard()))
    training = built(program, train=True).training()
    chance = torch.Generator().manual_seed(0)
    x, y = torch.randn(40, 2, generator=chance), torch.randint(0, 2, (40,), generator=chance)
    training.fit(x, y)
    means: dict[str, torch.Tensor] = {}
    for _ in range(5):
        training.step(x, y)
        now = {key: value.clone() for key, value in training.net.state_dict().items()}
        means = {key: DECAY * means.get(key, value) + (1 - DECAY) * value for key, value in now.items()}
    for key, value in training.ema.module.state_dict().items():
        torch.testing.assert_close(value, means[key], rtol=1e-5, atol=1e-6)
    by_hand = deepcopy(training.net)
    by_hand.load_state_dict(means)
    training.ema.eval()
    value, count = training.evaluate(x, y)["loss"]
    torch.testing.assert_close(value / count, F.cross_entropy(by_hand.eval()(x), y), rtol=1e-4, atol=1e-5)


def test_what_is_taken_away_are_the_means(tmp_path: Path) -> None:
    run = train(tmp_path / "run", classifier({"ema": DECAY}))
    assert run.code == 0, run.run.failure()
    path = run.run.weights()
    assert path is not None
    held = checkpoint.read(path)
    assert set(held.net) == {key.removeprefix("net.") for key in held.tensors if key.startswith("net.")}
    assert not torch.equal(held.net["fc1.weight"], held.tensors["net.fc1.weight"])
    assert torch.equal(held.net["fc1.weight"], held.tensors["ema.module.fc1.weight"])


@pytest.mark.parametrize("text", [classifier, adversaries.digits_gan])
def test_a_stopped_run_goes_on_to_the_last_bit(text, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(loop_module, "FLUSH_SECONDS", 0.0)
    project = text({"ema": DECAY, "epochs": 2})
    whole = train(tmp_path / "whole", project)
    assert whole.code == 0, whole.run.failure()
    train(tmp_path / "run", project, stop_at=len(whole.run.steps()) // 2 + 1)
    again = train(tmp_path / "run", project, resume=True)
    for key, tensor in whole.weights.items():
        assert np.array_equal(tensor, again.weights[key]), key
    assert whole.run.metrics() == again.run.metrics()


def test_train_py_alone_ends_with_the_same_means(tmp_path: Path) -> None:
    run = train(tmp_path / "run", classifier({"ema": DECAY, "epochs": 3, "early_stopping": 2}))
    assert run.code == 0, run.run.failure()
    data = run.session.setup.loop.data  # type: ignore[union-attr]
    torch.save({part: list(tensors) for part, tensors in data.items()}, tmp_path / "run" / "data.pt")
    command = "import sys, runpy; sys.path.insert(0, '.'); runpy.run_path('train.py', run_name='__main__')"
    subprocess.run([sys.executable, "-I", "-c", command], cwd=tmp_path / "run", check=True, timeout=120)
    trained = torch.load(tmp_path / "run" / "trained.pt", weights_only=True)
    assert trained
    for key, tensor in trained.items():
        assert np.array_equal(tensor.numpy(), run.weights[f"ema.module.{key}"]), key


def test_without_the_setting_nothing_is_printed_of_it() -> None:
    assert "ema" not in emit.train(program_of(parse(classifier({}), standard()))).text.replace("remain", "")


def test_another_run_begins_with_the_means(tmp_path: Path) -> None:
    run = train(tmp_path / "run", classifier({"ema": DECAY, "epochs": 2}))
    program = program_of(parse(classifier({"ema": DECAY}), standard()))
    training = built(program, train=True).training()
    told = warm.begin(training, program, str(run.run.path))
    assert not any("anew" in sentence for sentence in told)
    held = checkpoint.read(run.run.weights() or Path())
    assert all(torch.equal(value, held.net[key]) for key, value in training.net.state_dict().items())
