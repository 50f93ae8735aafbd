"""Pills lie on their wires, and on nothing else where there is room."""

from itertools import combinations

import pytest
from PySide6.QtCore import QPointF

from designer.canvas import curves
from graph import edits
from tests.designer.canvas.stage import Stage

KEY = "conv1.y -> pool1.x"


def wide(stage: Stage) -> Stage:
    for kind, at in (("Digits", (-220, 0)), ("Conv2d", (0, 0)), ("MaxPool2d", (620, 0)), ("ReLU", (300, 200))):
        stage.add(kind, at)
    stage.wire("digits.x -> conv1.x", "digits.x -> relu1.x", KEY)
    return stage.show()


def test_a_pill_makes_way_for_a_node(stage: Stage) -> None:
    wide(stage)
    pill = stage.scene.stock.pills[KEY]
    assert pill.visible
    edits.set_wire(stage.document, KEY, via=[(370, 24)])
    before = pill.pill.rect.center()
    stage.press("relu1").drag_to(QPointF(before.x() - 10, before.y() + 10)).release()
    stage.settle()
    after = stage.scene.stock.pills[KEY].pill.rect
    assert after.center() != before
    assert not stage.scene.plan.nodes.within(after)
    assert curves.distance(stage.scene.plan.lines.of(KEY) or (), after.center()) < 2


@pytest.mark.parametrize("flow", ["right", "down"])
def test_pills_of_wires_of_other_nodes_stand_apart_too(stage: Stage, flow: str) -> None:
    edits.set_flow(stage.document, flow)
    for k in range(3):  # they cross in one place
        start, end = (190 * k, 480 - 190 * k) if flow == "down" else (70 * k, 220 - 70 * k)
        source = stage.add("Digits", (start, 0) if flow == "down" else (0, start))
        target = stage.add("Linear", (end, 400) if flow == "down" else (400, end))
        stage.wire(f"{source}.x -> {target}.x")
    stage.show()
    pills = [item.pill.rect for item in stage.scene.stock.pills.values() if item.visible]
    assert len(pills) > 1
    assert not any(one.intersects(other) for one, other in combinations(pills, 2))


def test_pills_of_wires_that_run_close_stand_apart(stage: Stage) -> None:
    data = stage.add("Digits", (0, 0))
    for at in (0, 200):
        stage.add("Linear", (420, at))
    stage.wire(f"{data}.x -> fc1.x", f"{data}.y -> fc2.x")
    edits.move(stage.document, {"fc2": (420, 16)})
    stage.show()
    one, other = (stage.scene.stock.pills[key] for key in (f"{data}.x -> fc1.x", f"{data}.y -> fc2.x"))
    assert one.visible
    assert other.visible
    assert not one.pill.rect.intersects(other.pill.rect)
