"""A reading that goes on bit by bit finds what one finds that reads at once, whatever is edited meanwhile."""

import random

import pytest

from graph import edits
from graph.catalogue import standard
from graph.document import Document
from graph.history import History
from graph.project import parse, write
from graph.reading import Reading

KINDS = ("Linear", "ReLU", "Dropout", "Add", "Conv2d", "Flatten", "Delay")


def drawing(size: int, chance: random.Random) -> Document:
    """An input, and layers that each take from one before them; some do not fit."""
    nodes, wires = ['{"id": "n0", "kind": "Input", "params": {"shape": [8]}}'], []
    for at in range(1, size):
        kind = chance.choice(KINDS[:6])
        nodes.append(f'{{"id": "n{at}", "kind": "{kind}"}}')
        source = chance.randrange(max(0, at - 5), at)
        wires.append(f'"n{source}.{"y" if source else "x"} -> n{at}.{"a" if kind == "Add" else "x"}"')
    text = f'{{"format": "neuroloom", "version": 1, "nodes": [{", ".join(nodes)}], "wires": [{", ".join(wires)}]}}'
    return parse(text, standard())


def edited(document: Document, chance: random.Random) -> None:
    """One edit of many sorts."""
    births = [node.born for node in document.nodes()]
    wires = [wire.key for wire in document.wires()]
    one, other = chance.choice(births), chance.choice(births)
    sort = chance.randrange(7)
    try:
        if sort == 0:
            edits.add(document, chance.choice(KINDS))
        elif sort == 1:
            edits.remove(document, [one])
        elif sort == 2 and wires:
            edits.remove(document, [chance.choice(wires)])
        elif sort == 3:
            edits.connect(document, one, "y", other, "x")
        elif sort == 4:
            edits.change_kind(document, one, chance.choice(KINDS))
        elif sort == 5:
            edits.toggle_state(document, [one], chance.choice(("muted", "bypassed")))
        else:
            edits.set_param(document, "n0", "shape", [chance.randrange(4, 40)])
    except (edits.Refused, KeyError):
        pass


def found(reading: Reading) -> tuple[object, ...]:
    births = [node.born for node in reading.drawn.nodes()]
    values = {born: [reading.value(born, port) for port in ("x", "y")] for born in births}
    diagnostics = sorted((d.born, d.code, d.level, d.port, d.message) for d in reading.diagnostics())
    return values, diagnostics, {born: reading.inputs(born) for born in births}, dict(reading.order.loops)


@pytest.mark.parametrize("seed", range(8))
def test_what_is_read_bit_by_bit_is_what_is_read_at_once(seed: int) -> None:
    chance = random.Random(seed)
    document = drawing(60, chance)
    reading, history = Reading(document, later=True), History(document)
    told: set[str] = set()
    reading.changed.connect(told.update)
    assert reading.under_way
    for _ in range(40):
        if chance.random() < 0.6:
            reading.go_on(0.0)
        elif chance.random() < 0.8:
            with history.step("Edit"):
                edited(document, chance)
        else:
            history.undo()
    reading.finish()
    assert not reading.under_way
    assert found(reading) == found(Reading(document))
    assert {node.born for node in document.nodes()} <= told


def test_much_that_an_edit_brings_is_read_later_by_one_that_is_patient() -> None:
    document, part = drawing(40, random.Random(2)), drawing(500, random.Random(4))
    reading = Reading(document)
    reading.patient = True
    births = edits.paste(document, write(part))
    assert reading.under_way
    assert reading.value(births[0], "x") is None
    edits.remove(document, births[:60])
    for _ in range(50):
        reading.go_on(0.0)
    edits.set_param(document, "n0", "shape", [5])
    reading.finish()
    assert found(reading) == found(Reading(document))


def test_nothing_is_said_of_what_has_not_been_read_yet() -> None:
    reading = Reading(drawing(30, random.Random(1)), later=True)
    assert reading.value("n1") is None
    assert reading.inputs("n1") == {}
    assert reading.diagnostics("n1") == []
    assert reading.cost("n1").parameters is None
    assert reading.under_way
    assert reading.diagnostics()
    assert not reading.under_way
