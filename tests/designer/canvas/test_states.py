"""Muting and bypassing by hand: what is pressed, what is drawn, what the file says."""

from PySide6.QtCore import Qt

from designer.canvas.menus import menu_for
from designer.canvas.states import is_quiet
from graph.project import write
from tests.designer.canvas.stage import Stage

CONTROL = Qt.KeyboardModifier.ControlModifier


def chain(stage: Stage) -> Stage:
    stage.add("Digits", (0, 0))
    stage.add("Conv2d", (200, 0))
    stage.add("ReLU", (400, 0))
    stage.add("Conv2d", (600, 0))
    stage.wire("digits.x -> conv1.x", "conv1.y -> relu1.x", "relu1.y -> conv2.x")
    return stage.show()


def states(stage: Stage) -> dict[str, str]:
    return {node.id: node.state for node in stage.document.nodes() if node.state}


def test_a_key_bypasses_and_takes_it_back_in_one_step_each(stage: Stage) -> None:
    chain(stage).selection.set(["conv1", "relu1"])
    stage.key(Qt.Key.Key_B, CONTROL)
    assert states(stage) == {"conv1": "bypassed", "relu1": "bypassed"}
    assert stage.history.entries == ["Bypass"]
    assert stage.scene.plan.look("relu1").state == "bypassed"
    assert not is_quiet(stage.document, stage.document.wire("relu1.y -> conv2.x"))
    stage.mirrors()
    stage.key(Qt.Key.Key_B, CONTROL)
    assert states(stage) == {}
    assert stage.history.entries == ["Bypass", "Stop bypassing"]
    stage.history.undo()
    assert states(stage) == {"conv1": "bypassed", "relu1": "bypassed"}


def test_what_is_muted_makes_its_wires_faint_and_its_fellow_says_so(stage: Stage) -> None:
    chain(stage).selection.set(["relu1"])
    stage.key(Qt.Key.Key_M, CONTROL)
    assert states(stage) == {"relu1": "muted"}
    assert all(stage.scene.marked.wire(wire).quiet for wire in stage.document.wires_at("relu1"))
    found = stage.reading.diagnostics("conv2")[0]
    assert found.message == "conv2 gets nothing: relu1 is muted." and found.fix is not None
    stage.document.apply(found.fix.patch(stage.document))
    assert states(stage) == {"relu1": "bypassed"}
    assert '"state": "bypassed"' in write(stage.document)


def test_what_has_nothing_to_pass_on_is_refused_with_a_sentence(stage: Stage) -> None:
    said: list[str] = []
    chain(stage).scene.refused.connect(said.append)
    stage.selection.set(["digits"])
    stage.key(Qt.Key.Key_B, CONTROL)
    assert states(stage) == {} and stage.history.entries == []
    assert said == ["digits takes nothing in that it could pass on: mute it instead."]


def test_the_menu_of_a_node_says_what_it_would_do(stage: Stage) -> None:
    chain(stage).selection.set(["relu1"])
    stage.key(Qt.Key.Key_M, CONTROL)
    place = stage.view.mapFromScene(stage.scene.plan.rect("relu1").center())
    texts = [action.text().split("\t")[0] for action in menu_for(stage.view, place.toPointF()).actions()]
    assert "Unmute" in texts and "Bypass" in texts
