"""Texts, series and whole numbers are asked about as they are written; answers equal those for the bare rows."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from runtime import cli
from runtime.data.source import load
from runtime.data.table import DataError
from runtime.predict.continuing import text
from runtime.predict.inputs import open_inputs
from runtime.predict.predictor import Predictor
from runtime.predict.series import beginning
from runtime.predict.serve import Desk
from runtime.predict.wording import wording
from runtime.protocol import PROJECT
from tests.runtime.training import Trained, text_of, train

Nodes = dict[str, tuple[str, dict[str, Any]]]
ENDS = ["data.y -> loss.target", "loss.loss -> adam.loss"]


def trained(
    place: Path, data: tuple[str, dict[str, Any]], *layers: tuple[str, str, dict[str, Any]], loss: str
) -> Trained:
    """A chain of layers behind data, trained for two epochs."""
    nodes: Nodes = {"data": data, **{id: (kind, params) for id, kind, params in layers}, "loss": (loss, {})}
    nodes["adam"] = ("Adam", {"lr": 0.02})
    ports = ["data.x", *(f"{id}.y" for id, _, _ in layers)]
    wires = [f"{port} -> {id}.x" for port, (id, _, _) in zip(ports, layers, strict=False)]
    drawing = text_of(nodes, [*wires, f"{ports[-1]} -> loss.prediction", *ENDS], {"epochs": 2, "threads": 1})
    (place / PROJECT).write_text(drawing)
    made = train(place, drawing)
    assert made.code == 0
    return made


def told(out: Path) -> list[dict[str, str]]:
    """The rows of a table that was written."""
    with out.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def topics(tmp_path_factory: pytest.TempPathFactory) -> Predictor:
    layers = (("bag", "EmbeddingBag", {"padding_idx": 0}), ("fc", "Linear", {"out_features": 4}))
    place = tmp_path_factory.mktemp("topics")
    return Predictor(trained(place, ("Sentences", {"answer": "topic"}), *layers, loss="CrossEntropyLoss").run)


@pytest.fixture(scope="module")
def ends(tmp_path_factory: pytest.TempPathFactory) -> Predictor:
    layers = (
        ("embed", "Embedding", {"embedding_dim": 8}),
        ("gru", "GRU", {"hidden_size": 8, "bidirectional": True}),
        ("fc", "Linear", {"out_features": 2}), ("turn", "Transpose", {"dim0": 1, "dim1": 2}),
    )  # fmt: skip
    place = tmp_path_factory.mktemp("ends")
    return Predictor(trained(place, ("WordEnds", {"length": 16, "stride": 64}), *layers, loss="CrossEntropyLoss").run)


@pytest.fixture(scope="module")
def nile(tmp_path_factory: pytest.TempPathFactory) -> Predictor:
    pytest.importorskip("statsmodels")
    layers = (("rnn", "RNN", {"hidden_size": 4}), ("last", "LastStep", {}), ("fc", "Linear", {"out_features": 1}))
    place = tmp_path_factory.mktemp("nile")
    return Predictor(trained(place, ("Series", {"series": "nile", "length": 6}), *layers, loss="MSELoss").run)


def test_a_sentence_is_read_as_the_training_read_it(topics: Predictor) -> None:
    (argument,) = topics.arguments
    known = wording(argument)
    assert known is not None
    rows = load(argument.kind, Path()).parts["train"]["x"][:5].numpy()
    asked = open_inputs(known.text(rows[0].tolist()).upper(), topics.arguments)
    np.testing.assert_array_equal(asked.batch(0, 1)["x"], rows[:1])
    (answer,), (bare,) = topics.ask(asked.batch(0, 1)), topics.ask({"x": rows[:1]})
    np.testing.assert_array_equal(answer.numbers, bare.numbers)
    reply = Desk(topics).answer({"ask": "text", "text": "The zorb was cold."})
    assert reply["messages"] == ['1 token that it never learned: "zorb".']
    assert sum(reply["outputs"][0]["chances"].values()) == pytest.approx(1, abs=1e-5)
    assert Desk(topics).answer({"ask": "row", "part": "train", "at": 0})["written"] == known.text(rows[0].tolist())
    assert Desk(topics).welcome()["arguments"][0]["continued"] is False


def test_sentences_of_a_file_get_columns(topics: Predictor, tmp_path: Path) -> None:
    lines = ["The soup was warm.", "A long film, and a bad one."]
    (tmp_path / "s.txt").write_text("\n\n".join(lines) + "\n")
    (tmp_path / "s.csv").write_text('id,text\n1,The soup was warm.\n2,"A long film, and a bad one."\n')
    found = []
    for name in ("s.txt", "s.csv"):
        out = tmp_path / f"{name}-out.csv"
        ask = ["predict", "d.loom", "--run", str(topics.run.path), "--input", str(tmp_path / name), "-o", str(out)]
        assert cli.main(ask) == 0
        found.append(told(out))
    assert found[0] == found[1]
    assert [row["text"] for row in found[0]] == lines
    shares = ["film", "food", "machines", "travel"]
    for row in found[0]:
        assert row["prediction"] == max(shares, key=lambda name: float(row[f"probability {name}"]))
        assert sum(float(row[f"probability {name}"]) for name in shares) == pytest.approx(1, abs=1e-5)
    (tmp_path / "bad.csv").write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match='call the one with the texts "text"'):
        open_inputs(str(tmp_path / "bad.csv"), topics.arguments)


def test_a_label_for_each_step(ends: Predictor, tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text("the lamp\nthewindowandthehouseandthesea\n")  # the second is longer than a window
    out = tmp_path / "out.csv"
    assert cli.main(["predict", "d.loom", "--run", str(ends.run.path), "--input", str(tmp_path / "t.txt"),
                     "-o", str(out)]) == 0  # fmt: skip
    rows = told(out)
    assert "".join(row["token"] for row in rows if row["line"] == "2") == "thewindowandthehouseandthesea"
    assert [int(row["step"]) for row in rows][:8] == [1, 2, 3, 4, 5, 6, 7, 1]
    number = {sign: at for at, sign in enumerate(ends.arguments[0].learned.vocabulary)}
    (bare,) = ends.ask({"x": np.array([[number[sign] for sign in "thelamp"]])})
    assert bare.probabilities is not None and bare.labels is not None
    np.testing.assert_allclose([float(row["probability end"]) for row in rows[:7]], bare.probabilities[0, 1], atol=1e-6)
    assert [row["prediction"] for row in rows[:7]] == [("within", "end")[label] for label in bare.labels[0]]
    (output,) = Desk(ends).answer({"ask": "text", "text": "the lamp"})["outputs"]
    assert output["read"].replace(" ", "") == "thelamp"
    assert [step["label"] for step in output["steps"]] == [row["prediction"] for row in rows[:7]]
    (known,) = Desk(ends).answer({"ask": "row", "part": "train", "at": 2})["outputs"]
    right = load(ends.arguments[0].kind, Path()).parts["train"]["y"][2].tolist()
    same = sum(("within", "end")[label] == step["label"] for label, step in zip(right, known["steps"], strict=True))
    assert known["told_right"] == f"{same} of 16 labels are those of the data."


def test_a_series_in_a_file_is_forecast_from_each_window(nile: Predictor, tmp_path: Path) -> None:
    values = [1120.0, 1160, 963, 1210, 1160, 1160, 813, 1230]
    table = "year,volume\n" + "".join(f"{1900 + at},{value}\n" for at, value in enumerate(values))
    (tmp_path / "s.csv").write_text(table)
    out = tmp_path / "out.csv"
    assert cli.main(["predict", "d.loom", "--run", str(nile.run.path), "--input", str(tmp_path / "s.csv"),
                     "-o", str(out)]) == 0  # fmt: skip
    rows = told(out)
    assert [row["year"] for row in rows] == ["1905", "1906", "1907"]
    for at, row in enumerate(rows):
        (answer,) = nile.ask({"x": np.array(values[at : at + 6], dtype=np.float32).reshape(1, 6, 1)})
        assert float(row["prediction"]) == pytest.approx(float(answer.numbers[0]), rel=1e-5)
    from_file = beginning(str(tmp_path / "s.csv"), nile.arguments[0])
    np.testing.assert_array_equal(from_file[:, 0], values)
    np.testing.assert_array_equal(beginning("1, 2;3 4", nile.arguments[0]), [1, 2, 3, 4])
    ahead = Desk(nile).answer({"ask": "forecast", "values": [[value] for value in values], "length": 2})["ahead"]
    assert ahead[0][0] == pytest.approx(float(rows[-1]["prediction"]), rel=1e-4)
    (tmp_path / "short.csv").write_text("volume\n1\n2\n")
    with pytest.raises(DataError, match="has 2 rows, but the network looks at 6"):
        open_inputs(str(tmp_path / "short.csv"), nile.arguments)
    (tmp_path / "gap.csv").write_text("volume\n1\nmany\n3\n4\n5\n6\n")
    with pytest.raises(DataError, match=r'gap.csv, line 3, column "volume": here must be a number'):
        open_inputs(str(tmp_path / "gap.csv"), nile.arguments)


def test_whole_numbers_go_on_as_they_were_typed(tmp_path: Path) -> None:
    data = ("Sequences", {"task": "continue", "samples": 200, "length": 4, "below": 30})
    layers = (("embed", "Embedding", {}), ("mean", "Mean", {}), ("fc", "Linear", {"out_features": 30}))
    predictor = Predictor(trained(tmp_path, data, *layers, loss="CrossEntropyLoss").run)
    said = [int(piece) for piece in text(predictor, "2, 3, 5, 7", 3, 0.0, 0)]
    went = [2, 3, 5, 7]
    for number in said:
        (answer,) = predictor.ask({"x": np.array([went[-4:]])})
        assert number == answer.numbers[0].argmax()
        went.append(number)
    with pytest.raises(DataError, match='from 0 to 29: "30" is none'):
        list(text(predictor, "2 30", 1, 0.0, 0))
