"""Fingers, pens and touchpads: real events, sent to the real view."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QInputDevice,
    QNativeGestureEvent,
    QPointingDevice,
    QPointingDeviceUniqueId,
    QTabletEvent,
    QWheelEvent,
)  # fmt: skip
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from tests.designer.canvas.stage import Stage

Kind, Pointing = QInputDevice.DeviceType, QPointingDevice.PointerType
NONE, CONTROL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton
STILL = QPoint()


@pytest.fixture
def chain(chain: Stage) -> Stage:
    """Where the screen without a screen, which is 800 pixels wide, can be touched."""
    chain.view.camera.pan(QPointF(-400, 0))
    return chain


@pytest.fixture(scope="module")
def screen(qapp: QApplication) -> QPointingDevice:
    return QTest.createTouchDevice()


def touch(stage: Stage, screen: QPointingDevice, *steps: dict[int, tuple[str, QPoint]]) -> None:
    """Put fingers down, move and lift them; a finger is its number, what it does and where in the viewport."""
    port = stage.view.viewport()
    for step in steps:
        sequence = QTest.touchEvent(port, screen, False)
        for finger, (what, at) in step.items():
            getattr(sequence, what)(finger, at, port)
        sequence.commit()
    stage.settle()


def test_one_finger_moves_a_node(chain: Stage, screen: QPointingDevice) -> None:
    at = chain.at("fc1")
    by = QPoint(60, 40)
    touch(chain, screen, {0: ("press", at)}, {0: ("move", at + by / 2)}, {0: ("move", at + by)})
    assert chain.history.entries == []
    touch(chain, screen, {0: ("release", at + by)})
    assert chain.history.entries == ["Move"]
    assert chain.selection.births == ["fc1"]


def test_one_finger_draws_a_wire(chain: Stage, screen: QPointingDevice) -> None:
    start, end = chain.at("pool1.y"), chain.at("fc1.x")
    middle = (start + end) / 2
    touch(chain, screen, {0: ("press", start)}, {0: ("move", middle)}, {0: ("move", end)}, {0: ("release", end)})
    assert "pool1.y -> fc1.x" in chain.wires()


def test_two_fingers_move_and_zoom_what_lies_under_them(chain: Stage, screen: QPointingDevice) -> None:
    one, other = QPoint(400, 300), QPoint(600, 300)
    held = chain.view.mapToScene(one)
    scale = chain.view.camera.scale
    touch(
        chain, screen,
        {0: ("press", one)}, {0: ("move", one), 1: ("press", other)},
        {0: ("move", QPoint(300, 350)), 1: ("move", QPoint(700, 350))},
    )  # fmt: skip
    assert chain.view.camera.scale == pytest.approx(2 * scale)
    away = chain.view.mapToScene(QPoint(300, 350)) - held
    assert abs(away.x()) < 3
    assert abs(away.y()) < 3
    touch(chain, screen, {0: ("release", QPoint(300, 350)), 1: ("release", QPoint(700, 350))})
    assert chain.history.entries == []
    assert chain.view.gesture is None


def test_a_second_finger_breaks_off_what_the_first_began(chain: Stage, screen: QPointingDevice) -> None:
    at = chain.at("relu1")
    touch(chain, screen, {0: ("press", at)}, {0: ("move", at + QPoint(0, 90))})
    touch(chain, screen, {0: ("move", at), 1: ("press", at + QPoint(200, 90))})
    assert chain.scene.stock.nodes["relu1"].pos() == QPointF(220, 0)
    touch(chain, screen, {0: ("release", at), 1: ("release", at)})
    assert chain.history.entries == []


def test_a_long_press_opens_the_menu(chain: Stage, screen: QPointingDevice) -> None:
    chain.view._touch._timer.setInterval(1)
    at = chain.at("relu1")
    touch(chain, screen, {0: ("press", at)})
    QTest.qWait(20)
    menu = chain.view.findChildren(QMenu)[0]
    assert menu.isVisible()
    assert chain.selection.births == ["relu1"]
    menu.close()
    touch(chain, screen, {0: ("release", at)})
    assert chain.history.entries == []


def test_two_taps_are_a_double_click(chain: Stage, screen: QPointingDevice) -> None:
    at = chain.at((300, 260))
    for _ in range(2):
        touch(chain, screen, {0: ("press", at)}, {0: ("release", at)})
    assert not chain.view.overlays.search.isHidden()


def pen(end: QPointingDevice.PointerType) -> QPointingDevice:
    can = QInputDevice.Capability.Position | QInputDevice.Capability.Pressure | QInputDevice.Capability.Hover
    return QPointingDevice("pen", 7 + end.value, Kind.Stylus, end, can, 1, 3, "", QPointingDeviceUniqueId())


def draw(stage: Stage, device: QPointingDevice, what: QEvent.Type, at: QPoint, button: Qt.MouseButton) -> None:
    port, here = stage.view.viewport(), QPointF(at)
    held = Qt.MouseButton.NoButton if what == QEvent.Type.TabletRelease else button
    changed = Qt.MouseButton.NoButton if what == QEvent.Type.TabletMove else button
    globally = QPointF(port.mapToGlobal(at))
    event = QTabletEvent(what, device, here, globally, 0.5, 0, 0, 0, 0, 0, NONE, changed, held)
    QApplication.sendEvent(port, event)
    assert event.isAccepted()


def stroke(stage: Stage, device: QPointingDevice, start: QPoint, end: QPoint) -> None:
    draw(stage, device, QEvent.Type.TabletPress, start, LEFT)
    for share in (0.4, 1.0):
        draw(stage, device, QEvent.Type.TabletMove, start + (end - start) * share, LEFT)
    draw(stage, device, QEvent.Type.TabletRelease, end, LEFT)
    stage.settle()


def test_a_pen_hovers_and_draws_as_the_mouse_does(chain: Stage) -> None:
    device = pen(Pointing.Pen)
    draw(chain, device, QEvent.Type.TabletMove, chain.at("relu1"), Qt.MouseButton.NoButton)
    assert chain.scene.marked.hovered == "relu1"
    stroke(chain, device, chain.at("pool1.y"), chain.at("fc1.x"))
    assert "pool1.y -> fc1.x" in chain.wires()


def test_the_other_end_of_a_pen_cuts(chain: Stage) -> None:
    stroke(chain, pen(Pointing.Eraser), chain.at((180, -60)), chain.at((180, 60)))
    assert chain.wires() == ["relu1.y -> pool1.x"]


def test_a_pinch_on_a_touchpad_zooms_and_a_swipe_pans(chain: Stage) -> None:
    port, at = chain.view.viewport(), QPointF(500, 300)
    held, scale = chain.view.mapToScene(at.toPoint()), chain.view.camera.scale
    kinds = Qt.NativeGestureType
    for kind, value, delta in ((kinds.ZoomNativeGesture, 0.25, QPointF()), (kinds.PanNativeGesture, 0, QPointF(30, 9))):
        event = QNativeGestureEvent(kind, QPointingDevice.primaryPointingDevice(), 2, at, at, at, value, delta)
        QApplication.sendEvent(port, event)
    assert chain.view.camera.scale == pytest.approx(1.25 * scale)
    moved = chain.view.mapToScene(QPoint(530, 309)) - held
    assert abs(moved.x()) < 3
    assert abs(moved.y()) < 3


def wheel(
    stage: Stage, turned: QPoint, pixels: QPoint = STILL, phase: Qt.ScrollPhase = Qt.ScrollPhase.NoScrollPhase,
    held: Qt.KeyboardModifier = NONE, inverted: bool = False,
) -> None:  # fmt: skip
    at = QPointF(500, 300)
    event = QWheelEvent(at, at, pixels, turned, Qt.MouseButton.NoButton, held, phase, inverted)
    QApplication.sendEvent(stage.view.viewport(), event)


def place(stage: Stage) -> tuple[float, float]:
    corner = stage.view.mapFromScene(0, 0)
    return corner.x(), corner.y()


def test_small_turns_of_a_fine_wheel_add_up_to_a_notch(chain: Stage) -> None:
    scale = chain.view.camera.scale
    for _ in range(8):
        wheel(chain, QPoint(0, -15))
    assert chain.view.camera.scale == pytest.approx(scale / 1.2)


def test_a_wheel_to_the_side_pans(chain: Stage) -> None:
    scale, (x, y) = chain.view.camera.scale, place(chain)
    wheel(chain, QPoint(-120, 0))
    assert chain.view.camera.scale == scale
    assert place(chain) == (x - 120, y)


def test_forward_zooms_in_however_the_system_scrolls(chain: Stage) -> None:
    scale = chain.view.camera.scale
    wheel(chain, QPoint(0, -120), inverted=True)
    assert chain.view.camera.scale == pytest.approx(1.2 * scale)


def test_fingers_that_have_left_the_touchpad_do_not_zoom(chain: Stage) -> None:
    scale = chain.view.camera.scale
    wheel(chain, QPoint(0, 60), QPoint(0, 30), Qt.ScrollPhase.ScrollUpdate, CONTROL)
    assert chain.view.camera.scale > scale
    scale = chain.view.camera.scale
    wheel(chain, QPoint(0, 60), QPoint(0, 30), Qt.ScrollPhase.ScrollMomentum, CONTROL)
    assert chain.view.camera.scale == scale
