"""The drawing as a whole, or several selected nodes: how many, what they cost together."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from designer.level import Level
from designer.panels.sections.facts import cost_rows, sized
from designer.panels.sections.section import Section, Table, words
from designer.source import LiveSource
from designer.theme import Theme
from graph.cost import Cost


class Overview(Section):
    """Sums over the nodes; of the whole drawing when nothing is selected."""

    def __init__(self, level: Level, source: LiveSource, theme: Theme, births: tuple[str, ...]) -> None:
        super().__init__(level, theme)
        self._births, self._source = births, source
        self.title = QLabel()
        self.title.setFont(theme.font("title"))
        self.box.addWidget(self.title)
        self.advice = words("", "muted")
        self.box.addWidget(self.advice)
        self.table = Table(theme)
        self.box.addWidget(self.table)

    def refresh(self) -> None:
        document = self.level.document
        nodes = [born for born in self._births if document.has_node(born)] or [n.born for n in document.nodes()]
        self.title.setText(f"{len(nodes)} nodes" if self._births else self.level.name)
        self.advice.setText(self._advice(len(nodes)))
        self.advice.setVisible(bool(self.advice.text()))
        rows = {} if self._births else {"Nodes": f"{len(nodes):,}", "Wires": f"{len(document.wires()):,}"}
        whole = not self._births and not self.level.document.block
        taken = {"Training takes": f"about {sized(self._source.training)}"} if whole and self._source.training else {}
        self.table.show_rows({**rows, **cost_rows(self._total(nodes)), **taken} if nodes else {})

    def _advice(self, count: int) -> str:
        if self._births:
            return "Select a single node to see and change its parameters."
        if not count:
            return "Drag kinds from the palette onto the canvas, then draw wires from port to port."
        return "Select a node to see what it does and to change its parameters."

    def _total(self, births: list[str]) -> Cost:
        costs = [self.level.reading.cost(born) for born in births]
        return Cost(*(_sum([getattr(cost, name) for cost in costs]) for name in ("parameters", "macs", "memory")))


def _sum(numbers: list[int | None]) -> int | None:
    return None if None in numbers else sum(number for number in numbers if number is not None)
