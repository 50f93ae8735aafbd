"""What optimizers list: names in the file, births in memory, and rules about who trains what, each with its fix."""

import json
from typing import Any

from graph import edits
from graph.catalogue import standard
from graph.document import Document
from graph.project import parse, write
from graph.reading import Reading

NODES: list[dict[str, Any]] = [
    {"id": "moons", "kind": "Moons"},
    {"id": "z", "kind": "Noise", "params": {"shape": [3]}},
    {"id": "g", "kind": "Linear", "params": {"out_features": 2}},
    {"id": "bend", "kind": "Tanh"},
    {"id": "d", "kind": "Linear", "params": {"out_features": 1}},
    {"id": "d_fake", "kind": "Linear", "params": {"out_features": 1}, "shares": "d"},
    {"id": "real", "kind": "AdversarialLoss"},
    {"id": "fake", "kind": "AdversarialLoss", "params": {"target": "fake"}},
    {"id": "fool", "kind": "AdversarialLoss"},
    {"id": "opt_d", "kind": "Adam"},
    {"id": "opt_g", "kind": "Adam"},
    {"id": "out", "kind": "Output"},
]
WIRES = [
    "z.x -> g.x", "g.y -> bend.x", "bend.y -> out.x", "moons.x -> d.x", "bend.y -> d_fake.x", "d.y -> real.prediction",
    "d_fake.y -> fake.prediction", "d_fake.y -> fool.prediction", "real.loss -> opt_d.loss", "fake.loss -> opt_d.loss",
    "fool.loss -> opt_g.loss",
]  # fmt: skip


def drawn(**trains: list[str]) -> Document:
    nodes = [
        {
            **node,
            "params": {**node.get("params", {}), **({"trains": trains[node["id"]]} if node["id"] in trains else {})},
        }
        for node in NODES
    ]
    return parse(json.dumps({"nodes": nodes, "wires": WIRES}), standard())


def told(doc: Document, *, level: str = "") -> list[tuple[str, str]]:
    found = Reading(doc).diagnostics()
    return [(one.code, one.message) for one in found if level in ("", one.level)]


def fixed(doc: Document) -> list[tuple[str, str]]:
    """What is left when every fix has been taken, one after the other."""
    for _ in range(5):
        fixes = [one.fix for one in Reading(doc).diagnostics() if one.fix]
        if not fixes:
            break
        fixes[0].verb(doc)
    return told(doc)


def test_a_list_is_names_in_the_file_and_births_in_memory() -> None:
    doc = drawn(opt_d=["d"], opt_g=["g"])
    edits.rename(doc, "d", "judge")
    edits.rename(doc, "g", "d")
    assert doc.node("opt_d").params["trains"] == ["d"]
    text = write(doc)
    assert '"trains": ["judge"]' in text
    assert '"trains": ["d"]' in text
    again = parse(text, standard())
    assert [again.node(id).params["trains"] for id in ("opt_d", "opt_g")] == [["d"], ["g"]]
    assert write(again) == text


def test_a_copy_lists_the_copies_and_what_stayed_behind() -> None:
    doc = drawn(opt_d=["d"], opt_g=["g"])
    births = edits.duplicate(doc, ["d", "real", "opt_d", "opt_g"])
    copies = {doc.node(born).kind: doc.node(born) for born in births if "trains" in doc.node(born).params}
    lists = sorted(doc.node(born).params["trains"] for born in births if "trains" in doc.node(born).params)
    assert copies
    assert lists == [[births[0]], ["g"]]


def test_a_block_takes_the_place_of_what_it_holds_and_gives_it_back() -> None:
    doc = drawn(opt_d=["d"], opt_g=["g"])
    placed = edits.collapse(doc, ["g"], "Generator")
    assert doc.node("opt_g").params["trains"] == [placed]
    assert told(doc, level="error") == []
    (inner,) = edits.unpack(doc, placed)
    assert doc.node("opt_g").params["trains"] == [inner]


def test_one_list_is_enough_and_two_defaults_are_told_apart_by_their_losses() -> None:
    assert told(drawn(opt_d=["d"])) == []
    assert told(drawn(opt_g=["g"])) == []
    doc = drawn()
    assert [code for code, _ in told(doc)] == ["two-owners"]
    assert "opt_d and opt_g both train" in told(doc)[0][1]
    assert fixed(doc) == []
    assert doc.node("opt_d").params["trains"] == ["d"]


def test_lists_may_overlap() -> None:
    assert told(drawn(opt_d=["d"], opt_g=["g", "d"])) == []


def test_what_is_listed_must_be_there_have_weights_and_lie_upstream() -> None:
    doc = drawn(opt_d=["d", "moons", "nobody"], opt_g=["g"])
    messages = [message for code, message in told(doc) if code == "trains-elsewhere"]
    assert messages == [
        "opt_d is to train moons, which has no weights.",
        "opt_d is to train nobody, which is not in the drawing.",
    ]
    assert fixed(doc) == []
    assert doc.node("opt_d").params["trains"] == ["d"]
    doc = drawn(opt_d=["d"], opt_g=["g"])
    edits.remove(doc, [wire.key for wire in doc.wires_into("opt_d") if wire.source == "fake"])
    edits.set_param(doc, "opt_d", "trains", ["d", "g"])
    assert told(doc)[0] == ("trains-elsewhere", "opt_d is to train g, but its losses do not depend on g.")


def test_an_optimizer_to_which_the_others_leave_nothing_says_so() -> None:
    doc = drawn(opt_d=["d", "g"])
    assert told(doc) == [
        ("trains-nothing", "opt_g trains nothing: everything upstream of its loss is listed by other optimizers.")
    ]
    assert fixed(doc) == []


def test_what_is_exported_and_left_out_of_all_lists_is_untrained() -> None:
    doc = drawn(opt_d=["d"], opt_g=["d"])
    assert told(doc) == [("untrained", "g is part of what is exported, but nothing trains it.")]
    assert fixed(doc) == []
    assert "g" in doc.node("opt_d").params["trains"] + doc.node("opt_g").params["trains"]


def test_a_list_of_something_else_is_refused() -> None:
    doc = drawn()
    edits.set_param(doc, "opt_d", "trains", "d")
    assert any("must be a list of nodes" in message for _, message in told(doc))


def test_a_penalty_measures_by_something_that_its_score_depends_on() -> None:
    doc = drawn(opt_d=["d"], opt_g=["g"])
    edits.add(doc, "GradientPenalty", id="penalty")
    edits.connect(doc, "d", "y", "penalty", "prediction")
    edits.connect(doc, "g", "y", "penalty", "x")
    codes = [code for code, _ in told(doc)]
    assert "slope-elsewhere" in codes
    edits.connect(doc, "moons", "x", "penalty", "x")
    assert "slope-elsewhere" not in [code for code, _ in told(doc)]


def test_a_linear_that_is_opened_into_neurons_stays_on_its_list() -> None:
    doc = drawn(opt_d=["d"], opt_g=["g"])
    neurons = edits.open_linear(doc, "g")
    assert doc.node("opt_g").params["trains"] == neurons
    assert "trains-elsewhere" not in [code for code, _ in told(doc)]
    linear = edits.close_row(doc, neurons)
    assert doc.node("opt_g").params["trains"] == [linear]
