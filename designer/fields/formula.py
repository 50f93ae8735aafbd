"""A line for a formula: while one types, the place that cannot be read is underlined, and a sentence says why."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QInputMethodEvent, QTextCharFormat
from PySide6.QtWidgets import QWidget

from designer.fields.text import TextField
from designer.theme import Theme
from graph.formula import FormulaError, why_not, why_not_starts
from graph.param import Param


class FormulaField(TextField):
    """Takes a formula, or a list of its parameters. `place` is what is underlined: the first character and how many."""

    def __init__(self, declared: Param, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(declared, theme, parent)
        self._theme = theme
        self.place: tuple[int, int] | None = None
        self.line.setFont(theme.font("code"))
        self.line.textEdited.connect(self._look)
        theme.changed.connect(self._underline)

    def show_value(self, value: Any) -> None:
        super().show_value(value)
        self._look(self.line.text())

    def _look(self, text: str) -> None:
        """Say what is wrong with the text, and where."""
        error = self._error(text) if text.strip() else None
        self.place = (min(error.at, max(0, len(text) - 1)), error.length) if error else None
        self._underline()
        self.refused.emit(f"{str(error)[0].upper()}{str(error)[1:]}." if error else "")

    def _error(self, text: str) -> FormulaError | None:
        return why_not(text) if self.declared.type == "formula" else why_not_starts(text)

    def _underline(self) -> None:
        """A line of text has no marks of its own; what an input method may underline, it can."""
        marks = []
        if self.place is not None:
            form = QTextCharFormat()
            form.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
            form.setUnderlineColor(self._theme.error)
            form.setForeground(self._theme.error)
            at, length = self.place
            kind = QInputMethodEvent.AttributeType.TextFormat
            marks = [QInputMethodEvent.Attribute(kind, at - self.line.cursorPosition(), length, form)]
        QCoreApplication.sendEvent(self.line, QInputMethodEvent("", marks))
