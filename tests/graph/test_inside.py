"""A look into a placement: it shows what comes in, follows every change, and says when the way is gone."""

import json
from pathlib import Path

import pytest

from graph import edits, project
from graph.catalogue import standard
from graph.document import Document
from graph.history import History
from graph.inside import Inside, deepest, way_into
from graph.reading import Reading
from graph.records import Node, Wire
from graph.shape import text

BRANCH = {
    "params": {"out": 4},
    "nodes": [
        {"id": "x", "kind": "Input"},
        {"id": "conv", "kind": "Conv2d", "params": {"out_channels": "=out", "padding": 1}},
        {"id": "y", "kind": "Output"},
    ],
    "wires": ["x.x -> conv.x", "conv.y -> y.x"],
}
RESIDUAL = {
    "params": {"width": 16},
    "nodes": [
        {"id": "x", "kind": "Input"},
        {"id": "first", "kind": "Branch", "params": {"out": "=width"}},
        {"id": "sum", "kind": "Add"},
        {"id": "y", "kind": "Output"},
    ],
    "wires": ["x.x -> first.x", "first.y -> sum.a", "x.x -> sum.b", "sum.y -> y.x"],
}


@pytest.fixture
def document() -> Document:
    nodes = [
        {"id": "img", "kind": "Input", "params": {"shape": [16, 8, 8]}},
        {"id": "body", "kind": "Residual"},
        {"id": "out", "kind": "Output"},
    ]
    wires = ["img.x -> body.x", "body.y -> out.x"]
    whole = {"nodes": nodes, "wires": wires, "blocks": {"Residual": RESIDUAL, "Branch": BRANCH}}
    return project.parse(json.dumps({"format": "neuroloom", "version": 1, **whole}), standard())


def told(inside: Inside) -> dict[str, str]:
    ports = {"Input": "x", "Output": ""}
    return {
        node.id: text(inside.reading.value(node.born, ports.get(node.kind, "y")))
        for node in inside.document.nodes()
        if node.kind != "Output"
    }


def test_it_shows_the_level_with_what_comes_in(document):
    inside = Inside(document, Reading(document), ("body",))
    assert told(inside) == {"x": "16×8×8", "first": "16×8×8", "sum": "16×8×8"}
    assert inside.document.wires()[0].key == "Residual/x.x -> Residual/first.x"
    assert text(inside.reading.on("Residual/x.x -> Residual/first.x")) == "16×8×8"
    deeper = Inside(document, Reading(document), ("body", "Residual/first"))
    assert told(deeper) == {"x": "16×8×8", "conv": "16×8×8"}
    assert deeper.reading.document.node("Branch/conv").params["out_channels"] == 16
    assert deeper.names() == [("body", "Residual"), ("first", "Branch")]


def test_it_follows_what_happens_anywhere(document):
    reading = Reading(document)
    deeper = Inside(document, reading, ("body", "Residual/first"))
    edits.set_param(document, "img", "shape", [16, 5, 5])
    assert told(deeper)["conv"] == "16×5×5"
    edits.set_param(document, "body", "width", 3)
    assert told(deeper)["conv"] == "3×5×5"
    edits.set_param(deeper.document, "Branch/conv", "padding", 0)
    assert told(deeper)["conv"] == "3×3×3"
    born = edits.add(deeper.document, "ReLU")
    edits.connect(deeper.document, "Branch/conv", "y", born, "x")
    assert text(deeper.reading.value(born)) == "3×3×3"


def test_a_nested_definition_is_followed(document):
    inside = Inside(document, Reading(document), ("body",))
    edits.set_param(document.inside("Branch"), "Branch/conv", "padding", 0)
    assert told(inside)["first"] == "16×6×6"
    assert [d.born for d in inside.reading.diagnostics() if d.level == "error"] == ["Residual/sum"]


def test_it_reads_as_one_that_looks_afresh(document):
    reading, history = Reading(document), History(document)
    inside = Inside(document, reading, ("body",))
    with history.step("Edit"):
        edits.set_block_param(document, "Residual", "depth", 2)
        edits.set_param(inside.document, "Residual/first", "out", "=width*depth")
    assert told(inside)["first"] == "32×8×8"
    history.undo()
    fresh = Inside(document, reading, ("body",))
    for node in inside.document.nodes():
        assert inside.reading.value(node.born) == fresh.reading.value(node.born)
        assert inside.reading.diagnostics(node.born) == fresh.reading.diagnostics(node.born)


def test_what_is_missing_is_said_again_when_the_block_has_other_parameters(document):
    inside = Inside(document, Reading(document), ("body",))
    edits.set_param(inside.document, "Residual/first", "out", "=wdith")
    edits.set_block_param(document, "Residual", "depth", 2)
    (found,) = [d for d in inside.reading.diagnostics() if d.code == "parameter"]
    assert found.message.endswith("(it has: width, depth).")


def test_it_is_lost_when_the_way_is_gone(document):
    reading, history, lost = Reading(document), History(document), []
    inside = Inside(document, reading, ("body", "Residual/first"))
    inside.lost.connect(lambda _: lost.append(1))
    with history.step("Unpack"):
        edits.unpack(document, "body")
    assert lost == [1]
    history.undo()
    assert lost == [1]
    assert deepest(document, reading, ("body", "Residual/first", "nothing")).path == ("body", "Residual/first")
    assert deepest(document, reading, ("nothing",)) is None
    with pytest.raises(KeyError):
        Inside(document, reading, ("img",))


def test_it_is_lost_when_another_block_stands_there(document):
    inside, lost = Inside(document, Reading(document), ("body",)), []
    inside.lost.connect(lambda _: lost.append(1))
    edits.separate(document, "body")
    assert lost == [1]


def test_a_block_that_contains_itself_can_be_looked_into(document):
    reading = Reading(document)
    level = document.inside("Branch")
    level.put(Node("Branch/again", "again", "Residual", rank=level.next_rank(Node)))
    level.put(Wire("Branch/x", "x", "Branch/again", "x", block="Branch"))
    inside = Inside(document, reading, ("body", "Residual/first"))
    assert [d.code for d in inside.reading.diagnostics() if d.level == "error"] == ["block-recursion"]
    edits.remove(inside.document, ["Branch/again"])
    assert told(inside)["conv"] == "16×8×8"


def test_the_way_into_a_block_is_found(document):
    assert way_into(document, "Residual") == ("body",)
    assert way_into(document, "Branch") == ("body", "Residual/first")
    assert way_into(document, "Nothing") is None


def test_another_level_sees_only_its_part_of_a_change(document):
    patches = []
    document.changed.connect(lambda patch: patches.append(document.here(patch)))
    edits.set_param(document.inside("Branch"), "Branch/conv", "padding", 0)
    assert patches == [{}]
    edits.unpack(document, "body")
    assert {key: tuple(record is not None for record in pair) for key, pair in patches[-1].items()}["Residual/sum"] == (
        False,
        True,
    )


def shipped() -> list[Path]:
    assets = Path(__file__).parents[2] / "assets"
    return sorted(path for folder in ("architectures", "examples") for path in (assets / folder).glob("*.loom"))


@pytest.mark.parametrize("path", shipped(), ids=lambda path: path.stem)
def test_each_block_that_is_shipped_means_inside_what_it_gives_outside(path):
    document = project.read(path, standard())
    reading = Reading(document, path.parent)
    for block in document.blocks():
        way = way_into(document, block.born)
        if way is None:
            continue
        inside = Inside(document, reading, way)
        above = Inside(document, reading, way[:-1]).reading if len(way) > 1 else reading
        for node in inside.document.nodes():
            if node.kind == "Output":
                given = inside.reading.inputs(node.born)["x"]
                assert text(above.value(way[-1], node.id)) == text(given)
        assert [d.message for d in inside.reading.diagnostics() if d.level == "error"] == []
        inside.close()
