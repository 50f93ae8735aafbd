"""The nodes whose weights come from elsewhere, at whatever depth, and where their modules are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.kinds.pretrained import Pretrained
from runtime.program.definitions import BlockUnit
from runtime.program.units import NodeUnit, Unit, parts_of

if TYPE_CHECKING:
    from runtime.program.program import Program


@dataclass(frozen=True, slots=True)
class Given:
    """A module that begins with weights from elsewhere. `home` is "net" or "extras", `path` its name there."""

    home: str
    path: str
    born: str
    kind: Pretrained

    @property
    def expression(self) -> str:
        """The module, as an attribute of Training."""
        plain = all(part.isidentifier() for part in self.path.split("."))
        return f"self.{self.home}.{self.path}" if plain else f'self.{self.home}.get_submodule("{self.path}")'


def given(program: Program) -> list[Given]:
    """All of them, those of Net first."""
    homes = (("net", program.net), ("extras", program.extras))
    return [
        Given(home, path, unit.born, unit.kind)
        for home, units in homes
        for path, unit in _within(units, "")
        if isinstance(unit.kind, Pretrained) and unit.kind.given
    ]


def _within(units: Iterable[Unit], above: str) -> Iterator[tuple[str, NodeUnit]]:
    for unit in parts_of(units):
        path = f"{above}{unit.attribute}"
        if isinstance(unit, BlockUnit):
            copies = [f"{path}.{number}" for number in range(unit.times)] if unit.copies else [path]
            for copy in copies if unit.holder == unit.born else ():
                yield from _within(unit.body.units, f"{copy}.")
        elif isinstance(unit, NodeUnit) and unit.holder == unit.born:
            yield path, unit
