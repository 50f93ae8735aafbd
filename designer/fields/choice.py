"""A choice among names: a list that opens, or one that takes what is typed too."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from designer import icons
from designer.fields.field import DEFAULT, Field
from designer.theme import Theme
from graph.param import Param

ARROW = 16
"""The room that the arrow takes of a list."""


class Choices(QComboBox):
    """A list that opens, with a quiet arrow; the wheel scrolls the panel unless the list has the focus."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        return super().sizeHint() + QSize(ARROW, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        place = QRectF(self.width() - 22, (self.height() - 12) / 2, 12, 12)
        icons.paint(painter, "chevron-down", self._theme.muted, place)
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class ChoiceField(Field):
    """One of the choices that a parameter declares, or of names that were found (columns, layers)."""

    def __init__(
        self, declared: Param, theme: Theme, names: tuple[str, ...] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(declared, parent)
        self.list = Choices(theme)
        self._optional = declared.optional or declared.default in (None, "")
        self._names = tuple(declared.choices) or names
        if names:  # as long as a file or a network makes them: the list shows them whole, the field need not
            self.list.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            self.list.setMinimumContentsLength(12)
        self.list.addItems([*(["(none)"] if self._optional and "" not in self._names else []), *self._names])
        self.list.activated.connect(self._chosen)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.list)
        self.setFocusProxy(self.list)

    def show_value(self, value: Any) -> None:
        text = "(none)" if value in (None, "") and self._optional else str(value)
        if self.list.findText(text) < 0:
            self.list.addItem(text)
        self.list.setCurrentText(text)

    def _chosen(self, at: int) -> None:
        text = self.list.itemText(at)
        self.commit(DEFAULT if text == "(none)" else text)
