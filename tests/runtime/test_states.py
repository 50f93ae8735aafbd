"""A bypassed node is a bare wire, and a muted one is not there: in what is printed, trained, counted and exported."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from graph import edits
from graph.catalogue import standard
from graph.document import Document
from graph.project import read, write
from graph.reading import Reading
from graph.spec import LETTERS
from runtime import emit
from runtime.program import Program, ProgramError
from tests.runtime.drawings import EXAMPLES
from tests.runtime.flattened import block, drawing, node
from tests.runtime.random_blocks import some_drawing
from tests.runtime.training import classifier, train


def births(document: Document, ids: str) -> list[str]:
    return [found.born for id in ids.split() if (found := document.find(id)) is not None]


def texts(document: Document) -> tuple[str, str]:
    program = Program(Reading(document))
    return emit.model(program).text, emit.train(program).text


@pytest.mark.parametrize(
    ("name", "bypassed", "muted"),
    [
        ("digits-cnn", "drop relu2 conv2 pool", "accuracy cosine"),
        ("digits-resnet", "stage1 norm", "one_cycle"),
        ("gan-digits", "scale", "loss_fake"),
        ("xor-neurons", "", "h3"),
        ("transformer-classify", "layers positions", "accuracy"),
        ("lstm-forecast", "scale lstm", "r2"),
        ("vae", "", "kl"),
    ],
)
def test_the_source_is_that_of_a_drawing_without_these_nodes(name: str, bypassed: str, muted: str) -> None:
    document, other = (read(EXAMPLES / f"{name}.loom", standard()) for _ in range(2))
    assert len(births(document, f"{bypassed} {muted}")) == len(f"{bypassed} {muted}".split())
    edits.set_state(document, births(document, bypassed), "bypassed")
    edits.set_state(document, births(document, muted), "muted")
    edits.remove_and_reconnect(other, births(other, bypassed))
    edits.remove(other, births(other, muted))
    assert texts(document) == texts(other)


@pytest.mark.parametrize("seed", range(60))
def test_random_drawings_mean_what_they_mean_without_these_nodes(seed: int) -> None:
    drawn, chance = some_drawing(seed), random.Random(seed)
    given = {name: (list(level["nodes"]), list(level["wires"])) for name, level in drawn.levels.items()}
    whole = _document(drawn, given)
    stated, plain = {}, {}
    for name, (nodes, wires) in given.items():
        level = whole.inside(name and next(block.born for block in whole.blocks() if block.id == name))
        states = {
            one["id"]: chance.choice(("muted", "bypassed", "bypassed"))
            for one in nodes if one["kind"] not in ("Input", "Output") and chance.random() < 0.2
        }  # fmt: skip
        states = {id: state for id, state in states.items() if state == "muted" or _is_bare(level, id, wires)}
        stated[name] = ([{**one, "state": states[one["id"]]} if one["id"] in states else one for one in nodes], wires)
        plain[name] = _without(level, nodes, wires, states)
    assert _said(_document(drawn, stated)) == _said(_document(drawn, plain))


def _document(drawn: Any, levels: Mapping[str, Any]) -> Document:
    params = {name: drawn.levels[name].get("params", {}) for name in levels}
    blocks = {name: block(*level, **params[name]) for name, level in levels.items() if name}
    return drawing(*levels[""], blocks)


def _said(document: Document) -> str:
    """What is printed, or that something is wrong; of what is in blocks, reading tells it of the placement."""
    try:
        return emit.model(Program(Reading(document))).text
    except ProgramError:
        return "wrong"


def _is_bare(level: Document, id: str, wires: list[str]) -> bool:
    """Whether a wire can stand for a node, of whose outputs only the first is taken."""
    found = level.find(id)
    outputs = [port.name for port in level.make(found).ports_out()] if found else []
    return {wire.split("[")[0].split(" ->")[0] for wire in wires if wire.startswith(f"{id}.")} <= {f"{id}.{outputs[0]}"}


def _without(level: Document, nodes: list[Any], wires: list[str], states: Mapping[str, str]) -> tuple[list[Any], Any]:
    """The level, written anew by hand without the nodes that have a state."""
    kept = [one for one in nodes if one["id"] not in states]
    ends = [(*wire.split(" -> "), wire) for wire in wires]

    def begins(source: str) -> str:
        id, _, rest = source.partition(".")
        select = rest.partition("[")[2]
        if id not in states:
            return source
        into = {target: start for start, target, _ in ends if target.startswith(f"{id}.")}
        found = level.find(id)
        ports = level.make(found).inputs if found else ()
        order = [name for port in ports for name in (LETTERS if port.lettered else [port.name])]
        for name in order if states[id] == "bypassed" else ():
            start = into.get(f"{id}.{name}", "")
            came = begins(start) if start and not (select and "[" in start) else ""
            if came and not (select and "[" in came):
                return f"{came}[{select}" if select else came
        return ""

    found = [(begins(source), target) for source, target, _ in ends if target.split(".")[0] not in states]
    return kept, [f"{source} -> {target}" for source, target in found if source]


def test_training_goes_as_without_these_nodes(tmp_path: Any) -> None:
    """Dropout draws numbers, so that one node more would change every one of them."""
    text = classifier({"epochs": 2})
    document, other = drawing_of(text), drawing_of(text)
    edits.set_state(document, births(document, "relu"), "bypassed")
    edits.set_state(document, births(document, "accuracy plateau"), "muted")
    edits.remove_and_reconnect(other, births(other, "relu"))
    edits.remove(other, births(other, "accuracy plateau"))
    mine, theirs = (train(tmp_path / name, write(one)) for name, one in (("mine", document), ("theirs", other)))
    assert mine.code == theirs.code == 0
    assert mine.weights.keys() == theirs.weights.keys()
    for key, value in mine.weights.items():
        np.testing.assert_array_equal(value, theirs.weights[key], err_msg=key)


def drawing_of(text: str) -> Document:
    from graph.project import parse

    return parse(text, standard())


def test_what_takes_no_part_costs_nothing_and_has_no_keys() -> None:
    document = drawing_of(classifier({}))
    whole = Reading(document).cost("fc1")
    edits.set_state(document, ["drop", "fc1"], "bypassed")
    reading = Reading(document)
    program = Program(reading)
    assert whole.parameters and reading.cost("fc1").parameters == 0
    assert "fc1" not in emit.model(program).text
    assert [unit.born for unit in program.net] == ["scale", "relu", "fc2"]
    assert '"state": "bypassed"' in write(document)


def test_inside_a_block_it_counts_for_every_placement() -> None:
    inner = [node("x", "Input"), node("fc", "Linear", out_features=3), node("act", "Tanh"), node("y", "Output")]
    wires = ["x.x -> fc.x", "fc.y -> act.x", "act.y -> y.x"]
    bare = block([one for one in inner if one["id"] != "act"], ["x.x -> fc.x", "fc.y -> y.x"])
    top = [node("row", "Input", shape=[3]), node("a", "Bend"), node("b", "Bend", repeat=2), node("out", "Output")]
    level = ["row.x -> a.x", "a.y -> b.x", "b.y -> out.x"]
    document = drawing(top, level, {"Bend": block(inner, wires)})
    inside = document.inside("Bend")
    edits.set_state(inside, [node.born for node in inside.nodes() if node.id == "act"], "bypassed")
    assert _said(document) == _said(drawing(top, level, {"Bend": bare})) != "wrong"
    edits.set_state(document, ["a"], "bypassed")
    edits.set_state(document, ["b"], "bypassed")
    assert "Bend" not in _said(document)
