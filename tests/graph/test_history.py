"""Laws of undo and redo."""

import random
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph import edits, history
from graph.edits import Refused
from graph.history import History
from graph.records import Node
from tests.graph import toys
from tests.graph.test_document import random_verb


@pytest.fixture
def doc():
    return toys.document()


@pytest.fixture
def tape(doc):
    return History(doc)


@pytest.fixture
def clock(monkeypatch):
    """The time of the history, moved by hand."""
    now = [100.0]
    monkeypatch.setattr(history.time, "monotonic", lambda: now[0])
    return now


def add(tape, kind="Linear", **options):
    with tape.step(f"Add {kind}", **options):
        return edits.add(tape.document, kind)


def add_and_fail(tape):
    with tape.step("Add and rename"):
        edits.rename(tape.document, add(tape), "class")


def test_undo_and_redo(doc, tape):
    assert tape.undo() is None
    add(tape)
    add(tape, "ReLU")
    assert tape.entries == ["Add Linear", "Add ReLU"]
    assert tape.undo() == "Add ReLU"
    assert [node.id for node in doc.nodes()] == ["fc1"]
    assert (tape.can_undo, tape.can_redo, tape.position) == (True, True, 1)
    assert tape.redo() == "Add ReLU"
    assert tape.redo() is None
    assert [node.id for node in doc.nodes()] == ["fc1", "relu1"]


def test_a_new_step_cuts_what_was_undone(tape):
    add(tape)
    tape.undo()
    add(tape, "ReLU")
    assert tape.entries == ["Add ReLU"]
    assert not tape.can_redo


def test_steps_inside_a_step_are_one(doc, tape):
    with tape.step("Paste"):
        add(tape)
        add(tape)
    assert tape.entries == ["Paste"]
    tape.undo()
    assert doc.records == {}


def test_a_step_that_fails_or_does_nothing_leaves_no_entry(doc, tape):
    with pytest.raises(Refused):
        add_and_fail(tape)
    with tape.step("Nothing"):
        pass
    assert tape.entries == []
    assert doc.records == {}


def test_a_failure_caught_inside_a_step_leaves_no_trace_in_it(doc, tape):
    with tape.step("Paste"):
        edits.add(doc, "Linear")
        with pytest.raises(Refused):
            add_and_fail(tape)
    assert [node.id for node in doc.nodes()] == ["fc1"]
    tape.undo()
    assert doc.records == {}


def test_typing_merges(doc, tape, clock):
    add(tape)
    for value in (1, 12, 128):
        clock[0] += 1
        with tape.step("Set out_features", merge="fc1.out_features"):
            edits.set_param(doc, "fc1", "out_features", value)
    assert tape.entries == ["Add Linear", "Set out_features"]
    clock[0] += history.MERGE_WITHIN
    with tape.step("Set out_features", merge="fc1.out_features"):
        edits.set_param(doc, "fc1", "out_features", 5)
    assert len(tape.entries) == 3
    tape.undo()
    assert doc.node("fc1").params == {"out_features": 128}
    tape.undo()
    assert doc.node("fc1").params == {}


def test_what_merges_to_nothing_leaves_no_entry(doc, tape, clock):
    add(tape)
    for value in (1, None):
        with tape.step("Set", merge="a"):
            edits.set_param(doc, "fc1", "out_features", value)
    assert tape.entries == ["Add Linear"]
    assert tape.position == 1


def test_nothing_merges_into_what_is_saved_or_was_undone(doc, tape, clock):
    add(tape)
    for value in (1, 2):
        with tape.step("Set", merge="a"):
            edits.set_param(doc, "fc1", "out_features", value)
        tape.mark_saved()
    assert len(tape.entries) == 3
    tape.undo()
    with tape.step("Set", merge="b"):
        edits.set_param(doc, "fc1", "out_features", 9)
    assert len(tape.entries) == 3


def test_modified(doc, tape):
    assert not tape.modified
    add(tape)
    assert tape.modified
    tape.mark_saved()
    assert not tape.modified
    for name in ("encoder", "fc1"):
        with tape.step("Rename"):
            edits.rename(doc, "fc1", name)
        assert tape.modified == (name == "encoder")
    tape.undo()
    assert tape.modified
    tape.jump(0)
    assert tape.modified
    add(tape)
    assert tape.modified


def test_the_saved_state_may_be_cut_off(doc, tape):
    add(tape)
    tape.mark_saved()
    tape.undo()
    add(tape, "ReLU")
    tape.undo()
    assert tape.modified


def test_jump(doc, tape):
    for _ in range(5):
        add(tape)
    tape.jump(2)
    assert len(doc.nodes()) == 2
    tape.jump(99)
    assert len(doc.nodes()) == 5
    tape.jump(-1)
    assert doc.nodes() == []


def test_listeners_hear_of_steps_undo_redo_and_saving(doc, tape):
    heard = []
    tape.changed.connect(lambda _: heard.append(tape.position))
    add(tape)
    tape.undo()
    tape.redo()
    tape.mark_saved()
    assert heard == [1, 0, 1, 1]


def test_a_change_beside_the_tape_makes_undo_refuse_and_stay(doc, tape):
    add(tape)
    doc.put(Node("fc1", "other", "Linear"))
    with pytest.raises(ValueError, match="does not fit"):
        tape.undo()
    assert tape.position == 1


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_undo_all_is_where_we_began_and_redo_all_where_we_were(seed):
    chance, doc = random.Random(seed), toys.document()
    for _ in range(15):
        with suppress(Refused):
            random_verb(doc, chance)
    tape, begin, saved = History(doc), dict(doc.records), dict(doc.records)
    for _ in range(50):
        with suppress(Refused):
            wish = chance.choice(["undo", "redo", "save", "jump"] + 6 * ["verb"])
            if wish == "verb":
                with tape.step("Anything", merge=chance.choice([None, "same"])):
                    random_verb(doc, chance)
            elif wish == "save":
                tape.mark_saved()
                saved = dict(doc.records)
            else:
                tape.jump(chance.randrange(9)) if wish == "jump" else getattr(tape, wish)()
        assert tape.modified or doc.records == saved
    end = dict(doc.records)
    position = tape.position
    while tape.undo():
        pass
    assert doc.records == begin
    tape.jump(position)
    assert doc.records == end
