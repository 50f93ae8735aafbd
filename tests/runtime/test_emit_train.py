"""train.py trains what was drawn, as a hand-written loop would, with nothing but torch."""

import math
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.nn import functional as F

from graph.catalogue import Catalogue, standard
from graph.document import Document
from graph.kinds import optimizer
from graph.param import param
from graph.reading import Reading
from graph.roles import Optimizer
from runtime import emit
from runtime.program import Program, ProgramError
from tests.runtime.drawings import agreed, built, drawn, program_of

HEAD = {"data": ("Digits", {}), "flat": ("Flatten", {}), "fc": ("Linear", {"out_features": 10})}
HEAD_WIRES = ["data.x -> flat.x", "flat.y -> fc.x"]
LOSS = {"loss": ("CrossEntropyLoss", {}), "hits": ("Accuracy", {})}
LOSS_WIRES = ["fc.y -> loss.prediction", "data.y -> loss.target", "fc.y -> hits.prediction", "data.y -> hits.target"]


def batch(rows: int = 16) -> tuple[torch.Tensor, torch.Tensor]:
    chance = torch.Generator().manual_seed(1)
    return torch.randn(rows, 1, 8, 8, generator=chance), torch.randint(10, (rows,), generator=chance)


def test_the_training_of_the_digits_network_reads_as_agreed() -> None:
    text = emit.train(agreed(), "digits-cnn").text
    assert (
        text.split("class Training:\n")[1].split("\n\nclass Meter")[0]
        == """\
    def __init__(self):
        self.net = Net()
        self.adam = torch.optim.Adam(self.net.parameters(), lr=0.002, fused=True)
        self.cosine = CosineAnnealingLR(self.adam, T_max=EPOCHS)

    def fit(self, x, y):
        self.net.scale.fit(x)

    def step(self, x, y):
        # phase adam: trains net
        fc2 = self.net(x)
        loss = F.cross_entropy(fc2, y)
        self.adam.zero_grad()
        loss.backward()
        self.adam.step()
        return self.sums(fc2, y, loss)

    @torch.no_grad()
    def evaluate(self, x, y):
        fc2 = self.net(x)
        loss = F.cross_entropy(fc2, y)
        return self.sums(fc2, y, loss)

    def sums(self, fc2, y, loss):
        n = y.shape[0]
        return {"loss": (loss.detach() * n, n), "accuracy": ((fc2.argmax(1) == y).sum(), n)}

    def end_epoch(self, figures):
        self.cosine.step()
"""
    )


def test_steps_equal_a_hand_written_loop() -> None:
    wires = [*HEAD_WIRES, *LOSS_WIRES, "loss.loss -> sgd.loss"]
    document = drawn(HEAD | LOSS | {"sgd": ("SGD", {"lr": 0.1, "momentum": 0.9})}, wires, {"clip_norm": 0.5})
    training = built(program_of(document), train=True).training()
    fc = torch.nn.Linear(64, 10)
    fc.load_state_dict(training.net.fc.state_dict())
    sgd = torch.optim.SGD(fc.parameters(), lr=0.1, momentum=0.9)
    x, y = batch()
    for _ in range(5):
        sums = training.step(x, y)
        answer = fc(x.flatten(1))
        loss = F.cross_entropy(answer, y)
        sgd.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(fc.parameters(), 0.5)
        sgd.step()
        torch.testing.assert_close(sums["loss"][0] / sums["loss"][1], loss.detach())
        assert sums["hits"] == ((answer.argmax(1) == y).sum(), 16)
    torch.testing.assert_close(training.net.fc.weight, fc.weight)


def test_nothing_that_a_step_returns_keeps_its_graph() -> None:
    nodes = {
        "data": ("Diabetes", {}),
        "fc": ("Linear", {"out_features": 1}),
        "loss": ("MSELoss", {}),
        "off": ("MeanAbsoluteError", {}),
        "adam": ("Adam", {}),
    }
    wires = [
        "data.x -> fc.x",
        "fc.y -> loss.prediction",
        "data.y -> loss.target",
        "fc.y -> off.prediction",
        "data.y -> off.target",
        "loss.loss -> adam.loss",
    ]
    training = built(program_of(drawn(nodes, wires)), train=True).training()
    sums = training.step(torch.randn(8, 10), torch.randn(8))
    assert set(sums) == {"loss", "off"}
    assert not any(value.requires_grad for value, _ in sums.values())


def test_losses_are_weighted_and_a_branch_that_only_figures_need_is_only_looked_at() -> None:
    nodes = (
        HEAD
        | LOSS
        | {
            "near": ("Linear", {"out_features": 1}),
            "other": ("BCEWithLogitsLoss", {}),
            "watched": ("MSELoss", {}),
            "adam": ("Adam", {}),
            "big": ("XOR", {}),
        }
    )
    nodes["bend"] = ("Softmax", {})
    nodes["seen"] = ("Accuracy", {})
    wires = [
        *HEAD_WIRES,
        *LOSS_WIRES,
        "loss.loss -> adam.loss",
        "fc.y -> bend.x",
        "bend.y -> seen.prediction",
        "data.y -> seen.target",
    ]
    del nodes["near"], nodes["other"], nodes["watched"], nodes["big"]
    program = program_of(drawn(nodes, wires))
    training = built(program, train=True).training()
    x, y = batch()
    sums = training.step(x, y)
    assert sums["seen"][0] == sums["hits"][0]
    assert "with torch.no_grad():" in emit.train(program).text.split("def evaluate")[0]


def test_an_optimizer_without_loss_is_refused_with_a_sentence() -> None:
    with pytest.raises(ProgramError, match="Nothing is trained"):
        emit.train(program_of(drawn(HEAD, HEAD_WIRES)))


def test_a_placeholder_cannot_be_trained_on() -> None:
    nodes = {
        "img": ("Input", {"shape": [4]}),
        "fc": ("Linear", {"out_features": 4}),
        "loss": ("MSELoss", {}),
        "adam": ("Adam", {}),
    }
    wires = ["img.x -> fc.x", "fc.y -> loss.prediction", "img.x -> loss.target", "loss.loss -> adam.loss"]
    with pytest.raises(ProgramError, match="img has no data to train on"):
        emit.train(program_of(drawn(nodes, wires)))


def test_an_error_of_the_drawing_stops_the_compiler_with_its_sentence() -> None:
    nodes = HEAD | {"conv": ("Conv2d", {}), "out": ("Output", {})}
    with pytest.raises(ProgramError) as caught:
        program_of(drawn(nodes, [*HEAD_WIRES, "fc.y -> conv.x", "conv.y -> out.x"]))
    assert caught.value.born == "conv"
    assert "conv" in caught.value.sentence


def test_an_attribute_of_the_training_is_not_overwritten_by_a_name() -> None:
    wires = [*HEAD_WIRES, *LOSS_WIRES, "loss.loss -> step.loss", "fit.schedule -> step.schedule"]
    document = drawn(HEAD | LOSS | {"step": ("SGD", {}), "fit": ("StepLR", {})}, wires)
    training = built(program_of(document), train=True).training()
    training.step(*batch())
    training.end_epoch({})


def test_a_schedule_watches_the_figure_in_its_direction() -> None:
    wires = [*HEAD_WIRES, *LOSS_WIRES, "loss.loss -> sgd.loss", "slow.schedule -> sgd.schedule"]
    nodes = HEAD | LOSS | {"sgd": ("SGD", {"lr": 1.0}), "slow": ("ReduceLROnPlateau", {"patience": 0, "factor": 0.5})}
    training = built(program_of(drawn(nodes, wires, {"monitor": "hits"})), train=True).training()
    rates = []
    for value in (0.5, 0.6, 0.6, 0.7):
        training.end_epoch({"hits": value, "loss": 1.0})
        rates.append(training.sgd.param_groups[0]["lr"])
    assert rates == [1.0, 1.0, 0.5, 0.5]


# --- several optimizers


def test_two_optimizers_train_two_networks_apart() -> None:
    nodes = {
        "data": ("Digits", {}),
        "flat": ("Flatten", {}),
        "a": ("Linear", {"out_features": 10}),
        "b": ("Linear", {"out_features": 10}),
        "loss_a": ("CrossEntropyLoss", {}),
        "loss_b": ("CrossEntropyLoss", {}),
        "opt_a": ("SGD", {"lr": 0.1}),
        "opt_b": ("SGD", {"lr": 0.2, "order": -1, "every": 2}),
    }
    wires = [
        "data.x -> flat.x",
        "flat.y -> a.x",
        "flat.y -> b.x",
        "a.y -> loss_a.prediction",
        "data.y -> loss_a.target",
        "b.y -> loss_b.prediction",
        "data.y -> loss_b.target",
        "loss_a.loss -> opt_a.loss",
        "loss_b.loss -> opt_b.loss",
    ]
    program = program_of(drawn(nodes, wires))
    assert [phase.id for phase in program.phases] == ["opt_b", "opt_a"]
    training = built(program, train=True).training()
    x, y = batch()
    weights = [training.net.b.weight.detach().clone()]
    for _ in range(4):
        sums = training.step(x, y)
        assert "loss_a" in sums
        weights.append(training.net.b.weight.detach().clone())
    assert [not torch.equal(old, new) for old, new in pairwise(weights)] == [
        False,
        True,
        False,
        True,
    ]
    assert set(training.evaluate(x, y)) == {"loss_a", "loss_b"}


class Trainer(optimizer.SGD):
    """SGD that names what it trains."""

    torch = "torch.optim.SGD"
    trains: Any = param((), "The nodes that it trains.", type="columns", printed=False)


class Trusting(Reading):
    """A reading that finds nothing wrong: what each optimizer trains is told by the drawing of the test."""

    def diagnostics(self, born: str | None = None) -> list[Any]:
        return []


def adversaries(every: int = 1) -> Document:
    """g makes, d judges; opt_d trains d, opt_g trains g through d."""
    nodes = {
        "data": ("Diabetes", {}),
        "g": ("Linear", {"out_features": 10}),
        "act": ("Tanh", {}),
        "d": ("Linear", {"out_features": 1}),
        "loss_d": ("MSELoss", {}),
        "loss_g": ("L1Loss", {}),
        "opt_d": ("Trainer", {"lr": 0.1, "trains": ["d"]}),
        "opt_g": ("Trainer", {"lr": 0.2, "trains": ["g"], "every": every}),
    }
    wires = [
        "data.x -> g.x",
        "g.y -> act.x",
        "act.y -> d.x",
        "d.y -> loss_d.prediction",
        "data.y -> loss_d.target",
        "d.y -> loss_g.prediction",
        "data.y -> loss_g.target",
        "loss_d.loss -> opt_d.loss",
        "loss_g.loss -> opt_g.loss",
    ]
    assert issubclass(Trainer, Optimizer)
    return drawn(nodes, wires, catalogue=Catalogue([*standard(), Trainer]))


@pytest.mark.parametrize("every", [1, 3])
def test_adversaries_move_as_in_a_hand_written_loop(every: int) -> None:
    document = adversaries(every)
    training = built(Program(Trusting(document)), train=True).training()
    g, d = torch.nn.Linear(10, 10), torch.nn.Linear(10, 1)
    g.load_state_dict(training.net.g.state_dict())
    d.load_state_dict(training.net.d.state_dict())
    opt_d, opt_g = torch.optim.SGD(d.parameters(), lr=0.1), torch.optim.SGD(g.parameters(), lr=0.2)
    chance = torch.Generator().manual_seed(2)
    for step in range(1, 21):
        x, y = torch.randn(8, 10, generator=chance), torch.randn(8, generator=chance)
        loss_d = F.mse_loss(d(torch.tanh(g(x)).detach()).squeeze(1), y)
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
        if step % every == 0:
            loss_g = F.l1_loss(d(torch.tanh(g(x))).squeeze(1), y)
            opt_g.zero_grad()
            loss_g.backward()
            opt_g.step()
        sums = training.step(x, y)
        torch.testing.assert_close(sums["loss_d"][0] / 8, loss_d.detach())
        assert ("loss_g" in sums) == (step % every == 0)
        for mine, theirs in ((training.net.g, g), (training.net.d, d)):
            torch.testing.assert_close(mine.weight, theirs.weight, atol=1e-6, rtol=1e-6)


def test_adversaries_read_as_agreed() -> None:
    document = adversaries()
    text = emit.train(Program(Trusting(document))).text
    assert (
        text.split("def step(self, x, y):\n")[1].split("        return")[0]
        == """\
        # phase opt_d: trains d
        act = self.net.to_act(x)
        d = self.net.d(act.detach())
        loss_d = F.mse_loss(d.squeeze(1), y)
        self.opt_d.zero_grad()
        loss_d.backward()
        self.opt_d.step()

        # phase opt_g: trains g; the gradient passes through d, which stays as it is
        d = self.net.d(act)
        loss_g = F.l1_loss(d.squeeze(1), y)
        self.opt_g.zero_grad()
        loss_g.backward(inputs=list(self.net.g.parameters()))
        self.opt_g.step()
"""
    )


# --- train.py alone


def trained(program: Program, data: dict[str, list[torch.Tensor]], folder: Path) -> list[str]:
    """The lines that train.py prints when Python runs it in a folder with nothing else."""
    (folder / "model.py").write_text(emit.model(program).text)
    (folder / "train.py").write_text(emit.train(program).text)
    torch.save(data, folder / "data.pt")
    done = subprocess.run([sys.executable, "-I", "-c", _ALONE], cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


_ALONE = "import sys, runpy; sys.path.insert(0, '.'); runpy.run_path('train.py', run_name='__main__')"


def test_early_stopping_ends_with_the_best_weights(tmp_path: Path) -> None:
    wires = [*HEAD_WIRES, *LOSS_WIRES, "loss.loss -> sgd.loss"]
    document = drawn(HEAD | LOSS | {"sgd": ("SGD", {"lr": 3.0})}, wires, {"epochs": 40, "early_stopping": 3})
    program = program_of(document)
    x, y = batch(96)
    data = {"train": [x[:64], y[:64]], "validation": [x[64:], y[64:]]}
    lines = trained(program, data, tmp_path)
    losses = [float(line.split("validation {'loss': ")[1].split(",")[0]) for line in lines if line.startswith("epoch")]
    assert len(losses) < 40
    best = min(range(len(losses)), key=losses.__getitem__)
    assert len(losses) == best + 4
    net = built(program).net()
    net.load_state_dict(torch.load(tmp_path / "trained.pt", weights_only=True))
    with torch.no_grad():
        assert math.isclose(F.cross_entropy(net(x[64:]), y[64:]).item(), losses[best], rel_tol=1e-6)


def test_two_sources_of_different_length(tmp_path: Path) -> None:
    nodes = {
        "a": ("Moons", {"batch_size": 10}),
        "b": ("Iris", {"batch_size": 7}),
        "fa": ("Linear", {"out_features": 2}),
        "fb": ("Linear", {"out_features": 3}),
        "la": ("CrossEntropyLoss", {}),
        "lb": ("CrossEntropyLoss", {}),
        "adam": ("Adam", {}),
    }
    wires = [
        "a.x -> fa.x",
        "b.x -> fb.x",
        "fa.y -> la.prediction",
        "a.y -> la.target",
        "fb.y -> lb.prediction",
        "b.y -> lb.target",
        "la.loss -> adam.loss",
        "lb.loss -> adam.loss",
    ]
    program = program_of(drawn(nodes, wires, {"epochs": 2}))
    assert [name for _, _, name in program.arguments] == ["a_x", "a_y", "b_x", "b_y"]
    made = built(program, train=True)
    part = [torch.arange(30.0).reshape(30, 1), torch.zeros(30), torch.arange(50.0).reshape(50, 1), torch.zeros(50)]
    assert made.train is not None
    turns = [list(made.train.batches(part, turn)) for turn in range(2)]
    assert [len(turn) for turn in turns] == [8, 8]
    longest = torch.cat([some[2] for some in turns[0]]).flatten().sort().values
    torch.testing.assert_close(longest, torch.arange(50.0))
    first = torch.cat([some[0] for some in turns[0][:3]]).flatten()
    torch.testing.assert_close(first.sort().values, torch.arange(30.0))
    second = torch.cat([some[0] for some in turns[0][3:6]]).flatten()
    assert not torch.equal(first, second)
    data = {"train": [torch.randn(30, 2), torch.zeros(30).long(), torch.randn(50, 4), torch.zeros(50).long()]}
    assert len([line for line in trained(program, data, tmp_path) if line.startswith("epoch")]) == 2
