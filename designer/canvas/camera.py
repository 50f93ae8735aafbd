"""Moves the view over the drawing: zoom about a point, fit, go to a node."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF
from PySide6.QtGui import QTransform
from PySide6.QtWidgets import QGraphicsView

from designer.canvas.scene import Scene
from designer.canvas.zooming import Zooming

if TYPE_CHECKING:
    from designer.canvas.view import View

ViewportUpdate = QGraphicsView.ViewportUpdateMode
SMALLEST, LARGEST = 0.02, 4.0
STEP = 1.25
MARGIN = 48.0
CLOSEST_FIT = 1.25
"""A small drawing is not blown up beyond this when it is fitted."""


class Camera:
    """What part of the drawing a view shows."""

    def __init__(self, view: "View", scene: Scene) -> None:
        self._view, self._scene = view, scene
        self.zooming = Zooming(view, scene)
        self.turning = False
        """Both ways are about to be scrolled for a zoom, which is told once."""

    @property
    def scale(self) -> float:
        return self._view.transform().m11()

    @property
    def area(self) -> QRectF:
        """The part of the scene that can be seen."""
        return self._view.mapToScene(self._view.viewport().rect()).boundingRect()

    def pointed(self, at: QPointF | None) -> QPointF:
        """Where something new goes: at a place of the viewport if that can be seen, else in the middle."""
        port = self._view.viewport().rect()
        seen = at is not None and port.contains(at.toPoint())
        return self._to_scene(at if at is not None and seen else QPointF(port.center()))

    def turn(self, factor: float, about: QPointF | None = None) -> None:
        """Zoom by a little, one of many times: the drawing is shown sharply as soon as there is time for it."""
        if _within(self.scale * factor) != self.scale:
            self.zooming.begin()
            self._zoom(factor, about)

    def zoom(self, factor: float, about: QPointF | None = None) -> None:
        """Zoom by a factor; what is under `about` (in the viewport) stays there."""
        self.zooming.end()
        self._zoom(factor, about)

    def _zoom(self, factor: float, about: QPointF | None) -> None:
        middle = QPointF(self._view.viewport().rect().center())
        anchor = middle if about is None else about
        held = self._to_scene(anchor)
        self.turning = True
        self._view.setViewportUpdateMode(ViewportUpdate.FullViewportUpdate)  # no pixel could be copied
        self._set_scale(self.scale * factor)
        centre = self._to_scene(middle) + held - self._to_scene(anchor)
        self._view.centerOn(centre)
        self._view.setViewportUpdateMode(ViewportUpdate.SmartViewportUpdate)
        self.turning = False
        self._view.moved()

    def zoom_in(self) -> None:
        self.turn(STEP)

    def zoom_out(self) -> None:
        self.turn(1 / STEP)

    def actual_size(self) -> None:
        """One to one."""
        self.zoom(1 / self.scale)

    def pan(self, by: QPointF | QPoint) -> None:
        """Move the drawing by pixels of the viewport."""
        across, down = self._view.horizontalScrollBar(), self._view.verticalScrollBar()
        across.setValue(across.value() - round(by.x()))
        down.setValue(down.value() - round(by.y()))

    def fit(self) -> None:
        """Show the whole drawing."""
        self.show(self._scene.plan.bounds())

    def fit_selection(self) -> None:
        """Show what is selected; the whole drawing if nothing is."""
        keys = self._scene.selection.pieces
        self.show(self._scene.plan.bounds(keys)) if keys else self.fit()

    def show(self, area: QRectF) -> None:
        """Show a rectangle of the scene as large as is sensible."""
        if area.isEmpty():
            self._set_scale(1.0)
            self._view.centerOn(0, 0)
            self.told()
            return
        port = self._view.viewport().rect()
        room = min((port.width() - MARGIN) / area.width(), (port.height() - MARGIN) / area.height())
        self._set_scale(min(room, CLOSEST_FIT))
        self._view.centerOn(area.center())
        self.told()

    def reveal(self, births: Iterable[str]) -> None:
        """Bring nodes into sight, and to a zoom at which they can be read; as little as needed."""
        area = self._scene.plan.bounds(births)
        if area.isEmpty():
            return
        if not self._scene.near_by:
            self._set_scale(1.0)
            self.told()
        wanted = area.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)
        if wanted.width() > self.area.width() or wanted.height() > self.area.height():
            self.show(area)
        elif not self.area.contains(wanted):
            self._view.centerOn(area.center())
            self.told()

    @property
    def place(self) -> tuple[QTransform, QPointF]:
        """What `restore` takes to show the same part again."""
        return self._view.transform(), self._to_scene(QRectF(self._view.viewport().rect()).center())

    def restore(self, transform: QTransform, centre: QPointF) -> None:
        """Show again what was shown."""
        self._view.setTransform(transform)
        self._view.centerOn(centre)
        self.told()

    def told(self) -> None:
        """Tell the scene what can be seen now; while a zoom goes on, each picture does."""
        if not self.zooming.under_way:
            self._scene.look_at(self.area, self.scale)

    def _set_scale(self, scale: float) -> None:
        scale = _within(scale)
        self._view.setTransform(QTransform.fromScale(scale, scale))

    def _to_scene(self, at: QPointF) -> QPointF:
        """A point of the viewport in the scene, with fractions of pixels."""
        inverse, _ = self._view.viewportTransform().inverted()
        return inverse.map(at)


def _within(scale: float) -> float:
    return min(max(scale, SMALLEST), LARGEST)
