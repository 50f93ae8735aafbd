"""The map and the zoom in the corners of a canvas, with real events."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from designer.canvas.overlays import sketch
from designer.canvas.overlays.minimap import Minimap
from graph import edits
from tests.designer.canvas.stage import Stage

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def wide(chain: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """The chain, and a node far away, at one to one: not all is seen."""
    monkeypatch.setattr(sketch, "SLICE", 2)
    chain.add("Linear", (4000, 1800))
    chain.view.camera.actual_size()
    drawn(chain)
    return chain


def drawn(stage: Stage) -> Minimap:
    """The map, once its picture is there."""
    found = stage.view.overlays.minimap
    found._sketch._begin()
    for _ in range(20):
        QApplication.processEvents()
    found.follow()
    return found


def pixels(map: Minimap) -> int:
    """How many pixels of the picture are no empty ground."""
    image = map._sketch.image
    return sum(image.pixelColor(x, y).alpha() > 0 for x in range(image.width()) for y in range(image.height()))


def test_it_is_there_while_not_everything_is_seen(wide: Stage) -> None:
    found = wide.view.overlays.minimap
    assert found.isVisible()
    wide.view.camera.fit()
    assert not found.isVisible()
    wide.view.camera.actual_size()
    assert found.isVisible()
    wide.scene.manner.turn("minimap", False)
    assert not found.isVisible()


def test_a_click_and_a_drag_move_over_the_drawing(wide: Stage) -> None:
    found, camera = wide.view.overlays.minimap, wide.view.camera
    far = found._sketch.map().map(QPointF(4000, 1800)).toPoint()
    QTest.mouseClick(found, LEFT, pos=far)
    assert camera.area.contains(QPointF(4000, 1800))
    before, grip = camera.area.center(), found.seen.center().toPoint() - QPoint(2, 2)
    QTest.mousePress(found, LEFT, pos=grip)
    QTest.mouseMove(found, grip - QPoint(20, 0))
    QTest.mouseRelease(found, LEFT, pos=grip - QPoint(20, 0))
    moved = camera.area.center() - before
    scale = found._sketch.map().m11()
    assert abs(moved.x() + 20 / scale) < 3 / scale
    assert abs(moved.y()) < 3 / scale


def test_the_wheel_and_keys(wide: Stage) -> None:
    found, camera = wide.view.overlays.minimap, wide.view.camera
    at = QPointF(20, 20)
    wheel = QWheelEvent(
        at, QPointF(found.mapToGlobal(at.toPoint())), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(found, wheel)
    assert camera.scale == pytest.approx(1.2)
    wide.key(Qt.Key.Key_M, Qt.KeyboardModifier.ShiftModifier)
    assert found.hasFocus()
    before = camera.area.left()
    QTest.keyClick(found, Qt.Key.Key_Right)
    assert camera.area.left() > before
    assert "% of the drawing" in found.accessibleDescription()
    QTest.keyClick(found, Qt.Key.Key_Escape)
    assert wide.view.hasFocus()


def test_its_picture_follows_the_drawing(wide: Stage) -> None:
    before = pixels(drawn(wide))
    edits.add(wide.document, "Linear", at=(2000, 900))
    assert pixels(drawn(wide)) > before
    wide.view.overlays.minimap.grab()


def test_the_zoom_says_and_sets(chain: Stage) -> None:
    zoomer, camera = chain.view.overlays.zoomer, chain.view.camera
    camera.actual_size()
    assert zoomer.figure.text() == "100 %"
    QTest.mouseClick(zoomer.larger, LEFT)
    assert zoomer.figure.text() == "125 %"
    QTest.mouseClick(zoomer.smaller, LEFT)
    assert camera.scale == pytest.approx(1.0)
    menu = zoomer.menu()
    texts = {entry.text(): entry for entry in menu.actions()}
    texts["200 %"].trigger()
    assert zoomer.figure.text() == "200 %"
    texts["Fit all"].trigger()
    assert camera.area.contains(chain.scene.plan.bounds())
    menu.deleteLater()
