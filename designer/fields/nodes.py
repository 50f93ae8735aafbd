"""Chooses several nodes of the drawing by their names; the value is a list of birth names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from designer import icons
from designer.fields.field import DEFAULT, Field
from designer.theme import Theme
from graph.param import Param

NONE = "(all that is left)"


class Opener(QToolButton):
    """Shows the chosen names on one line, cut off where there is no room, and opens the list."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("role", "choice")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(128, max(28, super().sizeHint().height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.accent if self.hasFocus() else theme.line)
        painter.setBrush(theme.raised)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)
        room = self.rect().adjusted(9, 0, -26, 0)
        painter.setPen(theme.text)
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        icons.paint(painter, "chevron-down", theme.muted, QRectF(self.width() - 22, (self.height() - 12) / 2, 12, 12))
        painter.end()


class NodesField(Field):
    """Some nodes, each with a tick, or none of them, which leaves the choice to the program."""

    def __init__(
        self, declared: Param, theme: Theme, nodes: Sequence[tuple[str, str]] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(declared, parent)
        self.button = Opener(theme)
        self.button.setAccessibleName(declared.name)
        self.menu = QMenu(self)
        self.menu.setToolTipsVisible(True)
        self.button.setMenu(self.menu)
        self.ticks: dict[str, QAction] = {}
        for born, name in nodes:
            self._offer(born, name)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.button)
        self.setFocusProxy(self.button)

    def show_value(self, value: Any) -> None:
        births = [born for born in value if isinstance(born, str)] if isinstance(value, (list, tuple)) else []
        for born in births:
            if born not in self.ticks:
                self._offer(born, born)
        for born, tick in self.ticks.items():
            tick.setChecked(born in births)
        self._tell()

    def _offer(self, born: str, name: str) -> None:
        tick = self.menu.addAction(name)
        tick.setCheckable(True)
        tick.triggered.connect(self._chosen)
        self.ticks[born] = tick

    def _chosen(self) -> None:
        self._tell()
        self.commit([born for born, tick in self.ticks.items() if tick.isChecked()] or DEFAULT)

    def _tell(self) -> None:
        names = [tick.text() for tick in self.ticks.values() if tick.isChecked()]
        self.button.setText(", ".join(names) or NONE)
        self.button.setEnabled(bool(self.ticks))
