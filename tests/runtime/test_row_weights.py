"""Rows that count by weights of their own, and classes that count the more the rarer they are."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.utils.class_weight import compute_class_weight
from torch.nn import functional as F

from graph.catalogue import standard
from graph.reading import Reading
from graph.roles import LossKind
from graph.shape import Axis, Tensor
from graph.spec import Place
from runtime import emit
from tests.runtime.drawings import built, drawn, program_of
from tests.runtime.training import text_of, train

N = Axis("data")
CHANCE = torch.Generator().manual_seed(3)
SCORES, OTHER = torch.randn(12, 3, generator=CHANCE), torch.randn(12, 3, generator=CHANCE)
CLASSES = torch.tensor([0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2])
YES = (CLASSES == 0).long()
WEIGHTS = torch.rand(12, generator=CHANCE) * 3
BY_CLASS = torch.tensor([0.5, 2.0, 4.0])


def computed(name: str, params: dict[str, Any], prediction: torch.Tensor, target: torch.Tensor) -> float:
    """A loss with weights for its rows, by its printed source."""
    made = standard().make(name, params)
    assert isinstance(made, LossKind)
    dtype: Any = "float" if target.is_floating_point() else "index"
    inputs = {
        "prediction": Tensor((N, *prediction.shape[1:])),
        "target": Tensor((N, *target.shape[1:]), dtype, None if dtype == "float" else 3 if prediction.dim() > 1 else 2),
        "weights": Tensor((N,)),
    }
    made.read(inputs, Place("loss"))
    scope: dict[str, Any] = {"torch": torch, "F": F, "prediction": prediction, "target": target, "weights": WEIGHTS}
    exec(made.source, scope)
    return float(eval(made.call("", {port: port for port in inputs}, inputs), scope))


def mean(losses: torch.Tensor, counts: torch.Tensor | None = None) -> float:
    counts = torch.ones_like(losses) if counts is None else counts
    return float((WEIGHTS * losses).sum() / (WEIGHTS * counts).sum())


@pytest.mark.parametrize("name", ["MSELoss", "L1Loss", "HuberLoss", "SmoothL1Loss"])
def test_numbers_by_hand(name: str) -> None:
    losses = getattr(torch.nn, name)(reduction="none")(SCORES, OTHER).mean(1)
    assert computed(name, {}, SCORES, OTHER) == pytest.approx(mean(losses), rel=1e-6)


def test_classes_by_hand() -> None:
    losses = F.cross_entropy(SCORES, CLASSES, reduction="none")
    assert computed("CrossEntropyLoss", {}, SCORES, CLASSES) == pytest.approx(mean(losses), rel=1e-6)
    weighed = computed("CrossEntropyLoss", {"weight": BY_CLASS.tolist()}, SCORES, CLASSES)
    assert weighed == pytest.approx(mean(BY_CLASS[CLASSES] * losses, BY_CLASS[CLASSES]), rel=1e-6)
    ignoring = computed("CrossEntropyLoss", {"ignore_index": 1}, SCORES, CLASSES)
    counts = (CLASSES != 1).float()
    assert ignoring == pytest.approx(mean(counts * losses, counts), rel=1e-6)
    focal = computed("FocalLoss", {"gamma": 2.0}, SCORES, CLASSES)
    assert focal == pytest.approx(mean((1 - torch.exp(-losses)) ** 2 * losses), rel=1e-5)


def test_classes_and_yes_or_no_equal_scikit_learn() -> None:
    wanted = log_loss(CLASSES, SCORES.double().softmax(1), sample_weight=WEIGHTS)
    assert computed("CrossEntropyLoss", {}, SCORES, CLASSES) == pytest.approx(wanted, rel=1e-6)
    wanted = log_loss(YES, SCORES[:, 0].double().sigmoid(), sample_weight=WEIGHTS)
    assert computed("BCEWithLogitsLoss", {}, SCORES[:, 0], YES) == pytest.approx(wanted, rel=1e-6)


NODES: dict[str, tuple[str, dict[str, Any]]] = {
    "moons": ("Moons", {"samples": 300, "noise": 0.4, "share": 0.2, "validation": 0.0, "test": 0.0, "batch_size": 300}),
    "fc": ("Linear", {"out_features": 2}),
    "loss": ("CrossEntropyLoss", {"weight": "balanced"}),
    "opt": ("SGD", {"lr": 0.1}),
}
WIRES = ["moons.x -> fc.x", "fc.y -> loss.prediction", "moons.y -> loss.target", "loss.loss -> opt.loss"]


def binary(nodes: dict[str, tuple[str, dict[str, Any]]] = NODES) -> dict[str, tuple[str, dict[str, Any]]]:
    yes = {"fc": ("Linear", {"out_features": 1}), "loss": ("BCEWithLogitsLoss", {"pos_weight": "balanced"})}
    return {**nodes, **yes}


def test_classes_are_counted_before_the_first_step_as_scikit_learn_counts_them() -> None:
    labels = np.array([0] * 70 + [1] * 20 + [3] * 10)
    program = program_of(drawn({**NODES, "fc": ("Linear", {"out_features": 4})}, WIRES))
    training = built(program, train=True).training()
    training.fit(torch.zeros(100, 2), torch.from_numpy(labels))
    found = training.weights_of_loss
    wanted = compute_class_weight("balanced", classes=np.unique(labels), y=labels)
    assert [found[at] for at in (0, 1, 3)] == pytest.approx(wanted.tolist(), rel=1e-12)
    assert found[2] == 0
    training = built(program_of(drawn(binary(), WIRES)), train=True).training()
    training.fit(torch.zeros(100, 2), torch.from_numpy(np.minimum(labels, 1)))
    assert training.weights_of_loss == pytest.approx((70 / 30,))


@pytest.mark.parametrize("nodes", [NODES, binary()], ids=["classes", "yes or no"])
def test_what_is_learned_is_what_scikit_learn_learns(nodes: Any, tmp_path: Path) -> None:
    """A Linear with balanced classes is a LogisticRegression with balanced classes, without its penalty."""
    project = text_of({**nodes, "opt": ("LBFGS", {"line_search_fn": "strong_wolfe"})}, WIRES, {"epochs": 5})
    done = train(tmp_path, project)
    assert done.code == 0, done.run.failure()
    assert done.session.setup is not None
    x, y = (tensor.numpy() for tensor in done.session.setup.loop.data["train"])
    model = LogisticRegression(class_weight="balanced", C=1e6, tol=1e-8).fit(x, y)
    weight, bias = done.weights["net.fc.weight"], done.weights["net.fc.bias"]
    ours = (weight[-1] - weight[0], bias[-1] - bias[0]) if len(bias) == 2 else (weight[0], bias[0])
    np.testing.assert_allclose(ours[0], model.coef_[0], rtol=1e-2)
    np.testing.assert_allclose(ours[1], model.intercept_[0], rtol=1e-2)
    told = [event.data["text"] for event in done.run.events() if event.event == "message"]
    ratio = (y == 0).sum() / (y == 1).sum()
    wanted = (
        f"{ratio:.4g} times" if len(bias) == 1 else f"0 {150 / (y == 0).sum():.4g} and 1 {150 / (y == 1).sum():.4g}"
    )
    assert any(wanted in text for text in told), told


@pytest.mark.parametrize("params", [{"weight": "balanced"}, {"weight": "balanced", "ignore_index": 1}, {}])
def test_parts_and_batches_equal_the_whole(params: dict[str, Any]) -> None:
    """Slopes of a batch in parts, and figures over batches of any size, are those of all rows at once."""
    nodes = {**NODES, "fc": ("Linear", {"out_features": 3}), "loss": ("CrossEntropyLoss", params)}
    wires = [*WIRES, "moons.x[1] -> loss.weights"]
    rows = [torch.rand(12, 2, generator=CHANCE) + 0.1, CLASSES]
    found = []
    for run in ({}, {"accumulate": 5}):
        torch.manual_seed(0)
        training = built(program_of(drawn(nodes, wires, run)), train=True).training()
        if hasattr(training, "fit"):
            training.fit(*rows)
        (value, count) = training.step(*rows)["loss"]
        pieces = [training.evaluate(*(values[part] for values in rows))["loss"] for part in (slice(0, 7), slice(7, 12))]
        whole = training.evaluate(*rows)["loss"]
        joined = sum(float(top) for top, _ in pieces) / sum(float(bottom) for _, bottom in pieces)
        assert joined == pytest.approx(float(whole[0] / whole[1]), rel=1e-5)
        found.append((float(value / count), training.net.fc.weight.detach().clone()))
    assert found[1][0] == pytest.approx(found[0][0], rel=1e-5)
    torch.testing.assert_close(found[1][1], found[0][1])


def test_what_is_drawn_is_what_stands_in_the_source() -> None:
    text = emit.train(program_of(drawn(NODES, [*WIRES, "moons.x[1] -> loss.weights"]))).text
    assert "self.weights_of_loss = balanced(y, 2)" in text
    assert 'training.fit(*data["train"])' in text
    assert "row_mean(F.cross_entropy(fc, y, weight=constant(self.weights_of_loss, fc.device)" in re.sub(
        r"\(\s+", "(", text
    )


@pytest.mark.parametrize(
    ("nodes", "wires", "sentence"),
    [
        (NODES, [*WIRES, "moons.x -> loss.weights"], "loss wants one weight for each row, but moons gives"),
        (
            {**NODES, "more": ("Moons", {})},
            [*WIRES, "more.x[0] -> loss.weights"],
            "loss compares rows of different data: prediction and weights must come from the same.",
        ),
        (
            {**binary(), "same": ("Identity", {})},
            [*[wire for wire in WIRES if "moons.y" not in wire], "fc.y -> same.x", "same.y -> loss.target"],
            "loss is to count how often each class occurs, so its target must come straight from data.",
        ),
    ],
)
def test_what_cannot_be_is_said(nodes: Any, wires: Any, sentence: str) -> None:
    found = [one.message for one in Reading(drawn(nodes, wires)).diagnostics() if one.level == "error"]
    assert any(message.startswith(sentence) for message in found), found
