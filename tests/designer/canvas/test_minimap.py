"""The map and the zoom in the corners of a canvas, with real events."""

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QPaintEvent, QRegion, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

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
    found.sketch._begin()
    for _ in range(20):
        QApplication.processEvents()
    found.follow()
    return found


def on_map(stage: Stage, at: QPointF) -> QPointF:
    """A place of the map, in the drawing's own measure."""
    return stage.view.mapToScene(stage.view.overlays.minimap.place.topLeft() + at.toPoint())


def pixels(map: Minimap) -> int:
    """How many pixels of the picture are no empty ground."""
    image = map.sketch.image
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
    wide.click(on_map(wide, found.sketch.map().map(QPointF(4000, 1800))))
    assert camera.area.contains(QPointF(4000, 1800))
    before, scale = camera.area.center(), found.sketch.map().m11()
    grip = found.seen.center() - QPointF(2, 2)
    wide.press(on_map(wide, grip))
    view = wide.view
    for across in (8, 20):
        place = found.place.topLeft() + (grip - QPointF(across, 0)).toPoint()
        QTest.mouseMove(view.viewport(), place)
    QTest.mouseRelease(view.viewport(), LEFT, pos=place)
    moved = camera.area.center() - before
    assert abs(moved.x() + 20 / scale) < 3 / scale
    assert abs(moved.y()) < 3 / scale


def test_the_wheel_and_keys(wide: Stage) -> None:
    found, camera = wide.view.overlays.minimap, wide.view.camera
    at, port = QPointF(found.place.center()), wide.view.viewport()
    wheel = QWheelEvent(
        at, QPointF(port.mapToGlobal(at.toPoint())), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(port, wheel)
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
    wide.view.grab()


def test_the_zoom_says_and_sets(chain: Stage) -> None:
    zoomer, camera, port = chain.view.overlays.zoomer, chain.view.camera, chain.view.viewport()

    def click(part: str) -> None:
        QTest.mouseClick(port, LEFT, pos=zoomer.place.topLeft() + zoomer.parts[part].center())

    camera.actual_size()
    assert zoomer.figure == "100 %"
    click("+")
    assert zoomer.figure == "125 %"
    click("−")
    assert camera.scale == pytest.approx(1.0)
    click("")
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    texts = {entry.text(): entry for entry in menu.actions()}
    texts["200 %"].trigger()
    assert zoomer.figure == "200 %"
    texts["Fit all"].trigger()
    assert camera.area.contains(chain.scene.plan.bounds())
    menu.close()


def test_a_pan_copies_pixels_and_paints_the_corners_anew(wide: Stage) -> None:
    painted: list[QRegion] = []

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if isinstance(event, QPaintEvent):
                painted.append(event.region())
            return False

    watch = Watch()
    wide.view.viewport().installEventFilter(watch)
    wide.view.camera.pan(QPointF(-9, 5))
    wide.settle()
    whole = wide.view.viewport().rect()
    assert painted
    assert all(region.boundingRect() != whole or region.rectCount() > 1 for region in painted)
    place = wide.view.overlays.minimap.place
    assert any(region.contains(place.center()) for region in painted)
