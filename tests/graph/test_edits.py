"""Each verb on small documents: what it changes, what it refuses, and that a refusal leaves no trace."""

import pytest

from graph import edits, project
from graph.edits import Refused
from graph.records import BadNumber, Node, Wire
from tests.graph import toys


@pytest.fixture
def doc():
    return toys.document()


@pytest.fixture
def chain(doc):
    """digits → fc1 → relu1 → loss → adam, and the targets."""
    for kind in ("Digits", "Linear", "ReLU", "CrossEntropyLoss", "Adam"):
        edits.add(doc, kind, (100 * len(doc.nodes()), 0))
    edits.connect(doc, "digits", "x", "fc1", "x")
    edits.connect(doc, "fc1", "y", "relu1", "x")
    edits.connect(doc, "relu1", "y", "loss", "prediction")
    edits.connect(doc, "digits", "y", "loss", "target")
    edits.connect(doc, "loss", "loss", "adam", "loss")
    return doc


def texts(doc):
    return [wire.key for wire in doc.wires()]


def refused(doc, sentence, verb, *args, **options):
    before = dict(doc.records)
    with pytest.raises(Refused, match=sentence):
        verb(doc, *args, **options)
    assert doc.records == before


# --- nodes


def test_names_of_new_nodes_come_from_the_kind(doc):
    kinds = ["Linear", "Linear", "Conv2d", "ReLU", "Adam", "Adam", "CrossEntropyLoss", "Digits", "StepLR"]
    born = [edits.add(doc, kind) for kind in kinds]
    assert born == ["fc1", "fc2", "conv1", "relu1", "adam", "adam2", "loss", "digits", "schedule"]


def test_add_keeps_what_is_typed_and_nothing_else(doc):
    born = edits.add(doc, "Linear", (1.26, 3.0), id="encoder", params={"out_features": 10, "bias": False, "note": None})
    assert doc.node(born) == Node("encoder", "encoder", "Linear", {"bias": False, "note": None}, (1.3, 3))


def test_add_refuses_what_cannot_be_drawn(doc):
    refused(doc, "no kind of node called Foo", edits.add, "Foo")
    refused(doc, "no kind of node called Run", edits.add, "Run")
    refused(doc, "is a word of Python", edits.add, "Linear", id="class")


def test_a_birth_name_is_never_given_twice(doc):
    edits.add(doc, "Linear")
    edits.rename(doc, "fc1", "encoder")
    assert edits.add(doc, "Linear") == "fc1~2"
    assert doc.node("fc1~2").id == "fc1"


def test_a_new_node_takes_no_name_that_a_dangling_wire_waits_for():
    doc = project.parse('{"nodes": [{"id": "fc1", "kind": "Linear"}], "wires": ["fc2.y -> fc1.x"]}', toys.CATALOGUE)
    assert edits.add(doc, "Linear") == "fc3"
    assert edits.add(doc, "Linear", id="fc2") == "fc2"
    assert doc.graph.has_edge("fc2", "fc1")


def test_rename_changes_one_record(chain):
    patch = chain.draft(lambda doc: edits.rename(doc, "fc1", "encoder"))
    assert list(patch) == ["fc1"]
    edits.rename(chain, "fc1", " encoder ")
    assert chain.find("encoder").born == "fc1"
    assert '"digits.x -> encoder.x"' in project.write(chain)


@pytest.mark.parametrize("name", ["", "1st", "a b", "a.b", "_x", "lambda", "double", "forward", "torch", "a-b"])
def test_rename_refuses_what_is_no_name(chain, name):
    refused(chain, "cannot be called", edits.rename, "fc1", name)


def test_rename_refuses_a_taken_name(chain):
    refused(chain, "relu1 is the name of another node already", edits.rename, "fc1", "relu1")
    edits.rename(chain, "fc1", "fc1")


def test_names_are_normal(chain):
    edits.rename(chain, "fc1", "ﬁlter")
    assert chain.node("fc1").id == "filter"


def test_remove_takes_wires_along(chain):
    edits.remove(chain, ["fc1", "nobody"])
    assert texts(chain) == ["relu1.y -> loss.prediction", "digits.y -> loss.target", "loss.loss -> adam.loss"]
    edits.remove(chain, ["digits.y -> loss.target"])
    assert len(chain.wires()) == 2


def test_set_param_stores_what_is_typed(doc):
    born = edits.add(doc, "Linear")
    edits.set_param(doc, born, "out_features", "many")
    edits.set_param(doc, born, "bias", 1)
    assert doc.node(born).params == {"out_features": "many", "bias": 1}
    edits.set_param(doc, born, "out_features", 10)
    edits.set_param(doc, born, "bias", True)
    assert doc.node(born).params == {}


def test_none_is_stored_only_where_it_says_something(doc):
    born = edits.add(doc, "Linear", params={"out_features": 3})
    edits.set_param(doc, born, "note", None)
    edits.set_param(doc, born, "out_features", None)
    assert doc.node(born).params == {"note": None}


def test_numbers_that_no_tensor_can_hold_become_bad_numbers(doc):
    born = edits.add(doc, "Linear")
    edits.set_param(doc, born, "note", float("nan"))
    edits.set_param(doc, born, "out_features", 10**30)
    values = doc.node(born).params
    assert values == {"note": BadNumber("NaN"), "out_features": BadNumber(10**30)}
    assert all(isinstance(value, BadNumber) for value in values.values())


def test_unknown_parameters(doc):
    born = edits.add(doc, "Linear")
    refused(doc, "has no parameter colour", edits.set_param, born, "colour", 1)
    doc.put(Node("odd", "odd", "Linear", {"colour": 1}))
    edits.reset_param(doc, "odd", "colour")
    assert doc.node("odd").params == {}


def test_set_run(doc):
    edits.set_run(doc, "epochs", 3)
    assert doc.settings.params == {"epochs": 3}
    edits.set_run(doc, "epochs", 10)
    assert doc.settings.params == {}
    refused(doc, "no run setting moon", edits.set_run, "moon", 1)


def test_move_rounds_and_refuses_what_is_no_place(chain):
    edits.move(chain, {"fc1": (1.234, -5.0), "relu1": (0, 0)})
    assert chain.node("fc1").at == (1.2, -5)
    refused(chain, "must be two numbers", edits.move, {"relu1": (1, 1), "fc1": (float("nan"), 0)})
    refused(chain, "There is no node ghost", edits.move, {"fc1": (1, 1), "ghost": (0, 0)})


def test_arrange_follows_the_wires(chain):
    edits.arrange(chain)
    lefts = [chain.node(born).at[0] for born in ("digits", "fc1", "relu1", "loss", "adam")]
    assert lefts == sorted(set(lefts))


def test_arrange_of_some_keeps_their_corner(chain):
    edits.move(chain, {"fc1": (500, 70), "relu1": (300, 90)})
    before = chain.node("digits").at
    edits.arrange(chain, ["fc1", "relu1"])
    assert chain.node("fc1").at == (300, 70)
    assert chain.node("relu1").at[0] > 300
    assert chain.node("digits").at == before


# --- wires


def test_connect_replaces_the_wire_of_a_port_that_takes_one(chain):
    key = edits.connect(chain, "digits", "x", "relu1", "x", select=(0, 3))
    assert key == "digits.x[0:3] -> relu1.x"
    assert [wire.key for wire in chain.wires_into("relu1")] == [key]


def test_lettered_ports_take_one_wire_each(chain):
    edits.add(chain, "Add")
    keys = [edits.connect(chain, born, "y", "add1", "a") for born in ("fc1", "relu1", "fc1")]
    assert keys == ["fc1.y -> add1.a", "relu1.y -> add1.b", "fc1.y -> add1.a"]
    assert edits.connect(chain, "digits", "x", "add1", "d") == "digits.x -> add1.d"
    assert edits.connect(chain, "digits", "y", "add1", "a") == "digits.y -> add1.e"


def test_gathering_ports_take_any_number(doc):
    edits.add(doc, "Digits"), edits.add(doc, "Neuron")
    keys = [edits.connect(doc, "digits", "x", "neuron1", "x", select=at, weight=0.5) for at in (0, 1, 0)]
    assert len(set(keys)) == 2
    assert [wire.weight for wire in doc.wires()] == [0.5, 0.5]


@pytest.mark.parametrize(
    ("ends", "sentence"),
    [
        (("fc1", "y", "fc1", "x"), "fc1 cannot feed itself"),
        (("relu1", "y", "fc1", "x"), "relu1 → fc1 → relu1 would be a loop without a Delay"),
        (("loss", "loss", "fc1", "x"), "loss.loss gives a loss, but fc1.x takes numbers"),
        (("fc1", "y", "adam", "schedule"), "fc1.y gives numbers, but adam.schedule takes a schedule"),
        (("fc1", "z", "relu1", "x"), "fc1 has no output z; it gives y"),
        (("adam", "z", "relu1", "x"), "adam has no output z; it gives nothing"),
        (("fc1", "y", "relu1", "q"), "relu1 has no input q; it takes x"),
        (("ghost", "y", "relu1", "x"), "There is no node ghost"),
    ],
)
def test_connect_refuses(chain, ends, sentence):
    refused(chain, sentence, edits.connect, *ends)


def test_a_delay_closes_a_loop(chain):
    edits.add(chain, "Delay"), edits.add(chain, "Add")
    edits.connect(chain, "fc1", "y", "add1", "a")
    edits.connect(chain, "add1", "y", "delay1", "x")
    edits.connect(chain, "delay1", "y", "add1", "b")
    assert len(chain.wires_into("add1")) == 2


def test_connect_refuses_a_node_of_an_unknown_kind(chain):
    chain.put(Node("odd", "odd", "Foo", rank=9))
    refused(chain, "odd is of the unknown kind Foo", edits.connect, "odd", "y", "fc1", "x")


def test_the_letters_end(doc):
    edits.add(doc, "Add"), edits.add(doc, "Digits")
    for at in range(26):
        edits.connect(doc, "digits", "x", "add1", "a", select=at)
    refused(doc, "All 26 inputs of add1 are taken", edits.connect, "digits", "y", "add1", "a")


def test_set_wire(doc):
    edits.add(doc, "Digits"), edits.add(doc, "Neuron")
    key = edits.connect(doc, "digits", "x", "neuron1", "x", select=0)
    other = edits.connect(doc, "digits", "x", "neuron1", "x", select=1)
    key = edits.set_wire(doc, key, weight=[1, 2.5], fixed=True, via=[(1.26, 2)], select="alcohol")
    wire = doc.wire(key)
    assert (wire.weight, wire.fixed, wire.via, wire.select) == ((1, 2.5), True, ((1.3, 2),), "alcohol")
    assert doc.wire(edits.set_wire(doc, key, weight=None)).fixed
    refused(doc, "is there already", edits.set_wire, key, select=1)
    assert doc.wires()[1].key == other


def test_only_gathering_ports_weigh(chain):
    refused(chain, "carries no weight", edits.set_wire, "fc1.y -> relu1.x", weight=0.5)
    refused(chain, "carries no weight", edits.connect, "digits", "x", "relu1", "x", weight=0.5)
    refused(chain, "There is no wire", edits.set_wire, "a -> b", fixed=True)


# --- between others


def test_insert_onto_a_wire(chain):
    key = edits.set_wire(chain, "digits.x -> fc1.x", select=(0, 2))
    born = edits.insert(chain, key, "Tanh")
    assert chain.node(born).at == (212, 0)
    assert chain.node("fc1").at == (424, 0)
    assert {"digits.x[0:2] -> tanh1.x", "tanh1.y -> fc1.x"} < set(texts(chain))
    assert key not in chain.records


def test_insert_keeps_the_weight_at_the_target(doc):
    edits.add(doc, "Digits"), edits.add(doc, "Neuron")
    key = edits.connect(doc, "digits", "x", "neuron1", "x", weight=0.5)
    edits.set_wire(doc, key, fixed=True)
    edits.insert(doc, key, "ReLU")
    wire = doc.wire("relu1.y -> neuron1.x")
    assert (wire.weight, wire.fixed) == (0.5, True)
    assert doc.wire("digits.x -> relu1.x").weight is None


def test_insert_refuses_what_does_not_hand_on(chain):
    refused(
        chain,
        "CrossEntropyLoss cannot stand on the wire fc1.y -> relu1.x",
        edits.insert,
        "fc1.y -> relu1.x",
        "CrossEntropyLoss",
    )
    refused(chain, "cannot stand on the wire", edits.insert, "loss.loss -> adam.loss", "ReLU")


def test_insert_node(chain):
    edits.add(chain, "Tanh")
    edits.insert_node(chain, "fc1.y -> relu1.x", "tanh1")
    assert {"fc1.y -> tanh1.x", "tanh1.y -> relu1.x"} < set(texts(chain))
    refused(chain, "is an end of this wire", edits.insert_node, "fc1.y -> tanh1.x", "tanh1")
    edits.add(chain, "Neuron")
    edits.connect(chain, "fc1", "y", "neuron1", "x")
    refused(chain, "would be a loop", edits.insert_node, "digits.x -> fc1.x", "neuron1")


def test_remove_and_reconnect(chain):
    edits.remove_and_reconnect(chain, ["fc1", "relu1"])
    assert "digits.x -> loss.prediction" in texts(chain)
    edits.remove_and_reconnect(chain, ["loss"])
    assert texts(chain) == []
    assert {node.id for node in chain.nodes()} == {"digits", "adam"}


def test_change_kind_keeps_what_fits(chain):
    edits.set_param(chain, "fc1", "out_features", 3)
    edits.set_param(chain, "fc1", "bias", False)
    edits.change_kind(chain, "fc1", "Bilinear")
    assert chain.node("fc1").params == {"out_features": 3}
    assert {"digits.x -> fc1.x1", "fc1.y -> relu1.x"} < set(texts(chain))
    edits.change_kind(chain, "fc1", "Add")
    assert "digits.x -> fc1.a" in texts(chain)
    edits.change_kind(chain, "fc1", "CrossEntropyLoss")
    assert "digits.x -> fc1.prediction" in texts(chain)
    assert not chain.wires_from("fc1")


def test_change_kind_moves_wires_that_swap_places(doc):
    edits.add(doc, "Digits"), edits.add(doc, "Add")
    doc.put(Wire("digits", "x", "add1", "b", rank=0))
    doc.put(Wire("digits", "x", "add1", "a", rank=1))
    edits.change_kind(doc, "add1", "Bilinear")
    assert texts(doc) == ["digits.x -> add1.x1", "digits.x -> add1.x2"]


def test_change_kind_of_an_unknown_one(chain):
    chain.put(Node("fc1", "fc1", "Liner", {"out_features": 3, "x": 1}, rank=1))
    edits.change_kind(chain, "fc1", "Linear")
    assert chain.node("fc1").params == {"out_features": 3}
    assert {"digits.x -> fc1.x", "fc1.y -> relu1.x"} < set(texts(chain))


# --- clipboard


def test_duplicate_keeps_the_wires_among_them(chain):
    edits.rename(chain, "fc1", "encoder")
    births = edits.duplicate(chain, ["fc1", "relu1"])
    assert [chain.node(born).id for born in births] == ["encoder2", "relu2"]
    assert chain.node(births[0]).at == (124, 24)
    assert [wire.key for wire in chain.wires_at(births[0])] == ["encoder2.y -> relu2.x"]


def test_paste_at_a_place_and_into_another_document(chain):
    from graph.queries import copy

    text = copy(chain, ["fc1", "relu1"])
    other = toys.document()
    births = edits.paste(other, text, (10, 20))
    assert [other.node(born).at for born in births] == [(10, 20), (110, 20)]
    assert texts(other) == ["fc1.y -> relu1.x"]
    assert edits.paste(other, text) == ["fc2", "relu2"]


def test_paste_gives_legal_names(doc):
    births = edits.paste(doc, '{"nodes": [{"id": "my net", "kind": "Linear"}, {"id": "double", "kind": "Foo"}]}')
    assert births == ["my_net", "double2"]


def test_paste_refuses_what_is_no_drawing(doc):
    refused(doc, "no part of a drawing", edits.paste, "hello")
