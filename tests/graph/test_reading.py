"""Reading: shapes, diagnostics with fixes, and that an edit reads again only what it reaches."""

import json
from typing import Any

import pytest

from graph import edits
from graph.catalogue import standard
from graph.diagnostic import Diagnostic
from graph.document import Document
from graph.project import parse, write
from graph.reading import Reading
from graph.shape import Tensor, plain, text

DIGITS = """{"format": "neuroloom", "version": 1, "nodes": [
 {"id": "digits", "kind": "Digits"},
 {"id": "conv1", "kind": "Conv2d", "params": {"out_channels": 16, "kernel_size": 3, "padding": 1}},
 {"id": "relu1", "kind": "ReLU"},
 {"id": "pool", "kind": "MaxPool2d", "params": {"kernel_size": 2}},
 {"id": "flat", "kind": "Flatten"},
 {"id": "fc", "kind": "Linear", "params": {"out_features": 10}},
 {"id": "loss", "kind": "CrossEntropyLoss"},
 {"id": "adam", "kind": "Adam"}],
 "wires": ["digits.x -> conv1.x", "conv1.y -> relu1.x", "relu1.y -> pool.x", "pool.y -> flat.x", "flat.y -> fc.x",
 "fc.y -> loss.prediction", "digits.y -> loss.target", "loss.loss -> adam.loss"]}"""


@pytest.fixture
def document() -> Document:
    return parse(DIGITS, standard())


@pytest.fixture
def reading(document: Document) -> Reading:
    return Reading(document)


def found(reading: Reading, code: str) -> Diagnostic:
    every = {d.code: d for d in reading.diagnostics()}
    assert code in every, [d.message for d in reading.diagnostics()]
    return every[code]


def shape(reading: Reading, born: str, port: str = "y") -> Any:
    value = reading.value(born, port)
    assert isinstance(value, Tensor)
    return plain(value)


def test_a_good_drawing_is_read_without_a_word(reading: Reading) -> None:
    assert reading.diagnostics() == []
    assert [shape(reading, born) for born in ("conv1", "pool", "flat", "fc")] == [[16, 8, 8], [16, 4, 4], [256], [10]]
    assert text(reading.value("digits", "x")) == "1×8×8"
    assert text(reading.value("digits", "y")) == "10 classes"


def test_cost_counts_weights_arithmetic_and_memory(reading: Reading) -> None:
    cost = reading.cost("conv1")
    assert cost.parameters == 16 * 1 * 3 * 3 + 16
    assert cost.macs == 16 * 8 * 8 * 9
    assert cost.memory == 32 * 16 * 8 * 8 * 4


def test_an_edit_is_read_only_as_far_as_it_reaches(document: Document, reading: Reading) -> None:
    told: list[frozenset[str]] = []
    reading.changed.connect(told.append)
    edits.set_param(document, "conv1", "out_channels", 8)
    nodes = {key for keys in told for key in keys if document.has_node(key)}
    assert nodes == {"conv1", "relu1", "pool", "flat"}, "fc gives ten scores as before: it stops there"
    assert shape(reading, "flat") == [128]


def test_incremental_equals_fresh_after_many_edits(document: Document, reading: Reading) -> None:
    edits.remove(document, ["pool"])
    edits.connect(document, "relu1", "y", "flat", "x")
    edits.rename(document, "relu1", "bend")
    edits.add(document, "Dropout")
    edits.set_param(document, "fc", "out_features", 3)
    fresh = Reading(document)
    births = [node.born for node in document.nodes()]
    assert [reading.value(born) for born in births] == [fresh.value(born) for born in births]
    assert sorted(map(str, reading.diagnostics())) == sorted(map(str, fresh.diagnostics()))


def test_conv_after_flatten_names_both_and_offers_a_fix(document: Document, reading: Reading) -> None:
    born = edits.add(document, "Conv2d", id="conv2")
    edits.connect(document, "flat", "y", born, "x")
    diagnostic = next(d for d in reading.diagnostics(born) if d.level == "error")
    assert "conv2" in diagnostic.message and "flat" in diagnostic.message and "256" in diagnostic.message


def test_ten_classes_into_three_scores_is_fixed_by_one_press(document: Document, reading: Reading) -> None:
    edits.set_param(document, "fc", "out_features", 3)
    diagnostic = found(reading, "target-shape")
    assert diagnostic.level == "error" and "10" in diagnostic.message and "3" in diagnostic.message
    assert diagnostic.fix is not None
    before = dict(document.records)
    patch = diagnostic.fix.patch(document)
    assert document.records == before, "a draft leaves no trace"
    document.apply(patch)
    assert reading.diagnostics() == []


@pytest.mark.parametrize(
    ("kind", "loss", "code"),
    [("Softmax", "CrossEntropyLoss", "probability-twice"), ("Sigmoid", "BCEWithLogitsLoss", "probability-twice")],
)
def test_probabilities_before_a_loss_on_scores(kind: str, loss: str, code: str) -> None:
    document = Document(standard())
    edits.add(document, "Moons" if loss.startswith("BCE") else "Iris", id="data")
    edits.add(document, "Linear", id="fc", params={"out_features": 1 if loss.startswith("BCE") else 3})
    edits.add(document, kind, id="soft")
    edits.add(document, loss, id="loss")
    edits.connect(document, "data", "x", "fc", "x")
    edits.connect(document, "fc", "y", "soft", "x")
    edits.connect(document, "soft", "y", "loss", "prediction")
    edits.connect(document, "data", "y", "loss", "target")
    reading = Reading(document)
    diagnostic = found(reading, code)
    assert diagnostic.level == "warning" and diagnostic.fix is not None
    diagnostic.fix.apply(document)
    assert code not in {d.code for d in reading.diagnostics()}
    assert document.wires_into("loss", "prediction")[0].source == "fc"


def test_two_linear_layers_without_activation(document: Document, reading: Reading) -> None:
    edits.insert(document, document.wires_into("fc", "x")[0].key, "Linear")
    diagnostic = found(reading, "no-activation")
    assert diagnostic.fix is not None
    diagnostic.fix.apply(document)
    assert "no-activation" not in {d.code for d in reading.diagnostics()}


def test_an_optimizer_over_nothing_trainable(document: Document, reading: Reading) -> None:
    edits.remove(document, ["fc", "conv1"])
    edits.connect(document, "flat", "y", "loss", "prediction")
    assert found(reading, "trains-nothing").born == "adam"


def test_an_unwired_input_and_what_depends_on_nothing(document: Document, reading: Reading) -> None:
    edits.remove(document, [document.wires_into("conv1", "x")[0].key])
    assert found(reading, "input-unwired").born == "conv1"
    born = edits.add(document, "Tanh")
    assert {d.code for d in reading.diagnostics(born)} == {"input-unwired", "unused"}


def test_a_loop_from_a_file_is_shown_and_the_rest_is_read() -> None:
    text = DIGITS.replace('"digits.x -> conv1.x"', '"pool.y -> conv1.x"')
    reading = Reading(parse(text, standard()))
    diagnostic = found(reading, "loop-without-delay")
    assert all(name in diagnostic.message for name in ("conv1", "relu1", "pool"))
    assert diagnostic.fix is not None
    diagnostic.fix.apply(reading.document)
    assert "loop-without-delay" not in {d.code for d in reading.diagnostics()}


def test_what_a_file_gets_wrong_is_said_at_its_node() -> None:
    text = """{"format": "neuroloom", "version": 1, "nodes": [
     {"id": "my net", "kind": "Linera", "params": {"out_features": 3}},
     {"id": "fc", "kind": "Linear", "params": {"out_features": NaN, "color": "red"}},
     {"id": "fc", "kind": "ReLU", "mood": 3}], "wires": ["fc.y -> nobody.x", "fc.q -> fc.z"]}"""
    codes = {d.code for d in Reading(parse(text, standard())).diagnostics()}
    assert codes >= {
        "name",
        "kind-unknown",
        "parameter",
        "parameter-unknown",
        "name-taken",
        "wire-to-nothing",
        "key-unknown",
    }


def test_what_shares_is_judged_anew_when_what_goes_into_it_or_its_own_settings_change() -> None:
    """The rule looks at the whole drawing, but depends on the values of single nodes."""
    text = json.dumps({
        "format": "neuroloom", "version": 1,
        "nodes": [
            {"id": "moons", "kind": "Moons"}, {"id": "wide", "kind": "Linear", "params": {"out_features": 2}},
            {"id": "first", "kind": "Linear", "params": {"out_features": 5}},
            {"id": "second", "kind": "Linear", "shares": "first"},
        ],
        "wires": ["moons.x -> first.x", "moons.x -> wide.x", "wide.y -> second.x"],
    })  # fmt: skip
    document = parse(text, standard())
    reading = Reading(document)

    def codes() -> list[str]:
        fresh = Reading(parse(write(document), standard()))
        found = [[one.code for one in each.diagnostics("second") if one.level == "error"] for each in (reading, fresh)]
        assert found[0] == found[1]
        return found[0]

    assert codes() == []
    edits.set_param(document, "wide", "out_features", 3)
    assert codes() == ["share-differs"]
    edits.set_param(document, "second", "bias", "maybe")
    assert codes() == ["parameter"]
    edits.reset_param(document, "second", "bias")
    edits.set_param(document, "wide", "out_features", 2)
    assert codes() == []
