"""What is copied brings the blocks that it places along; equal ones are used, others get a name of their own."""

import json

import pytest

from graph import edits, project, queries
from graph.catalogue import standard
from graph.document import Document
from graph.history import History
from graph.reading import Reading

BRANCH = {
    "nodes": [{"id": "x", "kind": "Input"}, {"id": "act", "kind": "ReLU"}, {"id": "y", "kind": "Output"}],
    "wires": ["x.x -> act.x", "act.y -> y.x"],
}
RESIDUAL = {
    "params": {"width": 16},
    "nodes": [
        {"id": "x", "kind": "Input"},
        {"id": "fc1", "kind": "Linear", "params": {"out_features": "=width"}},
        {"id": "fc2", "kind": "Linear", "shares": "fc1"},
        {"id": "first", "kind": "Branch"},
        {"id": "y", "kind": "Output"},
    ],
    "wires": ["x.x -> fc1.x", "fc1.y -> fc2.x", "fc2.y -> first.x", "first.y -> y.x"],
}


def drawing(**blocks) -> Document:
    nodes = [
        {"id": "img", "kind": "Input", "params": {"shape": [16]}},
        *({"id": name.lower(), "kind": name} for name in blocks if name != "Branch"),
    ]
    whole = {"format": "neuroloom", "version": 1, "nodes": nodes, "wires": [], "blocks": blocks}
    return project.parse(json.dumps(whole), standard())


@pytest.fixture
def source() -> Document:
    document = drawing(Residual=RESIDUAL, Branch=BRANCH, Unused=BRANCH)
    edits.remove(document, ["unused"])
    return document


def ids(document: Document) -> list[str]:
    return [block.id for block in document.blocks()]


def test_a_copy_holds_the_blocks_that_it_places(source):
    text = json.loads(queries.copy(source, ["residual"]))
    assert list(text["blocks"]) == ["Residual", "Branch"]
    assert "blocks" not in json.loads(queries.copy(source, ["img"]))


def test_pasting_brings_the_blocks_along(source):
    target = drawing()
    edits.paste(target, queries.copy(source, ["residual"]))
    assert sorted(ids(target)) == ["Branch", "Residual"]
    assert project.write(target).count('"born"') == 0
    level = target.inside("Residual")
    assert level.node("Residual/fc2").params["shares"] == "Residual/fc1"
    edits.connect(target, "img", "x", "residual", "x")
    assert [d.message for d in Reading(target).diagnostics() if d.level == "error"] == []
    text = project.write(target)
    assert project.write(project.parse(text, standard())) == text


def test_a_block_that_is_the_same_is_used(source):
    before = ids(source)
    births = edits.duplicate(source, ["residual"])
    assert ids(source) == before
    assert source.node(births[0]).kind == "Residual"
    edits.move(source.inside("Residual"), {"Residual/fc1": (300, 300)})
    target = drawing(Residual=RESIDUAL, Branch=BRANCH)
    edits.paste(target, queries.copy(source, ["residual"]))
    assert ids(target) == ["Residual", "Branch"]


def test_another_block_of_the_name_gets_a_free_one(source):
    target = drawing(Residual=RESIDUAL, Branch={**BRANCH, "params": {"depth": 2}})
    with History(target).step("Paste"):
        births = edits.paste(target, queries.copy(source, ["residual"]))
    assert sorted(ids(target)) == ["Branch", "Branch2", "Residual", "Residual2"]
    assert target.node(births[0]).kind == "Residual2"
    kinds = {node.id: node.kind for node in target.inside("Residual2").nodes()}
    assert kinds["first"] == "Branch2"


def test_copies_share_among_themselves(source):
    first = edits.add(source, "Linear", id="fc1")
    second = edits.add(source, "Linear", id="fc2", params={"shares": first})
    births = edits.duplicate(source, [first, second])
    assert source.node(births[1]).params["shares"] == births[0]
    (alone,) = edits.duplicate(source, [second])
    assert source.node(alone).params["shares"] == first


def test_what_is_pasted_inside_belongs_to_the_block(source):
    level = source.inside("Residual")
    births = edits.paste(level, queries.copy(level, ["Residual/fc1", "Residual/first"]))
    assert all(level.has_node(born) for born in births)
    assert [level.node(born).id for born in births] == ["fc3", "first2"]
    outer = edits.paste(source, queries.copy(level, ["Residual/first"]))
    assert source.has_node(outer[0])


@pytest.mark.parametrize("block", ["Residual", "Branch"])
def test_a_block_is_not_pasted_into_itself(source, block):
    before = dict(source.records)
    with pytest.raises(edits.Refused, match="Residual cannot stand here: it would contain itself"):
        edits.paste(source.inside(block), queries.copy(source, ["residual"]))
    with pytest.raises(edits.Refused, match="it would contain itself"):
        edits.add(source.inside(block), "Residual")
    assert source.records == before


def test_what_trains_stays_outside(source):
    edits.add(source, "Adam")
    with pytest.raises(edits.Refused, match="Adam cannot stand in a block"):
        edits.paste(source.inside("Branch"), queries.copy(source, ["adam"]))
    with pytest.raises(edits.Refused, match="stay outside"):
        edits.add(source.inside("Branch"), "Digits")


def test_a_block_is_brought_from_a_text(source):
    target = drawing()
    assert edits.bring(target, project.write(source), "Residual") == "Residual"
    assert ids(target) == ["Branch", "Residual"] and len(target.nodes()) == 1
    assert edits.bring(target, project.write(source), "Residual") == "Residual"
    assert len(target.blocks()) == 2
    for text, block in ((project.write(source), "Nothing"), ("no drawing", "Residual")):
        with pytest.raises(edits.Refused):
            edits.bring(target, text, block)


def test_ports_are_moved(source):
    level = source.inside("Branch")
    for _ in range(2):
        edits.add(level, "Input")
    edits.move_port(level, "Branch/input2", -2)
    assert [port.name for port in source.catalogue.get("Branch").inputs] == ["input2", "x", "input"]
    edits.move_port(level, "Branch/input2", 9)
    assert [port.name for port in source.catalogue.get("Branch").inputs] == ["x", "input", "input2"]
    with pytest.raises(edits.Refused, match="act is no port of a block"):
        edits.move_port(level, "Branch/act", 1)


def test_a_wire_that_closes_a_loop_goes_through_a_delay(source):
    level = source.inside("Residual")
    born = edits.connect_with_delay(level, "Residual/fc2", "y", "Residual/fc1", "x")
    assert level.node(born).kind == "Delay"
    assert [wire.source for wire in level.wires_into("Residual/fc1")] == [born]
    with pytest.raises(edits.Refused, match="closes no loop"):
        edits.connect_with_delay(level, "Residual/fc1", "y", "Residual/first", "x")
