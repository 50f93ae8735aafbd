"""What is wrong with the selected node, where one edits it, with the fix as a button."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from designer import icons
from designer.level import Level
from designer.panels.sections.section import Section, words
from designer.theme import Theme
from graph.diagnostic import Diagnostic


class NodeProblems(Section):
    """One box for each finding at the node; nothing where all is well. `offered` carries an Offer that is taken up."""

    offered = Signal(object)

    def __init__(self, level: Level, theme: Theme, born: str) -> None:
        super().__init__(level, theme, born)
        self._shown: list[Diagnostic] = []
        self._frames: list[QFrame] = []
        self.hide()

    def refresh(self) -> None:
        found = self.level.reading.diagnostics(self.born) if self.present else []
        if found != self._shown:
            self._shown = found
            for frame in self._frames:
                self.box.removeWidget(frame)
                frame.deleteLater()
            self._frames = [self._frame(one) for one in found]
        self.setVisible(bool(found))

    def _frame(self, found: Diagnostic) -> QFrame:
        frame = QFrame()
        frame.setProperty("role", "box")
        mark = QLabel()
        colour = {"error": self.theme.error, "warning": self.theme.warning}.get(found.level, self.theme.accent)
        mark.setPixmap(icons.pixmap(found.level, colour, 16, self.devicePixelRatioF()))
        column = QVBoxLayout()
        column.addWidget(words(found.message))
        if found.fix:
            button = QPushButton(found.fix.label)
            button.clicked.connect(lambda: self._fix(found))
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        if found.offer:
            offer = QPushButton(found.offer.label)
            offer.clicked.connect(lambda: self.offered.emit(found.offer))
            column.addWidget(offer, 0, Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout(frame)
        row.setContentsMargins(10, 8, 10, 8)
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)
        self.box.addWidget(frame)
        return frame

    def _fix(self, found: Diagnostic) -> None:
        if found.fix:
            with self.level.history.step(found.fix.label):
                found.fix.apply(self.level.document)
