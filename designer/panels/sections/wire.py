"""A selected wire: what it carries, its weight, and whether the weight learns."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QGridLayout, QLabel

from designer.fields.field import Field
from designer.fields.text import TextField
from designer.fields.toggle import ToggleField
from designer.level import Level
from designer.panels.sections.section import Section, words
from designer.theme import Theme
from graph import edits, queries
from graph.edits import Refused
from graph.param import param
from graph.records import Wire as Record
from graph.shape import Tensor, describe

DRAWN = "What the number on this wire is multiplied by; left out, training begins with one drawn by chance."
NUMBER = param(None, DRAWN, type="float", optional=True, name="weight")
ROW = param(None, DRAWN.replace("number", "row of numbers", 1), type="numbers", optional=True, name="weight")
FACTOR = param(None, "What this loss counts for in the sum; left out, 1.", type="float", optional=True, name="factor")
FIXED = param(False, "Whether the weight keeps its value while the network learns.")


class WireWeight(Section):
    """The form of one wire. Into a port that takes a single value it carries no weight, and says what it brings."""

    def __init__(self, level: Level, theme: Theme, key: str) -> None:
        super().__init__(level, theme)
        self.key = key
        self.title = QLabel()
        self.title.setFont(theme.font("title"))
        self.title.setWordWrap(True)
        self.carries = words("", "muted")
        self.complaint = words("", "error")
        self.weight: TextField | None = None
        self.fixed: ToggleField | None = None
        self.box.addWidget(self.title)
        self.box.addWidget(self.carries)
        self._add_fields()
        self.box.addWidget(self.complaint)

    @property
    def wire(self) -> Record | None:
        found = self.level.document.records.get(self.key)
        return found if isinstance(found, Record) else None

    def focus(self, text: str = "") -> None:
        """Put the cursor into the weight, in whose place `text` begins another one."""
        if self.weight is not None:
            self.weight.line.setFocus()
            self.weight.line.selectAll()
            if text:
                self.weight.line.insert(text)
                self.weight.line.setModified(True)

    def refresh(self) -> None:
        wire, document = self.wire, self.level.document
        if wire is None:
            return
        self.title.setText(queries.wire_name(document, wire).replace("->", "→"))
        value = self.level.reading.on(wire.key)
        known = isinstance(value, Tensor) and value.sides is not None
        self.carries.setText(f"Carries {describe(value)}." if known else "")
        self.carries.setVisible(known)
        self.complaint.setVisible(bool(self.complaint.text()))
        if self.weight is not None and not self.weight.line.isModified():
            self.weight.show_value(_shown(wire.weight))
        if self.fixed is not None:
            self.fixed.show_value(wire.fixed)

    def _add_fields(self) -> None:
        wire, document = self.wire, self.level.document
        if wire is None or not document.has_node(wire.target):
            return
        port = queries.actual_port(document, wire.target, wire.target_port)
        if port is None or not port.gathers:
            return
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        grid.setVerticalSpacing(6)
        neuron = document.node(wire.target).kind == "Neuron"
        declared = (ROW if self._brings_row(wire) else NUMBER) if neuron else FACTOR
        self.weight = TextField(declared, self.theme)
        self.weight.line.setPlaceholderText("drawn by chance" if neuron else "1")
        self._add(grid, "Weight" if neuron else "Factor", self.weight)
        if neuron:
            self.fixed = ToggleField(FIXED, self.theme)
            self._add(grid, "Fixed", self.fixed)
            self.fixed.committed.connect(lambda value: self._change(fixed=value is True))
        self.weight.committed.connect(lambda value: self._weigh(value))
        self.weight.refused.connect(self._complain)
        self.box.addLayout(grid)

    def _add(self, grid: QGridLayout, name: str, field: Field) -> None:
        field.setToolTip(field.declared.help)
        field.setAccessibleName(name)
        label, row = QLabel(name), grid.rowCount()
        label.setBuddy(field)
        grid.addWidget(label, row, 0)
        grid.addWidget(field, row, 1)

    def _brings_row(self, wire: Record) -> bool:
        value = self.level.reading.on(wire.key)
        return isinstance(value, Tensor) and value.sides is not None and value.rank > 1

    def _weigh(self, value: Any) -> None:
        typed = value if isinstance(value, (int, float, list, tuple)) and not isinstance(value, bool) else None
        self._change(weight=typed)

    def _change(self, **details: Any) -> None:
        label = "Set weight" if "weight" in details else "Fix weight" if details["fixed"] else "Free weight"
        try:
            with self.level.history.step(label, merge=f"weight {self.key}" if "weight" in details else None):
                edits.set_wire(self.level.document, self.key, **details)
        except Refused as refusal:
            self._complain(str(refusal))

    def _complain(self, sentence: str) -> None:
        self.complaint.setText(sentence[:1].upper() + sentence[1:])
        self.complaint.setVisible(bool(sentence))


def _shown(weight: float | tuple[float, ...] | None) -> Any:
    return list(weight) if isinstance(weight, tuple) else weight
