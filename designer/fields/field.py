"""What every editor of a value is: it shows a value, takes one, and says in a sentence why one cannot be taken."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from graph.param import Param


class Default:
    """Stands for "left out": the parameter takes its default again."""


DEFAULT = Default()


class Field(QWidget):
    """One editor. `committed` carries a good value, or DEFAULT; `refused` a sentence, empty when all is well again."""

    committed = Signal(object)
    refused = Signal(str)

    def __init__(self, declared: Param, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.declared = declared

    def show_value(self, value: Any) -> None:
        """Show what the document holds; nothing is committed by it."""
        raise NotImplementedError(type(self).__name__)

    def commit(self, value: Any) -> None:
        """Hand a value on if it is good, else say what a good one would be."""
        wrong = None if value is DEFAULT else self.declared.wrong(value)
        if wrong is None:
            self.refused.emit("")
            self.committed.emit(value)
        else:
            self.refused.emit(f"{self.declared.name} {wrong}.")
