"""Measured facts: what comes out of a node, what it weighs, what it costs."""

from __future__ import annotations

from designer.level import Level
from designer.panels.sections.section import Section, Table, rule
from designer.theme import Theme
from graph.cost import Cost
from graph.roles import Data, Layer
from graph.shape import Tensor, text

UNITS = ("B", "KiB", "MiB", "GiB", "TiB")


class Facts(Section):
    """Output, parameters, arithmetic and memory of one node."""

    def __init__(self, level: Level, theme: Theme, born: str) -> None:
        super().__init__(level, theme, born)
        self.table = Table(theme)
        self.box.addWidget(rule())
        self.box.addWidget(self.table)

    def refresh(self) -> None:
        if self.present:
            rows = self._rows()
            self.table.show_rows(rows)
            self.setVisible(bool(rows))

    def _rows(self) -> dict[str, str]:
        document, reading = self.level.document, self.level.reading
        made = document.make(document.node(self.born))
        rows = self._outputs()
        if isinstance(made, Data):
            count = made.rows(reading.facts(self.born))
            return {**rows, "Rows": counted(count)}
        if not isinstance(made, Layer):
            return rows
        cost = reading.cost(self.born)
        return {**rows, **cost_rows(cost)}

    def _outputs(self) -> dict[str, str]:
        document, reading = self.level.document, self.level.reading
        made = document.make(document.node(self.born))
        ports = [port for port in made.ports_out() if port.type == "tensor"]
        return {
            "Output" if len(ports) == 1 else f"Output {port.name}": spaced(reading.value(self.born, port.name))
            for port in ports
        }


def cost_rows(cost: Cost) -> dict[str, str]:
    """Rows for what a node, or all of them, cost."""
    return {
        "Parameters": counted(cost.parameters),
        "MACs per row": counted(cost.macs),
        "Memory per batch": sized(cost.memory),
    }


def spaced(value: object) -> str:
    """A shape with room between its sides, as numbers are read: 32 × 8 × 8."""
    return text(value).replace("×", " × ") if isinstance(value, Tensor) else "not known yet"


def counted(number: int | None) -> str:
    """A number with its thousands apart."""
    return "not known yet" if number is None else f"{number:,}"


def sized(count: int | None) -> str:
    """Bytes in the unit that keeps the number short."""
    if count is None:
        return "not known yet"
    size, unit = float(count), 0
    while size >= 1024 and unit < len(UNITS) - 1:
        size, unit = size / 1024, unit + 1
    return f"{size:.0f} {UNITS[unit]}" if size >= 100 or unit == 0 else f"{size:.1f} {UNITS[unit]}"
