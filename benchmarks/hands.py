"""What hands do on a canvas, as events, and how long the window takes to show each of them."""

import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

FRAMES = 60
NONE, LEFT, MIDDLE = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
PLAIN = Qt.KeyboardModifier.NoModifier


def milliseconds(act: Callable[[], object]) -> float:
    """Time of this process on all processors, so that what else runs on the machine counts as little as can be."""
    begun = time.process_time()
    act()
    return (time.process_time() - begun) * 1e3


def frame(act: Callable[[], object]) -> float:
    """From an event to the picture that answers it."""

    def shown() -> None:
        act()
        QApplication.processEvents()

    return milliseconds(shown)


def rest(seconds: float = 0.5) -> None:
    """Let the window do what it does when nothing happens."""
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        QApplication.processEvents()
        time.sleep(0.001)


def look(view: Any, zoom: float) -> None:
    """Show the middle of the drawing at a zoom, or all of it (0)."""
    view.camera.fit()
    if zoom:
        view.camera.zoom(zoom / view.camera.scale)
        view.centerOn(view.drawing.plan.bounds().center())
        view.camera.told()
    rest()


def pan(view: Any) -> list[float]:
    """Held by the middle button, drawn to and fro."""
    at, times = QPointF(800, 450), []
    mouse(view, QEvent.Type.MouseButtonPress, at, MIDDLE)
    for k in range(FRAMES):
        at += QPointF(17, 7) if (k // 15) % 2 else QPointF(-17, -7)
        times.append(frame(lambda at=at: mouse(view, QEvent.Type.MouseMove, at, MIDDLE)))  # type: ignore[misc]  # its default
    mouse(view, QEvent.Type.MouseButtonRelease, at, MIDDLE)
    return times


def zoom(view: Any) -> list[float]:
    """The wheel by quarters of a notch, in and out about the pointer."""
    return [turned(view, 30 if (k // 10) % 2 == 0 else -30) for k in range(FRAMES)]


def notches(view: Any) -> list[float]:
    """The wheel by whole notches, six in and six out."""
    return [turned(view, 120 if (k // 6) % 2 == 0 else -120) for k in range(FRAMES)]


def turned(view: Any, by: int) -> float:
    """One step of the wheel, and its picture."""
    at = QPointF(700, 400)
    place, phase = QPointF(view.viewport().mapToGlobal(at.toPoint())), Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(at, place, QPoint(), QPoint(0, by), NONE, PLAIN, phase, False)
    return frame(lambda: QApplication.sendEvent(view.viewport(), event))


def sharpened(view: Any) -> list[float]:
    """Turns of the event loop after a zoom, until all is painted as it is."""
    for by in (120, 120, -120, -120, -120):
        turned(view, by)
    times = []
    while view.camera.zooming.under_way:
        times.append(frame(lambda: None))
    return times + [frame(lambda: None) for _ in range(5)]


def drag(view: Any) -> list[float]:
    """One node held with the left button and drawn about; the first frame, which selects it, is one of them."""
    plan, area = view.drawing.plan, view.camera.area
    born = min(plan.nodes.within(area), key=lambda one: (plan.rect(one).center() - area.center()).manhattanLength())
    at, times = QPointF(view.mapFromScene(plan.rect(born).center())), []
    mouse(view, QEvent.Type.MouseMove, at, NONE)
    times.append(frame(lambda: mouse(view, QEvent.Type.MouseButtonPress, at, LEFT)))
    for k in range(FRAMES):
        at = at + (QPointF(9, 4) if (k // 15) % 2 else QPointF(-9, -4))
        times.append(frame(lambda at=at: mouse(view, QEvent.Type.MouseMove, at, LEFT)))  # type: ignore[misc]  # as above
    view.cancel()
    mouse(view, QEvent.Type.MouseButtonRelease, at, LEFT)
    rest()
    return times


def mouse(view: Any, kind: QEvent.Type, at: QPointF, button: Qt.MouseButton) -> None:
    port, moves = view.viewport(), kind == QEvent.Type.MouseMove
    held = NONE if kind == QEvent.Type.MouseButtonRelease else button
    event = QMouseEvent(kind, at, QPointF(port.mapToGlobal(at.toPoint())), NONE if moves else button, held, PLAIN)
    QApplication.sendEvent(port, event)
