"""The drawing as a whole, or several selected nodes: how many, what they cost together."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel

from designer.level import Level
from designer.panels.sections.facts import cost_rows, sized
from designer.panels.sections.section import Section, Table, words
from designer.source import LiveSource
from designer.theme import Theme
from graph.cost import Cost

AT_ONCE = 400
"""Nodes whose costs are added up in one go."""


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
        self._rest: Iterator[Cost | None] = iter(())
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._go_on)

    def refresh(self) -> None:
        document = self.level.document
        nodes = [born for born in self._births if document.has_node(born)] or [n.born for n in document.nodes()]
        self.title.setText(f"{len(nodes)} nodes" if self._births else self.level.name)
        self.advice.setText(self._advice(len(nodes)))
        self.advice.setVisible(bool(self.advice.text()))
        self._rest = self._total(nodes)
        if len(nodes) <= AT_ONCE and not self.level.reading.under_way:
            self._show(next((total for total in self._rest if total), Cost(0, 0, 0)), len(nodes))
            return
        if self.level.reading.under_way:
            self.advice.setText("Reading the drawing…")
            self.table.show_rows(self._counts(len(nodes)))
        else:
            self._timer.start()

    def _counts(self, count: int) -> dict[str, str]:
        return {} if self._births else {"Nodes": f"{count:,}", "Wires": f"{len(self.level.document.wires()):,}"}

    def _show(self, total: Cost, count: int) -> None:
        whole = not self._births and not self.level.document.block
        taken = {"Training takes": f"about {sized(self._source.training)}"} if whole and self._source.training else {}
        self.table.show_rows({**self._counts(count), **cost_rows(total), **taken} if count else {})

    def _go_on(self) -> None:
        """Add up a little more; of a large drawing that takes many a moment."""
        total = next(self._rest, None)
        if total is not None:
            self._timer.stop()
            self._show(total, len(self._births) or len(self.level.document.nodes()))

    def _advice(self, count: int) -> str:
        if self._births:
            return "Select a single node to see and change its parameters."
        if not count:
            return "Drag kinds from the palette onto the canvas, then draw wires from port to port."
        return "Select a node to see what it does and to change its parameters."

    def _total(self, births: list[str]) -> Iterator[Cost | None]:
        """Nothing while it is added up, then what all of them cost."""
        sums: list[int | None] = [0, 0, 0]
        for at, born in enumerate(births):
            if self.level.document.has_node(born):
                cost = self.level.reading.cost(born)
                sums = [_sum(*pair) for pair in zip(sums, (cost.parameters, cost.macs, cost.memory), strict=True)]
            if at % AT_ONCE == AT_ONCE - 1:
                yield None
        yield Cost(*sums)


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other
