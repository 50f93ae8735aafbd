"""Every template opens without a complaint, is written as it stands, and learns."""

from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks import generators
from graph.catalogue import standard
from graph.form import load
from graph.project import read, write
from graph.reading import Reading
from runtime import emit, launch
from runtime.build import build
from runtime.data.source import load as load_rows
from runtime.program import Program
from runtime.protocol import State

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "examples"
ALL = sorted(path.stem for path in FOLDER.glob("*.loom"))
GENERATORS = ["gan-ring", "gan-digits", "gan-labels"]
TRAINED = [name for name in ALL if name not in ("neuron-by-hand", *GENERATORS)]

ACCURACY = {
    "xor-neurons": 1.0, "perceptron": 1.0, "iris-mlp": 0.9, "spirals-mlp": 0.97, "digits-mlp": 0.95, "digits-cnn": 0.97,
    "chars-gru": 0.5,
    "digits-resnet": 0.97, "rnn-from-gates": 0.93, "expression": 0.97,
}  # fmt: skip
"""What each must reach on the part kept aside for the end (XOR, which has four rows: on these)."""

EXPLAINED = {"lstm-forecast": 0.8}
"""How much of the answers of that part each must explain (R²)."""


def opened(name):
    return read(FOLDER / f"{name}.loom", standard())


def test_the_promised_templates_are_there():
    promised = {"xor-neurons", "iris-mlp", "spirals-mlp", "digits-mlp", "digits-cnn", "diabetes-regression"}
    promised |= {"neuron-by-hand", "perceptron", "rnn-from-gates", "digits-resnet", "expression"}
    assert promised <= set(ALL)


@pytest.mark.parametrize("name", ALL)
def test_it_opens_without_a_complaint(name):
    assert [(found.level, found.message) for found in Reading(opened(name)).diagnostics()] == []


@pytest.mark.parametrize("name", ALL)
def test_it_stands_as_the_program_would_write_it(name):
    assert write(opened(name)) == (FOLDER / f"{name}.loom").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ALL)
def test_it_has_a_title_and_a_paragraph_of_help(name):
    assert load((FOLDER / f"{name}.loom").read_text(encoding="utf-8"))["title"]
    help = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    assert len(help.split()) >= 30
    assert "\n\n" not in help.strip()


@pytest.mark.parametrize("name", ALL)
def test_its_nodes_have_places_that_do_not_overlap(name):
    places = [node.at for node in opened(name).nodes()]
    assert None not in places
    for at, (x, y) in enumerate(places):
        assert all(abs(x - u) >= 160 or abs(y - v) >= 56 for u, v in places[at + 1 :])


@pytest.mark.timeout(280)
@pytest.mark.parametrize("name", TRAINED)
def test_it_learns(name, tmp_path):
    text = (FOLDER / f"{name}.loom").read_text(encoding="utf-8")
    run = launch.start(text, folder=tmp_path / "run")
    status = launch.wait(run, 240.0)
    assert status.state is State.FINISHED, run.failure() or run.log()
    epochs = run.epochs()
    falling = "rule" if name == "perceptron" else "loss"
    assert epochs[-1].train[falling] < 0.6 * epochs[0].train[falling]
    reached = run.metrics()["train" if name == "xor-neurons" else "test"]
    if name in ACCURACY:
        assert reached["accuracy"] >= ACCURACY[name]
    elif name in EXPLAINED:
        assert reached["r2"] >= EXPLAINED[name]
    else:
        assert reached["loss"] < 0.7  # always answering the mean gives about 1


@pytest.mark.timeout(280)
@pytest.mark.parametrize("name", GENERATORS)
def test_adversaries_move_each_other(name, tmp_path):
    """Some seconds of training: all losses stay finite, and what is made comes nearer to the data."""
    text = (FOLDER / f"{name}.loom").read_text(encoding="utf-8")
    run = launch.start(text, folder=tmp_path / "run", overrides={"epochs": {"gan-ring": 60}.get(name, 16)})
    status = launch.wait(run, 240.0)
    assert status.state is State.FINISHED, run.failure() or run.log()
    steps = run.steps()[:, 1:]
    assert np.isfinite(steps).all()
    assert (np.ptp(steps, axis=0) > 0.2).all()
    rows, kind = generators.made(run, "GaussianMixture" if name == "gan-ring" else "Digits")
    real = torch.cat([part["x"] for part in load_rows(kind, Path()).parts.values()])
    real = real if name == "gan-ring" else real / 8 - 1
    program = Program(opened(name), Reading(opened(name)))
    raw = build(emit.model(program).text).net().eval()(**generators.asked(program)).detach()
    assert _apart(rows, real) < 0.8 * _apart(raw, real)


def _apart(made, real):
    """How far means and spreads of two sets of rows are from each other."""
    return (made.mean(0) - real.mean(0)).norm() + (made.std(0) - real.std(0)).norm()


def test_the_neurons_compute_what_a_pencil_computes():
    document = opened("neuron-by-hand")
    net = build(emit.model(Program(document, Reading(document))).text).net()
    x = torch.tensor([[2.0, 3.0]])
    hidden = torch.relu(net.h(x))
    torch.testing.assert_close(hidden, torch.tensor([[3.5, 0.0]]))
    total = net.y(hidden)
    torch.testing.assert_close(total, torch.tensor([[2.5]]))
    torch.testing.assert_close(net(x).flatten(), torch.sigmoid(total).flatten())
    assert net(x).item() == pytest.approx(0.924, abs=5e-4)
