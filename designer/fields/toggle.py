"""On or off."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QWidget

from designer.fields.field import Field
from designer.theme import Theme
from graph.param import Param


class Switch(QAbstractButton):
    """A switch: the knob says the state by its place, not by colour alone."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        return QSize(38, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, on = self._theme, self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = QRectF(2, (self.height() - 18) / 2, 32, 18)
        painter.setPen(QPen(theme.text if self.hasFocus() else theme.accent if on else theme.faint, 1.2))
        painter.setBrush(theme.accent if on else theme.raised)
        painter.drawRoundedRect(track, 9, 9)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.on_accent if on else theme.muted)
        painter.drawEllipse(QPointF(track.right() - 9 if on else track.left() + 9, track.center().y()), 5.5, 5.5)
        painter.end()


class ToggleField(Field):
    """A switch for a parameter that is true or false."""

    def __init__(self, declared: Param, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(declared, parent)
        self.switch = Switch(theme)
        self.switch.setAccessibleName(declared.name)
        self.switch.clicked.connect(self.commit)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addStretch()
        box.addWidget(self.switch)
        self.setFocusProxy(self.switch)

    def show_value(self, value: Any) -> None:
        self.switch.setChecked(bool(value))
