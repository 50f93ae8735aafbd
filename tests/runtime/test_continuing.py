"""A network goes on with a text or a series: each step is what it answers to the steps before."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from runtime import cli
from runtime.data.table import DataError
from runtime.predict.continuing import _drawn, series, text
from runtime.predict.predictor import Predictor
from runtime.protocol import PROJECT
from tests.runtime.training import Trained, text_of, train

STORY = "abcabcabc. " * 120


def trained(folder: Path, drawing: str) -> Trained:
    folder.mkdir()
    (folder / PROJECT).write_text(drawing)
    return train(folder, drawing)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """A GRU that has read one line over and over."""
    place = tmp_path_factory.mktemp("text")
    (place / "story.txt").write_text(STORY)
    nodes: dict[str, tuple[str, dict[str, Any]]] = {
        "text": ("TextFile", {"path": "../story.txt", "length": 12, "stride": 2}), "embed": ("Embedding", {}),
        "gru": ("GRU", {"hidden_size": 24}), "fc": ("Linear", {"out_features": 9}),
        "turn": ("Transpose", {"dim0": 1, "dim1": 2}), "loss": ("CrossEntropyLoss", {}), "adam": ("Adam", {"lr": 0.02}),
    }  # fmt: skip
    wires = ["text.x -> embed.x", "embed.y -> gru.x", "gru.y -> fc.x", "fc.y -> turn.x", "turn.y -> loss.prediction",
             "text.y -> loss.target", "loss.loss -> adam.loss"]  # fmt: skip
    made = trained(place / "r", text_of(nodes, wires, {"epochs": 4, "threads": 1}))
    assert made.code == 0
    (place / "story.txt").unlink()  # the vocabulary stands in the run
    return made


def test_the_likeliest_continuation_is_what_was_read(reader: Trained) -> None:
    predictor = Predictor(reader.run)
    assert "".join(text(predictor, STORY[:17], 16, 0, 0)) == STORY[17:33]


def test_each_step_is_the_answer_to_those_before(reader: Trained) -> None:
    predictor = Predictor(reader.run)
    number = {token: at for at, token in enumerate(predictor.arguments[0].learned.classes)}
    went = "ab" + "".join(text(predictor, "ab", 20, 0, 0))
    for at in range(2, 22):
        seen = np.array([[number[sign] for sign in went[max(0, at - 12) : at]]])
        (answer,) = predictor.ask({"x": seen})
        assert number[went[at]] == 1 + answer.numbers[0, 1:6, -1].argmax()


def test_a_seed_draws_the_same_text_and_another_seed_another(reader: Trained) -> None:
    predictor = Predictor(reader.run)
    one, same, other = ("".join(text(predictor, "q", 60, 3.0, seed)) for seed in (1, 1, 2))
    assert one == same
    assert one != other
    assert "unknown" not in one


def test_a_temperature_shapes_the_chances() -> None:
    scores, chance = np.log([0.5, 0.1, 0.4]), np.random.default_rng(0)
    drawn = [_drawn(scores, 1.0, chance) for _ in range(4000)]
    assert 0 not in drawn
    assert np.mean(np.array(drawn) == 2) == pytest.approx(0.8, abs=0.03)
    colder = [_drawn(scores, 0.5, chance) for _ in range(4000)]
    assert np.mean(np.array(colder) == 2) == pytest.approx(16 / 17, abs=0.02)


def test_nothing_to_begin_with(reader: Trained) -> None:
    with pytest.raises(DataError, match="at least one character"):
        list(text(Predictor(reader.run), "", 3, 1.0, 0))


@pytest.fixture(scope="module")
def forecaster(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """Scales on both ends, so that what is answered has to be turned back."""
    nodes: dict[str, tuple[str, dict[str, Any]]] = {
        "series": ("Series", {"series": "nile", "length": 6}), "scale": ("Standardize", {}),
        "goal": ("Standardize", {}), "rnn": ("RNN", {"hidden_size": 8}), "last": ("LastStep", {}),
        "fc": ("Linear", {"out_features": 1}), "loss": ("MSELoss", {}), "adam": ("Adam", {}),
    }  # fmt: skip
    wires = ["series.x -> scale.x", "scale.y -> rnn.x", "rnn.y -> last.x", "last.y -> fc.x", "fc.y -> loss.prediction",
             "series.y -> goal.x", "goal.y -> loss.target", "loss.loss -> adam.loss"]  # fmt: skip
    place = tmp_path_factory.mktemp("series")
    return trained(place / "r", text_of(nodes, wires, {"epochs": 2, "threads": 1}))


def test_a_series_feeds_on_its_own_forecasts(forecaster: Trained) -> None:
    pytest.importorskip("statsmodels")
    predictor = Predictor(forecaster.run)
    went = [1120.0, 1160, 963, 1210, 1160, 1160, 813]
    found = series(predictor, np.array(went), 5)
    assert found.shape == (5, 1)
    for step in found[:, 0]:
        (answer,) = predictor.ask({"x": np.array(went[-6:], dtype=np.float32).reshape(1, 6, 1)})
        assert step == pytest.approx(float(answer.numbers[0]), rel=1e-6)
        went.append(float(step))
    with pytest.raises(DataError, match="looks at 6 steps"):
        series(predictor, np.array([1.0, 2.0]), 5)


def test_on_the_command_line(reader: Trained, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    run, out = str(reader.run.path), tmp_path / "out.txt"
    ask = ["predict", "d.loom", "--run", run, "--continue", "abc. abcabc", "--length", "4", "--temperature", "0"]
    assert cli.main([*ask, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"event": "continued", "text": "abc. abcabcabc."}
    assert cli.main(ask) == 0
    assert capsys.readouterr().out == "abc. abcabcabc.\n"
    assert cli.main([*ask, "-o", str(out)]) == 0
    assert out.read_text() == "abc. abcabcabc."
    for wrong in (["--length", "0"], ["--temperature", "-1"], ["--temperature", "hot"]):
        assert cli.main([*ask, *wrong]) == 2
    assert cli.main(["predict", "d.loom", "--run", run]) == 2
