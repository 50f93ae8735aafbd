"""Bends of wires, with real mouse and key events on the real view."""

import pytest
from PySide6.QtCore import QPointF, Qt

from graph import edits
from graph.project import parse, write
from tests.designer.canvas.stage import Stage

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
KEY = "conv1.y -> fc1.x"


@pytest.fixture
def bent(stage: Stage) -> Stage:
    """conv1 → fc1, level and far apart, with relu1 below; at one to one."""
    for kind, at in (("Conv2d", (0, 0)), ("Linear", (560, 0)), ("ReLU", (300, 240))):
        stage.add(kind, at)
    stage.wire(KEY)
    stage.show()
    stage.history.mark_saved()
    return stage


def via(stage: Stage, key: str = KEY) -> list[tuple[float, float]]:
    return list(stage.document.wire(key).via)


def middle(stage: Stage) -> QPointF:
    points = stage.scene.plan.lines.of(KEY)
    assert points is not None
    return (points[0] + points[-1]) / 2


def pull(stage: Stage, across: float, down: float) -> None:
    """Take the wire in its middle and lead it elsewhere."""
    stage.press(middle(stage)).drag_by(across, down).release()


def test_a_wire_dragged_in_its_middle_gets_a_bend_there_in_one_step(bent: Stage) -> None:
    start = middle(bent)
    told: list[object] = []
    bent.document.changed.connect(told.append)
    bent.press(start).drag_by(10, 90)
    assert told == []
    assert bent.scene.stock.wires[KEY].points[1] == QPointF(round(start.x()) + 10, round(start.y()) + 90)
    bent.release()
    assert via(bent) == [(round(start.x()) + 10, round(start.y()) + 90)]
    assert bent.history.entries == ["Add a bend"]
    bent.mirrors()
    bent.key(Key.Key_Z, CONTROL)
    assert via(bent) == []
    bent.mirrors()


def test_a_double_click_makes_a_bend_and_another_takes_it_out(bent: Stage) -> None:
    bent.double_click(middle(bent) + QPointF(40, 0))
    assert len(via(bent)) == 1
    bent.double_click(via(bent)[0])
    assert via(bent) == []
    assert bent.history.entries == ["Add a bend", "Remove a bend"]


def test_a_bend_is_dragged_and_goes_level_with_what_is_beside_it(bent: Stage) -> None:
    pull(bent, 0, 100)
    x, y = via(bent)[0]
    bent.press((x, y)).drag_by(80, -60).release()
    assert via(bent) == [(x + 80, y - 60)]
    edits.set_wire(bent.document, KEY, via=[(250, 150), (450, 200)])
    bent.press((450, 200)).drag_to((460, 154)).release()
    assert via(bent) == [(250, 150), (460, 150)]
    bent.press((460, 150)).drag_to((253, 90)).release()
    assert via(bent) == [(250, 150), (250, 90)]


def test_a_bend_let_go_on_the_line_is_taken_out(bent: Stage) -> None:
    start = middle(bent)
    pull(bent, 0, 100)
    bent.press(via(bent)[0]).drag_to(start + QPointF(30, 2)).release()
    assert via(bent) == []
    assert bent.history.entries == ["Add a bend", "Remove a bend"]
    pull(bent, 40, 0)
    assert bent.history.entries == ["Add a bend", "Remove a bend"]


def test_escape_breaks_off(bent: Stage) -> None:
    bent.press(middle(bent)).drag_by(0, 120).key(Key.Key_Escape).release()
    assert via(bent) == []
    assert bent.history.entries == []
    assert len(bent.scene.stock.wires[KEY].points) == 2
    pull(bent, 0, 100)
    bent.press(via(bent)[0]).drag_by(90, 0).key(Key.Key_Escape).release()
    assert bent.history.entries == ["Add a bend"]
    bent.mirrors()


def test_delete_takes_the_chosen_bend_and_then_the_wire(bent: Stage) -> None:
    pull(bent, 0, 100)
    bent.click(via(bent)[0]).key(Key.Key_Delete)
    assert via(bent) == []
    bent.key(Key.Key_Delete)
    assert bent.wires() == []


def test_arrows_move_the_chosen_bend(bent: Stage) -> None:
    pull(bent, 0, 100)
    x, y = via(bent)[0]
    bent.click((x, y)).key(Key.Key_Right).key(Key.Key_Down)
    assert via(bent) == [(x + 8, y + 8)]
    assert len(bent.history.entries) == 2


def test_bends_go_along_with_both_ends_and_stay_with_one(bent: Stage) -> None:
    pull(bent, 0, 100)
    x, y = via(bent)[0]
    bent.click("conv1").click("fc1", CONTROL)
    bent.press("conv1").drag_by(40, 60)
    assert bent.scene.stock.wires[KEY].points[1] == QPointF(x + 40, y + 60)
    bent.release()
    assert via(bent) == [(x + 40, y + 60)]
    bent.key(Key.Key_Right)
    assert via(bent) == [(x + 48, y + 60)]
    bent.press("relu1").release()
    bent.press("conv1").drag_by(-20, -40).release()
    assert via(bent) == [(x + 48, y + 60)]
    bent.mirrors()
    bent.history.jump(1)
    assert via(bent) == [(x, y)]


def test_copies_keep_the_way_of_their_wires(bent: Stage) -> None:
    pull(bent, 0, 100)
    x, y = via(bent)[0]
    bent.click("conv1").click("fc1", CONTROL).key(Key.Key_D, CONTROL)
    copy = next(key for key in bent.wires() if key != KEY)
    assert via(bent, copy) == [(x + 24, y + 24)]


def test_a_layout_drops_the_bends_of_what_it_lays_out_in_the_same_step(bent: Stage) -> None:
    pull(bent, 0, 100)
    bent.key(Key.Key_Escape).key(Key.Key_L, CONTROL)
    assert via(bent) == []
    assert bent.history.entries == ["Add a bend", "Lay out"]
    bent.key(Key.Key_Z, CONTROL)
    assert len(via(bent)) == 1


def test_the_menu_bends_and_straightens(bent: Stage) -> None:
    from designer.canvas.menus import menu_for

    menu = menu_for(bent.view, QPointF(bent.at(middle(bent))))
    next(action for action in menu.actions() if action.text() == "Add a bend").trigger()
    menu.deleteLater()
    x, y = via(bent)[0]
    bent.press((x, y)).drag_by(0, 80).release()
    menu = menu_for(bent.view, QPointF(bent.at((x, y + 80))))
    texts = [action.text().partition("\t")[0] for action in menu.actions()]
    assert "Remove the bend" in texts
    next(action for action in menu.actions() if action.text().startswith("Take out the bends")).trigger()
    menu.deleteLater()
    assert via(bent) == []
    assert bent.history.entries[-1] == "Take out the bends"


def test_a_node_put_on_a_bent_wire_shares_the_bends_out(bent: Stage) -> None:
    edits.set_wire(bent.document, KEY, via=[(200, 150), (500, 150)])
    bent.press("relu1").drag_to((350, 150)).release()
    assert via(bent, "conv1.y -> relu1.x") == [(200, 150)]
    assert via(bent, "relu1.y -> fc1.x") == [(500, 150)]
    bent.click("relu1").key(Key.Key_Backspace, CONTROL)
    assert via(bent) == [(200, 150), (500, 150)]


def test_bends_survive_the_file_and_unpacking(bent: Stage) -> None:
    edits.set_wire(bent.document, KEY, via=[(200, 150)])
    text = write(bent.document)
    assert list(parse(text, bent.document.catalogue).wire(KEY).via) == [(200, 150)]
    placed = edits.collapse(bent.document, ["conv1", "fc1"])
    at = bent.document.node(placed).at
    assert at is not None
    edits.move(bent.document, {placed: (at[0] + 10, at[1] + 70)})
    edits.unpack(bent.document, placed)
    assert via(bent) == [(210, 220)]
