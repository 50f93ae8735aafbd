"""Every form gives every template's own answers back, and says in a sentence why it cannot."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch

from graph.catalogue import standard
from graph.project import read
from graph.reading import Reading
from runtime.exports import FORMS, ExportError, Take, export
from runtime.exports.take import examples, furthest, make_net, named_states, with_states
from runtime.facts import answer
from tests.runtime.drawings import EXAMPLES, drawn

ROOT = Path(__file__).resolve().parents[2]

TEMPLATES = sorted(path.stem for path in EXAMPLES.glob("*.loom"))
ELSEWHERE = {"transfer-mnist", "stateful-chars"}
"""They are written in both forms, and run, by test_pretrained.py and test_stateful.py."""
LIKE_OTHERS = {"primes-gru", "digits-recurrent", "imbalanced"}
"""To a converter they are what chars-gru, lstm-forecast with rnn-from-gates, and spirals-mlp are."""
CONVERTED = [name for name in TEMPLATES if name not in ELSEWHERE | LIKE_OTHERS]


def take(name: str) -> Take:
    document = read(EXAMPLES / f"{name}.loom", standard())
    reading = Reading(document, EXAMPLES)
    for question in reading.open_questions():
        reading.tell(question, answer(question))
    return Take(document, reading, name, EXAMPLES)


def learned(name: str) -> Take:
    """A take with weights that no seed gives, about as large as a run would leave them."""
    fresh = take(name)
    state = make_net(fresh, fresh.program()).state_dict()
    chance = torch.Generator().manual_seed(9)
    weights = {}
    for key, tensor in state.items():
        moved = torch.rand(tensor.shape, generator=chance)
        weights[key] = (tensor.double() * (1 + 0.2 * moved) + 0.02 * (moved - 0.5)).to(tensor.dtype)
    return Take(fresh.document, fresh.reading, name, EXAMPLES, weights)


def test_every_form_has_its_file() -> None:
    for form in FORMS.values():
        assert (Path(__file__).parent.parent.parent / "runtime" / "exports" / f"{form.module or form.name}.py").exists()
        assert form.title
        assert form.help.endswith(".")


@pytest.mark.parametrize("name", TEMPLATES)
def test_python_alone_gives_the_same_answers(name: str, tmp_path: Path) -> None:
    given = learned(name)
    export("python", given, tmp_path / "out")
    program = given.program()
    inputs = examples(program, 6)
    torch.save(list(inputs.values()), tmp_path / "inputs.pt")
    code = (
        f"import sys; sys.path.insert(0, 'out'); import torch; {_repaired(tmp_path)}"
        "from model import Net; net = Net().eval(); "
        "net.load_state_dict(torch.load('out/weights.pt', weights_only=True)); "
        "torch.save(net(*torch.load('inputs.pt', weights_only=True)), 'answer.pt')"
    )
    subprocess.run([sys.executable, "-I", "-c", code], cwd=tmp_path, check=True, timeout=120)
    answer = torch.load(tmp_path / "answer.pt", weights_only=True)
    assert furthest(answer, make_net(given, program)(*inputs.values())) <= 1e-6


def _repaired(folder: Path) -> str:
    """torchvision may not import beside a torch from elsewhere; what mends that for us is no part of an export."""
    if "torchvision" not in (folder / "out" / "model.py").read_text():
        return ""
    return f"sys.path.append({str(ROOT)!r}); from runtime.pretrained import bringing; bringing.torchvision(); "


def test_python_as_a_zip_file(tmp_path: Path) -> None:
    export("python", take("iris-mlp"), tmp_path / "iris.zip")
    with zipfile.ZipFile(tmp_path / "iris.zip") as archive:
        assert sorted(archive.namelist()) == [
            f"iris/{name}" for name in ("README.md", "data.pt", "model.py", "train.py", "weights.pt")
        ]


def test_the_exported_training_runs_twice_alike(tmp_path: Path) -> None:
    export("python", take("iris-mlp"), tmp_path)
    runs = [
        subprocess.run(
            [sys.executable, "train.py"], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=True
        )
        for _ in range(2)
    ]
    assert runs[0].stdout == runs[1].stdout
    assert "test {'loss'" in runs[0].stdout


@pytest.mark.parametrize("name", ["digits-cnn", "neuron-by-hand", "diabetes-regression"])
def test_weights_bear_the_names_of_the_nodes(name: str, tmp_path: Path) -> None:
    from safetensors import safe_open

    given = learned(name)
    export("weights", given, tmp_path / "w.safetensors")
    assert given.weights is not None
    with safe_open(tmp_path / "w.safetensors", "pt") as file:
        assert set(file.keys()) == set(given.weights)
        for key in file.keys():  # noqa: SIM118 - the file is no mapping
            torch.testing.assert_close(file.get_tensor(key), given.weights[key])
        packing = json.loads(file.metadata().get("neurons", "{}"))
    ids = {node.id for node in given.document.nodes()}
    units = {unit.id for unit in given.program().net}
    assert {key.split(".")[0] for key in given.weights} <= units
    assert set(packing) == ({"h1", "h2", "y"} & ids if name == "neuron-by-hand" else set())


@pytest.mark.parametrize("name", CONVERTED)
def test_onnx_agrees_for_other_batches(name: str, tmp_path: Path) -> None:
    import onnxruntime

    given = learned(name)
    export("onnx", given, tmp_path / "m.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "m.onnx", providers=["CPUExecutionProvider"])
    program = given.program()
    net = make_net(given, program)
    inputs = with_states(program, net, examples(program, 11))
    answer = session.run(None, {key: value.numpy() for key, value in named_states(program, inputs).items()})
    wanted = net(**inputs)
    assert furthest([np.asarray(part) for part in answer], wanted) <= 1e-5


@pytest.mark.parametrize("name", CONVERTED)
def test_pt2_agrees_for_other_batches(name: str, tmp_path: Path) -> None:
    given = learned(name)
    export("pt2", given, tmp_path / "m.pt2")
    program = given.program()
    net = make_net(given, program)
    inputs = with_states(program, net, examples(program, 11))
    back = torch.export.load(tmp_path / "m.pt2").module()
    assert furthest(back(**inputs), net(**inputs)) <= 1e-6


@pytest.mark.parametrize("form", ["onnx", "pt2"])
def test_a_recurrent_network_with_open_batch(form: str, tmp_path: Path) -> None:
    nodes = {
        "words": ("Input", {"shape": [7], "classes": 12}),
        "table": ("Embedding", {"num_embeddings": 12, "embedding_dim": 5}),
        "lstm": ("LSTM", {"hidden_size": 6}),
        "fc": ("Linear", {"out_features": 3}),
    }
    document = drawn(nodes, ["words.x -> table.x", "table.y -> lstm.x", "lstm.y -> fc.x"])
    export(form, Take(document, Reading(document)), tmp_path / "out")
    assert (tmp_path / "out").stat().st_size > 100


@pytest.mark.parametrize("form", ["onnx", "pt2"])
@pytest.mark.parametrize("kind", ["GRU", "TransformerEncoderLayer"])
def test_a_length_stays_open_where_it_can(form: str, kind: str, tmp_path: Path) -> None:
    fixed = (form, kind) == ("pt2", "GRU")  # torch.export writes a recurrent layer out step by step
    nodes = {"s": ("Input", {"shape": [7, 4], "sequence": True}), "it": (kind, {})}
    document = drawn(nodes, ["s.x -> it.x"])
    told = export(form, Take(document, Reading(document)), tmp_path / "out")
    assert told.endswith("Sequences must have 7 steps: PyTorch writes each out.") == fixed


def test_what_onnx_cannot_hold_is_said_as_it_is(tmp_path: Path) -> None:
    nodes = {"s": ("Input", {"shape": [7, 4]}), "it": ("ScaledDotProductAttention", {})}
    document = drawn(nodes, ["s.x -> it.query"])
    with pytest.raises(ExportError, match="as ONNX: only 4D query"):
        export("onnx", Take(document, Reading(document)), tmp_path / "out")


def test_weights_of_another_drawing_are_refused(tmp_path: Path) -> None:
    other = learned("iris-mlp").weights
    given = take("digits-mlp")
    with pytest.raises(ExportError, match="do not belong to this drawing"):
        export("weights", Take(given.document, given.reading, weights=other), tmp_path / "w.safetensors")
    assert not (tmp_path / "w.safetensors").exists()


def test_a_missing_tool_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.exports.onnx.TOOLS", ("onnx", "a_tool_nobody_has"))
    with pytest.raises(ExportError, match="pip install a_tool_nobody_has"):
        export("onnx", take("iris-mlp"), tmp_path / "m.onnx")


@pytest.mark.parametrize("form", FORMS)
def test_a_wrong_drawing_gives_its_sentence(form: str, tmp_path: Path) -> None:
    if form in ("svg", "pdf", "png"):
        pytest.skip("a wrong drawing can be drawn")
    document = drawn({"img": ("Input", {"shape": [4]}), "conv": ("Conv2d", {})}, ["img.x -> conv.x"])
    with pytest.raises(ExportError, match="conv"):
        export(form, Take(document, Reading(document)), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_unknown_form_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="There is no form doc; there are python"):
        export("doc", take("iris-mlp"), tmp_path / "x")


def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportError, match="could not be"):
        export("weights", take("iris-mlp"), tmp_path / "file" / "w.safetensors")
