"""Losses give the numbers of torch's own modules, or of an example computed by hand."""

import math
from pathlib import Path
from typing import Any

import pytest
import torch
from sklearn.metrics import hinge_loss
from torch import nn

from graph.catalogue import standard
from graph.roles import LossKind
from graph.shape import Axis, Tensor
from graph.spec import Place
from runtime.build import build
from runtime.data.source import load
from runtime.drawing import open_text
from runtime.train.checkpoint import read
from runtime.train.meter import Meter
from tests.runtime.training import text_of, train

N = Axis("data")
CHANCE = torch.Generator().manual_seed(5)
SCORES = torch.randn(8, 4, generator=CHANCE)
OTHER = torch.randn(8, 4, generator=CHANCE)
THIRD = torch.randn(8, 4, generator=CHANCE)
CHANCES = torch.rand(8, 4, generator=CHANCE)
CLASSES = torch.randint(4, (8,), generator=CHANCE)
YES_NO = torch.randint(2, (8, 4), generator=CHANCE).float()
SIGNS = 2 * YES_NO - 1
ROW_SIGNS = SIGNS[:, 0]
WEIGHTS = [0.5, 1.0, 2.0, 4.0]

BY_TORCH: list[tuple[str, dict[str, Any], nn.Module, list[torch.Tensor]]] = [
    ("MSELoss", {}, nn.MSELoss(), [SCORES, OTHER]),
    ("L1Loss", {}, nn.L1Loss(), [SCORES, OTHER]),
    ("SmoothL1Loss", {"beta": 0.5}, nn.SmoothL1Loss(beta=0.5), [SCORES, OTHER]),
    ("HuberLoss", {"delta": 0.5}, nn.HuberLoss(delta=0.5), [SCORES, OTHER]),
    ("PoissonNLLLoss", {"full": True}, nn.PoissonNLLLoss(full=True), [SCORES, CHANCES * 5]),
    ("GaussianNLLLoss", {"full": True}, nn.GaussianNLLLoss(full=True), [SCORES, OTHER, CHANCES]),
    ("CrossEntropyLoss", {}, nn.CrossEntropyLoss(), [SCORES, CLASSES]),
    ("CrossEntropyLoss", {"weight": WEIGHTS, "ignore_index": 1, "label_smoothing": 0.1},
     nn.CrossEntropyLoss(torch.tensor(WEIGHTS), ignore_index=1, label_smoothing=0.1), [SCORES, CLASSES]),
    ("CrossEntropyLoss", {"weight": WEIGHTS}, nn.CrossEntropyLoss(torch.tensor(WEIGHTS)), [SCORES, CHANCES]),
    ("NLLLoss", {"weight": WEIGHTS, "ignore_index": 2}, nn.NLLLoss(torch.tensor(WEIGHTS), ignore_index=2),
     [SCORES.log_softmax(1), CLASSES]),
    ("KLDivLoss", {}, nn.KLDivLoss(reduction="batchmean"), [SCORES.log_softmax(1), OTHER.softmax(1)]),
    ("BCELoss", {}, nn.BCELoss(), [CHANCES, YES_NO]),
    ("BCEWithLogitsLoss", {"pos_weight": WEIGHTS}, nn.BCEWithLogitsLoss(pos_weight=torch.tensor(WEIGHTS)),
     [SCORES, YES_NO]),
    ("SoftMarginLoss", {}, nn.SoftMarginLoss(), [SCORES, SIGNS]),
    ("HingeEmbeddingLoss", {"margin": 0.5}, nn.HingeEmbeddingLoss(0.5), [CHANCES, SIGNS]),
    ("MultiMarginLoss", {"p": 2, "margin": 0.5, "weight": WEIGHTS},
     nn.MultiMarginLoss(2, 0.5, torch.tensor(WEIGHTS)), [SCORES, CLASSES]),
    ("MultiLabelMarginLoss", {}, nn.MultiLabelMarginLoss(), [SCORES, torch.tensor([[1, 3, -1, 0]] * 8)]),
    ("MultiLabelSoftMarginLoss", {"weight": WEIGHTS}, nn.MultiLabelSoftMarginLoss(torch.tensor(WEIGHTS)),
     [SCORES, YES_NO]),
    ("CosineEmbeddingLoss", {"margin": 0.2}, nn.CosineEmbeddingLoss(0.2), [SCORES, OTHER, ROW_SIGNS]),
    ("MarginRankingLoss", {"margin": 0.2}, nn.MarginRankingLoss(0.2), [SCORES, OTHER, SIGNS]),
    ("TripletMarginLoss", {"p": 1.0, "swap": True}, nn.TripletMarginLoss(p=1.0, swap=True), [SCORES, OTHER, THIRD]),
    ("TripletMarginWithDistanceLoss", {"distance_function": "cosine"},
     nn.TripletMarginWithDistanceLoss(distance_function=lambda a, b: 1 - torch.cosine_similarity(a, b)),
     [SCORES, OTHER, THIRD]),
]  # fmt: skip


def shape(value: torch.Tensor, classes: int | None) -> Tensor:
    return Tensor((N, *value.shape[1:]), "float" if value.is_floating_point() else "index", classes)


def computed(name: str, params: dict[str, Any], values: list[torch.Tensor], classes: int | None = 4) -> float:
    """The loss by its printed source, by all rows at once, and by the figure over uneven batches: both the same."""
    made = standard().make(name, params)
    assert isinstance(made, LossKind)
    ports = dict(zip([port.name for port in made.inputs], values, strict=False))
    inputs = {port: shape(value, classes) for port, value in ports.items()}
    made.read(inputs, Place("loss"))
    scope: dict[str, Any] = {"torch": torch, "F": nn.functional}
    exec(made.source, scope)
    names = {port: port for port in ports}
    whole = float(eval(made.call("", names, inputs), scope | ports))
    meter = Meter(["loss"])
    for rows in (slice(0, 5), slice(5, 7), slice(7, 8)):
        batch = scope | {port: value[rows] for port, value in ports.items()}
        batch["n"] = rows.stop - rows.start
        batch["loss"] = eval(made.call("", names, inputs), batch)
        top, bottom = (eval(text, batch) for text in made.sums("loss", names, inputs, "n"))
        meter.add({"loss": (top, bottom)})
    assert meter.read()["loss"] == pytest.approx(whole, rel=1e-5)
    return whole


@pytest.mark.parametrize(("name", "params", "module", "values"), BY_TORCH, ids=[row[0] for row in BY_TORCH])
def test_equals_torch(name: str, params: dict[str, Any], module: nn.Module, values: list[torch.Tensor]) -> None:
    assert computed(name, params, values) == pytest.approx(float(module(*values)), rel=1e-6)


def test_ctc_takes_rows_first_and_counts_what_is_not_blank() -> None:
    scores = torch.randn(8, 12, 5, generator=CHANCE).log_softmax(2)
    labels = torch.randint(1, 5, (8, 4), generator=CHANCE)
    labels[2:, 3] = 0
    lengths = (labels != 0).sum(1)
    wanted = nn.CTCLoss()(scores.transpose(0, 1), labels, torch.full((8,), 12), lengths)
    assert computed("CTCLoss", {}, [scores, labels], 5) == pytest.approx(wanted.item(), rel=1e-6)
    short = torch.full((8,), 10)
    wanted = nn.CTCLoss()(scores.transpose(0, 1), labels, short, lengths)
    assert computed("CTCLoss", {}, [scores, labels, short, lengths], None) == pytest.approx(wanted.item(), rel=1e-6)


def test_contrastive_equals_an_example_by_hand() -> None:
    pair = [torch.tensor([[0.0, 0.0]] * 8), torch.tensor([[0.3, 0.4], [0.3, 0.4], [3.0, 4.0], [3.0, 4.0]] * 2)]
    same = torch.tensor([1, 0, 1, 0] * 2)
    by_hand = (0.5**2 + (2.0 - 0.5) ** 2 + 5.0**2 + 0.0) / 4
    assert computed("ContrastiveLoss", {"margin": 2.0}, [*pair, same], 2) == pytest.approx(by_hand, rel=1e-5)
    assert computed("ContrastiveLoss", {"margin": 2.0}, [*pair, same.float()]) == pytest.approx(by_hand, rel=1e-5)


def test_the_divergence_of_bells_equals_torchs() -> None:
    given = torch.distributions.Normal(SCORES, (0.5 * OTHER).exp())
    plain = torch.distributions.Normal(torch.zeros_like(SCORES), torch.ones_like(SCORES))
    wanted = torch.distributions.kl_divergence(given, plain).sum(1).mean()
    assert computed("GaussianKLLoss", {}, [SCORES, OTHER]) == pytest.approx(wanted.item(), rel=1e-5)


def test_class_numbers_stand_for_signs() -> None:
    whole = YES_NO.long()
    assert computed("SoftMarginLoss", {}, [SCORES, whole], 2) == computed("SoftMarginLoss", {}, [SCORES, SIGNS])
    assert computed("HingeLoss", {"labels": "0/1"}, [SCORES, YES_NO]) == computed("HingeLoss", {}, [SCORES, whole], 2)


def test_hinge_equals_scikit_learn() -> None:
    wanted = hinge_loss(ROW_SIGNS.numpy(), SCORES[:, 0].numpy())
    assert computed("HingeLoss", {}, [SCORES[:, 0], ROW_SIGNS]) == pytest.approx(wanted, rel=1e-6)
    pair = [torch.tensor([1.5, -1.0]).repeat(4), torch.ones(8)]
    assert computed("HingeLoss", {"squared": True, "margin": 2.0}, pair) == 4.625


def test_focal_loss_without_focus_is_a_cross_entropy() -> None:
    plain = computed("CrossEntropyLoss", {}, [SCORES, CLASSES])
    assert computed("FocalLoss", {"gamma": 0.0}, [SCORES, CLASSES]) == pytest.approx(plain, rel=1e-6)
    binary = computed("BCEWithLogitsLoss", {}, [SCORES, YES_NO])
    assert computed("FocalLoss", {"gamma": 0.0, "alpha": 0.5}, [SCORES, YES_NO]) == pytest.approx(binary / 2, rel=1e-6)


def test_focal_loss_by_hand() -> None:
    """A score of ln 3 means yes with p = ¾: 0.25 · (1 − ¾)² · −ln ¾; the sure row of the classes has p = ¾ as well."""
    wanted = 0.25 * 0.25**2 * -math.log(0.75)
    score = torch.tensor([math.log(3)])
    yes = computed("FocalLoss", {}, [score.repeat(8), torch.ones(8)])
    assert yes == pytest.approx(wanted, rel=1e-5)
    rows = torch.tensor([[math.log(6), 0.0, 0.0]]).repeat(8, 1)
    several = computed("FocalLoss", {"weight": [2.0, 1.0, 1.0]}, [rows, torch.zeros(8).long()], 3)
    assert several == pytest.approx(2 * 0.25**2 * -math.log(0.75), rel=1e-5)


def test_focal_loss_of_a_perfect_answer_has_a_slope() -> None:
    made = standard().make("FocalLoss", {"gamma": 0.5})
    scope: dict[str, Any] = {"torch": torch, "F": nn.functional, "p": torch.tensor([[90.0, 0.0]], requires_grad=True)}
    exec(made.source, scope)
    inputs = {"prediction": Tensor((N, 2)), "target": Tensor((N,), "index", 2)}
    names = {"prediction": "p", "target": "y"}
    eval(made.call("", names, inputs), scope | {"y": torch.tensor([0])}).backward()
    assert torch.isfinite(scope["p"].grad).all()


def test_one_hot_equals_class_numbers() -> None:
    hot = nn.functional.one_hot(CLASSES, 4)
    plain = computed("CrossEntropyLoss", {"label_smoothing": 0.1}, [SCORES, CLASSES])
    assert computed("OneHotCrossEntropy", {"label_smoothing": 0.1}, [SCORES, hot], 2) == pytest.approx(plain, rel=1e-6)


def test_dice_by_hand() -> None:
    """Three of four places marked with certainty, two of them right: 1 − (2·2 + 1) / (3 + 2 + 1)."""
    scores = torch.tensor([[90.0, 90.0], [90.0, -90.0]]).repeat(8, 1, 1)
    mask = torch.tensor([[1.0, 1.0], [0.0, 0.0]]).repeat(8, 1, 1)
    assert computed("DiceLoss", {}, [scores, mask]) == pytest.approx(1 - 5 / 6)
    assert computed("DiceLoss", {}, [scores.unsqueeze(1), mask]) == pytest.approx(1 - 5 / 6)
    both = torch.stack([-scores, scores], 1)
    other = 1 - (2 * 1 + 1) / (1 + 2 + 1)
    assert computed("DiceLoss", {}, [both, mask.long()], 2) == pytest.approx((1 / 6 + other) / 2)


def test_quantile_and_log_cosh_by_hand() -> None:
    answers, targets = torch.tensor([1.0, 3.0]), torch.tensor([2.0, 1.0])
    pair = [answers.repeat(4), targets.repeat(4)]
    assert computed("QuantileLoss", {"quantile": 0.9}, pair) == pytest.approx((0.9 * 1 + 0.1 * 2) / 2)
    assert computed("LogCoshLoss", {}, pair) == pytest.approx((math.log(math.cosh(1)) + math.log(math.cosh(2))) / 2)


@pytest.mark.parametrize(
    ("name", "real", "fake"),
    [
        ("AdversarialLoss", math.log(1 + math.exp(-2)), math.log(1 + math.exp(2))),
        ("LeastSquaresAdversarialLoss", 0.5, 2.0),
        ("WassersteinLoss", -2.0, 2.0),
        ("HingeAdversarialLoss", 0.0, 3.0),
    ],
)
def test_what_a_judge_says_of_two(name: str, real: float, fake: float) -> None:
    scores = torch.full((8, 1), 2.0)
    assert computed(name, {"target": "real"}, [scores]) == pytest.approx(real, rel=1e-6)
    assert computed(name, {"target": "fake"}, [scores]) == pytest.approx(fake, rel=1e-6)


def test_a_judge_kept_unsure() -> None:
    wanted = nn.functional.binary_cross_entropy_with_logits(torch.tensor([2.0]), torch.tensor([0.9]))
    assert computed("AdversarialLoss", {"smoothing": 0.1}, [torch.full((8, 1), 2.0)]) == pytest.approx(float(wanted))


@pytest.mark.parametrize(
    ("name", "ports"),
    [
        ("LeastSquaresAdversarialLoss", ("prediction",)),
        ("TripletMarginLoss", ("anchor", "positive", "negative")),
        ("CosineEmbeddingLoss", ("input1", "input2")),
    ],
)
def test_losses_with_ports_of_their_own_are_trained(tmp_path: Path, name: str, ports: tuple[str, ...]) -> None:
    """Each port has its Linear; Net answers at all of them, and the loss falls."""
    layers = {f"fc_{port}": ("Linear", {"out_features": 4}) for port in ports}
    nodes: dict[str, Any] = {"data": ("BreastCancer", {}), "scale": ("Standardize", {}), **layers}
    nodes |= {"loss": (name, {}), "adam": ("Adam", {"lr": 0.01})}
    wires = ["data.x -> scale.x", *(f"scale.y -> fc_{port}.x" for port in ports), "loss.loss -> adam.loss"]
    wires += [f"fc_{port}.y -> loss.{port}" for port in ports]
    wires += ["data.y -> loss.target"] if name == "CosineEmbeddingLoss" else []
    run = train(tmp_path / "run", text_of(nodes, wires, {"epochs": 4, "threads": 1})).run
    first, *_, last = run.epochs()
    assert last.train["loss"] < first.train["loss"]
    net = build((run.path / "model.py").read_text()).net()
    answers = net(torch.zeros(3, 30))
    assert len(ports) == (len(answers) if isinstance(answers, tuple) else 1)


def test_a_weighted_loss_of_an_epoch_is_that_of_all_its_rows(tmp_path: Path) -> None:
    """Uneven batches in which the classes weigh differently: torch's mean over the whole part."""
    nodes: dict[str, Any] = {
        "data": ("Iris", {"batch_size": 7}),
        "fc": ("Linear", {"out_features": 3}),
        "loss": ("CrossEntropyLoss", {"weight": [1.0, 5.0, 0.1]}),
        "adam": ("Adam", {}),
    }
    wires = ["data.x -> fc.x", "fc.y -> loss.prediction", "data.y -> loss.target", "loss.loss -> adam.loss"]
    text = text_of(nodes, wires, {"epochs": 1, "threads": 1})
    run = train(tmp_path / "run", text).run
    document = open_text(text, tmp_path).document
    kind: Any = document.make(document.node("data"))
    part = load(kind, tmp_path).parts["test"]
    net = build((run.path / "model.py").read_text()).net()
    net.load_state_dict(read(run.path / "checkpoints" / "last.safetensors").net)
    wanted = nn.functional.cross_entropy(net(part["x"]), part["y"], torch.tensor([1.0, 5.0, 0.1]))
    assert run.metrics()["test"]["loss"] == pytest.approx(wanted.item(), rel=1e-6)
