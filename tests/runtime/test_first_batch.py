"""What can be known before the first step is said before it, and the look changes nothing."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
import torch

import runtime.train.session as session_module
from runtime import emit
from runtime.build import build
from runtime.data.source import Source
from runtime.drawing import open_text
from runtime.program import Program
from runtime.train import rows as setting_up
from runtime.train.first_batch import wrong_rows
from tests.runtime.training import Trained, classifier, text_of, train


def failed(trained: Trained) -> str:
    failure = trained.run.failure()
    assert trained.code == 3
    assert failure is not None
    return failure.message


def normed(samples: int, run: dict[str, int] | None = None, **data: object) -> str:
    """Moons through a BatchNorm1d; without validation and test, so that all samples are trained on."""
    nodes = {
        "moons": ("Moons", {"samples": samples, "batch_size": 8, "validation": 0.0, "test": 0.0, **data}),
        "fc1": ("Linear", {"out_features": 4}),
        "bn1": ("BatchNorm1d", {}),
        "fc2": ("Linear", {"out_features": 2}),
        "loss": ("CrossEntropyLoss", {}),
        "adam": ("Adam", {}),
    }
    chain = ["moons.x -> fc1.x", "fc1.y -> bn1.x", "bn1.y -> fc2.x", "fc2.y -> loss.prediction"]
    wires = [*chain, "moons.y -> loss.target", "loss.loss -> adam.loss"]
    return text_of(nodes, wires, {"epochs": 2, "threads": 1, **(run or {})})


def test_a_last_batch_of_one_row_is_said_before_the_first_step(tmp_path: Path) -> None:
    trained = train(tmp_path / "run", normed(33))
    said = failed(trained)
    assert "The last batch has 1 row; bn1 needs 2" in said
    assert "set batch_size of moons to 7 (now 8)" in said
    assert "drop_last" in said
    assert len(trained.run.steps()) == 0
    assert trained.run.failure().node == "bn1"
    assert train(tmp_path / "other", normed(33, batch_size=7)).code == 0


def test_rows_that_fill_no_step_can_be_left_out(tmp_path: Path) -> None:
    trained = train(tmp_path / "run", normed(33, drop_last=True))
    assert trained.code == 0
    assert trained.run.job.steps_per_epoch == 4
    assert [epoch.step for epoch in trained.run.epochs()] == [4, 8]


def test_parts_of_a_step_may_be_of_one_row_too(tmp_path: Path) -> None:
    """33 rows in steps of 2 · 8: the last step has 1 row. 39: it has 7, in parts of 4 and 3."""
    assert "A part of the last step has 1 row" in failed(train(tmp_path / "a", normed(33, {"accumulate": 2})))
    assert train(tmp_path / "b", normed(39, {"accumulate": 2})).code == 0


def test_a_source_smaller_than_one_whole_step(tmp_path: Path) -> None:
    said = failed(train(tmp_path / "run", normed(7, drop_last=True)))
    assert "moons has 7 rows to train on, too few for one whole step of 8" in said


def test_places_and_frozen_norms_need_no_second_row() -> None:
    """One picture has many places in each channel; what is frozen uses what it knows."""
    frozen = json.loads(normed(33))
    next(node for node in frozen["nodes"] if node["id"] == "bn1")["params"]["frozen"] = True
    drawing = open_text(json.dumps(frozen), Path())
    assert wrong_rows(Program(drawing.reading), {"moons": 33}) is None
    digits = text_of(
        {
            "digits": ("Digits", {"batch_size": 8}),
            "bn": ("BatchNorm2d", {}),
            "flat": ("Flatten", {}),
            "fc": ("Linear", {"out_features": 10}),
            "loss": ("CrossEntropyLoss", {}),
            "adam": ("Adam", {}),
        },
        ["digits.x -> bn.x", "bn.y -> flat.x", "flat.y -> fc.x", "fc.y -> loss.prediction", "digits.y -> loss.target",
         "loss.loss -> adam.loss"],
        {},
    )  # fmt: skip
    drawing = open_text(digits, Path())
    assert wrong_rows(Program(drawing.reading), {"digits": 33}) is None


@pytest.mark.parametrize("shuffle", [True, False])
def test_whole_batches_of_the_source(shuffle: bool) -> None:
    """train.py gives only whole batches to learn from, all rows to look at; over the turns every row is seen."""
    drawing = open_text(classifier({}, {"moons": {"drop_last": True, "shuffle": shuffle}}), Path())
    program = Program(drawing.reading)
    module = build(emit.model(program).text, emit.train(program).text).train
    part = [torch.arange(27), torch.arange(27)]
    turns = [[batch[0] for batch in module.batches(part, turn)] for turn in range(40)]
    assert all([len(rows) for rows in turn] == [8, 8, 8] for turn in turns)
    assert all(len(set(torch.cat(turn).tolist())) == 24 for turn in turns)
    seen = set(torch.cat([rows for turn in turns for rows in turn]).tolist())
    assert seen == set(range(27 if shuffle else 24))
    assert sum(len(rows) for rows, _ in module.batches(part)) == 27


def test_of_several_sources_each_says_for_itself() -> None:
    nodes = {
        "a": ("Moons", {"samples": 40, "batch_size": 8, "drop_last": True}),
        "b": ("Moons", {"samples": 40, "batch_size": 5}),
        "one": ("Linear", {"out_features": 2}),
        "two": ("Linear", {"out_features": 2}),
        "loss_a": ("CrossEntropyLoss", {}),
        "loss_b": ("CrossEntropyLoss", {}),
        "adam": ("Adam", {}),
    }
    wires = [
        "a.x -> one.x", "b.x -> two.x", "one.y -> loss_a.prediction", "a.y -> loss_a.target",
        "two.y -> loss_b.prediction", "b.y -> loss_b.target", "loss_a.loss -> adam.loss", "loss_b.loss -> adam.loss",
    ]  # fmt: skip
    drawing = open_text(text_of(nodes, wires, {}), Path())
    program = Program(drawing.reading)
    module = build(emit.model(program).text, emit.train(program).text).train
    part = [torch.arange(27), torch.arange(27), torch.arange(12), torch.arange(12)]
    sizes = [(len(a), len(b)) for a, _, b, _ in module.batches(part, 0)]
    assert sizes == [(8, 5), (8, 5), (8, 2)]
    assert [source.steps(27, 1) for source in program.sources] == [3, 6]


# --- data


def spoiled(monkeypatch: pytest.MonkeyPatch, change: object, part: str = "train") -> None:
    """Lets the data of the next run be others than the drawing thinks."""
    plain = setting_up.load_sources

    def load_sources(*given: object) -> dict[str, Source]:
        found = plain(*given)
        for source in found.values():
            change(source.parts[part])
        return found

    monkeypatch.setattr(setting_up, "load_sources", load_sources)


def test_a_number_that_is_none_names_its_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def change(held: dict[str, torch.Tensor]) -> None:
        held["x"][3, 1] = float("nan")

    spoiled(monkeypatch, change, "validation")
    trained = train(tmp_path / "run", classifier({}))
    drawing = open_text(classifier({}), tmp_path)
    places = setting_up.load(drawing.document.make(drawing.document.node("moons")), tmp_path).places
    said = failed(trained)
    assert f"Row {places['validation'][3] + 1} of moons of the validation part has nan in x" in said
    assert len(trained.run.steps()) == 0


def test_a_class_without_a_score(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spoiled(monkeypatch, lambda held: held["y"].__setitem__(5, 2))
    said = failed(train(tmp_path / "run", classifier({})))
    assert "of moons has class 2; loss gets scores for 2, from 0 on" in said


def tokens(tmp_path: Path, most: int) -> str:
    """Rows of tokens in an array, looked up in a table of ten."""
    rng = np.random.default_rng(0)
    x = rng.integers(0, 10, (60, 5))
    x[41, 2] = most
    np.savez(tmp_path / "reviews.npz", x=x, y=rng.integers(0, 2, 60))
    nodes = {
        "reviews": ("Arrays", {"path": "reviews.npz", "inputs_are": "tokens", "batch_size": 8}),
        "emb": ("Embedding", {"num_embeddings": 10, "embedding_dim": 4}),
        "flat": ("Flatten", {}),
        "fc": ("Linear", {"out_features": 2}),
        "loss": ("CrossEntropyLoss", {}),
        "adam": ("Adam", {}),
    }
    chain = ["reviews.x -> emb.x", "emb.y -> flat.x", "flat.y -> fc.x", "fc.y -> loss.prediction"]
    return text_of(nodes, [*chain, "reviews.y -> loss.target", "loss.loss -> adam.loss"], {"epochs": 1, "threads": 1})


def test_a_token_beyond_the_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file changes between the look while drawing and the training."""
    text = tokens(tmp_path, 9)
    drawing = open_text(text, tmp_path)
    tokens(tmp_path, 10)
    monkeypatch.setattr("tests.runtime.training.open_text", lambda *given: drawing)
    (tmp_path / "run").mkdir()
    np.savez(tmp_path / "run" / "reviews.npz", **dict(np.load(tmp_path / "reviews.npz")))
    said = failed(train(tmp_path / "run", text))
    assert "Row 42 of reviews" in said
    assert "has token 10; emb holds 10, from 0 on: set its num_embeddings higher" in said


# --- the look itself


def test_the_look_moves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = train(tmp_path / "looked", classifier({"epochs": 2}))
    monkeypatch.setattr(session_module, "look", lambda *given: None)
    plain = train(tmp_path / "plain", classifier({"epochs": 2}))
    assert np.array_equal(looked.run.steps()[:, 1:], plain.run.steps()[:, 1:])
    assert all(np.array_equal(tensor, plain.weights[key]) for key, tensor in looked.weights.items())


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        ("torch.zeros(x.shape[0], 7)", "fc1 gives (8, 7) of float32 for the first batch, where"),
        ("torch.zeros(x.shape[0], 12).long()", "of int64 for the first batch"),
    ],
)  # fmt: skip
def test_what_computes_otherwise_than_drawn_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, returned: str, said: str
) -> None:
    plain = emit.model

    def other(*given: object) -> object:
        source = plain(*given)
        text = source.text.replace("import torch", f"import torch\n\n\nclass Other(torch.nn.Linear):\n"
                                   f"    def forward(self, x):\n        return {returned}", 1)  # fmt: skip
        return dataclasses.replace(source, text=text.replace("self.fc1 = nn.Linear(", "self.fc1 = Other("))

    monkeypatch.setattr(emit, "model", other)
    assert said in failed(train(tmp_path / "run", classifier({})))
