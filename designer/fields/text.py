"""A line of text that becomes a value: numbers, names, shapes and pairs are all typed here."""

from __future__ import annotations

import re
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from designer.fields.field import DEFAULT, Field
from designer.theme import Theme
from graph.following import MARK, FollowError, follows
from graph.param import Param

LADDER = (1.0, 2.0, 5.0)
WHOLE = ("int", "pair", "triple", "sizes")
"""Types whose single number is stepped by one."""


class Line(QLineEdit):
    """A line that can step its number with the arrow keys and gives Escape its meaning: as it was."""

    def __init__(self, field: TextField) -> None:
        super().__init__()
        self._field = field

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
        if event.key() in steps:
            self._field.step(steps[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Escape and self.isModified():
            self._field.show_value(self._field.value)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._field.finish()


class TextField(Field):
    """Text in, a value out; an empty line means the default."""

    def __init__(self, declared: Param, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(declared, parent)
        self.value: Any = declared.default
        self.line = Line(self)
        self.line.setFont(
            theme.font("base" if declared.type in ("text", "name", "path", "folder", "column", "columns") else "number")
        )
        self.line.setPlaceholderText(written(declared.default) or ("none" if declared.optional else ""))
        self.line.returnPressed.connect(self.finish)
        self.refused.connect(self._mark)
        self.box = QHBoxLayout(self)
        self.box.setContentsMargins(0, 0, 0, 0)
        self.box.setSpacing(4)
        self.box.addWidget(self.line)
        self.result = QLabel()
        self.result.setFont(theme.font("number"))
        self.result.setProperty("tone", "muted")
        self.result.setToolTip("What it is in this placement of the block")
        self.result.hide()
        self.box.addWidget(self.result)
        self.setFocusProxy(self.line)

    def show_value(self, value: Any) -> None:
        self.value = value
        self._show_result(value)
        text = written(value)
        if text != self.line.text():
            self.line.setText(text)
            self.line.setCursorPosition(0)
        self.line.setModified(False)
        self.refused.emit("")

    def _show_result(self, value: Any) -> None:
        """Beside what follows parameters of the block, what that is now."""
        try:
            text = f"= {written(self.worked_out(value))}" if follows(value) else ""
        except FollowError:
            text = ""
        self.result.setText(text)
        self.result.setVisible(bool(text))

    def finish(self) -> None:
        """Commit what was typed, if anything was."""
        if self.line.isModified():
            self.line.setModified(False)
            text = self.line.text().strip()
            self.commit(parsed(text, self.declared) if text else DEFAULT)

    def step(self, direction: int) -> None:
        """One step up or down: whole numbers by one, fractions along 1, 2, 5, 10."""
        now = parsed(self.line.text().strip(), self.declared) if self.line.text().strip() else self.value
        if isinstance(now, bool) or not isinstance(now, (int, float)):
            return
        after = now + direction if self.declared.type in WHOLE else rung(float(now), direction)
        if self.declared.wrong(after) is None:
            self.show_value(after)
            self.commit(after)

    def _mark(self, sentence: str) -> None:
        self.result.setVisible(bool(self.result.text()) and not sentence)
        if bool(self.line.property("wrong")) != bool(sentence):
            self.line.setProperty("wrong", bool(sentence))
            self.line.style().polish(self.line)


def written(value: Any) -> str:
    """A value as one would type it."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, (list, tuple)):
        return ", ".join(written(item) for item in value)
    return str(value)


def parsed(text: str, declared: Param) -> Any:
    """The value of a text; what cannot be read comes back as text, for the parameter to refuse."""
    if declared.type in ("text", "name", "path", "folder", "column", "choice", "formula", "starts", "options"):
        return text
    if text in declared.choices:
        return text
    if MARK in text:
        return _following(text, declared)
    parts = [part for part in re.split(r"[,;×x\s]+" if declared.type != "columns" else r"\s*[,;]\s*", text) if part]
    if declared.type == "columns":
        return parts
    values = [number(part) for part in parts]
    if declared.type in ("shape", "ints", "numbers"):
        return values
    return values[0] if len(values) == 1 else values


def _following(text: str, declared: Param) -> Any:
    """What follows parameters of a block, alone or among the numbers of a list."""
    parts = [part.strip() for part in re.split(r"[,;]", text) if part.strip()]
    values = [part if part.startswith(MARK) else number(part) for part in parts]
    return values[0] if len(values) == 1 and declared.type not in ("shape", "ints", "numbers") else values


def number(text: str) -> int | float | str:
    """A number as people type it (the minus of textbooks too), or the text itself."""
    plain = text.replace("−", "-")
    try:
        return int(plain)
    except ValueError:
        try:
            return float(plain)
        except ValueError:
            return text


def rung(value: float, direction: int) -> float:
    """The next number along 1, 2, 5, 10, up or down; of a multiple of a rung, the rung beside it."""
    if value <= 0:
        return 0.1 if direction > 0 and value == 0 else value
    rungs = sorted(float(f"{step}e{power}") for power in range(-12, 13) for step in LADDER)
    if direction > 0:
        return next((rung for rung in rungs if rung > value * 1.000001), value)
    return next((rung for rung in reversed(rungs) if rung < value * 0.999999), value)
