"""Laying out from the canvas: one step, beside the window where it takes long, and with either way of flow."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from designer.canvas import arranging, curves, ordering
from designer.canvas.looks import PortAt
from designer.canvas.menus import menu_for
from graph import edits
from graph.project import write
from tests.designer.canvas.stage import Stage

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier


def places(stage: Stage) -> dict[str, tuple[float, float] | None]:
    return {node.born: node.at for node in stage.document.nodes()}


def test_nodes_that_stay_are_not_covered(chain: Stage) -> None:
    for born, at in {"conv1": (0.0, 0.0), "relu1": (30.0, 200.0), "pool1": (60.0, 400.0), "fc1": (230.0, 10.0)}.items():
        edits.move(chain.document, {born: at})
    chain.selection.set(["conv1", "relu1", "pool1"])
    chain.key(Key.Key_L, CONTROL)
    plan = chain.scene.plan
    assert chain.document.node("fc1").at == (230, 10)
    assert not any(plan.rect(born).intersects(plan.rect("fc1")) for born in ("conv1", "relu1", "pool1"))
    assert plan.rect("conv1").right() < plan.rect("relu1").left()


class TestBesideTheWindow:
    @pytest.fixture(autouse=True)
    def large(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(arranging, "AT_ONCE", 0)

    def test_a_large_drawing_is_laid_out_by_a_process_as_one_step(self, chain: Stage, qtbot: QtBot) -> None:
        before = places(chain)
        with qtbot.waitSignal(chain.view.arranging.ended, timeout=20_000):
            chain.key(Key.Key_L, CONTROL)
            assert not chain.view.arranging.progress.isHidden()
            assert places(chain) == before
        assert chain.history.entries == ["Lay out"]
        assert chain.view.arranging.progress.isHidden()
        plan = chain.scene.plan
        assert plan.rect("conv1").right() < plan.rect("relu1").left()
        assert plan.rect("conv1").center().y() == plan.rect("relu1").center().y()

    def test_escape_breaks_it_off(self, chain: Stage) -> None:
        before = places(chain)
        chain.key(Key.Key_L, CONTROL).key(Key.Key_Escape)
        assert not chain.view.arranging.busy
        assert chain.view.arranging.progress.isHidden()
        assert places(chain) == before

    def test_what_changed_meanwhile_is_not_moved(self, chain: Stage, qtbot: QtBot) -> None:
        said: list[str] = []
        chain.scene.refused.connect(said.append)
        with qtbot.waitSignal(chain.view.arranging.ended, timeout=20_000):
            chain.key(Key.Key_L, CONTROL)
            edits.move(chain.document, {"relu1": (0, 333)})
        assert said == [arranging.CHANGED]
        assert chain.document.node("relu1").at == (0, 333)
        assert chain.history.entries == []


@pytest.fixture(params=["right", "down"])
def flowing(chain: Stage, request: pytest.FixtureRequest) -> Stage:
    """The chain, laid out with either way of flow."""
    if request.param == "down":
        chain.view.commands.set_flow("down")
    else:
        chain.key(Key.Key_L, CONTROL)
    chain.settle()
    return chain


def along(stage: Stage, point: QPointF) -> tuple[float, float]:
    """How far a point is along the flow, and across."""
    return (point.y(), point.x()) if stage.scene.plan.down else (point.x(), point.y())


class TestFlow:
    def test_nodes_follow_each_other_along_the_flow(self, flowing: Stage) -> None:
        plan = flowing.scene.plan
        start, across = along(flowing, plan.point(PortAt("conv1", "y", True)))
        end, level = along(flowing, plan.point(PortAt("relu1", "x", False)))
        assert start < end
        assert across == level
        flowing.mirrors()

    def test_a_wire_is_drawn_from_port_to_port(self, flowing: Stage) -> None:
        flowing.press("pool1.y").drag_to("fc1.x").release()
        assert "pool1.y -> fc1.x" in flowing.wires()
        line = flowing.scene.plan.lines.of("pool1.y -> fc1.x")
        assert line is not None
        first, second = curves.samples(line)[:2]
        ahead, aside = along(flowing, second - first)
        assert ahead > abs(aside)

    def test_arrows_walk_along_the_wires(self, flowing: Stage) -> None:
        ahead, back = (Key.Key_Down, Key.Key_Up) if flowing.scene.plan.down else (Key.Key_Right, Key.Key_Left)
        alt = Qt.KeyboardModifier.AltModifier
        flowing.click("conv1").key(ahead, alt)
        assert flowing.selection.births == ["relu1"]
        flowing.key(back, alt)
        assert flowing.selection.births == ["conv1"]

    def test_a_drag_makes_a_wire_straight(self, flowing: Stage) -> None:
        before = along(flowing, flowing.scene.plan.at("relu1"))[1]
        by = (14, 3) if flowing.scene.plan.down else (3, 14)
        flowing.press("relu1").drag_by(*by).release()
        flowing.press("relu1").drag_by(-by[0] + 2, -by[1] + 2).release()
        assert along(flowing, flowing.scene.plan.at("relu1"))[1] == before

    def test_straighten_follows_the_flow(self, flowing: Stage) -> None:
        home = flowing.scene.plan.at("relu1")
        aside = home + (QPointF(40, 0) if flowing.scene.plan.down else QPointF(0, 40))
        edits.move(flowing.document, {"relu1": (aside.x(), aside.y())})
        flowing.selection.set(["conv1", "relu1", "pool1"])
        ordering.straighten(flowing.view)
        assert flowing.scene.plan.at("relu1") == home


def test_the_flow_is_one_step_and_goes_into_the_file(chain: Stage) -> None:
    before = write(chain.document)
    chain.view.commands.set_flow("down")
    assert chain.history.entries == ["Flow down"]
    assert '"flow": "down"' in write(chain.document)
    assert chain.scene.plan.rect("conv1").bottom() < chain.scene.plan.rect("relu1").top()
    chain.history.undo()
    chain.settle()
    assert write(chain.document) == before
    assert not chain.scene.plan.down
    chain.mirrors()


def test_the_menu_of_the_canvas_turns_the_flow(chain: Stage) -> None:
    def ways() -> dict[str, QAction]:
        menu = menu_for(chain.view, QPointF(chain.at((100, 300))))
        (inner,) = (action.menu() for action in menu.actions() if action.text() == "Data flow")
        return {action.text(): action for action in inner.actions()}

    assert [(text, way.isChecked()) for text, way in ways().items()] == [("To the right", True), ("Down", False)]
    ways()["Down"].trigger()
    assert chain.history.entries == ["Flow down"]
    assert [(text, way.isChecked()) for text, way in ways().items()] == [("To the right", False), ("Down", True)]


def test_a_long_chain_is_set_in_rows_unless_one_says_otherwise(stage: Stage) -> None:
    births = [stage.add("ReLU", (20 * k, 0)) for k in range(16)]
    stage.wire(*(f"{one}.y -> {other}.x" for one, other in pairwise(births)))
    stage.show().key(Key.Key_L, CONTROL)
    plan = stage.scene.plan
    assert len({plan.rect(born).top() for born in births}) > 1
    stage.scene.manner.turn("rows")
    stage.key(Key.Key_L, CONTROL)
    assert len({plan.rect(born).top() for born in births}) == 1


def test_a_block_says_how_often_it_stands(stage: Stage) -> None:
    stage.add("Linear", (0, 0))
    block = edits.collapse(stage.document, ["fc1"], "Tower")
    edits.set_param(stage.document, block, "repeat", 12)
    stage.show()
    look = stage.scene.plan.look(block)
    assert look.badge == "×12"
    assert "×12" not in look.subtitle
    assert not look.badge_rect.intersects(look.title_rect)
    assert look.rect.contains(look.badge_rect)
