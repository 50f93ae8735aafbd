"""Random drawings with blocks and loops are trained as a hand loop over what they mean unpacked trains them."""

from __future__ import annotations

import json
import random

import pytest
import torch
from torch.nn import functional as F

from graph import project
from graph.catalogue import standard
from graph.document import Document
from graph.reading import Reading
from runtime import emit
from runtime.build import Built, build
from runtime.program import Program, ProgramError
from tests.runtime.flattened import block, node
from tests.runtime.meaning import Meaning
from tests.runtime.random_blocks import BLOCKS, Drawn, Level, Value, number, some_block

X, Y = node("x", "Input"), node("y", "Output")
RATE = 0.05


def trained(seed: int) -> Drawn:
    """Losses at two places of a random drawing, one of which leaves, trained by one optimizer."""
    chance = random.Random(seed)
    blocks = [some_block(chance, BLOCKS[0], [])]
    blocks += [some_block(chance, id, list(blocks)) for id in BLOCKS[1 : chance.randint(1, 3)]]
    level = Level(chance, blocks)
    level.nodes += [node("data", "Diabetes"), node("narrow", "Linear", out_features=2)]
    level.wires.append("data.x -> narrow.x")
    level.values.append(Value("narrow.y", False, number(2)))
    level.grow(chance.randint(3, 7))
    level.place()
    shared = [value for at in level.kept for value in level.values if value.at == at]
    chosen = list(dict.fromkeys([*chance.sample(level.values, min(2, len(level.values))), *shared]))
    for at, value in enumerate(chosen):
        source = value.at
        if value.steps:
            level.nodes.append(node(f"last{at}", "Mean", dim=1))
            level.wires.append(f"{source} -> last{at}.x")
            source = f"last{at}.y"
        level.nodes += [node(f"head{at}", "Linear", out_features=1), node(f"loss{at}", "MSELoss")]
        level.wires += [f"{source} -> head{at}.x", f"head{at}.y -> loss{at}.prediction", f"data.y -> loss{at}.target",
                        f"loss{at}.loss -> sgd.loss"]  # fmt: skip
    level.nodes.append(node("sgd", "SGD", lr=RATE))
    if chance.random() < 0.6:
        level.nodes.append(node("out0", "Output"))
        level.wires.append("head0.y -> out0.x")
    levels = {"": block(level.nodes, level.wires), **{made.id: made.definition for made in blocks}}
    return Drawn(levels, {"": level.sizes, **{made.id: made.sizes for made in blocks}})


def document_of(drawn: Drawn) -> Document:
    blocks = {id: level for id, level in drawn.levels.items() if id}
    text = {"format": "neuroloom", "version": 1, **drawn.levels[""], "blocks": blocks}
    return project.parse(json.dumps(text), standard())


def built(document: Document) -> Built:
    program = Program(Reading(document))
    return build(emit.model(program).text, emit.train(program).text)


def program_of(document: Document) -> Program | None:
    """The program; None where the model shares weights with what only training needs."""
    reading = Reading(document)
    assert [found.message for found in reading.diagnostics() if found.level == "error"] == []
    try:
        return Program(reading)
    except ProgramError:
        return None


def losses(drawn: Drawn, weights, x: torch.Tensor, y: torch.Tensor) -> dict[str, torch.Tensor]:
    meaning = Meaning(drawn, "", {}, {"data": (x, False)}, weights, "")
    ids = [one["id"] for one in drawn.levels[""]["nodes"] if one["kind"] == "MSELoss"]
    return {id: F.mse_loss(meaning.input(id, "prediction")[0].squeeze(1), y) for id in ids}


@pytest.mark.parametrize("seed", range(60))
def test_steps_equal_a_hand_loop(seed: int) -> None:
    drawn = trained(seed)
    document = document_of(drawn)
    program = program_of(document)
    if program is None:
        return
    torch.manual_seed(seed)
    training = build(emit.model(program).text, emit.train(program).text).training()
    modules = [training.net, *([training.extras] if hasattr(training, "extras") else [])]
    for module in modules:
        module.double()
    own = {name: weight.detach().clone() for module in modules for name, weight in module.named_parameters()}
    x, y = torch.randn(5, 10, dtype=torch.float64), torch.randn(5, dtype=torch.float64)
    for _ in range(3):
        for weight in own.values():
            weight.requires_grad_(True)
        wanted = losses(drawn, own, x, y)
        sums = training.step(x, y)
        for id, loss in wanted.items():
            torch.testing.assert_close(sums[id][0] / sums[id][1], loss.detach(), rtol=1e-9, atol=1e-9)
        slopes = torch.autograd.grad(sum(wanted.values()), list(own.values()), allow_unused=True)
        own = {
            name: (weight if slope is None else weight - RATE * slope).detach()
            for (name, weight), slope in zip(own.items(), slopes, strict=True)
        }
    for module in modules:
        for name, weight in module.named_parameters():
            torch.testing.assert_close(weight.detach(), own[name], rtol=1e-9, atol=1e-9)


# --- what is frozen, what only training needs


def with_loss(nodes, wires, end: str, blocks=None, run=None) -> Document:
    nodes = [node("data", "Diabetes"), *nodes, node("head", "Linear", out_features=1), node("loss", "MSELoss"),
             node("sgd", "SGD", lr=0.1)]  # fmt: skip
    wires = [*wires, f"{end} -> head.x", "head.y -> loss.prediction", "data.y -> loss.target", "loss.loss -> sgd.loss"]
    text = {
        "format": "neuroloom",
        "version": 1,
        "nodes": nodes,
        "wires": wires,
        "blocks": blocks or {},
        "run": run or {},
    }
    return project.parse(json.dumps(text), standard())


@pytest.mark.parametrize("run", [{}, {"l2": 0.01, "max_norm": 0.5}])
@pytest.mark.parametrize("repeat", [1, 2])
def test_what_is_frozen_inside_a_block_does_not_learn(run, repeat):
    part = block(
        [X, node("fc", "Linear", out_features=10), node("norm", "BatchNorm1d"), Y],
        ["x.x -> fc.x", "fc.y -> norm.x", "norm.y -> y.x"],
    )
    outer = block(
        [X, node("still", "Part", frozen=True, repeat=repeat), node("fc", "Linear", out_features=4), Y],
        ["x.x -> still.x", "still.y -> fc.x", "fc.y -> y.x"],
    )
    document = with_loss([node("p", "Outer")], ["data.x -> p.x"], "p.y", {"Part": part, "Outer": outer}, run)
    torch.manual_seed(0)
    training = built(document).training()
    before = {key: value.clone() for key, value in training.net.state_dict().items()}
    training.net.train()
    training.step(torch.randn(6, 10), torch.randn(6))
    moved = {key for key, value in training.net.state_dict().items() if not torch.equal(value, before[key])}
    assert moved == {"p.fc.weight", "p.fc.bias", "head.weight", "head.bias"}


@pytest.mark.parametrize("loop", [False, True])
def test_what_only_training_needs_may_be_without_weights(loop):
    nodes = [node("fc", "Linear", out_features=1), node("out", "Output"), node("twice", "Scale", factor=2.0),
             node("both", "Add"), node("other", "MSELoss")]  # fmt: skip
    wires = ["data.x -> fc.x", "fc.y -> out.x", "fc.y -> twice.x", "twice.y -> both.a", "data.y -> other.target",
             "other.loss -> sgd.loss"]  # fmt: skip
    if loop:
        nodes += [node("h", "Delay", steps=3, shape=[1]), node("last", "LastStep")]
        wires += ["h.y -> both.b", "both.y -> h.x", "both.y -> last.x", "last.y -> other.prediction"]
    else:
        wires += ["fc.y -> both.b", "both.y -> other.prediction"]
    document = with_loss(nodes, wires, "fc.y")
    training = built(document).training()
    x, y = torch.randn(4, 10), torch.randn(4)
    answer = training.net.fc(x)
    wanted = F.mse_loss((6 if loop else 3) * answer.squeeze(1), y)
    torch.testing.assert_close(training.step(x, y)["other"][0] / 4, wanted.detach())
