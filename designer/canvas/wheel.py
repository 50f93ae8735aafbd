"""Tells a mouse wheel, which zooms, from two fingers on a touchpad, which pan."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QInputDevice, QWheelEvent

from designer.canvas.camera import Camera

NOTCH = 120.0
PER_NOTCH = 1.2


def turn(camera: Camera, event: QWheelEvent) -> None:
    """Zoom about the pointer, or pan; with Control both devices zoom, with Shift a wheel pans sideways."""
    turned = event.angleDelta()
    zooms = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
    if not zooms and _is_touchpad(event):
        by = event.pixelDelta() if not event.pixelDelta().isNull() else turned / 2
        camera.pan(QPointF(by))
    elif not zooms and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
        camera.pan(QPointF(turned.x() + turned.y(), 0))
    else:
        camera.zoom(PER_NOTCH ** ((turned.y() or turned.x()) / NOTCH), event.position())
    event.accept()


def _is_touchpad(event: QWheelEvent) -> bool:
    if event.device().type() == QInputDevice.DeviceType.TouchPad:
        return True
    return not event.pixelDelta().isNull() and event.phase() != Qt.ScrollPhase.NoScrollPhase
