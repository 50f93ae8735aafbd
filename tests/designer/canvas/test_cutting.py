"""Cutting wires by a stroke, and pulling nodes out of their line, with real events on the real view."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu

from tests.designer.canvas.stage import Stage

Key = Qt.Key
CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
RIGHT = Qt.MouseButton.RightButton
FIRST, SECOND = "conv1.y -> relu1.x", "relu1.y -> pool1.x"


def test_a_stroke_cuts_what_it_crosses_in_one_step(chain: Stage) -> None:
    chain.press((180, -60), RIGHT, CONTROL).drag_to((180, 60))
    assert chain.scene.stock.wires[FIRST].marks.level == "error"
    assert chain.scene.stock.wires[SECOND].marks.level == ""
    assert len(chain.wires()) == 2
    chain.drag_to((400, 60)).drag_to((400, -60))
    chain.release()
    assert chain.wires() == []
    assert chain.history.entries == ["Cut wires"]
    chain.mirrors()
    chain.key(Key.Key_Z, CONTROL)
    assert chain.wires() == [FIRST, SECOND]


def test_a_stroke_beside_the_wires_cuts_none(chain: Stage) -> None:
    chain.press((180, 60), RIGHT, CONTROL).drag_to((400, 100)).release()
    assert chain.wires() == [FIRST, SECOND]
    assert chain.history.entries == []


def test_escape_breaks_the_stroke_off(chain: Stage) -> None:
    chain.press((180, -60), RIGHT, CONTROL).drag_to((180, 60)).key(Key.Key_Escape).release()
    assert chain.wires() == [FIRST, SECOND]
    assert chain.scene.stock.wires[FIRST].marks.level == ""


def test_far_out_it_cuts_too(chain: Stage) -> None:
    chain.view.camera.zoom(0.3)
    assert not chain.scene.near_by
    chain.press((180, -90), RIGHT, CONTROL).drag_to((180, 90)).release()
    assert chain.wires() == [SECOND]


def test_the_menu_waits_for_the_stroke_and_a_click_opens_it(chain: Stage) -> None:
    chain.press((180, 100), RIGHT, CONTROL)
    at = chain.at((180, 100))
    where = chain.view.viewport().mapToGlobal(at)
    asked = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(at), where, CONTROL)
    QApplication.sendEvent(chain.view.viewport(), asked)
    assert chain.view.gesture is not None
    assert not chain.view.findChildren(QMenu)
    chain.release()
    menu = chain.view.findChildren(QMenu)[0]
    assert menu.isVisible()
    menu.close()
    chain.settle()


def test_alt_pulls_a_node_out_and_closes_the_gap(chain: Stage) -> None:
    chain.press("relu1", modifiers=ALT).drag_by(0, 150)
    assert chain.scene.stock.wires[FIRST].marks.level == "error"
    assert len(chain.wires()) == 2
    chain.release()
    assert chain.wires() == ["conv1.y -> pool1.x"]
    assert chain.document.node("relu1").at == (220, 150)
    assert chain.history.entries == ["Detach"]
    chain.mirrors()
    chain.key(Key.Key_Z, CONTROL)
    assert chain.wires() == [FIRST, SECOND]


def test_pulled_out_nodes_keep_the_wires_among_them(chain: Stage) -> None:
    chain.add("Linear", (700, 0))
    chain.wire("pool1.y -> fc2.x")
    chain.view.camera.fit()
    chain.click("relu1").click("pool1", CONTROL)
    chain.press("pool1", modifiers=ALT).drag_by(0, 150).release()
    assert set(chain.wires()) == {"conv1.y -> fc2.x", SECOND}


def test_let_go_on_another_wire_it_goes_into_that(chain: Stage) -> None:
    chain.add("Linear", (700, 140))
    chain.wire("fc1.y -> fc2.x")
    chain.view.camera.fit()
    chain.press("relu1", modifiers=ALT).drag_to("fc1.y -> fc2.x").release()
    assert set(chain.wires()) == {"conv1.y -> pool1.x", "fc1.y -> relu1.x", "relu1.y -> fc2.x"}
    assert len(chain.history.entries) == 1


def test_escape_leaves_it_in_its_line(chain: Stage) -> None:
    chain.press("relu1", modifiers=ALT).drag_by(0, 150).key(Key.Key_Escape).release()
    assert chain.wires() == [FIRST, SECOND]
    assert chain.history.entries == []
    assert chain.scene.stock.wires[FIRST].marks.level == ""
    chain.mirrors()
