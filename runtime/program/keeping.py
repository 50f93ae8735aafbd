"""What is handed from one window of a stream to the next: one argument `state`, one more value behind the others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runtime.program.program import Program
    from runtime.program.units import Unit


@dataclass(frozen=True, slots=True)
class Kept:
    """A tensor that is handed on: what it is called, and the side along which the rows of the batch stand."""

    name: str
    rows: int


class Keeping:
    """How a function hands on what some units keep: all tensors in one tuple, or a single tensor by itself.

    A unit takes and gives a tensor if it is `lone`, else a tuple of its tensors.
    """

    def __init__(self, units: Iterable[Unit]) -> None:
        self.units = [unit for unit in units if unit.kept]

    def __bool__(self) -> bool:
        return bool(self.units)

    @property
    def kept(self) -> tuple[Kept, ...]:
        """All tensors, in the order of the tuple."""
        return tuple(one for unit in self.units for one in unit.kept)

    @property
    def lone(self) -> bool:
        """Whether what is handed on is one tensor by itself."""
        return len(self.units) == 1 and self.units[0].lone

    @property
    def parameter(self) -> tuple[str, ...]:
        """What a function that hands on has behind its other arguments; None begins anew."""
        return ("state=None",) if self.units else ()

    def name(self, unit: Unit) -> str:
        """What the state of one unit is best called."""
        return "state" if len(self.units) == 1 else f"{unit.id}_state"

    def part(self, unit: Unit) -> str:
        """What a unit gets of `state`, if that is not None."""
        if len(self.units) == 1:
            return "state"
        first = sum(len(other.kept) for other in self.units[: self.units.index(unit)])
        return f"state[{first}]" if unit.lone else f"state[{first}:{first + len(unit.kept)}]"

    def given(self, unit: Unit) -> str:
        """What a unit gets of `state`, None as well."""
        return self.part(unit) if len(self.units) == 1 else f"state and {self.part(unit)}"

    def answer(self, handed: dict[int, list[str]]) -> str:
        """What a function hands on, from what each unit (by its id) hands on; `*state` is all of a tuple."""
        parts = [text for unit in self.units for text in handed[id(unit)]]
        if len(parts) == 1 and (self.lone or parts[0].startswith("*")):
            return parts[0].removeprefix("*")
        return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"


def refuse_training(program: Program) -> None:
    """Raises ProgramError where a training cannot go on from window to window with what is kept."""
    from runtime.program.units import ProgramError

    stage = program.keeping
    if stage is None:
        return
    unit = stage.keeping.units[0]
    if len(program.sources) > 1:
        names = " and ".join(source.id for source in program.sources)
        text = f"{unit.id} keeps its state, for which all rows must come from one stream, but {names} both give rows."
        raise ProgramError(text, unit.born)
    if program.run.accumulate > 1:
        text = f"{unit.id} keeps its state from step to step, so a step cannot go in parts: set accumulate to 1."
        raise ProgramError(text, unit.born)
    if program.run.processes != 1:
        text = f"{unit.id} keeps its state, which several processes cannot share: set processes to 1."
        raise ProgramError(text, unit.born)
    for phase in program.phases:
        if phase.every > 1 and stage.is_in(phase.needed):
            text = (
                f"{unit.id} keeps its state and must see every window, but {phase.id} takes a turn only at some steps"
            )
            raise ProgramError(f"{text}: set its every to 1.", phase.born)
