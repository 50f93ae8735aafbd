"""Metrics over whole runs: equal to scikit-learn's on all rows, the same in train.py alone, unharmed by a stop."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from scipy.ndimage import gaussian_filter
from sklearn import metrics as oracle

from graph.catalogue import standard
from graph.document import Document
from graph.project import parse
from graph.reading import Reading
from graph.shape import Axis, Tensor
from runtime import emit
from runtime.build import build
from runtime.data.source import load
from runtime.drawing import open_text
from runtime.program import Program
from runtime.train.checkpoint import read
from tests.runtime.training import text_of, train

CLASSES: dict[str, tuple[str, dict[str, Any]]] = {
    "accuracy": ("Accuracy", {}),
    "top": ("TopKAccuracy", {"k": 2}),
    "precision": ("Precision", {}),
    "recall": ("Recall", {"average": "weighted"}),
    "f1": ("F1", {}),
    "micro": ("F1", {"average": "micro"}),
    "iou": ("IoU", {}),
    "dice": ("Dice", {"average": "weighted"}),
    "confusion": ("ConfusionMatrix", {}),
    "auc": ("ROCAUC", {}),
    "perplexity": ("Perplexity", {}),
}
NUMBERS: dict[str, tuple[str, dict[str, Any]]] = {
    "mae": ("MeanAbsoluteError", {}),
    "mse": ("MeanSquaredError", {}),
    "rmse": ("RootMeanSquaredError", {}),
    "r2": ("R2", {}),
}


def drawing(data: str, outputs: int, loss: str, figures: dict[str, Any], **params: Any) -> str:
    nodes: dict[str, Any] = {
        "data": (data, {"batch_size": 7, **params}),
        "scale": ("Standardize", {}),
        "fc": ("Linear", {"out_features": outputs}),
        "loss": (loss, {}),
        "adam": ("Adam", {"lr": 0.05}),
        **figures,
    }
    ends = [
        f"{source} -> {id}.{port}"
        for id in ("loss", *figures)
        for source, port in (("fc.y", "prediction"), ("data.y", "target"))
    ]
    wires = ["data.x -> scale.x", "scale.y -> fc.x", *ends, "loss.loss -> adam.loss"]
    return text_of(nodes, wires, {"epochs": 3, "threads": 1})


def iris() -> str:
    return drawing("Iris", 3, "CrossEntropyLoss", CLASSES)


def told(folder: Path, text: str) -> tuple[np.ndarray, np.ndarray, dict[str, Any]]:
    """Trains: answers and targets of the test part by the trained net, and what the run says of it."""
    run = train(folder, text).run
    document = open_text(text, folder).document
    kind: Any = document.make(document.node("data"))
    part = load(kind, folder).parts["test"]
    net = build((folder / "model.py").read_text()).net()
    net.load_state_dict(read(folder / "checkpoints" / "last.safetensors").net)
    with torch.no_grad():
        answers = net(part["x"])
    figures = {**run.metrics()["test"], **run.tables().get("test", {})}
    return answers.numpy(), part["y"].numpy(), figures


def test_figures_of_classes_are_those_of_scikit_learn(tmp_path: Path) -> None:
    scores, right, found = told(tmp_path / "run", iris())
    answer = scores.argmax(1)
    shares = torch.from_numpy(scores).softmax(1).numpy().astype(np.float64)
    wanted = {
        "accuracy": oracle.accuracy_score(right, answer),
        "top": oracle.top_k_accuracy_score(right, scores, k=2),
        "precision": oracle.precision_score(right, answer, average="macro", zero_division=0),
        "recall": oracle.recall_score(right, answer, average="weighted", zero_division=0),
        "f1": oracle.f1_score(right, answer, average="macro"),
        "micro": oracle.f1_score(right, answer, average="micro"),
        "iou": oracle.jaccard_score(right, answer, average="macro"),
        "dice": oracle.f1_score(right, answer, average="weighted"),
        "auc": oracle.roc_auc_score(right, shares / shares.sum(1, keepdims=True), multi_class="ovr"),
        "perplexity": math.exp(oracle.log_loss(right, shares / shares.sum(1, keepdims=True))),
    }
    assert found["confusion"] == oracle.confusion_matrix(right, answer).tolist()
    assert {name: found[name] for name in wanted} == pytest.approx(wanted, rel=1e-5)


def test_figures_of_yes_or_no_are_those_of_scikit_learn(tmp_path: Path) -> None:
    figures = {name: CLASSES[name] for name in ("accuracy", "precision", "f1", "iou", "confusion", "auc")}
    text = drawing("BreastCancer", 1, "BCEWithLogitsLoss", figures)
    scores, right, found = told(tmp_path / "run", text)
    answer = scores[:, 0] > 0
    wanted = {
        "accuracy": oracle.accuracy_score(right, answer),
        "precision": oracle.precision_score(right, answer),
        "f1": oracle.f1_score(right, answer),
        "iou": oracle.jaccard_score(right, answer),
        "auc": oracle.roc_auc_score(right, scores[:, 0]),
    }
    assert found["confusion"] == oracle.confusion_matrix(right, answer).tolist()
    assert {name: found[name] for name in wanted} == pytest.approx(wanted, rel=1e-9)


def test_figures_of_numbers_are_those_of_scikit_learn(tmp_path: Path) -> None:
    answers, right, found = told(tmp_path / "run", drawing("Diabetes", 1, "MSELoss", NUMBERS))
    wanted = {
        "mae": oracle.mean_absolute_error(right, answers[:, 0]),
        "mse": oracle.mean_squared_error(right, answers[:, 0]),
        "rmse": oracle.root_mean_squared_error(right, answers[:, 0]),
        "r2": oracle.r2_score(right, answers[:, 0]),
    }
    assert {name: found[name] for name in wanted} == pytest.approx(wanted, rel=1e-5)


def test_train_py_alone_tells_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = train(tmp_path / "run", iris()).run
    document = open_text(iris(), tmp_path).document
    kind: Any = document.make(document.node("data"))
    parts = load(kind, tmp_path).parts
    torch.save({part: [held["x"], held["y"]] for part, held in parts.items()}, tmp_path / "data.pt")
    module = build((run.path / "model.py").read_text(), (run.path / "train.py").read_text(), run.path).train
    assert module is not None
    lines: list[str] = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(module, "print", lines.append, raising=False)
    module.main()
    epochs = [line for line in lines if line.startswith("epoch")]
    for line, epoch in zip(epochs, run.epochs(), strict=True):
        for part in ("train", "validation"):
            here = json.loads(line.split(f"{part} ")[1].split(", validation")[0].replace("'", '"'))
            figures = getattr(epoch, part)
            assert {name: here[name] for name in figures} == pytest.approx(figures, rel=1e-9)
            assert here["confusion"] == epoch.tables[part]["confusion"]


def test_a_stop_in_the_middle_changes_no_digit(tmp_path: Path) -> None:
    whole = train(tmp_path / "whole", iris()).run
    train(tmp_path / "cut", iris(), stop_at=5)
    cut = train(tmp_path / "cut", iris(), resume=True).run
    assert whole.metrics() == cut.metrics()
    assert whole.tables() == cut.tables()
    assert [epoch.train for epoch in whole.epochs()] == [epoch.train for epoch in cut.epochs()]
    assert whole.tables()["train"]["confusion"] != whole.tables()["test"]["confusion"]


def test_a_table_is_no_column_and_cannot_be_watched(tmp_path: Path) -> None:
    run = train(tmp_path / "run", iris()).run
    assert "confusion" not in run.job.columns
    assert run.job.figure("confusion") is None
    steps = run.steps()
    assert np.isfinite(steps[:, run.job.columns.index("f1")]).all()
    assert steps.shape[1] == len(run.job.columns)
    assert "auc" not in run.job.columns
    assert run.job.figure("auc") is not None
    document = open_text(iris().replace('"threads": 1', '"threads": 1, "monitor": "confusion"'), tmp_path).document
    assert [found.code for found in Reading(document).diagnostics("#run")] == ["monitor"]


def test_the_best_epoch_is_the_one_with_the_highest_score(tmp_path: Path) -> None:
    text = iris().replace('"threads": 1', '"threads": 1, "monitor": "f1"')
    run = train(tmp_path / "run", text).run
    best = max(run.epochs(), key=lambda epoch: epoch.validation["f1"])
    assert [epoch.epoch for epoch in run.epochs() if epoch.best][-1] == best.epoch


# --- pictures


def measured(name: str, params: dict[str, Any], prediction: torch.Tensor, target: torch.Tensor) -> float:
    made: Any = standard().make(name, params)
    value = Tensor((Axis("data"), *prediction.shape[1:]))
    inputs, names = {"prediction": value, "target": value}, {"prediction": "p", "target": "y"}
    made.check(value, value)
    scope: dict[str, Any] = {"torch": torch, "F": torch.nn.functional, "p": prediction, "y": target}
    exec(made.source, scope)
    top, bottom = made.sums(names, inputs, str(len(prediction)))
    return float(eval(top, scope)) / eval(bottom, scope)


def test_the_noise_of_pictures_by_hand() -> None:
    """An error of 0.1 everywhere is 20 decibels below a range of 1, and 40 below one of 10."""
    flat = torch.full((2, 1, 4, 4), 0.5)
    assert measured("PSNR", {}, flat, flat + 0.1) == pytest.approx(20.0, rel=1e-5)
    assert measured("PSNR", {"data_range": 10.0}, flat, flat + 0.1) == pytest.approx(40.0, rel=1e-5)


def test_the_likeness_of_pictures_equals_gaussian_windows_of_scipy() -> None:
    chance = torch.Generator().manual_seed(3)
    one, other = torch.rand(1, 2, 16, 20, generator=chance), torch.rand(1, 2, 16, 20, generator=chance)
    a, b = one[0].double().numpy(), other[0].double().numpy()

    def blur(values: np.ndarray) -> np.ndarray:
        """Without the places whose window reaches over the edge."""
        found = [gaussian_filter(plane, 1.5, truncate=5 / 1.5)[5:-5, 5:-5] for plane in values]
        return np.stack(found)

    u, v = blur(a), blur(b)
    uu, vv, uv = blur(a * a) - u * u, blur(b * b) - v * v, blur(a * b) - u * v
    alike = (2 * u * v + 1e-4) * (2 * uv + 9e-4) / ((u * u + v * v + 1e-4) * (uu + vv + 9e-4))
    assert measured("SSIM", {}, one, other) == pytest.approx(alike.mean(), rel=1e-4)
    assert measured("SSIM", {}, one, one) == pytest.approx(1.0, rel=1e-5)


# --- what a drawing says


def read_text(text: str) -> tuple[Document, Reading]:
    document = parse(text, standard())
    return document, Reading(document)


@pytest.mark.parametrize(
    ("loss", "between", "code", "after"),
    [
        ("BCELoss", None, "raw-scores", "Sigmoid"),
        ("NLLLoss", None, "raw-scores", "LogSoftmax"),
        ("NLLLoss", "Softmax", "not-logarithms", "LogSoftmax"),
        ("CrossEntropyLoss", "Softmax", "probability-twice", None),
        ("FocalLoss", "Softmax", "probability-twice", None),
    ],
)
def test_a_loss_says_what_it_takes(loss: str, between: str | None, code: str, after: str | None) -> None:
    outputs = 1 if loss == "BCELoss" else 2
    nodes: dict[str, Any] = {
        "data": ("Moons", {}),
        "fc": ("Linear", {"out_features": outputs}),
        "loss": (loss, {}),
        "adam": ("Adam", {}),
    }
    wires = ["data.x -> fc.x", "data.y -> loss.target", "loss.loss -> adam.loss"]
    if between:
        nodes["bend"] = (between, {})
        wires += ["fc.y -> bend.x", "bend.y -> loss.prediction"]
    else:
        wires += ["fc.y -> loss.prediction"]
    document, reading = read_text(text_of(nodes, wires, {}))
    (found,) = [found for found in reading.diagnostics("loss") if found.code == code]
    assert found.level == "warning"
    assert found.fix is not None
    found.fix.apply(document)
    assert not [found for found in reading.diagnostics("loss") if found.level != "hint"]
    wire = document.wires_into("loss", "prediction")[-1]
    assert document.node(wire.source).kind == (after or "Linear")


@pytest.mark.parametrize(("sides", "kind"), [([5], "Transpose"), ([4, 5], "Permute")])
@pytest.mark.parametrize("judge", ["CrossEntropyLoss", "Perplexity"])
def test_scores_that_come_last_are_put_second(sides: list[int], kind: str, judge: str) -> None:
    nodes: dict[str, Any] = {
        "words": ("Input", {"shape": sides, "classes": 9}),
        "emb": ("Embedding", {}),
        "fc": ("Linear", {"out_features": 9}),
        "judge": (judge, {}),
    }
    wires = ["words.x -> emb.x", "emb.y -> fc.x", "fc.y -> judge.prediction", "words.x -> judge.target"]
    document, reading = read_text(text_of(nodes, wires, {}))
    (found,) = [found for found in reading.diagnostics("judge") if found.level == "error"]
    assert found.message.endswith("as the second side, but fc gives them as the last.")
    assert found.fix is not None
    found.fix.apply(document)
    assert not [found for found in reading.diagnostics() if found.level == "error"]
    assert document.node(document.wires_into("judge", "prediction")[0].source).kind == kind


def test_a_variance_is_above_zero() -> None:
    nodes: dict[str, Any] = {
        "data": ("Diabetes", {}),
        "mean": ("Linear", {"out_features": 1}),
        "spread": ("Linear", {"out_features": 1}),
        "loss": ("GaussianNLLLoss", {}),
        "adam": ("Adam", {}),
    }
    wires = ["data.x -> mean.x", "data.x -> spread.x", "mean.y -> loss.prediction", "spread.y -> loss.var"]
    document, reading = read_text(text_of(nodes, [*wires, "data.y -> loss.target", "loss.loss -> adam.loss"], {}))
    (found,) = [found for found in reading.diagnostics("loss") if found.level == "warning"]
    assert found.code == "not-positive"
    assert found.fix is not None
    found.fix.apply(document)
    assert not [found for found in reading.diagnostics("loss") if found.level == "warning"]
    assert len(Program(reading).outputs) == 2


def test_weights_that_do_not_fit_can_be_left_out() -> None:
    nodes: dict[str, Any] = {
        "data": ("Iris", {}),
        "fc": ("Linear", {"out_features": 3}),
        "loss": ("CrossEntropyLoss", {"weight": [1, 2]}),
    }
    wires = ["data.x -> fc.x", "fc.y -> loss.prediction", "data.y -> loss.target"]
    document, reading = read_text(text_of(nodes, wires, {}))
    (found,) = [found for found in reading.diagnostics("loss") if found.level == "error"]
    assert found.message == "loss has 2 weights, but fc answers with 3 scores: one weight a score."
    assert found.fix is not None
    found.fix.apply(document)
    assert not [found for found in reading.diagnostics("loss") if found.level == "error"]


def test_what_several_figures_add_up_is_computed_once(tmp_path: Path) -> None:
    run = train(tmp_path / "run", iris()).run
    assert (run.path / "train.py").read_text().count("counted(fc.argmax(1)") == 1


def test_a_batch_in_which_nothing_counts_spoils_no_figure() -> None:
    text = iris().replace('"CrossEntropyLoss", "params": {}', '"CrossEntropyLoss", "params": {"ignore_index": 2}')
    _document, reading = read_text(text)
    program = Program(reading)
    made = build(emit.model(program).text, emit.train(program).text)
    assert made.train is not None
    training = made.train.Training()
    x, y = torch.randn(6, 4), torch.tensor([0, 1, 0, 2, 2, 2])
    training.fit(x, y)
    meter = made.train.Meter()
    for rows in (slice(0, 3), slice(3, 6)):
        meter.add(training.evaluate(x[rows], y[rows]))
    with torch.no_grad():
        wanted = torch.nn.functional.cross_entropy(training.net(x[:3]), y[:3])
    assert meter.read()["loss"] == pytest.approx(wanted.item())
