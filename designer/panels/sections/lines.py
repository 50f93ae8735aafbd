"""The lines of `model.py` that a node becomes."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from designer.panels.sections.section import words
from designer.source import LiveSource
from designer.theme import Theme

LONG = re.compile(r"\S{37,}")
"""What has no place to wrap at and would push the panel wider: it is broken behind its brackets."""


class Lines(QFrame):
    """The node's own lines, without the rest of the file."""

    def __init__(self, source: LiveSource, theme: Theme, born: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source, self._born = source, born
        self.setProperty("role", "box")
        name = QLabel("model.py")
        name.setFont(theme.font("secondary"))
        name.setProperty("tone", "muted")
        self.text = words()
        self.text.setFont(theme.font("code"))
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        box = QVBoxLayout(self)
        box.setContentsMargins(10, 8, 10, 8)
        box.addWidget(name)
        box.addWidget(self.text)

    def refresh(self) -> None:
        lines = self._source.lines(self._born)
        self.text.setText(LONG.sub(lambda found: found[0].replace("(", "(\n    "), lines))
        self.setVisible(bool(lines))
