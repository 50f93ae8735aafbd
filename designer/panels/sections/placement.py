"""What can be done with a placement of a block: look into it, or give it a definition of its own."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton

from designer import key_names
from designer.level import Level
from designer.panels.sections.section import Section, words
from designer.theme import Theme
from graph import edits
from graph.edits.blocks import placements


class PlacementForm(Section):
    """`entered` carries the birth name of the node that is to be looked into."""

    entered = Signal(str)
    refused = Signal(str)

    def __init__(self, level: Level, theme: Theme, born: str) -> None:
        super().__init__(level, theme, born)
        self.enter = QPushButton("Open the block")
        key_names.set_tip(self.enter, "Look inside and change it", "enter")
        self.enter.clicked.connect(lambda: self.entered.emit(self.born))
        self.separate = QPushButton("Own definition")
        self.separate.setToolTip("A copy for this node alone: changes no longer reach the others")
        self.separate.clicked.connect(self._separate)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.enter)
        row.addWidget(self.separate)
        row.addStretch()
        self.box.addLayout(row)
        self.told = words("", "muted")
        self.box.addWidget(self.told)
        self.refresh()

    def refresh(self) -> None:
        others = self._others()
        self.separate.setVisible(bool(others))
        names = ", ".join(others[:3]) + (" …" if len(others) > 3 else "")
        self.told.setText(
            f"The same block is placed as {names}, too: a change inside reaches all of them." if others else ""
        )
        self.told.setVisible(bool(others))

    def _others(self) -> list[str]:
        """The names of the other nodes that place the block."""
        document = self.level.document
        block = document.find_block(document.node(self.born).kind) if self.present else None
        return [node.id for _, node in placements(document, block) if node.born != self.born] if block else []

    def _separate(self) -> None:
        try:
            with self.level.history.step("Own definition"):
                edits.separate(self.level.document, self.born)
        except edits.Refused as refusal:
            self.refused.emit(str(refusal))
