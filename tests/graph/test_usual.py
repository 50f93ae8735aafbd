"""What a search at the end of a wire offers first: what most often stands there, of kinds that there are."""

import re
from pathlib import Path

import pytest

from graph import project, queries, usual
from graph.catalogue import standard
from graph.reading import Reading
from graph.shape import Axis, Loss, Tensor, Value

ROOT = Path(__file__).resolve().parents[2]
N = Axis("digits", "N", 1797)
PICTURE, ROW, STEPS, WORDS = (Tensor((N, *sides)) for sides in ((1, 8, 8), (64,), (20, 3), (20,)))

FIRST = [
    ("Digits", "x", PICTURE, "Conv2d Flatten Linear"),
    ("Iris", "x", ROW, "Linear"),
    ("Sequences", "x", STEPS, "LSTM Conv1d Linear"),
    ("TextFile", "x", Tensor((N, 20), "index", 90), "Embedding"),
    ("Digits", "y", Tensor((N,), "index", 10), "CrossEntropyLoss Accuracy"),
    ("Diabetes", "y", Tensor((N,)), "MSELoss MeanAbsoluteError"),
    ("CSV", "x", Tensor(), "Linear Conv2d Flatten"),
    ("Conv2d", "y", PICTURE, "ReLU BatchNorm2d MaxPool2d"),
    ("Conv1d", "y", STEPS, "ReLU BatchNorm1d MaxPool1d"),
    ("Linear", "y", ROW, "ReLU"),
    ("ReLU", "y", PICTURE, "Conv2d Flatten"),
    ("ReLU", "y", ROW, "Linear Dropout"),
    ("MaxPool3d", "y", Tensor(), "Conv3d Flatten"),
    ("CrossEntropyLoss", "loss", Loss(), "Adam AdamW SGD"),
]


@pytest.mark.parametrize(("kind", "port", "value", "first"), FIRST)
def test_what_follows_first(kind: str, port: str, value: Value, first: str) -> None:
    made = standard().get(kind)
    assert made is not None
    found = usual.after(made, port, value)
    assert set(first.split()) <= set(found[:3]), found


@pytest.mark.parametrize(
    ("kind", "port", "first"),
    [
        ("Adam", "loss", "CrossEntropyLoss"),
        ("Adam", "schedule", "CosineAnnealingLR"),
        ("MSELoss", "prediction", "Linear"),
        ("MSELoss", "target", "Digits"),
        ("Linear", "x", "Flatten"),
        ("Conv1d", "x", "ReLU"),
    ],
)
def test_what_comes_before_first(kind: str, port: str, first: str) -> None:
    made = standard().get(kind)
    assert made is not None
    declared = made.input(port)
    assert declared is not None
    assert usual.before(made, declared)[0] == first


def test_all_that_is_offered_first_is_in_the_vocabulary() -> None:
    names = set(re.findall(r"\b[A-Z]\w+(?:{})?", str([value for name, value in vars(usual).items() if name.isupper()])))
    for ending in ("1d", "2d", "3d"):
        assert [name for name in names if standard().get(name.replace("{}", ending)) is None] == []


@pytest.mark.parametrize("kind", standard().drawn(), ids=lambda kind: kind.__name__)
def test_every_kind_has_something_to_offer_that_a_wire_can_end_at(kind) -> None:
    for port in kind.outputs:
        found = [standard().get(name) for name in usual.after(kind, port.name, Tensor())]
        assert any(queries.entry(each, port.type, "out") for each in found), port
    for port in kind.inputs:
        found = [standard().get(name) for name in usual.before(kind, port)]
        assert any(queries.entry(each, port.type, "in") for each in found), port


def test_answers_go_where_a_target_is() -> None:
    data, loss, linear = (standard().get(name) for name in ("Digits", "CrossEntropyLoss", "Linear"))
    assert usual.entry(loss, data, "y", "tensor", "out").name == "target"
    assert usual.entry(loss, data, "x", "tensor", "out").name == "prediction"
    assert usual.entry(linear, data, "y", "tensor", "out").name == "x"
    assert usual.entry(data, loss, "target", "tensor", "in").name == "y"
    assert usual.entry(data, linear, "x", "tensor", "in").name == "x"
    assert usual.entry(loss, data, "y", "schedule", "out") is None


def test_the_templates_are_mostly_drawn_from_what_is_offered_first() -> None:
    """Of the wires of our own templates, most lead to one of the first six kinds that would have been offered."""
    hits = total = 0
    for file in sorted((ROOT / "assets" / "examples").glob("*.loom")):
        document = project.read(file, standard())
        reading = Reading(document)
        for wire in document.wires():
            source, target = (document.kind(document.node(born)) for born in (wire.source, wire.target))
            found = usual.after(source, wire.source_port, reading.value(wire.source, wire.source_port))
            total += 1
            hits += target.__name__ in found[:6]
    assert hits / total > 0.6, (hits, total)
