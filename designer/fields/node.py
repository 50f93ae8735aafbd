"""Chooses a node of the drawing by its name; the value is its birth name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QWidget

from designer.fields.choice import Choices
from designer.fields.field import DEFAULT, Field
from designer.theme import Theme
from graph.param import Param

NONE = "(none)"


class NodeField(Field):
    """One of some nodes, or none."""

    def __init__(
        self, declared: Param, theme: Theme, nodes: Sequence[tuple[str, str]] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(declared, parent)
        self.list = Choices(theme)
        self.list.addItem(NONE, "")
        for born, name in nodes:
            self.list.addItem(name, born)
        self.list.activated.connect(self._chosen)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.list)
        self.setFocusProxy(self.list)

    def show_value(self, value: Any) -> None:
        at = self.list.findData(value or "")
        if at < 0:
            self.list.addItem(str(value), value)
            at = self.list.count() - 1
        self.list.setCurrentIndex(at)

    def _chosen(self, at: int) -> None:
        self.commit(self.list.itemData(at) or DEFAULT)
