"""Cross-validation: folds are scikit-learn's, each is trained as a run of its own, and a stopped study goes on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, RepeatedKFold, RepeatedStratifiedKFold, StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from graph.catalogue import standard
from runtime import cli
from runtime.data.source import load
from runtime.data.table import DataError
from runtime.drawing import open_text
from runtime.protocol import CHECKPOINTS, CONTROL, JOB, LAST, PROJECT, Job, State, Status, write_entry
from runtime.recorder import Recorder
from runtime.runs import Run
from runtime.studies.folds import FoldStudy
from runtime.studies.plans import Fold, FoldPlan
from runtime.studies.scores import Scores
from runtime.train.session import Session
from tests.runtime.training import classifier, text_of

WHOLE = {"validation": 0.0, "test": 0.0}
SETS = {"Iris": load_iris, "BreastCancer": load_breast_cancer}


class Interrupted(FoldStudy):
    """Is stopped by its user in the middle of one fold."""

    at = -1

    def follow(self, fold: Fold, status: Status) -> None:
        super().follow(fold, status)
        if fold.number == self.at and status.state is State.TRAINING:
            (self.recorder.folder / CONTROL).write_text("stop\n")


def study(folder: Path, text: str, plan: FoldPlan, *, stop_in: int = -1, resume: bool = False) -> Run:
    """Does a study in this process, or what is left of it."""
    folder.mkdir(exist_ok=True)
    (folder / PROJECT).write_text(text)
    (folder / CONTROL).write_text("run\n")
    job = Job(key="k", name=folder.name, base=str(folder), study=plan.to_job())
    write_entry(folder / JOB, job)
    with Recorder(folder) as recorder:
        made = Interrupted(recorder, lambda: open_text(text, folder), job)
        made.at = stop_in
        made.train("" if resume else None)
    return Run(folder)


def logistic(data: str, rows: int, run: Mapping[str, Any]) -> str:
    """A logistic regression with the penalty that scikit-learn has by default, trained on all rows at once."""
    classes = 3 if data == "Iris" else 2
    nodes = {
        "data": (data, {"batch_size": 1000, **WHOLE}), "scale": ("Standardize", {}),
        "fc": ("Linear", {"out_features": classes, "l2": 0.5 / rows}), "loss": ("CrossEntropyLoss", {}),
        "accuracy": ("Accuracy", {}), "lbfgs": ("LBFGS", {"lr": 1.0, "line_search_fn": "strong_wolfe"}),
    }  # fmt: skip
    wires = ["data.x -> scale.x", "scale.y -> fc.x", "fc.y -> loss.prediction", "data.y -> loss.target",
             "fc.y -> accuracy.prediction", "data.y -> accuracy.target", "loss.loss -> lbfgs.loss"]  # fmt: skip
    return text_of(nodes, wires, {"threads": 1, **run})


def weights(run: Run) -> dict[str, np.ndarray]:
    return load_file(run.path / CHECKPOINTS / LAST)


def failure(run: Run) -> str:
    assert run.status().state is State.FAILED
    found = run.failure()
    assert found is not None
    return found.message


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("stratified", [False, True])
def test_the_rows_of_each_fold_are_those_of_scikit_learn(name: str, stratified: bool) -> None:
    rows = SETS[name]()
    kind = standard().make(name, WHOLE)
    splitter = (StratifiedKFold if stratified else KFold)(5, shuffle=True, random_state=7)
    for at, (train, held) in enumerate(splitter.split(rows.data, rows.target)):
        source = load(kind, Path(), Fold(folds=5, at=at, stratified=stratified, seed=7))
        for part, wanted in (("train", train), ("validation", held)):
            assert np.array_equal(source.parts[part]["x"].numpy(), rows.data[wanted].astype(np.float32))
            assert np.array_equal(source.parts[part]["y"].numpy(), rows.target[wanted])


@pytest.mark.parametrize("stratified", [False, True])
def test_rounds_are_those_of_scikit_learn(stratified: bool) -> None:
    rows = load_iris()
    kind = RepeatedStratifiedKFold if stratified else RepeatedKFold
    wanted = [held for _, held in kind(n_splits=3, n_repeats=2, random_state=1).split(rows.data, rows.target)]
    plan = FoldPlan(folds=3, repeats=2, stratified=stratified, seed=1)
    assert len(plan.turns) == len(wanted)
    for fold, held in zip(plan.turns, wanted, strict=True):
        source = load(standard().make("Iris", WHOLE), Path(), fold)
        assert np.array_equal(source.parts["validation"]["x"].numpy(), rows.data[held].astype(np.float32))


def test_the_test_part_stays_aside() -> None:
    kind = standard().make("Diabetes", {"validation": 0.2, "test": 0.1})
    drawn = load(kind, Path())
    folds = [load(kind, Path(), Fold(folds=4, at=at)) for at in range(4)]
    held = torch.cat([fold.parts["validation"]["x"] for fold in folds])
    drawn_rows = torch.cat([drawn.parts["train"]["x"], drawn.parts["validation"]["x"]])
    assert sorted(held.tolist()) == sorted(drawn_rows.tolist())
    assert all(torch.equal(fold.parts["test"]["x"], drawn.parts["test"]["x"]) for fold in folds)
    assert all(fold.rows("train") + fold.rows("validation") == len(drawn_rows) for fold in folds)


def test_sentences_are_dealt_out_too() -> None:
    kind = standard().make("Sentences", {})
    drawn = load(kind, Path())
    folds = [load(kind, Path(), Fold(folds=3, at=at, stratified=True)) for at in range(3)]
    assert sum(fold.rows("validation") for fold in folds) == drawn.rows("train") + drawn.rows("validation")
    shares = [fold.parts["validation"]["y"].double().mean().item() for fold in folds]
    assert max(shares) - min(shares) < 0.05


@pytest.mark.parametrize("name", SETS)
def test_a_logistic_regression_is_as_good_as_scikit_learns(name: str, tmp_path: Path) -> None:
    rows = SETS[name]()
    text = logistic(name, len(rows.target) * 4 // 5, {"epochs": 6})
    run = study(tmp_path / "s", text, FoldPlan(folds=5, stratified=True))
    assert run.status().state is State.FINISHED
    found = [score.metrics["validation"]["accuracy"] for score in Scores.read(run).folds]
    splitter = StratifiedKFold(5, shuffle=True, random_state=0)
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    wanted = cross_val_score(model, rows.data, rows.target, cv=splitter)
    spread = Scores.read(run).spread("accuracy")
    assert spread.mean == pytest.approx(np.mean(found))
    assert spread.deviation == pytest.approx(np.std(found, ddof=1))
    assert abs(spread.mean - wanted.mean()) <= 0.01


def test_each_fold_is_a_run_of_its_own(tmp_path: Path) -> None:
    """Its preparation is fitted on its own rows, and its numbers are those of a training of this fold alone."""
    text = classifier({"epochs": 3})
    run = study(tmp_path / "s", text, FoldPlan(folds=3, stratified=True))
    assert Scores.read(run).done == 3
    fold = Fold(folds=3, at=1, stratified=True)
    document = open_text(text, tmp_path).document
    rows = load(document.make(document.find("moons")), tmp_path, fold).parts["train"]["x"].double()
    held = weights(Run(run.path / fold.name))
    assert np.allclose(held["net.scale.mean"], rows.mean(0))
    assert np.allclose(held["net.scale.std"], rows.std(0, unbiased=False))
    alone = tmp_path / "alone"
    alone.mkdir()
    with Recorder(alone) as recorder:
        job = Job(key="a", name="alone", base=str(tmp_path), fold=fold.to_json())
        assert Session(recorder, lambda: open_text(text, tmp_path), job).train(None) == 0
    assert weights(Run(alone)).keys() == held.keys()
    assert all(np.array_equal(value, held[key]) for key, value in weights(Run(alone)).items())


def test_a_stopped_study_trains_only_what_is_left(tmp_path: Path) -> None:
    text, plan = classifier({"epochs": 4}), FoldPlan(folds=3)
    whole = study(tmp_path / "whole", text, plan)
    run = study(tmp_path / "cut", text, plan, stop_in=1)
    assert run.status().state is State.STOPPED
    assert run.can_resume
    assert [score.finished for score in Scores.read(run).folds] == [True, False, False]
    first = Run(run.path / "fold-01")
    before = (first.path / CHECKPOINTS / LAST).stat().st_mtime_ns, first.job.key
    study(tmp_path / "cut", text, plan, resume=True)
    assert run.status().state is State.FINISHED
    assert ((first.path / CHECKPOINTS / LAST).stat().st_mtime_ns, first.job.key) == before
    for fold in plan.turns:
        here, there = weights(Run(run.path / fold.name)), weights(Run(whole.path / fold.name))
        assert all(np.array_equal(value, there[key]) for key, value in here.items())
    assert Scores.read(run).summary() == Scores.read(whole).summary()


def test_what_cannot_be_dealt_out_is_said(tmp_path: Path) -> None:
    for name, params, part in (("Series", {}, "follow one another in time"), ("Pairs", {}, "pairs of its rows")):
        with pytest.raises(DataError, match=part):
            load(standard().make(name, params), tmp_path, Fold())
    with pytest.raises(DataError, match="one class for each row"):
        load(standard().make("Diabetes", {}), tmp_path, Fold(stratified=True))
    with pytest.raises(DataError, match="too few to be in each of 60 folds"):
        load(standard().make("Iris", WHOLE), tmp_path, Fold(folds=60, stratified=True))
    many = study(tmp_path / "many", classifier({"epochs": 1}), FoldPlan(folds=1000))
    assert failure(many) == "moons: 1000 folds of 102 rows are too many: take 102 at most."


def test_two_sources_are_refused(tmp_path: Path) -> None:
    text = json.loads(classifier({"epochs": 1}))
    text["nodes"] += [{"id": "more", "kind": "Moons"}, {"id": "fc3", "kind": "Linear", "params": {"out_features": 2}},
                      {"id": "loss2", "kind": "CrossEntropyLoss"}]  # fmt: skip
    text["wires"] += ["more.x -> fc3.x", "fc3.y -> loss2.prediction", "more.y -> loss2.target",
                      "loss2.loss -> adam.loss"]  # fmt: skip
    run = study(tmp_path / "s", json.dumps(text), FoldPlan())
    assert "takes its rows from moons and more" in failure(run)
    assert not (run.path / "fold-01").exists()


def test_a_fold_that_fails_ends_the_study(tmp_path: Path) -> None:
    text = classifier({"epochs": 20}, {"adam": {"lr": 1e18}, "fc1": {"out_features": 1000}})
    run = study(tmp_path / "s", text, FoldPlan(folds=2))
    assert failure(run).startswith("In fold 1: ")
    assert run.can_resume


def test_the_command_tells_mean_and_spread(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("m.loom").write_text(classifier({"epochs": 2}))
    assert cli.main(["cross-validate", "m.loom", "--folds", "1"]) == 2
    assert cli.main(["cross-validate", "m.loom", "--folds", "2", "--set", "fc1.out_features=3", "--json"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["event"] for line in told] == ["started", "fold", "fold", "finished"]
    losses = [line["metrics"]["validation"]["loss"] for line in told if line["event"] == "fold"]
    spread = told[-1]["scores"]["validation"]["loss"]
    assert spread == {
        "mean": pytest.approx(np.mean(losses)),
        "deviation": pytest.approx(np.std(losses, ddof=1)),
        "folds": 2,
    }
    assert weights(Run(Path(told[1]["run"])))["net.fc1.weight"].shape == (3, 2)
    assert cli.main(["cross-validate", "m.loom", "--resume"]) == 2
    assert "could go on" in capsys.readouterr().err
