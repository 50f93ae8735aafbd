"""A scene shows one level: what happens on others does not concern it, what moves between them comes and goes."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from designer.canvas.scene import Scene
from designer.canvas.view import View
from designer.selection import Selection
from graph import edits
from graph.inside import Inside
from tests.designer.canvas.stage import Stage


@pytest.fixture
def collapsed(chain: Stage) -> Stage:
    """relu1 and pool1 are a block behind conv1."""
    with chain.history.step("Collapse"):
        edits.collapse(chain.document, ["relu1", "pool1"], "Pair")
    chain.settle()
    return chain


@pytest.fixture
def inner(collapsed: Stage) -> Iterator[Stage]:
    """A stage inside the block."""
    inside = Inside(collapsed.document, collapsed.reading, ("pair1",))
    selection = Selection(inside.document)
    view = View(Scene(inside.document, inside.reading, collapsed.history, selection, collapsed.theme))
    view.resize(1200, 700)
    stage = Stage(view).show()
    yield stage
    stage.close()
    inside.close()


def test_a_scene_follows_a_collapse(collapsed: Stage) -> None:
    assert collapsed.births() == ["conv1", "pair1", "fc1"]
    collapsed.mirrors()
    assert [spot.name for spot in collapsed.scene.plan.look("pair1").inputs] == ["x"]
    collapsed.history.undo()
    collapsed.mirrors()
    assert "relu1" in collapsed.scene.plan
    collapsed.history.redo()
    collapsed.mirrors()


def test_what_is_collapsed_leaves_the_selection(chain: Stage) -> None:
    chain.selection.set(["conv1", "relu1"])
    edits.collapse(chain.document, ["relu1", "pool1"], "Pair")
    assert chain.selection.births == ["conv1"]
    chain.selection.set(["relu1"])
    assert chain.selection.keys == frozenset()


def test_both_levels_mirror_every_change(collapsed: Stage, inner: Stage) -> None:
    assert inner.births() == ["Pair/x", "relu1", "pool1", "Pair/y"]
    inner.mirrors()
    with inner.history.step("Edit"):
        born = edits.add(inner.document, "Tanh", (0, 200))
        edits.connect(inner.document, "relu1", "y", born, "x")
    with inner.history.step("Rename"):
        edits.rename(inner.document, "Pair/x", "picture")
    for stage in (collapsed, inner):
        stage.settle()
        stage.mirrors()
    assert [spot.name for spot in collapsed.scene.plan.look("pair1").inputs] == ["picture"]
    inner.history.jump(0)
    for stage in (collapsed, inner):
        stage.settle()
        stage.mirrors()
    assert inner.births() == []


def test_a_gesture_inside_edits_the_block(collapsed: Stage, inner: Stage) -> None:
    inner.press("relu1").drag_by(0, 120).release()
    assert inner.document.node("relu1").at == (220, 120)
    inner.click("pool1")
    inner.view.commands.delete()
    assert "pool1" not in inner.births()
    assert "pool1" not in collapsed.births()
    inner.mirrors()
    collapsed.mirrors()


def test_inside_a_block_its_parameters_are_worked_out(collapsed: Stage) -> None:
    with collapsed.history.step("Draw"):
        (placed,) = [edits.collapse(collapsed.document, ["conv1"], "Filters")]
        edits.set_block_param(collapsed.document, "Filters", "width", 4)
        edits.set_param(collapsed.document.inside("Filters"), "conv1", "out_channels", "=2*width")
    inside = Inside(collapsed.document, collapsed.reading, (placed,))
    view = View(Scene(inside.document, inside.reading, collapsed.history, Selection(inside.document), collapsed.theme))
    stage = Stage(view).show()
    assert stage.scene.plan.look("conv1").summary == "Conv2d 8 3"
    edits.set_param(collapsed.document, placed, "width", 8)
    stage.settle()
    assert stage.scene.plan.look("conv1").summary == "Conv2d 16 3"
    stage.mirrors()
    stage.close()
    inside.close()


def test_a_wire_that_closes_a_loop_is_offered_a_delay(chain: Stage) -> None:
    chain.press("relu1.y").drag_to("conv1.x")
    assert chain.view.overlays.hint.sentence == "relu1 → conv1 → relu1 would be a loop without a Delay."
    chain.release()
    proposal = chain.view.overlays.proposal
    assert proposal.isVisible() and proposal.button.text() == "Put a Delay between"
    QTest.keyClick(proposal.button, Qt.Key.Key_Escape)
    assert not proposal.isVisible() and len(chain.wires()) == 2
    chain.press("conv1.x").drag_to("relu1.y").release()
    QTest.mouseClick(proposal.button, Qt.MouseButton.LeftButton)
    chain.settle()
    assert chain.selection.births == ["h1"]
    assert {"relu1.y -> h1.x", "h1.y -> conv1.x"} < set(chain.wires())
    chain.mirrors()
    assert chain.history.entries == ["Connect through a Delay"]
    chain.history.undo()
    assert len(chain.wires()) == 2


def test_a_node_may_feed_itself_through_a_delay(chain: Stage) -> None:
    chain.press("fc1.y").drag_to("fc1.x").release()
    QTest.keyClick(chain.view.overlays.proposal.button, Qt.Key.Key_Return)
    assert {"fc1.y -> h1.x", "h1.y -> fc1.x"} < set(chain.wires())
