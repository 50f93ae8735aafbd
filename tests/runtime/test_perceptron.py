"""The perceptron and its rule: the arithmetic, where it comes to rest, where it cannot, and what is said then."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from graph.document import Document
from graph.project import write
from graph.reading import Reading
from runtime import emit, launch
from runtime.program import ProgramError
from runtime.protocol import State
from runtime.train.separable import separable
from tests.runtime.drawings import built, drawn, program_of

ROOT = Path(__file__).resolve().parents[2]


def neuron(
    bend: str, *, data: str = "XOR", params: Any = None, weights: Any = (None, None), bias: Any = None
) -> Document:
    """A neuron behind two numbers, and the rule."""
    nodes = {
        "rows": (data, params or {}), "n1": ("Neuron", {"activation": bend, "bias": bias}),
        "rule": ("PerceptronRule", {"lr": 0.1}),
    }  # fmt: skip
    wires: list[Any] = [{"wire": f"rows.x[{at}] -> n1.x", "weight": w} if w is not None else f"rows.x[{at}] -> n1.x"
                        for at, w in enumerate(weights)]  # fmt: skip
    return drawn(nodes, [*wires, "n1.y -> rule.prediction", "rows.y -> rule.target"])


def linear(out: int = 1, low: float = 0.0, **params: Any) -> Document:
    nodes = {"rows": ("XOR", params), "fc": ("Linear", {"out_features": out}), "step": ("Step", {"low": low}),
             "rule": ("PerceptronRule", {"lr": 0.1})}  # fmt: skip
    return drawn(nodes, ["rows.x -> fc.x", "fc.y -> step.x", "step.y -> rule.prediction", "rows.y -> rule.target"])


def test_the_arithmetic_of_the_textbook() -> None:
    """x = (2, 3), w = (0.5, −0.3), b = 0.1, y = 1, an answer of −1, η = 0.1: w = (0.9, 0.3), b = 0.3."""
    document = neuron("bipolar_step", weights=(0.5, -0.3), bias=0.1)
    training = built(program_of(document), train=True).training()
    x, y = torch.tensor([[2.0, 3.0]]), torch.tensor([1])
    assert training.net(x).tolist() == [1.0]
    training.net.forward = lambda x: torch.full((len(x),), -1.0)
    training.step(x, y)
    torch.testing.assert_close(training.net.n1.weight.detach(), torch.tensor([[0.9, 0.3]]))
    torch.testing.assert_close(training.net.n1.bias.detach(), torch.tensor([0.3]))


@pytest.mark.parametrize(
    ("document", "low"),
    [(neuron("step"), 0.0), (neuron("bipolar_step"), -1.0), (linear(), 0.0), (linear(low=-1.0), -1.0)],
)
@pytest.mark.parametrize("seed", range(3))
def test_a_step_moves_weights_by_the_sum_of_mistakes(document: Document, low: float, seed: int) -> None:
    torch.manual_seed(seed)
    training = built(program_of(document), train=True).training()
    layer = next(module for module in training.net.modules() if isinstance(module, torch.nn.Linear))
    x, y = torch.randn(7, 2, generator=torch.Generator().manual_seed(0)), torch.tensor([0, 1, 1, 0, 0, 1, 0])
    weight, bias = layer.weight.detach().clone(), layer.bias.detach().clone()
    answers = training.net(x).flatten()
    assert set(answers.tolist()) <= {low, 1.0}
    wanted = torch.where(y == 1, 1.0, low)
    for error, row in zip((wanted - answers).tolist(), x, strict=True):
        weight += 0.1 * error * row
        bias += 0.1 * error
    sums = training.step(x, y)
    torch.testing.assert_close(layer.weight.detach(), weight)
    torch.testing.assert_close(layer.bias.detach(), bias)
    assert sums["rule"][0].item() == (answers != wanted).sum().item()
    assert sums["rule"][1] == 7
    assert layer.weight.grad is None


def test_it_comes_to_rest_on_what_a_line_can_part() -> None:
    training = built(program_of(neuron("step")), train=True).training()
    x, y = torch.tensor([[0.0, 0], [0, 1], [1, 0], [1, 1]]), torch.tensor([0, 0, 0, 1])
    counts = [int(training.step(x, y)["rule"][0]) for _ in range(100)]
    assert counts[-1] == 0
    assert training.net(x).tolist() == [0, 0, 0, 1]


def test_several_neurons_learn_at_once() -> None:
    nodes = {"rows": ("Input", {"shape": [2]}), "right": ("Input", {"shape": [2]}), "joined": ("Concatenate", {}),
             "a": ("Neuron", {"activation": "step"}), "b": ("Neuron", {"activation": "step"}),
             "rule": ("PerceptronRule", {}), }  # fmt: skip
    wires = ["rows.x -> a.x", "rows.x -> b.x", "b.y -> joined.a", "a.y -> joined.b", "joined.y -> rule.prediction",
             "rows.x -> rule.target"]  # fmt: skip
    program = program_of(drawn({key: node for key, node in nodes.items() if key != "right"}, wires))
    text = emit.model(program).text
    assert "self.joined = nn.Linear(2, 2)" in text


@pytest.mark.parametrize(
    ("nodes", "wires", "told", "fix"),
    [
        ({"fc": ("Linear", {"out_features": 1})}, ["rows.x -> fc.x", "fc.y -> rule.prediction"],
         "rule wants the answer of a Step, but fc gives sums.", "Put a Step between"),
        ({"fc": ("Linear", {"out_features": 1}), "s": ("Sigmoid", {})},
         ["rows.x -> fc.x", "fc.y -> s.x", "s.y -> rule.prediction"],
         "rule wants the answer of a Step, but s is a Sigmoid.", "Make it a Step"),
        ({"n": ("Neuron", {"activation": "tanh"})}, ["rows.x -> n.x", "n.y -> rule.prediction"],
         "rule wants neurons whose activation is a step, but that of n is tanh.", "Let it step"),
        ({"fc": ("Linear", {}), "fc2": ("Linear", {"out_features": 1}), "s": ("Step", {})},
         ["rows.x -> fc.x", "fc.y -> fc2.x", "fc2.y -> s.x", "s.y -> rule.prediction"],
         "rule trains a single layer, but fc before fc2 learns too.", None),
    ],
)  # fmt: skip
def test_what_is_no_perceptron_is_refused_while_it_is_drawn(nodes: Any, wires: Any, told: str, fix: str | None) -> None:
    document = drawn({"rows": ("XOR", {}), "rule": ("PerceptronRule", {}), **nodes}, [*wires, "rows.y -> rule.target"])
    reading = Reading(document)
    found = [one for one in reading.diagnostics() if one.code == "perceptron"]
    assert [one.message for one in found] == [told]
    assert (found[0].fix.label if found[0].fix else None) == fix
    with pytest.raises(ProgramError, match="rule"):
        program_of(document)
    if found[0].fix is not None:
        found[0].fix.verb(document)
        assert not [one for one in Reading(document).diagnostics() if one.level == "error"]


def test_an_ordinary_optimizer_before_a_step_is_told_of_the_rule() -> None:
    nodes = {"rows": ("XOR", {}), "n": ("Neuron", {"activation": "bipolar_step"}), "loss": ("MSELoss", {}),
             "adam": ("Adam", {})}  # fmt: skip
    document = drawn(
        nodes, ["rows.x -> n.x", "n.y -> loss.prediction", "rows.y -> loss.target", "loss.loss -> adam.loss"]
    )
    (found,) = [one for one in Reading(document).diagnostics() if one.code == "step-flat"]
    assert "adam cannot train what lies before it" in found.message
    assert "PerceptronRule" in found.message


CORNERS = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])


@pytest.mark.parametrize(
    ("up", "bias", "parted"),
    [
        ([0, 1, 1, 0], True, False), ([0, 0, 0, 1], True, True), ([1, 1, 1, 1], True, True),
        ([1, 0, 0, 0], True, True), ([1, 0, 0, 0], False, False),
    ],
)  # fmt: skip
def test_whether_a_line_can_part(up: list[int], bias: bool, parted: bool) -> None:
    assert separable(CORNERS, np.array(up) == 1, bias=bias) is parted


@pytest.mark.parametrize("seed", range(6))
def test_what_was_parted_by_a_plane_can_be_parted(seed: int) -> None:
    chance = np.random.default_rng(seed)
    x, plane = chance.normal(size=(200, 5)) * 10 ** chance.uniform(-3, 3, 5), chance.normal(size=5)
    x = x[np.abs(x @ plane) > 1e-3 * np.abs(x @ plane).max()]
    up = x @ plane > 0
    assert separable(x, up) is True
    assert separable(np.vstack([x, x[:1]]), np.append(up, not up[0])) is False


def test_too_much_is_left_open() -> None:
    assert separable(np.zeros((1000, 1000)), np.zeros(1000, bool)) is None


def told(document: Document, folder: Path, **overrides: Any) -> tuple[list[str], Any]:
    run = launch.start(write(document), folder=folder, overrides=overrides)
    assert launch.wait(run, 60.0).state is State.FINISHED, run.failure() or run.log()
    return [
        event.data["text"] for event in run.events() if event.event == "message" and "rule" in event.data["text"]
    ], run


@pytest.mark.timeout(120)
def test_on_xor_the_program_says_why_it_cannot_learn(tmp_path: Path) -> None:
    messages, run = told(neuron("step"), tmp_path / "run", epochs=30)
    (message,) = messages
    assert "rule made mistakes in each of 10 epochs" in message
    assert "a straight line cannot part the two classes (they are not linearly separable)" in message
    assert "hidden layer" in message
    assert "Adam" in message
    assert run.epochs()[-1].train["rule"] > 0
    (figure,) = run.job.figures
    assert (figure.id, figure.kind, figure.better) == ("rule", "PerceptronRule", "low")


@pytest.mark.timeout(120)
def test_the_command_line_says_so_too(tmp_path: Path) -> None:
    (tmp_path / "xor.loom").write_text(write(linear()), encoding="utf-8")
    command = [sys.executable, "-m", "runtime.cli", "train", str(tmp_path / "xor.loom"), "--epochs", "12"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    assert "rule made mistakes in each of 10 epochs" in done.stdout + done.stderr
    assert "not linearly separable" in done.stdout + done.stderr


@pytest.mark.timeout(120)
def test_on_clouds_that_a_line_parts_it_says_that_it_is_at_rest(tmp_path: Path) -> None:
    document = neuron("bipolar_step", data="Blobs", params={"batch_size": 8})
    messages, run = told(document, tmp_path / "run", epochs=30)
    (message,) = messages
    assert "rule answered every row right in epoch" in message
    assert run.epochs()[-1].train["rule"] == 0


@pytest.mark.timeout(120)
def test_labels_that_no_step_answers_are_refused(tmp_path: Path) -> None:
    nodes = {"rows": ("Diabetes", {}), "n": ("Neuron", {"activation": "step"}), "rule": ("PerceptronRule", {})}
    document = drawn(nodes, ["rows.x -> n.x", "n.y -> rule.prediction", "rows.y -> rule.target"])
    run = launch.start(write(document), folder=tmp_path / "run")
    assert launch.wait(run, 60.0).state is State.FAILED
    failure = run.failure()
    assert failure is not None
    assert "rule compares labels with answers 0 and 1, but there is a label" in failure.message
    assert failure.node == "rule"
