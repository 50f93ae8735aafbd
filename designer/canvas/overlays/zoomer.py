"""The zoom in the corner: smaller, the figure, larger; the figure offers usual ones."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton

from designer.canvas.overlays.floating import Floating
from designer.canvas.overlays.minimap import AWAY, ROOM

if TYPE_CHECKING:
    from designer.canvas.view import View

USUAL = (50, 100, 200)
"""Zooms that the figure offers, in percent."""


class Zoomer(Floating):
    """Stands at the lower left of a canvas."""

    def __init__(self, view: "View") -> None:
        super().__init__(view, view.drawing.theme, "zoomer")
        self._view = view
        self.smaller = self._button("−", "Zoom out")
        self.figure = self._button("", "Zoom")
        self.larger = self._button("+", "Zoom in")
        self.figure.setFixedWidth(self.figure.fontMetrics().horizontalAdvance("400 %") + 16)
        self.smaller.clicked.connect(lambda: view.camera.zoom_out())
        self.larger.clicked.connect(lambda: view.camera.zoom_in())
        self.figure.clicked.connect(self._offer)
        row = QHBoxLayout(self)
        row.setContentsMargins(3, 3, 3, 3)
        row.setSpacing(0)
        for button in (self.smaller, self.figure, self.larger):
            row.addWidget(button)

    def follow(self) -> None:
        """The zoom is another, or the canvas has another size."""
        port = self._view.viewport().geometry()
        self.figure.setText(f"{round(100 * self._view.camera.scale)} %")
        self.figure.setAccessibleName(f"Zoom {self.figure.text()}")
        self.setVisible(port.width() >= ROOM.width() and port.height() >= ROOM.height())
        self.adjustSize()
        self.move(port.left() + AWAY, port.bottom() - AWAY - self.height())

    def menu(self) -> QMenu:
        """What the figure offers."""
        camera, menu = self._view.camera, QMenu(self)
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
        menu.popup(self.mapToGlobal(self.figure.geometry().topLeft()) - QPoint(0, menu.sizeHint().height() + 4))

    def _button(self, text: str, name: str) -> QToolButton:
        button = QToolButton(self, text=text, autoRaise=True)
        button.setFont(self.theme.font("secondary"))
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAutoRepeat(name != "Zoom")
        return button
