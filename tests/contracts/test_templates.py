"""Every template opens without a complaint, is written as it stands, and learns."""

from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks import generators
from benchmarks.plans import PLANS
from designer.canvas.looks import Measure
from designer.canvas.plan import Plan
from designer.theme import Theme
from graph import edits
from graph.catalogue import standard
from graph.form import load
from graph.project import read, write
from graph.reading import Reading
from runtime import emit, launch
from runtime.build import build
from runtime.data.source import load as load_rows
from runtime.program import Program
from runtime.protocol import State

ASSETS = Path(__file__).resolve().parents[2] / "assets"
FOLDER = ASSETS / "examples"
ALL = sorted(path.stem for path in FOLDER.glob("*.loom"))
TRAINED = sorted(set(ALL) - {"neuron-by-hand"})
GENERATORS = ("gan-ring", "gan-digits", "gan-labels")


def opened(name):
    return read(FOLDER / f"{name}.loom", standard())


def test_every_template_that_learns_has_a_plan():
    assert sorted(PLANS) == TRAINED


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


@pytest.mark.parametrize("path", sorted(ASSETS.glob("*/*.loom")), ids=lambda path: path.stem)
def test_its_nodes_have_places_and_do_not_overlap_as_they_are_drawn(path, qapp):
    document = read(path, standard())
    for level in (document, *(document.inside(block.born) for block in document.blocks())):
        assert all(node.at is not None for node in level.nodes())
        plan = Plan(level, Measure(Theme(dark=False)))
        places = [plan.rect(node.born) for node in level.nodes()]
        assert not [one for at, one in enumerate(places) if any(one.intersects(other) for other in places[at + 1 :])]


@pytest.mark.timeout(280)
@pytest.mark.parametrize("name", TRAINED)
def test_it_learns(name, tmp_path):
    """In full where that takes some seconds; else only its beginning."""
    plan, text = PLANS[name], (FOLDER / f"{name}.loom").read_text(encoding="utf-8")
    run = launch.start(
        text, folder=tmp_path / "run", overrides={"epochs": plan.brief, **plan.smaller} if plan.brief else {}
    )
    status = launch.wait(run, 240.0)
    assert status.state is State.FINISHED, run.failure() or run.log()
    epochs = run.epochs()
    if plan.falls:
        assert epochs[-1].train[plan.falls] < (0.9 if plan.brief else 0.6) * epochs[0].train[plan.falls]
    if not plan.brief:
        assert all(stated.reached(stated.of(run)) for stated in (plan, *plan.also))
    if name in GENERATORS:
        judge_generator(name, run)


def judge_generator(name, run):
    """All losses stay finite and move, and what is made comes nearer to the data."""
    steps = run.steps()[:, 1:]
    assert np.isfinite(steps).all()
    assert (np.ptp(steps, axis=0) > 0.2).all()
    rows, kind = generators.made(run, "GaussianMixture" if name == "gan-ring" else "Digits")
    real = torch.cat([part["x"] for part in load_rows(kind, Path()).parts.values()])
    real = real if name == "gan-ring" else real / 8 - 1
    program = Program(Reading(opened(name)))
    raw = build(emit.model(program).text).net().eval()(**generators.asked(program)).detach()
    assert _apart(rows, real) < 0.8 * _apart(raw, real)


def _apart(made, real):
    """How far means and spreads of two sets of rows are from each other."""
    return (made.mean(0) - real.mean(0)).norm() + (made.std(0) - real.std(0)).norm()


@pytest.mark.parametrize("kind", ["RNN", "GRU"])
def test_the_forecast_is_learned_by_other_memories_too(kind, tmp_path):
    """As its help says: with the kind of the recurrent node changed, nothing else has to be."""
    document = opened("lstm-forecast")
    edits.change_kind(document, document.find("lstm").born, kind)
    assert Reading(document).diagnostics() == []
    run = launch.start(write(document), folder=tmp_path / "run", overrides={"epochs": 12})
    assert launch.wait(run, 240.0).state is State.FINISHED, run.failure() or run.log()
    assert run.metrics()["test"]["r2"] > 0.63  # what saying "as last year" explains


def test_the_neurons_compute_what_a_pencil_computes():
    document = opened("neuron-by-hand")
    net = build(emit.model(Program(Reading(document))).text).net()
    x = torch.tensor([[2.0, 3.0]])
    hidden = torch.relu(net.h(x))
    torch.testing.assert_close(hidden, torch.tensor([[3.5, 0.0]]))
    total = net.y(hidden)
    torch.testing.assert_close(total, torch.tensor([[2.5]]))
    torch.testing.assert_close(net(x).flatten(), torch.sigmoid(total).flatten())
    assert net(x).item() == pytest.approx(0.924, abs=5e-4)
