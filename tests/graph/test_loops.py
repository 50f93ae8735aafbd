"""Loops through Delays: what nodes see in one step, what leaves, what is said of loops that cannot be."""

import contextlib
import json
import random

import pytest

from graph import edits, project, queries
from graph.catalogue import standard
from graph.document import Document
from graph.reading import Reading
from graph.shape import Axis, Tensor, text
from tests.graph.test_laws import told


def drawing(nodes, wires, **more) -> Document:
    listed = [{"id": id, "kind": kind, "params": params} for id, (kind, params) in nodes.items()]
    project_text = {"format": "neuroloom", "version": 1, "nodes": listed, "wires": wires, **more}
    return project.parse(json.dumps(project_text), standard())


NODES = {
    "words": ("Input", {"shape": [7, 3], "sequence": True}),
    "wx": ("Linear", {"out_features": 5}),
    "h": ("Delay", {}),
    "wh": ("Linear", {"out_features": 5}),
    "plus": ("Add", {}),
    "tanh": ("Tanh", {}),
    "out": ("Output", {}),
}
WIRES = ["words.x -> wx.x", "h.y -> wh.x", "wx.y -> plus.a", "wh.y -> plus.b", "plus.y -> tanh.x", "tanh.y -> h.x",
         "tanh.y -> out.x"]  # fmt: skip


def rnn() -> Document:
    return drawing(NODES, WIRES)


def errors(document: Document) -> list[str]:
    return [found.message for found in Reading(document).diagnostics() if found.level == "error"]


def test_nodes_on_a_loop_see_single_steps():
    document = rnn()
    reading = Reading(document)
    assert errors(document) == []
    assert text(reading.value("wx")) == "T×5"
    assert [text(reading.value(born)) for born in ("h", "wh", "plus", "tanh")] == ["5", "5", "5", "5"]
    assert text(reading.on("wx.y -> plus.a")) == "5"
    assert text(reading.on("tanh.y -> out.x")) == "T×5"
    assert reading.on("tanh.y -> out.x").sides[1] == Axis("words", "T")
    assert reading.cost("wh").parameters == 30


def test_the_loop_is_followed_as_it_is_drawn():
    document = rnn()
    edits.remove(document, ["tanh.y -> h.x"])
    reading = Reading(document)
    assert text(reading.value("tanh")) != "5"
    edits.connect(document, "tanh", "y", "h", "x")
    assert text(reading.value("tanh")) == "5"
    assert text(reading.on("tanh.y -> out.x")) == "T×5"
    fresh = Reading(document)
    for node in document.nodes():
        assert reading.value(node.born) == fresh.value(node.born)
        assert reading.diagnostics(node.born) == fresh.diagnostics(node.born)
    edits.set_param(document, "wx", "out_features", 8)
    edits.set_param(document, "wh", "out_features", 8)
    assert [text(reading.value(born)) for born in ("h", "wh", "tanh")] == ["8", "8", "8"]


def test_a_loop_without_a_delay_gets_one():
    document = rnn()
    edits.change_kind(document, "h", "Identity")
    (found,) = [found for found in Reading(document).diagnostics() if found.code == "loop-without-delay"]
    assert found.message == "h → wh → plus → tanh → h is a loop without a Delay: nothing in it can be computed first."
    assert found.fix is not None and found.fix.label == "Put a Delay between"
    found.fix.apply(document)
    assert errors(document) == []


def test_a_loop_that_no_sequence_enters_needs_a_number_of_steps():
    document = rnn()
    edits.set_param(document, "words", "sequence", False)
    edits.set_param(document, "words", "shape", [3])
    (found,) = [found for found in Reading(document).diagnostics() if found.level == "error"]
    assert found.code == "loop-no-sequence"
    found.fix.apply(document)
    assert errors(document) == []
    assert text(Reading(document).on("tanh.y -> out.x")) == "10×5"


def test_a_loop_follows_one_of_two_sequences():
    document = rnn()
    edits.add(document, "Input", id="memory", params={"shape": [4, 5], "sequence": True, "same_rows_as": ""})
    edits.connect(document, "memory", "x", "plus", "c")
    codes = {found.code for found in Reading(document).diagnostics() if found.level == "error"}
    assert "loop-two-times" in codes


def test_a_delay_off_every_loop_is_a_shift():
    document = drawing(
        {"words": NODES["words"], "back": ("Delay", {}), "out": ("Output", {})},
        ["words.x -> back.x", "back.y -> out.x"],
    )
    assert errors(document) == []
    assert text(Reading(document).value("back")) == "T×3"


def test_batch_norm_cannot_go_step_by_step():
    document = rnn()
    edits.insert(document, "plus.y -> tanh.x", "BatchNorm1d")
    assert any("needs whole sequences, but stands on the loop of h" in message for message in errors(document))


def test_a_shape_that_cannot_be_found_can_be_set():
    nodes = {
        "words": NODES["words"], "h": ("Delay", {}), "join": ("Concatenate", {}), "out": ("Output", {}),
    }  # fmt: skip
    document = drawing(nodes, ["words.x -> join.a", "h.y -> join.b", "join.y -> h.x", "join.y -> out.x"])
    assert any("cannot be found: set its shape" in message for message in errors(document))


def test_a_loop_follows_the_rows_of_a_picture_where_nothing_else_is_a_sequence():
    document = drawing(
        {**NODES, "words": ("Input", {"shape": [8, 3]})},
        WIRES,
    )
    assert errors(document) == []
    assert text(Reading(document).value("tanh")) == "5"
    assert text(Reading(document).on("tanh.y -> out.x")) == "8×5"


# --- the reading is kept up whatever is drawn, and however much


def edited(chance: random.Random, level: Document) -> None:
    """Some edit on a level, as a user may make it."""
    nodes, wires = level.nodes(), level.wires()
    match chance.randrange(6):
        case 0:
            edits.add(level, chance.choice(["Delay", "Add", "Linear", "Tanh", "Input", "LastStep", "Reverse"]))
        case 1 if wires:
            edits.remove(level, [chance.choice(wires).key])
        case 2 if len(nodes) > 3:
            edits.remove(level, [chance.choice(nodes).born])
        case 3 if wires:
            edits.insert(level, chance.choice(wires).key, chance.choice(["Delay", "Tanh", "Linear"]))
        case 4 if nodes:
            one = chance.choice(nodes)
            delay = [("steps", 3), ("shape", [2]), ("start", "learned"), ("over", chance.choice(nodes).born)]
            given = [("shape", chance.choice([[5, 3], [3]])), ("sequence", chance.random() < 0.5)]
            wide = [("out_features", chance.choice([1, 2, 3]))]
            values = {"Delay": delay, "Input": given, "Linear": wide}.get(one.kind)
            if values:
                edits.set_param(level, one.born, *chance.choice(values))
        case _ if nodes:
            source, target = chance.choice(nodes), chance.choice(nodes)
            outs = [port.name for port in queries.ports_out(level, source.born)]
            ins = [port.name for port in queries.ports_in(level, target.born)]
            if outs and ins:
                edits.connect(level, source.born, chance.choice(outs), target.born, chance.choice(ins))


@pytest.mark.parametrize("seed", range(25))
def test_reading_on_equals_reading_afresh(seed):
    chance = random.Random(seed)
    document = project.parse(DRAWN, standard())
    reading = Reading(document)
    for _ in range(40):
        level = chance.choice([document, document.inside("Cell")])
        with contextlib.suppress(edits.Refused):
            edited(chance, level)
        fresh = Document(standard(), document.records)
        assert told(reading, document) == told(Reading(fresh), fresh)


DRAWN = """{"format": "neuroloom", "version": 1,
 "nodes": [{"id": "a", "kind": "Input", "params": {"shape": [5, 3], "sequence": true}}, {"id": "p", "kind": "Cell"},
           {"id": "h", "kind": "Delay"}, {"id": "plus", "kind": "Add"}, {"id": "out", "kind": "Output"}],
 "wires": ["a.x -> p.x", "p.y -> plus.a", "h.y -> plus.b", "plus.y -> h.x", "plus.y -> out.x"],
 "blocks": {"Cell": {
   "nodes": [{"id": "x", "kind": "Input"}, {"id": "h", "kind": "Delay"}, {"id": "fc", "kind": "Linear"},
             {"id": "plus", "kind": "Add"}, {"id": "y", "kind": "Output"}],
   "wires": ["x.x -> plus.a", "h.y -> fc.x", "fc.y -> plus.b", "plus.y -> h.x", "plus.y -> y.x"]}}}"""


def chained(count: int) -> str:
    """Loops behind one another, each of which takes twice what the one before gives."""
    nodes = [{"id": "a", "kind": "Input", "params": {"shape": [5, 3], "sequence": True}}]
    wires, last = [], "a.x"
    for at in range(count):
        nodes += [{"id": f"{stem}{at}", "kind": kind} for stem, kind in (("h", "Delay"), ("p", "Add"), ("q", "Add"))]
        wires += [f"{last} -> p{at}.a", f"h{at}.y -> p{at}.b", f"p{at}.y -> q{at}.a", f"{last} -> q{at}.b"]
        wires += [f"q{at}.y -> h{at}.x"]
        last = f"q{at}.y"
    return json.dumps({"format": "neuroloom", "version": 1, "nodes": nodes, "wires": wires})


def test_many_loops_behind_one_another_are_read_once_each():
    document = project.parse(chained(300), standard())
    value = Reading(document).value("q299")
    assert value == Tensor((Axis("a"), 3))


@pytest.mark.parametrize("inside", [False, True])
def test_what_stands_on_a_loop_costs_every_step(inside):
    document = drawing({**NODES, "out": ("Output", {})}, WIRES)
    born, linear = "wh", 5 * 5 * 7
    if inside:
        born = edits.collapse(document, ["wx", "h", "wh", "plus", "tanh"], "Cell")
        linear += 3 * 5 * 7
    found = Reading(document).cost(born)
    assert found.macs == linear
    assert found.parameters == (50 if inside else 30)


def test_the_steps_of_a_loop_count_in_memory():
    nodes = {**NODES, "words": ("Digits", {"batch_size": 2}), "rows": ("Squeeze", {"dim": 1})}
    reading = Reading(drawing(nodes, ["words.x -> rows.x", "rows.y -> wx.x", *WIRES[1:]]))
    assert reading.cost("wx").memory == 2 * 8 * 5 * 4
    assert reading.cost("wh").memory == 2 * 8 * 5 * 4
