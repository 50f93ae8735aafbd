"""A text that a network is asked about, and a label for each step of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from designer.fields.long_text import boxed_text, framed
from designer.panels.sections.section import words
from designer.theme import Theme

BREAK = "&#8203;"
"""A place where a line may end, between letters that stand together."""


class Sentence(QWidget):
    """A field for a text."""

    changed = Signal()

    def __init__(self, unit: str) -> None:
        super().__init__()
        self.editor = boxed_text("Text to ask about")
        self.editor.setPlaceholderText(
            {"letters": "Type a text without spaces", "numbers": "Type whole numbers"}.get(unit, "Type a sentence")
        )
        self._quiet = False
        self.editor.textChanged.connect(lambda: None if self._quiet else self.changed.emit())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(framed(self.editor))

    def text(self) -> str:
        return self.editor.toPlainText()

    def show_text(self, text: str) -> None:
        """Puts in the text of a row; that asks nothing."""
        self._quiet = True
        self.editor.setPlainText(text)
        self._quiet = False


class Labels(QWidget):
    """The steps of a text, coloured by their label, and below what the colours mean."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.steps, self.legend, self.read = QLabel(), QLabel(), words("", "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for label in (self.steps, self.legend):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.RichText)
        font = self.steps.font()
        font.setPointSizeF(font.pointSizeF() * 1.25)
        self.steps.setFont(font)
        self.steps.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.steps.setAccessibleName("A label for each step")
        for label in (self.steps, self.legend, self.read):
            column.addWidget(label)

    def show_steps(self, output: Mapping[str, Any]) -> None:
        names: Sequence[str] = output["classes"]
        colours = {name: self._colour(at) for at, name in enumerate(names)}
        between = BREAK if output["joined"] else " "
        self.steps.setText(between.join(_span(step["token"], colours[step["label"]]) for step in output["steps"]))
        present = {step["label"] for step in output["steps"]}
        shown = [name for name in names if len(names) <= 2 or name in present]
        self.legend.setText("&nbsp;&nbsp; ".join(_span(f"■ {name}", colours[name]) for name in shown))
        self.read.setText(f"Read as: {output['read']}" if "read" in output else "")
        self.read.setVisible("read" in output)

    def _colour(self, at: int) -> QColor:
        theme = self._theme
        rest = [theme.accent, theme.good, theme.warning, theme.error, theme.family("normalization"), theme.muted]
        return theme.text if at == 0 else rest[(at - 1) % len(rest)]


def _span(text: str, colour: QColor) -> str:
    return f'<span style="color: {colour.name()}">{escape(text)}</span>'
