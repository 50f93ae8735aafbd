"""What a run has learned is found in its checkpoint without torch, and typed into the drawing it was drawn from."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from graph import edits
from graph.catalogue import standard
from graph.document import Document
from graph.evaluate import evaluate, sources
from graph.project import parse, write
from graph.reading import Reading
from runtime import launch, learned
from runtime.protocol import State
from runtime.runs import Run
from tests.runtime.drawings import EXAMPLES, built, program_of

ROOT = Path(__file__).resolve().parents[2]


def opened(name: str) -> Document:
    return parse((EXAMPLES / f"{name}.loom").read_text(encoding="utf-8"), standard())


def trained(document: Document, folder: Path, epochs: int = 5) -> Run:
    run = launch.start(write(document), folder=folder, overrides={"epochs": epochs})
    assert launch.wait(run, 90.0).state is State.FINISHED, run.failure() or run.log()
    return run


def state_of(run: Run) -> dict[str, torch.Tensor]:
    path = run.weights()
    assert path is not None
    tensors = load_file(path)
    return {key.removeprefix("net."): tensor for key, tensor in tensors.items() if key.startswith("net.")}


@pytest.mark.timeout(120)
def test_neurons_take_what_they_have_learned(tmp_path: Path) -> None:
    document = opened("xor-neurons")
    run = trained(document, tmp_path / "run")
    before, reading = opened("xor-neurons"), Reading(document)
    edits.rename(document, document.find("h1").born, "first")  # type: ignore[union-attr]
    found = learned.neurons(run, before, reading)
    assert edits.adopt_weights(document, found) == 4
    given = dict(zip(sources(document, "out"), (1.0, 0.0), strict=True))
    by_hand = evaluate(document, Reading(document), given)["out"].output
    net = built(program_of(before)).net()
    net.load_state_dict(state_of(run))
    assert by_hand == pytest.approx(net(torch.tensor([[1.0, 0.0]])).item(), abs=1e-5)
    adopted = built(program_of(document)).net()
    for one, other in zip(adopted.parameters(), net.parameters(), strict=True):
        assert torch.equal(one, other)


@pytest.mark.timeout(120)
def test_a_linear_opens_into_what_it_has_learned(tmp_path: Path) -> None:
    document = opened("iris-mlp")
    born = next(node.born for node in document.nodes() if node.kind == "Linear")
    run = trained(document, tmp_path / "run", 3)
    held = learned.linear(run, document, born)
    edits.open_linear(document, born, held.weights, held.biases)
    wanted = state_of(run)
    net = built(program_of(document)).net()
    key = document.node(born).id
    assert torch.equal(net.state_dict()[f"{key}.weight"], wanted[f"{key}.weight"])
    assert torch.equal(net.state_dict()[f"{key}.bias"], wanted[f"{key}.bias"])


@pytest.mark.timeout(120)
def test_what_cannot_be_taken_says_why(tmp_path: Path) -> None:
    document = opened("iris-mlp")
    run = trained(document, tmp_path / "run", 1)
    with pytest.raises(learned.NothingLearned, match="no single neurons"):
        learned.neurons(run, document, Reading(document))
    with pytest.raises(learned.NothingLearned, match="did not train this node"):
        learned.linear(run, document, "nobody")
    path = run.weights()
    assert path is not None
    path.write_bytes(b"rubbish")
    with pytest.raises(learned.NothingLearned, match="cannot be read"):
        learned.neurons(run, document, Reading(document))


def test_it_needs_no_torch() -> None:
    code = "import sys, runtime.learned, safetensors; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
