"""A trained network is asked: its answers equal the worker's own evaluation, and what cannot be read is said."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from runtime import cli
from runtime.data.table import DataError
from runtime.predict.answers import write
from runtime.predict.inputs import open_inputs
from runtime.predict.predictor import Answer, Predictor
from runtime.protocol import PROJECT
from runtime.runs import Run
from tests.runtime.training import Trained, text_of
from tests.runtime.training import train as train_text

Nodes = dict[str, tuple[str, dict[str, Any]]]


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEUROLOOM_STATE", str(tmp_path / "state"))
    return tmp_path


def train(folder: Path, text: str) -> Trained:
    folder.mkdir()
    (folder / PROJECT).write_text(text)
    return train_text(folder, text)


def mlp(data: tuple[str, dict[str, Any]], answers: int, loss: str, run: Mapping[str, Any] | None = None) -> str:
    nodes: Nodes = {
        "data": data, "scale": ("Standardize", {}), "flat": ("Flatten", {}), "fc1": ("Linear", {"out_features": 8}),
        "drop": ("Dropout", {"p": 0.4}), "norm": ("BatchNorm1d", {}), "fc2": ("Linear", {"out_features": answers}),
        "loss": (loss, {}), "adam": ("Adam", {"lr": 0.02}),
    }  # fmt: skip
    names = ["data.x", "scale", "flat", "fc1", "drop", "norm", "fc2"]
    chain = [f"{a if '.' in a else a + '.y'} -> {b}.x" for a, b in pairwise(names)]
    wires = [*chain, "fc2.y -> loss.prediction", "data.y -> loss.target", "loss.loss -> adam.loss"]
    return text_of(nodes, wires, {"epochs": 3, "threads": 1, **(run or {})})


def test_part(trained: Trained) -> list[np.ndarray]:
    """The rows of the test part, as the worker had them: x and y."""
    assert trained.session.setup is not None
    return [tensor.numpy() for tensor in trained.session.setup.loop.data["test"]]


test_part.__test__ = False  # type: ignore[attr-defined]


def figures(trained: Trained) -> Mapping[str, float]:
    return trained.run.metrics()["test"]


def ask(run: Run, rows: np.ndarray) -> Answer:
    """One answer for all rows, by way of a file."""
    np.save("rows.npy", rows)
    return whole(run, "rows.npy")


def whole(run: Run, data: str) -> Answer:
    predictor = Predictor(run)
    parts = [answers[0] for _, answers in predictor.answers(open_inputs(data, predictor.arguments))]
    joined = [np.concatenate([getattr(part, name) for part in parts]) if getattr(parts[0], name) is not None else None
              for name in ("numbers", "labels", "probabilities")]  # fmt: skip
    return Answer(parts[0].meaning, *joined)  # type: ignore[arg-type]


def test_classes_equal_the_workers_own_evaluation(place: Path) -> None:
    trained = train(place / "r", mlp(("Digits", {"batch_size": 50}), 10, "CrossEntropyLoss"))
    x, y = test_part(trained)
    answer = ask(trained.run, x)
    assert answer.probabilities is not None and answer.labels is not None
    np.testing.assert_allclose(answer.probabilities.sum(1), 1, atol=1e-6)
    surprise = -np.log(answer.probabilities[np.arange(len(y)), y]).mean()
    assert surprise == pytest.approx(figures(trained)["loss"], abs=1e-6)
    assert (answer.labels == answer.numbers.argmax(1)).all()
    assert 0 < (answer.labels == y).mean() <= 1


def test_the_same_question_has_the_same_answer_in_any_company(place: Path) -> None:
    trained = train(place / "r", mlp(("Digits", {"batch_size": 50}), 10, "CrossEntropyLoss"))
    x, _ = test_part(trained)
    one, all_ = ask(trained.run, x[:1]), ask(trained.run, x)
    np.testing.assert_allclose(one.numbers[0], all_.numbers[0], atol=1e-5)
    np.testing.assert_array_equal(ask(trained.run, x).numbers, all_.numbers)


@pytest.mark.parametrize("loss", ["BCEWithLogitsLoss", "HingeLoss"])
def test_yes_or_no(place: Path, loss: str) -> None:
    trained = train(place / "r", mlp(("BreastCancer", {}), 1, loss))
    x, y = test_part(trained)
    answer = ask(trained.run, x)
    assert answer.labels is not None
    assert (answer.labels == (answer.numbers > 0)).all()
    assert (answer.labels == y).mean() > 0.8
    if loss == "HingeLoss":
        assert answer.probabilities is None
        return
    assert answer.probabilities is not None
    right = np.where(y == 1, answer.probabilities, 1 - answer.probabilities)
    assert -np.log(right).mean() == pytest.approx(figures(trained)["loss"], abs=1e-5)
    assert answer.meaning.classes == ("malignant", "benign")


def regression(run: Mapping[str, Any] | None = None) -> str:
    nodes: Nodes = {
        "data": ("Diabetes", {}), "scale": ("Standardize", {}), "goal": ("Standardize", {}),
        "fc": ("Linear", {"out_features": 1}), "loss": ("MSELoss", {}), "adam": ("Adam", {"lr": 0.05}),
    }  # fmt: skip
    wires = ["data.x -> scale.x", "scale.y -> fc.x", "data.y -> goal.x", "fc.y -> loss.prediction",
             "goal.y -> loss.target", "loss.loss -> adam.loss"]  # fmt: skip
    return text_of(nodes, wires, {"epochs": 20, "threads": 1, **(run or {})})


def test_numbers_come_in_the_unit_of_the_data(place: Path) -> None:
    trained = train(place / "r", regression())
    x, y = test_part(trained)
    answer = ask(trained.run, x)
    spread = trained.weights["extras.goal.std"]
    assert answer.labels is None
    assert answer.numbers.shape == y.shape
    assert ((answer.numbers - y) ** 2).mean() / spread**2 == pytest.approx(figures(trained)["loss"], rel=1e-5)
    assert "unit of the data" in answer.meaning.why


# --- tables


HEAD = ["colour", "size", "kind", "note"]


def table(path: Path, rows: int = 120, seed: int = 0) -> list[list[str]]:
    chance = np.random.default_rng(seed)
    made = []
    for number in range(rows):
        colour, size = chance.choice(["red", "green", "blue"]), chance.normal()
        made.append(
            [
                colour,
                "" if number == 5 else f"{size:.3f}0",
                "plum" if (colour == "red") == (size > 0) else "pear",
                "a, b",
            ]
        )
    put(path, [HEAD, *made])
    return made


def put(path: Path, rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)


@pytest.fixture
def fruit(place: Path) -> Trained:
    table(place / "fruit.csv")
    text = mlp(
        ("CSV", {"path": "../fruit.csv", "target": "kind", "columns": ["colour", "size"]}), 2, "CrossEntropyLoss"
    )
    return train(place / "r", text)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_table_comes_back_with_its_answers(fruit: Trained, place: Path) -> None:
    assert fruit.code == 0
    (place / "fruit.csv").unlink()  # what the columns mean stands in the run
    asked = [["note", "size", "colour"], ["x", "0.50", "red"], ["y", "-1.0", "blue"], ["01", "", "green"]]
    put(place / "asked.csv", asked)
    assert cli.main(["predict", "d.loom", "--run", "r", "--input", "asked.csv", "-o", "out.csv"]) == 0
    out = read(place / "out.csv")
    assert [[row[name] for name in asked[0]] for row in out] == asked[1:]
    predictor = Predictor(fruit.run)
    mean = predictor.arguments[0].learned.means[-1]
    spread = np.array([[0, 0, 1, 0.5], [1, 0, 0, -1.0], [0, 1, 0, mean]], dtype=np.float32)
    wanted = ask(fruit.run, spread)
    assert wanted.probabilities is not None and wanted.labels is not None
    for row, chances, label in zip(out, wanted.probabilities, wanted.labels, strict=True):
        assert [float(row["probability pear"]), float(row["probability plum"])] == pytest.approx(
            chances.tolist(), abs=1e-6
        )
        assert row["prediction"] == ("pear", "plum")[label]


def test_every_form_says_the_same(fruit: Trained, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(place / "asked.csv", [["colour", "size"], *([["red", str(number / 10)] for number in range(200)])])
    for name in ("out.csv", "out.jsonl", "out.npz"):
        assert cli.main(["predict", "d.loom", "--run", "r", "--input", "asked.csv", "-o", name]) == 0
    capsys.readouterr()
    assert cli.main(["predict", "d.loom", "--run", "r", "--input", "asked.csv", "--json"]) == 0
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    spoken = [line for line in said if line["event"] == "prediction"]
    assert said[-1] == {"event": "predicted", "rows": 200}
    lines = [json.loads(line) for line in (place / "out.jsonl").read_text().splitlines()]
    assert [{"event": "prediction", **line} for line in lines] == spoken
    held = np.load(place / "out.npz")
    for at, row in enumerate(read(place / "out.csv")):
        assert row["prediction"] == lines[at]["prediction"] == ("pear", "plum")[held["prediction"][at]]
        assert (
            float(row["probability pear"])
            == lines[at]["probabilities"]["pear"]
            == float(str(held["probabilities"][at, 0]))
        )


def test_typed_rows_equal_those_of_a_file(fruit: Trained, place: Path) -> None:
    put(place / "asked.csv", [["colour", "size"], ["red", "0.5"], ["blue", "-1"]])
    wanted = whole(fruit.run, "asked.csv").numbers
    for text in ('[{"colour": "red", "size": 0.5}, {"size": -1, "colour": "blue"}]', '[["red", 0.5], ["blue", -1]]'):
        np.testing.assert_array_equal(whole(fruit.run, text).numbers, wanted)
    np.testing.assert_allclose(whole(fruit.run, '{"colour": "red", "size": 0.5}').numbers, wanted[:1], atol=1e-6)


def test_a_word_that_was_never_learned_is_said(fruit: Trained, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(place / "asked.csv", [["colour", "size"], ["red", "0.5"], ["mauve", "-1"]])
    assert cli.main(["predict", "d.loom", "--run", "r", "--input", "asked.csv"]) == 0
    said = capsys.readouterr()
    assert 'line 3, column "colour": "mauve" was never learned' in said.err
    assert said.out.splitlines()[0].split() == ["row", "prediction", "probability", "pear", "probability", "plum"]


BROKEN: dict[str, tuple[list[list[str]], list[str]]] = {
    "cell": (
        [["colour", "size"], ["red", "1"], ["red", "big"], ["red", "2"], ["red", "3"]],
        ["asked.csv", "line 3", "size", "big"],
    ),
    "column": ([["colour", "length"], ["red", "1"]], ["asked.csv", "lacks", '"size"', "length"]),
    "cells": ([["colour", "size"], ["red", "1", "2"]], ["asked.csv", "more cells"]),
    "none": ([["colour", "size"]], ["asked.csv", "no rows"]),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_table_is_a_sentence(
    fruit: Trained, place: Path, capsys: pytest.CaptureFixture[str], case: str
) -> None:
    rows, words = BROKEN[case]
    put(place / "asked.csv", rows)
    assert cli.main(["predict", "d.loom", "--run", "r", "--input", "asked.csv", "-o", "out.csv"]) == 1
    said = capsys.readouterr().err
    assert all(word in said for word in words), said
    assert not list(place.glob("out*"))


# --- arrays and typed rows


@pytest.fixture(scope="module")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    place = tmp_path_factory.mktemp("digits")
    return train(place / "r", mlp(("Digits", {"batch_size": 50}), 10, "CrossEntropyLoss", {"epochs": 1}))


ROWS: dict[str, tuple[Callable[[], Any], str]] = {
    "shape": (
        lambda: np.zeros((3, 8, 9)),
        "rows.npy has rows of 8×9 numbers, but data gives the network rows of 1×8×8",
    ),
    "missing": (lambda: np.where(np.arange(192).reshape(3, 64) == 70, np.nan, 1.0), "rows.npy, row 2"),
    "words": (lambda: np.full((3, 64), "a"), "something else than numbers"),
    "number": (lambda: np.float32(3), "a single number"),
}


@pytest.mark.parametrize("case", ROWS)
def test_arrays_that_do_not_fit(digits: Trained, case: str) -> None:
    made, words = ROWS[case]
    np.save("rows.npy", made())
    with pytest.raises(DataError, match=words.replace("(", ".")):
        whole(digits.run, "rows.npy")


def test_rows_in_all_their_forms(digits: Trained) -> None:
    x, _ = test_part(digits)
    wanted = ask(digits.run, x[:5]).numbers
    for rows in (x[:5].reshape(5, 64), x[:5, 0], x[:5].astype(int)):
        np.testing.assert_array_equal(ask(digits.run, rows).numbers, wanted)
    np.savez("rows.npz", anything=x[:5])
    np.testing.assert_array_equal(whole(digits.run, "rows.npz").numbers, wanted)
    Path("rows.json").write_text(json.dumps({"x": x[:5].tolist()}))
    np.testing.assert_array_equal(whole(digits.run, "rows.json").numbers, wanted)
    np.testing.assert_allclose(whole(digits.run, json.dumps(x[0].tolist())).numbers, wanted[:1], atol=1e-5)


@pytest.mark.parametrize(
    ("text", "words"),
    [("[[1, 2], [3]]", "row 2"), ("[[1, NaN]]", "NaN"), ("[", "JSON"), ("[]", "no rows"),
     ('[["a"]]', "else than numbers"),
     ('{"q": 1}', "no names"), ("nowhere.csv", "no file"), ("[[1, 2]]", "rows of 2 numbers")],
)  # fmt: skip
def test_what_cannot_be_asked(digits: Trained, text: str, words: str) -> None:
    with pytest.raises(DataError, match=words):
        whole(digits.run, text)


# --- pictures


def test_pictures_are_brought_to_size_and_colour(digits: Trained, place: Path) -> None:
    from PIL import Image

    x, _ = test_part(digits)
    (place / "digits" / "deep").mkdir(parents=True)
    names = ["a.png", "b.png", "deep/c.png"]
    for name, row in zip(names, x, strict=False):
        Image.fromarray((row[0] * 255 / 16).round().astype(np.uint8)).save(place / "digits" / name)
    exact = (np.round(x[:3] * 255 / 16) / 255 * 16).astype(np.float32)
    wanted = ask(digits.run, exact)
    np.testing.assert_allclose(whole(digits.run, "digits").numbers, wanted.numbers, atol=1e-4)
    large = Image.open(place / "digits" / "a.png").resize((64, 80), Image.Resampling.NEAREST).convert("RGB")
    large.save(place / "large.png")
    assert whole(digits.run, "large.png").numbers.shape == (1, 10)
    predictor = Predictor(digits.run)
    inputs = open_inputs("digits", predictor.arguments)
    assert write(place / "out.csv", inputs, predictor.answers(inputs)) == 3
    assert [row["file"] for row in read(place / "out.csv")] == names


def test_dark_on_light_is_turned_round(digits: Trained, place: Path) -> None:
    from PIL import Image

    row = test_part(digits)[0][0, 0]
    Image.fromarray(255 - (row * 255 / 16).round().astype(np.uint8)).save(place / "ink.png")
    predictor = Predictor(digits.run)
    given = open_inputs("ink.png", predictor.arguments, invert=True).batch(0, 1)["x"]
    np.testing.assert_allclose(given[0, 0], row, atol=0.05)


def test_a_picture_that_is_none(digits: Trained, place: Path) -> None:
    (place / "no.png").write_text("hello")
    with pytest.raises(DataError, match=r"no\.png is no readable picture"):
        whole(digits.run, "no.png")
    (place / "empty").mkdir()
    with pytest.raises(DataError, match="no pictures"):
        whole(digits.run, "empty")


def test_runs_that_cannot_be_asked(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["predict", "d.loom", "--run", "nowhere", "--input", "[1]"]) == 2
    assert cli.main(["predict", "d.loom", "--input", "[1]"]) == 2
    said = capsys.readouterr().err
    assert "There is no run in nowhere" in said
    assert "has no run that has learned anything" in said
