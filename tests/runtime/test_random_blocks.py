"""Random drawings with blocks and loops mean what they mean unpacked, worked out node by node from the document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import torch

from graph.reading import Reading
from runtime import emit
from runtime.build import build
from runtime.program import Program
from tests.runtime.flattened import drawing
from tests.runtime.meaning import Given, Meaning
from tests.runtime.random_blocks import Drawn, some_drawing


def flat(value: Any) -> list[torch.Tensor]:
    return list(value) if isinstance(value, tuple) else [value]


def slopes(answers: list[torch.Tensor], leaves: list[torch.Tensor]) -> list[torch.Tensor | None]:
    weighed = [(answer * torch.linspace(0.5, 1.5, answer.numel()).view_as(answer)).sum() for answer in answers]
    moving = [one for one in weighed if one.requires_grad]
    if not moving:
        return [None] * len(leaves)
    return list(torch.autograd.grad(sum(moving), leaves, allow_unused=True))


@pytest.mark.parametrize("seed", range(150))
def test_it_means_what_it_means_unpacked(seed: int) -> None:
    drawn = some_drawing(seed)
    top = drawn.levels[""]
    document = drawing(top["nodes"], top["wires"], {id: level for id, level in drawn.levels.items() if id})
    reading = Reading(document)
    assert [found.message for found in reading.diagnostics() if found.level == "error"] == []
    program = Program(reading)
    torch.manual_seed(seed)
    net = build(emit.model(program).text).net().double()
    with torch.no_grad():
        for weight in net.parameters():
            weight.copy_(torch.randn_like(weight) / 2)
    data = {
        one["id"]: torch.randn(2, *one["params"]["shape"], dtype=torch.float64, requires_grad=True)
        for one in top["nodes"] if one["kind"] == "Input"
    }  # fmt: skip
    given = [data[born] for born, _ in program.net_arguments]
    weights = dict(net.named_parameters())
    inputs = {id: (value, id == "seq") for id, value in data.items()}
    meaning = Meaning(drawn, "", {}, inputs, weights, "").outputs()
    answers = flat(net(*given))
    for answer, (value, _) in zip(answers, _distinct(drawn, meaning), strict=True):
        torch.testing.assert_close(answer, value.expand_as(answer), rtol=1e-12, atol=1e-12)
    leaves = [*given, *weights.values()]
    expected = slopes([value for value, _ in _distinct(drawn, meaning)], leaves)
    for mine, theirs in zip(slopes(answers, leaves), expected, strict=True):
        assert (mine is None) == (theirs is None)
        if mine is not None:
            torch.testing.assert_close(mine, theirs, rtol=1e-10, atol=1e-10)
    check_weights(drawn, program, reading, weights)


def check_weights(drawn: Drawn, program: Program, reading: Reading, weights: Mapping[str, torch.Tensor]) -> None:
    """What is told of the weights is what is there."""
    living = {born for unit in program.units for born in unit.births}
    nodes = [node for node in reading.document.nodes() if node.born in living and not node.params.get("shares")]
    told = {f"{node.id}.{name}": shape for node in nodes for name, shape in weights_of(reading, node).items()}
    if not any(node["kind"] == "Neuron" for level in drawn.levels.values() for node in level["nodes"]):
        assert {key: tuple(value.shape) for key, value in weights.items()} == told
    assert sum(value.numel() for value in weights.values()) == sum(cost(reading, node.born) for node in nodes)


def cost(reading: Reading, born: str) -> int:
    return reading.cost(born).parameters or 0


def weights_of(reading: Reading, node: Any) -> dict[str, Any]:
    made = reading.document.make(node)
    return made.weights(*made.in_order(reading.inputs(node.born)))


def _distinct(drawn: Drawn, meaning: Mapping[str, Given]) -> list[Given]:
    """What the outputs get, each value once."""
    wires = {wire.split(" -> ")[1].split(".")[0]: wire.split(" -> ")[0] for wire in drawn.levels[""]["wires"]}
    return [meaning[id] for id in {wires[id]: id for id in reversed(meaning)}.values()][::-1]
