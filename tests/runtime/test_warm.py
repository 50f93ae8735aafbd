"""A training begins with the weights of another: matched by path, then by birth; what begins anew is said."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from runtime import cli
from runtime.exports.weights import packing
from runtime.protocol import PROJECT, Job
from runtime.recorder import Recorder
from runtime.runs import Run
from runtime.train.loop import Loop
from runtime.train.session import Session
from runtime.train.state import weights
from runtime.train.warm import NoBeginning, given, match
from tests.runtime.training import StopAt, Trained, classifier, text_of, train

Arrays = dict[str, np.ndarray]


def trained(folder: Path, text: str) -> Trained:
    folder.mkdir()
    (folder / PROJECT).write_text(text)
    return train(folder, text)


class Begins(Session):
    """Keeps the weights as they are before the first step, and goes no further than that step."""

    first: Arrays

    def _run(self, loop: Loop) -> Any:
        self.first = {key: tensor.numpy().copy() for key, tensor in weights(loop.training).items()}
        loop.followers.append(StopAt(1))
        return super()._run(loop)


def begun(folder: Path, text: str, start: Path) -> tuple[Begins, list[str]]:
    """A training from certain weights, and what it said."""
    from runtime.drawing import open_text

    folder.mkdir()
    job = Job(key="k", name=folder.name, base=str(folder), begin=str(start))
    with Recorder(folder) as recorder:
        session = Begins(recorder, lambda: open_text(text, folder), job)
        session.train(None)
    run = Run(folder)
    failure = run.failure()
    said = [event.data["text"] for event in run.events() if event.event == "message"]
    return session, [*said, *([failure.message] if failure else [])]


def renamed(text: str, names: Mapping[str, str]) -> str:
    """The same drawing with other names, and births as they were."""
    held = json.loads(text)
    for node in held["nodes"]:
        node["born"] = node["id"]
        node["id"] = names.get(node["id"], node["id"])
    wires = []
    for wire in held["wires"]:
        ends = [end.strip().partition(".") for end in wire.split("->")]
        wires.append(" -> ".join(f"{names.get(id, id)}.{port}" for id, _, port in ends))
    return json.dumps({**held, "wires": wires})


def test_all_weights_are_equal_to_the_bit_at_the_first_step(tmp_path: Path) -> None:
    first = trained(tmp_path / "a", classifier({}))
    session, said = begun(tmp_path / "b", classifier({"seed": 7}), tmp_path / "a")
    held = {key: value for key, value in first.weights.items() if key.startswith("net.")}
    assert held.keys() == session.first.keys()
    for key, value in held.items():
        np.testing.assert_array_equal(session.first[key], value)
    assert any(text.startswith("Begins with the weights of a: scale, fc1 and fc2") for text in said)
    assert not any("anew" in text for text in said)


def test_what_does_not_fit_begins_anew_and_is_said(tmp_path: Path) -> None:
    first = trained(tmp_path / "a", classifier({}))
    wider = classifier({}, {"fc2": {"out_features": 3}})
    session, said = begun(tmp_path / "b", wider, tmp_path / "a")
    np.testing.assert_array_equal(session.first["net.fc1.weight"], first.weights["net.fc1.weight"])
    fresh = trained(tmp_path / "c", wider).session.setup
    assert fresh is not None
    assert session.first["net.fc2.weight"].shape == (3, 12)
    assert "Begins anew: fc2 (its weight is 3×12 here and 2×12 there)." in said


def test_what_takes_no_part_any_more_is_said(tmp_path: Path) -> None:
    trained(tmp_path / "a", classifier({"epochs": 1}))
    other = classifier({}).replace('"id": "fc1",', '"id": "fc1", "state": "bypassed",')
    _, said = begun(tmp_path / "b", other, tmp_path / "a")
    assert "Left out: fc1 (bypassed here)." in said
    assert any("fc2" in text and text.startswith("Begins anew") for text in said)


def test_renamed_nodes_are_known_by_their_birth(tmp_path: Path) -> None:
    first = trained(tmp_path / "a", classifier({}))
    session, said = begun(
        tmp_path / "b", renamed(classifier({"seed": 5}), {"fc1": "hidden", "scale": "even"}), tmp_path / "a"
    )
    np.testing.assert_array_equal(session.first["net.hidden.weight"], first.weights["net.fc1.weight"])
    np.testing.assert_array_equal(session.first["net.even.mean"], first.weights["net.scale.mean"])
    assert not any("anew" in text for text in said)


def test_a_path_goes_before_a_birth() -> None:
    mine = {"net.a.weight": torch.zeros(2), "net.b.weight": torch.zeros(2), "net.c.weight": torch.zeros(3)}
    there = {
        "net.a.weight": torch.ones(2),
        "net.old.weight": torch.ones(2),
        "net.c.weight": torch.ones(4),
        "net.d.weight": torch.ones(3),
    }
    own = {"net.a": ("one",), "net.b": ("two",), "net.c": ("three",)}
    others = {"net.a": ("two",), "net.old": ("one",), "net.c": ("four",), "net.d": ("three",)}
    taken = match(mine, there, own, others)
    assert taken == {"net.a.weight": "net.a.weight", "net.b.weight": "net.a.weight", "net.c.weight": "net.d.weight"}


def test_weights_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from safetensors.torch import save_file

    first = trained(tmp_path / "a", classifier({}))
    held = {
        key.removeprefix("net."): torch.from_numpy(value) for key, value in first.weights.items() if key[:4] == "net."
    }
    save_file(held, tmp_path / "mine.safetensors")
    session, _ = begun(tmp_path / "b", classifier({"seed": 7}), tmp_path / "mine.safetensors")
    np.testing.assert_array_equal(session.first["net.fc2.bias"], first.weights["net.fc2.bias"])


def test_a_start_that_gives_nothing_is_refused(tmp_path: Path) -> None:
    trained(tmp_path / "a", classifier({}))
    nodes = {
        "iris": ("Iris", {}),
        "fc": ("Linear", {"out_features": 3}),
        "loss": ("CrossEntropyLoss", {}),
        "sgd": ("SGD", {}),
    }
    other = text_of(
        nodes, ["iris.x -> fc.x", "fc.y -> loss.prediction", "iris.y -> loss.target", "loss.loss -> sgd.loss"], {}
    )
    _, said = begun(tmp_path / "b", other, tmp_path / "a")
    assert said[-1].startswith("Nothing in a fits this drawing")
    (tmp_path / "broken.safetensors").write_text("x")
    with pytest.raises(NoBeginning, match="cannot be read"):
        given(tmp_path / "broken.safetensors")


def test_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEUROLOOM_STATE", str(tmp_path / "state"))
    (tmp_path / "m.loom").write_text(classifier({"epochs": 2}))
    assert cli.main(["train", "m.loom", "--from", "nothing"]) == 2
    assert cli.main(["train", "m.loom"]) == 0
    assert cli.main(["train", "m.loom", "--from", "m-001", "--seed", "3"]) == 0
    assert "There is no run and no file nothing" in capsys.readouterr().err
    run = Run(tmp_path / "runs" / "m-002")
    assert run.job.begin == str(tmp_path / "runs" / "m-001")
    assert any("Begins with the weights of m-001" in str(event.data.get("text")) for event in run.events())
    assert cli.main(["train", "m.loom", "--resume", "--from", "m-001"]) == 2


def test_single_neurons_keep_their_weights_when_they_are_packed_otherwise(tmp_path: Path) -> None:
    """Three neurons that were one Linear: the middle one gets another activation, and one a wire more."""
    nodes: dict[str, tuple[str, dict[str, Any]]] = {
        "xor": ("XOR", {}),
        **{f"h{at}": ("Neuron", {"activation": "tanh"}) for at in (1, 2, 3)},
        "out": ("Neuron", {}),
        "loss": ("BCEWithLogitsLoss", {}),
        "adam": ("Adam", {}),
    }
    into = [f"xor.x -> h{at}.x" for at in (1, 2, 3)]
    ends = ["out.y -> loss.prediction", "xor.y -> loss.target", "loss.loss -> adam.loss"]
    wires = [*into, *(f"h{at}.y -> out.x" for at in (1, 2, 3)), *ends]
    first = trained(tmp_path / "first", text_of(nodes, wires, {"epochs": 3, "threads": 1}))
    nodes["h2"] = ("Neuron", {"activation": "relu"})
    other = text_of(nodes, [*wires, "h1.y -> h3.x"], {"epochs": 1, "threads": 1})
    second, said = begun(tmp_path / "second", other, first.run.path)
    table = packing(second.setup.program)  # type: ignore[union-attr]  # it has been set up

    def of(id: str) -> np.ndarray:
        key, *place = table[id]["weight"]
        held = second.first[f"net.{key}"]
        return held[place[0]] if len(place) == 1 else held[place[0] : place[1]]

    before = first.weights["net.h.weight"]
    assert [len(of(id)) for id in ("h1", "h2", "h3")] == [2, 2, 3]
    for at, id in enumerate(("h1", "h2")):
        assert np.array_equal(of(id), before[at])
    assert np.array_equal(of("h3")[:2], before[2])
    assert any("Begins anew" in text for text in said)
