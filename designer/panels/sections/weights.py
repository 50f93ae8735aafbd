"""The wires into a Neuron with their weights, and the neuron computed for numbers that one types."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from designer.fields.field import DEFAULT, Default
from designer.fields.text import TextField, written
from designer.level import Level
from designer.panels.sections.section import Section, rule, words
from designer.theme import Theme
from graph import edits
from graph.evaluate import Spot, Sum, evaluate, sources
from graph.param import param
from graph.records import Wire, select_text
from graph.shape import Tensor

WEIGHT = param(None, "What the number on this wire is multiplied by; left out, training begins with a drawn one.",
               type="float", optional=True)  # fmt: skip
ROW = param(None, "What each number on this wire is multiplied by, with commas between; left out, drawn by chance.",
            type="numbers", optional=True)  # fmt: skip
NUMBER = param(None, "A number to compute with; it is not part of the drawing.", type="float", optional=True)


class Weights(Section):
    """One row a wire: where it comes from, its weight, the value that comes, and the product; then sum and output."""

    def __init__(self, level: Level, theme: Theme, born: str) -> None:
        super().__init__(level, theme, born)
        self._shown: Any = None
        self._body: QWidget | None = None
        self.weights: dict[str, TextField] = {}
        self.inputs: dict[Spot, TextField] = {}
        self.results: dict[str, QLabel] = {}
        self._given = level.trial
        self.box.addWidget(rule())

    def refresh(self) -> None:
        if not self.present:
            return
        document = self.level.document
        wires = document.wires_into(self.born, "x")
        spots = sources(self.level.reading.document, self.born, self.level.reading)
        rows = tuple(self._brings_row(wire) for wire in wires)
        wanted = (tuple(wire.key for wire in wires), rows, tuple(spots), tuple(self._label(spot) for spot in spots))
        if wanted != self._shown:
            self._shown = wanted
            self._build(wires, spots)
        self._fill(wires)

    def _build(self, wires: list[Wire], spots: list[Spot]) -> None:
        if self._body:
            self.box.removeWidget(self._body)
            self._body.deleteLater()
        self._body = QWidget()
        self.weights, self.inputs, self.results = {}, {}, {}
        grid = QGridLayout(self._body)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 1)
        self._add_weights(grid, wires)
        self._add_inputs(grid, spots)
        for name, title in (("z", "Weighted sum"), ("y", "Output y")):
            self._add_result(grid, name, title)
        self.box.addWidget(self._body)

    def _add_weights(self, grid: QGridLayout, wires: list[Wire]) -> None:
        self._title(grid, "Weights of the wires" if wires else "No wire enters this neuron yet.")
        for wire in wires:
            field = TextField(ROW if self._brings_row(wire) else WEIGHT, self.theme)
            field.line.setPlaceholderText("drawn")
            field.setAccessibleName(f"Weight of the wire from {self._label((wire.source, wire.source_port, None))}")
            field.committed.connect(lambda value, key=wire.key: self._weigh(key, value))
            self.weights[wire.key] = field
            row = grid.rowCount()
            grid.addWidget(QLabel(self._name(wire)), row, 0)
            grid.addWidget(field, row, 1)
            self.results[wire.key] = self._number(grid, row)

    def _add_inputs(self, grid: QGridLayout, spots: list[Spot]) -> None:
        if spots:
            self._title(grid, "Compute it for")
        for spot in spots:
            field = TextField(NUMBER, self.theme)
            field.line.setPlaceholderText("a number")
            field.setAccessibleName(f"{self._label(spot)} to compute with")
            field.show_value(self._given.get(spot))
            field.committed.connect(lambda value, spot=spot: self._give(spot, value))
            self.inputs[spot] = field
            row = grid.rowCount()
            grid.addWidget(QLabel(self._label(spot)), row, 0)
            grid.addWidget(field, row, 1, 1, 2)

    def _add_result(self, grid: QGridLayout, name: str, title: str) -> None:
        row = grid.rowCount()
        label = QLabel(title)
        label.setProperty("tone", "muted")
        grid.addWidget(label, row, 0)
        self.results[name] = self._number(grid, row)

    def _number(self, grid: QGridLayout, row: int) -> QLabel:
        label = QLabel()
        label.setFont(self.theme.font("number"))
        label.setMinimumWidth(64)
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(label, row, 2)
        return label

    def _title(self, grid: QGridLayout, text: str) -> None:
        grid.addWidget(words(text, "muted"), grid.rowCount(), 0, 1, 3)

    def _fill(self, wires: list[Wire]) -> None:
        for wire in wires:
            weight = list(wire.weight) if isinstance(wire.weight, tuple) else wire.weight
            if self.weights[wire.key].value != weight or not self.weights[wire.key].line.isModified():
                self.weights[wire.key].show_value(weight)
        sums = evaluate(self.level.reading.document, self.level.reading, self._given)
        found = sums.get(self.born, Sum((), None, None, None))
        for term in found.terms:
            self.results[term.wire].setText(figure(term.product))
        self.results["z"].setText(figure(found.total))
        self.results["y"].setText(figure(found.output))
        self.setToolTip("" if found.bias is not None else "Type a bias to compute this neuron by hand.")

    def _weigh(self, key: str, value: Any) -> None:
        weight = None if value is DEFAULT or isinstance(value, Default) else value
        with self.level.history.step("Set weight", merge=f"weight {key}"):
            edits.set_wire(self.level.document, key, weight=weight)

    def _give(self, spot: Spot, value: Any) -> None:
        if isinstance(value, Default):
            self._given.pop(spot, None)
        else:
            self._given[spot] = float(value)
        self.refresh()

    def _brings_row(self, wire: Wire) -> bool:
        value = self.level.reading.on(wire.key)
        return isinstance(value, Tensor) and value.sides is not None and value.rank > 1

    def _name(self, wire: Wire) -> str:
        return self._label((wire.source, wire.source_port, None)) + select_text(wire.select)

    def _label(self, spot: Spot) -> str:
        document = self.level.document
        born, port, at = spot
        name = document.node(born).id if document.has_node(born) else born
        return (name if port == "y" else f"{name}.{port}") + select_text(at)


def figure(number: float | None) -> str:
    """A number short enough for its column; a dash where it cannot be computed."""
    return "–" if number is None else written(float(f"{number:.4g}") + 0.0)
