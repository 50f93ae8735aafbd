"""The zoom in the corner: smaller, the figure, larger; the figure offers usual ones."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QMenu

from designer.canvas.overlays.corner import AWAY, RADIUS, fits

if TYPE_CHECKING:
    from designer.canvas.view import View

HEIGHT, SIGN, FIGURE = 28, 30, 56
"""The height of all, and the widths of a sign and of the figure."""

USUAL = (50, 100, 200)
"""Zooms that the figure offers, in percent."""


class Zoomer:
    """A corner at the lower left. Keys do the same, and are named in the View menu."""

    def __init__(self, view: "View") -> None:
        self._view, self._scene = view, view.drawing
        self.place = QRect()
        self.parts = {
            "−": QRect(0, 0, SIGN, HEIGHT), "": QRect(SIGN, 0, FIGURE, HEIGHT),
            "+": QRect(SIGN + FIGURE, 0, SIGN, HEIGHT),
        }  # fmt: skip

    @property
    def figure(self) -> str:
        """What the zoom is, in percent."""
        return f"{round(100 * self._view.camera.scale)} %"

    def follow(self) -> None:
        corner = QPoint(AWAY, self._view.viewport().height() - AWAY - HEIGHT)
        self.place = QRect(corner, QSize(2 * SIGN + FIGURE, HEIGHT)) if fits(self._view) else QRect()

    def paint(self, painter: QPainter) -> None:
        theme = self._scene.theme
        painter.setPen(QPen(theme.line, 1))
        painter.setBrush(theme.panel)
        whole = QRectF(0, 0, 2 * SIGN + FIGURE, HEIGHT)
        painter.drawRoundedRect(whole.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        painter.setFont(theme.font("secondary"))
        painter.setPen(theme.muted)
        for sign, rect in self.parts.items():
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, sign or self.figure)

    def press(self, at: QPointF) -> None:
        """Nothing happens before the button is let go on the same part."""
        self._pressed = self._part(at)

    def move_to(self, at: QPointF) -> None:
        """Only the end counts."""

    def release(self, at: QPointF) -> None:
        part, camera = self._part(at), self._view.camera
        if part is None or part != self._pressed:
            return
        if part == "−":
            camera.zoom_out()
        elif part == "+":
            camera.zoom_in()
        else:
            self._offer()

    def menu(self) -> QMenu:
        """What the figure offers."""
        camera, menu = self._view.camera, QMenu(self._view)
        for percent in USUAL:
            entry = menu.addAction(f"{percent} %")
            entry.triggered.connect(lambda _=False, wanted=percent: camera.zoom(wanted / 100 / camera.scale))
        menu.addSeparator()
        menu.addAction("Fit all").triggered.connect(lambda: camera.fit())
        menu.addAction("Fit selection").triggered.connect(lambda: camera.fit_selection())
        return menu

    def _offer(self) -> None:
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        above = self.place.topLeft() + QPoint(SIGN, -menu.sizeHint().height() - 4)
        menu.popup(self._view.viewport().mapToGlobal(above))

    def _part(self, at: QPointF) -> str | None:
        return next((sign for sign, rect in self.parts.items() if rect.contains(at.toPoint())), None)
