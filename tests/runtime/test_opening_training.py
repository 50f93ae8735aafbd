"""A Linear that is opened, and a row that is closed, train to the same numbers to the last bit."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from graph import edits, project
from graph.catalogue import standard
from graph.document import Document
from graph.project import parse, write
from runtime import emit, launch
from runtime.protocol import State
from tests.runtime.drawings import EXAMPLES, built, drawn, program_of

X, Y = torch.randn(40, 4, generator=torch.Generator().manual_seed(1)), torch.arange(40) % 3


def mlp(bias: bool = True, values: Any = None) -> Document:
    params: dict[str, Any] = {"out_features": 5, "bias": bias, **({"values": values} if values else {})}
    nodes = {
        "iris": ("Iris", {}), "fc1": ("Linear", params), "tanh1": ("Tanh", {}),
        "head": ("Linear", {"out_features": 4}), "relu1": ("ReLU", {}), "fc2": ("Linear", {"out_features": 3}),
        "loss": ("CrossEntropyLoss", {}), "adam": ("Adam", {"lr": 0.01}),
    }  # fmt: skip
    wires = ["iris.x -> fc1.x", "fc1.y -> tanh1.x", "tanh1.y -> head.x", "head.y -> relu1.x", "relu1.y -> fc2.x",
             "fc2.y -> loss.prediction", "iris.y -> loss.target", "loss.loss -> adam.loss"]  # fmt: skip
    return drawn(nodes, wires, {"seed": 3})


def trained(document: Document, steps: int = 25) -> dict[str, torch.Tensor]:
    """The weights after some steps, by key."""
    torch.manual_seed(3)
    training = built(program_of(document), train=True).training()
    for _ in range(steps):
        training.step(X, Y)
    state: dict[str, torch.Tensor] = training.net.state_dict()
    return state


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[key], other[key]) for key in one)


@pytest.mark.parametrize("opened", [["fc1"], ["head"], ["fc1", "head", "fc2"]])
@pytest.mark.parametrize("bias", [True, False])
def test_opened_and_closed_again_it_is_the_same_model(opened: list[str], bias: bool) -> None:
    plain, document = mlp(bias), mlp(bias)
    rows = [edits.open_linear(document, born) for born in opened]
    assert emit.model(program_of(document)).text == emit.model(program_of(plain)).text
    wanted = trained(plain)
    assert same(trained(document), wanted)
    for row in rows:
        edits.close_row(document, row)
    assert same(trained(document), wanted)
    assert not same(trained(plain, 24), wanted)


def test_typed_values_are_where_training_starts() -> None:
    values = [round(0.1 * at - 1, 2) for at in range(25)]
    plain, document = mlp(values=values), mlp(values=values)
    start = trained(plain, 0)
    torch.testing.assert_close(start["fc1.weight"].flatten(), torch.tensor(values[:20]))
    torch.testing.assert_close(start["fc1.bias"], torch.tensor(values[20:]))
    edits.open_linear(document, "fc1")
    assert same(trained(document), trained(plain))


def hand_drawn() -> Document:
    """Two rows drawn neuron by neuron, and a last one."""
    nodes: dict[str, Any] = {"iris": ("Iris", {})}
    wires: list[Any] = []
    for at in (1, 2, 3):
        nodes[f"h{at}"], nodes[f"i{at}"] = ("Neuron", {"activation": "tanh"}), ("Neuron", {"activation": "relu"})
        wires.append(f"iris.x -> h{at}.x")
        wires += [f"h{source}.y -> i{at}.x" for source in (1, 2, 3)]
    nodes |= {"fc": ("Linear", {"out_features": 3}), "joined": ("Concatenate", {}), "loss": ("CrossEntropyLoss", {})}
    nodes |= {"adam": ("Adam", {"lr": 0.01})}
    wires += [f"i{at}.y -> joined.{'abc'[at - 1]}" for at in (1, 2, 3)]
    wires += ["joined.y -> fc.x", "fc.y -> loss.prediction", "iris.y -> loss.target", "loss.loss -> adam.loss"]
    return drawn(nodes, wires)


CLOSE: list[Callable[[Document], object]] = [
    lambda doc: edits.close_row(doc, ["h1", "h2", "h3"]),
    lambda doc: edits.close_row(doc, ["i3", "i1", "i2"]),
    lambda doc: (edits.close_row(doc, ["h1", "h2", "h3"]), edits.close_row(doc, ["i1", "i2", "i3"])),
    lambda doc: (edits.close_row(doc, ["i1", "i2", "i3"]), edits.close_row(doc, ["h1", "h2", "h3"])),
]


@pytest.mark.parametrize("close", CLOSE)
def test_closing_rows_drawn_by_hand_changes_no_bit(close: Callable[[Document], object]) -> None:
    plain, document = hand_drawn(), hand_drawn()
    close(document)
    assert any(node.kind == "Linear" and node.id != "fc" for node in document.nodes())
    one, other = trained(plain), trained(document)
    assert all(torch.equal(a, b) for a, b in zip(one.values(), other.values(), strict=True))


@pytest.mark.timeout(200)
def test_two_real_runs_end_in_the_same_weights(tmp_path: Path) -> None:
    text = (EXAMPLES / "iris-mlp.loom").read_text(encoding="utf-8")
    document = parse(text, standard())
    linear = next(node.born for node in document.nodes() if node.kind == "Linear")
    edits.open_linear(document, linear)
    held = []
    for name, drawing in (("plain", text), ("opened", write(document))):
        run = launch.start(drawing, folder=tmp_path / name, overrides={"epochs": 4})
        assert launch.wait(run, 90.0).state is State.FINISHED, run.failure() or run.log()
        tensors = load_file(run.path / "checkpoints" / "last.safetensors")
        held.append({key: tensor for key, tensor in tensors.items() if key.startswith("net.")})
    assert same(*held)
    assert project.parse(write(document), standard()).nodes()
