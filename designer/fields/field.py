"""What every editor of a value is: it shows a value, takes one, and says in a sentence why one cannot be taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from graph.following import FollowError, follows, worked_out
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
        self.given: Mapping[str, Any] | None = None
        """The parameters of the block that a value can follow, worked out; None outside of blocks."""

    def setAccessibleName(self, name: str) -> None:
        """The parts that take the keyboard are called as the field is, unless they have names of their own."""
        super().setAccessibleName(name)
        for part in self.findChildren(QWidget):
            if part.focusPolicy() != Qt.FocusPolicy.NoFocus and not part.accessibleName():
                part.setAccessibleName(name)

    def show_value(self, value: Any) -> None:
        """Show what the document holds; nothing is committed by it."""
        raise NotImplementedError(type(self).__name__)

    def commit(self, value: Any) -> None:
        """Hand a value on if it is good, else say what a good one would be."""
        wrong = None if value is DEFAULT else self._why_not(value)
        if wrong is None:
            self.refused.emit("")
            self.committed.emit(value)
        else:
            self.refused.emit(f"{self.declared.name} {wrong}.")

    def worked_out(self, value: Any) -> Any:
        """What a value is that follows parameters of the block; FollowError says why it is nothing."""
        if self.given is None:
            raise FollowError("only what stands in a block can follow its parameters")
        return worked_out(value, self.given)

    def _why_not(self, value: Any) -> str | None:
        """What is wrong with a value, as the end of a sentence."""
        if not follows(value):
            return self.declared.wrong(value)
        try:
            number = self.worked_out(value)
        except FollowError as error:
            return f"cannot follow that: {error}"
        wrong = self.declared.wrong(number)
        return f"would be {number}, but {wrong}" if wrong else None
