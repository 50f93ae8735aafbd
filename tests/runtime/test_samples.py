"""What the network makes of the same rows is kept while it learns, and changes nothing of the training."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file
from torch.nn import functional as F

from runtime.noise import drawn
from runtime.samples import Samples
from runtime.train.followers import samples as keeping
from tests.runtime.drawings import example
from tests.runtime.training import text_of, train

EXAMPLES = Path(__file__).resolve().parents[2] / "assets" / "examples"


def autoencoder(**run):
    """Digits through a narrow place; the loss compares with the scaled picture that goes in."""
    nodes = {
        "digits": ("Digits", {"batch_size": 256}),
        "flat": ("Flatten", {}),
        "fc": ("Linear", {"out_features": 8}),
        "drop": ("Dropout", {"p": 0.2}),
        "back": ("Linear", {"out_features": 64}),
        "picture": ("Unflatten", {"unflattened_size": [1, 8, 8]}),
        "loss": ("MSELoss", {}),
        "adam": ("Adam", {}),
    }
    wires = ["digits.x -> flat.x", "flat.y -> fc.x", "fc.y -> drop.x", "drop.y -> back.x", "back.y -> picture.x",
             "picture.y -> loss.prediction", "digits.x -> loss.target", "loss.loss -> adam.loss"]  # fmt: skip
    return text_of(nodes, wires, {"epochs": 4, "threads": 1, **run})


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return train(tmp_path_factory.mktemp("samples") / "run", autoencoder()).run


def test_what_goes_in_and_what_comes_out_is_what_the_net_computes(run):
    held = Samples(run.path)
    (one,) = held.shown()
    assert (one.name, one.form, one.given, one.wanted) == ("picture", "pictures", True, False)
    assert held.epochs()[0] == 1
    assert held.epochs()[-1] == 4
    given = torch.from_numpy(held.given()["picture.given"].astype(np.float32))
    weights = {key: torch.from_numpy(value) for key, value in train_weights(run).items()}
    hidden = F.linear(given.flatten(1), weights["net.fc.weight"], weights["net.fc.bias"])
    wanted = F.linear(hidden, weights["net.back.weight"], weights["net.back.bias"])
    came = torch.from_numpy(held.after(4)["picture"].astype(np.float32)).flatten(1)
    torch.testing.assert_close(came, wanted, rtol=2e-3, atol=2e-3)  # kept in half precision
    assert held.after(1)["picture"].shape == (keeping.ROWS, 1, 8, 8)
    assert held.after(77) == {}


def train_weights(run):
    return load_file(run.path / "checkpoints" / "last.safetensors")


def test_looking_changes_no_digit_of_the_training(run, tmp_path, monkeypatch):
    monkeypatch.setattr(keeping, "seen", lambda program: {})
    blind = train(tmp_path / "blind", autoencoder()).run
    assert Samples(blind.path).epochs() == []
    assert np.array_equal(blind.steps()[:, 1:], run.steps()[:, 1:])


def test_a_resumed_run_forgets_what_lies_after_its_checkpoint(tmp_path, monkeypatch):
    monkeypatch.setattr(keeping, "REST_SECONDS", -1.0)
    monkeypatch.setattr(keeping, "SHARE", 1e9)
    train(tmp_path, autoencoder(), stop_at=6)
    held = Samples(tmp_path)
    held.keep(9, {"picture": np.zeros((1, 1, 8, 8))})
    train(tmp_path, autoencoder(), resume=True)
    assert held.epochs() == [1, 2, 3, 4]


def test_a_long_training_keeps_ever_fewer_of_its_epochs(tmp_path, monkeypatch):
    monkeypatch.setattr(keeping, "REST_SECONDS", -1.0)
    monkeypatch.setattr(keeping, "SHARE", 1e9)
    monkeypatch.setattr(keeping, "MOST", 4)
    train(tmp_path, autoencoder(epochs=13))
    assert Samples(tmp_path).epochs() == [1, 8, 12, 13]


@pytest.mark.parametrize(
    ("template", "form", "wanted"), [("gan-digits", "pictures", False), ("gan-ring", "points", True)]
)
def test_generators_are_asked_with_the_same_noise_every_time(template, form, wanted, tmp_path):
    text = (EXAMPLES / f"{template}.loom").read_text(encoding="utf-8")
    run = train(tmp_path, text, overrides={"epochs": 1}).run
    held = Samples(run.path)
    (one,) = held.shown()
    assert (one.form, one.given, one.wanted) == (form, False, wanted)
    first, (kind,) = held.after(1)[one.name], [kind for _, kind in example(template).noises]
    assert len(first) == (keeping.POINTS if form == "points" else keeping.ROWS)
    again = drawn(kind, 3)
    assert torch.equal(again, drawn(kind, 3))


def test_a_conditional_generator_is_asked_for_each_class_in_turn(tmp_path):
    text = (EXAMPLES / "gan-labels.loom").read_text(encoding="utf-8")
    trained = train(tmp_path, text, overrides={"epochs": 1})
    keeper = next(one for one in trained.session.setup.loop.followers if isinstance(one, keeping.SampleKeeper))
    (classes,) = [value for value in keeper._given if value.dtype == torch.int64]
    assert classes.tolist() == [at % 10 for at in range(keeping.ROWS)]


@pytest.mark.parametrize("template", ["digits-cnn", "iris-mlp", "lstm-forecast"])
def test_what_cannot_be_seen_is_not_kept(template):
    assert keeping.seen(example(template)) == {}
