"""Laws of the document: one transaction, one patch; a failure leaves no trace; the index mirrors the records."""

import random

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph import edits
from graph.document import Document
from graph.edits import Refused
from graph.patch import compose, inverse
from graph.records import Node, Settings, Stray, Wire
from tests.graph import toys


@pytest.fixture
def doc():
    return toys.document()


def heard(doc):
    patches = []
    doc.changed.connect(lambda patch: patches.append(dict(patch)))
    return patches


def fail(doc, gone, *records):
    """A transaction that changes this and that, and then fails."""
    with doc.change():
        doc.drop(gone)
        for record in records:
            doc.put(record)
        raise RuntimeError


def test_a_transaction_is_told_once(doc):
    patches = heard(doc)
    with doc.change():
        doc.put(Node("a", "a", "Linear"))
        doc.put(Node("a", "b", "Linear"))
        with doc.change():
            doc.put(Node("c", "c", "Linear"))
        doc.put(Node("gone", "gone", "Linear"))
        doc.drop("gone")
        assert patches == []
    assert patches == [{"a": (None, Node("a", "b", "Linear")), "c": (None, Node("c", "c", "Linear"))}]


def test_what_changes_nothing_is_not_told(doc):
    doc.put(Node("a", "a", "Linear"))
    patches = heard(doc)
    doc.put(Node("a", "a", "Linear"))
    doc.drop("nobody")
    with doc.change():
        doc.put(Node("a", "z", "Linear"))
        doc.put(Node("a", "a", "Linear"))
    assert patches == []


def test_a_failure_leaves_no_trace(doc):
    doc.put(Node("a", "a", "Linear"))
    before, patches = dict(doc.records), heard(doc)
    with pytest.raises(RuntimeError):
        fail(doc, "a", Node("b", "b", "Linear"))
    assert doc.records == before
    assert doc.find("b") is None
    assert doc.find("a") is not None
    assert patches == []


def test_a_failure_inside_is_taken_back_by_itself(doc):
    patches = heard(doc)
    with doc.change():
        doc.put(Node("a", "a", "Linear", rank=0))
        with pytest.raises(RuntimeError):
            fail(doc, "nobody", Node("a", "z", "Linear", rank=5), Node("b", "b", "Linear", rank=1))
        assert [node.id for node in doc.nodes()] == ["a"]
    assert patches == [{"a": (None, Node("a", "a", "Linear", rank=0))}]


def test_a_dangling_wire_joins_the_graph_when_its_node_comes(doc):
    wire = Wire("ghost", "y", "a", "x")
    doc.put(Node("a", "a", "Linear"))
    doc.put(wire)
    assert doc.graph.number_of_edges() == 0
    assert list(doc.graph) == ["a"]
    assert doc.wires_into("a") == [wire]
    doc.put(Node("ghost", "ghost", "Linear", rank=1))
    assert doc.graph.has_edge("ghost", "a", wire.key)
    doc.drop("ghost")
    assert doc.graph.number_of_edges() == 0
    assert doc.wires() == [wire]


def test_find_takes_the_first_in_document_order(doc):
    doc.put(Node("b", "same", "Linear", rank=1))
    doc.put(Node("a", "same", "Linear", rank=2))
    assert doc.find("same").born == "b"
    assert doc.holders("same") == {"a", "b"}
    doc.put(Node("b", "other", "Linear", rank=1))
    assert doc.find("same").born == "a"


def test_order_follows_the_ranks(doc):
    for born, rank in (("c", 2), ("a", 0), ("b", 1)):
        doc.put(Node(born, born, "Linear", rank=rank))
    doc.put(Node("a", "a", "Linear", rank=9))
    assert [node.born for node in doc.nodes()] == ["b", "c", "a"]
    assert doc.next_rank(Node) == 10
    assert doc.next_rank(Wire) == 0


def test_only_nodes_are_nodes(doc):
    doc.put(Settings({"epochs": 1}))
    doc.put(Stray("", "title", "X"))
    assert not doc.has_node("#run")
    with pytest.raises(KeyError):
        doc.node("#run")
    with pytest.raises(KeyError):
        doc.wire("#run")
    assert doc.settings.params == {"epochs": 1}


def test_apply_refuses_a_patch_that_does_not_fit(doc):
    doc.put(Node("a", "a", "Linear"))
    before = dict(doc.records)
    patch = {"b": (None, Node("b", "b", "Linear")), "a": (Node("a", "other", "Linear"), None)}
    with pytest.raises(ValueError, match="does not fit: a"):
        doc.apply(patch)
    assert doc.records == before


def test_make_gives_parameters_and_remembers(doc):
    doc.put(Node("a", "a", "Linear", {"out_features": 3, "bias": "maybe"}))
    made = doc.make(doc.node("a"))
    assert (made.out_features, made.bias) == (3, True)
    assert doc.make(doc.node("a")) is made
    doc.put(Node("a", "a", "Linear", {"out_features": 4}))
    assert doc.make(doc.node("a")).out_features == 4


def test_draft_changes_nothing(doc):
    doc.put(Node("a", "a", "Linear"))
    before, patches = dict(doc.records), heard(doc)
    patch = doc.draft(lambda d: edits.rename(d, "a", "b"))
    assert patch == {"a": (Node("a", "a", "Linear"), Node("a", "b", "Linear"))}
    with pytest.raises(Refused):
        doc.draft(lambda d: (edits.add(d, "ReLU"), edits.rename(d, "a", "class")))
    assert doc.records == before
    assert patches == []


def test_draft_inside_a_transaction(doc):
    patches = heard(doc)
    with doc.change():
        edits.add(doc, "Linear")
        patch = doc.draft(lambda d: edits.add(d, "Linear"))
        edits.add(doc, "ReLU")
    assert list(patch) == ["fc2"]
    assert [list(patch) for patch in patches] == [["fc1", "relu1"]]


# --- laws over random verbs


def checked(doc):
    """The index says what a document built anew from the records says."""
    fresh = Document(toys.CATALOGUE, doc.records)
    assert fresh.nodes() == doc.nodes()
    assert fresh.wires() == doc.wires()
    assert nx.utils.graphs_equal(fresh.graph, doc.graph)
    for node in doc.nodes():
        assert fresh.holders(node.id) == doc.holders(node.id)
        assert fresh.wires_at(node.born) == doc.wires_at(node.born)


def random_verb(doc, chance):
    """One wish of a user who does anything."""
    births = [node.born for node in doc.nodes()] or ["nobody"]
    keys = [wire.key for wire in doc.wires()] or ["no wire"]
    kinds = [*toys.CATALOGUE.names(), "Nothing"]
    one, other = chance.choice(births), chance.choice(births)
    some = chance.sample(births, min(3, len(births)))
    key, kind = chance.choice(keys), chance.choice(kinds)
    select = chance.choice([None, 0, (1, 3), "a"])
    wishes = [
        lambda: edits.add(doc, kind, (chance.random() * 99, 7)),
        lambda: edits.add(doc, kind),
        lambda: edits.connect(doc, one, chance.choice("xy"), other, chance.choice("xab"), select),
        lambda: edits.connect(doc, one, "y", other, "x"),
        lambda: edits.connect(doc, one, "loss", other, "loss", weight=2),
        lambda: edits.connect(doc, one, "y", other, "prediction"),
        lambda: edits.rename(doc, one, chance.choice(["a", "b", "fc1", "class", "relu1"])),
        lambda: edits.set_param(doc, one, "out_features", chance.choice([1, 10, None, "x", [1, 2]])),
        lambda: edits.reset_param(doc, one, "out_features"),
        lambda: edits.change_kind(doc, one, kind),
        lambda: edits.move(doc, {born: (chance.random(), 1) for born in some}),
        lambda: edits.set_wire(doc, key, weight=chance.choice([None, 0.5])),
        lambda: edits.set_wire(doc, key, fixed=True, via=[(1, 2)]),
        lambda: edits.set_wire(doc, key, select=select),
        lambda: edits.insert(doc, key, kind),
        lambda: edits.insert_node(doc, key, one),
        lambda: edits.duplicate(doc, some),
        lambda: edits.set_run(doc, "epochs", chance.choice([1, 10, None])),
        lambda: edits.arrange(doc, chance.choice([None, some])),
        lambda: edits.remove(doc, [chance.choice([one, key])]),
        lambda: edits.remove_and_reconnect(doc, some[:1]),
    ]
    chance.choice(wishes)()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_laws_of_patches(seed):
    """A listener that sees only patches holds an exact mirror; a refused verb leaves no trace; patches compose."""
    chance, doc = random.Random(seed), toys.document()
    mirror, whole = toys.document(), {}
    patches = heard(doc)
    doc.changed.connect(mirror.apply)
    for _ in range(60):
        before, told = dict(doc.records), len(patches)
        try:
            random_verb(doc, chance)
        except Refused:
            assert doc.records == before
            assert len(patches) == told
        assert len(patches) <= told + 1
        assert mirror.records == doc.records
    checked(doc)
    checked(mirror)
    for patch in patches:
        whole = compose(whole, patch)
    assert whole == {key: (None, record) for key, record in doc.records.items()}
    doc.apply(inverse(whole))
    assert doc.records == {}
