"""One batch is run up to a node: the numbers are those that the network computes on its way."""

import json
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from graph.project import ProjectError
from runtime import emit
from runtime.build import build
from runtime.cli import main
from runtime.data.digits import read as read_digits
from runtime.drawing import open_text
from runtime.looking import serve
from runtime.looking.cut import NothingThere
from runtime.looking.values import Look
from runtime.program import Program
from runtime.train.rows import arrange, load_sources
from tests.runtime.drawings import example
from tests.runtime.training import train

EXAMPLES = Path(__file__).resolve().parents[2] / "assets" / "examples"

BLOCKS = json.dumps({
    "format": "neuroloom", "version": 1,
    "nodes": [
        {"id": "moons", "kind": "Moons", "params": {"samples": 90, "batch_size": 8}},
        {"id": "scale", "kind": "Standardize"},
        {"id": "fc", "kind": "Linear", "params": {"out_features": 6}},
        {"id": "body", "kind": "Residual", "params": {"repeat": 3}},
        {"id": "twin", "kind": "Residual", "params": {"shares": "once"}},
        {"id": "once", "kind": "Residual"},
        {"id": "head", "kind": "Linear", "params": {"out_features": 2}},
        {"id": "loss", "kind": "CrossEntropyLoss"},
        {"id": "adam", "kind": "Adam", "params": {"lr": 0.01}},
    ],
    "wires": ["moons.x -> scale.x", "scale.y -> fc.x", "fc.y -> body.x", "body.y -> once.x", "once.y -> twin.x",
              "twin.y -> head.x", "head.y -> loss.prediction", "moons.y -> loss.target", "loss.loss -> adam.loss"],
    "blocks": {"Residual": {"nodes": [
        {"id": "x", "kind": "Input"}, {"id": "inner", "kind": "Linear", "params": {"out_features": 6}},
        {"id": "act", "kind": "Tanh"}, {"id": "plus", "kind": "Add"}, {"id": "y", "kind": "Output"}],
        "wires": ["x.x -> inner.x", "inner.y -> act.x", "x.x -> plus.a", "act.y -> plus.b", "plus.y -> y.x"]}},
    "run": {"epochs": 2, "threads": 1, "monitor": "loss"},
})  # fmt: skip


@pytest.fixture(scope="module")
def learned(tmp_path_factory):
    trained = train(tmp_path_factory.mktemp("looking") / "run", BLOCKS)
    assert trained.code == 0, trained.run.failure()
    (trained.run.path / "project.loom").write_text(BLOCKS)
    weights = {key: torch.from_numpy(value) for key, value in trained.weights.items() if key.startswith("net.")}
    drawing = open_text(BLOCKS, trained.run.path)
    program = Program(drawing.reading)
    x = arrange(program, load_sources(program, trained.run.path))["train"][0][:8]
    return trained.run, {key.removeprefix("net."): value for key, value in weights.items()}, x


def births(*names):
    """Births of placements and of a node in their block."""
    return [*names[:-1]], names[-1] if len(names) == 1 else f"Residual/{names[-1]}"


def looked(run, *names, port=""):
    path, born = births(*names)
    return Look(BLOCKS, run.path, path, born, port, str(run.path)).values("train", 0)


def by_hand(weights, x, end):
    """The same network with torch's own functions, up to an end."""
    x = (x - weights["scale.mean"]) / weights["scale.std"]
    x = F.linear(x, weights["fc.weight"], weights["fc.bias"])
    for block in ("body.0", "body.1", "body.2", "once", "once"):
        act = torch.tanh(F.linear(x, weights[f"{block}.inner.weight"], weights[f"{block}.inner.bias"]))
        if end == block:
            return act
        x = x + act
    return F.linear(x, weights["head.weight"], weights["head.bias"])


@pytest.mark.parametrize(
    ("names", "end"), [(("head",), "head"), (("body", "act"), "body.0"), (("once", "act"), "once")]
)
def test_the_numbers_are_those_of_the_network(learned, names, end):
    run, weights, x = learned
    assert sorted(weights)[0] == "body.0.inner.bias"
    found = looked(run, *names)
    np.testing.assert_allclose(found.array, by_hand(weights, x, end).numpy(), rtol=1e-5, atol=1e-6)
    assert found.name == ".".join(names)


def test_a_placement_that_shares_is_looked_into_with_the_weights_of_the_other(learned):
    run, weights, x = learned
    found = looked(run, "twin", "plus")
    head = F.linear(torch.from_numpy(found.array), weights["head.weight"], weights["head.bias"])
    np.testing.assert_allclose(head.numpy(), by_hand(weights, x, "").numpy(), rtol=1e-5, atol=1e-6)


def test_of_several_copies_the_first_is_looked_at_and_that_is_said(learned):
    told = looked(learned[0], "body", "act").told
    assert told == ("With the weights of run.", "Of the copies of body the first is looked at.")


@pytest.mark.parametrize("node", ["head", "scale"])
def test_without_a_run_it_has_the_weights_that_a_training_begins_with(node, tmp_path):
    """Held against the net of a training that was stopped before its first step."""
    nothing = train(tmp_path / "begun", BLOCKS, stop_at=0, overrides={"epochs": 1, "adam.lr": 1e-30})
    held = {key.removeprefix("net."): torch.from_numpy(value) for key, value in nothing.weights.items()}
    found = Look(BLOCKS, tmp_path, [], node).values("train", 0)
    drawing = open_text(BLOCKS, tmp_path)
    program = Program(drawing.reading)
    x = arrange(program, load_sources(program, tmp_path))["train"][0][:8]
    scaled = (x - held["scale.mean"]) / held["scale.std"]
    wanted = scaled if node == "scale" else by_hand(held, x, "")
    np.testing.assert_allclose(found.array, wanted.numpy(), rtol=1e-5, atol=1e-6)


def test_a_part_of_the_data_is_looked_at_as_it_is():
    found = Look((EXAMPLES / "digits-cnn.loom").read_text(), EXAMPLES, [], "digits").values("test", 2, 3)
    assert (found.part, found.at, found.array.shape) == ("test", 2, (3, 1, 8, 8))
    every = read_digits(None, EXAMPLES).x
    assert all((every == row).all(axis=(1, 2, 3)).any() for row in found.array)
    figures = found.figures()
    assert figures["least"] == found.array.min()
    assert figures["zeros"] == pytest.approx((found.array == 0).mean())
    assert sum(figures["counts"]) == found.array.size


def test_a_drawing_may_still_be_wrong_elsewhere():
    text = BLOCKS.replace('"out_features": 2', '"out_features": -2')
    assert Look(text, EXAMPLES, [], "fc").values().array.shape == (8, 6)
    with pytest.raises(NothingThere, match="head cannot be computed yet"):
        Look(text, EXAMPLES, [], "head")


def test_what_gives_no_numbers_and_what_is_gone_is_said():
    with pytest.raises(NothingThere, match="loss gives no numbers"):
        Look(BLOCKS, EXAMPLES, [], "loss")
    with pytest.raises(NothingThere, match="no longer there"):
        Look(BLOCKS, EXAMPLES, [], "nobody")
    with pytest.raises(NothingThere, match="fc is no block"):
        Look(BLOCKS, EXAMPLES, ["fc"], "act")
    with pytest.raises(ProjectError):
        Look("{", EXAMPLES, [], "fc")


def test_the_command_prints_and_writes_the_numbers(tmp_path, capsys):
    file = tmp_path / "net.loom"
    file.write_text(BLOCKS)
    assert main(["look", str(file), "body/act", "--rows", "2", "-o", str(tmp_path / "act.npy")]) == 0
    told = capsys.readouterr().out
    assert "body.act: 2 × 6 numbers" in told
    assert np.load(tmp_path / "act.npy").shape == (2, 6)
    assert main(["look", str(file), "head", "--json"]) == 0
    event = json.loads(capsys.readouterr().out)
    assert (event["event"], event["node"], event["shape"]) == ("look", "head", [8, 2])
    for wrong, code in ((["nobody"], 2), (["fc/act"], 2), (["fc.z"], 2), (["loss"], 1), (["fc", "--part", "x"], 2)):
        assert main(["look", str(file), *wrong]) == code
        assert "Traceback" not in capsys.readouterr().err


def test_the_window_is_answered_batch_after_batch(tmp_path):
    asked = {"text": BLOCKS, "base": str(tmp_path), "path": ["body"], "born": "Residual/act", "port": "", "start": ""}
    (tmp_path / "look.json").write_text(json.dumps(asked))
    questions = StringIO('{"part": "validation", "at": 3}\n{"part": "moon", "at": 0}\nrubbish\n')
    answers = StringIO()
    assert serve.main([str(tmp_path)], questions, answers) == 0
    first, values, *wrong = map(json.loads, answers.getvalue().splitlines())
    assert first == {}
    assert (values["shape"], values["at"], values["part"]) == ([8, 6], 3, "validation")
    assert all("error" in one for one in wrong)
    (tmp_path / "look.json").write_text(json.dumps({**asked, "born": "nobody"}))
    answers = StringIO()
    assert serve.main([str(tmp_path)], StringIO(), answers) == 1
    assert "no longer there" in answers.getvalue()


def test_single_neurons_are_found_however_they_are_packed():
    """Of three neurons in one Linear, one is looked at alone: its row is taken."""
    text = (EXAMPLES / "xor-neurons.loom").read_text(encoding="utf-8")
    every = [Look(text, EXAMPLES, [], f"h{at}").values().array for at in (1, 2, 3)]
    net = build(emit.model(example("xor-neurons")).text)
    torch.manual_seed(example("xor-neurons").run.seed)
    made = net.net()
    x = torch.from_numpy(Look(text, EXAMPLES, [], "xor").values().array)
    wanted = torch.tanh(made.h(x)).detach().numpy()
    np.testing.assert_allclose(np.stack(every, 1), wanted, rtol=1e-6)


@pytest.mark.parametrize("name", ["gan-labels", "lstm-forecast", "xor-neurons", "rnn-from-gates", "chars-gru"])
def test_every_node_of_templates_can_be_looked_at_or_says_why(name):
    text = (EXAMPLES / f"{name}.loom").read_text(encoding="utf-8")
    program = example(name)
    for unit in program.net[:3]:
        found = Look(text, EXAMPLES, [], unit.born).values("train", 0, 2)
        value = program.tensor(unit.spots[0])
        assert found.array.ndim == value.rank
        assert found.array.shape[0] == 2
