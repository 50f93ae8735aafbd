"""Rows of neurons: drawn at once, wired fully, opened from a Linear and closed to one."""

from typing import Any

import pytest

from graph import edits, project
from graph.edits import Refused
from graph.edits.neurons import Learned, Tap
from graph.history import History
from graph.reading import Reading
from tests.runtime.drawings import drawn


def mlp() -> Any:
    nodes = {
        "iris": ("Iris", {}), "fc1": ("Linear", {"out_features": 3}), "relu1": ("ReLU", {}),
        "fc2": ("Linear", {"out_features": 3}), "loss": ("CrossEntropyLoss", {}), "adam": ("Adam", {}),
    }  # fmt: skip
    wires = ["iris.x -> fc1.x", "fc1.y -> relu1.x", "relu1.y -> fc2.x", "fc2.y -> loss.prediction",
             "iris.y -> loss.target", "loss.loss -> adam.loss"]  # fmt: skip
    return drawn(nodes, wires)


def neurons(doc: Any) -> list[str]:
    return [node.born for node in doc.nodes() if node.kind == "Neuron"]


def meaning(doc: Any) -> tuple[Any, Any]:
    """All of a drawing but places and order."""
    nodes = {node.id: (node.kind, dict(node.params)) for node in doc.nodes()}
    name = {node.born: node.id for node in doc.nodes()}
    wires = {(name[w.source], w.source_port, name[w.target], w.target_port, w.select, w.weight) for w in doc.wires()}
    return nodes, wires


def test_a_row_comes_named_placed_and_wired() -> None:
    doc = mlp()
    births = edits.add_row(doc, 3, [Tap("iris", "x")], activation="tanh")
    assert [doc.node(born).id for born in births] == ["h1", "h2", "h3"]
    assert {doc.node(born).params["activation"] for born in births} == {"tanh"}
    assert all([w.source for w in doc.wires_into(born)] == ["iris"] for born in births)
    again = edits.add_row(doc, 2, [Tap(born) for born in births])
    assert [doc.node(born).id for born in again] == ["i1", "i2"]
    assert sum(len(doc.wires_into(born)) for born in again) == 6


def test_rows_are_wired_once_and_in_one_step() -> None:
    doc = mlp()
    history = History(doc)
    one, other = (edits.add_row(doc, 3, at=(x, 0.0)) for x in (0.0, 200.0))
    before = meaning(doc)
    with history.step("Wire fully"):
        assert len(edits.wire_fully(doc, [*other, *one])) == 9
    assert all(wire.source in one for born in other for wire in doc.wires_into(born))
    with pytest.raises(Refused, match="already"):
        edits.wire_fully(doc, [*one, *other])
    history.undo()
    assert meaning(doc) == before
    assert not history.can_undo


def test_one_row_alone_cannot_be_wired() -> None:
    doc = mlp()
    with pytest.raises(Refused, match="two rows"):
        edits.wire_fully(doc, edits.add_row(doc, 3, at=(0.0, 0.0)))


def test_a_row_into_what_takes_one_wire_is_refused_without_a_trace() -> None:
    doc = mlp()
    row = edits.add_row(doc, 2, [Tap("iris", "x")])
    before = dict(doc.records)
    with pytest.raises(Refused, match="fc2 takes one wire"):
        edits.connect_rows(doc, [Tap(born) for born in row], ["fc2"])
    assert dict(doc.records) == before


@pytest.mark.parametrize("bias", [True, False])
def test_open_and_close_are_inverse(bias: bool) -> None:
    doc = mlp()
    edits.set_param(doc, "fc1", "bias", bias)
    before, text = meaning(doc), project.write(doc)
    births = edits.open_linear(doc, "fc1")
    assert len(births) == 3
    assert doc.node("fc1").kind == "Concatenate"
    assert [found for found in Reading(doc).diagnostics() if found.level == "error"] == []
    assert [wire.source for wire in doc.wires_into("fc1")] == births
    edits.close_row(doc, births)
    assert meaning(doc) == before
    assert [node.id for node in doc.nodes()] == [node.id for node in project.parse(text, doc.catalogue).nodes()]


def test_typed_weights_go_along_and_come_back() -> None:
    doc = mlp()
    weights = [tuple(float(10 * row + column) for column in range(4)) for row in range(3)]
    births = edits.open_linear(doc, "fc1", weights, [1.0, 2.0, 3.0])
    assert [doc.wires_into(born)[0].weight for born in births] == weights
    assert [doc.make(doc.node(born)).bias for born in births] == [1.0, 2.0, 3.0]
    edits.close_row(doc, births)
    held = doc.make(doc.node("fc1")).values
    assert list(held) == [number for row in weights for number in row] + [1.0, 2.0, 3.0]
    again = edits.open_linear(doc, "fc1")
    assert [doc.wires_into(born)[0].weight for born in again] == weights
    assert [doc.make(doc.node(born)).bias for born in again] == [1.0, 2.0, 3.0]


def test_more_rows_than_letters_go_through_concatenates() -> None:
    doc = mlp()
    edits.set_param(doc, "fc1", "out_features", 60)
    before = meaning(doc)
    births = edits.open_linear(doc, "fc1")
    assert len(births) == 60
    assert [node.id for node in doc.nodes() if node.kind == "Concatenate"] == ["fc1", "fc1_a", "fc1_b", "fc1_c"]
    assert [found for found in Reading(doc).diagnostics() if found.level == "error"] == []
    edits.close_row(doc, reversed(births))
    assert meaning(doc) == before


def test_what_cannot_be_opened_or_closed_says_why() -> None:
    doc = mlp()
    with pytest.raises(Refused, match="relu1 is no Linear"):
        edits.open_linear(doc, "relu1")
    lonely = edits.add(doc, "Linear")
    with pytest.raises(Refused, match="Nothing is wired into"):
        edits.open_linear(doc, lonely)
    edits.set_param(doc, "fc1", "out_features", 700)
    with pytest.raises(Refused, match="at most 676"):
        edits.open_linear(doc, "fc1")
    one, other = edits.add_row(doc, 2, [Tap("iris", "x")])
    edits.set_param(doc, other, "activation", "relu")
    with pytest.raises(Refused, match="different activations"):
        edits.close_row(doc, [one, other])
    edits.set_param(doc, one, "activation", "relu")
    edits.set_wire(doc, doc.wires_into(one)[0].key, weight=(1.0, 2.0, 3.0, 4.0))
    with pytest.raises(Refused, match="all or none"):
        edits.close_row(doc, [one, other])
    edits.set_wire(doc, doc.wires_into(one)[0].key, weight=None, fixed=True)
    with pytest.raises(Refused, match="fixed weight"):
        edits.close_row(doc, [one, other])
    with pytest.raises(Refused, match="no neuron"):
        edits.close_row(doc, ["fc2"])


def test_a_row_drawn_by_hand_becomes_a_layer_with_its_activation() -> None:
    nodes = {
        "xor": ("XOR", {}), **{f"h{at}": ("Neuron", {"activation": "tanh"}) for at in (1, 2, 3)}, "out": ("Neuron", {}),
        "loss": ("BCEWithLogitsLoss", {}), "adam": ("Adam", {}),
    }  # fmt: skip
    wires: list[Any] = [f"xor.x[{at}] -> h{row}.x" for row in (1, 2, 3) for at in (0, 1)]
    wires += [{"wire": f"h{row}.y -> out.x", "weight": row / 4} for row in (1, 2, 3)]
    wires += ["out.y -> loss.prediction", "xor.y -> loss.target", "loss.loss -> adam.loss"]
    doc = drawn(nodes, wires)
    born = edits.close_row(doc, ["h1", "h2", "h3"])
    assert doc.node(born).kind == "Linear"
    assert doc.node(born).id == "h"
    (feed,), (onward,) = doc.wires_into(born), doc.wires_from(born)
    assert (feed.source, feed.source_port, feed.select) == ("xor", "x", None)
    assert doc.node(onward.target).kind == "Tanh"
    (last,) = doc.wires_into("out")
    assert last.source == onward.target
    assert last.weight == (0.25, 0.5, 0.75)
    assert [found for found in Reading(doc).diagnostics() if found.level == "error"] == []


def test_learned_weights_are_typed_where_they_belong() -> None:
    doc = mlp()
    births = edits.open_linear(doc, "fc1")
    key = doc.wires_into(births[1])[0].key
    learned = {births[1]: Learned({key: (1.0, 2.0, 3.0, 4.0)}, 0.5), "gone": Learned({}, 1.0)}
    assert edits.adopt_weights(doc, learned) == 1
    assert doc.wire(key).weight == (1.0, 2.0, 3.0, 4.0)
    assert doc.make(doc.node(births[1])).bias == 0.5
    with pytest.raises(Refused, match="None of the neurons"):
        edits.adopt_weights(doc, {"gone": Learned({}, 1.0)})
