"""Tells a mouse wheel, which zooms, from two fingers on a touchpad, which pan."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QInputDevice, QWheelEvent

from designer.canvas.camera import Camera

NOTCH = 120.0
PER_NOTCH = 1.2


def turn(camera: Camera, event: QWheelEvent, *, about_middle: bool = False) -> None:
    """Zoom about the pointer (or the middle), or pan; with Control both devices zoom.

    With Shift, or to the side, a wheel pans.
    """
    turned = event.angleDelta()
    zooms = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
    if not zooms and _is_touchpad(event):
        by = event.pixelDelta() if not event.pixelDelta().isNull() else turned / 2
        camera.pan(QPointF(by))
    elif not zooms and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
        camera.pan(QPointF(turned.x() + turned.y(), 0))
    elif not zooms and abs(turned.x()) > abs(turned.y()):
        camera.pan(QPointF(turned.x(), 0))
    elif event.phase() != Qt.ScrollPhase.ScrollMomentum:  # what rolls on after a swipe was not meant as a zoom
        camera.turn(PER_NOTCH ** (_forward(event) / NOTCH), None if about_middle else event.position())
    event.accept()


def _forward(event: QWheelEvent) -> float:
    """How far the wheel turned away from the hand, whichever way this system scrolls."""
    turned = event.angleDelta().y() or event.angleDelta().x()
    return -turned if event.inverted() else turned


def _is_touchpad(event: QWheelEvent) -> bool:
    if event.device().type() == QInputDevice.DeviceType.TouchPad:
        return True
    return not event.pixelDelta().isNull() and event.phase() != Qt.ScrollPhase.NoScrollPhase
