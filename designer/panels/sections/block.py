"""The block that is looked into: its name, its ports in their order, its parameters with their defaults."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QToolButton, QWidget

from designer import icons
from designer.fields.text import number, written
from designer.level import Level
from designer.panels.sections.section import Section, words
from designer.theme import Theme
from graph import edits
from graph.edits.blocks import PORTS
from graph.records import Block, Node

NEW = "size"
"""What a new parameter is called at first."""


class BlockForm(Section):
    """Each line is a verb on the definition; what cannot be is told by `refused`."""

    refused = Signal(str)

    def __init__(self, level: Level, theme: Theme) -> None:
        super().__init__(level, theme)
        self._shown: Any = None
        self._body: QWidget | None = None
        self.name = QLineEdit()
        self.ports: dict[str, QLineEdit] = {}
        self.params: dict[str, tuple[QLineEdit, QLineEdit]] = {}
        self.refresh()

    @property
    def block(self) -> Block | None:
        """The definition, as long as it is there."""
        return self.level.document.the_block(self.level.document.block)

    def refresh(self) -> None:
        block = self.block
        ports = tuple((node.born, node.id, node.kind) for node in self._ports())
        wanted = block and (block.id, ports, tuple(block.params.items()))
        if wanted and repr(wanted) != self._shown:
            self._shown = repr(wanted)
            self._build()

    def _ports(self) -> list[Node]:
        nodes = self.level.document.nodes()
        return [node for kind in PORTS for node in nodes if node.kind == kind]

    # --- building

    def _build(self) -> None:
        block = self.block
        if block is None:
            return
        focus = _focus(self)
        if self._body is not None:
            self._body.hide()
            self._body.deleteLater()
        self._body = QWidget()
        grid = QGridLayout(self._body)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        self.ports, self.params = {}, {}
        self._add_name(grid, block)
        self._add_ports(grid)
        self._add_params(grid, block)
        self.box.addWidget(self._body)
        _focus_again(self._body, focus)

    def _add_name(self, grid: QGridLayout, block: Block) -> None:
        self.name = self._line(block.id, "Name of the block", self._rename_block)
        grid.addWidget(QLabel("Name"), 0, 0)
        grid.addWidget(self.name, 0, 1, 1, 4)

    def _add_ports(self, grid: QGridLayout) -> None:
        grid.addWidget(self._title("Ports"), grid.rowCount(), 0, 1, 5)
        ports = self._ports()
        for node in ports:
            row = grid.rowCount()
            same = [one.born for one in ports if one.kind == node.kind]
            name = self._line(node.id, f"Name of the {node.kind.lower()}", partial(self._rename, node.born))
            self.ports[node.born] = name
            grid.addWidget(words("in" if node.kind == "Input" else "out", "muted"), row, 0)
            grid.addWidget(name, row, 1, 1, 2)
            at = same.index(node.born)
            grid.addWidget(self._mover(node, "up", -1, at > 0), row, 3)
            grid.addWidget(self._mover(node, "down", 1, at < len(same) - 1), row, 4)
        grid.addWidget(words("Input and Output nodes are the ports: add one to add a port.", "muted"),
                       grid.rowCount(), 0, 1, 5)  # fmt: skip

    def _add_params(self, grid: QGridLayout, block: Block) -> None:
        grid.addWidget(self._title("Parameters"), grid.rowCount(), 0, 1, 5)
        for name, default in block.params.items():
            row = grid.rowCount()
            called = self._line(name, f"Name of the parameter {name}", partial(self._rename_param, name))
            value = self._line(_shown(default), f"Default of {name}", partial(self._set, name))
            value.setFont(self.theme.font("number"))
            self.params[name] = (called, value)
            pair = QHBoxLayout()
            pair.setSpacing(6)
            pair.addWidget(called, 3)
            pair.addWidget(value, 2)
            grid.addLayout(pair, row, 0, 1, 4)
            grid.addWidget(self._button("close", f"Remove {name}", partial(self._drop, name)), row, 4)
        told = "" if block.params else "Numbers that each placement can set; values inside follow them, as in =4*width."
        if told:
            grid.addWidget(words(told, "muted"), grid.rowCount(), 0, 1, 5)
        add = QPushButton("Add a parameter")
        add.clicked.connect(self.add_param)
        grid.addWidget(add, grid.rowCount(), 0, 1, 5, Qt.AlignmentFlag.AlignLeft)

    def _title(self, text: str) -> QLabel:
        title = QLabel(text)
        title.setFont(self.theme.font("name"))
        title.setContentsMargins(0, 8, 0, 0)
        return title

    def _line(self, text: str, name: str, then: Callable[[str], object]) -> QLineEdit:
        line = QLineEdit(text)
        line.setAccessibleName(name)
        line.setObjectName(name)
        line.setMinimumWidth(48)

        def done() -> None:
            if line.isModified():
                line.setModified(False)
                then(line.text().strip())

        line.editingFinished.connect(done)
        return line

    def _mover(self, node: Node, way: str, by: int, enabled: bool) -> QToolButton:
        button = self._button(f"chevron-{way}", f"Move {node.id} {way}", partial(self._move, node.born, by))
        button.setEnabled(enabled)
        return button

    def _button(self, icon: str, tip: str, then: Callable[[], object]) -> QToolButton:
        button = QToolButton()
        button.setIcon(icons.icon(icon, self.theme.muted, self.theme.line))
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setObjectName(tip)
        button.clicked.connect(lambda: then())
        return button

    # --- verbs

    def _rename_block(self, name: str) -> None:
        self._do("Rename the block", lambda: edits.rename_block(self.level.document, self._born, name))

    def _rename(self, born: str, name: str) -> None:
        self._do("Rename the port", lambda: edits.rename(self.level.document, born, name))

    def _move(self, born: str, by: int) -> None:
        self._do("Move the port", lambda: edits.move_port(self.level.document, born, by))

    def add_param(self) -> None:
        """One more parameter, under a free name."""
        block = self.block
        taken = block.params if block else {}
        name = next(name for name in (NEW, *(f"{NEW}{n}" for n in range(2, 999))) if name not in taken)
        self._do("Add a parameter", lambda: edits.set_block_param(self.level.document, self._born, name, 1))
        if name in self.params:
            self.params[name][0].setFocus()
            self.params[name][0].selectAll()

    def _rename_param(self, name: str, new: str) -> None:
        label = "Rename the parameter"
        self._do(label, lambda: edits.rename_block_param(self.level.document, self._born, name, new))

    def _set(self, name: str, text: str) -> None:
        value = {"true": True, "false": False}.get(text.lower(), number(text))
        self._do(f"Set {name}", lambda: edits.set_block_param(self.level.document, self._born, name, value))

    def _drop(self, name: str) -> None:
        self._do("Remove the parameter", lambda: edits.drop_block_param(self.level.document, self._born, name))

    @property
    def _born(self) -> str:
        return self.level.document.block

    def _do(self, label: str, verb: Callable[[], object]) -> None:
        """One step; what cannot be is told, and the form shows again what is."""
        try:
            with self.level.history.step(label):
                verb()
        except edits.Refused as refusal:
            self._shown = None
            self.refused.emit(str(refusal))
        self.refresh()


def _shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else written(value)


def _focus(form: QWidget) -> str:
    """What the part of a form is called that holds the keyboard."""
    focus = form.focusWidget()
    return focus.objectName() if focus is not None and focus.hasFocus() else ""


def _focus_again(body: QWidget, name: str) -> None:
    found = body.findChild(QWidget, name) if name else None
    if found is not None:
        found.setFocus()
