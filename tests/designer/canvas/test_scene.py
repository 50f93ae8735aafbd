"""The scene as a projection: lazily made items, the view from afar, themes, places, pills, and drops."""

import itertools
import math

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from designer.canvas import curves
from designer.canvas.grid import Grid
from designer.canvas.scene import Scene
from designer.canvas.tools.drop import MIME
from graph import edits
from graph.catalogue import standard
from graph.project import parse, write
from tests.designer.canvas.stage import Stage


def test_items_exist_only_for_what_is_near(stage: Stage) -> None:
    for i in range(60):
        stage.add("ReLU", (220 * i, 0))
    stage.show()
    stage.view.camera.actual_size()
    stage.view.centerOn(0, 0)
    assert 0 < len(stage.scene.stock.nodes) < 12
    stage.mirrors()
    stage.view.centerOn(220 * 30, 0)
    assert "relu31" in stage.scene.stock.nodes
    assert "relu1" not in stage.scene.stock.nodes
    stage.mirrors()


def test_from_afar_there_are_no_items_and_everything_is_drawn(chain: Stage) -> None:
    chain.view.camera.zoom(0.2 / chain.view.camera.scale)
    assert not chain.scene.stock.nodes
    chain.mirrors()
    picture = chain.view.grab().toImage()
    centre = chain.at(chain.scene.plan.rect("conv1").center())
    assert picture.pixelColor(centre) != chain.theme.canvas
    chain.click("conv1")
    assert chain.selection.births == ["conv1"]
    chain.press("conv1").drag_by(0, 400).release()
    assert chain.document.node("conv1").at == (0, 400)
    moved = chain.view.grab().toImage()
    assert moved.pixelColor(centre) != picture.pixelColor(centre)
    chain.view.camera.zoom(6)
    assert chain.scene.stock.nodes
    chain.mirrors()


def test_a_second_scene_shows_the_same(chain: Stage) -> None:
    other = Scene(chain.document, chain.reading, chain.history, chain.selection, chain.theme)
    assert {born: other.plan.rect(born) for born in other.plan.births()} == {
        born: chain.scene.plan.rect(born) for born in chain.births()
    }
    other.close()


def test_a_scene_that_is_closed_no_longer_follows(chain: Stage) -> None:
    chain.scene.close()
    edits.remove(chain.document, ["conv1"])
    assert "conv1" in chain.scene.plan


def test_another_theme_repaints_at_once(chain: Stage) -> None:
    dark = chain.view.grab().toImage().pixelColor(3, 3)
    chain.theme.set_dark(False)
    chain.settle()
    light = chain.view.grab().toImage().pixelColor(3, 3)
    assert dark == QColor("#12151a")
    assert light == QColor("#f5f6f8")
    chain.mirrors()


def test_nodes_without_places_get_some_that_do_not_overlap(stage: Stage) -> None:
    digits = stage.add("Digits", (0, 0))
    for kind in ("Conv2d", "ReLU", "Linear"):
        stage.add(kind)
    stage.wire(f"{digits}.x -> conv1.x", "conv1.y -> relu1.x")
    plan = stage.scene.plan
    rects = [plan.rect(born) for born in plan.births()]
    assert not any(one.intersects(other) for i, one in enumerate(rects) for other in rects[:i])
    assert all(node.at is None for node in stage.document.nodes()[1:])


def test_an_unknown_kind_is_drawn_with_the_ports_its_wires_name(stage: Stage) -> None:
    text = (
        '{"format": "neuroloom", "version": 1, "nodes": [{"id": "a", "kind": "Warp", "at": [0, 0]},'
        ' {"id": "b", "kind": "ReLU", "at": [200, 0]}], "wires": ["a.out -> b.x", "b.y -> a.in", "b.y -> ghost.x"]}'
    )
    document = parse(text, standard())
    for record in document.records.values():
        stage.document.put(record)
    stage.show()
    look = stage.scene.plan.look("a")
    assert look.summary == "Warp (unknown)"
    assert [spot.name for spot in (*look.inputs, *look.outputs)] == ["in", "out"]
    assert not look.outputs[0].declared
    stage.mirrors()
    stage.press("a").drag_by(0, 80).release()
    assert '"ghost.x"' in write(stage.document) or "ghost" in write(stage.document)


class TestPills:
    def test_a_wire_says_the_shape_it_carries(self, stage: Stage) -> None:
        digits = stage.add("Digits", (0, 0))
        stage.add("Conv2d", (300, 0))
        stage.wire(f"{digits}.x -> conv1.x")
        stage.show()
        pill = stage.scene.stock.pills[f"{digits}.x -> conv1.x"]
        assert pill.pill.text == "1×8×8"
        assert pill.isVisible()

    def test_a_pill_without_room_shows_when_its_wire_is_selected(self, stage: Stage) -> None:
        digits = stage.add("Digits", (0, 0))
        stage.add("Conv2d", (148, 0))
        stage.wire(f"{digits}.x -> conv1.x")
        key = f"{digits}.x -> conv1.x"
        stage.show()
        assert not stage.scene.stock.pills[key].isVisible()
        stage.selection.set([key])
        assert stage.scene.stock.pills[key].isVisible()

    def test_selection_and_weight_are_told_together(self, stage: Stage) -> None:
        moons = stage.add("Moons", (0, 0))
        neuron = stage.add("Neuron", (400, 0))
        key = edits.connect(stage.document, moons, "x", neuron, "x", select=0, weight=-0.5)
        stage.show()
        assert stage.scene.stock.pills[key].pill.text == "x[0] · −0.5"
        edits.set_wire(stage.document, key, fixed=True)
        stage.settle()
        assert stage.scene.stock.pills[key].pill.fixed

    def test_wires_between_the_same_ports_run_apart(self, stage: Stage) -> None:
        moons = stage.add("Moons", (0, 0))
        neuron = stage.add("Neuron", (400, 0))
        one, two = (edits.connect(stage.document, moons, "x", neuron, "x", select=i) for i in (0, 1))
        stage.show()
        middles = [curves.late(stage.scene.plan.lines.of(key) or ()) for key in (one, two)]
        assert abs(middles[0].y() - middles[1].y()) > 17


class TestWires:
    def test_a_long_wire_goes_around_what_stands_between(self, stage: Stage) -> None:
        for i in range(4):
            stage.add("ReLU", (220 * i, 0))
        stage.add("Add", (880, 0))
        stage.wire("relu1.y -> add1.a")
        line = stage.scene.plan.lines.of("relu1.y -> add1.a")
        assert line is not None
        between = [stage.scene.plan.rect(f"relu{i}") for i in (2, 3, 4)]
        assert not any(rect.contains(point) for rect in between for point in curves.samples(line))

    def test_it_straightens_when_what_stood_there_moves_away(self, stage: Stage) -> None:
        for i in range(3):
            stage.add("ReLU", (220 * i, 0))
        stage.wire("relu1.y -> relu3.x")
        assert len(stage.scene.plan.lines.of("relu1.y -> relu3.x") or ()) == 4
        edits.move(stage.document, {"relu2": (220, 300)})
        assert len(stage.scene.plan.lines.of("relu1.y -> relu3.x") or ()) == 2

    def test_the_hull_holds_the_curve(self) -> None:
        for end in (QPointF(300, 80), QPointF(-200, 40), QPointF(10, -300), QPointF(0, 0)):
            for points in ((QPointF(0, 0), end), (QPointF(0, 0), QPointF(0, 90), QPointF(-400, 90), end)):
                assert all(curves.hull(points).contains(point) for point in curves.samples(points))

    def test_a_wire_that_is_led_back_turns_around_without_a_sharp_corner(self) -> None:
        line = curves.samples([QPointF(720, 24), QPointF(720, 80), QPointF(0, 80), QPointF(0, 136)])
        ways = [math.atan2(b.y() - a.y(), b.x() - a.x()) for a, b in itertools.pairwise(line)]
        turns = [(b - a + math.pi) % math.tau - math.pi for a, b in itertools.pairwise(ways)]
        assert max(map(abs, turns)) < math.radians(40)


class TestCamera:
    def test_the_wheel_zooms_about_the_pointer(self, chain: Stage) -> None:
        at = QPoint(300, 200)
        before, scale = chain.view.mapToScene(at), chain.view.camera.scale
        wheel(chain, at, 120)
        assert chain.view.camera.scale > scale
        after = chain.view.mapToScene(at)
        assert abs(after.x() - before.x()) < 1.5
        assert abs(after.y() - before.y()) < 1.5

    def test_zoom_has_ends(self, chain: Stage) -> None:
        for _ in range(60):
            wheel(chain, QPoint(300, 200), 240)
        assert chain.view.camera.scale == 4.0
        for _ in range(90):
            wheel(chain, QPoint(300, 200), -240)
        assert chain.view.camera.scale == 0.02

    def test_f_fits_everything(self, chain: Stage) -> None:
        chain.view.camera.zoom(3)
        chain.key(Qt.Key.Key_F)
        assert chain.view.camera.area.contains(chain.scene.plan.bounds())

    def test_zoom_to_selection(self, chain: Stage) -> None:
        chain.click("fc1").key(Qt.Key.Key_F, Qt.KeyboardModifier.ShiftModifier)
        middle = chain.view.camera.area.center()
        assert chain.scene.plan.rect("fc1").contains(middle)

    def test_middle_button_and_space_pan(self, chain: Stage) -> None:
        before = chain.view.mapToScene(0, 0)
        chain.press((0, 300), button=Qt.MouseButton.MiddleButton).drag_by(100, 50).release()
        after = chain.view.mapToScene(0, 0)
        assert after != before
        chain.view.hold_space(True)
        chain.press("conv1").drag_by(60, 0).release()
        chain.view.hold_space(False)
        assert chain.view.mapToScene(0, 0) != after
        assert chain.history.entries == []


def test_the_drawing_moves_along_when_something_is_dragged_against_the_edge(chain: Stage) -> None:
    before = chain.view.mapToScene(0, 0).x()
    port = chain.view.viewport().rect()
    chain.press("fc1").drag_to(chain.view.mapToScene(port.right() - 2, port.center().y()))
    QTest.qWait(120)
    assert chain.view.mapToScene(0, 0).x() > before + 10
    chain.release()
    after = chain.view.mapToScene(0, 0).x()
    QTest.qWait(50)
    assert chain.view.mapToScene(0, 0).x() == after
    node = chain.document.node("fc1").at
    assert node is not None
    assert node[0] > 440 + 10
    chain.mirrors()


def test_an_empty_canvas_says_what_to_do(stage: Stage) -> None:
    stage.view.show()
    picture = stage.view.grab().toImage()
    middle = picture.height() // 2
    colours = {picture.pixelColor(x, y).name() for x in range(400, 800, 2) for y in range(middle - 20, middle + 20, 2)}
    assert len(colours) > 8


class TestDropping:
    def test_a_kind_from_the_palette_stands_where_it_is_dropped(self, chain: Stage) -> None:
        drop(chain, "Dropout", QPointF(100, 250))
        assert chain.document.node(chain.births()[-1]).kind == "Dropout"
        assert chain.scene.plan.rect(chain.births()[-1]).contains(QPointF(100, 250))
        assert chain.history.entries == ["Add Dropout"]

    def test_on_a_wire_it_is_inserted_and_makes_room(self, chain: Stage) -> None:
        drop(chain, "Dropout", chain._point("conv1.y -> relu1.x"))
        assert set(chain.wires()) == {"conv1.y -> dropout1.x", "dropout1.y -> relu1.x", "relu1.y -> pool1.x"}
        assert chain.history.entries == ["Insert Dropout"]
        plan = chain.scene.plan
        rects = [plan.rect(born) for born in plan.births()]
        assert not any(one.intersects(other) for i, one in enumerate(rects) for other in rects[:i])

    def test_what_does_not_go_through_is_put_beside(self, chain: Stage) -> None:
        drop(chain, "Adam", chain._point("conv1.y -> relu1.x"))
        assert len(chain.wires()) == 2
        assert chain.document.node(chain.births()[-1]).kind == "Adam"

    def test_a_kind_nobody_knows_is_not_taken(self, chain: Stage) -> None:
        assert not drop(chain, "Warp", QPointF(100, 250))
        assert len(chain.births()) == 4


def test_kinds_added_one_after_the_other_do_not_hide_each_other(chain: Stage) -> None:
    for kind in ("Dropout", "Tanh", "Linear"):
        chain.view.commands.add(kind)
    plan = chain.scene.plan
    rects = [plan.rect(born) for born in plan.births()]
    assert not any(one.intersects(other) for i, one in enumerate(rects) for other in rects[:i])


class TestGrid:
    def test_it_finds_what_meets_a_rectangle(self) -> None:
        grid = Grid()
        grid.put("a", QRectF(0, 0, 100, 50))
        grid.put("b", QRectF(5000, 5000, 100, 50))
        grid.put("long", QRectF(-90_000, 10, 180_000, 5))
        assert grid.within(QRectF(50, 5, 10, 10)) == {"a", "long"}
        assert grid.at(QPointF(5050, 5010)) == {"b"}
        grid.put("a", QRectF(9000, 0, 10, 10))
        grid.drop("long")
        grid.drop("long")
        assert grid.within(QRectF(-1e6, -1e6, 2e6, 2e6)) == {"a", "b"}
        assert grid.bounds() == QRectF(QPointF(5000, 0), QPointF(9010, 5050))


def wheel(stage: Stage, at: QPoint, turn: int) -> None:
    port = stage.view.viewport()
    event = QWheelEvent(
        QPointF(at), QPointF(port.mapToGlobal(at)), QPoint(), QPoint(0, turn), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(port, event)


def drop(stage: Stage, kind: str, at: QPointF) -> bool:
    data = QMimeData()
    data.setData(MIME, kind.encode())
    place = QPointF(stage.view.mapFromScene(at))
    held = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(place.toPoint(), *held)
    QApplication.sendEvent(stage.view.viewport(), enter)
    if enter.isAccepted():
        QApplication.sendEvent(stage.view.viewport(), QDropEvent(place, *held))
    stage.settle()
    return enter.isAccepted()


@pytest.mark.parametrize("scale", [0.7, 1.0, 3.0])
def test_what_is_kept_of_a_node_is_drawn_anew_when_it_changes(chain: Stage, scale: float) -> None:
    chain.view.camera.zoom(scale / chain.view.camera.scale)
    chain.view.camera.reveal(["relu1"])
    plain = node_pixels(chain, "relu1")
    assert node_pixels(chain, "relu1") == plain
    chain.selection.set(["relu1"])
    assert node_pixels(chain, "relu1") != plain
    chain.selection.clear()
    assert node_pixels(chain, "relu1") == plain
    edits.rename(chain.document, "relu1", "squash")
    chain.settle()
    assert node_pixels(chain, "relu1") != plain
    chain.theme.set_dark(False)
    assert node_pixels(chain, "relu1").pixelColor(0, 0) == QColor("#f5f6f8")


def node_pixels(stage: Stage, born: str) -> QImage:
    """What the screen shows of a node."""
    chosen = stage.view.mapFromScene(stage.scene.plan.rect(born).adjusted(-4, -4, 4, 4)).boundingRect()
    return stage.view.grab(chosen).toImage()
