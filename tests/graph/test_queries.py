"""Questions about a document, and the names that nodes may have."""

import keyword
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph import edits, names, project, queries
from graph.records import Node, Wire
from tests.graph import toys


@pytest.fixture
def doc():
    """digits → fc1 → relu1 → add1, fc1 → add1, relu1 → loss."""
    doc = toys.document()
    for kind in ("Digits", "Linear", "ReLU", "Add", "CrossEntropyLoss"):
        edits.add(doc, kind)
    edits.connect(doc, "digits", "x", "fc1", "x", (0, 2))
    edits.connect(doc, "fc1", "y", "relu1", "x")
    edits.connect(doc, "relu1", "y", "add1", "a")
    edits.connect(doc, "fc1", "y", "add1", "c")
    edits.connect(doc, "relu1", "y", "loss", "prediction")
    return doc


def test_upstream_and_downstream(doc):
    assert queries.upstream(doc, ["relu1"]) == {"digits", "fc1"}
    assert queries.downstream(doc, ["relu1", "fc1"]) == {"add1", "loss"}
    assert queries.downstream(doc, ["nobody"]) == set()


def test_lettered_ports_show_what_is_taken_and_the_next(doc):
    assert [port.name for port in queries.ports_in(doc, "add1")] == ["a", "c", "d"]
    assert [port.name for port in queries.ports_in(doc, "loss")] == ["prediction", "target"]
    assert [port.name for port in queries.ports_out(doc, "digits")] == ["x", "y"]
    edits.remove(doc, [wire.key for wire in doc.wires_into("add1")])
    assert [port.name for port in queries.ports_in(doc, "add1")] == ["a"]


def test_a_gap_is_taken_only_at_the_end(doc):
    doc.put(Wire("digits", "x", "add1", "z", rank=99))
    assert [port.name for port in queries.ports_in(doc, "add1")] == ["a", "b", "c", "z"]


def test_ports_of_an_unknown_kind(doc):
    doc.put(Node("odd", "odd", "Foo", rank=99))
    assert queries.ports_in(doc, "odd") == queries.ports_out(doc, "odd") == []


@pytest.mark.parametrize(
    ("born", "port", "direction", "expected"),
    [
        ("loss", "loss", "out", {"Adam"}),
        (
            "fc1",
            "y",
            "out",
            {"Linear", "ReLU", "Tanh", "Add", "Bilinear", "Neuron", "Delay", "Conv2d", "CrossEntropyLoss"},
        ),
        ("fc1", "x", "in", {"Digits", "Linear", "ReLU", "Tanh", "Add", "Bilinear", "Neuron", "Delay", "Conv2d"}),
        ("add1", "d", "in", {"Digits", "Linear", "ReLU", "Tanh", "Add", "Bilinear", "Neuron", "Delay", "Conv2d"}),
    ],
)
def test_fitting_kinds(doc, born, port, direction, expected):
    assert {kind.__name__ for kind in queries.fitting_kinds(doc, born, port, direction)} == expected


def test_a_drawn_wire_could_be_drawn_again_and_a_loop_could_not(doc):
    for wire in doc.wires():
        assert queries.why_not(doc, wire.source, wire.source_port, wire.target, wire.target_port) is None
        assert queries.why_not(doc, wire.target, "y", wire.source, "x")


def test_a_long_loop_is_told_in_short(doc):
    births = [edits.add(doc, "Tanh") for _ in range(50)]
    for one, other in pairwise(births):
        edits.connect(doc, one, "y", other, "x")
    why = queries.why_not(doc, births[-1], "y", births[0], "x")
    assert why == "tanh50 → tanh1 → tanh2 → tanh3 → … → tanh49 → tanh50 would be a loop without a Delay."


def test_copy_is_a_project(doc):
    edits.rename(doc, "fc1", "encoder")
    part = project.parse(queries.copy(doc, ["fc1", "relu1"]), toys.CATALOGUE)
    assert [(node.born, node.id) for node in part.nodes()] == [("fc1", "encoder"), ("relu1", "relu1")]
    assert [wire.key for wire in part.wires()] == ["fc1.y -> relu1.x"]


def test_texts_of_the_file():
    doc = project.parse('{"title": "Digits", "help": 5, "nodes": []}', toys.CATALOGUE)
    assert queries.file_text(doc, "title") == "Digits"
    assert queries.file_text(doc, "help") == queries.file_text(doc, "nothing") == ""


def test_unused_names(doc):
    assert queries.unused_id(doc, "fc1") == "fc2"
    assert queries.unused_id(doc, "free") == "free"
    assert queries.unused_id(doc, "my net!") == "my_net"
    assert queries.unused_id(doc, "3d") == "n3d"
    assert queries.unused_id(doc, "a__b_") == "a__b_"
    assert queries.unused_id(doc, "class") == "class2"
    assert queries.unused_id(doc, "") == "node"


# --- names


def test_names_of_many_nodes_are_all_different():
    doc = toys.document()
    births = [edits.add(doc, "Linear") for _ in range(300)]
    assert births == [f"fc{n}" for n in range(1, 301)]
    edits.remove(doc, ["fc3"])
    assert edits.add(doc, "Linear") == "fc3"


@given(st.text(max_size=8))
def test_a_legal_name_is_legal_and_free(text):
    doc = toys.document()
    edits.add(doc, "Linear", id="node")
    found = names.legal(text, doc)
    assert names.why_not(found) is None
    assert not doc.holders(found)
    if text and names.why_not(text) is None and text != "node":
        assert found == text


@given(st.text(max_size=4) | st.sampled_from([*keyword.kwlist, "match", "forward", "torch", "_a", "Ⅷ"]))
def test_what_may_be_a_name_can_be_an_attribute(name):
    if names.why_not(name) is None:
        scope = {}
        exec(f"class Net: pass\nnet = Net()\nnet.{name} = 1\nassert {name!r} in vars(net)", scope)


def test_the_words_of_modules_are_those_of_torch():
    nn = pytest.importorskip("torch.nn")
    public = {name for name in [*dir(nn.Module()), *vars(nn.Module()), *nn.Module.__annotations__] if name[0] != "_"}
    assert public <= names.MODULE
