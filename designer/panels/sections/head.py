"""The head of the inspector: the node's name, its kind, what the kind does, and its formula."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QToolButton, QVBoxLayout

from designer import icons, key_names
from designer.level import Level
from designer.panels.sections.section import Section, words
from designer.theme import Theme
from graph import edits
from graph.records import BYPASSED, MUTED
from graph.spec import Kind

BESIDE = 100
"""A title of a kind that is wider, in pixels, stands below the node's name and leaves it its room."""

STATES = {
    MUTED: ("Muted: as if it was not drawn. Its wires bring nothing.", "Unmute"),
    BYPASSED: ("Bypassed: as if a bare wire stood here. What comes in goes on unchanged.", "Stop bypassing"),
}
"""What a state means, and what the button says that ends it."""


class Head(Section):
    """Name, kind, help. The name is edited in place; `asked` carries the name of the kind, to be explained."""

    refused = Signal(str)
    asked = Signal(str)

    def __init__(self, level: Level, theme: Theme, born: str) -> None:
        super().__init__(level, theme, born)
        node = level.document.node(born)
        kind = level.document.kind(node)
        self.name = QLineEdit(node.id)
        self.name.setFont(theme.font("title"))
        self.name.setAccessibleName("Name of the node")
        self.name.setToolTip("The name of the node, also in model.py")
        self.name.setCursorPosition(0)
        self.name.editingFinished.connect(self._rename)
        row = QHBoxLayout()
        row.setSpacing(8)
        tile = QLabel()
        family = kind.family if kind else ""
        mark = icons.pixmap(icons.family_icon(family), theme.family(family), 20, self.devicePixelRatioF())
        tile.setPixmap(mark)
        row.addWidget(tile)
        row.addWidget(self.name, 1)
        title = words(kind.title if kind else node.kind, "muted")
        is_long = title.fontMetrics().horizontalAdvance(title.text()) > BESIDE
        title.setWordWrap(is_long)
        if not is_long:
            row.addWidget(title)
        if kind is not None:
            row.addWidget(self._more(kind))
        self.box.addLayout(row)
        if is_long:
            self.box.addWidget(title)
        self.state = words("")
        self.switch = QPushButton()
        self.switch.clicked.connect(self._switch_on)
        self.box.addWidget(self.state)
        self.box.addWidget(self.switch, 0, Qt.AlignmentFlag.AlignLeft)
        self._show_state()
        self.box.addWidget(words(kind.help() if kind else f"Nobody here knows the kind {node.kind}.", "muted"))
        if kind and kind.formula:
            self.box.addWidget(formula(kind.formula, theme))

    def _more(self, kind: type[Kind]) -> QToolButton:
        button = QToolButton()
        button.setIcon(icons.icon("help", self.theme.muted))
        key_names.set_tip(button, f"More about {kind.title}", "help")
        button.setAccessibleName(f"Help on {kind.title}")
        button.clicked.connect(lambda: self.asked.emit(kind.name()))
        return button

    def refresh(self) -> None:
        if self.present:
            self._show_state()
        if self.present and not self.name.isModified():
            self.name.setText(self.level.document.node(self.born).id)
            self.name.setCursorPosition(0)

    def _show_state(self) -> None:
        """Whether the node takes part, and what brings it back."""
        state = self.level.document.node(self.born).state
        self.state.setText(STATES.get(state, ("", ""))[0])
        self.switch.setText(STATES.get(state, ("", ""))[1])
        for part in (self.state, self.switch):
            part.setVisible(bool(state))

    def _switch_on(self) -> None:
        with self.level.history.step(self.switch.text()):
            edits.set_state(self.level.document, [self.born], "")

    def _rename(self) -> None:
        if not self.present or not self.name.isModified():
            return
        self.name.setModified(False)
        wanted, document = self.name.text().strip(), self.level.document
        try:
            with self.level.history.step("Rename"):
                edits.rename(document, self.born, wanted)
        except edits.Refused as refusal:
            self.refused.emit(str(refusal))
        self.name.setText(document.node(self.born).id)


def formula(text: str, theme: Theme) -> QFrame:
    """A formula in a quiet box."""
    frame = QFrame()
    frame.setProperty("role", "box")
    label = words(text)
    label.setFont(theme.font("code"))
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    box = QVBoxLayout(frame)
    box.setContentsMargins(10, 8, 10, 8)
    box.addWidget(label)
    return frame
